//! A custom client: plain HTTP over `std::net::TcpStream`, first behind the seam, then driving an exchange step by step.
//!
//! It starts a provider on a loopback port and talks to that. Real servers want TLS: this shows the shape, not a client to use.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use identity_model::ClientCredentialsTokenRequest;
use identity_model::environment::Environment;
use identity_model::exchange::{Event, Exchange, ExchangeError, Moment, Step};
use identity_model::protocol::Request;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::testing::{ProviderEndpoint, TestProvider};
use identity_model::transport::{
    AttemptTimeout, BlockingHttpClient, BodyLimit, HttpRequest, HttpResponse, TransportError, TransportErrorKind as Kind, TransportSettings,
};

/// One connection a request. Follows no redirect, stops at the request's limits, never panics: what the seam asks for.
struct PlainHttp;

impl BlockingHttpClient for PlainHttp {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.extensions().get::<AttemptTimeout>().map_or(TransportSettings::DEFAULT_TIMEOUT, |timeout| timeout.0);
        let limit = request.extensions().get::<BodyLimit>().copied().unwrap_or_default().0;
        let (Some("http"), Some(host)) = (request.uri().scheme_str(), request.uri().host()) else {
            return Err(TransportError::new(Kind::Configuration, "this client speaks plain HTTP alone"));
        };
        let port = request.uri().port_u16().unwrap_or(80);
        let mut stream = TcpStream::connect((host, port)).map_err(|error| failed(Kind::Connect, "no connection", error))?;
        let answer = talk(&mut stream, &request, &format!("{host}:{port}"), limit, timeout).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => failed(Kind::Timeout, "no answer in time", error),
            _ => failed(Kind::Interrupted, "the connection broke", error),
        })?;
        read(&answer, limit)
    }
}

fn failed(kind: Kind, message: &str, source: io::Error) -> TransportError {
    TransportError::new(kind, message).with_source(source)
}

/// Sends the request as it is and reads until the server closes, a little beyond what may be read, or to the end of the attempt's time.
fn talk(stream: &mut TcpStream, request: &HttpRequest, host: &str, limit: usize, timeout: Duration) -> io::Result<Vec<u8>> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(format!("content-length: {}\r\n\r\n", request.body().len()).bytes().chain(request.body().iter().copied()));
    let (mut answer, mut chunk, begin) = (Vec::new(), [0; 4096], Instant::now());
    stream.write_all(&head)?;
    while let Some(left) = timeout.checked_sub(begin.elapsed()).filter(|left| !left.is_zero()) {
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut chunk)?;
        answer.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if count == 0 || answer.len() > limit + 64 * 1024 {
            return Ok(answer);
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Status line, headers and a body of a stated length.
fn read(answer: &[u8], limit: usize) -> Result<HttpResponse, TransportError> {
    let broken = || TransportError::new(Kind::Protocol, "the answer is no HTTP that this client reads");
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(broken)?;
    let (head, rest) = answer.split_at_checked(end).ok_or_else(broken)?;
    let (head, body) = (std::str::from_utf8(head).map_err(|_| broken())?, rest.get(4..).unwrap_or_default());
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).ok_or_else(broken)?;
    let mut builder = http::Response::builder().status(status);
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(broken)?;
        builder = builder.header(name, value.trim());
    }
    let headers = builder.headers_ref().ok_or_else(broken)?;
    let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length.ok_or_else(broken)? {
        length if length > limit => Err(TransportError::new(Kind::BodyTooLarge, format!("the body is longer than {limit} bytes"))),
        length if length != body.len() => Err(TransportError::new(Kind::Interrupted, "the body was cut")),
        _ => builder.body(body.to_vec().into()).map_err(|_| broken()),
    }
}

/// What a driver does: performs each step and hands back what came of it. Any kind of I/O can stand in its place.
fn by_hand<T: Debug, E: Debug + From<ExchangeError>>(mut exchange: Exchange<T, E>) -> Result<Result<T, E>, Box<dyn StdError>> {
    let (environment, mut event) = (Environment::system(), Event::Start);
    loop {
        let step = exchange.resume(event, Moment::of(&environment)?);
        println!("step     {step:?}");
        event = match step {
            Step::Send { request, .. } => Event::Answered(PlainHttp.send(request)),
            Step::Wait(duration) => {
                std::thread::sleep(duration.min(Duration::from_secs(1)));
                Event::Waited
            }
            Step::Done(result) => return Ok(result),
            other => return Err(format!("this request needs no {other:?}").into()),
        };
    }
}

fn main() -> Result<(), Box<dyn StdError>> {
    let provider = TestProvider::new();
    let listener = provider.listen()?;
    let request = ClientCredentialsTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET))
        .build();

    let token = request.send_blocking(&PlainHttp)?;
    println!("driven   {} from {}", token.token_type(), listener.url());
    let token = by_hand(request.exchange())??;
    println!("by hand  {} for {:?}", token.token_type(), token.expires_in());
    Ok(())
}

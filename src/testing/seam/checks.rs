//! The promises of the seam, one row each: how the server behaves, what is sent, and what has to come of it.

use std::time::Duration;

use bytes::Bytes;
use http::Request;

use super::server::{Behaviour, COMPRESSIBLE, PATIENCE, Server, header};
use crate::transport::{AttemptTimeout, BodyLimit, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

pub(super) struct Check {
    pub(super) point: &'static str,
    pub(super) behaviour: Behaviour,
    pub(super) requests: fn(&Server) -> Vec<HttpRequest>,
    pub(super) judge: fn(Outcome<'_>) -> Result<(), String>,
}

/// What came of a check's last request.
pub(super) struct Outcome<'a> {
    result: Result<HttpResponse, TransportError>,
    server: &'a Server,
    elapsed: Duration,
}

impl<'a> Outcome<'a> {
    /// `None` is a client that panicked.
    pub(super) fn new(result: Option<Result<HttpResponse, TransportError>>, server: &'a Server, elapsed: Duration) -> Result<Self, String> {
        Ok(Self { result: result.ok_or("the client panicked")?, server, elapsed })
    }

    fn response(self) -> Result<HttpResponse, String> {
        self.result.map_err(|error| format!("an answer was expected, not the error {:?} ({error})", error.kind()))
    }
}

const LIMIT: usize = 16 * 1024;
const ATTEMPT: Duration = Duration::from_millis(200);

pub(super) const CHECKS: &[Check] = &[
    Check { point: "a redirect is returned, not followed", behaviour: Behaviour::Redirect, requests: post, judge: not_followed },
    Check { point: "status 200 is returned as it is", behaviour: Behaviour::Answer(200), requests: get, judge: as_is::<200> },
    Check { point: "status 400 is returned as it is", behaviour: Behaviour::Answer(400), requests: get, judge: as_is::<400> },
    Check { point: "status 500 is returned as it is", behaviour: Behaviour::Answer(500), requests: get, judge: as_is::<500> },
    Check { point: "the request is sent as it is", behaviour: Behaviour::Answer(200), requests: post, judge: sent_as_is },
    Check { point: "no credentials are added", behaviour: Behaviour::Answer(200), requests: get_twice, judge: nothing_added },
    Check {
        point: "the body limit holds for a declared length",
        behaviour: Behaviour::Declared(LIMIT + 1),
        requests: get,
        judge: too_large,
    },
    Check { point: "the body limit holds for chunks", behaviour: Behaviour::Chunks, requests: get, judge: too_large },
    Check { point: "the body limit holds after decompression", behaviour: Behaviour::Compressible, requests: get, judge: too_large },
    Check { point: "a body as long as the limit is read", behaviour: Behaviour::Declared(LIMIT), requests: get, judge: whole },
    Check { point: "a compressed body is decompressed", behaviour: Behaviour::Compressible, requests: unlimited, judge: decompressed },
    Check { point: "the time-out holds for an answer that never comes", behaviour: Behaviour::Silence, requests: get, judge: timed_out },
    Check { point: "the time-out holds for a slow body", behaviour: Behaviour::Drip, requests: get, judge: timed_out },
    Check { point: "a cut connection is an error", behaviour: Behaviour::Cut, requests: get, judge: broken },
    Check { point: "an answer that is no HTTP is an error", behaviour: Behaviour::Garbage, requests: get, judge: broken },
];

const PATH: &str = "/a%20path/b?x=1&y=%26+z&x=2";
const BODY: &str = "grant_type=client_credentials&scope=a+b&non-ascii=%C3%BC";

/// Checks about time have a short one; the others a generous one, for a busy machine.
fn limited(mut request: HttpRequest, server: &Server) -> HttpRequest {
    let timeout = if server.is_slow() { ATTEMPT } else { Duration::from_secs(20) };
    request.extensions_mut().insert(BodyLimit(LIMIT));
    request.extensions_mut().insert(AttemptTimeout(timeout));
    request
}

fn get(server: &Server) -> Vec<HttpRequest> {
    let request = Request::get(server.url("/answer")).header("accept", "application/json").body(Bytes::new());
    request.into_iter().map(|request| limited(request, server)).collect()
}

fn get_twice(server: &Server) -> Vec<HttpRequest> {
    get(server).into_iter().chain(get(server)).collect()
}

fn unlimited(server: &Server) -> Vec<HttpRequest> {
    let mut requests = get(server);
    for request in &mut requests {
        request.extensions_mut().remove::<BodyLimit>();
    }
    requests
}

fn post(server: &Server) -> Vec<HttpRequest> {
    let request = Request::post(server.url(PATH))
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-repeated", "one")
        .header("x-repeated", "two")
        .body(Bytes::from_static(BODY.as_bytes()));
    request.into_iter().map(|request| limited(request, server)).collect()
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}

fn not_followed(outcome: Outcome<'_>) -> Result<(), String> {
    let requests = outcome.server.requests().len();
    let response = outcome.response()?;
    expect("requests that reached the server", requests, 1)?;
    expect("status", response.status().as_u16(), 307)?;
    expect("a `Location` header", response.headers().contains_key("location"), true)
}

fn as_is<const STATUS: u16>(outcome: Outcome<'_>) -> Result<(), String> {
    let response = outcome.response()?;
    expect("status", response.status().as_u16(), STATUS)?;
    let values: Vec<_> = response.headers().get_all("x-seam").iter().map(|value| value.as_bytes()).collect();
    expect("values of a repeated header", values, vec![b"one", b"two"])?;
    expect("media type", response.headers().get("content-type").map(|value| value.as_bytes()), Some(b"text/seam"))?;
    expect("body", response.body().as_ref(), b"body")
}

fn sent_as_is(outcome: Outcome<'_>) -> Result<(), String> {
    let requests = outcome.server.requests();
    let host = outcome.server.host();
    outcome.response()?;
    let request = requests.first().ok_or("the request did not reach the server")?;
    let text = String::from_utf8_lossy(request);
    let line = text.lines().next().unwrap_or_default();
    expect("request line", line, format!("POST {PATH} HTTP/1.1").as_str())?;
    expect("header `host`", header(request, "host"), Some(host))?;
    expect("header `content-type`", header(request, "content-type").as_deref(), Some("application/x-www-form-urlencoded"))?;
    expect("header `accept`", header(request, "accept").as_deref(), Some("application/json"))?;
    let repeated: String = text.lines().filter(|line| line.to_ascii_lowercase().starts_with("x-repeated:")).collect();
    expect("both values of a repeated header", repeated.contains("one") && repeated.contains("two"), true)?;
    expect("body", text.split_once("\r\n\r\n").map(|parts| parts.1), Some(BODY))
}

fn nothing_added(outcome: Outcome<'_>) -> Result<(), String> {
    let requests = outcome.server.requests();
    outcome.response()?;
    expect("requests that reached the server", requests.len(), 2)?;
    for request in &requests {
        for name in ["authorization", "proxy-authorization", "cookie", "referer"] {
            expect(name, header(request, name), None)?;
        }
    }
    Ok(())
}

fn too_large(outcome: Outcome<'_>) -> Result<(), String> {
    match outcome.result {
        Ok(response) => Err(format!("{} bytes were accepted over a limit of {LIMIT}", response.body().len())),
        Err(error) => expect("kind of error", error.kind(), TransportErrorKind::BodyTooLarge),
    }
}

fn whole(outcome: Outcome<'_>) -> Result<(), String> {
    expect("length of the body", outcome.response()?.body().len(), LIMIT)
}

fn decompressed(outcome: Outcome<'_>) -> Result<(), String> {
    expect("length of the body", outcome.response()?.body().len(), COMPRESSIBLE)
}

fn timed_out(outcome: Outcome<'_>) -> Result<(), String> {
    match outcome.result {
        Ok(_) => Err("an answer came of what never ends".to_owned()),
        Err(_) if outcome.elapsed >= PATIENCE => Err(format!("it took {:?} to give up after {ATTEMPT:?}", outcome.elapsed)),
        Err(error) => expect("kind of error", error.kind(), TransportErrorKind::Timeout),
    }
}

fn broken(outcome: Outcome<'_>) -> Result<(), String> {
    match outcome.result {
        Ok(_) => Err("an answer came of what is none".to_owned()),
        Err(error) => expect("certain that nothing was sent", error.is_unsent(), false),
    }
}

//! The listener's side of the wire: HTTP/1.1 (RFC 9112) by hyper, with whatever a fault does to a connection.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{JoinError, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::testing::provider::state::endpoint_table::EndpointRow;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::response::empty_response;
use crate::testing::provider::wire::serve::{Outcome, Reaction};
use crate::testing::provider::wire::switch::Command;
use crate::transport::HttpRequest;

/// How much of a request body is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// What a connection needs to know.
#[derive(Clone)]
pub(in crate::testing::provider) struct Server {
    pub(in crate::testing::provider) shared: Arc<Shared>,
    pub(in crate::testing::provider) tls: Option<TlsAcceptor>,
    /// Scheme, address and port.
    pub(in crate::testing::provider) base: String,
    pub(in crate::testing::provider) address: SocketAddr,
}

/// Accepts connections until it is told to stop, closing the port while the provider is down. Connections end with it.
pub(in crate::testing::provider) async fn accept_until_stopped(
    server: Server,
    socket: TcpListener,
    mut commands: UnboundedReceiver<Command>,
) {
    let mut socket = (!server.shared.is_down()).then_some(socket);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            command = commands.recv() => match command {
                None | Some(Command::Stop) => return,
                Some(Command::Down(down, done)) => {
                    socket = if down { None } else { reopened(socket, server.address).await };
                    if down {
                        connections.shutdown().await;
                    }
                    report(&done);
                    continue;
                }
            },
            accepted = next_connection(socket.as_ref()) => accepted,
            Some(_) = connections.join_next() => continue,
        };
        connections.spawn(serve_connection(server.clone(), accepted));
    }
}

fn report(done: &Sender<()>) {
    // The connection is closed where the test lost its patience.
    let _reported = done.send(());
}

async fn reopened(socket: Option<TcpListener>, address: SocketAddr) -> Option<TcpListener> {
    if socket.is_some() {
        return socket;
    }
    for _ in 0..100 {
        if let Ok(socket) = TcpListener::bind(address).await {
            return Some(socket);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

async fn next_connection(socket: Option<&TcpListener>) -> TcpStream {
    let Some(socket) = socket else { return std::future::pending().await };
    loop {
        match socket.accept().await {
            Ok((stream, _)) => return stream,
            // Out of file descriptors, most likely: they come back when a connection ends.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(server: Server, stream: TcpStream) {
    // Small answers at once; a socket that does not take the option works all the same.
    let _quick = stream.set_nodelay(true);
    match server.tls.clone() {
        None => serve_stream(server, stream).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve_stream(server, stream).await;
            }
        }
    }
}

async fn serve_stream(server: Server, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(move |request| answer(server.clone(), request));
    // An error is a client that hung up or a fault that was asked for.
    let _over = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// The connection ends here, without another byte.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Cut;

async fn answer(server: Server, request: Request<Incoming>) -> Result<Response<WireBody>, Cut> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(whole(empty_response(StatusCode::PAYLOAD_TOO_LARGE)));
    };
    if let Some(target) = parts.uri.path_and_query()
        && let Ok(uri) = format!("{}{target}", server.base).parse::<Uri>()
    {
        parts.uri = uri;
    }
    let request = Request::from_parts(parts, body.to_bytes());
    let route = server.shared.addresses().at_path(request.uri().path());
    let Ok(Reaction { delay, gates, outcome }) = react(server.shared, request, route).await else { return Err(Cut) };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    for gate in gates {
        gate.pass().await;
    }
    match outcome {
        Outcome::Answer(response) => Ok(whole(response)),
        Outcome::Cut(response) => {
            Ok(response.map(|bytes| WireBody { length: bytes.len() as u64 + 1, bytes: Some(half(&bytes)), cut: true }))
        }
        Outcome::Refused => Err(Cut),
        Outcome::Silence => std::future::pending().await,
    }
}

/// A provider that calls clients does so beside the runtime: whom it calls may ask it for something meanwhile.
async fn react(shared: Arc<Shared>, request: HttpRequest, route: Option<&'static EndpointRow>) -> Result<Reaction, JoinError> {
    if shared.config.outgoing.is_none() {
        return Ok(shared.react(&request, route));
    }
    tokio::task::spawn_blocking(move || shared.react(&request, route)).await
}

fn half(bytes: &Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

fn whole(response: Response<Bytes>) -> Response<WireBody> {
    response.map(|bytes| WireBody { length: bytes.len() as u64, bytes: Some(bytes), cut: false })
}

/// A body that may break off before its length is reached.
struct WireBody {
    bytes: Option<Bytes>,
    length: u64,
    cut: bool,
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None if self.cut => Poll::Ready(Some(Err(Cut))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

//! Requests over a loopback connection: beside bare reqwest, one by one and sixty-four at a time; validation from cold.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use identity_model::keys::ProviderKeys;
use identity_model::{ReqwestClient, TokenValidator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::allocations;
use crate::clients::{Contender, SCOPE, contenders};
use crate::corpus::{AUDIENCE, Column, discovery_document};
use crate::measure::{Case, Figure, Rounds, Time, rounds};

/// How long a row runs in each round.
const SLICE: Duration = Duration::from_millis(20);

/// Starts a server on a thread of its own; answers its origin.
fn serve(answer: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("non-blocking");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let (answer, own) = (Arc::new(answer), origin.clone());
    thread::spawn(move || {
        current_thread().block_on(async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, own.clone(), Arc::clone(&answer)));
            }
        });
    });
    origin
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Answers every request of one connection.
async fn converse(mut stream: TcpStream, origin: String, answer: Arc<impl Fn(&str, &str) -> String>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let Some((path, size)) = request(&buffer) else {
            match stream.read_buf(&mut buffer).await {
                Ok(read) if read > 0 => continue,
                _ => return,
            }
        };
        buffer.drain(..size);
        let body = answer(&origin, &path);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: no-store\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all((head + &body).as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Path and length of the request that the buffer begins with, once it is whole.
fn request(buffer: &[u8]) -> Option<(String, usize)> {
    let text = std::str::from_utf8(buffer).ok()?;
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let length = head.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    let path = head.split(' ').nth(1)?.to_owned();
    (rest.len() >= length).then_some((path, head.len() + 4 + length))
}

/// A token endpoint on loopback whose token is as long as a real one.
pub fn token_endpoint() -> String {
    let token = "x".repeat(900);
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":3600,"scope":"{SCOPE}"}}"#);
    serve(move |_, _| body.clone()) + "/token"
}

/// What the requests brought, in the order of [`CONTENDERS`].
pub struct Requests {
    pub one_by_one_cpu: Rounds,
    pub one_by_one_wall: Rounds,
    pub tasks_cpu: Rounds,
    pub tasks_wall: Rounds,
    pub allocations: Vec<(&'static str, u64)>,
}

pub fn requests(count: usize) -> Requests {
    let address = token_endpoint();
    let runtime = current_thread();
    let contenders = contenders(&address);
    let one_by_one = |time| {
        let case = |contender: &Contender| {
            let (name, send, runtime) = (contender.name, Arc::clone(&contender.send), &runtime);
            Case::new(name, move || runtime.block_on(send()))
        };
        rounds(count, SLICE, time, &mut contenders.iter().map(case).collect::<Vec<_>>())
    };
    let (one_by_one_cpu, one_by_one_wall) = (one_by_one(Time::Cpu), one_by_one(Time::Wall));
    let tasks = |time| {
        let case = |contender: &Contender| {
            let (name, send, runtime) = (contender.name, Arc::clone(&contender.send), &runtime);
            Case::new(name, move || {
                runtime.block_on(async {
                    for task in (0..64).map(|_| tokio::spawn(send())).collect::<Vec<_>>() {
                        task.await.expect("done");
                    }
                });
            })
        };
        rounds(count, SLICE, time, &mut contenders.iter().map(case).collect::<Vec<_>>())
    };
    let (tasks_cpu, tasks_wall) = (tasks(Time::Cpu), tasks(Time::Wall));
    let counted = |contender: &Contender| (contender.name, allocations::of(|| runtime.block_on((contender.send)())));
    let allocations = contenders.iter().map(counted).collect();
    Requests { one_by_one_cpu, one_by_one_wall, tasks_cpu, tasks_wall, allocations }
}

/// Sends `count` requests of the contender called `name` to `address`: for a profiler. The server runs in another process (`--serve`), so that
/// it counts for nothing.
pub fn profile(name: &str, address: &str, count: usize) {
    let contenders = contenders(address);
    let contender = contenders.iter().find(|contender| contender.name == name).expect("a contender of this name");
    current_thread().block_on(async {
        for _ in 0..count {
            (contender.send)().await;
        }
    });
}

/// Milliseconds from a new validator over a new client to the first verdict (discovery, keys, check), and to the second one.
pub fn cold_and_warm(count: usize) -> (Figure, Figure) {
    let column = Column::new(identity_model::jose::SignatureAlgorithm::RS256);
    let key_set = column.key_set();
    let origin = serve(move |origin, path| match path {
        "/keys" => key_set.clone(),
        _ => discovery_document(origin, &format!("{origin}/keys")),
    });
    let token = column.token_of(&origin);
    let runtime = current_thread();
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let client = ReqwestClient::builder().no_proxy().build().expect("a client");
        let keys = ProviderKeys::new(origin.as_str(), client);
        let validator = TokenValidator::builder().keys(keys).issuer(origin.as_str()).audience(AUDIENCE).build();
        for times in [&mut cold, &mut warm] {
            let start = Instant::now();
            runtime.block_on(validator.validate(&token)).expect("valid");
            times.push(start.elapsed().as_nanos() as f64 / 1e6);
        }
    }
    (Figure::of(cold), Figure::of(warm))
}

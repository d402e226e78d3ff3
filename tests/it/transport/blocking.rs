//! The blocking client: the same behaviour, from any thread, and never inside an async task.

use std::time::Duration;

use identity_model::transport::{
    AttemptTimeout, BlockingHttpClient, BlockingReqwestClient, HttpClient, ReqwestClient, TransportError, TransportErrorKind,
};

use super::support::{Authority, OK, Server, builder, get, ready, untrusting};

fn refused<T>(outcome: Result<T, TransportError>) {
    let Err(error) = outcome else { panic!("refused inside an async task") };
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("use ReqwestClient"), "{error}");
}

#[test]
fn settings_and_errors_are_those_of_the_async_client() {
    let authority = Authority::new();
    let server = Server::tls(authority.mutual());
    let signed = authority.sign("reports");
    let client = builder()
        .root_certificate_der(authority.der())
        .client_certificate_der([&signed.certificate], signed.key.serialize_der())
        .user_agent("reports/2.1")
        .build_blocking()
        .unwrap();
    assert!(client.has_client_certificate());
    assert_eq!(client.send(get(&server.url("https"))).unwrap().status(), 200);
    assert!(server.requests()[0].contains("user-agent: reports/2.1"));

    let untrusting = untrusting().build_blocking().unwrap();
    assert_eq!(untrusting.send(get(&server.url("https"))).unwrap_err().kind(), TransportErrorKind::Tls);
    let silent = Server::plain("");
    let mut request = get(&silent.url("http"));
    request.extensions_mut().insert(AttemptTimeout(Duration::from_millis(50)));
    assert_eq!(untrusting.send(request).unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(builder().timeout(Duration::ZERO).build_blocking().unwrap_err().kind(), TransportErrorKind::Configuration);
}

#[tokio::test]
async fn inside_an_async_task_it_is_refused_and_the_async_client_named() {
    refused(BlockingReqwestClient::builder().build_blocking());
    refused(BlockingReqwestClient::danger_from_client(ready()));
    let server = Server::plain(OK);
    let client = std::thread::spawn(|| builder().build_blocking().unwrap()).join().unwrap();
    refused(client.send(get(&server.url("http"))));
    assert!(server.requests().is_empty());
    // The rejection leaves the task's budget as it was: the async client works on.
    builder().build().unwrap().send(get(&server.url("http"))).await.unwrap();
    drop(client);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_runtime_allows_blocking_it_works() {
    let server = Server::plain(OK);
    let url = server.url("http");
    let client = tokio::task::block_in_place(|| builder().build_blocking().unwrap());
    tokio::task::block_in_place(|| client.send(get(&url))).unwrap();
    let there = client.clone();
    let (in_task, request) = (client.clone(), get(&url));
    tokio::task::spawn_blocking(move || there.send(get(&url))).await.unwrap().unwrap();
    tokio::spawn(async move { refused(in_task.send(request)) }).await.unwrap();
    tokio::spawn(async move { drop(client) }).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn beside_a_runtime_that_is_entered_but_not_polling_it_works() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let server = Server::plain(OK);
    builder().build_blocking().unwrap().send(get(&server.url("http"))).unwrap();
    runtime.block_on(async { refused(builder().build_blocking()) });
}

#[test]
fn five_hundred_and_twelve_threads_share_one_client() {
    // So many that nobody's queue of connections overflows, however late they are accepted: what overflows is reset.
    let servers: [Server; 8] = std::array::from_fn(|_| Server::in_turn(OK));
    let client = builder().build_blocking().unwrap();
    std::thread::scope(|scope| {
        for server in servers.iter().cycle().take(512) {
            scope.spawn(|| assert_eq!(client.send(get(&server.url("http"))).unwrap().body().as_ref(), b"ok"));
        }
    });
    assert!(servers.iter().all(|server| server.requests().len() == 64));
}

#[test]
fn a_ready_client_is_taken_by_both_faces() {
    let server = Server::plain(OK);
    BlockingReqwestClient::danger_from_client(ready()).unwrap().send(get(&server.url("http"))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(ReqwestClient::danger_from_client(ready()).send(get(&server.url("http")))).unwrap();
}

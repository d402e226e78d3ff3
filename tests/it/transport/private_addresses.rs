//! A client that denies private addresses: names are resolved, checked and pinned; nothing leaves this machine, for the resolver is the
//! test's own (rule H16).

use std::collections::VecDeque;
use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use identity_model::DiscoveryDocumentRequest;
use identity_model::encoding::address_class::AddressClass;
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::error::ErrorKind;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::transport::{
    BlockingHttpClient, ForbiddenAddress, HttpClient, NameResolver, ReqwestClientBuilder, TransportError, TransportErrorKind,
};

use super::support::{OK, Server, all_texts, builder, get, untrusting};

/// Answers in turn, the last one for ever, and remembers what it was asked.
#[derive(Clone, Default)]
struct Names {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    fn answering<const N: usize>(answers: [&[&str]; N]) -> Self {
        let answers = answers.iter().map(|addresses| addresses.iter().map(|address| address.parse().unwrap()).collect()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl NameResolver for Names {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        answer.filter(|addresses| !addresses.is_empty()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn guarded(names: &Names) -> ReqwestClientBuilder {
    builder().deny_private_addresses().name_resolver(names.clone())
}

#[track_caller]
fn forbidden(error: &TransportError) -> ForbiddenAddress {
    assert_eq!(error.kind(), TransportErrorKind::ForbiddenAddress, "{}", all_texts(error));
    assert!(error.is_unsent() && !error.kind().is_retryable());
    error.source().unwrap().downcast_ref::<ForbiddenAddress>().unwrap().clone()
}

fn port(server: &Server) -> String {
    server.url("http").split(':').nth(2).unwrap().split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn h16_a_literal_address_is_refused_in_every_spelling_and_nobody_is_asked() {
    let (server, names) = (Server::plain(OK), Names::default());
    let client = guarded(&names).build().unwrap();
    let port = port(&server);
    for (host, class) in [
        ("127.0.0.1", AddressClass::Loopback),
        ("127.1", AddressClass::Loopback),
        ("2130706433", AddressClass::Loopback),
        ("0x7f000001", AddressClass::Loopback),
        ("0177.0.0.1", AddressClass::Loopback),
        ("localhost", AddressClass::Loopback),
        ("0.0.0.0", AddressClass::Unspecified),
        ("[::1]", AddressClass::Loopback),
        ("[::ffff:127.0.0.1]", AddressClass::Loopback),
        ("[64:ff9b::7f00:1]", AddressClass::Loopback),
        ("[2002:7f00:1::]", AddressClass::Loopback),
        ("10.0.0.1", AddressClass::Private),
        ("100.64.0.1", AddressClass::Shared),
        ("169.254.169.254", AddressClass::LinkLocal),
        ("metadata.google.internal", AddressClass::CloudMetadata),
        ("224.0.0.1", AddressClass::Multicast),
        ("255.255.255.255", AddressClass::Reserved),
        ("192.0.2.1", AddressClass::Documentation),
        ("[fe80::1]", AddressClass::LinkLocal),
        ("[fd00::1]", AddressClass::Private),
        ("[2001:db8::1]", AddressClass::Documentation),
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}/path?query=s3cr3t");
            let error = client.send(get(&url)).await.unwrap_err();
            let refused = forbidden(&error);
            assert_eq!((refused.host(), refused.class()), (host, class), "{url}");
            assert!(!all_texts(&error).contains("s3cr3t"));
        }
    }
    assert!(server.requests().is_empty() && names.asked().is_empty());
}

#[tokio::test]
async fn h16_a_name_that_leads_inside_is_refused_before_anything_is_sent() {
    let server = Server::plain(OK);
    for (answer, class) in [
        (&["127.0.0.1"][..], AddressClass::Loopback),
        (&["::1"], AddressClass::Loopback),
        (&["10.1.2.3"], AddressClass::Private),
        (&["100.100.100.200"], AddressClass::CloudMetadata),
        (&["::ffff:192.168.0.1"], AddressClass::Private),
        (&["64:ff9b::a00:1"], AddressClass::Private),
        (&["2002:a9fe:a9fe::"], AddressClass::LinkLocal),
        (&["8.8.8.8", "127.0.0.1"], AddressClass::Loopback),
        (&["127.0.0.1", "8.8.8.8"], AddressClass::Loopback),
    ] {
        let names = Names::answering([answer]);
        let url = format!("http://idp.example.com:{}/path?query=s3cr3t", port(&server));
        let error = guarded(&names).build().unwrap().send(get(&url)).await.unwrap_err();
        assert_eq!(forbidden(&error), ForbiddenAddress::new("idp.example.com", class), "{answer:?}");
        let texts = all_texts(&error);
        assert!(!texts.contains("s3cr3t") && answer.iter().all(|address| !texts.contains(address)), "{texts}");
        assert_eq!(names.asked(), ["idp.example.com"]);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn h16_the_blocking_client_refuses_the_same() {
    let (server, names) = (Server::plain(OK), Names::answering([&["127.0.0.1"]]));
    let client = guarded(&names).build_blocking().unwrap();
    let error = client.send(get(&format!("http://idp.example.com:{}/", port(&server)))).unwrap_err();
    assert_eq!(forbidden(&error), ForbiddenAddress::new("idp.example.com", AddressClass::Loopback));
    let error = client.send(get(&server.url("http"))).unwrap_err();
    assert_eq!(forbidden(&error), ForbiddenAddress::new("localhost", AddressClass::Loopback));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn h16_what_the_resolver_says_is_what_is_connected_to_and_it_is_asked_once() {
    let server = Server::plain(OK);
    // The second response is for whoever looks again between the check and the connection.
    let names = Names::answering([&["127.0.0.1"], &["127.0.0.2"]]);
    let client = builder().name_resolver(names.clone()).build().unwrap();
    let response = client.send(get(&format!("http://idp.example.com:{}/", port(&server)))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(server.requests()[0].contains(&format!("host: idp.example.com:{}", port(&server))));
    assert_eq!(names.asked(), ["idp.example.com"]);
}

#[tokio::test]
async fn h16_a_name_that_has_moved_inside_is_refused_at_the_next_connection() {
    let server = Server::plain(OK);
    let names = Names::answering([&["127.0.0.1"]]);
    let url = format!("http://idp.example.com:{}/", port(&server));
    builder().name_resolver(names.clone()).build().unwrap().send(get(&url)).await.unwrap();
    // A client of its own has no connection that another one left open.
    forbidden(&guarded(&names).build().unwrap().send(get(&url)).await.unwrap_err());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_name_without_an_address_is_no_connection() {
    let client = guarded(&Names::default()).build().unwrap();
    let error = client.send(get("http://nowhere.example.com/")).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (TransportErrorKind::Connect, "no connection to nowhere.example.com"));
}

#[test]
fn h16_a_proxy_would_look_names_up_itself() {
    let error = builder().deny_private_addresses().proxy("http://proxy.example.com:8080").build().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("proxy"), "{error}");
}

#[test]
fn h16_a_request_tells_host_and_class_and_does_not_try_again() {
    let names = Names::answering([&["10.0.0.7"]]);
    let client = untrusting().deny_private_addresses().name_resolver(names.clone()).build_blocking().unwrap();
    let clock = FixedClock::at(std::time::SystemTime::UNIX_EPOCH);
    let timer = FixedTimer::moving(&clock);
    let environment = Environment::system().with_clock(clock).with_timer(timer.clone());
    let request = DiscoveryDocumentRequest::builder().address("https://idp.example.com").environment(environment);
    let error = request.policy(DiscoveryPolicy::strict()).send_blocking(&client).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "forbidden_address"));
    assert!(crate::protocol::support::chain(&error).contains("`idp.example.com` leads to a private address"));
    assert_eq!((names.asked().len(), timer.waits().len()), (1, 0));
}

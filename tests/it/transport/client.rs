//! The async client: limits, time-outs, headers, proxies and what its errors say.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use identity_model::transport::{AttemptTimeout, BodyLimit, HttpClient, ParsedUrl, TransportErrorKind};

use super::support::{OK, Server, all_texts, builder, get, refusing, untrusting};

/// A body of this length, its length declared or not.
fn body(length: usize, declared: bool) -> Vec<u8> {
    let framing = if declared { format!("Content-Length: {length}\r\n") } else { String::new() };
    [format!("HTTP/1.1 200 OK\r\n{framing}Connection: close\r\n\r\n").into_bytes(), vec![b'x'; length]].concat()
}

#[tokio::test]
async fn h9_one_mebibyte_is_the_limit_where_a_request_states_none() {
    let server = Server::plain(body(BodyLimit::DEFAULT.0, true));
    let client = builder().build().unwrap();
    assert_eq!(client.send(get(&server.url("http"))).await.unwrap().body().len(), 1024 * 1024);
    let server = Server::plain(body(BodyLimit::DEFAULT.0 + 1, true));
    let error = client.send(get(&server.url("http"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    assert!(!error.is_unsent());
}

#[tokio::test]
async fn h9_a_declared_length_above_the_limit_is_refused_before_the_body_comes() {
    // The body never comes: only a client that looks at the length first returns.
    let server = Server::plain("HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n");
    let error = builder().build().unwrap().send(get(&server.url("http"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn h9_the_requests_limit_wins_in_both_directions() {
    let client = builder().build().unwrap();
    for (limit, fits) in [(2 * 1024 * 1024, true), (1_500_000, true), (1_499_999, false), (0, false)] {
        for declared in [true, false] {
            let server = Server::plain(body(1_500_000, declared));
            let mut request = get(&server.url("http"));
            request.extensions_mut().insert(BodyLimit(limit));
            let outcome = client.send(request).await;
            assert_eq!(outcome.is_ok(), fits, "limit {limit}, declared {declared}");
        }
    }
}

#[tokio::test]
async fn h9_headers_without_end_are_refused() {
    let server = Server::plain(format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(4 * 1024 * 1024)));
    let error = builder().build().unwrap().send(get(&server.url("http"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Protocol);
}

#[tokio::test]
async fn h10_the_clients_time_out_counts_and_the_requests_wins() {
    let silent = Server::plain("");
    let client = builder().timeout(Duration::from_millis(100)).build().unwrap();
    let error = client.send(get(&silent.url("http"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert!(error.to_string().ends_with("within 100ms"), "{error}");
    let patient = builder().build().unwrap();
    let mut request = get(&silent.url("http"));
    request.extensions_mut().insert(AttemptTimeout(Duration::from_millis(50)));
    let error = patient.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert!(error.to_string().ends_with("within 50ms"), "{error}");
}

#[test]
fn h10_a_time_out_of_zero_is_a_configuration_error() {
    assert_eq!(builder().timeout(Duration::ZERO).build().unwrap_err().kind(), TransportErrorKind::Configuration);
}

#[tokio::test]
async fn h2_every_redirect_status_is_returned_as_it_came() {
    let client = builder().build().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let target = Server::plain(OK);
        let location = target.url("http");
        let server = Server::plain(format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"));
        let request = http::Request::post(server.url("http")).body("client_secret=s3cr3t".into()).unwrap();
        let response = client.send(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["location"].to_str().unwrap(), location);
        assert!(target.requests().is_empty());
    }
}

#[tokio::test]
async fn a_refused_connection_is_certainly_unsent_and_shows_no_query() {
    let (address, _kept) = refusing();
    let request = get(&format!("http://{address}/token?code=s3cr3t"));
    let error = builder().build().unwrap().send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(error.is_unsent());
    assert_eq!(error.to_string(), format!("no connection to {address}"));
    let texts = all_texts(&error);
    assert!(texts.contains("refused") && !texts.contains("s3cr3t") && !texts.contains("/token"), "{texts}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_not_called_unsent() {
    let client = builder().build().unwrap();
    let zipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\x1f";
    for answer in ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", zipped] {
        let server = Server::plain(answer);
        let error = client.send(get(&server.url("http"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{}", all_texts(&error));
    }
    let garbage = Server::plain("SSH-2.0-OpenSSH_9.6\r\n\r\n");
    assert_eq!(client.send(get(&garbage.url("http"))).await.unwrap_err().kind(), TransportErrorKind::Protocol);
    let broken = Server::plain("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope");
    assert_eq!(client.send(get(&broken.url("http"))).await.unwrap_err().kind(), TransportErrorKind::Protocol);
}

#[tokio::test]
async fn h1_an_address_that_is_not_absolute_http_or_holds_a_password_is_refused() {
    let client = builder().build().unwrap();
    for url in ["/token", "ftp://localhost/", "http://user:s3cr3t@localhost/", "https://s3cr3t@localhost/"] {
        let error = client.send(get(url)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration, "{url}");
        assert!(!all_texts(&error).contains("s3cr3t"));
    }
}

#[tokio::test]
async fn a_parsed_address_counts_only_where_it_is_that_of_the_request() {
    let (meant, other) = (Server::plain(OK), Server::plain(OK));
    let client = builder().build().unwrap();
    for parsed in [meant.url("http"), other.url("http"), format!("{}&more=1", meant.url("http"))] {
        let mut request = http::Request::post(meant.url("http")).header("x-mark", "1").body("a=b".into()).unwrap();
        request.extensions_mut().insert(ParsedUrl::new(url::Url::parse(&parsed).unwrap()));
        assert_eq!(client.send(request).await.unwrap().status(), 200);
    }
    assert_eq!((meant.requests().len(), other.requests().len()), (3, 0));
    for request in meant.requests() {
        assert!(request.starts_with("POST /path?query=1 HTTP/1.1\r\n") && request.contains("x-mark: 1\r\n"), "{request}");
        assert!(request.contains("content-length: 3\r\n"), "{request}");
    }
}

#[tokio::test]
async fn user_agent_and_default_headers_go_out_unless_the_request_brings_its_own() {
    let server = Server::plain(OK);
    let plain = builder().build().unwrap();
    plain.send(get(&server.url("http"))).await.unwrap();
    let named = builder().user_agent("reports/2.1").default_header("X-Tenant", "a").build().unwrap();
    named.send(get(&server.url("http"))).await.unwrap();
    let mut request = get(&server.url("http"));
    request.headers_mut().insert("x-tenant", "b".parse().unwrap());
    named.send(request).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains(concat!("user-agent: identity-model/", env!("CARGO_PKG_VERSION"), "\r\n")), "{}", requests[0]);
    assert!(requests[1].contains("user-agent: reports/2.1\r\n") && requests[1].contains("x-tenant: a\r\n"), "{}", requests[1]);
    assert!(requests[2].contains("x-tenant: b\r\n") && !requests[2].contains("x-tenant: a"), "{}", requests[2]);
}

#[test]
fn h11_a_default_header_must_not_carry_credentials() {
    for name in ["Authorization", "proxy-authorization", "Cookie", "Host", "content-length", "no header name"] {
        let error = builder().default_header(name, "s3cr3t").build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration, "{name}");
        assert!(!all_texts(&error).contains("s3cr3t"));
    }
    let error = builder().default_header("x-key", "s3cr3t\n").build().unwrap_err();
    assert!(error.to_string().contains("x-key") && !all_texts(&error).contains("s3cr3t"));
    builder().user_agent("a\nb").build().unwrap_err();
}

#[tokio::test]
async fn a_proxy_that_is_set_gets_the_request_with_its_own_credentials() {
    let proxy = Server::plain(OK);
    let address = proxy.url("http").replace("localhost", "user:pass@localhost");
    let client = builder().proxy(address).build().unwrap();
    client.send(get("http://idp.test/keys?x=1")).await.unwrap();
    let request = &proxy.requests()[0];
    assert!(request.starts_with("GET http://idp.test/keys?x=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n"), "{request}");
    assert!(!format!("{client:?} {:?}", builder().proxy("http://user:s3cr3t@localhost")).contains("s3cr3t"));
}

#[tokio::test]
async fn a_proxy_that_refuses_the_tunnel_is_no_connection() {
    let proxy = Server::plain("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    let client = untrusting().proxy(proxy.url("http")).build().unwrap();
    let error = client.send(get("https://idp.test/token")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert!(proxy.requests()[0].starts_with("CONNECT idp.test:443"));
}

#[tokio::test]
async fn h_407_a_proxy_that_demands_credentials_is_named_and_not_asked_again() {
    let proxy =
        Server::plain("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
    let client = untrusting().proxy(proxy.url("http")).build().unwrap();
    for url in ["https://idp.test/token", "http://idp.test/token"] {
        let error = client.send(get(url)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::ProxyAuthentication, "{url}: {}", all_texts(&error));
        assert_eq!((error.kind().code(), error.kind().is_retryable(), error.is_unsent()), ("proxy_authentication", false, true));
        assert!(error.to_string().contains("proxy") && error.to_string().contains("idp.test"), "{error}");
    }
    // Without a proxy, that status is the response of the server.
    let direct = untrusting().build().unwrap();
    assert_eq!(direct.send(get(&proxy.url("http"))).await.unwrap().status(), 407);
}

#[tokio::test]
async fn h_407_a_request_through_such_a_proxy_is_not_repeated_and_says_why() {
    use identity_model::environment::{Environment, FixedClock, FixedTimer};
    let proxy = Server::plain("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let client = untrusting().proxy(proxy.url("http")).build().unwrap();
    let clock = FixedClock::at(std::time::SystemTime::now());
    let environment = Environment::system().with_timer(FixedTimer::moving(&clock)).with_clock(clock);
    let request = identity_model::protocol::jwks::JwksRequest::builder().address("https://idp.test/keys").environment(environment);
    let error = request.retry(identity_model::transport::RetrySettings::default()).send(&client).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable(), proxy.requests().len()), ("proxy_authentication", false, 1));
}

/// A SOCKS5 proxy (RFC 1928) that wants no credentials, connects to `to` whatever it is asked for, and tells what that was.
fn socks_proxy(to: std::net::SocketAddr) -> (u16, std::sync::mpsc::Receiver<String>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut read = |count: usize| {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).map(|()| bytes)
            };
            let Ok(greeting) = read(2) else { return };
            assert_eq!(greeting[0], 5);
            read(greeting[1].into()).unwrap();
            stream.write_all(&[5, 0]).unwrap();
            let mut read = |count: usize| {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).unwrap();
                bytes
            };
            let host = match read(4)[3] {
                1 => read(4).iter().map(u8::to_string).collect::<Vec<_>>().join("."),
                3 => {
                    let length = read(1)[0];
                    String::from_utf8(read(length.into())).unwrap()
                }
                kind => panic!("an address of kind {kind}"),
            };
            read(2);
            told.send(host).unwrap();
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
            let mut server = std::net::TcpStream::connect(to).unwrap();
            let (mut back, mut from) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut stream, &mut server));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut back);
                let _ = back.shutdown(std::net::Shutdown::Write);
            });
        }
    });
    (port, asked)
}

#[tokio::test]
async fn h_socks_a_socks_proxy_carries_requests() {
    let server = Server::plain(OK);
    let port: u16 = server.url("http").split([':', '/']).nth(4).unwrap().parse().unwrap();
    let (proxy, asked) = socks_proxy(([127, 0, 0, 1], port).into());
    // With `socks5` this side looks the name up, with `socks5h` the proxy does.
    for (scheme, host) in [("socks5", "127.0.0.1"), ("socks5h", "idp.test")] {
        let client = builder().proxy(format!("{scheme}://127.0.0.1:{proxy}")).build().unwrap();
        let response = client.send(get("http://idp.test/keys")).await;
        let response = response.unwrap_or_else(|error| panic!("{scheme}: {}", all_texts(&error)));
        assert_eq!((response.status().as_u16(), asked.recv().unwrap().as_str()), (200, host), "{scheme}");
    }
    assert!(server.requests().iter().all(|request| request.starts_with("GET /keys HTTP/1.1\r\n")), "{:?}", server.requests());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn h_socks_a_scheme_that_no_proxy_has_is_a_configuration_error() {
    for url in ["ftp://u:s3cr3t@proxy.test", "socks://proxy.test", "socks6://proxy.test", "file:///s3cr3t"] {
        let error = builder().proxy(url).build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration, "{url}");
        assert!(error.to_string().contains("socks5") && !all_texts(&error).contains("s3cr3t"), "{error}");
    }
}

/// The checksum of gzip (RFC 1952 section 8).
fn crc(text: &[u8]) -> u32 {
    let shifted = |crc: u32| (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
    !text.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shifted(crc)))
}

#[tokio::test]
async fn h_gzip_a_coding_counts_in_any_case_and_by_its_old_name() {
    // `{"keys":[]}` as a stored block.
    let text = b"{\"keys\":[]}";
    let mut zipped = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x0b\x00\xf4\xff".to_vec();
    zipped.extend_from_slice(text);
    zipped.extend_from_slice(&crc(text).to_le_bytes());
    zipped.extend_from_slice(&11_u32.to_le_bytes());
    let client = builder().build().unwrap();
    for coding in ["gzip", "GZIP", "Gzip", "x-gzip", "X-GZIP", "identity, gzip"] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", zipped.len());
        let server = Server::plain([head.as_bytes(), &zipped].concat());
        let response = client.send(get(&server.url("http"))).await;
        let response = response.unwrap_or_else(|error| panic!("{coding}: {}", all_texts(&error)));
        assert_eq!(response.body().as_ref(), text, "{coding}");
        assert!(!response.headers().contains_key("content-encoding") && !response.headers().contains_key("content-length"));
        assert!(server.requests()[0].contains("accept-encoding: gzip, deflate\r\n"), "{}", server.requests()[0]);
    }
    let unknown = Server::plain("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nok");
    let error = client.send(get(&unknown.url("http"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Protocol);
    assert!(error.to_string().contains("Content-Encoding"), "{error}");
}

/// Answers each request of a connection and closes it after it was idle for `idle`; counts connections.
fn closing_after(idle: Duration) -> (u16, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), std::sync::Arc::default());
    let connections = std::sync::Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::sync::atomic::AtomicUsize::fetch_add(&connections, 1, std::sync::atomic::Ordering::SeqCst);
            std::thread::spawn(move || {
                stream.set_read_timeout(Some(idle)).unwrap();
                while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
                }
            });
        }
    });
    (port, count)
}

#[tokio::test]
async fn o_idle_a_connection_is_used_again_until_it_was_idle_for_too_long() {
    let (port, connections) = closing_after(super::support::LONG);
    let opened = || connections.load(std::sync::atomic::Ordering::SeqCst);
    let request = || get(&format!("http://localhost:{port}/"));
    let client = builder().build().unwrap();
    for _ in 0..3 {
        client.send(request()).await.unwrap();
    }
    assert_eq!(opened(), 1, "by default a connection is kept");
    let hasty = builder().pool_idle_timeout(Duration::ZERO).build().unwrap();
    for _ in 0..3 {
        hasty.send(request()).await.unwrap();
    }
    assert_eq!(opened(), 4, "zero keeps none");
}

#[test]
fn h_timers_a_runtime_without_timers_or_sockets_is_a_configuration_error() {
    let server = Server::plain(OK);
    for (runtime, missing) in [
        (tokio::runtime::Builder::new_current_thread().build().unwrap(), "enable_time"),
        (tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap(), "enable_time"),
        (tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap(), "enable_io"),
        (tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap(), "enable_time"),
    ] {
        let client = builder().build().unwrap();
        let error = runtime.block_on(client.send(get(&server.url("http")))).unwrap_err();
        assert_eq!((error.kind(), error.is_unsent()), (TransportErrorKind::Configuration, true), "{}", all_texts(&error));
        assert!(error.to_string().contains(missing), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn an_address_of_a_proxy_that_is_no_url_is_a_configuration_error() {
    let error = builder().proxy("http://user:s3cr3t@[").build().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(!all_texts(&error).contains("s3cr3t"));
}

#[test]
fn without_a_runtime_the_client_says_so() {
    let client = builder().build().unwrap();
    let mut sending = client.send(get("http://127.0.0.1:1/"));
    let Poll::Ready(Err(error)) = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) else { panic!("an error at once") };
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime") && error.to_string().contains("BlockingReqwestClient"));
}

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;
use crate::transport::{HttpClient, HttpRequest, TransportErrorKind};

/// A builder that reads nothing from the environment.
fn builder() -> ReqwestClientBuilder {
    ReqwestClient::builder().settings(TransportSettings::default()).no_proxy()
}

fn get(url: &str) -> HttpRequest {
    http::Request::get(url).body(bytes::Bytes::new()).unwrap()
}

#[tokio::test]
async fn a_machine_without_root_certificates_reaches_plain_http_and_names_them_for_https() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
    });
    let client = builder().build_on(|| Some(Vec::new())).unwrap();
    assert_eq!(client.send(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap().body(), "ok");
    server.join().unwrap();
    let https = || get(&format!("https://127.0.0.1:{port}/"));
    let error = client.send(https()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    for remedy in ["root certificates", "ca-certificates", "SSL_CERT_FILE", "builder"] {
        assert!(error.to_string().contains(remedy), "{error}");
    }
    // With one certificate added, the request is tried: the port is closed by now.
    let added = rcgen::generate_simple_self_signed(Vec::new()).unwrap().cert.pem();
    let client = builder().root_certificate_pem(added).build_on(|| Some(Vec::new())).unwrap();
    assert_eq!(client.send(https()).await.unwrap_err().kind(), TransportErrorKind::Connect);
}

#[test]
fn o_idle_an_idle_connection_is_given_up_before_common_servers_close_it() {
    assert_eq!(ReqwestClientBuilder::POOL_IDLE_TIMEOUT, Duration::from_secs(4));
    assert_eq!(builder().pool_idle_timeout, Duration::from_secs(4));
    assert_eq!(builder().pool_idle_timeout(Duration::from_secs(60)).pool_idle_timeout, Duration::from_secs(60));
}

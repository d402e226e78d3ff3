//! The provider is there and is the one it says it is.

use std::io::{Read, Write};
use std::net::TcpStream;

#[test]
fn the_provider_serves_its_discovery_document() {
    let Some(issuer) = super::issuer() else { return };
    let authority = issuer.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    write!(stream, "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let document: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(document["issuer"], issuer.as_str());
}

//! Rules MB5, PX3 and the table of formats.

use http::{HeaderMap, HeaderValue};

use super::*;
use crate::encoding::base64;
use crate::encoding::form::encode_query;

const CERTIFICATE: &str = concat!(
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGBy",
    "qGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID",
    "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=",
);
const THUMBPRINT: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
const HEX: &str = "0380ed2f626650c840b2f263e6d2b29fae12ab39ae5db32b25ad27efad72e6fd";
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const EMPTY: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

fn proxies() -> TrustedProxies {
    TrustedProxies::networks(["10.0.0.0/8"]).unwrap()
}

fn pem() -> String {
    let lines: Vec<&str> = CERTIFICATE.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// As an AWS load balancer encodes it: `+`, `=` and `/` stay.
fn aws(text: &str) -> String {
    encode_query(text).replace("%2B", "+").replace("%3D", "=").replace("%2F", "/")
}

fn read(header: &CertificateHeader, peer: [u8; 4], lines: &[&str]) -> Result<Option<String>, CertificateHeaderError> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(header.name.clone(), HeaderValue::from_str(line).unwrap());
    }
    let request = IncomingRequest::new("GET", "/", &headers).with_peer(peer);
    Ok(header.thumbprint(&request)?.map(|thumbprint| thumbprint.to_string()))
}

fn custom(build: fn(HeaderName, TrustedProxies) -> CertificateHeader) -> CertificateHeader {
    build(HeaderName::from_static("x-ssl-cert"), proxies())
}

#[test]
fn mb5_px3_every_format_leads_to_the_thumbprint_of_the_der() {
    let (pem, colons) = (pem(), format!(":{CERTIFICATE}:"));
    let (escaped, bare) = (encode_query(&pem), aws(&pem));
    let chain = aws(&format!("{pem}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"));
    let envoy = format!("By=spiffe://a;Hash={EMPTY_HASH};Cert=\"{escaped}\";Subject=\"CN=a,O=\\\"b;c\\\"\"");
    assert_eq!(base64::decode(CERTIFICATE).unwrap().len(), 266);
    for (header, text) in [
        (CertificateHeader::rfc9440(proxies()), &colons),
        (custom(CertificateHeader::haproxy), &CERTIFICATE.to_owned()),
        (custom(CertificateHeader::nginx), &escaped),
        (CertificateHeader::aws_alb(proxies()), &bare),
        (CertificateHeader::aws_alb_passthrough(proxies()), &chain),
        (CertificateHeader::envoy(proxies()), &envoy),
        (CertificateHeader::envoy(proxies()), &format!("Hash={HEX}")),
    ] {
        assert_eq!(read(&header, [10, 0, 0, 1], &[text]), Ok(Some(THUMBPRINT.to_owned())), "{header:?}");
        assert_eq!(read(&header, [10, 0, 0, 1], &[]), Ok(None), "no certificate");
        assert_eq!(read(&header, [10, 0, 0, 1], &[""]), Ok(None), "no certificate");
    }
}

#[test]
fn mb5_the_header_of_anybody_else_is_an_error() {
    let header = CertificateHeader::rfc9440(proxies());
    let line = format!(":{CERTIFICATE}:");
    let untrusted = CertificateHeaderError::UntrustedPeer { name: "client-cert".to_owned() };
    assert_eq!(read(&header, [192, 0, 2, 1], &[&line]), Err(untrusted.clone()));
    assert_eq!(read(&header, [192, 0, 2, 1], &[]), Ok(None));
    let mut headers = HeaderMap::new();
    headers.insert("client-cert", HeaderValue::from_str(&line).unwrap());
    assert_eq!(header.thumbprint(&IncomingRequest::new("GET", "/", &headers)), Err(untrusted), "an unknown peer");
}

#[test]
fn px3_a_header_that_is_there_twice_unreadable_or_too_long_is_an_error() {
    let header = CertificateHeader::rfc9440(proxies());
    let line = format!(":{CERTIFICATE}:");
    let long = format!(":{}:", "A".repeat(LONGEST));
    for lines in
        [&[line.as_str(), line.as_str()][..], &[&long], &[CERTIFICATE], &[":MAA=:"], &["::"], &[":a b:"], &[&format!("{line}, {line}")]]
    {
        assert!(matches!(read(&header, [10, 0, 0, 1], lines), Err(CertificateHeaderError::Unreadable { .. })), "{lines:?}");
    }
    let folded = pem().replace('\n', "\t");
    let nginx = custom(CertificateHeader::nginx);
    for line in [folded.as_str(), "-----BEGIN CERTIFICATE-----", "%zz", "%FF", CERTIFICATE] {
        assert!(read(&nginx, [10, 0, 0, 1], &[line]).is_err(), "{line}");
    }
    let haproxy = custom(CertificateHeader::haproxy);
    assert!(read(&haproxy, [10, 0, 0, 1], &[&format!(":{CERTIFICATE}:")]).is_err(), "with colons it is another format");
}

#[test]
fn px3_the_element_of_envoy_is_that_of_the_outermost_trusted_proxy() {
    let two = format!("Hash={EMPTY_HASH};URI=\"a,b\", Hash={HEX};URI=c");
    let nearest = CertificateHeader::envoy(proxies());
    assert_eq!(read(&nearest, [10, 0, 0, 1], &[&two]), Ok(Some(THUMBPRINT.to_owned())));
    let hops = |count| CertificateHeader::envoy(TrustedProxies::hops(count).unwrap());
    assert_eq!(read(&hops(1), [192, 0, 2, 1], &[&two]), Ok(Some(THUMBPRINT.to_owned())));
    assert_eq!(read(&hops(2), [192, 0, 2, 1], &[&two]), Ok(Some(EMPTY.to_owned())));
    assert!(read(&hops(3), [192, 0, 2, 1], &[&two]).is_err(), "fewer elements than hops");
    assert_eq!(read(&nearest, [10, 0, 0, 1], &["By=a;URI=b"]), Ok(None), "an element without a certificate");
    for line in ["Hash", "Hash=\"", "Hash=00", &format!("Hash={HEX}0"), &format!("Hash={HEX};hash={HEX}"), &"g".repeat(64)] {
        assert!(read(&nearest, [10, 0, 0, 1], &[line]).is_err(), "{line}");
    }
}

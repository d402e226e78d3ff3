//! Rules DV2, PX1, PX2.

use http::{HeaderMap, HeaderValue};

use super::*;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn of(public: &PublicUrl, peer: &str, lines: &[(&'static str, &str)]) -> Result<String, PublicUrlError> {
    let headers = headers(lines);
    let peer: std::net::IpAddr = peer.parse().unwrap();
    public.of(&IncomingRequest::new("GET", "/v1/items?page=2", &headers).with_peer(peer))
}

fn behind(networks: &[&str], family: ForwardingHeaders) -> PublicUrl {
    let proxies = TrustedProxies::networks(networks).unwrap();
    PublicUrl::forwarded(proxies, family, ["api.example.com", "api.example.com:8443"]).unwrap()
}

#[test]
fn dv2_px1_with_a_base_no_header_is_read() {
    let hostile = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-forwarded-prefix", "/evil"),
    ];
    for (base, expected) in [
        ("https://api.example.com", "https://api.example.com/v1/items?page=2"),
        ("https://api.example.com/", "https://api.example.com/v1/items?page=2"),
        ("https://api.example.com/orders/", "https://api.example.com/orders/v1/items?page=2"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/items?page=2"),
    ] {
        let public = PublicUrl::new(base).unwrap().with_prefix_header();
        assert_eq!(of(&public, "10.0.0.1", &hostile).as_deref(), Ok(expected), "{base}");
    }
}

#[test]
fn dv2_what_is_no_base_is_a_mistake_in_the_configuration() {
    for base in ["", "api.example.com", "ftp://api.example.com", "https://api.example.com/?x", "https://api.example.com/#x", "https://a@b/"]
    {
        assert!(matches!(PublicUrl::new(base), Err(PublicUrlError::Base { .. })), "{base}");
    }
    let proxies = TrustedProxies::hops(1).unwrap();
    assert!(matches!(PublicUrl::forwarded(proxies.clone(), ForwardingHeaders::Forwarded, [""; 0]), Err(PublicUrlError::NoHost)));
    for host in ["", "a/b", "a?b", "https://a", "a@b", "a b"] {
        let outcome = PublicUrl::forwarded(proxies.clone(), ForwardingHeaders::Forwarded, [host]);
        assert!(matches!(outcome, Err(PublicUrlError::Base { .. })), "{host}");
    }
}

#[test]
fn dv2_px2_headers_count_from_trusted_proxies_alone() {
    let public = behind(&["10.0.0.0/8"], ForwardingHeaders::XForwarded);
    let lines = [("x-forwarded-proto", "https"), ("x-forwarded-host", "API.example.com:443")];
    assert_eq!(of(&public, "10.1.2.3", &lines).as_deref(), Ok("https://api.example.com/v1/items?page=2"));
    assert_eq!(of(&public, "192.0.2.1", &lines), Err(PublicUrlError::UntrustedPeer));
    let headers = headers(&lines);
    assert_eq!(public.of(&IncomingRequest::new("GET", "/", &headers)), Err(PublicUrlError::UntrustedPeer), "an unknown peer");
}

#[test]
fn px2_values_come_from_the_right_and_hosts_are_allowed_ones() {
    let public = behind(&["10.0.0.0/8"], ForwardingHeaders::XForwarded);
    let chain = |hosts| {
        [("x-forwarded-for", "10.6.6.6, 203.0.113.7, 10.0.0.2"), ("x-forwarded-proto", "ftp, https, http"), ("x-forwarded-host", hosts)]
    };
    let spoofed = chain("evil.example, api.example.com, inner");
    assert_eq!(of(&public, "10.0.0.1", &spoofed).as_deref(), Ok("https://api.example.com/v1/items?page=2"));
    assert_eq!(of(&public, "10.0.0.1", &chain("api.example.com, evil.example, api.example.com")), Err(PublicUrlError::Host));
    for host in ["api.example.com/evil", "api.example.com?x", "api.example.com#x", "a@api.example.com", "api.example.com:8444", ""] {
        let outcome = of(&public, "10.0.0.1", &[("x-forwarded-proto", "https"), ("x-forwarded-host", host)]);
        assert!(!outcome.as_ref().is_ok_and(|url| !url.starts_with("https://api.example.com/v1/")), "{host}: {outcome:?}");
    }
    let hops = PublicUrl::forwarded(TrustedProxies::hops(2).unwrap(), ForwardingHeaders::XForwarded, ["api.example.com"]).unwrap();
    let two = [("x-forwarded-proto", "http, https, http"), ("x-forwarded-host", "evil.example, api.example.com, inner")];
    assert_eq!(of(&hops, "192.0.2.1", &two).as_deref(), Ok("https://api.example.com/v1/items?page=2"));
    let one = [("x-forwarded-proto", "https"), ("x-forwarded-host", "api.example.com")];
    assert!(matches!(of(&hops, "192.0.2.1", &one), Err(PublicUrlError::Headers { .. })), "fewer elements than hops");
}

#[test]
fn px2_contradictory_or_missing_headers_are_refused() {
    let public = behind(&["10.0.0.0/8"], ForwardingHeaders::XForwarded);
    let unequal = [("x-forwarded-proto", "https"), ("x-forwarded-host", "api.example.com, inner")];
    let other_family = [("forwarded", "proto=https;host=api.example.com")];
    let odd_scheme = [("x-forwarded-proto", "wss"), ("x-forwarded-host", "api.example.com")];
    let no_scheme = [("x-forwarded-host", "api.example.com")];
    for lines in [&unequal[..], &other_family, &odd_scheme, &no_scheme, &[]] {
        assert!(matches!(of(&public, "10.0.0.1", lines), Err(PublicUrlError::Headers { .. })), "{lines:?}");
    }
    let host = [("x-forwarded-proto", "https"), ("host", "api.example.com")];
    assert_eq!(of(&public, "10.0.0.1", &host).as_deref(), Ok("https://api.example.com/v1/items?page=2"));
    assert_eq!(of(&public, "10.0.0.1", &[("x-forwarded-proto", "https")]), Err(PublicUrlError::Host));
    let two = [("x-forwarded-proto", "https"), ("host", "api.example.com"), ("host", "api.example.com")];
    assert_eq!(of(&public, "10.0.0.1", &two), Err(PublicUrlError::Host));
}

#[test]
fn px2_a_prefix_is_read_by_option() {
    let public = behind(&["10.0.0.0/8"], ForwardingHeaders::Forwarded);
    let lines = |prefix| [("forwarded", "proto=https;host=\"api.example.com:8443\""), ("x-forwarded-prefix", prefix)];
    assert_eq!(of(&public, "10.0.0.1", &lines("/orders")).as_deref(), Ok("https://api.example.com:8443/v1/items?page=2"));
    let public = public.with_prefix_header();
    assert_eq!(of(&public, "10.0.0.1", &lines("/orders/")).as_deref(), Ok("https://api.example.com:8443/orders/v1/items?page=2"));
    for prefix in ["orders", "/a?b", "/a#b", "/a, /b", "/a b", "//%zz"] {
        assert!(matches!(of(&public, "10.0.0.1", &lines(prefix)), Err(PublicUrlError::Headers { .. })), "{prefix}");
    }
}

#[test]
fn a_target_that_is_no_path_has_no_public_url() {
    let (public, headers) = (PublicUrl::new("https://api.example.com").unwrap(), HeaderMap::new());
    for target in ["*", "", "api.example.com:443", "https://evil.example/"] {
        assert_eq!(public.of(&IncomingRequest::new("OPTIONS", target, &headers)), Err(PublicUrlError::Target), "{target}");
    }
}

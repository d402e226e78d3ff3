//! The comparison of target URIs, row by row.

use super::*;

const ITEMS: &str = "https://api.example.com/v1/items";

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Same,
    Differ,
    Error,
}

use Outcome::{Differ, Error, Same};

fn compare(claim: &str, request: &str) -> Outcome {
    let request = TargetUri::parse(request).expect("the request's own URI is well formed");
    match TargetUri::parse(claim) {
        Ok(claim) if claim == request => Same,
        Ok(_) => Differ,
        Err(_) => Error,
    }
}

/// `A` stands for the origin of the API; a row without a request is compared with [`ITEMS`].
fn row(claim: &str, request: Option<&str>, expected: Outcome) {
    let full = |text: &str| match text.strip_prefix('A') {
        Some(path) => format!("https://api.example.com{path}"),
        None => text.to_owned(),
    };
    let request = request.map_or_else(|| ITEMS.to_owned(), full);
    let claim = full(claim);
    assert_eq!(compare(&claim, &request), expected, "{claim} for {request}");
    // What cannot be read is no URI on either side; two that can be read compare alike whichever comes first.
    if expected != Error {
        assert_eq!(compare(&request, &claim), expected, "{request} for {claim}");
    }
}

macro_rules! rows {
    ($($name:ident: $claim:expr, $request:expr => $expected:ident;)*) => {$(
        #[test]
        fn $name() {
            row($claim, $request, $expected);
        }
    )*};
}

rows! {
    htu_1_query_and_fragment_are_left_out: ITEMS, Some("A/v1/items?a=1#f") => Same;
    htu_2_scheme_and_host_ignore_case: "HTTPS://API.Example.COM/v1/items", None => Same;
    htu_3_the_path_keeps_its_case: "A/V1/items", None => Differ;
    htu_4_http_is_another_scheme: "http://api.example.com/v1/items", None => Differ;
    htu_5_the_default_port_is_none: "A:443/v1/items", None => Same;
    htu_6_the_default_port_of_http_is_another_for_https: "A:80/v1/items", None => Differ;
    htu_7_leading_zeros_of_a_port_do_not_count: "A:8443/x", Some("A:08443/x") => Same;
    htu_8_a_port_has_16_bits: "A:65536/v1/items", None => Error;
    htu_9_an_empty_path_is_a_slash: "A", Some("A/") => Same;
    htu_10_an_empty_path_before_a_query_is_a_slash: "A?x=1", Some("A/") => Same;
    htu_11_a_trailing_slash_counts: "A/v1/items/", None => Differ;
    htu_12_dot_segments_are_removed: "A/v1/./x/../items", None => Same;
    htu_13_dot_segments_end_at_the_root: "A/../v1/items", None => Same;
    htu_14_encoded_dots_are_dot_segments: "A/v1/%2e%2E/items", Some("A/items") => Same;
    htu_15_unreserved_characters_are_decoded: "A/%7Eann", Some("A/~ann") => Same;
    htu_16_hexadecimal_digits_ignore_case: "A/a%2fb", Some("A/a%2Fb") => Same;
    htu_17_an_encoded_slash_is_no_slash: "A/a%2Fb", Some("A/a/b") => Differ;
    htu_18_an_encoded_at_sign_is_another: "A/u/a%40b", Some("A/u/a@b") => Differ;
    htu_19_a_plus_is_no_blank: "A/a+b", Some("A/a%20b") => Differ;
    htu_20_path_parameters_count: "A/v1/items;v=2", None => Differ;
    htu_21_a_percent_sign_needs_two_digits: "A/a%2", None => Error;
    htu_22_ipv6_addresses_are_compared_as_addresses: "https://[2001:DB8:0:0::1]:443", Some("https://[2001:db8::1]") => Same;
    htu_23_a_zone_is_an_error: "https://[fe80::1%25en0]", None => Error;
    htu_24_numbers_as_hosts_stay_text: "https://127.1", Some("https://127.0.0.1") => Differ;
    htu_25_a_trailing_dot_of_the_host_counts: "https://api.example.com./v1/items", None => Differ;
    htu_26_user_information_is_an_error: "https://ann:pw@api.example.com/v1/items", None => Error;
    htu_27_punycode_ignores_case: "https://XN--BCHER-KVA.example", Some("https://xn--bcher-kva.example") => Same;
    htu_28_letters_outside_ascii_are_an_error: "https://bücher.example", None => Error;
    htu_29_backslashes_are_an_error: r"https:\\api.example.com\v1", None => Error;
    htu_30_a_relative_reference_is_an_error: "/v1/items", None => Error;
}

#[test]
fn htu_30_another_scheme_is_an_error() {
    for uri in [
        "wss://api.example.com/v1/items",
        "ftp://api.example.com/",
        "https:/api.example.com",
        "https:api.example.com",
        "//api.example.com/",
        "",
    ] {
        assert!(TargetUri::parse(uri).is_err(), "{uri}");
    }
}

#[test]
fn what_is_no_uri_says_why() {
    let long = format!("https://api.example.com/{}", "a".repeat(8192 - 24));
    assert!(TargetUri::parse(&long).is_ok());
    for (uri, expected) in [
        (format!("{long}a").as_str(), TargetUriError::Length),
        ("", TargetUriError::Length),
        ("https://api.example.com/a b", TargetUriError::Character),
        ("https://api.example.com/\"", TargetUriError::Character),
        ("https://api.example.com/<", TargetUriError::Character),
        ("https://api.example.com/{id}", TargetUriError::Character),
        ("https://api.example.com/^", TargetUriError::Character),
        ("https://api.example.com/\n", TargetUriError::Character),
        ("https://api.example.com/?q=\u{e4}", TargetUriError::Character),
        ("https:///path", TargetUriError::Host),
        ("https://:443/", TargetUriError::Host),
        ("https://a%62.example/", TargetUriError::Host),
        ("https://[v1.fe80]/", TargetUriError::Host),
        ("https://[::1/", TargetUriError::Host),
        ("https://[::1]x/", TargetUriError::Host),
        ("https://a]/", TargetUriError::Host),
        ("https://a:b:1/", TargetUriError::Port),
        ("https://a:0/", TargetUriError::Port),
        ("https://a:000443/", TargetUriError::Port),
        ("https://a:+443/", TargetUriError::Port),
        ("https://a@/", TargetUriError::UserInformation),
        ("https://a/%zz", TargetUriError::Path),
        ("https://a/%", TargetUriError::Path),
        ("https://a/[1]", TargetUriError::Path),
    ] {
        assert_eq!(TargetUri::parse(uri).unwrap_err(), expected, "{uri}");
    }
}

#[test]
fn an_empty_port_is_none_and_addresses_have_one_spelling() {
    for (uri, expected) in [
        ("https://a:/x", "https://a/x"),
        ("http://A:80", "http://a/"),
        ("http://a:443/", "http://a:443/"),
        ("https://[::FFFF:1.2.3.4]:8443/", "https://[::ffff:1.2.3.4]:8443/"),
        ("https://a//b/./", "https://a//b/"),
        ("https://a/b/..", "https://a/"),
        ("https://a/b/.", "https://a/b/"),
        ("https://a/.b/..c/...", "https://a/.b/..c/..."),
        ("https://a/%41%2d%2E%5f%7e%C3%a4", "https://a/A-._~%C3%A4"),
        ("https://a/x?y/../z", "https://a/x"),
        ("https://a?x@y", "https://a/"),
    ] {
        assert_eq!(TargetUri::parse(uri).unwrap().to_string(), expected, "{uri}");
    }
}

#[test]
fn normalising_twice_changes_nothing() {
    for uri in ["https://A:443/%7e/../b/%2F", "http://[::1]:80/..//x/%2e", "https://a/%25%37%45"] {
        let once = TargetUri::parse(uri).unwrap();
        assert_eq!(TargetUri::parse(&once.to_string()).unwrap(), once, "{uri}");
    }
}

#[test]
fn dc5_what_is_sent_keeps_its_path_and_loses_query_fragment_and_user() {
    for (uri, htu, origin) in [
        ("https://API.example.com:443?x=1", "https://api.example.com/", "https://api.example.com"),
        ("https://ann:pw@api.example.com/a%40b/%7e?x#y", "https://api.example.com/a%40b/%7e", "https://api.example.com"),
        ("http://[::0001]:8080/u/a@b:c", "http://[::1]:8080/u/a@b:c", "http://[::1]:8080"),
        ("https://a/x/../y", "https://a/x/../y", "https://a"),
    ] {
        assert_eq!(SentUri::parse(uri), Ok(SentUri { htu: htu.to_owned(), origin: origin.to_owned() }), "{uri}");
    }
}

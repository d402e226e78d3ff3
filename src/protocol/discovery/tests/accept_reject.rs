//! Rows 1 to 27 of the accept/reject table, under string comparison and under the URL strategy.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::PolicyViolationKind::*;
use super::*;

const OK: [Verdict; 2] = [Ok(()), Ok(())];

fn no(kind: PolicyViolationKind) -> [Verdict; 2] {
    [Err(kind), Err(kind)]
}

/// Issuer, endpoints and address are the same.
#[track_caller]
fn all_at<S: IsComplete>(base: &str, build: impl Fn(DiscoveryPolicyBuilder) -> DiscoveryPolicyBuilder<S>, expected: [Verdict; 2]) {
    verdicts(build, base, &document(base, base), expected);
}

/// Issuer and address are the authority, endpoints stand elsewhere.
#[track_caller]
fn endpoints_at<S: IsComplete>(
    authority: &str,
    base: &str,
    build: impl Fn(DiscoveryPolicyBuilder) -> DiscoveryPolicyBuilder<S>,
    expected: [Verdict; 2],
) {
    verdicts(build, authority, &document(authority, base), expected);
}

/// One endpoint stands elsewhere.
#[track_caller]
fn token_endpoint(authority: &str, endpoint: &str, expected: [Verdict; 2]) {
    let mut document = document(authority, authority);
    document["token_endpoint"] = endpoint.into();
    verdicts(|builder| builder, authority, &document, expected);
}

#[test]
fn row_1_http_on_loopback() {
    for host in ["http://localhost", "http://LocalHost", "http://127.0.0.1", "http://[::1]"] {
        all_at(host, |builder| builder, OK);
        all_at(&format!("{host}:5000"), |builder| builder, OK);
    }
    for host in ["http://127.evil.com", "http://localhost.evil.com", "http://0.0.0.0"] {
        all_at(host, |builder| builder, no(HttpsRequired));
    }
    all_at("http://localhost", |builder| builder.allow_http_on_loopback(false), no(HttpsRequired));
}

#[test]
fn row_2_https_with_port_and_path() {
    for base in ["https://authority", "https://authority:5000", "https://authority/sub", "https://authority:5000/sub"] {
        all_at(base, |builder| builder, OK);
        all_at(&base.replace("authority", "sub.authority.example"), |builder| builder, OK);
    }
}

#[test]
fn row_3_http_is_refused_before_anything_is_sent() {
    all_at("http://authority", |builder| builder, no(HttpsRequired));
    let endpoint = DiscoveryEndpoint::parse("http://authority", &DiscoveryDocumentPath::default()).unwrap();
    let violation = DiscoveryPolicy::strict().check_document_address(&endpoint).unwrap_err();
    assert_eq!((violation.kind(), violation.member()), (HttpsRequired, "address"));
}

#[test]
fn row_4_http_where_https_is_not_required() {
    all_at("http://authority", |builder| builder.danger_allow_http(), OK);
}

#[test]
fn row_5_another_issuer() {
    verdicts(|builder| builder, "https://authority", &document("https://differentissuer", "https://authority"), no(IssuerMismatch));
    verdicts(|builder| builder.danger_any_issuer(), "https://authority", &document("https://differentissuer", "https://authority"), OK);
}

#[test]
fn row_6_default_port_and_trailing_slash() {
    let document = document("https://authority:443/tenantid/", "https://authority/tenantid");
    verdicts(|builder| builder, "https://authority/tenantid", &document, [Err(IssuerMismatch), Ok(())]);
}

#[test]
fn row_7_case_of_the_path() {
    let document = document("https://authority/tenantid", "https://authority/TENANTID");
    verdicts(|builder| builder, "https://authority/TENANTID", &document, no(IssuerMismatch));
    let ignoring = DiscoveryPolicy::builder().authority_validation_strategy(StringComparisonStrategy::ignoring_case()).build();
    assert_eq!(accept(&ignoring, "https://authority/TENANTID", &document), Ok(()));
    let elsewhere = super::document("https://authority/tenantid", "https://authority/tenantid");
    assert_eq!(accept(&ignoring, "https://authority/TENANTID", &elsewhere), Ok(()));
}

#[test]
fn row_8_http_endpoints() {
    endpoints_at("https://authority", "http://authority", |builder| builder, no(HttpsRequired));
}

#[test]
fn row_9_endpoints_above_or_beside_the_base() {
    endpoints_at("https://authority/sub", "https://authority", |builder| builder, no(EndpointBase));
    endpoints_at("https://authority/sub1", "https://authority/sub2", |builder| builder, no(EndpointBase));
}

#[test]
fn row_10_that_base_added() {
    endpoints_at("https://authority/sub", "https://authority", |b| b.additional_endpoint_base_address("https://authority"), OK);
    endpoints_at("https://authority/sub1", "https://authority/sub2", |b| b.additional_endpoint_base_address("https://authority/sub2/"), OK);
}

#[test]
fn row_11_another_host() {
    endpoints_at("https://authority", "https://differentauthority", |builder| builder, no(EndpointHost));
    endpoints_at("https://authority", "https://authority:5000", |builder| builder, no(EndpointHost));
}

#[test]
fn row_11_another_scheme_on_the_same_port() {
    endpoints_at("https://authority", "http://authority:443", |builder| builder.danger_allow_http(), no(EndpointHost));
}

#[test]
fn row_12_another_loopback_host() {
    for base in ["https://127.0.0.2", "https://localhost"] {
        endpoints_at("https://127.0.0.1", base, |builder| builder, no(EndpointHost));
    }
}

#[test]
fn row_13_that_host_added() {
    for (authority, base) in [
        ("https://authority", "https://differentauthority"),
        ("https://127.0.0.1", "https://127.0.0.2"),
        ("https://127.0.0.1", "https://localhost"),
    ] {
        endpoints_at(authority, base, |builder| builder.additional_endpoint_base_address(base), OK);
    }
}

#[test]
fn row_14_endpoints_not_validated() {
    endpoints_at("https://authority", "https://otherserver", |builder| builder.danger_any_endpoint_host(), OK);
}

#[test]
fn row_15_https_stays_required_where_endpoints_are_not_validated() {
    endpoints_at("https://authority", "http://authority", |builder| builder.danger_any_endpoint_host(), no(HttpsRequired));
}

#[test]
fn row_16_excluded_members() {
    let members = ["authorization_endpoint", "token_endpoint", "check_session_iframe", "jwks_uri"];
    endpoints_at("https://authority", "https://otherserver", |builder| builder.endpoint_validation_exclude_list(members), OK);
    endpoints_at("https://authority", "http://otherserver", |builder| builder.endpoint_validation_exclude_list(members), no(HttpsRequired));
    let some = ["authorization_endpoint", "token_endpoint", "check_session_iframe"];
    endpoints_at("https://authority", "https://otherserver", |b| b.endpoint_validation_exclude_list(some), no(EndpointHost));
}

#[test]
fn row_17_no_key_set() {
    for value in [Value::Null, "".into(), "  ".into()] {
        let mut document = document("https://authority", "https://authority");
        document["jwks_uri"] = value;
        verdicts(|builder| builder, "https://authority", &document, no(MissingKeySet));
        verdicts(|builder| builder.require_key_set(false), "https://authority", &document, OK);
        let lax = DiscoveryPolicy::builder().require_key_set(false).build();
        assert_eq!(lax.check_key_set_address(document["jwks_uri"].as_str(), "https://authority"), Ok(None));
    }
}

#[test]
fn row_18_a_preset_authority_is_never_replaced() {
    let elsewhere = document("https://authority", "https://authority");
    verdicts(|builder| builder.authority("https://server:123"), "https://authority", &elsewhere, no(IssuerMismatch));
    let issuer_alone = document("https://server:123", "https://authority");
    verdicts(|builder| builder.authority("https://server:123"), "https://authority", &issuer_alone, no(EndpointHost));
    let right = document("https://server:123", "https://server:123");
    verdicts(|builder| builder.authority("https://server:123"), "https://authority", &right, OK);
    verdicts(|builder| builder.authority("http://server"), "https://authority", &right, no(HttpsRequired));
    verdicts(|builder| builder.authority("server"), "https://authority", &right, no(Malformed));
}

#[test]
fn row_19_no_absolute_http_url() {
    let lax = |builder: DiscoveryPolicyBuilder| {
        builder.danger_allow_http().danger_any_endpoint_host().danger_any_issuer().danger_allow_private_addresses()
    };
    let text = [
        "/connect/token",
        "connect/token",
        "//authority/token",
        "ftp://authority/token",
        "https:authority",
        "https://",
        "https://authority/a b",
        "https://authority\\x",
        "https://authority/#f",
        "",
        " ",
        "data:,x",
        "javascript:alert(1)",
    ];
    for endpoint in text {
        let mut document = document("https://authority", "https://authority");
        document["token_endpoint"] = endpoint.into();
        verdicts(|builder| builder, "https://authority", &document, no(Malformed));
        verdicts(lax, "https://authority", &document, no(Malformed));
        verdicts(|b| b.endpoint_validation_exclude_list(["token_endpoint"]), "https://authority", &document, no(Malformed));
    }
}

#[test]
fn row_20_the_base_ends_at_a_slash() {
    token_endpoint("https://a/sub", "https://a/sub2/token", no(EndpointBase));
    token_endpoint("https://a/sub", "https://a/sub", OK);
    token_endpoint("https://a/sub", "https://a/sub?x=/../y", OK);
    token_endpoint("https://a/sub", "https://a/SUB/token", no(EndpointBase));
}

#[test]
fn row_21_a_host_that_starts_like_the_authority() {
    for endpoint in ["https://a.evil/token", "https://ab/token", "https://evil/a/token", "https://a:444/token"] {
        token_endpoint("https://a", endpoint, no(EndpointHost));
    }
}

#[test]
fn row_22_dot_segments() {
    for endpoint in [
        "https://a/sub/../other",
        "https://a/sub/%2e%2e/other",
        "https://a/sub/.%2E/other",
        "https://a/sub/..%2fother",
        "https://a/sub/%252e%252e/other",
        "https://a/sub/..;/other",
    ] {
        token_endpoint("https://a/sub", endpoint, no(EndpointBase));
    }
    for endpoint in ["https://a/sub/./token", "https://a/sub/x/../token", "https://a/x/../sub/token"] {
        token_endpoint("https://a/sub", endpoint, [Err(EndpointBase), Ok(())]);
    }
    token_endpoint("https://a/sub", "https://a/%73ub/token", [Err(EndpointBase), Ok(())]);
}

#[test]
fn row_23_hosts_in_disguise() {
    token_endpoint("https://a", "https://a@evil/token", no(Malformed));
    token_endpoint("https://a", "https://a:b@a/token", no(Malformed));
    token_endpoint("https://a", "https://a./token", no(EndpointHost));
    // U+0430, a Cyrillic letter that looks like the Latin one.
    token_endpoint("https://a", "https://\u{430}/token", no(EndpointHost));
    token_endpoint("https://bücher.example", "https://bucher.example/token", no(EndpointHost));
    token_endpoint("https://bücher.example", "https://xn--bcher-kva.example/token", OK);
    token_endpoint("https://xn--bcher-kva.example", "https://BÜCHER.example/token", OK);
}

#[test]
fn row_24_scheme_and_host_never_depend_on_case() {
    token_endpoint("https://authority", "HTTPS://AUTHORITY/token", OK);
    token_endpoint("https://authority", "https://authority:443/token", OK);
}

#[test]
fn row_25_issuers_with_more_than_they_may_have() {
    let policy_kinds = [
        ("https://authority?x=1", Malformed),
        ("https://authority#f", Malformed),
        ("https://authority/?", Malformed),
        ("https://authority//", IssuerMismatch),
        ("authority", Malformed),
        ("https://user@authority", Malformed),
    ];
    for (issuer, kind) in policy_kinds {
        verdicts(|builder| builder, "https://authority", &document(issuer, "https://authority"), no(kind));
        let any = DiscoveryPolicy::builder().authority_validation_strategy(OneOfIssuersStrategy::new([issuer])).build();
        let verdict = accept(&any, "https://authority", &document(issuer, "https://authority")).map_err(|v| v.kind());
        assert_eq!(verdict, Err(kind), "{issuer}");
    }
    verdicts(|builder| builder, "https://authority", &document("https://authority/", "https://authority"), OK);
    for (issuer, authority) in [("https://authority/x//", "https://authority/x//"), ("https://authority/x//", "https://authority/x/")] {
        let preset = |builder: DiscoveryPolicyBuilder| builder.authority(authority);
        verdicts(preset, "https://authority/x", &document(issuer, authority), no(IssuerMismatch));
    }
}

#[test]
fn row_25_a_missing_issuer() {
    for issuer in [Value::Null, "".into(), "  ".into(), json!(["https://authority"])] {
        let mut document = document("", "https://authority");
        document["issuer"] = issuer;
        verdicts(|builder| builder, "https://authority", &document, no(IssuerMissing));
    }
}

#[test]
fn row_26_mtls_aliases_are_endpoints() {
    let mut document = document("https://authority", "https://authority");
    document["mtls_endpoint_aliases"] = json!({"token_endpoint": "https://mtls.authority/token"});
    verdicts(|builder| builder, "https://authority", &document, no(EndpointHost));
    verdicts(|builder| builder.additional_endpoint_base_address("https://mtls.authority"), "https://authority", &document, OK);
    let by_name = |name: &'static str| move |b: DiscoveryPolicyBuilder| b.endpoint_validation_exclude_list([name]);
    verdicts(by_name("token_endpoint"), "https://authority", &document, no(EndpointHost));
    verdicts(by_name("mtls_endpoint_aliases.token_endpoint"), "https://authority", &document, OK);
    document["mtls_endpoint_aliases"] = json!({"anything": "http://authority/token"});
    verdicts(|builder| builder, "https://authority", &document, no(HttpsRequired));
}

#[test]
fn row_27_link_local_is_never_allowed() {
    let lax = |b: DiscoveryPolicyBuilder| b.danger_allow_private_addresses().danger_any_endpoint_host().danger_allow_http();
    for host in [
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0251.0376.0251.0376",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1]",
    ] {
        for base in [format!("https://{host}"), format!("http://{host}:80")] {
            endpoints_at("https://authority", &base, lax, no(LinkLocalAddress));
            all_at(&base, lax, no(LinkLocalAddress));
        }
        let mut document = document("https://authority", "https://authority");
        document["mtls_endpoint_aliases"] = json!({"token_endpoint": format!("https://{host}/token")});
        verdicts(|builder| builder, "https://authority", &document, no(LinkLocalAddress));
    }
}

#[test]
fn row_27_holds_for_the_documents_own_address() {
    let refused = |policy: &DiscoveryPolicy, address: &str| {
        let endpoint = DiscoveryEndpoint::parse(address, &DiscoveryDocumentPath::default()).unwrap();
        policy.check_document_address(&endpoint).err().map(|violation| violation.kind())
    };
    let preset = DiscoveryPolicy::builder().authority("https://authority").build();
    assert_eq!(refused(&DiscoveryPolicy::strict(), "https://169.254.169.254"), Some(LinkLocalAddress));
    assert_eq!(refused(&DiscoveryPolicy::strict(), "https://10.0.0.1"), None);
    assert_eq!(refused(&preset, "https://169.254.169.254"), Some(LinkLocalAddress));
    assert_eq!(refused(&preset, "https://10.0.0.1"), Some(PrivateAddress));
    assert_eq!(refused(&preset, "http://localhost:8080"), Some(PrivateAddress));
    assert_eq!(refused(&preset.to_builder().danger_allow_private_addresses().build(), "http://localhost:8080"), None);
    assert_eq!(refused(&preset, "https://mirror.example"), None);
}

#[test]
fn row_27_private_addresses_need_an_authority_of_that_kind() {
    let private = ["10.0.0.1", "192.168.0.1", "0xC0A80001", "[fd12::1]", "[64:ff9b::10.0.0.1]", "[::ffff:10.0.0.1]", "100.64.0.1"];
    let loopback = ["127.0.0.1", "2130706433", "localhost", "[::1]", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]"];
    for host in private.into_iter().chain(loopback) {
        let base = format!("https://{host}");
        let added = |b: DiscoveryPolicyBuilder| b.additional_endpoint_base_address(&base);
        endpoints_at("https://authority", &base, |builder| builder, no(PrivateAddress));
        endpoints_at("https://authority", &base, added, OK);
        endpoints_at("https://authority", &base, |b| b.danger_any_endpoint_host(), no(PrivateAddress));
        endpoints_at("https://authority", &base, |b| added(b).danger_allow_private_addresses(), OK);
        all_at(&base, |builder| builder, OK);
    }
    endpoints_at("https://10.0.0.1", "https://10.0.0.2", |b| b.additional_endpoint_base_address("https://10.0.0.2"), OK);
    endpoints_at("https://10.0.0.1", "https://127.0.0.1", |b| b.danger_any_endpoint_host(), no(PrivateAddress));
}

/// Pieces that addresses and attacks on them are made of.
const PIECES: &[&str] = &[
    "https://",
    "HTTPS://",
    "http://",
    "https:",
    "//",
    "/",
    "\\",
    "a.example",
    "A.Example",
    "a.example.",
    "evil",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "%25",
    ";",
    "@",
    ":",
    "443",
    "444",
    "?",
    "#",
    " ",
    "\t",
    "\u{ff0f}",
    "\u{3002}",
    "\u{ad}",
    "sub",
    "SUB",
    "%73ub",
    "sub2",
    "token",
    "[",
    "]",
];

fn hostile_address() -> impl Strategy<Value = String> {
    let pieces = |range| vec(select(PIECES), range).prop_map(|pieces| pieces.concat());
    let near_miss = |start: &'static str| pieces(0..8).prop_map(move |rest| format!("{start}{rest}"));
    prop_oneof![pieces(0..10), near_miss("https://a.example"), near_miss("https://a.example/"), near_miss("https://a.example/sub/")]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_accepted_is_requested_below_the_authority(endpoint in hostile_address()) {
        for policy in both(|builder| builder) {
            let Ok(accepted) = policy.check_endpoint("token_endpoint", &endpoint, "https://a.example/sub") else { continue };
            let url = accepted.url();
            prop_assert_eq!((url.scheme(), url.host_str(), url.port(), url.fragment()), ("https", Some("a.example"), None, None));
            prop_assert_eq!((url.username(), url.password()), ("", None));
            prop_assert!(url.path() == "/sub" || url.path().starts_with("/sub/") || url.path().starts_with("/%73ub"), "{}", url);
            let decoded = url.path().replace("%25", "%").to_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
            prop_assert!(!decoded.split('/').any(|segment| segment == ".."), "{}", url);
        }
    }

    #[test]
    fn no_text_is_too_odd_to_be_judged(text in "\\PC{0,40}", address in hostile_address()) {
        for text in [&text, &address] {
            let _ = Address::from(text).accept(None);
            let strict = DiscoveryPolicy::strict();
            let _ = strict.check_issuer(Some(text), &address);
            let _ = strict.check_endpoint(text, &address, text);
            let _ = DiscoveryEndpoint::parse(text, &DiscoveryDocumentPath::OAuthAuthorizationServer);
            if let Ok(endpoint) = DiscoveryEndpoint::parse(text, &DiscoveryDocumentPath::default()) {
                let again = DiscoveryEndpoint::parse(endpoint.url(), &DiscoveryDocumentPath::default()).unwrap();
                prop_assert_eq!(again, endpoint);
            }
        }
    }
}

//! How a rejection reads: every kind as a sentence, with its source.

use std::error::Error;

use super::*;

const AUTHORITY: &str = "https://idp.example.com/tenant";

fn read(violation: PolicyViolation) -> String {
    let mut text = format!("[{}] {violation}", violation.kind().code());
    let mut source = violation.source();
    while let Some(error) = source {
        text.push_str(&format!("\n  because: {error}"));
        source = error.source();
    }
    text
}

fn endpoint(member: &str, value: &str) -> String {
    read(DiscoveryPolicy::strict().check_endpoint(member, value, AUTHORITY).unwrap_err())
}

fn issuer(issuer: &str) -> String {
    read(DiscoveryPolicy::strict().check_issuer(Some(issuer), AUTHORITY).unwrap_err())
}

#[test]
fn endpoints_on_other_hosts_and_paths() {
    insta::assert_snapshot!(endpoint("token_endpoint", "https://oauth2.example.net/token?x=secret"), @r#"[endpoint_host] token_endpoint "https://oauth2.example.net/token" is on a host that is not allowed, expected below https://idp.example.com/tenant; allow it with `.additional_endpoint_base_address("https://oauth2.example.net")`"#);
    insta::assert_snapshot!(endpoint("token_endpoint", "https://idp.example.com/oauth2/token"), @r#"[endpoint_base] token_endpoint "https://idp.example.com/oauth2/token" is not below an allowed base address, expected below https://idp.example.com/tenant; allow it with `.additional_endpoint_base_address("https://idp.example.com/oauth2")`"#);
    insta::assert_snapshot!(endpoint("token_endpoint", "https://idp.example.com/tenant/../token"), @r#"
    [endpoint_base] token_endpoint "https://idp.example.com/tenant/../token" is not below an allowed base address, expected below https://idp.example.com/tenant; allow it with `.endpoint_validation_exclude_list(["token_endpoint"])`
      because: the path has a dot segment
    "#);
    let two = DiscoveryPolicy::builder().additional_endpoint_base_address("https://b.example").build();
    insta::assert_snapshot!(read(two.check_endpoint("x_endpoint", "https://c.example", AUTHORITY).unwrap_err()), @r#"[endpoint_host] x_endpoint "https://c.example" is on a host that is not allowed, expected below https://idp.example.com/tenant or https://b.example; allow it with `.additional_endpoint_base_address("https://c.example")`"#);
}

#[test]
fn endpoints_that_are_never_or_dangerously_allowed() {
    insta::assert_snapshot!(endpoint("token_endpoint", "http://idp.example.com/tenant/token"), @r#"[https_required] token_endpoint "http://idp.example.com/tenant/token" is not HTTPS; allow it with `.danger_allow_http()`"#);
    insta::assert_snapshot!(endpoint("userinfo_endpoint", "/userinfo"), @r#"
    [malformed_address] userinfo_endpoint "/userinfo" is not a well-formed absolute http(s) URL
      because: the address does not start with `https://` or `http://`
    "#);
    insta::assert_snapshot!(endpoint("jwks_uri", "https://user:secret@idp.example.com/jwks"), @r#"
    [malformed_address] jwks_uri "https://idp.example.com/jwks" is not a well-formed absolute http(s) URL
      because: the address contains user information
    "#);
    insta::assert_snapshot!(endpoint("jwks_uri", "https://[::ffff:169.254.169.254]/latest"), @r#"[link_local_address] jwks_uri "https://[::ffff:169.254.169.254]/latest" is a link-local address or a cloud metadata service, which is never allowed"#);
    insta::assert_snapshot!(endpoint("jwks_uri", "https://10.0.0.1/jwks"), @r#"[private_address] jwks_uri "https://10.0.0.1/jwks" is a private or loopback address, and the authority is not; allow it with `.danger_allow_private_addresses()`"#);
}

#[test]
fn issuers() {
    insta::assert_snapshot!(issuer("https://evil.example"), @r#"[issuer_mismatch] issuer "https://evil.example" is not the expected issuer, expected https://idp.example.com/tenant; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://evil.example"]))`"#);
    insta::assert_snapshot!(issuer("https://idp.example.com/tenant//"), @r#"
    [issuer_mismatch] issuer "https://idp.example.com/tenant//" is not the expected issuer, expected https://idp.example.com/tenant; they differ only in trailing slashes; allow it with `.danger_any_issuer()`
      because: the issuer ends in more than one `/`
    "#);
    insta::assert_snapshot!(issuer("https://idp.example.com/{tenantid}/v2.0"), @r#"[issuer_mismatch] issuer "https://idp.example.com/{tenantid}/v2.0" is not the expected issuer, expected https://idp.example.com/tenant; allow it with `.authority_validation_strategy(IssuerTemplateStrategy::new("https://idp.example.com/{tenantid}/v2.0")?)`"#);
    insta::assert_snapshot!(issuer("https://evil.example/{tenantid}/v2.0"), @r#"[issuer_mismatch] issuer "https://evil.example/{tenantid}/v2.0" is not the expected issuer, expected https://idp.example.com/tenant; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://evil.example/{tenantid}/v2.0"]))`"#);
    insta::assert_snapshot!(issuer("idp.example.com"), @r#"
    [malformed_address] issuer "idp.example.com" is not a well-formed absolute http(s) URL, expected https://idp.example.com/tenant; allow it with `.danger_any_issuer()`
      because: the address does not start with `https://` or `http://`
    "#);
    insta::assert_snapshot!(issuer(" "), @r#"[issuer_missing] issuer is missing or blank, expected https://idp.example.com/tenant; allow it with `.metadata_member("issuer", "https://idp.example.com/tenant")`"#);
    let exact = DiscoveryPolicy::builder().authority_validation_strategy(OneOfIssuersStrategy::new(["https://a/"])).build();
    insta::assert_snapshot!(read(exact.check_issuer(Some("https://a"), "https://a").unwrap_err()), @r#"[issuer_mismatch] issuer "https://a" is not the expected issuer, expected https://a/; they differ only in trailing slashes; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://a"]))`"#);
    let entra = DiscoveryPolicy::entra("common").unwrap();
    insta::assert_snapshot!(read(entra.check_issuer(Some("https://a"), entra.authority().unwrap()).unwrap_err()), @r#"[issuer_mismatch] issuer "https://a" is not the expected issuer, expected https://login.microsoftonline.com/{tenantid}/v2.0; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://a"]))`"#);
}

#[test]
fn documents() {
    let strict = DiscoveryPolicy::strict();
    insta::assert_snapshot!(read(strict.check_key_set_address(None, AUTHORITY).unwrap_err()), @"[missing_key_set] jwks_uri is missing; allow it with `.require_key_set(false)`");
    let empty = strict.check_required_members(|_| MemberShape::Absent, None);
    insta::assert_snapshot!(empty.into_iter().map(read).collect::<Vec<_>>().join("\n"), @r"
    [missing_member] issuer is missing, expected a string
    [missing_member] authorization_endpoint is missing, expected a string; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [missing_member] token_endpoint is missing, expected a string; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [missing_member] response_types_supported is missing, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [missing_member] subject_types_supported is missing, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::AuthorizationServer)`
    [missing_member] id_token_signing_alg_values_supported is missing, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::AuthorizationServer)`
    [missing_key_set] jwks_uri is missing; allow it with `.require_key_set(false)`
    ");
    let numbers = strict.check_required_members(|_| MemberShape::Other, None);
    insta::assert_snapshot!(numbers.into_iter().map(read).collect::<Vec<_>>().join("\n"), @r"
    [wrong_type] issuer has the wrong type, expected a string
    [wrong_type] authorization_endpoint has the wrong type, expected a string; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [wrong_type] token_endpoint has the wrong type, expected a string; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [wrong_type] response_types_supported has the wrong type, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::KeysOnly)`
    [wrong_type] subject_types_supported has the wrong type, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::AuthorizationServer)`
    [wrong_type] id_token_signing_alg_values_supported has the wrong type, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::AuthorizationServer)`
    ");
}

#[test]
fn what_a_strategy_of_ones_own_says() {
    struct Never;
    impl AuthorityValidationStrategy for Never {
        fn validate_issuer(&self, _: &str, _: &str) -> Result<(), AuthorityViolation> {
            Err(AuthorityViolation::Other("not on our list".into()))
        }
        fn validate_endpoint(&self, _: &str, _: &[String]) -> Result<(), AuthorityViolation> {
            Err(AuthorityViolation::Other("not on our list".into()))
        }
    }
    let policy = DiscoveryPolicy::builder().authority_validation_strategy(Arc::new(Never)).build();
    insta::assert_snapshot!(read(policy.check_issuer(Some(AUTHORITY), AUTHORITY).unwrap_err()), @r#"
    [issuer_mismatch] issuer "https://idp.example.com/tenant" is not the expected issuer, expected https://idp.example.com/tenant; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://idp.example.com/tenant"]))`
      because: not on our list
    "#);
    insta::assert_snapshot!(read(policy.check_endpoint("jwks_uri", "https://a", AUTHORITY).unwrap_err()), @r#"
    [endpoint_refused] jwks_uri "https://a" was rejected by the authority validation strategy, expected below https://idp.example.com/tenant; allow it with `.endpoint_validation_exclude_list(["jwks_uri"])`
      because: not on our list
    "#);
}

#[test]
fn text_from_the_wire_is_bounded_and_escaped() {
    let long = "x".repeat(5000);
    for value in [format!("https://a\u{1b}[31m/{long}"), format!("https://a/{long}"), format!("https://{long}/{long}")] {
        let violation = DiscoveryPolicy::strict().check_endpoint(&long, &value, AUTHORITY).unwrap_err();
        let text = format!("{violation} {violation:?}");
        assert!(text.len() < 3000 && !text.contains('\u{1b}'), "{} {text}", text.len());
    }
}

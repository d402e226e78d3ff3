//! The metadata of protected resources (RFC 9728).

use identity_model::encoding::challenge::Challenge;
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::resource_metadata::{ResourceMetadataRequest, ResourceMetadataResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;

use super::support::{answered, unsent};

const RESOURCE: &str = "https://api.example.com/a/b";
const DERIVED: &str = "https://api.example.com/.well-known/oauth-protected-resource/a/b";

fn request(resource: &str) -> impl Fn(Environment) -> ResourceMetadataRequest + '_ {
    move |environment| ResourceMetadataRequest::builder().environment(environment).retry(RetrySettings::NONE).resource(resource).build()
}

#[track_caller]
fn answer(body: &str) -> Result<ResourceMetadataResponse, Error> {
    answered(request(RESOURCE), Expected::get(DERIVED).header("accept", "application/json"), ScriptedResponse::json(200, body))
}

fn document(resource: &str) -> ScriptedResponse {
    ScriptedResponse::json(200, format!(r#"{{"resource":"{resource}"}}"#))
}

fn announced(header: &str) -> impl Fn(Environment) -> ResourceMetadataRequest {
    let challenges = Challenge::parse([header]);
    move |environment| {
        let builder = ResourceMetadataRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.resource(RESOURCE).announced_by(&challenges).build()
    }
}

#[test]
fn d8_the_well_known_path_is_inserted_and_a_trailing_slash_kept() {
    for (resource, address) in [
        ("https://api.example.com", "https://api.example.com/.well-known/oauth-protected-resource"),
        ("https://api.example.com/", "https://api.example.com/.well-known/oauth-protected-resource"),
        (RESOURCE, DERIVED),
        ("https://api.example.com/a/", "https://api.example.com/.well-known/oauth-protected-resource/a/"),
        ("https://api.example.com/a?k=v", "https://api.example.com/.well-known/oauth-protected-resource/a?k=v"),
    ] {
        let response = answered(request(resource), Expected::get(address), document(resource)).unwrap();
        assert_eq!(response.resource(), resource);
    }
    let root = answered(
        request("https://api.example.com"),
        Expected::get("https://api.example.com/.well-known/oauth-protected-resource"),
        document("https://api.example.com/"),
    );
    assert!(root.is_ok(), "an empty path and a slash are the same");
}

#[test]
fn d8_the_resource_must_be_the_one_that_was_asked_about() {
    for resource in [
        "https://api.example.com/a/b/",
        "https://api.example.com/a",
        "https://api.example.com/",
        "https://api.example.com/A/b",
        "https://API.example.com/a/b",
        "https://api.example.com:443/a/b",
        "https://api.example.com/a/./b",
        "https://api.example.com/a/b?x",
        "https://api.example.com/a/b#f",
        "https://evil.example.com/a/b",
        "http://api.example.com/a/b",
        "a/b",
    ] {
        let error = answered(request(RESOURCE), Expected::get(DERIVED), document(resource)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"), "{resource}");
    }
    for body in ["{}", r#"{"resource":""}"#, r#"{"resource":null}"#, r#"{"resource":["https://api.example.com/a/b"]}"#] {
        assert_eq!(answer(body).unwrap_err().kind(), ErrorKind::Malformed, "{body}");
    }
}

#[test]
fn d8_a_query_alone_that_differs_can_be_seen_and_says_nothing() {
    let address = "https://api.example.com/.well-known/oauth-protected-resource/a?key=canary";
    let error = answered(request("https://api.example.com/a?key=canary"), Expected::get(address), document("https://api.example.com/a"));
    let text = error.unwrap_err().to_string();
    assert!(text.ends_with(r#"expected "https://api.example.com/a?…", found "https://api.example.com/a""#), "{text}");
}

#[test]
fn d8_a_challenge_names_the_address_and_the_resource_is_the_url_called() {
    let elsewhere = "https://meta.example.net/r";
    for header in [
        format!(r#"Bearer error="invalid_token", resource_metadata="{elsewhere}""#),
        format!(r#"Basic realm="x", DPoP algs="ES256", Resource_Metadata="{elsewhere}""#),
        format!(r#"Bearer resource_metadata="{elsewhere}", DPoP resource_metadata="{elsewhere}""#),
    ] {
        assert!(answered(announced(&header), Expected::get(elsewhere), document(RESOURCE)).is_ok(), "{header}");
        for other in ["https://api.example.com/a", "https://meta.example.net/r", "https://api.example.com"] {
            let error = answered(announced(&header), Expected::get(elsewhere), document(other)).unwrap_err();
            assert_eq!(error.code(), "answer_mismatch", "{other}");
        }
    }
}

#[test]
fn d8_challenges_without_one_address_are_refused_unsent() {
    for header in [
        "",
        "Bearer",
        "Bearer realm=\"x\"",
        r#"Bearer resource_metadata="https://a.example.com", DPoP resource_metadata="https://b.example.com""#,
    ] {
        let error = unsent(announced(header));
        assert_eq!(error.kind(), ErrorKind::Configuration, "{header}");
        assert!(error.to_string().starts_with("configuration error: `announced_by` "), "{error}");
    }
}

#[test]
fn h1_h16_an_announced_address_is_held_against_the_policy() {
    for address in [
        "http://api.example.com/meta",
        "https://127.0.0.1/meta",
        "https://192.168.1.1/meta",
        "https://169.254.169.254/meta",
        "https://user@api.example.com/",
        "ftp://api.example.com/meta",
        "/meta",
    ] {
        let error = unsent(announced(&format!(r#"Bearer resource_metadata="{address}""#)));
        assert_eq!(error.kind(), ErrorKind::Policy, "{address}");
        assert_eq!(error.policy_violation().map(|violation| violation.member()), Some("resource_metadata"));
    }
    assert_eq!(unsent(request("http://api.example.com/a")).kind(), ErrorKind::Policy);
    assert_eq!(unsent(request("https://api.example.com/a#f")).kind(), ErrorKind::Configuration);
}

#[test]
fn d8_a_prefix_or_an_origin_only_by_name() {
    let prefix = |environment| {
        let builder = ResourceMetadataRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.resource(RESOURCE).danger_accept_path_prefix().build()
    };
    let origin = |environment| {
        let builder = ResourceMetadataRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.resource(RESOURCE).danger_accept_same_origin().build()
    };
    for (resource, by_prefix, by_origin) in [
        (RESOURCE, true, true),
        ("https://api.example.com/a", true, true),
        ("https://api.example.com/a/", true, true),
        ("https://api.example.com", true, true),
        ("https://api.example.com/c", false, true),
        ("https://api.example.com/a/bc", false, true),
        ("https://api.example.com/a/b/c", false, true),
        ("https://api.example.com/a?x", false, true),
        ("https://api.example.com/a#x", false, false),
        ("https://api.example.com:8443/a", false, false),
        ("https://example.com/a", false, false),
        ("https://user@api.example.com/a", false, false),
        ("http://api.example.com/a", false, false),
    ] {
        assert_eq!(answered(prefix, Expected::get(DERIVED), document(resource)).is_ok(), by_prefix, "prefix {resource}");
        assert_eq!(answered(origin, Expected::get(DERIVED), document(resource)).is_ok(), by_origin, "origin {resource}");
    }
}

#[test]
fn d8_the_members_are_typed() {
    let body = format!(
        r#"{{"resource":"{RESOURCE}","authorization_servers":["https://idp.example.com"],"scopes_supported":["read"],
            "bearer_methods_supported":["header"],"jwks_uri":"https://api.example.com/jwks","resource_name":"Reports",
            "resource_documentation":"https://api.example.com/docs","dpop_bound_access_tokens_required":true,
            "dpop_signing_alg_values_supported":["ES256"],"x":"y"}}"#
    );
    let metadata = answer(&body).unwrap();
    assert_eq!(metadata.authorization_servers(), ["https://idp.example.com"]);
    assert_eq!((metadata.scopes_supported(), metadata.bearer_methods_supported()), (vec!["read".to_owned()], vec!["header".to_owned()]));
    assert_eq!(metadata.jwks_uri().unwrap().map(|endpoint| endpoint.to_string()).as_deref(), Some("https://api.example.com/jwks"));
    assert_eq!((metadata.resource_name(), metadata.try_get_str("x")), (Some("Reports"), Some("y")));
    assert!(metadata.requires_dpop_bound_access_tokens() && !metadata.supports_certificate_bound_access_tokens());
    for member in [
        r#""authorization_servers":"https://idp.example.com""#,
        r#""authorization_servers":[1]"#,
        r#""scopes_supported":"read write""#,
        r#""dpop_bound_access_tokens_required":"true""#,
    ] {
        let error = answer(&format!(r#"{{"resource":"{RESOURCE}",{member}}}"#)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{member}");
    }
    for jwks_uri in ["http://api.example.com/jwks", "https://10.0.0.1/jwks", "jwks"] {
        let metadata = answer(&format!(r#"{{"resource":"{RESOURCE}","jwks_uri":"{jwks_uri}"}}"#)).unwrap();
        assert_eq!(metadata.jwks_uri().unwrap_err().member(), "jwks_uri", "{jwks_uri}");
    }
}

#[test]
fn h16_an_authorization_server_that_the_policy_refuses_is_not_handed_out() {
    let servers = r#"["https://idp.example.com","http://idp.example.com","https://10.0.0.1","https://169.254.169.254","ftp://idp.example.com",
        "https://idp.example.com?x=1","https://user@idp.example.com","idp.example.com","https://other.example.net/tenant"]"#;
    let pages = r#""resource_documentation":"javascript:alert(1)","resource_policy_uri":"http://api.example.com/p","resource_tos_uri":"https://x.example/""#;
    let body = format!(r#"{{"resource":"{RESOURCE}","authorization_servers":{servers},{pages}}}"#);
    let metadata = answer(&body).unwrap();
    assert_eq!(metadata.authorization_servers(), ["https://idp.example.com", "https://other.example.net/tenant"]);
    let rejected: Vec<_> = metadata.rejected_authorization_servers().iter().map(|violation| violation.kind().code()).collect();
    assert_eq!(rejected.len(), 7, "{rejected:?}");
    assert_eq!(rejected[..3], ["https_required", "private_address", "link_local_address"]);
    assert_eq!((metadata.resource_documentation(), metadata.resource_policy_uri()), (None, None));
    assert_eq!(metadata.resource_tos_uri(), Some("https://x.example/"));

    let with = |policy: DiscoveryPolicy| {
        let request = move |environment| {
            let builder = ResourceMetadataRequest::builder().environment(environment).retry(RetrySettings::NONE);
            builder.policy(policy.clone()).resource(RESOURCE).build()
        };
        answered(request, Expected::get(DERIVED), ScriptedResponse::json(200, body.as_str())).unwrap().authorization_servers()
    };
    let public = ["https://idp.example.com", "https://other.example.net/tenant"];
    assert_eq!(with(DiscoveryPolicy::builder().deny_private_addresses().build()), public);
    let base = DiscoveryPolicy::builder().authority("https://api.example.com").additional_endpoint_base_address("https://idp.example.com");
    assert_eq!(with(base.build()), ["https://idp.example.com"], "the authority that the policy presets counts");
}

#[test]
fn h16_an_announced_address_is_held_against_the_authority_that_the_policy_presets() {
    let challenges = Challenge::parse([r#"Bearer resource_metadata="https://elsewhere.example.net/meta""#]);
    let request = |environment| {
        let policy = DiscoveryPolicy::builder().authority("https://api.example.com").build();
        let builder = ResourceMetadataRequest::builder().environment(environment).policy(policy).retry(RetrySettings::NONE);
        builder.resource(RESOURCE).announced_by(&challenges).build()
    };
    let error = unsent(request);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "endpoint_host"));
}

#[test]
fn h3_h6_what_is_no_metadata() {
    for reply in [
        ScriptedResponse::status(404),
        ScriptedResponse::json(201, "{}"),
        ScriptedResponse::content(200, "text/html", "{}"),
        ScriptedResponse::status(302),
    ] {
        assert_eq!(answered(request(RESOURCE), Expected::get(DERIVED), reply).unwrap_err().kind(), ErrorKind::Http);
    }
}

#[test]
fn dc19_dc20_a_resource_that_wants_bound_tokens_is_not_called_without_a_fitting_key() {
    use identity_model::jose::SignatureAlgorithm;
    use identity_model::protocol::dpop::DpopKey;
    let of = |members: &str| answer(&format!(r#"{{"resource":"{RESOURCE}"{members}}}"#)).unwrap();
    let key = DpopKey::generate_for(SignatureAlgorithm::ES256).unwrap();
    let required = of(r#","dpop_bound_access_tokens_required":true"#);
    let error = required.check_dpop_key(None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("dpop_bound_access_tokens_required") && error.to_string().contains(".dpop("), "{error}");
    required.check_dpop_key(Some(&key)).unwrap();
    of("").check_dpop_key(None).unwrap();
    of(r#","dpop_bound_access_tokens_required":false"#).check_dpop_key(None).unwrap();
    for list in [r#"["EdDSA","PS256"]"#, "[]"] {
        let other = of(&format!(r#","dpop_signing_alg_values_supported":{list}"#));
        assert_eq!(other.check_dpop_key(Some(&key)).unwrap_err().kind(), ErrorKind::Key, "{list}");
        other.check_dpop_key(None).unwrap();
    }
    of(r#","dpop_signing_alg_values_supported":["EdDSA","ES256"]"#).check_dpop_key(Some(&key)).unwrap();
}

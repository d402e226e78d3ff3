//! The rules that show when a provider's metadata are seen.

use identity_model::profile::{Profile, ProfileEvidence, RuleResult};
use serde_json::{Value, json};

use super::support::{examine, kept, metadata, on_metadata, results};

#[track_caller]
fn breaks<const N: usize>(profile: &Profile, id: &str, changes: [Value; N]) {
    assert_ne!(on_metadata(profile, id, json!({})), RuleResult::Fail, "{id}");
    for change in changes {
        assert_eq!(on_metadata(profile, id, change.clone()), RuleResult::Fail, "{id}: {change}");
    }
}

#[test]
fn pf3_s256_where_methods_are_listed() {
    let absent = json!({ "code_challenge_methods_supported": null });
    let outcome = |profile: &Profile, changes: &Value| {
        let document = metadata(changes.clone());
        let report = examine(profile, &ProfileEvidence::new().metadata(&document));
        (results(&report, "PF3"), report.verdict())
    };
    use identity_model::profile::Verdict::{Accepted, Refused};
    for profile in [Profile::oauth21(), Profile::rfc9700(), Profile::atproto()] {
        let plain = json!({ "code_challenge_methods_supported": ["plain"] });
        assert_eq!(outcome(&profile, &plain).1, Refused);
    }
    assert_eq!(outcome(&Profile::rfc9700(), &absent), (vec![RuleResult::NotChecked, RuleResult::Fail], Accepted), "a finding");
    assert_eq!(outcome(&Profile::atproto(), &absent).1, Refused);
}

#[test]
fn pf4_a_place_to_push_to() {
    breaks(&Profile::fapi2_security(), "PF4", [json!({ "pushed_authorization_request_endpoint": null })]);
    let optional = json!({ "require_pushed_authorization_requests": null });
    assert_eq!(on_metadata(&Profile::fapi2_security(), "PF4", optional.clone()), RuleResult::Pass);
    assert_eq!(on_metadata(&Profile::atproto(), "PF4", optional), RuleResult::Fail, "demanded there");
}

#[test]
fn pf5_iss_is_promised() {
    for flag in [json!(null), json!(false)] {
        breaks(&Profile::fapi2_security(), "PF5", [json!({ "authorization_response_iss_parameter_supported": flag })]);
    }
    let document = metadata(json!({ "authorization_response_iss_parameter_supported": null }));
    let settings = kept();
    let report = examine(&Profile::fapi2_security(), &ProfileEvidence::new().configuration(&settings).metadata(&document));
    assert_eq!(results(&report, "PF5"), [RuleResult::Pass], "a signed response names its issuer");
}

#[test]
fn pf6_the_server_binds_tokens() {
    let no_key = json!({ "dpop_signing_alg_values_supported": null });
    assert_eq!(on_metadata(&Profile::fapi2_security(), "PF6", no_key.clone()), RuleResult::Pass, "it binds to certificates");
    breaks(&Profile::haip(), "PF6", [no_key.clone()]);
    let neither = json!({ "dpop_signing_alg_values_supported": null, "tls_client_certificate_bound_access_tokens": null });
    breaks(&Profile::fapi2_security(), "PF6", [neither]);
    let document = metadata(no_key);
    let settings = kept();
    let report = examine(&Profile::fapi2_security(), &ProfileEvidence::new().configuration(&settings).metadata(&document));
    assert_eq!(results(&report, "PF6"), [RuleResult::Pass, RuleResult::Fail], "the client has a key, and the server knows no DPoP");
}

#[test]
fn pf7_methods_in_common() {
    breaks(
        &Profile::fapi2_security(),
        "PF7",
        [
            json!({ "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_jwt"] }),
            json!({ "token_endpoint_auth_methods_supported": null }),
        ],
    );
}

#[test]
fn pf9_algorithms_in_common() {
    for list in [
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "request_object_signing_alg_values_supported",
        "authorization_signing_alg_values_supported",
    ] {
        breaks(&Profile::fapi2_security(), "PF9", [json!({ list: ["RS256", "HS256", "none"] })]);
    }
}

#[test]
fn pf11_endpoints_by_https() {
    for endpoint in ["token_endpoint", "authorization_endpoint", "jwks_uri", "userinfo_endpoint"] {
        breaks(&Profile::fapi2_security(), "PF11", [json!({ endpoint: "http://127.0.0.1:3000/x" })]);
    }
}

#[test]
fn pf12_the_configured_issuer() {
    assert_eq!(on_metadata(&Profile::fapi2_security(), "PF12", json!({})), RuleResult::Pass);
    assert_eq!(on_metadata(&Profile::fapi2_security(), "PF12", json!({ "issuer": "https://elsewhere.test" })), RuleResult::Fail);
}

#[test]
fn pf22_the_algorithm_of_request_objects() {
    let document = metadata(json!({ "request_object_signing_alg_values_supported": ["PS256"] }));
    let settings = kept();
    let report = examine(&Profile::fapi2_message_signing(), &ProfileEvidence::new().configuration(&settings).metadata(&document));
    assert_eq!(results(&report, "PF22"), [RuleResult::Pass, RuleResult::Fail]);
}

#[test]
fn pf23_the_response_mode_is_listed() {
    breaks(
        &Profile::fapi2_message_signing(),
        "PF23",
        [json!({ "response_modes_supported": ["query", "fragment"] }), json!({ "response_modes_supported": null })],
    );
}

#[test]
fn pf25_poll_or_ping() {
    breaks(&Profile::fapi_ciba(), "PF25", [json!({ "backchannel_token_delivery_modes_supported": ["push"] })]);
    let none = json!({ "backchannel_token_delivery_modes_supported": null });
    assert_eq!(on_metadata(&Profile::fapi_ciba(), "PF25", none), RuleResult::NotApplicable);
}

#[test]
fn pf29_metadata_of_at_protocol() {
    let good = json!({
        "scopes_supported": ["atproto"],
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "client_id_metadata_document_supported": true,
    });
    assert_eq!(on_metadata(&Profile::atproto(), "PF29", good.clone()), RuleResult::Pass);
    for (member, value) in [
        ("issuer", json!("https://idp.test/tenant")),
        ("issuer", json!("https://idp.test/")),
        ("scopes_supported", json!(["openid"])),
        ("token_endpoint_auth_methods_supported", json!(["none"])),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ("token_endpoint_auth_signing_alg_values_supported", json!(["RS256"])),
        ("dpop_signing_alg_values_supported", json!(["EdDSA"])),
        ("client_id_metadata_document_supported", json!(false)),
    ] {
        let mut changed = good.clone();
        changed[member] = value;
        assert_eq!(on_metadata(&Profile::atproto(), "PF29", changed), RuleResult::Fail, "{member}");
    }
}

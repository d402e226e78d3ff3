//! The rules that show when a client or a resource server is built.

use identity_model::profile::{
    ClientConfiguration, Profile, ProfileEvidence, RequestObjectConfiguration, ResourceConfiguration, RuleResult, RuleSeverity, Verdict,
};

use super::support::{dpop_algorithms, examine, kept, on_settings, results};

/// The rule is kept by good settings and broken by each change.
#[track_caller]
fn breaks<const N: usize>(profile: &Profile, id: &str, changes: [fn(&mut ClientConfiguration); N]) {
    let good = good_for(profile);
    assert_eq!(on_settings(profile, id, &good), RuleResult::Pass, "{id}");
    for change in changes {
        let mut settings = good.clone();
        change(&mut settings);
        assert_eq!(on_settings(profile, id, &settings), RuleResult::Fail, "{id}: {settings:?}");
    }
}

fn good_for(profile: &Profile) -> ClientConfiguration {
    let mut settings = kept();
    if profile.names().any(|name| name == "fapi1-advanced") {
        settings.response_type = "code id_token".to_owned();
        settings.response_mode = None;
        settings.uses_certificate = true;
    }
    settings
}

fn security() -> Profile {
    Profile::fapi2_security()
}

#[test]
fn settings_that_keep_message_signing_keep_every_rule() {
    let settings = kept();
    for profile in [Profile::fapi2_message_signing(), Profile::fapi2_security(), Profile::oauth21(), Profile::rfc9700()] {
        let report = examine(&profile, &ProfileEvidence::new().configuration(&settings));
        assert_eq!(report.verdict(), Verdict::Accepted, "{report}");
        assert_eq!(report.failures().count(), 0, "{report}");
    }
}

#[test]
fn pf1_code_alone() {
    for profile in [security(), Profile::oauth21(), Profile::rfc9700(), Profile::atproto(), Profile::haip()] {
        breaks(
            &profile,
            "PF1",
            [|settings| settings.response_type = "code id_token".to_owned(), |settings| settings.response_type = "token".to_owned()],
        );
    }
    assert!(Profile::rfc9700().rules().iter().any(|rule| rule.id() == "PF1" && rule.severity() == RuleSeverity::Should));
}

#[test]
fn pf2_pkce_by_s256() {
    breaks(
        &security(),
        "PF2",
        [|settings| settings.code_challenge_method = None, |settings| settings.code_challenge_method = Some("plain".to_owned())],
    );
}

#[test]
fn pf4_requests_are_pushed() {
    breaks(&security(), "PF4", [|settings| settings.pushed = Some(false)]);
    let mut settings = kept();
    settings.pushed = None;
    assert_eq!(on_settings(&security(), "PF4", &settings), RuleResult::Pass, "the metadata decide");
}

#[test]
fn pf6_tokens_are_bound() {
    breaks(
        &security(),
        "PF6",
        [
            |settings| settings.dpop_algorithms.clear(),
            |settings| settings.dangers.push(".danger_allow_bearer_downgrade(true)".to_owned()),
            |settings| settings.dangers.push(".danger_share_key(true)".to_owned()),
        ],
    );
    let mut settings = kept();
    settings.dpop_algorithms.clear();
    settings.uses_certificate = true;
    assert_eq!(on_settings(&security(), "PF6", &settings), RuleResult::Pass, "mutual TLS binds too");
    for profile in [Profile::atproto(), Profile::haip()] {
        assert_eq!(on_settings(&profile, "PF6", &settings), RuleResult::Fail, "DPoP alone");
    }
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "PF6", &settings), RuleResult::Pass);
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "PF6", &kept()), RuleResult::Fail, "FAPI 1.0 knows certificates alone");
}

#[test]
fn pf7_authentication_by_key() {
    let methods = |method: &str| {
        let mut settings = kept();
        settings.authentication_methods = vec![method.to_owned()];
        settings
    };
    for (method, fapi, atproto) in [
        ("private_key_jwt", RuleResult::Pass, RuleResult::Pass),
        ("tls_client_auth", RuleResult::Pass, RuleResult::Fail),
        ("self_signed_tls_client_auth", RuleResult::Pass, RuleResult::Fail),
        ("none", RuleResult::Fail, RuleResult::Pass),
        ("client_secret_basic", RuleResult::Fail, RuleResult::Fail),
        ("client_secret_post", RuleResult::Fail, RuleResult::Fail),
        ("client_secret_jwt", RuleResult::Fail, RuleResult::Fail),
    ] {
        assert_eq!(on_settings(&security(), "PF7", &methods(method)), fapi, "{method}");
        assert_eq!(on_settings(&Profile::atproto(), "PF7", &methods(method)), atproto, "{method}");
    }
    assert_eq!(on_settings(&Profile::haip(), "PF7", &methods("attest_jwt_client_auth")), RuleResult::Pass);
    let mut either = kept();
    either.authentication_methods.push("client_secret_post".to_owned());
    assert_eq!(on_settings(&security(), "PF7", &either), RuleResult::Fail, "what might be chosen counts");
}

#[test]
fn pf8_assertions_are_for_the_issuer() {
    breaks(
        &security(),
        "PF8",
        [
            |settings| settings.assertion_audience = Some("endpoint".to_owned()),
            |settings| settings.assertion_audience = Some("https://idp.test/token".to_owned()),
            |settings| settings.assertion_audience = Some("https://idp.test https://idp.test/token".to_owned()),
        ],
    );
}

#[test]
fn pf9_no_other_algorithm() {
    breaks(
        &security(),
        "PF9",
        [
            |settings| settings.assertion_algorithm = Some("RS256".to_owned()),
            |settings| settings.id_token_signed_response_alg = Some("RS256".to_owned()),
            |settings| settings.userinfo_signed_response_alg = Some("HS256".to_owned()),
            |settings| settings.introspection_signed_response_alg = Some("ES384".to_owned()),
            |settings| settings.authorization_signed_response_alg = Some("PS512".to_owned()),
            |settings| settings.dpop_algorithms = vec!["RS256".to_owned()],
            |settings| {
                let mut object = RequestObjectConfiguration::default();
                object.algorithm = Some("RS256".to_owned());
                settings.request_object = Some(object);
            },
        ],
    );
    let mut settings = kept();
    settings.id_token_signed_response_alg = Some("Ed25519".to_owned());
    assert_eq!(on_settings(&security(), "PF9", &settings), RuleResult::Pass);
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "PF9", &settings), RuleResult::Fail, "FAPI 1.0 has PS256 and ES256 alone");
    assert_eq!(Profile::fapi1_advanced().allowed_algorithms().unwrap().to_string(), "PS256, ES256");
}

#[test]
fn pf10_keys_are_long_by_construction() {
    assert_eq!(on_settings(&security(), "PF10", &kept()), RuleResult::NotChecked);
    let short = include_str!("../jose/fixtures/rsa.weak.pkcs1.pem");
    assert!(identity_model::jose::PrivateKey::from_pem(short).is_err(), "a key of fewer than 2048 bits makes no signer");
}

#[test]
fn pf11_https_alone() {
    breaks(
        &security(),
        "PF11",
        [
            |settings| settings.allows_http_on_loopback = true,
            |settings| settings.dangers.push(".danger_allow_http()".to_owned()),
            |settings| settings.issuer = "http://127.0.0.1:3000".to_owned(),
        ],
    );
}

#[test]
fn pf12_endpoints_from_the_metadata() {
    breaks(
        &security(),
        "PF12",
        [|settings| settings.states_metadata = true, |settings| settings.dangers.push(".danger_any_issuer()".to_owned())],
    );
}

#[test]
fn pf14_redirect_uris() {
    for (uri, is_kept) in [
        ("https://app.example.com/callback", true),
        ("http://127.0.0.1:8080/callback", true),
        ("http://[::1]/callback", true),
        ("com.example.app:/callback", true),
        ("http://app.example.com/callback", false),
        ("http://localhost/callback", false),
        ("http://127.0.0.1.example.com/callback", false),
        ("myapp:/callback", false),
        ("callback", false),
    ] {
        let mut settings = kept();
        settings.redirect_uri = Some(uri.to_owned());
        for profile in [Profile::oauth21(), Profile::rfc9700()] {
            let expected = if is_kept { RuleResult::Pass } else { RuleResult::Fail };
            assert_eq!(on_settings(&profile, "PF14", &settings), expected, "{uri}");
        }
    }
}

#[test]
fn pf16_redirects_of_the_application_are_not_checked() {
    assert_eq!(on_settings(&security(), "PF16", &kept()), RuleResult::NotChecked);
}

#[test]
fn pf20_scope_is_stated() {
    breaks(&security(), "PF20", [|settings| settings.scope.clear()]);
    let mut settings = kept();
    settings.scope.clear();
    settings.is_openid = false;
    let report = examine(&security(), &ProfileEvidence::new().configuration(&settings));
    assert_eq!(report.verdict(), Verdict::Accepted, "a recommendation refuses nothing: {report}");
    assert_eq!(report.failures().map(|finding| finding.id()).collect::<Vec<_>>(), ["PF20"]);
}

#[test]
fn pf21_openid() {
    breaks(
        &security(),
        "PF21",
        [
            |settings| settings.scope = vec!["profile".to_owned()],
            |settings| settings.dangers.push(".id_token_rules(…) with a danger".to_owned()),
        ],
    );
    let mut plain = kept();
    plain.is_openid = false;
    assert_eq!(on_settings(&security(), "PF21", &plain), RuleResult::NotApplicable);
}

#[test]
fn pf22_requests_are_signed() {
    breaks(
        &Profile::fapi2_message_signing(),
        "PF22",
        [|settings| settings.request_object = None, |settings| settings.request_object = Some(RequestObjectConfiguration::default())],
    );
}

#[test]
fn pf23_responses_are_signed() {
    breaks(
        &Profile::fapi2_message_signing(),
        "PF23",
        [|settings| settings.response_mode = None, |settings| settings.response_mode = Some("form_post".to_owned())],
    );
    for mode in ["query.jwt", "fragment.jwt", "form_post.jwt"] {
        let mut settings = kept();
        settings.response_mode = Some(mode.to_owned());
        assert_eq!(on_settings(&Profile::fapi2_message_signing(), "PF23", &settings), RuleResult::Pass);
    }
}

#[test]
fn pf24_introspection_is_signed_where_it_is_used() {
    assert_eq!(on_settings(&Profile::fapi2_message_signing(), "PF24", &kept()), RuleResult::Pass);
    let mut settings = kept();
    settings.introspection_signed_response_alg = None;
    assert_eq!(on_settings(&Profile::fapi2_message_signing(), "PF24", &settings), RuleResult::NotChecked);
}

#[test]
fn pf28_client_of_at_protocol() {
    let mut good = ClientConfiguration::new("https://pds.example.com", "https://app.example.com/client.json");
    good.scope = vec!["atproto".to_owned()];
    assert_eq!(on_settings(&Profile::atproto(), "PF28", &good), RuleResult::Pass);
    let changes: [fn(&mut ClientConfiguration); 5] = [
        |settings| settings.client_id = "web".to_owned(),
        |settings| settings.client_id = "https://app.example.com:8443/client.json".to_owned(),
        |settings| settings.scope = vec!["transition:generic".to_owned()],
        |settings| settings.scope.push("openid".to_owned()),
        |settings| settings.is_openid = true,
    ];
    for change in changes {
        let mut settings = good.clone();
        change(&mut settings);
        assert_eq!(on_settings(&Profile::atproto(), "PF28", &settings), RuleResult::Fail, "{settings:?}");
    }
}

#[test]
fn pf31_scope_of_a_credential() {
    let mut wallet = ClientConfiguration::new("https://issuer.example.com", "wallet");
    assert_eq!(on_settings(&Profile::haip(), "PF31", &wallet), RuleResult::Fail);
    wallet.scope = vec!["eu.europa.ec.eudi.pid.1".to_owned()];
    wallet.dpop_algorithms = dpop_algorithms();
    assert_eq!(on_settings(&Profile::haip(), "PF31", &wallet), RuleResult::Pass);
}

#[test]
fn pf32_resource_servers() {
    let on = |profile: &Profile, resource: &ResourceConfiguration| {
        results(&examine(profile, &ProfileEvidence::new().resource(resource)), "PF32")
    };
    let mut resource = ResourceConfiguration::default();
    assert_eq!(on(&security(), &resource), [RuleResult::Fail], "any audience");
    resource.audiences = vec!["orders".to_owned()];
    assert_eq!(on(&security(), &resource), [RuleResult::Fail], "bearer tokens");
    assert_eq!(on(&Profile::rfc9700(), &resource), [RuleResult::NotChecked], "revocation cannot be seen");
    resource.requires_bound_tokens = true;
    assert_eq!(on(&security(), &resource), [RuleResult::NotChecked]);
    resource.introspects = true;
    assert_eq!(on(&security(), &resource), [RuleResult::Pass]);
}

#[test]
fn pf33_algorithms_are_stated() {
    breaks(
        &security(),
        "PF33",
        [|settings| settings.id_token_signed_response_alg = None, |settings| settings.authorization_signed_response_alg = None],
    );
    let mut plain = kept();
    plain.is_openid = false;
    plain.id_token_signed_response_alg = None;
    assert_eq!(on_settings(&security(), "PF33", &plain), RuleResult::Pass);
}

#[test]
fn fa1_a_detached_signature_or_a_signed_response() {
    breaks(
        &Profile::fapi1_advanced(),
        "FA1",
        [|settings| settings.response_type = "code".to_owned(), |settings| settings.response_type = "id_token".to_owned()],
    );
    let mut signed = kept();
    signed.response_type = "code".to_owned();
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "FA1", &signed), RuleResult::Pass, "JARM");
}

#[test]
fn fa3_request_objects() {
    breaks(&Profile::fapi1_advanced(), "FA3", [|settings| settings.request_object = None, |settings| settings.pushed = Some(false)]);
    let mut settings = kept();
    settings.pushed = None;
    settings.request_object.as_mut().unwrap().repeats_outside = true;
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "FA3", &settings), RuleResult::Pass);
}

#[test]
fn fa4_no_rsa1_5() {
    let mut settings = kept();
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "FA4", &settings), RuleResult::NotApplicable);
    settings.id_token_encrypted_response_alg = Some("RSA-OAEP".to_owned());
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "FA4", &settings), RuleResult::Pass);
    settings.id_token_encrypted_response_alg = Some("RSA1_5".to_owned());
    assert_eq!(on_settings(&Profile::fapi1_advanced(), "FA4", &settings), RuleResult::Fail);
}

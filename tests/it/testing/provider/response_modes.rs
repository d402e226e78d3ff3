//! How a response travels: query, fragment, a form that posts itself, and each of them signed.

use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};

use super::support::*;

#[test]
fn each_mode_carries_the_answer_its_own_way() {
    let provider = TestProvider::new();
    for (mode, response_type, start) in [
        ("query", "code", "https://app.test/cb?code="),
        ("fragment", "code", "https://app.test/cb#code="),
        ("fragment", "code id_token", "https://app.test/cb#code="),
        ("jwt", "code", "https://app.test/cb?response="),
        ("jwt", "code id_token", "https://app.test/cb#response="),
        ("query.jwt", "code", "https://app.test/cb?response="),
        ("fragment.jwt", "code", "https://app.test/cb#response="),
    ] {
        let answer = provider.authorize(login_url(&provider, &[("response_mode", mode), ("response_type", response_type)]));
        assert!(answer.location().starts_with(start), "{mode} {response_type}: {}", answer.location());
        assert_eq!((answer.status().as_u16(), answer.form_action()), (302, None));
    }
}

#[test]
fn a_form_posts_itself() {
    let provider = TestProvider::new();
    let state = r#"<"a & b's">"#;
    for (mode, first) in [("form_post", "code"), ("form_post.jwt", "response")] {
        let answer = provider.authorize(login_url(&provider, &[("response_mode", mode), ("state", state)]));
        assert_eq!((answer.status().as_u16(), answer.redirect()), (200, None));
        assert_eq!(answer.response().headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.response().headers()["cache-control"], "no-store");
        assert_eq!(answer.form_action().as_deref(), Some(REDIRECT_URI));
        assert!(answer.form_body().starts_with(&format!("{first}=")), "{mode}");
        assert!(!answer.page().contains(state) && answer.page().contains("document.forms[0].submit()"));
        if mode == "form_post" {
            assert_eq!(answer.parameter("state").as_deref(), Some(state));
        }
    }
    let error = provider.authorize(login_url(&provider, &[("response_mode", "form_post"), ("prompt", "none"), ("max_age", "0")]));
    assert_eq!(error.parameter("error").as_deref(), Some("login_required"));
    assert_eq!(error.form_action().as_deref(), Some(REDIRECT_URI));
}

#[test]
fn a_signed_answer_holds_the_parameters_as_claims() {
    let provider = TestProvider::new();
    let response = || provider.authorize(login_url(&provider, &[("response_mode", "jwt")])).parameter("response").unwrap();
    let (_, claims) = verify(&provider, &response()).unwrap();
    assert_eq!((&claims["iss"], &claims["aud"], &claims["state"]), (&provider.issuer().into(), &"client".into(), &"the-state".into()));
    assert!(claims["exp"].is_i64() && claims["code"].is_string());
    assert_eq!(redeem(&provider, claims["code"].as_str().unwrap()).status(), 200);

    for forgery in ["iss", "aud", "exp"].map(Forgery::without_claim).into_iter().chain([Forgery::Expired]) {
        provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::AuthorizationResponse, forgery.clone()).once());
        let (_, claims) = verify(&provider, &response()).unwrap();
        match forgery {
            Forgery::WithoutClaim(name) => assert_eq!(claims.get(name), None),
            _ => assert!(claims["exp"].as_i64() < claims["iat"].as_i64().map(|at| at + 7200)),
        }
    }
    for forgery in [Forgery::AlgorithmNone, Forgery::WrongKey, Forgery::WrongSignature] {
        provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::AuthorizationResponse, forgery.clone()).once());
        assert!(verify(&provider, &response()).is_err(), "{forgery:?}");
    }
}

#[test]
fn faults_reach_into_a_signed_answer_and_around_it() {
    let provider = TestProvider::new();
    let answer = || provider.authorize(login_url(&provider, &[("response_mode", "jwt")]));
    provider.inject(ProviderEndpoint::Authorization, Fault::wrong_state().once());
    let (_, claims) = verify(&provider, &answer().parameter("response").unwrap()).unwrap();
    assert_ne!(claims["state"], "the-state");
    provider.inject(ProviderEndpoint::Authorization, Fault::duplicate_parameter("response", "again").once());
    assert_eq!(answer().parameters().len(), 2);
    provider.inject(ProviderEndpoint::Authorization, Fault::without_parameter("response").once());
    assert_eq!(answer().parameters().len(), 0);
    provider.inject(ProviderEndpoint::Authorization, Fault::deny().once());
    let (_, claims) = verify(&provider, &answer().parameter("response").unwrap()).unwrap();
    assert_eq!((&claims["error"], claims.get("code")), (&"access_denied".into(), None));
}

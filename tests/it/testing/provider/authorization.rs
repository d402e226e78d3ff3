//! The authorization endpoint with codes: what is checked, what comes back, what becomes of the code.

use http::header::LOCATION;
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::transport::HttpClient;
use serde_json::json as value;

use super::support::*;

fn error(provider: &TestProvider, parameters: &[(&str, &str)]) -> String {
    let answer = provider.authorize(login_url(provider, parameters));
    assert!(answer.parameter("code").is_none() && answer.parameter("id_token").is_none());
    assert_eq!(answer.parameter("state").as_deref(), Some("the-state"));
    assert_eq!(answer.parameter("iss"), Some(provider.issuer()));
    answer.parameter("error").unwrap()
}

#[tokio::test]
async fn a_code_comes_back_and_is_worth_tokens_once() {
    let provider = TestProvider::new();
    let url = login_url(&provider, &[("scope", "openid profile")]);
    let answer = provider.authorize(&url);
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.location().split('?').next(), Some(REDIRECT_URI));
    let names: Vec<String> = answer.parameters().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["code", "session_state", "state", "iss"]);
    assert_eq!(answer.parameter("iss"), Some(provider.issuer()));

    let code = answer.parameter("code").unwrap();
    let document = json(&redeem(&provider, &code));
    let (_, claims) = verify(&provider, document["id_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["at_hash"], half_hash(document["access_token"].as_str().unwrap()));
    assert!(claims["sid"].is_string());
    assert_eq!(claims.get("auth_time"), None);
    let userinfo = bearer(get(provider.address(ProviderEndpoint::UserInfo)), document["access_token"].as_str().unwrap());
    assert_eq!(json(&provider.send_blocking(userinfo).unwrap()), value!({"sub": "alice", "name": "Alice Adams"}));
    assert_eq!(json(&redeem(&provider, &code))["error"], "invalid_grant");

    // The same by a bare client, and by POST.
    let response = HttpClient::send(&provider, get(&url)).await.unwrap();
    assert!(response.headers()[LOCATION].to_str().unwrap().starts_with("https://app.test/cb?code="));
    let (address, query) = url.split_once('?').unwrap();
    let form: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(provider.browser().post(address, &form).parameter("code").is_some());
    assert_eq!(provider.requests(ProviderEndpoint::Authorization), 3);
}

#[test]
fn a_code_is_bound_to_its_verifier_and_its_redirect_address() {
    let provider = TestProvider::new();
    let code = || provider.authorize(login_url(&provider, &[])).parameter("code").unwrap();
    let form = |code: &str, redirect: &str, verifier: &str| {
        let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier)];
        json(&token(&provider, &form))["error"].as_str().map(str::to_owned)
    };
    assert_eq!(form(&code(), REDIRECT_URI, "another").as_deref(), Some("invalid_grant"));
    assert_eq!(form(&code(), "https://app.test/other", VERIFIER).as_deref(), Some("invalid_grant"));
    assert_eq!(form(&code(), REDIRECT_URI, VERIFIER), None);
}

#[test]
fn errors_go_back_to_the_client() {
    let provider = TestProvider::builder()
        .client(TestClient::new(TestProvider::CLIENT_ID).secret("secret").scopes(["openid"]).audiences(["api"]))
        .user(TestUser::new("alice"))
        .build();
    for (parameters, code) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (&[("response_mode", "carrier_pigeon")], "invalid_request"),
        (&[("response_type", "id_token"), ("response_mode", "query")], "invalid_request"),
        (&[("response_type", "id_token"), ("nonce", "")], "invalid_request"),
        (&[("scope", "openid other")], "invalid_scope"),
        (&[("resource", "https://other.test")], "invalid_target"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("claims", "[]")], "invalid_request"),
        (&[("claims", r#"{"id_token":[]}"#)], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("prompt", "none")], "login_required"),
        (&[("id_token_hint", "a.b.c")], "invalid_request"),
        (&[("authorization_details", "{}")], "invalid_authorization_details"),
    ] {
        assert_eq!(error(&provider, parameters), code, "{parameters:?}");
    }
}

#[test]
fn the_user_is_told_where_the_client_cannot_be_trusted() {
    let client = TestClient::new(TestProvider::CLIENT_ID).redirect_uris([REDIRECT_URI]);
    let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    for (name, wrong, code) in [
        ("client_id", "stranger", "unauthorized_client"),
        ("client_id", "", "invalid_request"),
        ("redirect_uri", "https://app.test/cb/", "invalid_request"),
        ("redirect_uri", "https://app.test/cb?x", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:unknown", "invalid_request_uri"),
    ] {
        let answer = provider.authorize(login_url(&provider, &[(name, wrong)]));
        assert_eq!((answer.status().as_u16(), answer.redirect()), (400, None), "{name} {wrong}");
        assert_eq!(json(answer.response())["error"], code, "{name} {wrong}");
    }
    let twice = format!("{}&state=again", login_url(&provider, &[]));
    assert_eq!(provider.authorize(twice).status(), 400);
    assert!(provider.authorize(login_url(&provider, &[])).parameter("code").is_some());
}

#[test]
fn native_clients_listen_on_any_port() {
    let client = TestClient::new(TestProvider::CLIENT_ID).redirect_uris(["http://127.0.0.1/cb"]);
    let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    let answer = provider.authorize(login_url(&provider, &[("redirect_uri", "http://127.0.0.1:51004/cb")]));
    assert!(answer.location().starts_with("http://127.0.0.1:51004/cb?code="));
    assert_eq!(provider.authorize(login_url(&provider, &[("redirect_uri", "http://localhost:51004/cb")])).status(), 400);
}

#[test]
fn a_query_of_the_redirect_address_is_kept() {
    let provider = TestProvider::new();
    let answer = provider.authorize(login_url(&provider, &[("redirect_uri", "https://app.test/cb?tenant=a%20b")]));
    assert!(answer.location().starts_with("https://app.test/cb?tenant=a%20b&code="), "{answer:?}");
}

#[test]
fn an_older_provider_does_without_pkce() {
    let provider = TestProvider::builder().client(TestClient::new("client").secret("secret")).user(TestUser::new("alice")).optional_pkce();
    let provider = provider.build();
    let answer = provider.authorize(login_url(&provider, &[("code_challenge", ""), ("code_challenge_method", "")]));
    let code = answer.parameter("code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", REDIRECT_URI)];
    assert_eq!(token(&provider, &form).status(), 200);
    let plain = provider.authorize(login_url(&provider, &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]));
    assert_eq!(redeem(&provider, &plain.parameter("code").unwrap()).status(), 200);
}

#[test]
fn faults_spoil_what_goes_through_the_browser() {
    type Check = fn(&identity_model::testing::Authorized) -> bool;
    let cases: [(Fault, Check); 9] = [
        (Fault::deny(), |answer| answer.parameter("error").unwrap() == "access_denied" && answer.parameter("code").is_none()),
        (Fault::authorization_error("server_error"), |answer| answer.parameter("error").unwrap() == "server_error"),
        (Fault::wrong_issuer(), |answer| answer.parameter("iss").unwrap() == "https://elsewhere.test"),
        (Fault::missing_issuer(), |answer| answer.parameter("iss").is_none()),
        (Fault::wrong_state(), |answer| answer.parameter("state").is_some_and(|state| state != "the-state")),
        (Fault::missing_state(), |answer| answer.parameter("state").is_none()),
        (Fault::missing_code(), |answer| answer.parameter("code").is_none() && answer.parameter("state").is_some()),
        (Fault::duplicate_parameter("code", "x"), |answer| answer.parameters().iter().filter(|(name, _)| name == "code").count() == 2),
        (Fault::status(503), |answer| answer.status() == 503 && answer.redirect().is_none()),
    ];
    for (fault, check) in cases {
        let provider = TestProvider::new();
        provider.inject(ProviderEndpoint::Authorization, fault.clone().once());
        let answer = provider.authorize(login_url(&provider, &[]));
        assert!(check(&answer), "{fault:?}: {answer:?}");
        assert_eq!(provider.authorize(login_url(&provider, &[])).parameters().len(), 4, "only once");
    }
}

#[test]
fn metadata_say_what_the_endpoint_can_do() {
    let document = json(&ask(&TestProvider::new(), ProviderEndpoint::Discovery).unwrap());
    assert_eq!(document["authorization_endpoint"], "https://idp.test/authorize");
    assert_eq!(document["end_session_endpoint"], "https://idp.test/end_session");
    assert_eq!(document["response_types_supported"].as_array().unwrap().len(), 6);
    assert!(document["response_modes_supported"].as_array().unwrap().contains(&value!("form_post.jwt")));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["claims_parameter_supported"], true);
    assert_eq!(document["code_challenge_methods_supported"], value!(["S256"]));
    assert_eq!(document.get("require_pushed_authorization_requests"), None);
    let strict = TestProvider::builder().require_pushed_authorization().acr_values(["gold"]).build();
    let document = json(&ask(&strict, ProviderEndpoint::Discovery).unwrap());
    assert_eq!(document["require_pushed_authorization_requests"], true);
    assert_eq!(document["acr_values_supported"], value!(["gold"]));
}

#[test]
fn a_pushed_request_is_good_once_and_for_its_client() {
    let (clock, _, environment) = fixed();
    let provider = TestProvider::builder()
        .client(TestClient::new("client").secret("secret"))
        .client(TestClient::new("other"))
        .user(TestUser::new("alice"))
        .environment(environment)
        .require_pushed_authorization()
        .build();
    let push = || {
        let query = login_url(&provider, &[]);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = basic(post(provider.address(ProviderEndpoint::PushedAuthorization), &pairs), "client", "secret");
        json(&provider.send_blocking(request).unwrap())["request_uri"].as_str().unwrap().to_owned()
    };
    let url = |client: &str, request_uri: &str| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", client)
            .append_pair("request_uri", request_uri)
            .finish();
        format!("{}?{query}", provider.address(ProviderEndpoint::Authorization))
    };
    let request_uri = push();
    let answer = provider.authorize(url("client", &request_uri));
    assert_eq!(answer.parameter("state").as_deref(), Some("the-state"));
    assert_eq!(redeem(&provider, &answer.parameter("code").unwrap()).status(), 200);
    assert_eq!(json(provider.authorize(url("client", &request_uri)).response())["error"], "invalid_request_uri");
    assert_eq!(json(provider.authorize(url("other", &push())).response())["error"], "invalid_request_uri");
    let late = push();
    clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(json(provider.authorize(url("client", &late)).response())["error"], "invalid_request_uri");
    assert_eq!(json(provider.authorize(login_url(&provider, &[])).response())["error"], "invalid_request");
}

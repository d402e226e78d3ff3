//! The beginning of a login: what is drawn, what is pushed, what is left.

use std::collections::BTreeSet;
use std::time::Duration;

use identity_model::encoding::base64url;
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{
    AuthorizationOptions, BegunLogin, ClaimRequest, ClaimsRequest, CodeChallenge, LoginProvider, LoginRequest, RequestObjectSettings,
    ResponseMode, ResponseType,
};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::secret::CodeVerifier;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::url::discovered;
use crate::protocol::support::{both_ways, start, unsent, wire};

const PAR: &str = "https://idp.example.com/par";

/// A complete login, to which more can be added.
macro_rules! login {
    ($disco:expr, $environment:expr) => {
        LoginRequest::builder()
            .environment($environment)
            .retry(RetrySettings::NONE)
            .provider($disco)
            .client_id("app")
            .redirect_uri("https://app.example.com/cb")
    };
}

/// A provider without an endpoint to push to.
fn plain(more: Value) -> DiscoveryDocumentResponse {
    let mut members = json!({ "pushed_authorization_request_endpoint": null });
    members.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    discovered(members)
}

fn signed() -> RequestObjectSettings {
    static KEY: std::sync::LazyLock<PrivateKey> = std::sync::LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap());
    RequestObjectSettings::signed(KEY.signer(SignatureAlgorithm::EDDSA).unwrap())
}

fn query(begun: &BegunLogin, name: &str) -> Option<String> {
    begun.url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

fn kept(begun: &BegunLogin) -> Value {
    serde_json::from_str(begun.transaction.to_text().expose()).unwrap()
}

/// Begins a login that sends nothing.
#[track_caller]
fn begin(build: impl Fn(Environment) -> LoginRequest) -> BegunLogin {
    let run = both_ways(build, &[]);
    run.result.unwrap()
}

#[track_caller]
fn push(build: impl Fn(Environment) -> LoginRequest, answer: ScriptedResponse) -> (Result<BegunLogin, Error>, String) {
    let run = both_ways(build, &[(Expected::post(PAR), answer)]);
    (run.result, wire(&run.sent[0]))
}

fn pushed() -> ScriptedResponse {
    ScriptedResponse::json(201, json!({ "request_uri": "urn:example:1", "expires_in": 60 }))
}

#[track_caller]
fn told(error: &Error) -> String {
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    format!("{}: {error}", error.code())
}

#[test]
fn r1_r2_state_nonce_and_verifier_are_drawn_and_kept() {
    let disco = plain(json!({ "userinfo_endpoint": "https://idp.example.com/userinfo", "jwks_uri": "https://idp.example.com/jwks" }));
    let begun = begin(|environment| login!(&disco, environment).build());
    let kept = kept(&begun);
    let [state, nonce] = ["state", "nonce"].map(|name| query(&begun, name).unwrap());
    let verifier = kept["code_verifier"].as_str().unwrap();
    for text in [&state, &nonce, verifier] {
        assert_eq!(base64url::decode(text).unwrap().len(), 32, "{text}");
    }
    assert_eq!([&state, &nonce, verifier].into_iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!((kept["state"].as_str(), kept["nonce"].as_str()), (Some(state.as_str()), Some(nonce.as_str())));
    assert_eq!(query(&begun, "code_challenge").as_deref(), CodeChallenge::s256(&CodeVerifier::new(verifier)).value());
    assert_eq!(query(&begun, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!((query(&begun, "scope").as_deref(), query(&begun, "response_type").as_deref()), (Some("openid"), Some("code")));
    assert!(!begun.url.as_str().contains(verifier) && !format!("{begun:?}").contains(&state));

    let transaction = &begun.transaction;
    assert_eq!((transaction.issuer(), transaction.client_id()), ("https://idp.example.com", "app"));
    assert_eq!(transaction.redirect_uri(), "https://app.example.com/cb");
    assert_eq!(transaction.token_endpoint().unwrap().as_str(), "https://idp.example.com/token");
    assert_eq!(transaction.userinfo_endpoint().unwrap().as_str(), "https://idp.example.com/userinfo");
    assert_eq!(transaction.jwks_uri().unwrap().as_str(), "https://idp.example.com/jwks");
    assert_eq!((transaction.begun_at(), transaction.expires_at()), (start(), start() + Duration::from_secs(600)));
    assert_eq!(begun.expires_at, transaction.expires_at());
}

#[test]
fn r2_each_login_draws_anew() {
    let disco = plain(json!({}));
    let request = login!(&disco, Environment::system()).build();
    let http = identity_model::testing::ScriptedHttpClient::builder().build();
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let begun = request.send_blocking(&http).unwrap();
        let kept = kept(&begun);
        assert!(["state", "nonce", "code_verifier"].into_iter().all(|name| seen.insert(kept[name].as_str().unwrap().to_owned())));
    }
}

#[test]
fn what_the_callback_is_held_against_is_kept() {
    let disco = plain(json!({ "authorization_response_iss_parameter_supported": true }));
    let begun = begin(|environment| {
        let claims = ClaimsRequest::new().id_token("acr", ClaimRequest::essential().values(["gold"]));
        login!(&disco, environment)
            .scope(["openid profile", "email"])
            .response_mode(ResponseMode::FormPost)
            .max_age(Duration::from_secs(300))
            .acr_values(["gold", "silver"])
            .claims(claims)
            .dpop_jkt("thumb")
            .essential_acr(["platinum"])
            .requires_auth_time(true)
            .lifetime(Duration::from_secs(60))
            .build()
    });
    let kept = kept(&begun);
    assert_eq!((&kept["expects_iss"], &kept["max_age"], &kept["requires_auth_time"]), (&json!(true), &json!(300), &json!(true)), "{kept}");
    assert_eq!(kept["essential_acr"], json!(["platinum", "gold"]));
    assert_eq!(begun.transaction.scope(), ["openid", "profile", "email"]);
    assert_eq!((begun.transaction.response_mode(), begun.transaction.dpop_thumbprint()), (ResponseMode::FormPost, Some("thumb")));
    assert_eq!(begun.transaction.expires_at(), start() + Duration::from_secs(60));

    let registered = begin(|environment| login!(&disco, environment).default_max_age(Duration::from_secs(9)).build());
    assert_eq!((self::kept(&registered)["max_age"].clone(), query(&registered, "max_age")), (json!(9), None));
}

#[test]
fn a_request_for_no_id_token_has_no_nonce() {
    let disco = plain(json!({}));
    let begun = begin(|environment| login!(&disco, environment).scope(["reports:read"]).build());
    assert_eq!((query(&begun, "nonce"), query(&begun, "scope").as_deref()), (None, Some("reports:read")));
    assert!(kept(&begun)["nonce"].is_null());
}

#[test]
fn r3_a_hybrid_login_has_a_nonce_and_one_without_a_code_no_challenge() {
    let disco = plain(json!({}));
    let begun = begin(|environment| login!(&disco, environment).response_type(ResponseType::CodeIdToken).scope(["a"]).build());
    assert!(query(&begun, "nonce").is_some() && query(&begun, "code_challenge").is_some());
    let begun = begin(|environment| login!(&disco, environment).response_type(ResponseType::IdToken).build());
    assert!(query(&begun, "nonce").is_some() && query(&begun, "code_challenge").is_none());
    assert!(kept(&begun)["code_verifier"].is_null());
    for response_type in [ResponseType::None, ResponseType::DangerToken] {
        let error = unsent(|environment| login!(&disco, environment).response_type(response_type).build());
        assert!(error.to_string().starts_with("configuration error: `response_type` "), "{error}");
    }
}

#[test]
fn r1_a_plain_challenge_says_danger() {
    let disco = plain(json!({}));
    let begun = begin(|environment| login!(&disco, environment).danger_plain_code_challenge().build());
    assert_eq!(query(&begun, "code_challenge_method").as_deref(), Some("plain"));
    assert_eq!(query(&begun, "code_challenge").as_deref(), kept(&begun)["code_verifier"].as_str());
}

#[test]
fn r5_a_request_is_pushed_where_that_is_offered() {
    let disco = discovered(json!({}));
    let build = |environment| {
        let builder = login!(&disco, environment).authentication(ClientAuthentication::secret_basic("s")).parameter("tenant", "a b");
        builder.header("x-request", "1").login_hint("alice").build()
    };
    let (begun, sent) = push(build, pushed());
    let begun = begun.unwrap();
    assert_eq!(begun.url.as_str(), "https://idp.example.com/authorize?client_id=app&request_uri=urn%3Aexample%3A1");
    assert_eq!(begun.expires_at, start() + Duration::from_secs(60));
    assert!(sent.contains("authorization: Basic YXBwOnM=\n") && sent.contains("x-request: 1"), "{sent}");
    let form = identity_model::encoding::form::Form::parse(sent.split("\n\n").nth(1).unwrap()).unwrap();
    let names: Vec<_> = form.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.join(" "),
        "client_id response_type redirect_uri scope state nonce code_challenge code_challenge_method login_hint tenant"
    );
    assert_eq!((form.first("state"), form.first("tenant")), (kept(&begun)["state"].as_str(), Some("a b")));
}

#[test]
fn r5_a_request_that_shall_not_be_pushed_is_not() {
    let disco = discovered(json!({}));
    let begun = begin(|environment| login!(&disco, environment).pushed(false).parameter("tenant", "a b").build());
    assert!(begun.url.as_str().ends_with("&tenant=a%20b") && query(&begun, "request_uri").is_none());
}

#[test]
fn r6_a_reference_that_has_expired_already_begins_nothing() {
    let disco = discovered(json!({}));
    let (begun, _) = push(
        |environment| login!(&disco, environment).build(),
        ScriptedResponse::json(201, json!({ "request_uri": "u", "expires_in": 0 })),
    );
    let error = begun.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "pushed_request_expired"));
}

#[test]
fn r5_what_refuses_to_be_pushed_does_not_go_through_the_browser_instead() {
    let disco = discovered(json!({}));
    for (answer, kind) in [
        (ScriptedResponse::json(400, json!({ "error": "invalid_request" })), ErrorKind::Protocol),
        (ScriptedResponse::status(404), ErrorKind::Http),
        (ScriptedResponse::json(202, json!({ "request_uri": "u", "expires_in": 60 })), ErrorKind::Http),
        (ScriptedResponse::json(201, json!({ "expires_in": 60 })), ErrorKind::Malformed),
    ] {
        let (begun, _) = push(|environment| login!(&disco, environment).build(), answer);
        assert_eq!(begun.unwrap_err().kind(), kind);
    }
}

#[test]
fn r7_what_the_provider_demands_is_done_or_refused_unsent() {
    let demands_push = discovered(json!({ "require_pushed_authorization_requests": true }));
    let (begun, _) = push(|environment| login!(&demands_push, environment).build(), pushed());
    assert!(begun.unwrap().url.as_str().ends_with("?client_id=app&request_uri=urn%3Aexample%3A1"));
    let error = unsent(|environment| login!(&demands_push, environment).pushed(false).build());
    assert_snapshot!(told(&error), @"request_form: configuration error: the server accepts only pushed authorization requests (`require_pushed_authorization_requests`)");

    for disco in [discovered(json!({ "require_signed_request_object": true })), plain(json!({ "require_signed_request_object": true }))] {
        let unsigned = RequestObjectSettings::danger_unsigned();
        for error in [
            unsent(|environment| login!(&disco, environment).build()),
            unsent(|environment| login!(&disco, environment).request_object(unsigned.clone()).build()),
        ] {
            assert_eq!(
                told(&error),
                "request_form: configuration error: the server accepts only signed request objects (`require_signed_request_object`)"
            );
        }
    }
    let demands_signature = plain(json!({ "require_signed_request_object": true }));
    let begun = begin(|environment| login!(&demands_signature, environment).request_object(signed()).build());
    assert!(query(&begun, "request").is_some());

    let nowhere = plain(json!({ "require_pushed_authorization_requests": true }));
    assert_eq!(unsent(|environment| login!(&nowhere, environment).build()).kind(), ErrorKind::Policy);
    let error = unsent(|environment| login!(&plain(json!({})), environment).pushed(true).build());
    assert_snapshot!(told(&error), @"request_configuration: configuration error: `pushed` is requested, and the provider names no endpoint to push to");
}

#[test]
fn r4_a_request_object_by_value_by_reference_and_pushed() {
    let disco = plain(json!({}));
    let begun = begin(|environment| login!(&disco, environment).request_object(signed()).max_age(Duration::from_secs(5)).build());
    let names: Vec<_> = begun.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request"]);
    assert_eq!(begun.expires_at, start() + Duration::from_secs(60), "the object is good no longer");
    let object = query(&begun, "request").unwrap();
    let claims: Value = serde_json::from_slice(&base64url::decode(object.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!((&claims["aud"], &claims["max_age"], &claims["scope"]), (&json!("https://idp.example.com"), &json!(5), &json!("openid")));
    assert_eq!((claims["state"].as_str(), claims["nonce"].as_str()), (kept(&begun)["state"].as_str(), kept(&begun)["nonce"].as_str()));
    assert!(begun.request_object.is_none());

    let address = "https://app.example.com/objects/7e";
    let offered = discovered(json!({}));
    let begun = begin(|environment| login!(&offered, environment).request_object(signed()).request_object_at(address).build());
    assert_eq!(query(&begun, "request_uri").as_deref(), Some(address));
    assert!(begun.request_object.unwrap().text().expose().starts_with("ey"));

    let (begun, sent) = push(|environment| login!(&offered, environment).request_object(signed()).build(), pushed());
    let body = sent.split("\n\n").nth(1).unwrap();
    assert!(body.starts_with("request=ey") && body.ends_with("&client_id=app"), "{body}");
    assert!(query(&begun.unwrap(), "request").is_none());

    let demanded = discovered(json!({ "require_pushed_authorization_requests": true }));
    let (begun, sent) =
        push(|environment| login!(&demanded, environment).request_object(signed()).request_object_at(address).build(), pushed());
    assert!(begun.unwrap().request_object.is_none() && sent.contains("\n\nrequest=ey"));

    let error = unsent(|environment| login!(&disco, environment).request_object_at(address).build());
    assert_snapshot!(told(&error), @"request_configuration: configuration error: `request_object_at` is set, and `.request_object(…)`, which says how the object is made, is not");
}

#[test]
fn r8_a_signed_answer_goes_with_code_alone() {
    let disco = plain(json!({}));
    let begun = begin(|environment| login!(&disco, environment).response_mode(ResponseMode::Jwt).build());
    assert_eq!((query(&begun, "response_mode").as_deref(), begun.transaction.response_mode()), (Some("jwt"), ResponseMode::Jwt));
    let error = unsent(|environment| {
        login!(&disco, environment).response_type(ResponseType::CodeIdToken).response_mode(ResponseMode::FragmentJwt).build()
    });
    assert!(told(&error).starts_with("request_configuration: configuration error: `response_mode`: `fragment.jwt` goes with"), "{error}");
}

#[test]
fn what_is_wrong_with_a_request_is_told_before_anything_is_pushed() {
    let disco = discovered(json!({}));
    macro_rules! error {
        (|$login:ident| $change:expr) => {
            unsent(|environment| {
                let $login = login!(&disco, environment);
                $change
            })
            .to_string()
        };
    }
    assert_eq!(
        error!(|login| login.parameter("state", "mine").build()),
        "configuration error: parameter `state` is set by its own setter alone"
    );
    assert_eq!(
        error!(|login| login.parameter("request_uri", "urn:x").build()),
        "configuration error: parameter `request_uri` stands for a request object, which is made of the whole request"
    );
    assert_eq!(
        error!(|login| login.parameter("client_id", "other").build()),
        "configuration error: parameter `client_id` is set by its own setter alone"
    );
    assert_eq!(error!(|login| login.claims(json!([])).build()), "configuration error: `claims` is no JSON object");
    assert_eq!(
        error!(|login| login.options(AuthorizationOptions::new().parameter("max_age", "1")).build()),
        "configuration error: parameter `max_age` is set by its own setter alone"
    );
}

#[test]
fn a_provider_may_be_known_by_hand_and_the_policy_of_the_request_counts() {
    let provider = |address: &str| {
        let builder = LoginProvider::builder().issuer("https://idp.example.com").authorization_endpoint(address).returns_iss(true);
        builder.token_endpoint("https://idp.example.com/token").build()
    };
    let by_hand = |environment, address: &str| {
        let builder = LoginRequest::builder().environment(environment).provider(provider(address)).client_id("app");
        builder.redirect_uri("https://app.example.com/cb")
    };
    let begun = begin(|environment| by_hand(environment, "https://login.example.net/a").build());
    assert!(begun.url.as_str().starts_with("https://login.example.net/a?client_id=app&"));
    assert_eq!(kept(&begun)["expects_iss"], json!(true));
    assert_eq!(unsent(|environment| by_hand(environment, "http://login.example.net/a").build()).kind(), ErrorKind::Policy);
    let lax = DiscoveryPolicy::danger_development();
    begin(|environment| by_hand(environment, "http://login.example.net/a").policy(lax.clone()).build());
    let error = unsent(|environment| {
        let provider =
            LoginProvider::builder().issuer("https://idp.example.com").authorization_endpoint("https://idp.example.com/a").build();
        let builder = LoginRequest::builder().environment(environment).provider(provider).client_id("app");
        builder.redirect_uri("https://app.example.com/cb").build()
    });
    assert_snapshot!(told(&error), @"request_configuration: configuration error: `token_endpoint` is missing: a code is redeemed there");
}

#[test]
fn an_endpoint_that_the_policy_refuses_is_no_place_to_log_in_or_push() {
    for member in ["authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint"] {
        let disco = discovered(json!({ member: "https://evil.example.net/x" }));
        assert_eq!(unsent(|environment| login!(&disco, environment).build()).kind(), ErrorKind::Policy, "{member}");
    }
    let disco = plain(json!({ "userinfo_endpoint": "https://evil.example.net/x" }));
    assert!(begin(|environment| login!(&disco, environment).build()).transaction.userinfo_endpoint().is_none());
}

//! The backchannel authentication request and its response (CIBA Core 1.0 section 7).

use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{CompactJws, JsonWebKeySet, JwsVerifier, PrivateKey, PrivateKeySigner, SignatureAlgorithm, TokenLimits};
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, Endpoint};
use identity_model::secret::SecretText;
use identity_model::testing::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{NOW, World, answered, both_ways, start, unsent, wire};

const ADDRESS: &str = "https://idp.example.com/bc";
const GOOD: &str = r#"{"auth_req_id":"r1","expires_in":120}"#;

fn login_hint() -> AuthenticationHint {
    AuthenticationHint::LoginHint("alice".to_owned())
}

fn request(hint: AuthenticationHint) -> impl Fn(Environment) -> BackchannelAuthenticationRequest {
    move |environment| {
        let builder = BackchannelAuthenticationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder.client_id("till").hint(hint.clone()).scope(["openid"]).build()
    }
}

#[track_caller]
fn answer(body: &str) -> Result<BackchannelAuthenticationResponse, Error> {
    answered(request(login_hint()), Expected::post(ADDRESS), ScriptedResponse::json(200, body))
}

#[test]
fn c2_exactly_one_hint_says_whom_to_ask() {
    for (hint, name) in [
        (login_hint(), "login_hint"),
        (AuthenticationHint::LoginHintToken(SecretText::new("alice")), "login_hint_token"),
        (AuthenticationHint::IdTokenHint(SecretText::new("alice")), "id_token_hint"),
    ] {
        let run = both_ways(request(hint), &[(Expected::post(ADDRESS).form(name, "alice"), ScriptedResponse::json(200, GOOD))]);
        run.result.unwrap();
        assert_eq!(run.sent[0].form().iter().filter(|(name, _)| name.contains("hint")).count(), 1);
    }
    let empty = unsent(request(AuthenticationHint::LoginHint(String::new())));
    assert_eq!(empty.to_string(), "configuration error: `hint` is empty");
}

#[test]
fn h13_all_that_can_be_said() {
    let build = |environment| {
        let builder = BackchannelAuthenticationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        let builder = builder.client_id("till").hint(login_hint()).scope(["openid", "profile"]).binding_message("W4SCT").user_code("1234");
        let builder = builder.acr_values(["a", "b"]).requested_expiry(Duration::from_secs(60)).client_notification_token("n");
        builder.resource(["https://a"]).build()
    };
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::json(200, GOOD))]);
    run.result.unwrap();
    assert_snapshot!(wire(&run.sent[0]), @r"
    POST https://idp.example.com/bc
    accept: application/json
    content-type: application/x-www-form-urlencoded

    scope=openid+profile&login_hint=alice&binding_message=W4SCT&user_code=1234&acr_values=a+b&requested_expiry=60&client_notification_token=n&resource=https%3A%2F%2Fa&client_id=till
    ");
}

fn endpoint_with(members: Value) -> Endpoint {
    let mut document = json!({ "issuer": "https://idp.example.com", "backchannel_authentication_endpoint": ADDRESS });
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let disco = DiscoveryDocumentResponse::parse(document.to_string(), "https://idp.example.com", DiscoveryPolicy::strict()).unwrap();
    disco.endpoint("backchannel_authentication_endpoint").unwrap().unwrap()
}

fn endpoint() -> Endpoint {
    endpoint_with(json!({}))
}

/// The claims of the signed request that was sent, its signature checked; it stands beside the client alone.
#[track_caller]
fn claims(sent: &RecordedRequest, key: &PrivateKey) -> Value {
    let names: Vec<String> = sent.form().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["request", "client_id"]);
    let token = sent.form_value("request").unwrap();
    let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
    assert_eq!(jws.header().typ(), None);
    let verifier = JwsVerifier::new(SignatureAlgorithm::ES256).unwrap();
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    let claims: Value = serde_json::from_slice(verifier.verify(&jws, &keys).unwrap().payload()).unwrap();
    assert!(claims["jti"].as_str().is_some_and(|id| id.len() >= 22));
    claims
}

#[test]
fn c2_a_signed_request_holds_everything() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    // ECDSA is not deterministic: each driver is looked at by itself.
    let http = ScriptedHttpClient::builder().post(ADDRESS, ScriptedResponse::json(200, GOOD)).build();
    let clock = identity_model::environment::FixedClock::at(start());
    BackchannelAuthenticationRequest::builder()
        .environment(Environment::system().with_clock(clock))
        .retry(RetrySettings::NONE)
        .parameter("tenant", "a")
        .parameter_values("tag", ["x", "y"])
        .address(endpoint())
        .client_id("till")
        .hint(login_hint())
        .scope(["openid"])
        .requested_expiry(Duration::from_secs(60))
        .resource(["https://a"])
        .authorization_details([AuthorizationDetail::new("payment").identifier("1")])
        .signed_with(key.signer(SignatureAlgorithm::ES256).unwrap())
        .send_blocking(&http)
        .unwrap();
    let mut claims = claims(&http.requests()[0], &key);
    claims["jti"] = json!("[random]");
    assert_eq!(
        claims,
        json!({
            "iss": "till", "aud": "https://idp.example.com", "iat": NOW, "nbf": NOW, "exp": NOW + 60, "jti": "[random]",
            "scope": "openid", "login_hint": "alice", "requested_expiry": "60", "resource": ["https://a"],
            "authorization_details": [{ "type": "payment", "identifier": "1" }], "tenant": "a", "tag": ["x", "y"],
        })
    );
}

#[test]
fn c2_a_signed_request_is_made_anew_for_every_attempt() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let busy = ScriptedResponse::status(503).header("retry-after", "90");
    let http = ScriptedHttpClient::builder().post(ADDRESS, busy).post(ADDRESS, ScriptedResponse::json(200, GOOD)).build();
    let builder = BackchannelAuthenticationRequest::builder().environment(World::new().environment()).address(endpoint());
    let builder = builder.client_id("till").hint(login_hint()).scope(["openid"]);
    builder.signed_with(key.signer(SignatureAlgorithm::ES256).unwrap()).send_blocking(&http).unwrap();
    let [first, second] = [0, 1].map(|number| claims(&http.requests()[number], &key));
    assert_eq!((&first["iat"], &second["iat"]), (&json!(NOW), &json!(NOW + 90)), "the first would be out of date");
    assert_ne!(first["jti"], second["jti"]);
}

#[test]
fn c2_a_signed_request_has_an_asymmetric_algorithm_that_the_server_takes() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let secret = PrivateKey::from_secret(&[7; 32]).unwrap();
    let refused = |signer: &PrivateKeySigner, members: Value| {
        let error = unsent(|environment| {
            let builder = BackchannelAuthenticationRequest::builder().environment(environment).address(endpoint_with(members.clone()));
            builder.client_id("till").hint(login_hint()).scope(["openid"]).signed_with(signer.clone()).build()
        });
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    };
    let asymmetric = key.signer(SignatureAlgorithm::ES256).unwrap();
    let others = json!({ "backchannel_authentication_request_signing_alg_values_supported": ["PS256", "EdDSA"] });
    assert_eq!(refused(&asymmetric, others), "configuration error: `signed_with` signs with ES256, and the server takes PS256, EdDSA");
    let symmetric = secret.signer(SignatureAlgorithm::HS256).unwrap();
    assert!(refused(&symmetric, json!({})).starts_with("configuration error: `signed_with` is a key for HS256"));
}

#[test]
fn c2_an_extra_parameter_is_no_second_hint_and_no_request_beside_this_one() {
    for (name, value) in [("login_hint_token", "t"), ("id_token_hint", "t"), ("login_hint", "bob"), ("request", "h.c.s"), ("iss", "x")] {
        let signed = name == "iss";
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        let error = unsent(|environment| {
            let builder = BackchannelAuthenticationRequest::builder().environment(environment).parameter(name, value).address(endpoint());
            let builder = builder.client_id("till").hint(login_hint()).scope(["openid"]);
            builder.maybe_signed_with(signed.then(|| key.signer(SignatureAlgorithm::ES256).unwrap())).build()
        });
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(&format!("`{name}` ")), "{error}");
    }
}

#[test]
fn c2_what_must_be_said_is_not_empty() {
    let scopeless = |environment| {
        let builder = BackchannelAuthenticationRequest::builder().environment(environment).address(ADDRESS).client_id("till");
        builder.hint(login_hint()).scope([" "]).build()
    };
    assert_eq!(unsent(scopeless).to_string(), "configuration error: `scope` is empty");
    let instant = |environment| {
        let builder = BackchannelAuthenticationRequest::builder().environment(environment).address(ADDRESS).client_id("till");
        builder.hint(login_hint()).scope(["openid"]).requested_expiry(Duration::from_millis(900)).build()
    };
    assert_eq!(unsent(instant).to_string(), "configuration error: `requested_expiry` is less than a second");
}

#[test]
fn c2_a_signed_request_needs_the_issuer() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let error = unsent(|environment| {
        let builder = BackchannelAuthenticationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder.client_id("till").hint(login_hint()).scope(["openid"]).signed_with(key.signer(SignatureAlgorithm::ES256).unwrap()).build()
    });
    assert!(error.to_string().starts_with("configuration error: `signed_with` needs the issuer"), "{error}");
}

#[test]
fn c1_the_answer_names_the_request_its_life_and_the_interval() {
    let pending = answer(r#"{"auth_req_id":"r1","expires_in":120,"interval":2}"#).unwrap();
    assert_eq!((pending.request_id().expose(), pending.interval()), ("r1", Duration::from_secs(2)));
    assert_eq!((pending.expires_in(), pending.expires_at()), (Duration::from_secs(120), Some(start() + Duration::from_secs(120))));
    assert!(!format!("{pending:?}").contains("r1"));
    assert_eq!(answer(GOOD).unwrap().interval(), Duration::from_secs(5));
    for interval in ["0", "-1", r#""x""#] {
        let body = format!(r#"{{"auth_req_id":"r1","expires_in":120,"interval":{interval}}}"#);
        assert_eq!(answer(&body).unwrap().interval(), Duration::from_secs(5), "{interval}");
    }
    for body in [
        r#"{"expires_in":120}"#,
        r#"{"auth_req_id":"","expires_in":120}"#,
        r#"{"auth_req_id":1,"expires_in":120}"#,
        r#"{"auth_req_id":"r1"}"#,
        r#"{"auth_req_id":"r1","expires_in":-1}"#,
        r#"{"auth_req_id":"r1","expires_in":"x"}"#,
    ] {
        assert_eq!(answer(body).unwrap_err().kind(), ErrorKind::Malformed, "{body}");
    }
}

#[test]
fn h4_errors_of_the_endpoint_are_told() {
    for code in ["unknown_user_id", "expired_login_hint_token", "missing_user_code", "invalid_user_code", "invalid_binding_message"] {
        let reply = ScriptedResponse::json(400, format!(r#"{{"error":"{code}"}}"#));
        let error = answered(request(login_hint()), Expected::post(ADDRESS), reply).unwrap_err();
        assert_eq!(error.oauth_error().map(|error| error.error()), Some(code));
    }
}

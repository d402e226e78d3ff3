//! Request objects: signed and not, by value, by reference and pushed, encrypted.

use identity_model::environment::SystemEntropy;
use identity_model::jose::{
    ContentEncryptionAlgorithm, JweEncrypter, JweHeader, JwsHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm,
    sign_compact_blocking,
};
use identity_model::testing::{
    Authorized, Expected, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider, TestUser,
};
use serde_json::{Value, json as value};

use super::support::*;

const SERVED: &str = "https://app.test/request.jwt";

fn key() -> PrivateKey {
    PrivateKey::generate(SignatureAlgorithm::ES256).unwrap()
}

fn client(key: &PrivateKey) -> TestClient {
    let jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    TestClient::new("client").public_key(jwk).redirect_uris([REDIRECT_URI])
}

fn provider(key: &PrivateKey) -> TestProvider {
    TestProvider::builder().client(client(key)).user(TestUser::new("alice")).build()
}

/// The claims of an object, with these in place of the usual ones; `null` leaves one out.
fn claims(changes: Value) -> Value {
    let mut claims = value!({
        "iss": "client", "aud": "https://idp.test", "client_id": "client", "response_type": "code", "scope": "openid",
        "redirect_uri": REDIRECT_URI, "state": "inside", "code_challenge": CHALLENGE, "code_challenge_method": "S256", "max_age": 60,
        "claims": {"id_token": {"acr": {"values": ["gold"]}}}, "resource": ["https://a.test", "https://b.test"],
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn signed(key: &PrivateKey, claims: &Value) -> String {
    let header = JwsHeader::new().typ("oauth-authz-req+jwt");
    sign_compact_blocking(&header, claims.to_string().as_bytes(), &key.signer(SignatureAlgorithm::ES256).unwrap()).unwrap()
}

fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| identity_model::encoding::base64url::encode(value.to_string());
    format!("{}.{}.", part(&value!({"alg": "none"})), part(claims))
}

fn open(provider: &TestProvider, parameters: &[(&str, &str)]) -> Authorized {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("client_id", "client").extend_pairs(parameters).finish();
    provider.authorize(format!("{}?{query}", provider.address(ProviderEndpoint::Authorization)))
}

fn error(answer: &Authorized) -> Value {
    assert_eq!((answer.status().as_u16(), answer.redirect()), (400, None));
    json(answer.response())["error"].clone()
}

#[test]
fn the_object_counts_and_nothing_beside_it() {
    let key = key();
    let provider = provider(&key);
    let answer = open(&provider, &[("request", &signed(&key, &claims(value!({})))), ("state", "outside"), ("nonce", "outside")]);
    assert_eq!(answer.parameter("state").as_deref(), Some("inside"));
    assert!(open(&provider, &[("request", &unsigned(&claims(value!({}))))]).parameter("code").is_some());
}

#[test]
fn an_object_is_read_into_its_json() {
    let key = key();
    let provider = TestProvider::builder().client(client(&key).authentication_methods(["none"])).user(TestUser::new("alice")).build();
    let code = open(&provider, &[("request", &signed(&key, &claims(value!({"nonce": "n"}))))]).parameter("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("client_id", "client"),
    ];
    let document = json(&provider.send_blocking(post(provider.address(ProviderEndpoint::Token), &form)).unwrap());
    let (_, id_token) = verify(&provider, document["id_token"].as_str().unwrap_or_else(|| panic!("{document}"))).unwrap();
    assert_eq!((&id_token["acr"], &id_token["nonce"]), (&value!("gold"), &value!("n")));
    assert!(id_token["auth_time"].is_i64());
    let (_, access_token) = verify(&provider, document["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(access_token["aud"], value!(["https://a.test", "https://b.test"]));
}

#[test]
fn bad_objects_are_refused() {
    let (key, other) = (key(), key());
    let provider = provider(&key);
    for change in [
        value!({"iss": "stranger"}),
        value!({"client_id": "stranger"}),
        value!({"aud": "https://elsewhere.test"}),
        value!({"sub": "client"}),
        value!({"exp": 1}),
        value!({"exp": "soon"}),
        value!({"nbf": 4_000_000_000_u64}),
        value!({"request": "a.b.c"}),
        value!({"request_uri": SERVED}),
    ] {
        assert_eq!(error(&open(&provider, &[("request", &signed(&key, &claims(change.clone())))])), "invalid_request_object", "{change}");
    }
    let good = signed(&key, &claims(value!({})));
    let cut = good.rsplit_once('.').unwrap().0.to_owned() + ".";
    for text in [signed(&other, &claims(value!({}))), cut, "a.b.c".to_owned(), String::from("x")] {
        assert_eq!(error(&open(&provider, &[("request", &text)])), "invalid_request_object");
    }
    assert_eq!(error(&open(&provider, &[("request", &good), ("response_type", "id_token")])), "invalid_request_object");
    assert_eq!(error(&open(&provider, &[("request", &good), ("request_uri", SERVED)])), "invalid_request");
}

#[test]
fn a_strict_provider_and_a_strict_client_want_a_signature() {
    let key = key();
    let strict = TestProvider::builder().client(client(&key)).user(TestUser::new("alice")).require_signed_request_objects().build();
    let chosen = TestProvider::builder().client(client(&key).request_object_signed_with("ES256")).user(TestUser::new("alice")).build();
    for provider in [&strict, &chosen] {
        assert_eq!(error(&open(provider, &[("request", &unsigned(&claims(value!({}))))])), "invalid_request_object");
        assert!(open(provider, &[("request", &signed(&key, &claims(value!({}))))]).parameter("code").is_some());
    }
    assert_eq!(error(&strict.authorize(login_url(&strict, &[]))), "invalid_request");
    let document = json(&ask(&strict, ProviderEndpoint::Discovery).unwrap());
    assert_eq!(document["require_signed_request_object"], true);
    assert!(!document["request_object_signing_alg_values_supported"].as_array().unwrap().contains(&value!("none")));
}

#[test]
fn an_object_is_taken_from_where_it_is_served() {
    let key = key();
    let object = signed(&key, &claims(value!({})));
    let handed = provider(&key);
    assert_eq!(error(&open(&handed, &[("request_uri", SERVED)])), "invalid_request_uri");
    handed.serve_request_object(SERVED, &object);
    assert!(open(&handed, &[("request_uri", &format!("{SERVED}#hash"))]).parameter("code").is_some());
    assert!(open(&handed, &[("request_uri", SERVED)]).parameter("code").is_some(), "not a pushed one: good again");

    let http = ScriptedHttpClient::builder()
        .exchange(Expected::get(SERVED), ScriptedResponse::content(200, "application/oauth-authz-req+jwt", object))
        .exchange(Expected::get(SERVED), ScriptedResponse::status(404))
        .build();
    let fetched = TestProvider::builder().client(client(&key)).user(TestUser::new("alice")).outgoing_http(http.clone()).build();
    assert!(open(&fetched, &[("request_uri", SERVED)]).parameter("code").is_some());
    assert_eq!(error(&open(&fetched, &[("request_uri", SERVED)])), "invalid_request_uri");
    http.assert_finished();
}

#[test]
fn an_object_may_be_pushed_and_encrypted() {
    let key = key();
    let algorithm = KeyManagementAlgorithm::ECDH_ES_A256KW;
    let provider = TestProvider::builder()
        .client(client(&key).secret("secret"))
        .user(TestUser::new("alice"))
        .encrypted_request_objects(algorithm)
        .build();
    let object = signed(&key, &claims(value!({})));
    let request = post(provider.address(ProviderEndpoint::PushedAuthorization), &[("request", &object)]);
    let pushed = json(&provider.send_blocking(basic(request, "client", "secret")).unwrap());
    let answer = open(&provider, &[("request_uri", pushed["request_uri"].as_str().unwrap())]);
    assert_eq!(answer.parameter("state").as_deref(), Some("inside"));

    let published = key_set(&provider);
    let recipient = published.keys().iter().find(|key| key.key_id() == Some("enc-1")).unwrap();
    let encrypter = JweEncrypter::new(recipient, algorithm, ContentEncryptionAlgorithm::A256GCM).unwrap();
    let sealed = encrypter.encrypt(&JweHeader::nested(), object.as_bytes(), &SystemEntropy).unwrap();
    assert!(open(&provider, &[("request", &sealed)]).parameter("code").is_some());
    assert_eq!(error(&open(&self::provider(&key), &[("request", &sealed)])), "invalid_request_object");
}

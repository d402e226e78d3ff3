//! Request objects (RFC 9101).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity_model::encoding::base64url;
use identity_model::environment::{Environment, FixedClock, SeededEntropy};
use identity_model::exchange::SigningKeySource;
use identity_model::jose::{
    BlockingSigner, CompactJws, ContentEncryptionAlgorithm, DecryptionKeys, JweDecrypter, JweEncrypter, JwsVerifier,
    KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm, Signer, SignerError, TokenLimits,
};
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::authorize::{AuthorizationRequest, RequestObject, RequestObjectSettings, ResponseType};
use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::url::discovered;
use crate::protocol::support::{NOW, start};

const ISSUER: &str = "https://idp.example.com";

fn environment() -> Environment {
    Environment::system().with_clock(FixedClock::at(start())).with_entropy(SeededEntropy::new(1))
}

fn key() -> PrivateKey {
    PrivateKey::generate(SignatureAlgorithm::ES256).unwrap()
}

fn signed(key: &PrivateKey) -> RequestObjectSettings {
    RequestObjectSettings::signed(key.signer(SignatureAlgorithm::ES256).unwrap()).with_audience(ISSUER)
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

fn claims(object: &RequestObject) -> Value {
    part(object.text().expose(), 1)
}

/// Everything but the frame.
fn asked(object: &RequestObject) -> Value {
    let mut claims = claims(object);
    for name in ["iss", "aud", "iat", "nbf", "exp", "jti"] {
        assert!(claims.as_object_mut().unwrap().remove(name).is_some(), "{name}");
    }
    claims
}

#[test]
fn r4_the_frame_of_a_request_object() {
    let key = key();
    let request = code!().environment(environment()).state("st").build();
    let object = request.sign_blocking(&signed(&key)).unwrap();
    let token = object.text().expose();

    let verifier = JwsVerifier::new(SignatureAlgorithm::ES256).unwrap();
    let jws = CompactJws::parse(token, TokenLimits::default()).unwrap();
    verifier.verify_with_key(&jws, key.public_jwk()).unwrap();
    let header = part(token, 0);
    assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("ES256"), Some("oauth-authz-req+jwt")));

    let claims = claims(&object);
    assert_eq!((&claims["iss"], &claims["client_id"], &claims["aud"]), (&json!("app"), &json!("app"), &json!(ISSUER)));
    assert_eq!((&claims["iat"], &claims["nbf"], &claims["exp"]), (&json!(NOW), &json!(NOW), &json!(NOW + 60)));
    assert_eq!(base64url::decode(claims["jti"].as_str().unwrap()).unwrap().len(), 32);
    for name in ["sub", "request", "request_uri"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
    assert_eq!(
        asked(&object),
        json!({
            "client_id": "app",
            "response_type": "code",
            "redirect_uri": "https://app.example.com/cb",
            "state": "st",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        })
    );
    assert_eq!(RequestObject::MEDIA_TYPE, "application/oauth-authz-req+jwt");
}

#[test]
fn r4_numbers_and_json_stay_what_they_are() {
    let request = code!()
        .scope(["openid", "email"])
        .max_age(Duration::from_secs(60))
        .claims(json!({ "id_token": { "email": null } }))
        .authorization_details([AuthorizationDetail::new("payment").member("amount", json!({ "value": 1 }))])
        .resource(["https://a.example.com", "https://b.example.com", "https://c.example.com"])
        .parameter("number", "7")
        .parameter_values("tag", ["1", "2"]);
    let asked = asked(&request.build().sign_blocking(&signed(&key())).unwrap());
    assert_eq!(asked["max_age"], json!(60));
    assert_eq!(asked["claims"], json!({ "id_token": { "email": null } }));
    assert_eq!(asked["authorization_details"], json!([{ "type": "payment", "amount": { "value": 1 } }]));
    assert_eq!(asked["resource"], json!(["https://a.example.com", "https://b.example.com", "https://c.example.com"]));
    assert_eq!((&asked["scope"], &asked["number"], &asked["tag"]), (&json!("openid email"), &json!("7"), &json!(["1", "2"])));
    let one = code!().resource(["https://a.example.com"]).build().sign_blocking(&signed(&key())).unwrap();
    assert_eq!(claims(&one)["resource"], json!("https://a.example.com"));
}

#[test]
fn r4_each_object_is_another_one() {
    let (request, settings) = (code!().build(), signed(&key()));
    let [one, two] = [0, 1].map(|_| claims(&request.sign_blocking(&settings).unwrap())["jti"].clone());
    assert_ne!(one, two);
}

#[test]
fn r4_beside_the_object_stands_the_client_alone() {
    let key = key();
    let request = code!().scope(["openid"]).state("st").build();
    let object = request.sign_blocking(&signed(&key)).unwrap();
    let token = object.text().expose();
    let url = request.url_with_object(&object).unwrap();
    assert_eq!(url.as_str(), format!("https://idp.example.com/authorize?client_id=app&request={token}"));
    let url = request.url_with_object_at("https://app.example.com/objects/4f?x#hash", &object).unwrap();
    let reference = "https%3A%2F%2Fapp.example.com%2Fobjects%2F4f%3Fx%23hash";
    assert_eq!(url.as_str(), format!("https://idp.example.com/authorize?client_id=app&request_uri={reference}"));

    let object = request.sign_blocking(&signed(&key).repeating_response_type_and_scope()).unwrap();
    let url = request.url_with_object(&object).unwrap();
    assert!(
        url.as_str().starts_with("https://idp.example.com/authorize?client_id=app&response_type=code&scope=openid&request=ey"),
        "{url}"
    );

    let refused = |address: &str| {
        let error = request.url_with_object_at(address, &object).unwrap_err();
        format!("{}: {error}", error.code())
    };
    assert_snapshot!(refused("http://app.example.com/x#hash"), @r#"https_required: address "http://app.example.com/x" is not HTTPS; allow it with `.danger_allow_http()`"#);
    assert_snapshot!(refused("/x"), @"address: the address of the request object cannot be used");
    assert_snapshot!(refused(""), @"address: the address of the request object cannot be used");
    for address in [&format!("https://app.example.com/{}", "x".repeat(512)), "https://app.example.com/ä"] {
        assert_eq!(refused(address), "request_configuration: `request_uri` is longer than 512 characters, or not ASCII");
    }
    let longest = format!("urn:example:{}", "x".repeat(512 - "urn:example:".len()));
    for address in [longest.as_str(), "urn:example:5c1e", "http://127.0.0.1:4711/o"] {
        assert!(request.url_with_object_at(address, &object).is_ok(), "{address}");
    }
}

#[test]
fn r4_an_object_of_another_client_is_refused() {
    let others = AuthorizationRequest::builder()
        .address("https://idp.example.com/authorize")
        .client_id("other")
        .response_type(ResponseType::Code)
        .redirect_uri("https://app.example.com/cb")
        .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .build()
        .sign_blocking(&signed(&key()))
        .unwrap();
    assert_eq!(code!().build().url_with_object(&others).unwrap_err().to_string(), "request object belongs to another client");
}

#[test]
fn r4_the_audience_is_the_issuer_of_the_document() {
    let disco = discovered(json!({}));
    let settings = RequestObjectSettings::signed(key().signer(SignatureAlgorithm::ES256).unwrap());
    let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app");
    let request = builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge("a".repeat(43));
    assert_eq!(claims(&request.build().sign_blocking(&settings).unwrap())["aud"], json!(ISSUER));
    let error = code!().build().sign_blocking(&settings).unwrap_err();
    assert_snapshot!(error, @"configuration error: request object needs an audience: take the endpoint from a discovery document, or state the issuer by `.with_audience(…)`");
}

#[test]
fn r4_what_the_server_does_not_take_is_not_made() {
    let disco = discovered(json!({ "request_object_signing_alg_values_supported": ["PS256", "RS256"] }));
    let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app");
    let request = builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge("a".repeat(43));
    let error = request.build().sign_blocking(&signed(&key())).unwrap_err();
    assert_snapshot!(error, @"configuration error: request object is signed with ES256, and the server takes PS256, RS256");
    for lifetime in [Duration::ZERO, Duration::from_secs(3601)] {
        let error = code!().build().sign_blocking(&signed(&key()).with_lifetime(lifetime)).unwrap_err();
        assert_eq!(error.to_string(), "configuration error: request object lives longer than an hour, or has no `exp`");
    }
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        let error = code!().parameter(name, "x").build().sign_blocking(&signed(&key())).unwrap_err();
        assert_eq!(error.to_string(), format!("configuration error: parameter `{name}` belongs to the frame of the request object"));
    }
}

#[test]
fn request_uri_signed_none_an_unsigned_object_says_so_and_is_refused_where_signed_ones_are_wanted() {
    let object = code!().build().sign_blocking(&RequestObjectSettings::danger_unsigned().with_audience(ISSUER)).unwrap();
    let token = object.text().expose();
    assert!(token.ends_with('.') && !object.is_signed());
    assert_eq!(part(token, 0), json!({ "alg": "none", "typ": "oauth-authz-req+jwt" }));
    assert_eq!(claims(&object)["iss"], "app");
    assert!(code!().build().url_with_object_at("https://app.example.com/o", &object).is_ok());

    let disco = discovered(json!({ "require_signed_request_object": true }));
    let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app");
    let request =
        builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge("a".repeat(43)).build();
    assert_eq!(request.url_with_object(&object).unwrap_err().code(), "request_form");
    let push = PushedAuthorizationRequest::builder().address(disco.pushed_authorization_request_endpoint().unwrap()).client_id("app");
    assert_eq!(push.authorization(&object).send_blocking(&ScriptedHttpClient::builder().build()).unwrap_err().code(), "request_form");
    assert!(request.url_with_object(&request.sign_blocking(&signed(&key())).unwrap()).is_ok());
}

#[test]
fn r7_an_object_in_the_address_is_refused_where_pushed_requests_are_wanted() {
    let disco = discovered(json!({ "require_pushed_authorization_requests": true }));
    let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app");
    let request =
        builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge("a".repeat(43)).build();
    let object = request.sign_blocking(&signed(&key())).unwrap();
    assert_eq!(request.url_with_object(&object).unwrap_err().code(), "request_form");
    assert_eq!(request.url_with_object_at("https://app.example.com/o", &object).unwrap_err().code(), "request_form");
}

#[test]
fn r4_signed_and_then_encrypted() {
    let (own, server) = (key(), PrivateKey::generate_for_encryption(KeyManagementAlgorithm::RSA_OAEP_256).unwrap());
    let encryption = ContentEncryptionAlgorithm::A256GCM;
    let encrypter = JweEncrypter::new(server.public_jwk(), KeyManagementAlgorithm::RSA_OAEP_256, encryption).unwrap();
    let object = code!().environment(environment()).build().sign_blocking(&signed(&own).encrypted(encrypter)).unwrap();
    assert_eq!((part(object.text().expose(), 0)["cty"].as_str(), object.is_signed()), (Some("JWT"), true));
    let decrypter = JweDecrypter::new(DecryptionKeys::from(server), KeyManagementAlgorithm::RSA_OAEP_256, encryption).unwrap();
    let nested = decrypter.decrypt_nested(object.text().expose(), TokenLimits::default()).unwrap();
    assert_eq!(part(nested.unverified_token(), 1)["client_id"], "app");
    assert_eq!(part(nested.unverified_token(), 0)["typ"], "oauth-authz-req+jwt");
}

#[test]
fn r5_an_object_is_pushed_alone() {
    let object = code!().state("secret-state").build().sign_blocking(&signed(&key())).unwrap();
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post("https://idp.example.com/par"), ScriptedResponse::json(201, r#"{"request_uri":"urn:x","expires_in":60}"#))
        .build();
    let push = PushedAuthorizationRequest::builder().address("https://idp.example.com/par").client_id("app").authorization(&object);
    let pushed = push.send_blocking(&http).unwrap();
    let form = http.requests()[0].form();
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, form[0].1.as_str()), (vec!["request", "client_id"], object.text().expose()));
    let url = code!().build().url_with_pushed(pushed, std::time::SystemTime::now()).unwrap();
    assert!(url.as_str().ends_with("?client_id=app&request_uri=urn%3Ax"), "{url}");
}

/// A key elsewhere; it remembers what it signed.
#[derive(Default)]
struct Vault(Mutex<Vec<String>>);

impl Vault {
    fn note(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.0.lock().unwrap().push(String::from_utf8(message.to_vec()).unwrap());
        Ok(vec![1; 64])
    }
}

#[async_trait::async_trait]
impl Signer for Vault {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ES256
    }

    fn key_id(&self) -> Option<&str> {
        Some("vault-1")
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.note(message)
    }
}

impl BlockingSigner for Vault {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ES256
    }

    fn key_id(&self) -> Option<&str> {
        Some("vault-1")
    }

    fn sign_blocking(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.note(message)
    }
}

#[tokio::test]
async fn r4_a_key_elsewhere_signs_through_the_driver() {
    let vault = Arc::new(Vault::default());
    let request = code!().build();
    let remote = RequestObjectSettings::signed(SigningKeySource::remote(vault.clone())).with_audience(ISSUER);
    let object = request.sign(&remote).await.unwrap();
    assert_eq!(part(object.text().expose(), 0)["kid"], "vault-1");
    assert!(object.text().expose().starts_with(&vault.0.lock().unwrap()[0]));
    assert_eq!(request.sign_blocking(&remote).unwrap_err().code(), "driver", "an async key has no blocking way");
    let blocking = RequestObjectSettings::signed(SigningKeySource::remote_blocking(vault.clone())).with_audience(ISSUER);
    assert!(request.sign_blocking(&blocking).is_ok());
    assert_eq!(vault.0.lock().unwrap().len(), 2);
}

//! What the provider tells a client of its own accord: pings and pushes of backchannel requests.

use identity_model::testing::{
    Expected, Forgery, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider, TestUser,
};
use identity_model::transport::HttpRequest;
use serde_json::{Value, json as value};

use super::support::*;

const NOTIFIED: &str = "https://app.test/ciba";
const REQUEST_ID: &str = "urn:openid:params:jwt:claim:auth_req_id";

fn provider(client: TestClient) -> TestProvider {
    TestProvider::builder().client(client).user(TestUser::new("alice")).build()
}

fn begin(provider: &TestProvider) -> Value {
    let form = [("scope", "openid"), ("login_hint", "alice"), ("client_notification_token", "bearer-1")];
    let request = post(provider.address(ProviderEndpoint::BackchannelAuthentication), &form);
    json(&provider.send_blocking(basic(request, "client", "secret")).unwrap())
}

fn poll(provider: &TestProvider, id: &str) -> Value {
    json(&token(provider, &[("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", id)]))
}

fn body(request: &HttpRequest) -> Value {
    assert_eq!(request.headers()["authorization"], "Bearer bearer-1");
    assert_eq!(request.headers()["content-type"], "application/json");
    serde_json::from_slice(request.body()).unwrap()
}

#[tokio::test]
async fn a_ping_says_that_the_tokens_are_there() {
    let provider = provider(TestClient::new("client").secret("secret").pinged_at(NOTIFIED));
    let begun = begin(&provider);
    let id = begun["auth_req_id"].as_str().unwrap();
    assert!(begun["interval"].is_u64());
    assert!(provider.approve_backchannel(id, "alice"));
    let ping = provider.backchannel_ping(id);
    assert_eq!((ping.uri().to_string().as_str(), body(&ping)), (NOTIFIED, value!({ "auth_req_id": id })));
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post(NOTIFIED).header("authorization", "Bearer bearer-1"), ScriptedResponse::status(204))
        .exchange(Expected::post(NOTIFIED), ScriptedResponse::status(401))
        .build();
    assert_eq!(provider.ping_backchannel(&http, id).await.unwrap().status(), 204);
    assert_eq!(provider.ping_backchannel_blocking(&http, id).unwrap().status(), 401);
    assert!(poll(&provider, id)["id_token"].is_string());
}

#[tokio::test]
async fn a_push_brings_the_tokens_bound_together() {
    let provider = provider(TestClient::new("client").secret("secret").pushed_to(NOTIFIED));
    let begun = begin(&provider);
    let id = begun["auth_req_id"].as_str().unwrap();
    assert_eq!(begun.get("interval"), None);
    assert_eq!(poll(&provider, id)["error"], "unauthorized_client");
    assert_eq!(body(&provider.backchannel_push(id, |token| token))["error"], "authorization_pending");
    assert!(provider.approve_backchannel(id, "alice"));
    let pushed = body(&provider.backchannel_push(id, |token| token));
    let (_, claims) = verify(&provider, pushed["id_token"].as_str().unwrap()).unwrap();
    assert_eq!((&pushed["auth_req_id"], &claims[REQUEST_ID]), (&value!(id), &value!(id)));
    assert_eq!(claims["at_hash"], half_hash(pushed["access_token"].as_str().unwrap()));
    assert_eq!(claims["urn:openid:params:jwt:claim:rt_hash"], half_hash(pushed["refresh_token"].as_str().unwrap()));

    let id = begin(&provider)["auth_req_id"].as_str().unwrap().to_owned();
    provider.approve_backchannel(&id, "alice");
    let forged = body(&provider.backchannel_push(&id, |token| token.forge(&Forgery::WrongAccessTokenHash).claim(REQUEST_ID, "another")));
    let (_, claims) = verify(&provider, forged["id_token"].as_str().unwrap()).unwrap();
    assert_ne!(claims["at_hash"], half_hash(forged["access_token"].as_str().unwrap()));
    assert_eq!(claims[REQUEST_ID], "another");

    let id = begin(&provider)["auth_req_id"].as_str().unwrap().to_owned();
    provider.deny_backchannel(&id);
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post(NOTIFIED), ScriptedResponse::status(204))
        .exchange(Expected::post(NOTIFIED), ScriptedResponse::status(204))
        .build();
    assert_eq!(provider.push_backchannel(&http, &id, |token| token).await.unwrap().status(), 204);
    assert_eq!(provider.push_backchannel_blocking(&http, &id, |token| token).unwrap().status(), 204);
    let said: Value = serde_json::from_slice(http.requests()[0].body()).unwrap();
    assert_eq!(said, value!({"auth_req_id": id, "error": "access_denied"}));
}

#[test]
fn a_client_that_is_told_has_to_say_with_which_token() {
    let provider = provider(TestClient::new("client").secret("secret").pinged_at(NOTIFIED));
    let request = post(provider.address(ProviderEndpoint::BackchannelAuthentication), &[("scope", "openid"), ("login_hint", "alice")]);
    assert_eq!(json(&provider.send_blocking(basic(request, "client", "secret")).unwrap())["error"], "invalid_request");
}

#[test]
fn a_signed_request_counts_alone() {
    let key = identity_model::jose::PrivateKey::generate(identity_model::jose::SignatureAlgorithm::ES256).unwrap();
    let jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let client = TestClient::new("client").secret("secret").public_key(jwk).authentication_methods(["client_secret_basic"]);
    let provider = provider(client);
    let send = |change: Value, signer: &identity_model::jose::PrivateKey| {
        let mut claims = value!({
            "iss": "client", "aud": "https://idp.test", "iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 4_000_000_000_u64, "jti": "1",
            "scope": "openid", "login_hint": "alice",
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let signer = signer.signer(identity_model::jose::SignatureAlgorithm::ES256).unwrap();
        let header = identity_model::jose::JwsHeader::new();
        let text = identity_model::jose::sign_compact_blocking(&header, claims.to_string().as_bytes(), &signer).unwrap();
        let request = post(provider.address(ProviderEndpoint::BackchannelAuthentication), &[("request", &text), ("login_hint", "nobody")]);
        json(&provider.send_blocking(basic(request, "client", "secret")).unwrap())
    };
    assert!(send(value!({}), &key)["auth_req_id"].is_string());
    for change in [value!({"jti": null}), value!({"exp": 1}), value!({"aud": "https://elsewhere.test"}), value!({"iss": "stranger"})] {
        assert_eq!(send(change.clone(), &key)["error"], "invalid_request", "{change}");
    }
    let other = identity_model::jose::PrivateKey::generate(identity_model::jose::SignatureAlgorithm::ES256).unwrap();
    assert_eq!(send(value!({}), &other)["error"], "invalid_request");
    assert_eq!(send(value!({"login_hint": "nobody"}), &key)["error"], "unknown_user_id");
}

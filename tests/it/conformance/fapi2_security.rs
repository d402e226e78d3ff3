//! `fapi2-security-profile-final-client-test-plan`: `private_key_jwt`, DPoP, OpenID Connect, under `Profile::fapi2_security()`.
//!
//! Each test is named after its module, without the prefix `fapi2-security-profile-final-client-test-`.

use identity_model::Error;
use identity_model::client::{Login, OidcClient};
use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{DpopNonces, Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};
use serde_json::json;

use crate::profile::support::{CLIENT, fapi, log_in, provider};

/// Never asked once the module's fault is noticed.
pub(super) const TOKEN: &[ProviderEndpoint] = &[ProviderEndpoint::Token, ProviderEndpoint::UserInfo];
pub(super) const RESOURCE: &[ProviderEndpoint] = &[ProviderEndpoint::UserInfo];

fn parties() -> (TestProvider, OidcClient) {
    let provider = provider(|provider| provider);
    let client = fapi!(provider).build().unwrap();
    (provider, client)
}

/// Logs in and calls the resource.
pub(super) async fn play(provider: &TestProvider, client: &OidcClient) -> Result<Login, Error> {
    let login = log_in(provider, client).await?;
    client.userinfo(login.session()).await?;
    Ok(login)
}

async fn accepted(endpoint: ProviderEndpoint, fault: Fault) {
    let (provider, client) = parties();
    provider.inject(endpoint, fault);
    assert_eq!(play(&provider, &client).await.unwrap().subject(), "alice");
}

pub(super) async fn refused(provider: &TestProvider, client: &OidcClient, code: &str, unasked: &[ProviderEndpoint]) {
    let error = play(provider, client).await.map(|login| panic!("accepted: {login:?}")).unwrap_err();
    assert_eq!(error.code(), code, "{error} {error:?}");
    for endpoint in unasked {
        assert_eq!(provider.requests(*endpoint), 0, "{endpoint} was asked");
    }
}

async fn forged(forgery: Forgery, code: &str) {
    let (provider, client) = parties();
    provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, forgery));
    refused(&provider, &client, code, RESOURCE).await;
}

async fn misdirected(fault: Fault, code: &str) {
    let (provider, client) = parties();
    provider.inject(ProviderEndpoint::Authorization, fault);
    refused(&provider, &client, code, TOKEN).await;
}

/// PAR, PKCE, code, token, resource; both servers demand nonces, and the key set holds a key of another type under the same `kid`.
#[tokio::test]
async fn fapi2_happy_path() {
    let (provider, client) = parties();
    let kid = provider.key_ids().first().cloned().unwrap_or_else(|| "es256-1".to_owned());
    let decoy = identity_model::jose::PrivateKey::generate(SignatureAlgorithm::ES384).unwrap();
    let mut decoy: serde_json::Value = serde_json::from_str(decoy.public_jwk().to_json()).unwrap();
    decoy["kid"] = json!(kid);
    provider.publish_jwk(decoy);
    assert_eq!(play(&provider, &client).await.unwrap().subject(), "alice");
    let [authorization] = &provider.recorded_at(ProviderEndpoint::Authorization)[..] else { panic!("one authorization request") };
    let names: Vec<_> = authorization.query().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["client_id", "request_uri"], "nothing else goes through the browser");
    // The authorization server's nonce is learned once, where the request is pushed; the resource has its own.
    for (endpoint, count) in [(ProviderEndpoint::PushedAuthorization, 2), (ProviderEndpoint::Token, 1), (ProviderEndpoint::UserInfo, 2)] {
        let requests = provider.recorded_at(endpoint);
        assert!(requests.len() == count && requests.iter().all(|request| request.header("dpop").is_some()), "{endpoint}");
    }
}

#[tokio::test]
async fn fapi2_happy_path_no_dpop_nonce() {
    let provider = provider(|provider| provider.dpop(DpopNonces::Never));
    let client = fapi!(provider).build().unwrap();
    assert_eq!(play(&provider, &client).await.unwrap().subject(), "alice");
    assert_eq!(provider.requests(ProviderEndpoint::Token), 1);
}

#[tokio::test]
async fn fapi2_token_endpoint_response_without_expires_in() {
    accepted(ProviderEndpoint::Token, Fault::missing_expires_in()).await;
}

#[tokio::test]
async fn fapi2_valid_aud_as_array() {
    accepted(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::claim("aud", json!([CLIENT])))).await;
}

#[tokio::test]
async fn fapi2_token_type_case_insensitivity() {
    let odd = Fault::edit(|document| {
        if document.get("token_type").is_some() {
            document["token_type"] = json!("dPoP");
        }
    });
    accepted(ProviderEndpoint::Token, odd).await;
}

#[tokio::test]
async fn fapi2_rs_dpop_auth_scheme_case_insensitivity() {
    let challenge = Fault::status(401).and(Fault::header("www-authenticate", "dPoP error=\"use_dpop_nonce\", algs=\"ES256\""));
    let provider = provider(|provider| provider.dpop(DpopNonces::Never));
    provider.inject(ProviderEndpoint::UserInfo, challenge.and(Fault::header("dpop-nonce", "n-of-the-resource")).once());
    let client = fapi!(provider).build().unwrap();
    play(&provider, &client).await.unwrap();
    assert_eq!(provider.requests(ProviderEndpoint::UserInfo), 2);
}

#[tokio::test]
async fn fapi2_discovery_issuer_mismatch() {
    let (provider, client) = parties();
    provider.inject(ProviderEndpoint::Discovery, Fault::issuer_mismatch());
    let unasked = [ProviderEndpoint::PushedAuthorization, ProviderEndpoint::Authorization, ProviderEndpoint::Token];
    refused(&provider, &client, "issuer_mismatch", &unasked).await;
}

/// A module whose ID token is forged: the resource is not called.
macro_rules! forged_id_tokens {
    ($($name:ident: $forgery:expr => $code:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            forged($forgery, $code).await;
        }
    )*};
}

forged_id_tokens! {
    fapi2_invalid_iss: Forgery::WrongIssuer => "issuer_mismatch";
    fapi2_invalid_aud: Forgery::WrongAudience => "audience_mismatch";
    fapi2_invalid_secondary_aud: Forgery::SecondAudience => "claim_missing";
    fapi2_invalid_null_alg: Forgery::AlgorithmNone => "token_unsigned";
    fapi2_invalid_alternate_alg: Forgery::SignedWith(SignatureAlgorithm::RS256) => "algorithm_not_allowed";
    fapi2_invalid_expired_exp: Forgery::Expired => "expired";
    fapi2_invalid_missing_exp: Forgery::without_claim("exp") => "claim_missing";
    fapi2_invalid_missing_aud: Forgery::without_claim("aud") => "claim_missing";
    fapi2_invalid_missing_iss: Forgery::without_claim("iss") => "claim_missing";
    fapi2_invalid_missing_nonce: Forgery::without_claim("nonce") => "claim_missing";
    fapi2_invalid_nonce: Forgery::WrongNonce => "nonce_mismatch";
}

/// A module whose authorization response is wrong: no token is asked for.
macro_rules! wrong_responses {
    ($($name:ident: $fault:expr => $code:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            misdirected($fault, $code).await;
        }
    )*};
}

wrong_responses! {
    fapi2_invalid_authorization_response_iss: Fault::wrong_issuer() => "callback_issuer_mismatch";
    fapi2_remove_authorization_response_iss: Fault::missing_issuer() => "callback_issuer_missing";
    fapi2_ensure_authorization_response_with_invalid_state_fails: Fault::wrong_state() => "callback_state_mismatch";
    fapi2_ensure_authorization_response_with_invalid_missing_state_fails: Fault::missing_state() => "callback_state_missing";
}

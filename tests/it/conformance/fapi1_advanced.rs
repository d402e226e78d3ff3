//! `fapi1-advanced-final-client-test-plan`: `code id_token`, signed request objects, a certificate, under `Profile::fapi1_advanced()`.
//!
//! Each test is named after its module, without the prefix `fapi1-advanced-final-client-test-`.

use identity_model::client::OidcClient;
use identity_model::jose::{
    ContentEncryptionAlgorithm, DecryptionKeys, JweEncrypter, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm,
};
use identity_model::profile::Profile;
use identity_model::protocol::authorize::{RequestObjectSettings, ResponseMode, ResponseType};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient, TestProvider, TestUser};
use serde_json::json;

use super::fapi2_security::{TOKEN, refused};
use crate::profile::support::{CALLBACK, CLIENT, client_key, log_in};

macro_rules! builder {
    ($provider:expr) => {
        OidcClient::builder()
            .issuer($provider.issuer())
            .client_id(CLIENT)
            .redirect_uri(CALLBACK)
            .client_key(client_key().signer(SignatureAlgorithm::ES256).unwrap())
            .request_object(
                RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap()).repeating_response_type_and_scope(),
            )
            .id_token_signed_response_alg(SignatureAlgorithm::ES256)
            .use_mtls_endpoint_aliases(true)
            .profile(Profile::fapi1_advanced())
            .http($provider.clone())
    };
}

fn registration() -> TestClient {
    let public: serde_json::Value = serde_json::from_str(client_key().public_jwk().to_json()).unwrap();
    TestClient::new(CLIENT).public_key(public).redirect_uris([CALLBACK])
}

/// A certificate is shown in the handshake, which there is none of in memory: the provider only says that it would bind tokens to one.
fn house_of(client: TestClient) -> TestProvider {
    TestProvider::builder()
        .client(client)
        .user(TestUser::new("alice"))
        .algorithms([SignatureAlgorithm::ES256, SignatureAlgorithm::RS256])
        .metadata("tls_client_certificate_bound_access_tokens", true)
        .build()
}

fn house() -> TestProvider {
    house_of(registration())
}

fn hybrid(provider: &TestProvider) -> OidcClient {
    builder!(provider).response_type(ResponseType::CodeIdToken).build().unwrap()
}

/// The first ID token is forged: the code is not redeemed.
macro_rules! forged_id_tokens {
    ($($name:ident: $forgery:expr => $code:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let provider = house();
            provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::IdToken, $forgery));
            refused(&provider, &hybrid(&provider), $code, TOKEN).await;
        }
    )*};
}

forged_id_tokens! {
    fapi1_invalid_shash: Forgery::WrongStateHash => "hash_mismatch";
    fapi1_invalid_chash: Forgery::WrongCodeHash => "hash_mismatch";
    fapi1_invalid_missing_shash: Forgery::without_claim("s_hash") => "claim_missing";
    fapi1_invalid_nonce: Forgery::WrongNonce => "nonce_mismatch";
    fapi1_invalid_iss: Forgery::WrongIssuer => "issuer_mismatch";
    fapi1_invalid_aud: Forgery::WrongAudience => "audience_mismatch";
    fapi1_invalid_secondary_aud: Forgery::SecondAudience => "claim_missing";
    fapi1_invalid_signature: Forgery::WrongSignature => "signature_invalid";
    fapi1_invalid_null_alg: Forgery::AlgorithmNone => "token_unsigned";
    fapi1_invalid_alternate_alg: Forgery::SignedWith(SignatureAlgorithm::RS256) => "algorithm_not_allowed";
    fapi1_invalid_expired_exp: Forgery::Expired => "expired";
    fapi1_invalid_missing_exp: Forgery::without_claim("exp") => "claim_missing";
    fapi1_invalid_missing_aud: Forgery::without_claim("aud") => "claim_missing";
    fapi1_invalid_missing_iss: Forgery::without_claim("iss") => "claim_missing";
    fapi1_invalid_missing_nonce: Forgery::without_claim("nonce") => "claim_missing";
    fapi1_iat_is_week_in_past: Forgery::WeekOld => "issued_too_long_ago";
}

#[tokio::test]
async fn fapi1_happy_path_by_value_and_pushed() {
    for pushed in [false, true] {
        let provider = house();
        let client = builder!(provider).response_type(ResponseType::CodeIdToken).pushed(pushed).build().unwrap();
        assert_eq!(log_in(&provider, &client).await.unwrap().subject(), "alice");
        assert_eq!(provider.requests(ProviderEndpoint::PushedAuthorization), usize::from(pushed));
        let asked = provider.recorded_at(ProviderEndpoint::Authorization).remove(0).query();
        let repeated = ["response_type", "scope"].iter().filter(|name| asked.iter().any(|(own, _)| own == *name)).count();
        assert_eq!(repeated, if pushed { 0 } else { 2 }, "by value both stand outside as well");
    }
}

#[tokio::test]
async fn fapi1_happy_path_jarm() {
    let provider = house();
    let client = builder!(provider)
        .response_mode(ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256)
        .pushed(true)
        .build()
        .unwrap();
    let login = log_in(&provider, &client).await.unwrap();
    assert!(login.signed_response().is_some());
}

#[tokio::test]
async fn fapi1_discovery_issuer_mismatch() {
    let provider = house();
    provider.inject(ProviderEndpoint::Discovery, Fault::issuer_mismatch());
    refused(&provider, &hybrid(&provider), "issuer_mismatch", TOKEN).await;
}

#[tokio::test]
async fn fapi1_valid_aud_as_array_no_scope_in_token_endpoint_response_and_missing_athash() {
    for (endpoint, fault) in [
        (ProviderEndpoint::Authorization, Fault::forge(ForgedKind::IdToken, Forgery::claim("aud", json!([CLIENT])))),
        (ProviderEndpoint::Token, Fault::without_member("scope")),
        (ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::without_claim("at_hash"))),
        // The second ID token need not repeat what the first one signed.
        (ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::without_claim("s_hash"))),
    ] {
        let provider = house();
        provider.inject(endpoint, fault);
        assert_eq!(log_in(&provider, &hybrid(&provider)).await.unwrap().subject(), "alice", "{endpoint}");
    }
}

#[tokio::test]
async fn fapi1_encrypted_idtoken() {
    let (management, content) = (KeyManagementAlgorithm::ECDH_ES_A128KW, ContentEncryptionAlgorithm::A256GCM);
    let key = PrivateKey::generate_for_encryption(management).unwrap();
    let encrypter = JweEncrypter::new(key.public_jwk(), management, content).unwrap();
    let provider = house_of(registration().id_token_encrypted_with(encrypter));
    let client = builder!(provider)
        .response_type(ResponseType::CodeIdToken)
        .id_token_encrypted_response(management, content)
        .decryption_keys(DecryptionKeys::from_keys([key]))
        .build()
        .unwrap();
    assert_eq!(log_in(&provider, &client).await.unwrap().subject(), "alice");
}

/// RSA1_5 has no row in the table of algorithms, so no setting can allow it.
#[test]
fn fapi1_encrypted_idtoken_usingrsa15() {
    assert!(KeyManagementAlgorithm::from_name("RSA1_5").is_none());
}

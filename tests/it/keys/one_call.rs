//! Validation in one call, over a cache that the caller holds.

use identity_model::ErrorKind;
use identity_model::jose::{JsonWebKey, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::keys::{KeySource, ProviderKeysCache, TokenValidator, validate_token, validate_token_blocking};
use identity_model::testing::{ProviderEndpoint, TestProvider};
use identity_model::validation::{AsyncClaimValidator, ClaimRejection, Claims, TokenValidationOptions};

fn options() -> TokenValidationOptions {
    TokenValidationOptions::access_token().issuer("https://idp.test").audience("https://idp.test").build()
}

#[tokio::test]
async fn many_calls_cause_one_discovery_and_one_key_set_request() {
    let provider = TestProvider::new();
    let cache = ProviderKeysCache::new(provider.clone());
    for _ in 0..10 {
        let token = provider.mint_access_token(|token| token);
        assert_eq!(validate_token(&token, &options(), "https://idp.test", &cache).await.unwrap().issuer(), Some("https://idp.test"));
    }
    assert_eq!((provider.requests(ProviderEndpoint::Discovery), provider.requests(ProviderEndpoint::Jwks)), (1, 1));
    let foreign = provider.mint_access_token(|token| token.claim("aud", "somebody-else"));
    let error = validate_token(&foreign, &options(), "https://idp.test", &cache).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
}

#[test]
fn the_blocking_form_says_the_same() {
    let provider = TestProvider::new();
    let cache = ProviderKeysCache::new_blocking(provider.clone());
    let token = provider.mint_access_token(|token| token);
    validate_token_blocking(&token, &options(), "https://idp.test", &cache).unwrap();
    let error = validate_token_blocking("no.token", &options(), "https://idp.test", &cache).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    let error = validate_token_blocking(&token, &options(), "http://idp.example.com", &cache).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Policy, "the policy is the strict one");
    assert_eq!(provider.requests(ProviderEndpoint::Discovery), 1);
}

#[test]
fn j4_a_client_secret_verifies_only_where_hmac_is_allowed_by_name() {
    let secret = [7; 32];
    let key = PrivateKey::from_secret(&secret).unwrap();
    let claims = br#"{"iss":"https://idp.test","aud":"app","sub":"alice","exp":4102444800,"iat":1}"#;
    let header = JwsHeader::new().key_id("as-keycloak-sends-it");
    let token = sign_compact_blocking(&header, claims, &key.signer(SignatureAlgorithm::HS256).unwrap()).unwrap();
    let keys = || KeySource::key(JsonWebKey::from_secret(&secret).unwrap());
    let options = || TokenValidationOptions::id_token().issuer("https://idp.test").audience("app");
    let allowed = TokenValidator::with_options(keys(), options().algorithms([SignatureAlgorithm::HS256]).build());
    assert_eq!(allowed.validate_blocking(&token).unwrap().subject(), Some("alice"));
    let error = TokenValidator::with_options(keys(), options().build()).validate_blocking(&token).unwrap_err();
    assert_eq!(error.code(), "algorithm_not_allowed");
}

struct Patient;

#[async_trait::async_trait]
impl AsyncClaimValidator for Patient {
    fn name(&self) -> &str {
        "patient"
    }

    async fn validate(&self, _claims: &Claims) -> Result<(), ClaimRejection> {
        Ok(())
    }
}

#[test]
fn a_blocking_call_refuses_an_async_validator_before_anything_is_fetched() {
    let provider = TestProvider::new();
    let cache = ProviderKeysCache::new_blocking(provider.clone());
    let options = TokenValidationOptions::access_token().issuer("https://idp.test").audience("https://idp.test");
    let options = options.async_claim_validator(Patient).build();
    let token = provider.mint_access_token(|token| token);
    let error = validate_token_blocking(&token, &options, "https://idp.test", &cache).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("`patient`"), "{error}");
    assert_eq!((provider.requests(ProviderEndpoint::Discovery), provider.requests(ProviderEndpoint::Jwks)), (0, 0));
}

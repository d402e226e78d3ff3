//! `oidcc-client-test-plan`, any variant: what the certification plans leave out. Client authentication by certificate is tried over real mutual
//! TLS in `transport/`.

use identity_model::client::OidcClient;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::keys::{ClaimResolver, TokenValidator};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

use super::support::{CALLBACK, CLIENT, Plan, Rp, SECRET, callback, plan, registration, user};

plan! { Plan::BASIC;
    oidcc_client_test_missing_aud = missing_aud;
    oidcc_client_test_invalid_sig_hs256 = invalid_sig_hs256;
    oidcc_client_test_invalid_sig_es256 = invalid_sig_es256;
    invalid_secondary_aud = invalid_secondary_aud;
    invalid_missing_iss = missing_iss;
    invalid_missing_exp = missing_exp;
    invalid_expired_exp = expired;
    invalid_authorization_response_iss = invalid_authorization_response_iss;
    invalid_state = invalid_state;
    error_response = error_response;
}

/// Every way to authenticate that a provider may register for the client.
#[tokio::test]
async fn every_client_authentication() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let signer = || key.signer(SignatureAlgorithm::ES256).unwrap();
    let redirect = |client: TestClient| client.redirect_uris([CALLBACK]);
    let secret = || redirect(TestClient::new(CLIENT).secret(SECRET));
    for (method, registered, authentication) in [
        ("client_secret_basic", secret(), ClientAuthentication::secret_basic(SECRET)),
        ("client_secret_post", secret(), ClientAuthentication::secret_post(SECRET)),
        ("client_secret_jwt", secret(), ClientAuthentication::secret_jwt(SECRET, SignatureAlgorithm::HS256).unwrap()),
        ("private_key_jwt", redirect(TestClient::new(CLIENT).public_key(public)), ClientAuthentication::private_key_jwt(signer())),
        ("none", redirect(TestClient::new(CLIENT)), ClientAuthentication::none()),
    ] {
        let registered = registered.authentication_methods([method]);
        let rp = rp_with!(Plan::BASIC, |provider| provider.client(registered), |client| client.authentication(authentication).build());
        assert_eq!(rp.log_in().await.unwrap_or_else(|error| panic!("{method}: {error:?}")).subject(), "alice");
    }
}

/// The access token goes into the header alone: a body may be logged, and not every resource reads it (RFC 6750 section 2.2).
#[tokio::test]
async fn oidcc_client_test_userinfo_bearer_body() {
    let rp = Rp::new(Plan::BASIC);
    let login = rp.log_in().await.unwrap();
    let [request] = &rp.provider.recorded_at(ProviderEndpoint::UserInfo)[..] else { panic!("userinfo is asked once") };
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", login.access_token().unwrap().expose()).as_str()));
    assert!(request.body().is_empty() && request.query().is_empty());
}

/// Endpoints behind mutual TLS are elsewhere, and are asked there.
#[tokio::test]
async fn oidcc_client_test_mtls_endpoint_aliases() {
    let aliased = "https://mtls.idp.test/token";
    let provider = TestProvider::builder()
        .client(registration())
        .user(user())
        .endpoint_address(ProviderEndpoint::Token, aliased)
        .metadata("token_endpoint", "https://idp.test/not-here")
        .metadata("mtls_endpoint_aliases", json!({ "token_endpoint": aliased }))
        .build();
    let policy = identity_model::DiscoveryPolicy::builder().additional_endpoint_base_address("https://mtls.idp.test").build();
    for (uses_aliases, is_accepted) in [(true, true), (false, false)] {
        let client = unregistered!(provider).client_id(CLIENT).client_secret(SECRET).policy(policy.clone());
        let client = client.use_mtls_endpoint_aliases(uses_aliases).build().unwrap();
        assert_eq!(log_in(&provider, &client).await.is_ok(), is_accepted);
    }
    assert_eq!(provider.requests(ProviderEndpoint::Token), 1);
}

async fn log_in(provider: &TestProvider, client: &OidcClient) -> Result<identity_model::client::Login, identity_model::Error> {
    let begun = client.begin_login(identity_model::client::LoginOptions::new()).await?;
    client.finish_login(begun.transaction, callback(&provider.authorize(&begun.url))?).await
}

/// What the token endpoint may leave out or write oddly.
#[tokio::test]
async fn token_endpoint_response_without_expires_in_and_token_type_case_insensitivity() {
    for fault in [Fault::missing_expires_in(), Fault::oddly_cased_token_type(), Fault::without_member("scope")] {
        Rp::new(Plan::BASIC).fault(ProviderEndpoint::Token, fault).log_in().await.unwrap();
    }
    let rp = Rp::new(Plan::BASIC).forge(Forgery::claim("aud", json!([CLIENT])));
    rp.log_in().await.unwrap();
}

#[tokio::test]
async fn no_id_token_is_no_login() {
    let rp = Rp::new(Plan::BASIC).fault(ProviderEndpoint::Token, Fault::missing_id_token());
    rp.assert_refused("missing_id_token").await;
}

/// `at_hash` may be missing at the token endpoint, but must not be wrong.
#[tokio::test]
async fn missing_athash_at_the_token_endpoint() {
    Rp::new(Plan::BASIC).forge(Forgery::without_claim("at_hash")).log_in().await.unwrap();
    Rp::new(Plan::BASIC).forge(Forgery::WrongAccessTokenHash).assert_refused("hash_mismatch").await;
}

/// A signed authorization response: rejected where anything about it is wrong, before the code in it is believed.
#[tokio::test]
async fn ensure_jarm_fails() {
    let plan = Plan { response_mode: Some(identity_model::protocol::authorize::ResponseMode::Jwt), ..Plan::BASIC };
    let nothing = [ProviderEndpoint::Token, ProviderEndpoint::UserInfo];
    Rp::new(plan).log_in().await.unwrap();
    for (forgery, code) in [
        (Forgery::without_claim("iss"), "claim_missing"),
        (Forgery::WrongIssuer, "issuer_mismatch"),
        (Forgery::without_claim("aud"), "claim_missing"),
        (Forgery::WrongAudience, "audience_mismatch"),
        (Forgery::without_claim("exp"), "claim_missing"),
        (Forgery::Expired, "expired"),
        (Forgery::WrongSignature, "signature_invalid"),
        (Forgery::WrongKey, "signature_invalid"),
        (Forgery::AlgorithmNone, "token_unsigned"),
    ] {
        let fault = Fault::forge(ForgedKind::AuthorizationResponse, forgery);
        Rp::new(plan).fault(ProviderEndpoint::Authorization, fault).assert_refused_before(code, &nothing).await;
    }
    let plain = Fault::without_parameter("response").and(Fault::duplicate_parameter("code", "plain"));
    let rp = Rp::new(plan).fault(ProviderEndpoint::Authorization, plain);
    rp.assert_refused_before("callback_response_missing", &nothing).await;
}

/// Userinfo that names a bank for some of the claims: passed on in a JWT, or to be fetched with a token.
async fn with_claims_of_a_bank(is_distributed: bool, forgery: Option<Forgery>) -> Result<Option<i64>, String> {
    let bank = TestProvider::builder().issuer("https://bank.test").user(TestUser::new("a-17").claim("credit_score", 650)).build();
    let jwt = bank.mint_claims("a-17", |token| match &forgery {
        Some(forgery) => token.forge(forgery),
        None => token,
    });
    if let Some(forgery) = &forgery {
        bank.inject(ProviderEndpoint::Claims, Fault::forge(ForgedKind::Claims, forgery.clone()));
    }
    let token = bank.access_token_for_user("a-17");
    let alice = match is_distributed {
        true => user().distributed_claims("src", ["credit_score"], bank.address(ProviderEndpoint::Claims), &token),
        false => user().aggregated_claims("src", ["credit_score"], jwt),
    };
    let rp = Rp::at(Plan::BASIC, |provider| provider.user(alice));
    let login = rp.log_in().await.unwrap();
    let rules = TokenValidationOptions::claim_source().issuer(bank.issuer()).audience(CLIENT).build();
    let validator = TokenValidator::with_options(bank.key_set(), rules);
    let resolver = ClaimResolver::builder().provider(rp.provider.issuer()).validator(validator).build();
    let claims = resolver.resolve(login.user_info().unwrap().document(), &bank).await.unwrap();
    let asked: Vec<_> = bank.recorded().iter().map(|request| request.header("authorization").map(str::to_owned)).collect();
    assert_eq!(asked, if is_distributed { vec![Some(format!("Bearer {}", token.expose()))] } else { Vec::new() });
    let claims = claims.all().map_err(|error| error.code().to_owned())?;
    Ok(claims.try_get("credit_score").unwrap())
}

#[tokio::test]
async fn oidcc_client_test_aggregated_claims() {
    assert_eq!(with_claims_of_a_bank(false, None).await, Ok(Some(650)));
    for (forgery, code) in [(Forgery::WrongKey, "signature_invalid"), (Forgery::WrongIssuer, "issuer_mismatch")] {
        assert_eq!(with_claims_of_a_bank(false, Some(forgery)).await, Err(code.to_owned()));
    }
}

#[tokio::test]
async fn oidcc_client_test_distributed_claims() {
    assert_eq!(with_claims_of_a_bank(true, None).await, Ok(Some(650)));
    for (forgery, code) in [(Forgery::WrongKey, "signature_invalid"), (Forgery::WrongIssuer, "issuer_mismatch")] {
        assert_eq!(with_claims_of_a_bank(true, Some(forgery)).await, Err(code.to_owned()));
    }
}

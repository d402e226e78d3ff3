//! The grants of the token endpoint, asked by the library's own requests.

use std::time::Duration;

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::token::*;
use identity_model::secret::AuthorizationCode;
use identity_model::testing::{
    CodeDraft, Fault, ForgedKind, Forgery, ProviderEndpoint, RefreshTokens, TestClient, TestProvider, TestProviderBuilder, TestUser,
};
use serde_json::json as value;

use super::support::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://app.test/callback";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

fn secret() -> ClientAuthentication {
    ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET)
}

fn builder() -> TestProviderBuilder {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    TestProvider::builder().client(client).user(TestUser::new(TestProvider::SUBJECT))
}

fn mint(provider: &TestProvider, change: impl FnOnce(CodeDraft) -> CodeDraft) -> AuthorizationCode {
    provider.mint_code(|code| change(code.redirect_uri(CALLBACK).code_challenge(CHALLENGE).nonce("n")))
}

async fn redeem(provider: &TestProvider, code: AuthorizationCode) -> Result<TokenResponse, Error> {
    redeem_with(provider, code, CALLBACK, VERIFIER).await
}

async fn redeem_with(provider: &TestProvider, code: AuthorizationCode, callback: &str, verifier: &str) -> Result<TokenResponse, Error> {
    AuthorizationCodeTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .code(code)
        .redirect_uri(callback)
        .code_verifier(verifier)
        .send(provider)
        .await
}

async fn refresh(provider: &TestProvider, token: &str, scope: &[&str]) -> Result<TokenResponse, Error> {
    RefreshTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .refresh_token(token)
        .scope(scope.iter().copied())
        .send(provider)
        .await
}

async fn is_active(provider: &TestProvider, token: &str) -> bool {
    let request = IntrospectionRequest::builder()
        .address(provider.address(ProviderEndpoint::Introspection))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .token(token);
    request.send(provider).await.unwrap().is_active()
}

fn code_of(outcome: Result<TokenResponse, Error>) -> String {
    outcome.unwrap_err().oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
async fn a_code_yields_an_id_token_with_nonce_and_at_hash() {
    let provider = TestProvider::new();
    let response = redeem(&provider, mint(&provider, |code| code.scopes(["openid", "read"]))).await.unwrap();
    assert_eq!(response.stated_scope().unwrap(), ["openid", "read"]);
    assert!(response.refresh_token().is_some());
    let (header, claims) = verify(&provider, response.id_token().unwrap().expose()).unwrap();
    assert_eq!((&header["typ"], &claims["sub"], &claims["aud"]), (&value!("JWT"), &value!("alice"), &value!("client")));
    assert_eq!((&claims["nonce"], claims["at_hash"].as_str().unwrap().len()), (&value!("n"), 22));
    let (_, claims) = verify(&provider, response.access_token().expose()).unwrap();
    assert_eq!(claims["sub"], "alice");

    let plain = redeem(&provider, mint(&provider, |code| code.scopes(["read"]))).await.unwrap();
    assert!(plain.id_token().is_none());
}

#[test]
fn a_code_blocking() {
    let provider = TestProvider::new();
    let request = AuthorizationCodeTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .code(mint(&provider, |code| code))
        .redirect_uri(CALLBACK)
        .code_verifier(VERIFIER);
    assert!(request.send_blocking(&provider).unwrap().id_token().is_some());
}

#[tokio::test]
async fn a_code_has_to_fit_the_authorization_request() {
    let (clock, _, environment) = fixed();
    let provider = builder().client(TestClient::new("other")).environment(environment).build();
    let other = "a".repeat(43);
    assert_eq!(code_of(redeem(&provider, AuthorizationCode::danger_unchecked("x")).await), "invalid_grant");
    assert_eq!(code_of(redeem(&provider, mint(&provider, |code| code.client("other"))).await), "invalid_grant");
    assert_eq!(code_of(redeem_with(&provider, mint(&provider, |code| code), "https://app.test/", VERIFIER).await), "invalid_grant");
    assert_eq!(code_of(redeem_with(&provider, mint(&provider, |code| code), CALLBACK, &other).await), "invalid_grant");
    assert_eq!(code_of(redeem(&provider, provider.mint_code(|code| code)).await), "invalid_grant", "a verifier without a challenge");
    let late = mint(&provider, |code| code);
    clock.advance(Duration::from_secs(60));
    assert_eq!(code_of(redeem(&provider, late).await), "invalid_grant");
}

#[tokio::test]
async fn a_code_shown_twice_takes_its_tokens_down() {
    let provider = TestProvider::new();
    let code = mint(&provider, |code| code);
    let again = AuthorizationCode::danger_unchecked(code.expose());
    let response = redeem(&provider, code).await.unwrap();
    assert!(is_active(&provider, response.access_token().expose()).await);
    assert_eq!(code_of(redeem(&provider, again).await), "invalid_grant");
    assert!(!is_active(&provider, response.access_token().expose()).await);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_takes_the_family_down() {
    let provider = TestProvider::new();
    let first = redeem(&provider, mint(&provider, |code| code.scopes(["openid", "read"]))).await.unwrap();
    let first_token = first.refresh_token().unwrap().expose().to_owned();
    let second = refresh(&provider, &first_token, &["read"]).await.unwrap();
    assert_eq!(second.granted_scope(), ["read"]);
    assert!(second.id_token().is_none());
    let second_token = second.refresh_token().unwrap().expose().to_owned();
    assert_ne!(first_token, second_token);
    let third = refresh(&provider, &second_token, &[]).await.unwrap();
    assert_eq!(third.stated_scope().unwrap(), ["openid", "read"]);
    assert_eq!(verify(&provider, third.id_token().unwrap().expose()).unwrap().1.get("nonce"), None);
    assert_eq!(code_of(refresh(&provider, third.refresh_token().unwrap().expose(), &["write"]).await), "invalid_scope");

    assert_eq!(code_of(refresh(&provider, &first_token, &[]).await), "invalid_grant");
    assert_eq!(code_of(refresh(&provider, third.refresh_token().unwrap().expose(), &[]).await), "invalid_grant");
    assert!(!is_active(&provider, third.access_token().expose()).await);
}

#[tokio::test]
async fn refresh_tokens_can_be_kept_or_withheld() {
    let provider = builder().refresh_tokens(RefreshTokens::Kept).build();
    let response = redeem(&provider, mint(&provider, |code| code)).await.unwrap();
    let token = response.refresh_token().unwrap().expose();
    for _ in 0..2 {
        assert!(refresh(&provider, token, &[]).await.unwrap().refresh_token().is_none());
    }
    let provider = builder().refresh_tokens(RefreshTokens::Withheld).build();
    assert!(redeem(&provider, mint(&provider, |code| code)).await.unwrap().refresh_token().is_none());
}

#[tokio::test]
async fn token_exchange_delegates() {
    let provider = TestProvider::new();
    provider.accept_assertion("the actor", "gateway");
    let subject = provider.access_token_for_user(TestProvider::SUBJECT);
    let exchange = |subject: &str, wanted: &str| {
        TokenExchangeRequest::builder()
            .address(provider.address(ProviderEndpoint::Token))
            .client_id(TestProvider::CLIENT_ID)
            .authentication(secret())
            .subject_token(subject)
            .subject_token_type(ACCESS_TOKEN)
            .actor_token("the actor", "urn:ietf:params:oauth:token-type:jwt")
            .requested_token_type(wanted)
            .audience(["api"])
            .build()
    };
    let response = exchange(subject.expose(), ACCESS_TOKEN).send(&provider).await.unwrap();
    assert_eq!(response.issued_token_type(), Some(ACCESS_TOKEN));
    let (_, claims) = verify(&provider, response.access_token().expose()).unwrap();
    assert_eq!((&claims["sub"], &claims["aud"], &claims["act"]), (&value!("alice"), &value!("api"), &value!({"sub": "gateway"})));
    let again = exchange(response.access_token().expose(), ACCESS_TOKEN).send(&provider).await.unwrap();
    let (_, claims) = verify(&provider, again.access_token().expose()).unwrap();
    assert_eq!(claims["act"], value!({"sub": "gateway", "act": {"sub": "gateway"}}));
    let id_token = exchange(subject.expose(), "urn:ietf:params:oauth:token-type:id_token").send(&provider).await.unwrap();
    assert_eq!(id_token.token_type(), "N_A");
    assert_eq!(code_of(exchange("unknown", ACCESS_TOKEN).send(&provider).await), "invalid_request");
    assert_eq!(code_of(exchange(subject.expose(), "urn:example:other").send(&provider).await), "invalid_request");
    provider.inject(ProviderEndpoint::Token, Fault::without_member("issued_token_type").once());
    assert_eq!(exchange(subject.expose(), ACCESS_TOKEN).send(&provider).await.unwrap_err().kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn assertions_that_the_test_vouched_for_are_taken() {
    let provider = TestProvider::new();
    let jwt = |text: &str| {
        JwtBearerTokenRequest::builder()
            .address(provider.address(ProviderEndpoint::Token))
            .client_id(TestProvider::CLIENT_ID)
            .authentication(secret())
            .assertion(text)
            .build()
    };
    let saml = |text: &str| SamlBearerTokenRequest::builder().address(provider.address(ProviderEndpoint::Token)).assertion(text).build();
    provider.accept_assertion("a.b.c", "alice");
    provider.accept_assertion("<Assertion/>", "bob");
    for (response, subject) in [(jwt("a.b.c").send(&provider).await, "alice"), (saml("<Assertion/>").send(&provider).await, "bob")] {
        assert_eq!(verify(&provider, response.unwrap().access_token().expose()).unwrap().1["sub"], subject);
    }
    assert_eq!(code_of(jwt("d.e.f").send(&provider).await), "invalid_grant");
    assert_eq!(code_of(saml("<Other/>").send(&provider).await), "invalid_grant");
}

#[tokio::test]
async fn faults_spoil_the_tokens_of_a_code() {
    for fault in [Fault::without_member("access_token"), Fault::member("token_type", "DPoP"), Fault::duplicate_member("access_token", "x")]
    {
        let provider = TestProvider::new();
        provider.inject(ProviderEndpoint::Token, fault.clone());
        assert_eq!(redeem(&provider, mint(&provider, |code| code)).await.unwrap_err().kind(), ErrorKind::Malformed, "{fault:?}");
    }
    let provider = TestProvider::new();
    provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::WrongKey).once());
    let response = redeem(&provider, mint(&provider, |code| code)).await.unwrap();
    assert!(verify(&provider, response.id_token().unwrap().expose()).is_err());
}

#[test]
fn a_password_is_worth_tokens_where_the_user_has_one() {
    let provider = TestProvider::builder()
        .client(TestClient::new("client").secret("secret"))
        .user(TestUser::new("alice").claim("email", "alice@idp.test").password("wonderland"))
        .user(TestUser::new("bob"))
        .build();
    let ask = |name: &str, password: &str| {
        json(&token(&provider, &[("grant_type", "password"), ("username", name), ("password", password), ("scope", "openid")]))
    };
    assert!(ask("alice@idp.test", "wonderland")["id_token"].is_string());
    for (name, password) in [("alice", "other"), ("alice", ""), ("bob", ""), ("nobody", "wonderland")] {
        assert_eq!(ask(name, password)["error"], "invalid_grant", "{name}");
    }
}

#[test]
fn grants_of_ones_own_are_made_known() {
    let provider = TestProvider::new();
    let ask = |grant: &str| json(&token(&provider, &[("grant_type", grant), ("scope", "openid"), ("anything", "goes")]));
    assert_eq!(ask("urn:example:one")["error"], "unsupported_grant_type");
    provider.accept_grant("urn:example:one", "alice");
    provider.accept_grant("urn:example:two", None);
    let (one, two) = (ask("urn:example:one"), ask("urn:example:two"));
    assert_eq!(verify(&provider, one["id_token"].as_str().unwrap()).unwrap().1["sub"], "alice");
    assert_eq!(verify(&provider, two["access_token"].as_str().unwrap()).unwrap().1["sub"], "client");
    assert_eq!(two.get("id_token"), None);
}

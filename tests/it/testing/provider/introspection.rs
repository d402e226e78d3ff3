//! Introspection and revocation, asked by the library's own requests.

use std::time::Duration;

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{AccessTokenFormat, Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::validation::TokenValidationOptions;

use super::support::*;

fn secret() -> ClientAuthentication {
    ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET)
}

fn about(provider: &TestProvider, token: &str) -> IntrospectionRequest {
    IntrospectionRequest::builder()
        .address(provider.address(ProviderEndpoint::Introspection))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .token(token)
        .build()
}

async fn introspect(provider: &TestProvider, token: &str) -> Result<IntrospectionResponse, Error> {
    about(provider, token).send(provider).await
}

async fn introspect_signed(provider: &TestProvider, token: &str) -> Result<IntrospectionResponse, Error> {
    let options = TokenValidationOptions::introspection_response().issuer(provider.issuer()).audience(TestProvider::CLIENT_ID).build();
    IntrospectionRequest::builder()
        .address(provider.address(ProviderEndpoint::Introspection))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .token(token)
        .verified_by(ResponseVerifier::new(provider.key_set(), options))
        .send(provider)
        .await
}

fn revocation(provider: &TestProvider, token: &str) -> RevocationRequest {
    RevocationRequest::builder()
        .address(provider.address(ProviderEndpoint::Revocation))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .token(token)
        .build()
}

#[tokio::test]
async fn a_live_token_is_active_and_an_expired_one_is_not() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let (clock, _, environment) = fixed();
        let client =
            TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET).audiences(["api"]).claim("tenant", "north");
        let provider = TestProvider::builder()
            .client(client)
            .user(TestUser::new("alice"))
            .access_token_format(format)
            .environment(environment)
            .build();
        let token = provider.access_token_for_user_with_scopes("alice", ["openid", "read"]);
        let response = introspect(&provider, token.expose()).await.unwrap();
        assert!(response.is_active());
        assert_eq!((response.subject(), response.username(), response.client_id()), (Some("alice"), Some("alice"), Some("client")));
        assert_eq!((response.scope(), response.token_type()), (&["openid".to_owned(), "read".to_owned()][..], Some("Bearer")));
        assert_eq!((response.issuer(), response.try_get_str("tenant")), (Some("https://idp.test"), Some("north")));
        clock.advance(Duration::from_secs(3600));
        assert!(!introspect(&provider, token.expose()).await.unwrap().is_active());
        assert!(!introspect(&provider, "unknown").await.unwrap().is_active());
    }
}

#[test]
fn introspection_blocking() {
    let provider = TestProvider::new();
    assert!(about(&provider, &access_token(&provider)).send_blocking(&provider).unwrap().is_active());
}

#[tokio::test]
async fn only_a_confidential_client_may_introspect() {
    let provider = TestProvider::builder().client(TestClient::new("public")).build();
    for (id, authentication) in [("public", ClientAuthentication::none()), ("nobody", secret())] {
        let request = IntrospectionRequest::builder()
            .address(provider.address(ProviderEndpoint::Introspection))
            .client_id(id)
            .authentication(authentication)
            .token("x");
        let error = request.send(&provider).await.unwrap_err();
        assert_eq!((error.oauth_error().unwrap().error(), error.status().unwrap().as_u16()), ("invalid_client", 401), "{id}");
    }
}

#[tokio::test]
async fn a_signed_answer_is_given_where_it_is_asked() {
    let provider = TestProvider::new();
    let token = access_token(&provider);
    let response = introspect_signed(&provider, &token).await.unwrap();
    assert!(response.is_active() && response.signed_response().is_some());
    assert!(!introspect_signed(&provider, "unknown").await.unwrap().is_active());

    for forgery in [Forgery::WrongKey, Forgery::Claim("iss".into(), "x".into()), Forgery::Claim("aud".into(), "x".into())] {
        provider.inject(ProviderEndpoint::Introspection, Fault::forge(ForgedKind::Introspection, forgery.clone()).once());
        assert_eq!(introspect_signed(&provider, &token).await.unwrap_err().kind(), ErrorKind::Validation, "{forgery:?}");
    }
}

#[tokio::test]
async fn faults_spoil_introspection() {
    for (fault, kind) in [
        (Fault::without_member("active"), ErrorKind::Malformed),
        (Fault::member("active", "yes"), ErrorKind::Malformed),
        (Fault::member("exp", "soon"), ErrorKind::Malformed),
        (Fault::content_type("text/html"), ErrorKind::Http),
        (Fault::error(403, "access_denied"), ErrorKind::Protocol),
        (Fault::cut_connection(), ErrorKind::Transport),
    ] {
        let provider = TestProvider::new();
        let token = access_token(&provider);
        provider.inject(ProviderEndpoint::Introspection, fault.clone());
        assert_eq!(introspect(&provider, &token).await.unwrap_err().kind(), kind, "{fault:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_seen_everywhere() {
    let provider = TestProvider::new();
    let token = provider.access_token_for_user(TestProvider::SUBJECT);
    revocation(&provider, token.expose()).send(&provider).await.unwrap();
    assert!(!introspect(&provider, token.expose()).await.unwrap().is_active());
    let userinfo = UserInfoRequest::builder()
        .address(provider.address(ProviderEndpoint::UserInfo))
        .access_token(token)
        .expected_subject(TestProvider::SUBJECT);
    assert_eq!(userinfo.send(&provider).await.unwrap_err().status().unwrap().as_u16(), 401);
    revocation(&provider, "unknown").send_blocking(&provider).unwrap();
}

#[tokio::test]
async fn a_token_of_another_client_is_not_revoked() {
    let other = TestClient::new("other").secret("s");
    let provider = TestProvider::builder().client(TestClient::new("client").secret("secret")).client(other).build();
    let token = access_token(&provider);
    let request = RevocationRequest::builder()
        .address(provider.address(ProviderEndpoint::Revocation))
        .client_id("other")
        .authentication(ClientAuthentication::secret_post("s"))
        .token(token.as_str());
    assert_eq!(request.send(&provider).await.unwrap_err().oauth_error().unwrap().error(), "invalid_grant");
    assert!(introspect(&provider, &token).await.unwrap().is_active());

    provider.inject(ProviderEndpoint::Revocation, Fault::error(400, "unsupported_token_type").once());
    let error = revocation(&provider, &token).send(&provider).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "unsupported_token_type");
}

//! The client credentials grant: scopes (RFC 6749 section 3.3), resource indicators (RFC 8707), opaque tokens.

use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, ErrorKind, TokenValidator};
use serde_json::json;

use crate::faces::{provider_keys, send_both, validate_both};
use crate::server::{Issuer, SECRET};

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn what_was_granted_is_what_the_server_says() {
    let issuer = Issuer::shared();
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("service-basic")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .scope(["api:read", "api:unknown"])
        .resource(["urn:test:api"]);
    for outcome in send_both!(request) {
        let token = outcome.unwrap();
        assert_eq!(token.requested_scope(), ["api:read", "api:unknown"]);
        assert_eq!(token.stated_scope(), Some(["api:read".to_owned()].as_slice()));
        assert_eq!(token.granted_scope(), ["api:read"]);
        assert_eq!(token.expires_in().map(|life| life.as_secs()), Some(300));
        assert!(token.refresh_token().is_none() && token.id_token().is_none());
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_unknown_resource_is_refused() {
    let issuer = Issuer::shared();
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("service-basic")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .resource(["urn:test:unknown"]);
    for outcome in send_both!(request) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_target");
        assert!(error.challenges().is_empty());
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_scope_that_the_client_may_not_have_is_refused() {
    let issuer = Issuer::own("narrow-scope").await;
    issuer
        .add_client(&json!({
            "client_id": "narrow", "client_secret": SECRET, "scope": "api:read", "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [],
        }))
        .await;
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("narrow")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .scope(["api:write"])
        .resource(["urn:test:api"]);
    for outcome in send_both!(request) {
        let error = outcome.unwrap_err();
        let oauth_error = error.oauth_error().unwrap();
        assert_eq!(oauth_error.error(), "invalid_scope");
        assert_eq!(oauth_error.document().try_get_str("scope"), Some("api:write"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_opaque_token_is_no_token_to_validate() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api:opaque").await;
    assert!(!token.contains('.'));
    let validator =
        || TokenValidator::builder().keys(provider_keys(&issuer.url)).issuer(&issuer.url).audience("urn:test:api:opaque").build();
    for outcome in validate_both(validator, &token).await {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(!format!("{error} {error:?}").contains(&token));
    }
}

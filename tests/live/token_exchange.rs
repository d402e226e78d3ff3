//! Token exchange (RFC 8693): a token of a user for one of another service, with the client as the actor.

use identity_model::constants::token_type_identifiers;
use identity_model::protocol::token::TokenExchangeRequest;
use identity_model::{ClientAuthentication, TokenValidator};

use crate::faces::{provider_keys, send_both, validate_both};
use crate::server::{Issuer, SECRET};

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_of_a_user_becomes_one_for_a_resource() {
    let issuer = Issuer::shared();
    let actor = issuer.token_for("urn:test:api:opaque").await;
    let request = TokenExchangeRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("exchanger")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .subject_token(issuer.user_token("dave", "openid").await)
        .subject_token_type(token_type_identifiers::ACCESS_TOKEN)
        .actor_token(actor.access_token().expose(), token_type_identifiers::ACCESS_TOKEN)
        .scope(["api:read"])
        .resource(["urn:test:api:ES256"]);
    for outcome in send_both!(request) {
        let token = outcome.unwrap();
        assert_eq!(token.issued_token_type(), Some(token_type_identifiers::ACCESS_TOKEN));
        let validator =
            || TokenValidator::builder().keys(provider_keys(&issuer.url)).issuer(&issuer.url).audience("urn:test:api:ES256").build();
        for outcome in validate_both(validator, token.access_token().expose()).await {
            let validated = outcome.unwrap();
            assert_eq!((validated.subject(), validated.client_id()), (Some("dave"), Some("exchanger")));
            let act: serde_json::Value = validated.try_get("act").unwrap().unwrap();
            assert_eq!(act["sub"], "service-basic");
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_of_nobody_is_refused() {
    let issuer = Issuer::shared();
    let request = TokenExchangeRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("exchanger")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .subject_token("not-a-token")
        .subject_token_type(token_type_identifiers::ACCESS_TOKEN);
    for outcome in send_both!(request) {
        assert_eq!(outcome.unwrap_err().oauth_error().unwrap().error(), "invalid_request");
    }
}

//! The revocation endpoint (RFC 7009); the introspection endpoint tells what became of the token.

use identity_model::constants::{error_codes, token_type_hints};
use identity_model::protocol::revocation::{RevocationRequest, RevocationResponse};
use identity_model::{ClientAuthentication, Error, ErrorKind};

use crate::faces::{Face, send_both, send_by};
use crate::introspection::introspect;
use crate::login::log_in_for_tokens;
use crate::server::{Issuer, SECRET};

async fn revoke(face: Face, issuer: &Issuer, token: &str, hint: Option<&str>) -> Result<RevocationResponse, Error> {
    let request = RevocationRequest::builder()
        .address(issuer.discover().await.revocation_endpoint().unwrap())
        .client_id("public")
        .token(token)
        .maybe_token_type_hint(hint)
        .build();
    send_by!(face, request)
}

async fn is_active(issuer: &Issuer, token: &str) -> bool {
    let [asynchronous, blocking] = introspect(issuer, token).await.map(|outcome| outcome.unwrap().is_active());
    assert_eq!(asynchronous, blocking);
    asynchronous
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_revoked_access_token_is_active_no_more() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        // A hint may be wrong or unknown: the server looks further.
        for hint in [None, Some(token_type_hints::ACCESS_TOKEN), Some(token_type_hints::REFRESH_TOKEN), Some("another_kind")] {
            let token = issuer.user_token("frank", "openid").await;
            assert!(is_active(&issuer, &token).await);
            assert_eq!(revoke(face, &issuer, &token, hint).await.unwrap().head().status(), 200);
            assert!(!is_active(&issuer, &token).await);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_refresh_token_takes_its_access_tokens_along() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let tokens = log_in_for_tokens(&issuer, "public", face).await;
        let (access_token, refresh_token) = (tokens.access_token().expose(), tokens.refresh_token().unwrap().expose());
        assert!(is_active(&issuer, access_token).await && is_active(&issuer, refresh_token).await);
        revoke(face, &issuer, refresh_token, Some(token_type_hints::REFRESH_TOKEN)).await.unwrap();
        assert!(!is_active(&issuer, access_token).await && !is_active(&issuer, refresh_token).await);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_that_was_never_any_good_is_revoked_all_the_same() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        revoke(face, &issuer, "not-a-token", None).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_kind_of_token_that_cannot_be_revoked_is_an_error() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api").await;
    for face in Face::BOTH {
        let error = revoke(face, &issuer, &token, Some(token_type_hints::ACCESS_TOKEN)).await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
        assert_eq!(error.oauth_error().unwrap().error(), error_codes::UNSUPPORTED_TOKEN_TYPE);
        assert!(!format!("{error} {error:?}").contains(&token));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_without_its_secret_revokes_nothing() {
    let issuer = Issuer::shared();
    let token = issuer.user_token_for("confidential", "frank", "openid").await;
    let address = issuer.discover().await.revocation_endpoint().unwrap();
    let request = |secret| {
        let builder = RevocationRequest::builder().address(address.clone()).client_id("confidential").token(token.as_str());
        builder.authentication(ClientAuthentication::secret_basic(secret))
    };
    for outcome in send_both!(request("wrong")) {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_client"));
        assert!(is_active(&issuer, &token).await, "still");
    }
    for outcome in send_both!(request(SECRET)) {
        outcome.unwrap();
        assert!(!is_active(&issuer, &token).await);
    }
}

//! Dynamic registration (RFC 7591) and the management of what was registered (RFC 7592), on an issuer of the tests' own.

use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientDeleteRequest, ClientReadRequest, ClientUpdateRequest, RegisteredClient};
use identity_model::protocol::token::TokenResponse;
use identity_model::secret::ClientSecret;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, Error, ErrorKind};

use crate::faces::{Face, send_by};
use crate::server::Issuer;

const REDIRECT_URI: &str = "https://app.example.com/callback";

/// What `server/configuration.mjs` wants of whoever registers a client with an issuer whose name starts with `guarded`.
const INITIAL_ACCESS_TOKEN: &str = "an-initial-access-token-of-the-tests";

fn metadata(redirect_uri: &str) -> ClientMetadata {
    ClientMetadata::builder()
        .client_name("Reports")
        .redirect_uris([redirect_uri])
        .grant_types(["authorization_code", "client_credentials"])
        .token_endpoint_auth_method("client_secret_basic")
        .contacts(["it@example.com"])
        .build()
}

async fn register(face: Face, issuer: &Issuer, metadata: ClientMetadata) -> Result<RegistrationResponse, Error> {
    let address = issuer.discover().await.registration_endpoint().unwrap();
    send_by!(face, RegistrationRequest::builder().address(address).metadata(metadata).build())
}

async fn read(face: Face, client: &RegisteredClient) -> Result<RegistrationResponse, Error> {
    send_by!(face, ClientReadRequest::builder().client(client.clone()).build())
}

async fn token(face: Face, issuer: &Issuer, client_id: &str, secret: &ClientSecret) -> Result<TokenResponse, Error> {
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(client_id)
        .authentication(ClientAuthentication::secret_basic(secret.clone()))
        .scope(["api:read"])
        .resource(["urn:test:api"])
        .build();
    send_by!(face, request)
}

fn assert_is_refused(outcome: Result<RegistrationResponse, Error>) {
    let error = outcome.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_token");
    assert!(error.challenges().iter().any(|challenge| challenge.is_scheme("Bearer")));
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_from_its_registration_to_its_end() {
    let issuer = Issuer::own("clients").await;
    for face in Face::BOTH {
        let registered = register(face, &issuer, metadata(REDIRECT_URI)).await.unwrap();
        assert_eq!(registered.head().status(), 201);
        assert_eq!(registered.grant_types(), ["authorization_code", "client_credentials"]);
        assert_eq!((registered.redirect_uris(), registered.response_types()), (vec![REDIRECT_URI.into()], vec!["code".to_owned()]));
        assert_eq!(registered.token_endpoint_auth_method(), "client_secret_basic");
        assert!(registered.states_client_secret_expiry() && registered.client_secret_expires_at().is_none());
        assert!(registered.client_id_issued_at().is_some());
        let (client_id, secret) = (registered.client_id(), registered.client_secret().unwrap());
        assert!(!format!("{registered:?}").contains(secret.expose()));
        token(face, &issuer, client_id, secret).await.unwrap();

        let now = read(face, registered.management().unwrap()).await.unwrap();
        assert_eq!((now.client_id(), now.try_get_str("client_name")), (client_id, Some("Reports")));

        let first = now.management().unwrap();
        let update = ClientUpdateRequest::builder().client(first.clone()).metadata(now.metadata().with_member("client_name", "News"));
        let after = send_by!(face, update.build()).unwrap();
        assert_eq!(after.try_get_str("client_name"), Some("News"));
        assert_eq!((after.redirect_uris(), after.try_get_string_array("contacts")), (now.redirect_uris(), vec!["it@example.com".into()]));

        let second = after.management().unwrap();
        assert_ne!(first.registration_access_token().expose(), second.registration_access_token().expose(), "rotated");
        assert_is_refused(read(face, first).await);
        assert_eq!(read(face, second).await.unwrap().try_get_str("client_name"), Some("News"));

        let deleted = send_by!(face, ClientDeleteRequest::builder().client(second.clone()).build()).unwrap();
        assert_eq!(deleted.head().status(), 204);
        assert_is_refused(read(face, second).await);
        assert_eq!(token(face, &issuer, client_id, secret).await.unwrap_err().oauth_error().unwrap().error(), "invalid_client");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn metadata_that_the_server_does_not_take_is_refused() {
    let issuer = Issuer::own("clients-refused").await;
    let another_method = |metadata: ClientMetadata| metadata.with_member("token_endpoint_auth_method", "by-guess");
    let cases = [
        (metadata("https://app.example.com/callback#fragment"), "invalid_redirect_uri"),
        (another_method(metadata(REDIRECT_URI)), "invalid_client_metadata"),
    ];
    for (metadata, expected) in cases {
        for face in Face::BOTH {
            let error = register(face, &issuer, metadata.clone()).await.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
            assert_eq!(error.oauth_error().unwrap().error(), expected);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_registration_that_must_be_permitted_takes_the_initial_access_token() {
    let issuer = Issuer::own("guarded-clients").await;
    let address = issuer.discover().await.registration_endpoint().unwrap();
    let request = |token: Option<&str>| {
        let request = RegistrationRequest::builder().address(address.clone()).metadata(metadata(REDIRECT_URI));
        request.maybe_initial_access_token(token).build()
    };
    for face in Face::BOTH {
        let registered = send_by!(face, request(Some(INITIAL_ACCESS_TOKEN))).unwrap();
        token(face, &issuer, registered.client_id(), registered.client_secret().unwrap()).await.unwrap();
        // The initial token begins and the token of the client goes on.
        let management = registered.management().unwrap();
        assert_ne!(management.registration_access_token().expose(), INITIAL_ACCESS_TOKEN);
        read(face, management).await.unwrap();

        let wrong = send_by!(face, request(Some("a-guess-of-the-initial-token")));
        assert!(!format!("{wrong:?}").contains("a-guess"));
        assert_is_refused(wrong);
        let none = send_by!(face, request(None));
        assert_eq!(none.as_ref().unwrap_err().oauth_error().unwrap().error_description(), Some("no access token provided"));
        assert_is_refused(none);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_for_another_client_manages_nothing() {
    let issuer = Issuer::own("clients-others").await;
    for face in Face::BOTH {
        let first = register(face, &issuer, metadata(REDIRECT_URI)).await.unwrap();
        let second = register(face, &issuer, metadata(REDIRECT_URI)).await.unwrap();
        let address = first.management().unwrap().registration_client_uri().clone();
        let token = second.management().unwrap().registration_access_token().clone();
        let crossed = RegisteredClient::new(first.client_id(), address, token);
        assert_is_refused(read(face, &crossed).await);
        read(face, first.management().unwrap()).await.unwrap();

        let update = ClientUpdateRequest::builder().client(crossed.clone()).metadata(metadata(REDIRECT_URI)).build();
        assert_is_refused(send_by!(face, update));
        let error = send_by!(face, ClientDeleteRequest::builder().client(crossed).build()).unwrap_err();
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_token");
    }
}

//! Dynamic registration and its management (RFC 7591, RFC 7592). This server answers both by 200 where the RFCs say 201 and 204.

use bytes::Bytes;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientDeleteRequest, ClientReadRequest, ClientUpdateRequest, RegisteredClient};
use identity_model::transport::HttpClient;
use identity_model::{Error, ErrorKind};
use serde_json::{Value, json};

use super::server::Second;
use crate::faces::{Face, http, send_by};
use crate::server::json_of;

const REDIRECT_URI: &str = "https://app.example.com/callback";

async fn register(face: Face, second: &Second, redirect_uri: &str) -> Result<RegistrationResponse, Error> {
    let address = second.discover().await.registration_endpoint().unwrap();
    let metadata = ClientMetadata::builder().client_name("Reports").redirect_uris([redirect_uri]).response_types(["code"]).build();
    send_by!(face, RegistrationRequest::builder().address(address).metadata(metadata).build())
}

/// A registration by hand: how the crate comes to a client of this server all the same.
async fn registered(second: &Second) -> RegisteredClient {
    let disco = second.discover().await;
    let body = json!({ "client_name": "Reports", "redirect_uris": [REDIRECT_URI], "response_types": ["code"] });
    let request = http::Request::post(disco.registration_endpoint().unwrap().as_str()).header("content-type", "application/json");
    let answer: Value = json_of(&http().send(request.body(Bytes::from(body.to_string())).unwrap()).await.unwrap());
    let [client_id, uri, token] =
        ["client_id", "registration_client_uri", "registration_access_token"].map(|name| answer[name].as_str().unwrap());
    RegisteredClient::new(client_id, uri, token)
}

async fn read(face: Face, client: &RegisteredClient) -> Result<RegistrationResponse, Error> {
    send_by!(face, ClientReadRequest::builder().client(client.clone()).build())
}

fn status(error: &Error) -> (ErrorKind, Option<u16>) {
    (error.kind(), error.status().map(|status| status.as_u16()))
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_registration_that_is_answered_by_200_is_refused() {
    let second = Second::here();
    for face in Face::BOTH {
        assert_eq!(status(&register(face, &second, REDIRECT_URI).await.unwrap_err()), (ErrorKind::Http, Some(200)));
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn metadata_that_the_server_does_not_take_is_refused() {
    let second = Second::here();
    for face in Face::BOTH {
        let error = register(face, &second, "http://app.example.com/callback").await.unwrap_err();
        assert_eq!(status(&error), (ErrorKind::Protocol, Some(400)));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_redirect_uri");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_client_is_read_and_changed_and_gone_after_its_deletion() {
    let second = Second::here();
    for face in Face::BOTH {
        let client = registered(&second).await;
        let now = read(face, &client).await.unwrap();
        assert_eq!(now.try_get_str("client_name"), Some("Reports"));

        let update = ClientUpdateRequest::builder().client(client.clone()).metadata(now.metadata().with_member("client_name", "News"));
        assert_eq!(send_by!(face, update.build()).unwrap().try_get_str("client_name"), Some("News"));

        let deleted = send_by!(face, ClientDeleteRequest::builder().client(client.clone()).build());
        assert_eq!(status(&deleted.unwrap_err()), (ErrorKind::Http, Some(200)), "204 is due, and yet:");
        assert_eq!(read(face, &client).await.unwrap_err().status().map(|status| status.as_u16()), Some(401));
    }
}

//! The life of a client at a provider: register, read, update, delete (RFC 7591, RFC 7592).
//!
//! Without arguments it starts a provider of its own; `--issuer` names a real one (`support::Target`), where the environment variable
//! `INITIAL_ACCESS_TOKEN` holds the token that permits a registration, if one is needed.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientDeleteRequest, ClientReadRequest, ClientUpdateRequest};
use identity_model::secret::AccessToken;
use identity_model::testing::TestProvider;
use identity_model::{DiscoveryDocumentRequest, ReqwestClient};

use support::Target;

const INITIAL_ACCESS_TOKEN: &str = "permission-of-the-operator";

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::without_client(|| TestProvider::builder().initial_access_token(INITIAL_ACCESS_TOKEN).build())?;
    let permission = match &target.embedded {
        Some(_) => Some(INITIAL_ACCESS_TOKEN.to_owned()),
        None => std::env::var("INITIAL_ACCESS_TOKEN").ok(),
    };
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;

    let metadata = ClientMetadata::builder()
        .client_name("Reports")
        .redirect_uris(["https://app.example.com/callback"])
        .token_endpoint_auth_method("client_secret_basic")
        .build();
    let registered = RegistrationRequest::builder()
        .address(disco.registration_endpoint()?)
        .metadata(metadata)
        .maybe_initial_access_token(permission.map(AccessToken::new))
        .send(&http)
        .await?;
    show("registered", &registered);
    println!("           with a secret: {}", registered.client_secret().is_some());

    // To be kept as safely as a secret, and anew after every response: a server may rotate the token.
    let client = registered.management().ok_or("the server does not let clients manage themselves")?.clone();
    let read = ClientReadRequest::builder().client(client).send(&http).await?;
    show("read", &read);

    // An update replaces everything, so it starts from what the server has.
    let client = read.management().ok_or("no way to go on")?.clone();
    let metadata = read.metadata().with_member("client_name", "Reports and news");
    let updated = ClientUpdateRequest::builder().client(client).metadata(metadata).send(&http).await?;
    show("updated", &updated);

    let client = updated.management().ok_or("no way to go on")?.clone();
    ClientDeleteRequest::builder().client(client.clone()).send(&http).await?;
    println!("deleted    {}", client.client_id());
    match ClientReadRequest::builder().client(client).send(&http).await {
        Ok(_) => Err("a client that was deleted should be gone".into()),
        Err(error) => {
            println!("gone       {error}");
            Ok(())
        }
    }
}

fn show(step: &str, client: &RegistrationResponse) {
    let name = client.try_get_str("client_name").unwrap_or("without a name");
    println!("{step:10} {}: {name}, {}", client.client_id(), client.token_endpoint_auth_method());
}

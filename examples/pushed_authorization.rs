//! Begins a login whose request is pushed, so that the browser carries nothing but a reference to it (RFC 9126, with PKCE of RFC 7636).
//!
//! Without arguments it starts a provider of its own, whose user says yes at once, checks the callback and redeems the code. With a real one
//! (`support::Target`) the environment variable `REDIRECT_URI` names an address of the client; there it ends with the address to send the
//! browser to.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::SystemTime;

use identity_model::protocol::authorize::{BegunLogin, Callback, LoginRequest};
use identity_model::{DiscoveryDocumentRequest, ReqwestClient};

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments()?;
    let redirect_uri = match std::env::var("REDIRECT_URI") {
        Err(_) if target.embedded.is_some() => "https://app.example.com/callback".to_owned(),
        address => address.map_err(|_| "REDIRECT_URI should hold an address of the client")?,
    };
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;

    // State, nonce and verifier are drawn for this login alone.
    let BegunLogin { url, transaction, expires_at, .. } = LoginRequest::builder()
        .provider(&disco)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .redirect_uri(redirect_uri)
        .scope(if target.scope.is_empty() { vec!["openid".to_owned()] } else { target.scope.clone() })
        .resource(&target.resource)
        .pushed(true)
        .send(&http)
        .await?;
    println!("pushed   good for {} s", expires_at.duration_since(SystemTime::now())?.as_secs());
    println!("send the browser to {url}");

    // An application keeps the transaction in the browser's session now, and waits for the callback.
    let Some(embedded) = &target.embedded else { return Ok(()) };
    let answer = embedded.provider().authorize(url);
    let callback = Callback::from_url(answer.location())?;

    let (request, _) = transaction.check(&callback, SystemTime::now())?.into_token_request();
    let token = request.authentication(target.authentication()).send(&http).await?;
    println!("token    {}, scope {:?}, with an ID token: {}", token.token_type(), token.granted_scope(), token.id_token().is_some());
    Ok(())
}

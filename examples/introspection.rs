//! Asks the provider what a token means, gives the token back, and asks again (RFC 7662, RFC 7009).
//!
//! Without arguments it starts a provider of its own on a loopback port; `support::Target` says how to name a real one.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::SystemTime;

use identity_model::constants::token_type_hints;
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::{ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient};

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments()?;
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;
    let token = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .scope(&target.scope)
        .resource(&target.resource)
        .send(&http)
        .await?;

    // One request value can be sent any number of times.
    let introspection = IntrospectionRequest::builder()
        .address(disco.introspection_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .token(token.access_token().expose())
        .token_type_hint(token_type_hints::ACCESS_TOKEN)
        .build();
    let before = introspection.send(&http).await?;
    println!("active   {}", before.is_active());
    println!("         client {:?}, subject {:?}, scope {:?}", before.client_id(), before.subject(), before.scope());
    let left = before.expires_at().and_then(|end| end.duration_since(SystemTime::now()).ok());
    println!("         for {:?}, {:?} s left", before.audiences(), left.map(|left| left.as_secs()));
    if !before.is_active() {
        return Err("a new token should be active".into());
    }

    RevocationRequest::builder()
        .address(disco.revocation_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .token(token.access_token().expose())
        .token_type_hint(token_type_hints::ACCESS_TOKEN)
        .send(&http)
        .await?;
    println!("revoked");

    // Of a token that is not active the server says nothing more, and this is no error.
    let after = introspection.send(&http).await?;
    println!("active   {}", after.is_active());
    if after.is_active() { Err("a revoked token should not be active".into()) } else { Ok(()) }
}

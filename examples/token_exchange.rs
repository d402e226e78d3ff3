//! A gateway trades the token it was called with for one that it can call the next service with, on the user's behalf (RFC 8693).
//!
//! Without arguments it starts a provider of its own, and obtains the token of a user. With a real one (`support::Target`) the environment
//! variable `SUBJECT_TOKEN` holds the access token to be traded, and `--audience` names the service.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::constants::token_type_identifiers;
use identity_model::protocol::token::TokenExchangeRequest;
use identity_model::secret::AccessToken;
use identity_model::testing::TestProvider;
use identity_model::validation::ExpectedAudience;
use identity_model::{ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient, TokenValidator};

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments()?;
    let subject_token = match &target.embedded {
        Some(embedded) => embedded.provider().access_token_for_user(TestProvider::SUBJECT),
        None => AccessToken::new(std::env::var("SUBJECT_TOKEN").map_err(|_| "SUBJECT_TOKEN should hold the token to be traded")?),
    };
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;

    // The gateway's own token says who acts; without it the new token would be as if the user had come in person.
    let actor = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .send(&http)
        .await?;
    let exchanged = TokenExchangeRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .subject_token(subject_token.expose())
        .subject_token_type(token_type_identifiers::ACCESS_TOKEN)
        .actor_token(actor.access_token().expose(), token_type_identifiers::ACCESS_TOKEN)
        .audience(&target.audience)
        .resource(&target.resource)
        .scope(&target.scope)
        .send(&http)
        .await?;
    println!("issued   {} as {}", exchanged.issued_token_type().unwrap_or("?"), exchanged.token_type());

    if target.embedded.is_none() {
        return Ok(());
    }
    let validator = TokenValidator::builder()
        .keys(disco.key_set().cloned().unwrap_or_default())
        .issuer(disco.issuer()?)
        .audience(ExpectedAudience::one_of(&target.audience))
        .build();
    let validated = validator.validate(exchanged.access_token()).await?;
    println!("subject  {:?}", validated.subject());
    println!("actor    {}", validated.try_get_value("act").ok_or("nobody acts")?);
    Ok(())
}

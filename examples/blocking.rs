//! The main job without a runtime: the same requests, `send_blocking` in place of `send`, one validator for many threads.
//!
//! Without arguments it starts a provider of its own on a loopback port; `support::Target` says how to name a real one.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::keys::ProviderKeys;
use identity_model::transport::BlockingReqwestClient;
use identity_model::validation::ExpectedAudience;
use identity_model::{ClientCredentialsTokenRequest, DiscoveryDocumentRequest, TokenValidator};

use support::Target;

fn main() -> ExitCode {
    support::finish(run())
}

fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments()?;
    let http = BlockingReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send_blocking(&http)?;
    println!("issuer   {}", disco.issuer()?);

    let token = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .scope(&target.scope)
        .resource(&target.resource)
        .send_blocking(&http)?;
    println!("token    {}", token.token_type());

    // Discovers by itself, fetches keys once for all threads, follows rotation.
    let keys = ProviderKeys::builder().authority(&target.issuer).policy(target.policy()).blocking_http(http).build();
    let audience = match target.audience.as_slice() {
        [] => ExpectedAudience::danger_any(),
        audience => ExpectedAudience::one_of(audience),
    };
    let validator = TokenValidator::builder().keys(keys.clone()).issuer(disco.issuer()?).audience(audience).build();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| validator.validate_blocking(token.access_token()))).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    for outcome in outcomes {
        let validated = outcome.map_err(|_| "a thread panicked")??;
        println!("valid    for subject {:?}", validated.subject());
    }
    println!("requests {:?}", keys.key_set_statistics());
    Ok(())
}

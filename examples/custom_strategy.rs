//! A custom authority-validation strategy: a provider that serves one issuer to several regions.
//!
//! The strategy decides which issuer a document may name and where its endpoints may stand; HTTPS, well-formed addresses and the class of
//! an address stay the policy's and cannot be talked out of.

use std::error::Error as StdError;
use std::sync::Arc;

use identity_model::DiscoveryDocumentRequest;
use identity_model::protocol::discovery::{AuthorityValidationStrategy, AuthorityViolation, DiscoveryPolicy, KeySetLoading};
use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};

/// `https://eu.login.example.com` and `https://us.login.example.com` speak for the issuer `https://login.example.com`.
#[derive(Debug)]
struct Regions;

const ISSUER: &str = "https://login.example.com";

impl AuthorityValidationStrategy for Regions {
    fn validate_issuer(&self, issuer: &str, _expected_authority: &str) -> Result<(), AuthorityViolation> {
        if issuer == ISSUER { Ok(()) } else { Err(AuthorityViolation::IssuerMismatch) }
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        let is_below = |authority: &String| endpoint.strip_prefix(authority.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if allowed_authorities.iter().any(is_below) { Ok(()) } else { Err(AuthorityViolation::EndpointHost) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let document = r#"{
        "issuer": "https://login.example.com",
        "token_endpoint": "https://eu.login.example.com/token",
        "userinfo_endpoint": "https://tracker.example.net/userinfo"
    }"#;
    let http = ScriptedHttpClient::builder()
        .get("https://eu.login.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
        .build();

    let policy = DiscoveryPolicy::builder().authority_validation_strategy(Arc::new(Regions)).key_set_loading(KeySetLoading::Lazy).build();
    let disco = DiscoveryDocumentRequest::builder().address("https://eu.login.example.com").policy(policy).send(&http).await?;

    println!("issuer    {}", disco.issuer()?);
    println!("token     {}", disco.token_endpoint()?);
    match disco.userinfo_endpoint() {
        Ok(endpoint) => return Err(format!("{endpoint} should have been refused").into()),
        Err(violation) => println!("userinfo  refused: {violation}"),
    }
    Ok(())
}

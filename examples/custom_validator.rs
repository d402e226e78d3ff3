//! Custom rules on top of the standard ones: a function, a type, and one that has to wait for its verdict.
//!
//! Needs nothing: the provider lives in the memory of the program. They run after every standard rule has passed, so what they see is the
//! issuer's own word and current.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use identity_model::TokenValidator;
use identity_model::testing::{TestClient, TestProvider};
use identity_model::validation::{AsyncClaimValidator, ClaimRejection, ClaimValidator, Claims, TokenValidationOptions};
use tokio::sync::RwLock;

/// A type, for a rule with settings.
struct Tenants(Vec<&'static str>);

impl ClaimValidator for Tenants {
    fn name(&self) -> &str {
        "tenants"
    }

    fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        match claims.try_get_str("tenant") {
            Some(tenant) if self.0.contains(&tenant) => Ok(()),
            Some(_) => Err(ClaimRejection::new("the tenant is none of ours").on_claim("tenant")),
            None => Err(ClaimRejection::new("a tenant is needed").on_claim("tenant")),
        }
    }
}

/// A list of withdrawn tokens, as it would stand in a store that has to be asked.
#[derive(Clone, Default)]
struct Withdrawn(Arc<RwLock<HashSet<String>>>);

#[async_trait::async_trait]
impl AsyncClaimValidator for Withdrawn {
    fn name(&self) -> &str {
        "withdrawn"
    }

    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        let Some(id) = claims.token_id() else { return Err(ClaimRejection::new("a token without `jti` cannot be looked up")) };
        if self.0.read().await.contains(id) { Err(ClaimRejection::new("withdrawn").on_claim("jti")) } else { Ok(()) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = TestClient::new("reports").audiences(["reports-api"]).claim("tenant", "acme").claim("level", 3);
    let provider = TestProvider::builder().client(client).build();
    let withdrawn = Withdrawn::default();

    let rules = || {
        TokenValidationOptions::access_token()
            .issuer(provider.issuer())
            .audience("reports-api")
            .claim_validator(Tenants(vec!["acme", "globex"]))
            .claim_rule("level", |claims| match claims.try_get_i64("level") {
                Some(2..) => Ok(()),
                _ => Err(ClaimRejection::new("level 2 or higher is needed").on_claim("level")),
            })
    };
    let validator = TokenValidator::with_options(provider.key_set(), rules().async_claim_validator(withdrawn.clone()).build());

    let token = provider.mint_access_token(|token| token);
    let validated = validator.validate(&token).await?;
    println!("accepted  tenant {:?}, level {:?}", validated.try_get_str("tenant"), validated.try_get_i64("level"));

    let foreign = provider.mint_access_token(|token| token.claim("tenant", "initech"));
    let low = provider.mint_access_token(|token| token.claim("level", 1));
    withdrawn.0.write().await.extend(validated.token_id().map(str::to_owned));
    for (what, token) in [("of a foreign tenant", &foreign), ("of a low level", &low), ("that was withdrawn", &token)] {
        let Err(error) = validator.validate(token).await else { return Err(format!("a token {what} was accepted").into()) };
        let by = error.validation().and_then(|error| error.validator());
        println!("refused   a token {what}, by {by:?}: {error}");
    }

    // Where nothing can be awaited, a rule that has to be awaited is not skipped: it is a mistake in the settings.
    let Err(error) = validator.validate_blocking(&token) else { return Err("a rule was skipped".into()) };
    println!("blocking  {:?}: {error}", error.kind());
    let blocking = TokenValidator::with_options(provider.key_set(), rules().build());
    println!("blocking  without it: accepted for {:?}", blocking.validate_blocking(&token)?.subject());
    Ok(())
}

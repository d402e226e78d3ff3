//! The main job from start to end: discover a provider under a policy, fetch its keys, obtain a token, validate it, read the claims.
//!
//! Without arguments it starts a provider of its own on a loopback port; `support::Target` says how to name a real one. The exit status is 0
//! only if every step that could be done succeeded.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::protocol::discovery::DiscoveryDocumentResponse;
use identity_model::testing::TestProvider;
use identity_model::validation::{ExpectedAudience, TokenKind, ValidatedToken, ValidationErrorKind};
use identity_model::{ClientCredentialsTokenRequest, DiscoveryDocumentRequest, Error, ReqwestClient, TokenValidator, UserInfoRequest};

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments()?;
    let http = ReqwestClient::new()?;

    println!("1. discover  {}", target.issuer);
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;
    println!("             issuer {}, accepted by the policy", disco.issuer()?);

    let keys = disco.key_set().ok_or("the document came without keys")?;
    let usable = keys.keys().iter().filter(|key| !key.verifies().is_empty()).count();
    println!("2. keys      {usable} usable, {} set aside", keys.keys().len() - usable + keys.skipped().len());

    let token = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .scope(&target.scope)
        .resource(&target.resource)
        .send(&http)
        .await?;
    let lifetime = token.expires_in().map_or("it does not say how long".to_owned(), |life| format!("{} s", life.as_secs()));
    println!("3. token     {}, valid for {lifetime}, scope {:?}", token.token_type(), token.granted_scope());

    if token.access_token().expose().split('.').count() == 3 {
        let validated = validate(&target, &disco, token.access_token().expose())?;
        let algorithm = validated.algorithm().map_or_else(String::new, |algorithm| algorithm.to_string());
        println!("4. validate  {algorithm} signature by key {:?}, issuer, audience and times are good", validated.key_id());
        println!("5. claims    subject {:?}, client {:?}", validated.subject(), validated.client_id());
        for claim in validated.principal().claims() {
            println!("             {} = {}", claim.claim_type(), claim.value());
        }
    } else {
        println!("4. validate  skipped: the token is opaque, only the provider can tell what it means");
        println!("5. claims    skipped: an opaque token shows none");
    }
    user_info(&target, &disco, &http).await?;
    Ok(())
}

/// An access token of RFC 9068, or a plain one where the server does not say `at+jwt`.
fn validate(target: &Target, disco: &DiscoveryDocumentResponse, token: &str) -> Result<ValidatedToken, Error> {
    let audience = if target.audience.is_empty() {
        println!("             no --audience given: whom the token is for is not checked");
        ExpectedAudience::danger_any()
    } else {
        ExpectedAudience::one_of(&target.audience)
    };
    let issuer = disco.issuer()?;
    let validator = |kind| {
        let keys = disco.key_set().cloned().unwrap_or_default();
        TokenValidator::builder().keys(keys).issuer(issuer).audience(audience.clone()).kind(kind).build()
    };
    let is_no_at_jwt = |error: &Error| error.validation().is_some_and(|error| error.kind() == ValidationErrorKind::WrongTokenKind);
    match validator(TokenKind::AccessToken).validate_blocking(token) {
        Err(error) if is_no_at_jwt(&error) => validator(TokenKind::PlainAccessToken).validate_blocking(token),
        outcome => outcome,
    }
}

/// A client-credentials token stands for no user; the program's own provider hands out one that does.
async fn user_info(target: &Target, disco: &DiscoveryDocumentResponse, http: &ReqwestClient) -> Result<(), Error> {
    let Some(embedded) = &target.embedded else {
        println!("6. userinfo  skipped: this token stands for a client, not for a user");
        return Ok(());
    };
    let user = UserInfoRequest::builder()
        .address(disco.userinfo_endpoint()?)
        .access_token(embedded.provider().access_token_for_user(TestProvider::SUBJECT))
        .expected_subject(TestProvider::SUBJECT)
        .send(http)
        .await?;
    println!("6. userinfo  {} is {}", user.subject(), user.try_get_str("name").unwrap_or("nameless"));
    Ok(())
}

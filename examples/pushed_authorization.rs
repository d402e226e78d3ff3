//! Pushes an authorization request, so that the browser carries nothing but a reference to it (RFC 9126, with PKCE of RFC 7636).
//!
//! Without arguments it starts a provider of its own, whose user says yes at once, and redeems the code. With a real one (`support::Target`)
//! the environment variable `REDIRECT_URI` names an address of the client; there it ends with the address to send the browser to.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::encoding::base64url;
use identity_model::environment::Environment;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
use identity_model::protocol::token::AuthorizationCodeTokenRequest;
use identity_model::secret::{AuthorizationCode, RequestUri};
use identity_model::testing::TestProvider;
use identity_model::{DiscoveryDocumentRequest, ReqwestClient};
use sha2::{Digest, Sha256};

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

    // Each is for this login alone.
    let [verifier, state, nonce] = [random_text()?, random_text()?, random_text()?];
    let parameters = AuthorizationParameters::builder()
        .redirect_uri(&redirect_uri)
        .code_challenge(base64url::encode(Sha256::digest(&verifier)))
        .scope(if target.scope.is_empty() { vec!["openid".to_owned()] } else { target.scope.clone() })
        .resource(&target.resource)
        .state(state)
        .nonce(nonce)
        .build();
    let pushed = PushedAuthorizationRequest::builder()
        .address(disco.pushed_authorization_request_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .authorization(parameters)
        .send(&http)
        .await?;
    println!("pushed   good for {} s", pushed.expires_in().as_secs());

    let Some(embedded) = &target.embedded else {
        let mut address = disco.authorization_endpoint()?.url().clone();
        address.query_pairs_mut().append_pair("client_id", &target.client_id).append_pair("request_uri", pushed.request_uri().expose());
        println!("send the browser to {address}");
        return Ok(());
    };
    let code = authorize(embedded.provider(), pushed.request_uri())?;
    let token = AuthorizationCodeTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .code(code)
        .redirect_uri(redirect_uri)
        .code_verifier(verifier)
        .send(&http)
        .await?;
    println!("token    {}, scope {:?}, with an ID token: {}", token.token_type(), token.granted_scope(), token.id_token().is_some());
    Ok(())
}

/// What browser, user and authorization endpoint would do: the reference is good once, and what was pushed ends up in the code.
fn authorize(provider: &TestProvider, request_uri: &RequestUri) -> Result<AuthorizationCode, Box<dyn StdError>> {
    let parameters = provider.take_pushed_authorization(request_uri.expose()).ok_or("nothing was pushed under this reference")?;
    let value = |name: &str| parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default();
    println!("holds    {:?}", parameters.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    Ok(provider.mint_code(|code| {
        let code = code.client(value("client_id")).redirect_uri(value("redirect_uri")).code_challenge(value("code_challenge"));
        code.nonce(value("nonce")).scopes(value("scope").split(' '))
    }))
}

/// 256 random bits, as 43 characters.
fn random_text() -> Result<String, Box<dyn StdError>> {
    let mut bytes = [0; 32];
    Environment::system().entropy().fill(&mut bytes)?;
    Ok(base64url::encode(bytes))
}

//! A service that proves who it is by its key: `private_key_jwt` (RFC 7523, OpenID Connect Core section 9). No secret is shared.
//!
//! Without arguments it makes a key and starts a provider of its own that knows the public half. With a real one (`support::Target`) the
//! environment variable `CLIENT_KEY` names a PEM file (PKCS#8, PKCS#1 or SEC1), and `CLIENT_KEY_ID` the `kid` that it is registered under.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::testing::{TestClient, TestProvider};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient};

use support::Target;

/// The first that fits the key signs.
const ALGORITHMS: [SignatureAlgorithm; 5] = {
    use SignatureAlgorithm as Name;
    [Name::ES256, Name::ES384, Name::ES512, Name::EDDSA, Name::PS256]
};

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let key = client_key()?;
    // The public half is what the provider gets to know: as a JWK at registration, or at a `jwks_uri`.
    println!("register {}", key.public_jwk().to_json());
    let registered = serde_json::from_str(key.public_jwk().to_json())?;
    let target = Target::from_arguments_or(|| provider(registered))?;
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;

    let fitting = ALGORITHMS.into_iter().find_map(|algorithm| Some((algorithm, key.signer(algorithm).ok()?)));
    let (algorithm, signer) = fitting.ok_or("no algorithm fits the key")?;
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(ClientAuthentication::private_key_jwt(signer))
        .scope(&target.scope)
        .resource(&target.resource)
        .build();
    // Every attempt has an assertion of its own, good for a minute and for this provider alone.
    for _ in 0..2 {
        let token = request.send(&http).await?;
        let lifetime = token.expires_in().map_or("an unstated time".to_owned(), |life| format!("{} s", life.as_secs()));
        println!("token    {} for {lifetime}, the client signed with {algorithm}", token.token_type());
    }
    Ok(())
}

fn client_key() -> Result<PrivateKey, Box<dyn StdError>> {
    let Ok(file) = std::env::var("CLIENT_KEY") else {
        return Ok(PrivateKey::generate(SignatureAlgorithm::ES256)?.with_key_id("client-key")?);
    };
    let key = PrivateKey::from_pem(&std::fs::read_to_string(file)?)?;
    Ok(match std::env::var("CLIENT_KEY_ID") {
        Ok(key_id) => key.with_key_id(&key_id)?,
        Err(_) => key,
    })
}

fn provider(public_jwk: serde_json::Value) -> TestProvider {
    TestProvider::builder().client(TestClient::new(TestProvider::CLIENT_ID).public_key(public_jwk)).build()
}

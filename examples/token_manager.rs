//! Tokens over time: one manager for a process, one request to the provider however many tasks ask, and an API called with the token.
//!
//! Needs nothing: it starts a provider of its own on a loopback port. The page to it is `docs/tokens-over-time.md`.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::Duration;

use identity_model::testing::{TestClient, TestProvider};
use identity_model::tokens::{TokenManager, TokenManagerSettings};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let client = TestClient::new("reports").secret("s3cret").scopes(["orders:read", "orders:write"]);
    let provider = TestProvider::builder().client(client).build();
    let idp = provider.listen()?;
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(idp.url()).send(&http).await?;

    let settings = TokenManagerSettings::default().with_jitter(Duration::from_secs(10));
    let manager = TokenManager::builder().http(http).settings(settings).build();
    let address = disco.token_endpoint()?;
    let request = |scope: &str| {
        ClientCredentialsTokenRequest::builder()
            .address(&address)
            .client_id("reports")
            .authentication(ClientAuthentication::secret_basic("s3cret"))
            .scope([scope])
            .build()
    };
    let read = manager.source(request("orders:read"))?;
    let write = manager.source(request("orders:write"))?;

    let before = provider.recorded().len();
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        let read = read.clone();
        tasks.spawn(async move { read.token().await.map(|token| token.access_token().expose().to_owned()) });
    }
    let mut tokens = tasks.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    tokens.dedup();
    println!("1000 tasks asked for the token of `orders:read`: {} token, {} request", tokens.len(), provider.recorded().len() - before);

    write.token().await?;
    println!("another scope is another token: {} tokens are kept", manager.token_count());

    let rejected = read.token().await?;
    println!("renewed by force: {}", read.force_renewal().await?.access_token().expose() != rejected.access_token().expose());
    Ok(())
}

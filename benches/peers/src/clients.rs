//! The clients that are measured with one client-credentials request: each asks the same of the same address.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use identity_model::protocol::discovery::Address;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, ReqwestClient};
use oauth2::TokenResponse as _;
use openidconnect::core::{CoreClient, CoreJsonWebKeySet};
use serde::Deserialize;

pub const SCOPE: &str = "reports:read reports:write";

type Sending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A client with what it prepares once.
pub struct Contender {
    pub name: &'static str,
    pub send: Arc<dyn Fn() -> Sending + Send + Sync>,
}

impl Contender {
    fn new<F: Future<Output = ()> + Send + 'static>(name: &'static str, send: impl Fn() -> F + Send + Sync + 'static) -> Self {
        Self { name, send: Arc::new(move || Box::pin(send())) }
    }
}

/// Every client: bare reqwest first, the yardstick; this crate next.
pub fn contenders(address: &str) -> Vec<Contender> {
    vec![bare(address), again(address), anew(address), with_oauth2(address), with_openidconnect(address)]
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be comparable")]
struct Answer {
    access_token: String,
    token_type: String,
    expires_in: u64,
    scope: String,
}

fn bare(address: &str) -> Contender {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).redirect(reqwest::redirect::Policy::none());
    let (client, address) = (client.build().expect("a client"), address.to_owned());
    Contender::new("bare reqwest", move || {
        let (client, address) = (client.clone(), address.clone());
        async move {
            let form = [("grant_type", "client_credentials"), ("scope", SCOPE)];
            let request = client.post(address).basic_auth("reports", Some("s3cret")).form(&form);
            let response = request.send().await.expect("an answer");
            assert!(response.status().is_success());
            response.json::<Answer>().await.expect("a token");
        }
    })
}

/// One request that is kept and sent again and again.
fn again(address: &str) -> Contender {
    let client = ReqwestClient::builder().no_proxy().build().expect("a client");
    let request = ClientCredentialsTokenRequest::builder()
        .address(address)
        .client_id("reports")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .scope(["reports:read", "reports:write"])
        .build();
    let request = Arc::new(request);
    Contender::new("this crate, one request sent again", move || {
        let (client, request) = (client.clone(), Arc::clone(&request));
        async move {
            let token = request.send(&client).await.expect("a token");
            assert!(!token.access_token().expose().is_empty());
        }
    })
}

/// A request that is built anew each time, from an address and an authentication that are kept.
fn anew(address: &str) -> Contender {
    let client = ReqwestClient::builder().no_proxy().build().expect("a client");
    let (address, authentication) = (Address::from(address), ClientAuthentication::secret_basic("s3cret"));
    Contender::new("this crate, built anew", move || {
        let (client, address, authentication) = (client.clone(), address.clone(), authentication.clone());
        async move {
            let request = ClientCredentialsTokenRequest::builder().address(address).client_id("reports").authentication(authentication);
            let token = request.scope(["reports:read", "reports:write"]).send(&client).await.expect("a token");
            assert!(!token.access_token().expose().is_empty());
        }
    })
}

/// The reqwest that oauth2 and openidconnect bring along.
fn older_reqwest() -> oauth2::reqwest::Client {
    let client = oauth2::reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30));
    client.redirect(oauth2::reqwest::redirect::Policy::none()).build().expect("a client")
}

fn with_oauth2(address: &str) -> Contender {
    let client = oauth2::basic::BasicClient::new(oauth2::ClientId::new("reports".to_owned()))
        .set_client_secret(oauth2::ClientSecret::new("s3cret".to_owned()))
        .set_token_uri(oauth2::TokenUrl::new(address.to_owned()).expect("an address"));
    let (client, http) = (Arc::new(client), older_reqwest());
    Contender::new("oauth2 5.0", move || {
        let (client, http) = (Arc::clone(&client), http.clone());
        async move {
            let scopes = ["reports:read", "reports:write"].map(|scope| oauth2::Scope::new(scope.to_owned()));
            let token = client.exchange_client_credentials().add_scopes(scopes).request_async(&http).await.expect("a token");
            assert!(!token.access_token().secret().is_empty());
        }
    })
}

fn with_openidconnect(address: &str) -> Contender {
    let issuer = openidconnect::IssuerUrl::new("https://idp.example.com".to_owned()).expect("an address");
    let client = CoreClient::new(openidconnect::ClientId::new("reports".to_owned()), issuer, CoreJsonWebKeySet::default())
        .set_client_secret(openidconnect::ClientSecret::new("s3cret".to_owned()))
        .set_token_uri(openidconnect::TokenUrl::new(address.to_owned()).expect("an address"));
    let (client, http) = (Arc::new(client), older_reqwest());
    Contender::new("openidconnect 4.1", move || {
        let (client, http) = (Arc::clone(&client), http.clone());
        async move {
            let scopes = ["reports:read", "reports:write"].map(|scope| openidconnect::Scope::new(scope.to_owned()));
            let token = client.exchange_client_credentials().add_scopes(scopes).request_async(&http).await.expect("a token");
            assert!(!token.access_token().secret().is_empty());
        }
    })
}

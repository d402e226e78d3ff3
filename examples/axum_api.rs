//! A small API on axum that is protected by access tokens: its own metadata, scopes by route, a route that asks for a recent login, and a
//! route for everybody. RFC 6750, RFC 9068, RFC 9470, RFC 9728.
//!
//! Without arguments it starts a provider and the API on loopback ports, calls every route as a client would, prints what came back and ends.
//! `--serve` prints `curl` commands instead and runs until it is interrupted. The page to it is `docs/protect-an-api.md`.

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{Method, Request};
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::resource::{ApiClient, Authenticated, ResourceChallenge, ResourceServer, RouteRequirements};
use identity_model::testing::{TestClient, TestProvider};
use identity_model::tokens::TokenManager;
use identity_model::transport::HttpClient;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let is_serving = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [one] if one == "--serve" => true,
        _ => return Err("the only argument is --serve".into()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let resource = format!("http://{}", listener.local_addr()?);
    let client = TestClient::new("reports").secret("s3cret").scopes(["orders:read", "orders:write"]).audiences([resource.clone()]);
    let provider = TestProvider::builder().client(client).build();
    let idp = provider.listen()?;

    let http = ReqwestClient::new()?;
    let api = api(idp.url(), &resource, http.clone())?;
    tokio::spawn(async move { axum::serve(listener, router(&api)).await });

    let disco = DiscoveryDocumentRequest::builder().address(idp.url()).send(&http).await?;
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id("reports")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .scope(["orders:read"])
        .build();
    let reports = TokenManager::new(http.clone()).source(request)?;
    if is_serving {
        let token = reports.token().await?;
        println!("curl -i {resource}/health");
        println!("curl -i {resource}/orders");
        println!("curl -i -H 'Authorization: Bearer {}' {resource}/orders", token.access_token().expose());
        println!("curl -i {resource}/.well-known/oauth-protected-resource");
        std::future::pending::<()>().await;
    }

    let client = ApiClient::builder(reports).base_address(&resource).http(http.clone()).build()?;
    show(&http, Method::GET, &resource, "/health").await?;
    show(&http, Method::GET, &resource, "/orders").await?;
    show(&client, Method::GET, &resource, "/orders").await?;
    show(&client, Method::POST, &resource, "/orders").await?;
    show(&client, Method::GET, &resource, "/payments").await?;
    show(&http, Method::GET, &resource, "/.well-known/oauth-protected-resource").await?;
    Ok(())
}

/// Who may call, and how a token is validated.
fn api(issuer: &str, resource: &str, http: ReqwestClient) -> Result<ResourceServer, Box<dyn StdError>> {
    let validator = TokenValidator::builder().keys(ProviderKeys::new(issuer, http)).issuer(issuer).audience(resource).build();
    Ok(ResourceServer::builder()
        .resource(resource)
        .scopes_supported(["orders:read", "orders:write", "payments"])
        .validator(validator)
        .build()?)
}

/// Which route demands what.
fn router(api: &ResourceServer) -> Router {
    let read = RouteRequirements::new().scope(["orders:read"]);
    let write = RouteRequirements::new().scope(["orders:write"]);
    let recent = RouteRequirements::new().max_age(Duration::from_secs(300));
    let mut router = Router::new()
        // A layer covers every method that was added before it, so each method with demands of its own is a route of its own.
        .route("/orders", get(orders).layer(api.layer(read)))
        .route("/orders", post(place_order).layer(api.layer(write)))
        .route("/payments", get(payments).layer(api.layer(recent)))
        .route("/health", get(async || "up"));
    if let Some(metadata) = api.metadata() {
        let path = metadata.path().to_owned();
        router = router.route(&path, get(async move || metadata.clone().into_response()));
    }
    router
}

async fn orders(caller: Authenticated) -> Json<Value> {
    Json(json!({ "orders": [17, 23], "for": caller.client_id() }))
}

async fn place_order(caller: Authenticated) -> Json<Value> {
    Json(json!({ "placed_by": caller.client_id() }))
}

async fn payments(caller: Authenticated) -> Json<Value> {
    Json(json!({ "payer": caller.subject() }))
}

/// Sends one request and prints the response.
async fn show(client: &dyn HttpClient, method: Method, resource: &str, path: &str) -> Result<(), Box<dyn StdError>> {
    let request = Request::builder().method(&method).uri(format!("{resource}{path}")).body(Bytes::new())?;
    let response = client.send(request).await?;
    println!("{method} {path}: {} {}", response.status(), String::from_utf8_lossy(response.body()));
    for challenge in ResourceChallenge::all(response.headers()) {
        println!("    {}", challenge.challenge());
    }
    Ok(())
}

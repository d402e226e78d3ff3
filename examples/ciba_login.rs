//! A login that is approved on the user's own device (CIBA Core 1.0): first by polling, then by a ping to the client's notification endpoint.
//!
//! Without arguments it starts a provider of its own, whose user approves after two polls and whose time is moved instead of waited for;
//! `support::Target` says how to name a real one, which is then asked by polling alone: a ping needs an address that it can reach. The user
//! to ask is named by `LOGIN_HINT`.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::SystemTime;

use identity_model::encoding::unique_id::{DEFAULT_LENGTH, UniqueIdFormat, unique_id};
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::backchannel_notification::{AwaitedAuthentication, NotificationReceiver};
use identity_model::protocol::discovery::DiscoveryDocumentResponse;
use identity_model::protocol::token::{CibaPolling, CibaTokenRequest, TokenResponse};
use identity_model::testing::{TestClient, TestProvider, TestUser};
use identity_model::validation::TokenValidationOptions;
use identity_model::{DiscoveryDocumentRequest, ReqwestClient};

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let clock = FixedClock::at(SystemTime::now());
    let moved = Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(&clock));
    let target = Target::from_arguments_or(|| provider(moved.clone()))?;
    let environment = if target.embedded.is_some() { moved } else { Environment::system() };
    let http = ReqwestClient::new()?;
    let disco = DiscoveryDocumentRequest::builder().address(&target.issuer).policy(target.policy()).send(&http).await?;

    // The provider brings this token along with its ping, so that no other party can send one.
    let notification_token = || unique_id(environment.entropy(), DEFAULT_LENGTH, UniqueIdFormat::Base64Url);
    let pending = begin(&target, &disco, &environment, notification_token()?, &http).await?;
    println!("asked    the user decides within {} s", pending.expires_in().as_secs());
    let approval = target.embedded.as_ref().map(|embedded| (embedded.provider().clone(), pending.request_id().clone()));
    let token = CibaPolling::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .authorization(pending)
        .environment(environment.clone())
        .on_progress(move |progress| {
            println!("waiting  {} s left, asked {} times", progress.remaining.as_secs(), progress.polls);
            if let Some((provider, request)) = approval.as_ref().filter(|_| progress.polls == 2) {
                provider.approve_backchannel(request.expose(), TestProvider::SUBJECT);
            }
        })
        .send(&http)
        .await?;
    show(&target, &token, &environment, &http).await?;

    let Some(embedded) = &target.embedded else { return Ok(()) };
    let token = notification_token()?;
    let pending = begin(&target, &disco, &environment, token.clone(), &http).await?;
    let receiver = NotificationReceiver::new([AwaitedAuthentication::new(pending.request_id(), token)]);
    embedded.provider().approve_backchannel(pending.request_id().expose(), TestProvider::SUBJECT);
    // What a web server would hand over.
    let request = embedded.provider().backchannel_ping(pending.request_id().expose());
    let notice = receiver.receive_ping(&request)?;
    println!("ping     answered with {}", notice.response().status());
    let token = CibaTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .request_id(notice.request_id())
        .send(&http)
        .await?;
    show(&target, &token, &environment, &http).await
}

async fn begin(
    target: &Target,
    disco: &DiscoveryDocumentResponse,
    environment: &Environment,
    notification_token: String,
    http: &ReqwestClient,
) -> Result<BackchannelAuthenticationResponse, Box<dyn StdError>> {
    let user = std::env::var("LOGIN_HINT").unwrap_or_else(|_| TestProvider::SUBJECT.to_owned());
    let request = BackchannelAuthenticationRequest::builder()
        .address(disco.backchannel_authentication_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .hint(AuthenticationHint::LoginHint(user))
        .scope(["openid"])
        .binding_message("W4SCT")
        .client_notification_token(notification_token)
        .environment(environment.clone());
    Ok(request.send(http).await?)
}

/// The ID token says who approved.
async fn show(target: &Target, token: &TokenResponse, environment: &Environment, http: &ReqwestClient) -> Result<(), Box<dyn StdError>> {
    let options = TokenValidationOptions::id_token().issuer(target.issuer.as_str()).audience(target.client_id.as_str()).build();
    let keys = ProviderKeys::builder().authority(&target.issuer).policy(target.policy()).http(http.clone());
    let validator = TokenValidator::with_options(keys.build(), options).with_environment(environment.clone());
    let id_token = validator.validate(token.id_token().ok_or("no ID token")?).await?;
    println!("token    {} for {}", token.token_type(), id_token.subject().unwrap_or_default());
    Ok(())
}

fn provider(environment: Environment) -> TestProvider {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET).pinged_at("https://app.example.com/ciba");
    TestProvider::builder().client(client).user(TestUser::new(TestProvider::SUBJECT)).environment(environment).build()
}

//! A login on a device without a browser: shows an address and a code, waits until the user has approved elsewhere (RFC 8628).
//!
//! Without arguments it starts a provider of its own, whose user approves after two polls and whose time is moved instead of waited for;
//! `support::Target` says how to name a real one.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::time::SystemTime;

use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::token::{DeviceCodePolling, PollProgress};
use identity_model::testing::{TestClient, TestProvider, TestUser};
use identity_model::{DiscoveryDocumentRequest, ReqwestClient};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

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

    let pending = DeviceAuthorizationRequest::builder()
        .address(disco.device_authorization_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .scope(if target.scope.is_empty() { vec!["openid".to_owned()] } else { target.scope.clone() })
        .environment(environment.clone())
        .send(&http)
        .await?;
    let address = pending.verification_uri_complete().unwrap_or(pending.verification_uri());
    // Light on dark, as most terminals are.
    println!("{}", QrCode::new(address)?.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build());
    println!("go to    {}", pending.verification_uri());
    println!("and type {}", pending.user_code());

    let approval = target.embedded.as_ref().map(|embedded| (embedded.provider().clone(), pending.user_code().to_owned()));
    let token = DeviceCodePolling::builder()
        .address(disco.token_endpoint()?)
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .authorization(pending)
        .environment(environment)
        .on_progress(move |progress| {
            countdown(progress);
            if let Some((provider, user_code)) = approval.as_ref().filter(|_| progress.polls == 2) {
                provider.approve_device(user_code, TestProvider::SUBJECT);
            }
        })
        .send(&http)
        .await?;
    println!("token    {}, scope {:?}", token.token_type(), token.granted_scope());
    println!("         with a refresh token: {}, with an ID token: {}", token.refresh_token().is_some(), token.id_token().is_some());
    Ok(())
}

/// A real terminal would rather write over one line, by a `\r` in place of the line's end.
fn countdown(PollProgress { remaining, next_poll, polls, .. }: PollProgress) {
    let left = remaining.as_secs();
    println!("waiting  {}:{:02} left, asked {polls} times, again in {} s", left / 60, left % 60, next_poll.as_secs());
}

fn provider(environment: Environment) -> TestProvider {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    TestProvider::builder().client(client).user(TestUser::new(TestProvider::SUBJECT)).environment(environment).build()
}

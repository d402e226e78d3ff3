//! Logs a user in at a provider under its preset, and says what the provider is like: what its policy tolerates, who the user is, what the tokens
//! are, how far its logout goes. `docs/providers/` has a page for each.
//!
//! `provider_login --preset NAME [ARGUMENT…] --client-id ID [--client-secret SECRET] [--redirect-uri URI] [--scope "openid …"]`, presets as the
//! constructors of `DiscoveryPolicy` are named: `google`, `entra TENANT`, `cognito REGION POOL DOMAIN`, `auth0 DOMAIN`, `okta DOMAIN [SERVER]`,
//! `descope PROJECT`, `keycloak BASE REALM`. The redirect URI (default `http://localhost:8400/callback`) need not be served by anything: you paste
//! the address that the browser ends at. Without arguments it logs in at a provider of its own, without a browser.

mod support;

use std::io::stdin;
use std::process::ExitCode;

use identity_model::ReqwestClient;
use identity_model::client::{Login, LoginOptions, OidcClient};
use identity_model::protocol::authorize::Callback;
use identity_model::protocol::discovery::DiscoveryDocumentResponse;

use support::login_target::LoginTarget;
use support::policies::Outcome;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Outcome<()> {
    let target = LoginTarget::from_arguments()?;
    println!("1. policy    for {}", target.policy.authority().unwrap_or("anybody"));
    target.policy.tolerances().iter().for_each(|tolerance| println!("             tolerates {tolerance}"));

    let client = OidcClient::builder()
        .provider(target.policy.clone())
        .client_id(&target.client_id)
        .maybe_client_secret(target.client_secret.as_deref())
        .redirect_uri(&target.redirect_uri)
        .scope(&target.scope)
        .load_user_info(true)
        .http(ReqwestClient::new()?)
        .build()?;
    let disco = client.discovery().await?;
    println!("2. discover  issuer {}", disco.issuer()?);

    let begun = client.begin_login(LoginOptions::new()).await?;
    println!("3. log in    {}", begun.url);
    let arrived = match &target.embedded {
        Some(embedded) => embedded.provider().authorize(&begun.url).location().to_owned(),
        None => {
            println!("             open it in a browser, log in, and paste the address that you are sent to, whatever the page shows:");
            let mut line = String::new();
            stdin().read_line(&mut line)?;
            line.trim().to_owned()
        }
    };
    let login = client.finish_login(begun.transaction, Callback::from_url(&arrived)?).await?;
    tell(&login, &disco);
    Ok(())
}

fn tell(login: &Login, disco: &DiscoveryDocumentResponse) {
    let session = login.session();
    let algorithm = login.id_token().algorithm().map(|algorithm| algorithm.name()).unwrap_or_default();
    println!("4. user      {} of {}, signed by {algorithm}", login.subject(), session.issuer());
    login.principal().claims().for_each(|claim| println!("             {} = {}", claim.claim_type(), claim.value()));
    if let Some(user_info) = login.user_info() {
        println!("             and by userinfo: {}", user_info.document().names().collect::<Vec<_>>().join(", "));
    }

    let kind = login.access_token().map_or("none", |token| if token.expose().split('.').count() == 3 { "a JWT" } else { "opaque" });
    let refresh = if login.refresh_token().is_some() { "a refresh token" } else { "no refresh token" };
    println!("5. tokens    access token: {kind}; {refresh}; granted {:?}", login.granted_scope());

    let says = |member| disco.try_get_boolean(member).unwrap_or_default();
    let initiated = if disco.end_session_endpoint().is_ok() { "at the end-session endpoint" } else { "not at the provider" };
    let told: Vec<_> = [("back-channel", "backchannel_logout_supported"), ("front-channel", "frontchannel_logout_supported")]
        .into_iter()
        .filter_map(|(name, member)| says(member).then_some(name))
        .collect();
    println!(
        "6. logout    {initiated}; the provider tells of logouts by: {}",
        if told.is_empty() { "nothing".into() } else { told.join(", ") }
    );
}

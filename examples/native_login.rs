//! A login of a desktop or command-line program (RFC 8252): the user logs in with his own browser, the response comes back to a port of this
//! machine.
//!
//! Without arguments it starts a provider of its own, and a "browser" that does nothing but follow redirects. `support::Target` says how to
//! name a real one: register the program as a native (public) client with the redirect URI `http://127.0.0.1/callback`, whose port the
//! provider has to leave open (RFC 8252 section 7.3). Needs the feature `native`.

mod support;

use std::error::Error as StdError;
use std::process::ExitCode;

use http::header::LOCATION;
use identity_model::client::{LoginOptions, OidcClient};
use identity_model::integrations::native::{Browser, BrowserError, LoopbackRedirect, SystemBrowser};
use identity_model::testing::TestProvider;
use identity_model::{HttpClient, ReqwestClient};
use url::Url;

use support::Target;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments_or(TestProvider::new)?;
    let http = ReqwestClient::new()?;
    let browser: Box<dyn Browser> = match target.embedded {
        Some(_) => Box::new(FollowingBrowser(http.clone())),
        None => Box::new(SystemBrowser),
    };

    // A free port of this machine, before the login begins: it is part of the redirect URI.
    let redirect = LoopbackRedirect::builder().application_name("native_login").bind()?;
    let client = OidcClient::builder()
        .issuer(&target.issuer)
        .client_id(&target.client_id)
        .maybe_client_secret(target.client_secret.as_deref())
        .policy(target.policy())
        .redirect_uri(redirect.uri())
        .scope(["openid", "profile", "email"])
        .load_user_info(true)
        .http(http)
        .build()?;

    let begun = client.begin_login(LoginOptions::new()).await?;
    println!("waiting  at {}", redirect.uri());
    if let Err(error) = browser.open(&begun.url) {
        println!("{error}; please open this address yourself:\n{}", begun.url);
    }

    // Whatever else comes to that port, the wait ends with the response to this login, or after five minutes.
    let callback = redirect.receive(&begun.transaction).await?;
    let login = client.finish_login(begun.transaction, callback).await?;

    let name = login.user_info().and_then(|user| user.try_get_str("name")).or(login.principal().name());
    println!("user     {} ({})", name.unwrap_or("without a name"), login.subject());
    println!("scope    {}", login.granted_scope().join(" "));
    println!("         with a refresh token: {}", login.refresh_token().is_some());
    Ok(())
}

/// Stands in for a browser where there is no user: goes wherever it is sent, and shows the title of the page at the end.
struct FollowingBrowser(ReqwestClient);

impl Browser for FollowingBrowser {
    fn open(&self, address: &Url) -> Result<(), BrowserError> {
        let (http, address) = (self.0.clone(), address.clone());
        // Not waited for: the program listens for the response only after this.
        tokio::spawn(async move {
            match follow(&http, address).await {
                Ok(title) => println!("browser  shows: {title}"),
                Err(error) => println!("browser  failed: {error}"),
            }
        });
        Ok(())
    }
}

async fn follow(http: &ReqwestClient, mut address: Url) -> Result<String, Box<dyn StdError + Send + Sync>> {
    for _ in 0..5 {
        let answer = http.send(http::Request::get(address.as_str()).body(Default::default())?).await?;
        let Some(next) = answer.headers().get(LOCATION) else {
            let page = String::from_utf8_lossy(answer.body()).into_owned();
            let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
            return Ok(title.map_or("a page without a title", |(title, _)| title).to_owned());
        };
        address = address.join(next.to_str()?)?;
    }
    Err("is sent from one address to the next without an end".into())
}

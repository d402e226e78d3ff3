//! A web application that logs its users in: login, profile with the claims, refresh, logout from this side and from the provider's.
//!
//! `cargo run -p axum_login` starts it with a provider of its own. With any other one:
//!
//! ```sh
//! cargo run -p axum_login -- --issuer https://idp.example.com --client-id ID --client-secret SECRET
//! ```
//!
//! Further arguments: `--scope "openid profile …"`, `--listen 127.0.0.1:3000`, `--url https://app.example.com` (as browsers see it), `--allow BASE` (a
//! further base address for endpoints, as the error that asks for it names it). To be registered at the provider, below that URL: `/callback` (redirect
//! URI), `/logged-out` (post-logout redirect URI), `/backchannel-logout`, `/frontchannel-logout`.
//!
//! Where to read: [`login`] is the way in, [`logout`] the three ways out, [`account`] who is there and how the tokens are refreshed, [`app`] what all
//! of them share, [`trouble`] what users see when something goes wrong.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation of a program is its source")]

mod account;
mod app;
mod embedded;
mod login;
mod logout;
mod pages;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod trouble;

use std::error::Error;

use tokio::net::TcpListener;

use app::App;
use settings::Settings;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(Settings::address()?).await?;
    let settings = Settings::from_arguments(listener.local_addr()?)?;
    println!("open {} in a browser; users come from {}", settings.url, settings.issuer);
    let app = App::new(&settings)?;
    tokio::spawn(app.clone().purge());
    axum::serve(listener, app.router(&settings)).await?;
    Ok(())
}

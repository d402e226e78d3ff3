//! Native applications (RFC 8252): a login in the user's own browser, whose answer comes back to a port of this machine.
//!
//! [`LoopbackRedirect`] waits for the response, a [`Browser`] is sent to the provider. A scheme of the application's own instead of a port needs
//! neither: [`Callback::from_url`](crate::protocol::authorize::Callback::from_url) reads what the operating system hands over.
//!
//! # Example
//! ```no_run
//! use identity_model::DiscoveryDocumentRequest;
//! use identity_model::integrations::native::{Browser, LoopbackRedirect, SystemBrowser};
//! use identity_model::protocol::authorize::LoginRequest;
//!
//! # async fn login(http: &dyn identity_model::HttpClient) -> Result<(), Box<dyn std::error::Error>> {
//! let disco = DiscoveryDocumentRequest::builder().address("https://idp.example.com").send(http).await?;
//! let redirect = LoopbackRedirect::builder().application_name("Reports").bind()?;
//! let login = LoginRequest::builder().provider(&disco).client_id("reports").redirect_uri(redirect.uri()).send(http).await?;
//! SystemBrowser.open(&login.url)?;
//! let callback = redirect.receive(&login.transaction).await?;
//! let checked = login.transaction.check(&callback, std::time::SystemTime::now())?; // or `client.finish_login(…)`
//! # let _ = checked;
//! # Ok(())
//! # }
//! ```

mod browser;
mod connection;
mod error;
mod loopback;
mod page;
mod reception;
mod request;

pub use browser::{Browser, BrowserError, SystemBrowser};
pub use error::LoopbackError;
pub use loopback::{LoopbackRedirect, LoopbackRedirectBuilder};

//! The redirect URI of a native application: a port of this machine, for one response (RFC 8252 section 7.3).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use bon::Builder;
use http::Method;

use super::LoopbackError;
use super::page::Page;
use super::reception::{Reception, Verdict};
use super::request::Received;
use crate::environment::Environment;
use crate::jose::DecryptionKeys;
use crate::protocol::authorize::{Callback, CallbackError, LoginTransaction, ResponsePlace};
use crate::protocol::logout::{LogoutReturn, LogoutTransaction};

/// Listens on a port of this machine until the browser comes back from the provider, once.
///
/// RFC 8252 sections 7.3 and 8.3. Binding takes the port; [`uri`](Self::uri) is the redirect URI with it, which the provider has to accept whatever
/// the port (section 7.3: register `http://127.0.0.1/callback`). Listened to is the loopback interface alone. A request counts only if it is for this
/// very host, port and path and brings the **state of the login**; every other one (a favicon, a scan, another page's attempt) gets a page that says
/// so, and the wait goes on. What counts is then checked like any callback, by the application: nothing is believed here. At most 64 KiB of head
/// and of body are read, from 64 connections at most, of which the oldest gives way to a new one. The page that the user sees loads nothing and shows nothing that is not escaped.
///
/// Needs neither a runtime nor a thread of its own: both faces look every 20 ms, and pause by the environment's timer.
///
/// Defaults: `127.0.0.1`, any free port, the path `/callback`, five minutes.
///
/// # Errors
/// [`LoopbackError`]: `bind` where the port cannot be had or a setting is wrong, `receive` where no callback came in time.
///
/// # Example
/// ```
/// use identity_model::integrations::native::LoopbackRedirect;
///
/// let redirect = LoopbackRedirect::builder().application_name("Reports").path("/signed-in").bind()?;
/// assert!(redirect.uri().starts_with("http://127.0.0.1:") && redirect.uri().ends_with("/signed-in"));
/// // begin a login with this redirect URI, open the browser, then `redirect.receive(&login.transaction).await`
/// # Ok::<(), identity_model::integrations::native::LoopbackError>(())
/// ```
pub struct LoopbackRedirect {
    listener: TcpListener,
    /// Host and port, as a browser names them.
    host: String,
    uri: String,
    settings: Settings,
}

#[derive(Builder)]
#[builder(
    on(String, into),
    builder_type(name = LoopbackRedirectBuilder, vis = "pub", doc {
        /// Builds a [`LoopbackRedirect`]: nothing has to be set.
    }),
    state_mod(name = loopback_redirect_builder, vis = "pub(crate)"),
    finish_fn(name = assemble, vis = "")
)]
struct Settings {
    /// The loopback address. Default: `127.0.0.1`; `::1` where there is no IPv4.
    #[builder(default = IpAddr::V4(Ipv4Addr::LOCALHOST), into)]
    ip: IpAddr,
    /// Whether the redirect URI names `localhost` instead of the address, for a provider that takes nothing else; RFC 8252 section 8.3 advises
    /// against it, since the name may lead elsewhere. What is listened to stays the address. Default: no.
    #[builder(default)]
    localhost: bool,
    /// The port, for a provider that wants it registered. Default: any that is free.
    #[builder(default)]
    port: u16,
    /// The path of the redirect URI. Default: `/callback`.
    #[builder(default = "/callback".to_owned())]
    path: String,
    /// How long the user may take. Default: five minutes.
    #[builder(default = Duration::from_secs(5 * 60))]
    time_out: Duration,
    /// The client's keys, where the provider encrypts its responses (JARM section 2.2): an encrypted response tells by them alone whose it is. Default:
    /// none, and an encrypted response is not taken for this login's, since any program could send one.
    #[builder(into)]
    decryption_keys: Option<DecryptionKeys>,
    /// What the page calls the application. Default: the application.
    application_name: Option<String>,
    /// Clock and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

impl<S: loopback_redirect_builder::State> LoopbackRedirectBuilder<S> {
    /// Takes the port.
    ///
    /// # Errors
    /// [`LoopbackError::Configuration`] for an address that is no loopback one, a path that is none, an environment without a timer;
    /// [`LoopbackError::Listen`] where the port cannot be had.
    pub fn bind(self) -> Result<LoopbackRedirect, LoopbackError>
    where
        S: loopback_redirect_builder::IsComplete,
    {
        LoopbackRedirect::bind(self.assemble())
    }
}

impl LoopbackRedirect {
    /// Nothing has to be set.
    pub fn builder() -> LoopbackRedirectBuilder {
        Settings::builder()
    }

    fn bind(settings: Settings) -> Result<Self, LoopbackError> {
        let wrong = |member, problem| Err(LoopbackError::Configuration { member, problem });
        if !settings.ip.is_loopback() {
            return wrong("ip", "is no loopback address");
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if !settings.path.starts_with('/') || !settings.path.bytes().all(is_plain) {
            return wrong("path", "does not begin with `/` and go on with letters, digits and `-._~/`");
        }
        if settings.environment.timer().is_none() {
            return wrong("environment", "has no timer to wait with: enable the feature `tokio` or set one by `Environment::with_timer`");
        }
        let listener = TcpListener::bind(SocketAddr::new(settings.ip, settings.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let host = match settings.localhost {
            true => format!("localhost:{port}"),
            false => SocketAddr::new(settings.ip, port).to_string(),
        };
        let uri = format!("http://{host}{}", settings.path);
        Ok(Self { listener, host, uri, settings })
    }

    /// The redirect URI, with the port that was taken.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Waits for the response to this login.
    ///
    /// # Errors
    /// [`LoopbackError::TimedOut`]; [`LoopbackError::Configuration`] where the login was begun with another redirect URI, or its response comes in a
    /// fragment, which a browser does not send.
    pub async fn receive(self, transaction: &LoginTransaction) -> Result<Callback, LoopbackError> {
        self.login(transaction)?.wait().await
    }

    /// Waits on the calling thread; the twin of [`receive`](Self::receive).
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_blocking(self, transaction: &LoginTransaction) -> Result<Callback, LoopbackError> {
        self.login(transaction)?.wait_blocking()
    }

    /// Waits for the return from this logout, whose `post_logout_redirect_uri` this is.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub async fn receive_logout(self, transaction: &LogoutTransaction) -> Result<LogoutReturn, LoopbackError> {
        self.logout(transaction)?.wait().await
    }

    /// Waits on the calling thread; the twin of [`receive_logout`](Self::receive_logout).
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_logout_blocking(self, transaction: &LogoutTransaction) -> Result<LogoutReturn, LoopbackError> {
        self.logout(transaction)?.wait_blocking()
    }

    fn login(self, transaction: &LoginTransaction) -> Result<Reception<'_, Callback>, LoopbackError> {
        self.expect("redirect_uri", Some(transaction.redirect_uri()))?;
        if transaction.response_mode().place(transaction.response_type()) == ResponsePlace::Fragment {
            let problem = "puts the answer into a fragment, which no browser sends here: ask for `form_post`, or for a plain code";
            return Err(LoopbackError::Configuration { member: "response_mode", problem });
        }
        let (environment, name) = (self.settings.environment.clone(), self.settings.application_name.clone());
        let keys = self.settings.decryption_keys.clone();
        Ok(self.reception(move |received: Received| {
            let callback = match received.method {
                Method::POST => Callback::from_form(&received.method, received.content_type.as_deref(), &received.body),
                _ => Callback::from_url(&received.target),
            };
            let Some(callback) = callback.ok().filter(|callback| transaction.may_be_answered_by(callback, keys.as_ref())) else {
                return Verdict::Other(Page::stray());
            };
            let page = match transaction.foresee(&callback, environment.clock().now()) {
                Ok(()) => Page::arrived("You are back", name.as_deref()),
                Err(CallbackError::Authorization(error)) => {
                    Page::rejected("Not logged in", error.error_description().unwrap_or(error.error()))
                }
                Err(_) => Page::rejected("Not logged in", "not what this login asked for"),
            };
            Verdict::Answer(callback, page)
        }))
    }

    fn logout(self, transaction: &LogoutTransaction) -> Result<Reception<'_, LogoutReturn>, LoopbackError> {
        self.expect("post_logout_redirect_uri", transaction.post_logout_redirect_uri())?;
        let (environment, name) = (self.settings.environment.clone(), self.settings.application_name.clone());
        Ok(self.reception(move |received: Received| {
            let returned = LogoutReturn::from_url(&received.target).ok().filter(|_| received.method == Method::GET);
            let is_this = |returned: &LogoutReturn| transaction.clone().finish(returned, environment.clock().now()).is_ok();
            match returned.filter(is_this) {
                Some(returned) => Verdict::Answer(returned, Page::arrived("You are logged out", name.as_deref())),
                None => Verdict::Other(Page::stray()),
            }
        }))
    }

    /// What was begun must come back here.
    fn expect(&self, member: &'static str, uri: Option<&str>) -> Result<(), LoopbackError> {
        let problem = "is not the address that is listened on: begin with `.uri()` of this receiver";
        if uri == Some(self.uri.as_str()) { Ok(()) } else { Err(LoopbackError::Configuration { member, problem }) }
    }

    /// Asks `judge` about requests for this very address alone.
    fn reception<'j, T: 'j>(self, mut judge: impl FnMut(Received) -> Verdict<T> + Send + 'j) -> Reception<'j, T> {
        let Settings { path, environment, time_out, .. } = self.settings;
        let host = self.host;
        let judge = move |received: Received| {
            // Another name that leads to this machine is another site's (DNS rebinding).
            if received.host.as_deref() != Some(host.as_str()) {
                return Verdict::Other(Page::stray());
            }
            if received.target.split('?').next() != Some(path.as_str()) {
                return Verdict::Other(Page::not_found());
            }
            match received.method {
                Method::GET | Method::POST => judge(received),
                _ => Verdict::Other(Page::wrong_method()),
            }
        };
        Reception::new(self.listener, Box::new(judge), environment, time_out)
    }
}

impl fmt::Debug for LoopbackRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackRedirect").field("uri", &self.uri).finish_non_exhaustive()
    }
}

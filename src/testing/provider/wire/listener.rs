//! The provider on a loopback port: a guard in the test, a thread with a runtime of its own behind it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;

use tokio::net::TcpSocket;
use tokio::sync::mpsc::unbounded_channel;

use crate::testing::provider::TestProvider;
use crate::testing::provider::state::addresses::Addresses;
use crate::testing::provider::wire::connection::{Server, accept_until_stopped};
use crate::testing::provider::wire::switch::Switch;
use crate::testing::provider::wire::tls;

/// How many connections may wait to be accepted: a thousand tasks that call at once lose none on a busy machine.
const QUEUE: u32 = 1024;

/// A [`TestProvider`] that listens on a port of 127.0.0.1 until this is dropped.
///
/// # Example
/// ```
/// use identity_model::testing::TestProvider;
///
/// let provider = TestProvider::new();
/// let listener = provider.listen()?;
/// assert!(listener.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(provider.issuer(), listener.url());
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "the provider stops listening when this is dropped"]
pub struct ProviderListener {
    url: String,
    provider: TestProvider,
    certificate: Option<String>,
    switch: Switch,
    thread: Option<JoinHandle<()>>,
}

impl ProviderListener {
    pub(in crate::testing::provider) fn start(provider: &TestProvider, secure: bool) -> io::Result<Self> {
        provider.shared.keys.make_all();
        let (tls, certificate) = if secure { tls::loopback().map(|(tls, pem)| (Some(tls), Some(pem)))? } else { (None, None) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let socket = {
            let _registers_there = runtime.enter();
            let socket = TcpSocket::new_v4()?;
            // As the standard library does, for the port to be free at once when the provider comes back.
            socket.set_reuseaddr(cfg!(not(windows)))?;
            socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
            socket.listen(QUEUE)?
        };
        let address = socket.local_addr()?;
        let url = format!("{}://{address}", if secure { "https" } else { "http" });
        let config = &provider.shared.config;
        if !config.fixed_issuer {
            provider.shared.move_to(Addresses::new(&url, &config.addresses).map_err(io::Error::other)?);
        }
        let (sender, commands) = unbounded_channel();
        let server = Server { shared: provider.shared.clone(), tls, base: url.clone(), address };
        let thread = std::thread::Builder::new().name("test provider".to_owned());
        let thread = thread.spawn(move || runtime.block_on(accept_until_stopped(server, socket, commands)))?;
        let switch = Switch::new(sender);
        provider.shared.add_switch(switch.clone());
        Ok(Self { url, provider: provider.clone(), certificate, switch, thread: Some(thread) })
    }

    /// Scheme, address and port, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The provider that listens here.
    pub fn provider(&self) -> &TestProvider {
        &self.provider
    }

    /// The authority behind the certificate, as PEM: what a client has to trust. None without TLS.
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate.as_deref()
    }
}

impl TestProvider {
    /// Listens on a free port of 127.0.0.1, until the guard is dropped, on a thread of its own. The issuer becomes the listener's
    /// `http://127.0.0.1:…` unless it was set by hand.
    ///
    /// # Errors
    /// The system's, where there is no port or no thread.
    pub fn listen(&self) -> io::Result<ProviderListener> {
        ProviderListener::start(self, false)
    }

    /// The same over TLS, with a certificate made on the spot; [`ProviderListener::certificate_pem`] is what a client has to trust.
    ///
    /// # Errors
    /// The system's, where there is no port or no thread.
    pub fn listen_tls(&self) -> io::Result<ProviderListener> {
        ProviderListener::start(self, true)
    }
}

impl Drop for ProviderListener {
    fn drop(&mut self) {
        self.switch.stop();
        if let Some(thread) = self.thread.take() {
            let _joined = thread.join();
        }
    }
}

impl fmt::Debug for ProviderListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderListener").field("url", &self.url).finish_non_exhaustive()
    }
}

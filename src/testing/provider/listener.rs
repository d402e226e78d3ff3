//! The provider on a loopback port: a guard in the test, a thread with a runtime of its own behind it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::connection::{Server, accept_until_stopped};
use super::routes::Addresses;
use super::{TestProvider, tls};

/// How long a change of state may take before the test goes on regardless.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many connections may wait to be accepted: a thousand tasks that call at once lose none on a busy machine.
const QUEUE: u32 = 1024;

pub(super) enum Command {
    /// Goes down or comes back, and reports when done.
    Down(bool, mpsc::Sender<()>),
    Stop,
}

/// Turns a listener off and on.
#[derive(Clone)]
pub(super) struct Switch(UnboundedSender<Command>);

impl Switch {
    /// Returns when the port is closed or open.
    pub(super) fn set_down(&self, down: bool) {
        let (done, wait) = mpsc::channel();
        if self.0.send(Command::Down(down, done)).is_ok() {
            let _gone_or_done = wait.recv_timeout(PATIENCE);
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.0.is_closed()
    }
}

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
    pub(super) fn start(provider: &TestProvider, secure: bool) -> io::Result<Self> {
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
        let switch = Switch(sender);
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

impl Drop for ProviderListener {
    fn drop(&mut self) {
        // Fails only where the thread is gone already.
        let _stopped = self.switch.0.send(Command::Stop);
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

//! The browser that the user logs in with: his own, never one inside the application (RFC 8252 section 8.12).

use std::sync::Arc;

use url::Url;

use crate::error_kind::classify;

/// Opens an address in a browser. The system's is [`SystemBrowser`]; tests bring their own, which must not wait for the response of the
/// application inside of `open`, since nothing listens yet.
///
/// # Example
/// ```
/// use identity_model::integrations::native::{Browser, BrowserError};
///
/// /// For a machine without a screen.
/// struct Printed;
///
/// impl Browser for Printed {
///     fn open(&self, address: &url::Url) -> Result<(), BrowserError> {
///         println!("please open {address}");
///         Ok(())
///     }
/// }
/// ```
pub trait Browser: Send + Sync {
    /// Opens `address` and returns at once.
    ///
    /// # Errors
    /// [`BrowserError`] where there is no browser, or it cannot be started.
    fn open(&self, address: &Url) -> Result<(), BrowserError>;
}

/// The browser that the user has chosen for this system.
///
/// Opens nothing but `https` addresses, and `http` on this very machine: an address of another scheme could start another program.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, address: &Url) -> Result<(), BrowserError> {
        if !is_web_address(address) {
            return Err(BrowserError::Address);
        }
        webbrowser::open(address.as_str()).map_err(BrowserError::unavailable)
    }
}

/// No browser could be opened. The address is not shown: it holds what belongs to this login.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// The address is neither https nor http on this machine.
    #[error("the address is not a web address: expected https, or http on this machine")]
    Address,
    /// There is no browser, or it cannot be started; the reason is the source.
    #[error("the browser cannot be opened")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl BrowserError {
    /// Wraps what went wrong.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(source.into()))
    }
}

classify! { BrowserError {
    Self::Address => "browser_address" Configuration;
    Self::Unavailable(_) => "browser_unavailable" Configuration;
} }

fn is_web_address(address: &Url) -> bool {
    match (address.scheme(), address.host()) {
        ("https", Some(_)) => true,
        ("http", Some(url::Host::Ipv4(ip))) => ip.is_loopback(),
        ("http", Some(url::Host::Ipv6(ip))) => ip.is_loopback(),
        ("http", Some(url::Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8252_8_1_only_web_addresses_are_opened() {
        for (address, expected) in [
            ("https://idp.example.com/authorize?x=1", true),
            ("http://127.0.0.1:8080/authorize", true),
            ("http://[::1]:8080/authorize", true),
            ("http://localhost/authorize", true),
            ("http://idp.example.com/authorize", false),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("ms-settings:display", false),
            ("mailto:a@example.com", false),
        ] {
            assert_eq!(is_web_address(&Url::parse(address).unwrap()), expected, "{address}");
        }
        let rejected = SystemBrowser.open(&Url::parse("file:///etc/passwd").unwrap()).unwrap_err();
        assert_eq!(rejected.code(), "browser_address");
    }
}

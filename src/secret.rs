//! Secrets as types: text that never shows in `Debug` or `Display` and is wiped when dropped (best effort).
//!
//! Thin newtypes over `secrecy`, so that its version is not part of the interface. `expose` is the only way to the text. Wiping is
//! best effort: a copy that a parser, an allocator or the network stack made is beyond reach.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// # Example
/// ```
/// assert!(identity_model::secret::constant_time_eq(b"state", b"state"));
/// assert!(!identity_model::secret::constant_time_eq(b"state", b"stat"));
/// ```
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` shows the type's name alone; equality takes constant time; [`expose`](Self::expose) is the only way to the text.
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Wraps the text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(SecretString::from(text.into()))
            }

            /// The text itself: for the wire, never for a log.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                constant_time_eq(self.expose().as_bytes(), other.expose().as_bytes())
            }
        }

        impl Eq for $name {}

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<&$name> for $name {
            fn from(secret: &$name) -> Self {
                secret.clone()
            }
        }
    )*};
}

secrets! {
    /// A client secret (RFC 6749 section 2.3.1).
    ClientSecret;
    /// An access token (RFC 6749 section 1.4).
    AccessToken;
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken;
    /// An ID token as it came, not yet validated (OpenID Connect Core section 2).
    IdentityToken;
    /// Any other text of an answer that must not show: `device_code`, `request_uri`, a registration access token and the like.
    SecretText;
}

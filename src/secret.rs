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
    ($($(#[$doc:meta])* $name:ident;)*) => {
        sealed_secrets! { $($(#[$doc])* $name;)* }
        $(
        impl $name {
            /// Wraps the text.
            pub fn new(text: impl Into<String>) -> Self {
                Self::seal(text)
            }
        }

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
    )*};
}

macro_rules! sealed_secrets {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` shows the type's name alone; equality takes constant time; [`expose`](Self::expose) is the only way to the text.
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            pub(crate) fn seal(text: impl Into<String>) -> Self {
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
    /// The password of a resource owner (RFC 6749 section 4.3), for the legacy grant alone.
    Password;
    /// A PKCE code verifier (RFC 7636 section 4.1): 43 to 128 unreserved characters, checked when it is sent.
    CodeVerifier;
    /// A device code (RFC 8628 section 3.2).
    DeviceCode;
    /// The identifier of a backchannel authentication request (CIBA Core section 7.3).
    AuthenticationRequestId;
    /// Any token or assertion that is traded in: a subject token, an actor token, a JWT or SAML assertion (RFC 8693, 7523, 7522).
    SecurityAssertion;
    /// A reference to a pushed authorization request (RFC 9126 section 2.2): good for one login, not for long.
    RequestUri;
    /// Any other text of an answer that must not show: a state, a nonce, a user's code and the like.
    SecretText;
}

sealed_secrets! {
    /// An authorization code (RFC 6749 section 1.3.1): it comes out of a checked callback.
    AuthorizationCode;
}

impl AuthorizationCode {
    /// A code that no check of this crate has seen: whoever takes it from a callback by hand has to check `iss`, `state` and the rest himself.
    pub fn danger_unchecked(code: impl Into<String>) -> Self {
        Self::seal(code)
    }
}

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

/// A secret text and the DPoP key that it is bound to.
#[derive(Clone)]
struct BoundText {
    text: SecretString,
    key_thumbprint: Option<Box<str>>,
}

impl From<String> for BoundText {
    fn from(text: String) -> Self {
        Self { text: text.into(), key_thumbprint: None }
    }
}

impl BoundText {
    fn expose_secret(&self) -> &str {
        self.text.expose_secret()
    }
}

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident($inner:ident);)*) => {
        sealed_secrets! { $($(#[$doc])* $name($inner);)* }
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
    ($($(#[$doc:meta])* $name:ident($inner:ident);)*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` shows the type's name alone; equality takes constant time; [`expose`](Self::expose) is the only way to the text.
        #[derive(Clone)]
        pub struct $name($inner);

        impl $name {
            pub(crate) fn seal(text: impl Into<String>) -> Self {
                Self($inner::from(text.into()))
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
    ClientSecret(SecretString);
    /// An access token (RFC 6749 section 1.4).
    AccessToken(BoundText);
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken(BoundText);
    /// An ID token as it came, not yet validated (OpenID Connect Core section 2).
    IdentityToken(SecretString);
    /// The password of a resource owner (RFC 6749 section 4.3), for the legacy grant alone.
    Password(SecretString);
    /// A PKCE code verifier (RFC 7636 section 4.1): 43 to 128 unreserved characters, checked when it is sent.
    CodeVerifier(SecretString);
    /// A device code (RFC 8628 section 3.2).
    DeviceCode(SecretString);
    /// The identifier of a backchannel authentication request (CIBA Core section 7.3).
    AuthenticationRequestId(SecretString);
    /// Any token or assertion that is traded in: a subject token, an actor token, a JWT or SAML assertion (RFC 8693, 7523, 7522).
    SecurityAssertion(SecretString);
    /// A reference to a pushed authorization request (RFC 9126 section 2.2): good for one login, not for long.
    RequestUri(SecretString);
    /// Any other text of a response that must not show: a state, a nonce, a user's code and the like.
    SecretText(SecretString);
}

sealed_secrets! {
    /// An authorization code (RFC 6749 section 1.3.1): it comes out of a checked callback.
    AuthorizationCode(BoundText);
}

macro_rules! bound_secrets {
    ($($name:ident;)*) => {$(
        impl $name {
            /// The same, bound to the DPoP key with this thumbprint (RFC 9449): it is used with that key and no other, and never without one.
            /// For what was kept as text; what a server issues is marked when it arrives.
            #[must_use]
            pub fn bound_to(mut self, thumbprint: impl Into<String>) -> Self {
                self.0.key_thumbprint = Some(thumbprint.into().into_boxed_str());
                self
            }

            /// The thumbprint of the DPoP key that it is bound to; `None` where it is not bound to one, as far as is known. To be kept with it.
            pub fn dpop_thumbprint(&self) -> Option<&str> {
                self.0.key_thumbprint.as_deref()
            }
        }
    )*};
}

bound_secrets! {
    AccessToken;
    RefreshToken;
    AuthorizationCode;
}

impl AuthorizationCode {
    /// A code that no check of this crate has seen: an application that takes it from a callback by hand has to check `iss`, `state` and the rest itself.
    pub fn danger_unchecked(code: impl Into<String>) -> Self {
        Self::seal(code)
    }
}

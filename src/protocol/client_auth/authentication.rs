//! The choice of a mechanism, and how it is put on a request.

use super::basic::{self, BasicEncoding};
use crate::constants::parameters;
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::secret::ClientSecret;

/// How a client proves who it is.
///
/// RFC 6749 section 2.3.1, OpenID Connect Core section 9. Default: [`none`](Self::none); a [`ClientSecret`] alone turns into
/// `client_secret_basic`. A request carries exactly one mechanism; secrets never show in `Debug`.
///
/// # Example
/// ```
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::secret::ClientSecret;
///
/// let basic = ClientAuthentication::secret_basic("s3cret");
/// assert_eq!(basic.method(), "client_secret_basic");
/// assert_eq!(ClientAuthentication::from(ClientSecret::new("s3cret")).method(), "client_secret_basic");
/// assert!(!format!("{basic:?}").contains("s3cret"));
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `none`: a public client; `client_id` goes into the body.
    #[default]
    None,
    /// `client_secret_basic`: id and secret in the `Authorization` header.
    SecretBasic {
        /// The secret.
        secret: ClientSecret,
        /// How id and secret are encoded before they are joined.
        encoding: BasicEncoding,
    },
    /// `client_secret_post`: id and secret in the body.
    SecretPost {
        /// The secret.
        secret: ClientSecret,
    },
}

impl ClientAuthentication {
    /// `none`: a public client.
    pub fn none() -> Self {
        Self::None
    }

    /// `client_secret_basic`, id and secret form-encoded as RFC 6749 section 2.3.1 wants it.
    pub fn secret_basic(secret: impl Into<ClientSecret>) -> Self {
        Self::SecretBasic { secret: secret.into(), encoding: BasicEncoding::Form }
    }

    /// `client_secret_basic`, id and secret as they are (RFC 2617), for servers that do not decode them.
    pub fn secret_basic_raw(secret: impl Into<ClientSecret>) -> Self {
        Self::SecretBasic { secret: secret.into(), encoding: BasicEncoding::Raw }
    }

    /// `client_secret_post`.
    pub fn secret_post(secret: impl Into<ClientSecret>) -> Self {
        Self::SecretPost { secret: secret.into() }
    }

    /// The registered name of the method (IANA, OAuth Token Endpoint Authentication Methods).
    pub fn method(&self) -> &'static str {
        match self {
            Self::None => crate::constants::auth_methods::NONE,
            Self::SecretBasic { .. } => crate::constants::auth_methods::CLIENT_SECRET_BASIC,
            Self::SecretPost { .. } => crate::constants::auth_methods::CLIENT_SECRET_POST,
        }
    }

    /// The secret that the mechanism sends, so that an error can be kept clear of it.
    pub(crate) fn secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::None => None,
            Self::SecretBasic { secret, .. } | Self::SecretPost { secret } => Some(secret),
        }
    }

    /// Puts the mechanism on a request: into its parameters, or as the value of `Authorization`.
    pub(crate) fn apply(&self, client_id: &str, list: &mut Parameters) -> Result<Option<http::HeaderValue>, RequestError> {
        if client_id.is_empty() {
            return Err(RequestError::configuration("client_id", "is empty"));
        }
        match self {
            Self::None => {
                list.add(parameters::CLIENT_ID, client_id);
                Ok(None)
            }
            Self::SecretBasic { secret, encoding } => {
                list.stated_elsewhere(parameters::CLIENT_ID, client_id);
                basic::header(client_id, secret, *encoding).map(Some)
            }
            Self::SecretPost { secret } => {
                if secret.expose().is_empty() {
                    return Err(RequestError::configuration("client_secret", "is empty"));
                }
                list.add(parameters::CLIENT_ID, client_id);
                list.add(parameters::CLIENT_SECRET, secret.expose());
                Ok(None)
            }
        }
    }
}

impl From<ClientSecret> for ClientAuthentication {
    fn from(secret: ClientSecret) -> Self {
        Self::secret_basic(secret)
    }
}

//! The choice of a mechanism, and how it is put on a request.

use super::assertion::{self, AssertionAudience, JwtAssertion};
use super::basic::{self, BasicEncoding};
use super::context::AuthenticationContext;
use crate::constants::{client_auth_methods, parameters, token_types};
use crate::exchange::{AssertionSource, ClientAssertion, SigningKeySource};
use crate::jose::{KeyError, PrivateKey, SignatureAlgorithm};
use crate::protocol::bearer_credential::BearerCredential;
use crate::protocol::discovery::Endpoint;
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
    /// `client_secret_jwt`: an assertion with a MAC by the secret, which stays at home.
    SecretJwt {
        /// How assertions are made.
        assertion: JwtAssertion,
    },
    /// `private_key_jwt`: an assertion signed by the client's key.
    PrivateKeyJwt {
        /// How assertions are made.
        assertion: JwtAssertion,
    },
    /// An assertion that is made elsewhere, anew for every attempt.
    Assertion {
        /// Who makes it.
        source: AssertionSource,
        /// Whom it is for.
        audience: AssertionAudience,
    },
    /// `tls_client_auth`: the certificate of the HTTP client, issued by a trusted authority. mTLS aliases of endpoints are taken.
    TlsClientAuth,
    /// `self_signed_tls_client_auth`: the certificate of the HTTP client, registered by its key. mTLS aliases of endpoints are taken.
    SelfSignedTls,
    /// An access token in the place of the client's own credentials (RFC 7662 section 2.1): for introspection and the like, never for the
    /// token endpoint.
    Bearer {
        /// The token, fixed or read for every request.
        credential: BearerCredential,
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

    /// `client_secret_jwt` with an HMAC algorithm.
    ///
    /// # Errors
    /// [`KeyError`] where the secret is shorter than the hash, or the algorithm none for a secret.
    pub fn secret_jwt(secret: impl Into<ClientSecret>, algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        let key = PrivateKey::from_secret(secret.into().expose().as_bytes())?;
        Ok(Self::SecretJwt { assertion: JwtAssertion::new(key.signer(algorithm)?) })
    }

    /// `private_key_jwt` with a key in this process ([`PrivateKey::signer`]) or elsewhere ([`SigningKeySource`]). The key was checked when
    /// its signer was made.
    pub fn private_key_jwt(key: impl Into<SigningKeySource>) -> Self {
        Self::PrivateKeyJwt { assertion: JwtAssertion::new(key) }
    }

    /// An assertion that `source` makes, for the issuer.
    pub fn assertion(source: AssertionSource) -> Self {
        Self::Assertion { source, audience: AssertionAudience::default() }
    }

    /// `tls_client_auth`: the HTTP client brings a certificate that an authority issued.
    pub fn tls_client_auth() -> Self {
        Self::TlsClientAuth
    }

    /// `self_signed_tls_client_auth`: the HTTP client brings a certificate that was registered by its key.
    pub fn self_signed_tls() -> Self {
        Self::SelfSignedTls
    }

    /// An access token that allows the call, in the place of the client's credentials (RFC 7662 section 2.1): `client_id` is not sent.
    pub fn bearer(credential: impl Into<BearerCredential>) -> Self {
        Self::Bearer { credential: credential.into() }
    }

    /// The same with assertions for another audience; other mechanisms stay as they are.
    #[must_use]
    pub fn with_audience(self, audience: AssertionAudience) -> Self {
        match self {
            Self::SecretJwt { assertion } => Self::SecretJwt { assertion: assertion.with_audience(audience) },
            Self::PrivateKeyJwt { assertion } => Self::PrivateKeyJwt { assertion: assertion.with_audience(audience) },
            Self::Assertion { source, .. } => Self::Assertion { source, audience },
            other => other,
        }
    }

    /// The registered name of the method (IANA, OAuth Token Endpoint Authentication Methods).
    pub fn method(&self) -> &'static str {
        match self {
            Self::None => client_auth_methods::NONE,
            Self::SecretBasic { .. } => client_auth_methods::CLIENT_SECRET_BASIC,
            Self::SecretPost { .. } => client_auth_methods::CLIENT_SECRET_POST,
            Self::SecretJwt { .. } => client_auth_methods::CLIENT_SECRET_JWT,
            Self::PrivateKeyJwt { .. } | Self::Assertion { .. } => client_auth_methods::PRIVATE_KEY_JWT,
            Self::TlsClientAuth => client_auth_methods::TLS_CLIENT_AUTH,
            Self::SelfSignedTls => client_auth_methods::SELF_SIGNED_TLS_CLIENT_AUTH,
            // RFC 8414 section 2 lets metadata of the introspection endpoint name it so.
            Self::Bearer { .. } => token_types::BEARER,
        }
    }

    /// What the mechanism signs its assertions with, where it makes them here.
    pub(crate) fn signing_algorithm(&self) -> Option<SignatureAlgorithm> {
        match self {
            Self::SecretJwt { assertion } | Self::PrivateKeyJwt { assertion } => assertion.algorithm(),
            _ => None,
        }
    }

    /// Whom assertions are for, where the mechanism makes or fetches any.
    pub(crate) fn audience(&self) -> Option<&AssertionAudience> {
        match self {
            Self::SecretJwt { assertion } | Self::PrivateKeyJwt { assertion } => Some(assertion.audience()),
            Self::Assertion { audience, .. } => Some(audience),
            _ => None,
        }
    }

    /// The thumbprint of the key that signs assertions here.
    pub(crate) fn key_thumbprint(&self) -> Option<&str> {
        match self {
            Self::SecretJwt { assertion } | Self::PrivateKeyJwt { assertion } => assertion.key_thumbprint(),
            _ => None,
        }
    }

    /// The secret that the mechanism sends, so that an error can be kept clear of it.
    pub(crate) fn secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::SecretBasic { secret, .. } | Self::SecretPost { secret } => Some(secret),
            _ => None,
        }
    }

    /// Where to authenticate instead of at the endpoint itself: with a certificate at its mTLS alias, if it has one (RFC 8705 section 5).
    pub(crate) fn alias(&self, endpoint: &Endpoint) -> Result<Option<Endpoint>, RequestError> {
        match self {
            Self::TlsClientAuth | Self::SelfSignedTls => Ok(Some(endpoint.clone().behind_mutual_tls()?)),
            _ => Ok(None),
        }
    }

    /// Whether the mechanism puts the same on every attempt: an assertion is used once.
    pub(crate) fn is_same_every_time(&self) -> bool {
        !matches!(self, Self::SecretJwt { .. } | Self::PrivateKeyJwt { .. } | Self::Assertion { .. })
    }

    /// Puts the mechanism on a request: into its parameters, or as the value of `Authorization`.
    pub(crate) async fn apply(
        &self,
        context: &AuthenticationContext<'_>,
        list: &mut Parameters,
    ) -> Result<Option<http::HeaderValue>, RequestError> {
        if let Self::Bearer { credential } = self {
            return credential.header().map(Some);
        }
        let client_id = match (context.client_id, self) {
            (None, Self::None) => return Ok(None),
            (None, _) => return Err(RequestError::configuration("client_id", "is needed to authenticate the client")),
            (Some(""), _) => return Err(RequestError::configuration("client_id", "is empty")),
            (Some(client_id), _) => client_id,
        };
        if let Self::SecretBasic { secret, encoding } = self {
            list.stated_elsewhere(parameters::CLIENT_ID, client_id);
            return basic::header(client_id, secret, *encoding).map(Some);
        }
        list.add(parameters::CLIENT_ID, client_id);
        match self {
            Self::SecretPost { secret } if secret.expose().is_empty() => {
                return Err(RequestError::configuration("client_secret", "is empty"));
            }
            Self::SecretPost { secret } => list.add(parameters::CLIENT_SECRET, secret.expose()),
            Self::SecretJwt { assertion } | Self::PrivateKeyJwt { assertion } => add(list, &assertion.make(context, client_id).await?)?,
            Self::Assertion { source, audience } => {
                let request = assertion::request(context, client_id, audience)?;
                let made = context.port.assertion(source, request).await;
                add(list, &made.map_err(|source| RequestError::Assertion { source })?)?;
            }
            Self::None | Self::SecretBasic { .. } | Self::TlsClientAuth | Self::SelfSignedTls | Self::Bearer { .. } => {}
        }
        Ok(None)
    }
}

/// RFC 7521 section 4.2: an assertion and its type; half of it would be a request without authentication.
fn add(list: &mut Parameters, assertion: &ClientAssertion) -> Result<(), RequestError> {
    let (kind, text) = (assertion.assertion_type(), assertion.text().expose());
    if kind.is_empty() || text.is_empty() {
        return Err(RequestError::configuration("authentication", "was given an empty assertion, or one without a type"));
    }
    list.add(parameters::CLIENT_ASSERTION_TYPE, kind);
    list.add(parameters::CLIENT_ASSERTION, text);
    Ok(())
}

impl From<ClientSecret> for ClientAuthentication {
    fn from(secret: ClientSecret) -> Self {
        Self::secret_basic(secret)
    }
}

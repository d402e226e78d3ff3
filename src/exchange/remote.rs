//! Keys and credentials that live elsewhere: what an exchange asks a driver to fetch from a vault.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::jose::{BlockingSigner, PrivateKeySigner, SignatureAlgorithm, Signer, SignerError};
use crate::secret::SecretText;

/// Makes client assertions, perhaps in another system: the whole assertion is made elsewhere (RFC 7521 section 4.2).
///
/// Called **once for every attempt** at every endpoint that authenticates, so that no assertion is sent twice.
///
/// # Example
/// ```
/// use identity_model::exchange::{AssertionError, AssertionFactory, AssertionRequest, ClientAssertion};
///
/// struct Vault;
///
/// #[async_trait::async_trait]
/// impl AssertionFactory for Vault {
///     async fn assertion(&self, request: &AssertionRequest) -> Result<ClientAssertion, AssertionError> {
///         // asks the vault for an assertion whose `aud` is `request.audience()`
///         Ok(ClientAssertion::jwt(format!("header.{}.signature", request.client_id())))
///     }
/// }
/// ```
#[async_trait]
pub trait AssertionFactory: Send + Sync {
    /// An assertion for one attempt.
    ///
    /// # Errors
    /// [`AssertionError`], whose source says what happened.
    async fn assertion(&self, request: &AssertionRequest) -> Result<ClientAssertion, AssertionError>;
}

/// The blocking twin of [`AssertionFactory`].
pub trait BlockingAssertionFactory: Send + Sync {
    /// An assertion for one attempt.
    ///
    /// # Errors
    /// [`AssertionError`], whose source says what happened.
    fn assertion_blocking(&self, request: &AssertionRequest) -> Result<ClientAssertion, AssertionError>;
}

/// What an assertion is for.
#[derive(Debug, Clone)]
pub struct AssertionRequest {
    client_id: String,
    audience: String,
    now: SystemTime,
}

impl AssertionRequest {
    pub(crate) fn new(client_id: &str, audience: String, now: SystemTime) -> Self {
        Self { client_id: client_id.to_owned(), audience, now }
    }

    /// The client: `iss` and `sub`.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Whom the assertion is for: `aud`.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The time of the attempt.
    pub fn now(&self) -> SystemTime {
        self.now
    }
}

/// A client assertion and its type.
#[derive(Debug, Clone)]
pub struct ClientAssertion {
    assertion_type: String,
    text: SecretText,
}

impl ClientAssertion {
    /// A JWT (RFC 7523 section 2.2).
    pub fn jwt(text: impl Into<String>) -> Self {
        Self::of_type(crate::constants::client_assertion_types::JWT_BEARER, text)
    }

    /// An assertion of another registered type, such as SAML (RFC 7522 section 2.2).
    pub fn of_type(assertion_type: impl Into<String>, text: impl Into<String>) -> Self {
        Self { assertion_type: assertion_type.into(), text: SecretText::new(text) }
    }

    /// The value of `client_assertion_type`.
    pub fn assertion_type(&self) -> &str {
        &self.assertion_type
    }

    /// The assertion itself.
    pub fn text(&self) -> &SecretText {
        &self.text
    }
}

/// An assertion could not be made; its own error is the source.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the client assertion cannot be made")]
pub struct AssertionError(#[source] Arc<dyn std::error::Error + Send + Sync>);

impl AssertionError {
    /// Wraps what went wrong; it must show no secrets.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(source.into()))
    }
}

/// A signing key, here or elsewhere, for either driver.
///
/// A key in this process serves both; one elsewhere serves the driver whose kind of signer it is, and the other one rejects it with a
/// configuration error before anything is sent.
#[derive(Clone)]
pub struct SigningKeySource(Key);

#[derive(Clone)]
enum Key {
    Here(PrivateKeySigner),
    Elsewhere(Remote<dyn Signer, dyn BlockingSigner>),
}

/// The async and the blocking way to the same thing; at least one of them.
pub(crate) struct Remote<A: ?Sized, B: ?Sized> {
    pub(crate) asynchronous: Option<Arc<A>>,
    pub(crate) blocking: Option<Arc<B>>,
}

impl<A: ?Sized, B: ?Sized> Clone for Remote<A, B> {
    fn clone(&self) -> Self {
        Self { asynchronous: self.asynchronous.clone(), blocking: self.blocking.clone() }
    }
}

impl SigningKeySource {
    /// A key that an async signer guards: a KMS, an HSM.
    pub fn remote(signer: Arc<dyn Signer>) -> Self {
        Self(Key::Elsewhere(Remote { asynchronous: Some(signer), blocking: None }))
    }

    /// A key that a blocking signer guards.
    pub fn remote_blocking(signer: Arc<dyn BlockingSigner>) -> Self {
        Self(Key::Elsewhere(Remote { asynchronous: None, blocking: Some(signer) }))
    }

    /// The algorithm of its signatures; none only where there is no signer at all.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        match &self.0 {
            Key::Here(signer) => Some(signer.algorithm()),
            Key::Elsewhere(remote) => {
                let asynchronous = remote.asynchronous.as_ref().map(|signer| signer.algorithm());
                asynchronous.or_else(|| remote.blocking.as_ref().map(|signer| signer.algorithm()))
            }
        }
    }

    /// The thumbprint of a key in this process; `None` where it is not known.
    pub(crate) fn thumbprint(&self) -> Option<&str> {
        match &self.0 {
            Key::Here(signer) => signer.thumbprint(),
            Key::Elsewhere(_) => None,
        }
    }

    /// The `kid` of the key.
    pub fn key_id(&self) -> Option<&str> {
        match &self.0 {
            Key::Here(signer) => signer.key_id(),
            Key::Elsewhere(remote) => {
                let asynchronous = remote.asynchronous.as_ref().and_then(|signer| signer.key_id());
                asynchronous.or_else(|| remote.blocking.as_ref().and_then(|signer| signer.key_id()))
            }
        }
    }

    /// The signature where the key is in this process; else the order for a driver.
    pub(super) fn sign_here(&self, message: &[u8]) -> Result<Result<Vec<u8>, SignerError>, SignOrder> {
        match &self.0 {
            Key::Here(signer) => Ok(signer.sign_blocking(message)),
            Key::Elsewhere(remote) => Err(SignOrder { signer: remote.clone(), message: message.to_vec() }),
        }
    }
}

impl From<PrivateKeySigner> for SigningKeySource {
    fn from(signer: PrivateKeySigner) -> Self {
        Self(Key::Here(signer))
    }
}

impl fmt::Debug for SigningKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeySource").field("alg", &self.algorithm()).field("kid", &self.key_id()).finish_non_exhaustive()
    }
}

/// A message to be signed by a key elsewhere.
pub struct SignOrder {
    signer: Remote<dyn Signer, dyn BlockingSigner>,
    message: Vec<u8>,
}

impl SignOrder {
    /// Has it signed; `None` where the key has no async signer.
    pub async fn sign(&self) -> Option<Result<Vec<u8>, SignerError>> {
        Some(self.signer.asynchronous.as_ref()?.sign(&self.message).await)
    }

    /// Has it signed on the calling thread; `None` where the key has no blocking signer.
    pub fn sign_blocking(&self) -> Option<Result<Vec<u8>, SignerError>> {
        Some(self.signer.blocking.as_ref()?.sign_blocking(&self.message))
    }
}

impl fmt::Debug for SignOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignOrder").field("octets", &self.message.len()).finish_non_exhaustive()
    }
}

/// Who makes client assertions, for either driver.
#[derive(Clone)]
pub struct AssertionSource(Remote<dyn AssertionFactory, dyn BlockingAssertionFactory>);

impl AssertionSource {
    /// An async factory.
    pub fn new(factory: impl AssertionFactory + 'static) -> Self {
        Self(Remote { asynchronous: Some(Arc::new(factory)), blocking: None })
    }

    /// A blocking factory.
    pub fn new_blocking(factory: impl BlockingAssertionFactory + 'static) -> Self {
        Self(Remote { asynchronous: None, blocking: Some(Arc::new(factory)) })
    }

    /// The same with a blocking factory beside the async one.
    #[must_use]
    pub fn with_blocking(mut self, factory: impl BlockingAssertionFactory + 'static) -> Self {
        self.0.blocking = Some(Arc::new(factory));
        self
    }
}

impl fmt::Debug for AssertionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionSource").finish_non_exhaustive()
    }
}

/// An assertion to be made elsewhere.
#[derive(Debug)]
pub struct AssertOrder {
    pub(super) source: AssertionSource,
    pub(super) request: AssertionRequest,
}

impl AssertOrder {
    /// Has it made; `None` where there is no async factory.
    pub async fn assertion(&self) -> Option<Result<ClientAssertion, AssertionError>> {
        Some(self.source.0.asynchronous.as_ref()?.assertion(&self.request).await)
    }

    /// Has it made on the calling thread; `None` where there is no blocking factory.
    pub fn assertion_blocking(&self) -> Option<Result<ClientAssertion, AssertionError>> {
        Some(self.source.0.blocking.as_ref()?.assertion_blocking(&self.request))
    }
}

//! A token before it is signed: header, claims and how it will be sealed (RFC 7515 section 3.1).

use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::encoding::base64url;
use crate::environment::SystemEntropy;
use crate::jose::{BlockingSigner, JweEncrypter, JweHeader, KeyType, PrivateKey, SignatureAlgorithm};
use crate::secret::ClientSecret;
use crate::testing::provider::state::keys::{KeyRing, ServerKey};

/// The kinds of token a [`TestProvider`](crate::testing::provider::TestProvider) signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForgedKind {
    /// An access token as a JWT (RFC 9068).
    AccessToken,
    /// An ID token (OpenID Connect Core section 2).
    IdToken,
    /// A signed userinfo response (OpenID Connect Core section 5.3.2).
    UserInfo,
    /// A signed introspection response (RFC 9701 section 5).
    Introspection,
    /// An authorization response as a JWT (JARM section 2.1).
    AuthorizationResponse,
    /// A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4).
    LogoutToken,
    /// Claims about a user, for another provider to pass on (OpenID Connect Core section 5.6.2).
    Claims,
}

/// How a draft becomes a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testing::provider) enum Seal {
    Genuine,
    Unsigned,
    Altered,
    ForeignKey,
    HmacWithPublicKey,
}

/// A token that is about to be signed: change what you like, checks are for others.
///
/// It starts as the provider would issue it. Times are seconds since 1970 (RFC 7519 section 2); `alg` and `kid` follow from the key until
/// [`header`](Self::header) says otherwise, which changes what is written there and not the key that signs.
///
/// # Example
/// ```
/// use identity_model::jose::SignatureAlgorithm;
/// use identity_model::testing::TestProvider;
///
/// let provider = TestProvider::new();
/// let token = provider.mint_access_token(|token| {
///     token.algorithm(SignatureAlgorithm::ES256).claim("aud", "reports-api").claim("tenant", "north").without_claim("jti")
/// });
/// assert_eq!(token.expose().split('.').count(), 3);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a draft is no token yet"]
pub struct TokenDraft {
    header: Map<String, Value>,
    absent: Vec<String>,
    claims: Map<String, Value>,
    algorithm: SignatureAlgorithm,
    /// What HMAC algorithms sign with.
    secret: Option<ClientSecret>,
    encrypter: Option<JweEncrypter>,
    seal: Seal,
    issued_at: i64,
}

impl TokenDraft {
    pub(in crate::testing::provider) fn new(
        algorithm: SignatureAlgorithm,
        issued_at: i64,
        typ: Option<&str>,
        claims: Map<String, Value>,
    ) -> Self {
        let header = typ.map(|typ| ("typ".to_owned(), typ.into())).into_iter().collect();
        Self { header, absent: Vec::new(), claims, algorithm, secret: None, encrypter: None, seal: Seal::Genuine, issued_at }
    }

    /// Signs with the provider's newest key for this algorithm; HS256, HS384 and HS512 with the client's secret.
    pub fn algorithm(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Encrypts the signed token (OpenID Connect Core section 16.14).
    pub fn encrypted_with(mut self, encrypter: &JweEncrypter) -> Self {
        self.encrypter = Some(encrypter.clone());
        self
    }

    /// Sets a member of the header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.absent.retain(|absent| *absent != name);
        self.header.insert(name, value.into());
        self
    }

    /// Leaves a member of the header out.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.absent.push(name.into());
        self
    }

    /// Sets a claim.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets `exp` to so many seconds after the token is issued; negative for a token that is expired.
    pub fn expires_in(self, seconds: i64) -> Self {
        let expires_at = self.issued_at.saturating_add(seconds);
        self.claim("exp", expires_at)
    }

    /// The claims as they stand.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The moment of issue, in seconds since 1970.
    pub fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// The client's secret, for HMAC algorithms.
    pub(in crate::testing::provider) fn secret(mut self, secret: Option<ClientSecret>) -> Self {
        self.secret = secret;
        self
    }

    pub(in crate::testing::provider) fn key_algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    pub(in crate::testing::provider) fn sealed(mut self, seal: Seal) -> Self {
        self.seal = seal;
        self
    }

    /// The token in compact form.
    pub(in crate::testing::provider) fn sign(&self, keys: &KeyRing) -> Result<String, String> {
        let key = self.key(keys)?;
        let mut header = Map::from_iter([("alg".to_owned(), self.algorithm.name().into())]);
        header.extend(key.id().map(|id| ("kid".to_owned(), id.into())));
        header.extend(self.header.clone());
        header.retain(|name, _| !self.absent.contains(name));
        let encoded = |part: &Map<String, Value>| base64url::encode(Value::Object(part.clone()).to_string());
        let message = format!("{}.{}", encoded(&header), encoded(&self.claims));
        let signature = self.signature(&key, message.as_bytes())?;
        let token = format!("{message}.{}", base64url::encode(signature));
        match &self.encrypter {
            None => Ok(token),
            Some(encrypter) => encrypter.encrypt(&JweHeader::nested(), token.as_bytes(), &SystemEntropy).map_err(|error| error.to_string()),
        }
    }

    fn key(&self, keys: &KeyRing) -> Result<SigningKey, String> {
        if self.algorithm.key_type() != KeyType::Octet {
            let missing = || format!("the provider has no key for {}", self.algorithm.name());
            return keys.newest(self.algorithm).map(SigningKey::Pair).ok_or_else(missing);
        }
        let secret = self.secret.clone().ok_or("the client has no secret to sign with")?;
        Ok(SigningKey::Secret(secret, self.algorithm))
    }

    fn signature(&self, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, String> {
        match self.seal {
            Seal::Genuine => key.sign(message),
            Seal::Unsigned => Ok(Vec::new()),
            Seal::ForeignKey => key.foreign().sign(message),
            Seal::HmacWithPublicKey => Ok(hmac_sha256(key.public_text()?.as_bytes(), message)),
            Seal::Altered => {
                let mut signature = key.sign(message)?;
                let middle = signature.len() / 2;
                if let Some(byte) = signature.get_mut(middle) {
                    *byte ^= 1;
                }
                Ok(signature)
            }
        }
    }
}

/// What a token is signed with.
enum SigningKey {
    Pair(Arc<ServerKey>),
    Secret(ClientSecret, SignatureAlgorithm),
}

impl SigningKey {
    fn id(&self) -> Option<&str> {
        match self {
            Self::Pair(key) => Some(&key.id),
            Self::Secret(..) => None,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Pair(key) => key.sign(message),
            Self::Secret(secret, algorithm) => {
                let key = PrivateKey::from_secret(secret.expose().as_bytes()).and_then(|key| key.signer(*algorithm));
                key.map_err(|error| error.to_string())?.sign_blocking(message).map_err(|error| error.to_string())
            }
        }
    }

    /// A key of the same kind that belongs to no provider.
    fn foreign(&self) -> Self {
        match self {
            Self::Pair(key) => Self::Pair(ServerKey::unpublished(key.algorithm)),
            Self::Secret(_, algorithm) => Self::Secret("a secret of nobody ".repeat(4).into(), *algorithm),
        }
    }

    fn public_text(&self) -> Result<String, String> {
        match self {
            Self::Pair(key) => Ok(key.public_jwk()?.to_string()),
            Self::Secret(..) => Err("a secret has no public half".to_owned()),
        }
    }
}

/// RFC 2104. By hand, since no key of this crate would sign with a secret of that kind.
fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    let hashed = Sha256::digest(secret);
    let secret = if secret.len() > block.len() { hashed.as_slice() } else { secret };
    for (byte, secret) in block.iter_mut().zip(secret) {
        *byte = *secret;
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 test cases 2 and 6 (a secret longer than the block).
    #[test]
    fn the_hmac_is_that_of_rfc_4231() {
        let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            hex(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}

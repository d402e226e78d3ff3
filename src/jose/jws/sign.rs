//! Making a compact JWS: RFC 7515 section 5.1.

use serde_json::{Map, Value};

use crate::encoding::base64url;
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::signer::{BlockingSigner, Signer, SignerError, check_size};

/// Members that the signing writes by itself, and those that would change what is signed.
const RESERVED: [&str; 5] = ["alg", "kid", "typ", "crit", "b64"];

/// The header of a token to be: `alg` and `kid` come from the signer, `typ` and the rest from here.
///
/// RFC 7515 section 4.1. Members are written in the order `alg`, `kid`, `typ`, then the others by name.
///
/// # Example
/// ```
/// use identity_model::jose::JwsHeader;
///
/// let header = JwsHeader::new().typ("dpop+jwt").member("nonce", "n-1");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JwsHeader {
    typ: Option<String>,
    key_id: Option<String>,
    omit_key_id: bool,
    members: Map<String, Value>,
}

impl JwsHeader {
    /// Nothing but what the signer says.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `typ`. Default: absent.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Sets `kid`. Default: the signer's.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Leaves `kid` out, whatever the signer says (DPoP proofs carry the whole key instead).
    #[must_use]
    pub fn without_key_id(mut self) -> Self {
        self.omit_key_id = true;
        self
    }

    /// Adds another member (`jwk`, `x5t#S256`, …). `alg`, `kid`, `typ`, `crit` and `b64` are rejected when the token is made.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    fn write(&self, algorithm: SignatureAlgorithm, signer_key_id: Option<&str>) -> Result<String, SignerError> {
        if let Some(member) = self.members.keys().find(|name| RESERVED.contains(&name.as_str())) {
            return Err(SignerError::ReservedMember { member: member.clone() });
        }
        let key_id = self.key_id.as_deref().or(signer_key_id).filter(|_| !self.omit_key_id);
        let own = [("alg", Some(algorithm.name())), ("kid", key_id), ("typ", self.typ.as_deref())];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, Value::from(value?))));
        let mut others: Vec<_> = self.members.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        // A build may keep JSON maps in insertion order: what is signed must not depend on that.
        others.sort_unstable_by_key(|(name, _)| *name);
        let members: Vec<String> = own.chain(others).map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
        Ok(format!("{{{}}}", members.join(",")))
    }
}

/// A token that lacks its signature: what a signer elsewhere has to sign, and where the signature goes.
///
/// # Example
/// ```
/// use identity_model::jose::{JwsHeader, SignatureAlgorithm, UnsignedJws};
///
/// let unsigned = UnsignedJws::new(&JwsHeader::new(), b"{}", SignatureAlgorithm::ES256, Some("k"))?;
/// assert_eq!(unsigned.signing_input(), "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30");
/// let token = unsigned.attach(&[1; 64])?;
/// assert!(token.starts_with("eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30.AQEB"));
/// # Ok::<(), identity_model::jose::SignerError>(())
/// ```
#[derive(Clone)]
pub struct UnsignedJws {
    text: String,
    algorithm: SignatureAlgorithm,
}

impl UnsignedJws {
    /// Puts header and payload together.
    ///
    /// # Errors
    /// [`SignerError::ReservedMember`] where the header sets what it must not.
    pub fn new(header: &JwsHeader, payload: &[u8], algorithm: SignatureAlgorithm, key_id: Option<&str>) -> Result<Self, SignerError> {
        let header = header.write(algorithm, key_id)?;
        Ok(Self { text: format!("{}.{}", base64url::encode(header), base64url::encode(payload)), algorithm })
    }

    /// What is to be signed.
    pub fn signing_input(&self) -> &str {
        &self.text
    }

    /// The algorithm the header names.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The finished token.
    ///
    /// # Errors
    /// [`SignerError::SignatureSize`] where the signature cannot be one of the algorithm.
    pub fn attach(self, signature: &[u8]) -> Result<String, SignerError> {
        check_size(self.algorithm, signature)?;
        let mut token = self.text;
        token.push('.');
        token.push_str(&base64url::encode(signature));
        Ok(token)
    }
}

impl std::fmt::Debug for UnsignedJws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedJws").field("alg", &self.algorithm).finish_non_exhaustive()
    }
}

/// Signs `payload` into a compact JWS.
///
/// RFC 7515 section 7.1. The payload may be any octets.
///
/// # Errors
/// [`SignerError`]: the signer failed, gave a signature of a wrong length, or the header sets what it must not.
pub async fn sign_compact(header: &JwsHeader, payload: &[u8], signer: &dyn Signer) -> Result<String, SignerError> {
    let unsigned = UnsignedJws::new(header, payload, signer.algorithm(), signer.key_id())?;
    let signature = signer.sign(unsigned.signing_input().as_bytes()).await?;
    unsigned.attach(&signature)
}

/// Signs `payload` into a compact JWS, blocking the thread if the signer does.
///
/// # Errors
/// As [`sign_compact`].
pub fn sign_compact_blocking(header: &JwsHeader, payload: &[u8], signer: &dyn BlockingSigner) -> Result<String, SignerError> {
    let unsigned = UnsignedJws::new(header, payload, signer.algorithm(), signer.key_id())?;
    let signature = signer.sign_blocking(unsigned.signing_input().as_bytes())?;
    unsigned.attach(&signature)
}

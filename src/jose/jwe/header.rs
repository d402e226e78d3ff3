//! The header of an encrypted token to be: RFC 7516 section 4.1.

use serde_json::{Map, Value};

/// Members that the encryption writes by itself, and those that would change what it means.
pub(super) const RESERVED: [&str; 14] = ["alg", "enc", "kid", "typ", "cty", "epk", "apu", "apv", "iv", "tag", "zip", "crit", "p2s", "p2c"];

/// The header of a token to be: `alg`, `enc`, `kid` and the members of the algorithm come from the encryption, `typ`, `cty` and the rest
/// from here.
///
/// RFC 7516 section 4.1. Members are written in the order `alg`, `kid`, those of the algorithm, `enc`, `typ`, `cty`, then the others by
/// name.
///
/// # Example
/// ```
/// use identity_model::jose::JweHeader;
///
/// let header = JweHeader::nested(); // {"cty":"JWT", …}: the content is a signed token
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JweHeader {
    pub(super) typ: Option<String>,
    pub(super) cty: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) omit_key_id: bool,
    pub(super) apu: Vec<u8>,
    pub(super) apv: Vec<u8>,
    pub(super) members: Map<String, Value>,
}

impl JweHeader {
    /// Nothing but what the key and the algorithms say.
    pub fn new() -> Self {
        Self::default()
    }

    /// For content that is a signed token: `cty` is `JWT` (RFC 7519 section 5.2).
    pub fn nested() -> Self {
        Self::new().cty("JWT")
    }

    /// Sets `typ`. Default: absent.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Sets `cty`. Default: absent.
    #[must_use]
    pub fn cty(mut self, cty: impl Into<String>) -> Self {
        self.cty = Some(cty.into());
        self
    }

    /// Sets `kid`. Default: the recipient key's.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Leaves `kid` out, whatever the key says.
    #[must_use]
    pub fn without_key_id(mut self) -> Self {
        self.omit_key_id = true;
        self
    }

    /// Names the parties of a key agreement, `apu` and `apv` (RFC 7518 section 4.6.1): at most 1024 octets each. Other algorithms
    /// leave them out.
    #[must_use]
    pub fn parties(mut self, producer: impl Into<Vec<u8>>, recipient: impl Into<Vec<u8>>) -> Self {
        (self.apu, self.apv) = (producer.into(), recipient.into());
        self
    }

    /// Adds another member (`iss`, `x5t#S256`, …). What the encryption writes itself, and `zip` and `crit`, are rejected when the token
    /// is made.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }
}

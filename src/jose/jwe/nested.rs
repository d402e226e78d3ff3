//! A signed token inside an encrypted one: RFC 7519 section 5.2 and appendix A.2, OpenID Connect Core section 16.14.

use std::fmt;

use crate::jose::error::JoseError;
use crate::jose::jws::{CompactJws, JoseHeader, TokenLimits};

/// The signed token that an encrypted one held. Its signature is yet to be checked.
#[derive(Clone)]
pub struct NestedJws {
    header: JoseHeader,
    token: String,
}

impl NestedJws {
    /// J14: three parts and nothing else. `cty` says `JWT` or is absent.
    pub(super) fn from_decrypted(header: JoseHeader, plaintext: Vec<u8>) -> Result<Self, JoseError> {
        if let Some(content_type) = header.cty().filter(|_| !header.announces_token()) {
            return Err(JoseError::header_member("cty", "`JWT` or absent", content_type));
        }
        match String::from_utf8(plaintext) {
            Ok(token) if looks_signed(&token) => Ok(Self { header, token }),
            _ => Err(JoseError::ContentNotSigned),
        }
    }

    /// The header of the encrypted token around it.
    pub fn outer_header(&self) -> &JoseHeader {
        &self.header
    }

    /// The signed token in compact form, not yet verified.
    pub fn unverified_token(&self) -> &str {
        &self.token
    }

    /// Takes the signed token apart.
    ///
    /// # Errors
    /// As [`CompactJws::parse`].
    pub fn parse(&self, limits: TokenLimits) -> Result<CompactJws<'_>, JoseError> {
        CompactJws::parse(&self.token, limits)
    }
}

/// Three parts in the letters of base64url. Whether they make a signed token, its own parser says.
fn looks_signed(token: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    token.split('.').count() == 3 && token.bytes().all(|byte| byte == b'.' || letter(byte))
}

impl fmt::Debug for NestedJws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NestedJws").field("outer_header", &self.header).finish_non_exhaustive()
    }
}

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
    /// J14: three parts and nothing else. `cty` is absent or names a kind of JWT: servers write there what they write into `typ`.
    pub(super) fn from_decrypted(header: JoseHeader, plaintext: Vec<u8>) -> Result<Self, JoseError> {
        if let Some(content_type) = header.cty().filter(|content_type| !header.announces_token() && !names_jwt(content_type)) {
            return Err(JoseError::header_member("cty", "`JWT`, a media type of a JWT (`at+jwt`), or absent", content_type));
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

/// A media type with the structured suffix `+jwt` (RFC 8417 section 7.2), with or without `application/`.
fn names_jwt(content_type: &str) -> bool {
    let suffix = content_type.rsplit_once('+').map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("jwt"))
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

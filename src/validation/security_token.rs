//! What a token is by its form: a JWT, signed or encrypted, or a text that means something to its server alone.

use std::fmt;

use super::{JwtSecurityToken, ValidationError, danger_read_unverified};
use crate::encoding::base64url;
use crate::secret::AccessToken;

/// The form of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenForm {
    /// A signed JWT: three parts, the first of them a JSON object (RFC 7515 section 7.1).
    SignedJwt,
    /// An encrypted JWT: five parts, the first of them a JSON object (RFC 7516 section 7.1).
    EncryptedJwt,
    /// Anything else: what it stands for only its server knows (RFC 6749 section 1.4).
    Opaque,
}

impl TokenForm {
    /// The form of this text, by its parts and the first few characters: nothing else is read, and nothing is checked.
    pub fn of(token: &str) -> Self {
        // Six octets: more white space than that in front of a header does not occur.
        let starts_an_object = |header: &str| {
            let start = header.get(..header.len().min(8)).map(base64url::decode);
            matches!(start, Some(Ok(octets)) if octets.trim_ascii_start().starts_with(b"{"))
        };
        let form = match token.split('.').take(6).count() {
            3 => Self::SignedJwt,
            5 => Self::EncryptedJwt,
            _ => return Self::Opaque,
        };
        let is_jwt = token.split('.').next().is_some_and(starts_an_object);
        if is_jwt { form } else { Self::Opaque }
    }
}

/// A token as it came, of whatever form: one face over JWT and opaque tokens.
///
/// RFC 6749 section 1.4, RFC 7519. **Nothing about it is checked**: what may be believed of it says a
/// [`TokenValidator`](crate::keys::TokenValidator), which takes it as it is and responds with a [`ValidatedToken`](super::ValidatedToken).
/// `Debug` shows the form alone.
///
/// # Example
/// ```
/// use identity_model::validation::{SecurityToken, TokenForm};
///
/// let jwt = SecurityToken::new("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiIxIn0.c2ln");
/// assert_eq!(jwt.form(), TokenForm::SignedJwt);
/// let looked_into = jwt.danger_read_unverified()?;
/// assert_eq!(looked_into.header().key_id(), Some("a"));
/// assert_eq!(looked_into.unverified_payload().subject(), Some("1"));
///
/// let opaque = SecurityToken::new("2YotnFZFEjr1zCsicMWpAA");
/// assert!(!opaque.is_jwt() && opaque.danger_read_unverified().is_err());
/// # Ok::<(), identity_model::validation::ValidationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecurityToken {
    text: AccessToken,
    form: TokenForm,
}

impl SecurityToken {
    /// The token with this text.
    pub fn new(text: impl Into<AccessToken>) -> Self {
        let text = text.into();
        let form = TokenForm::of(text.expose());
        Self { text, form }
    }

    /// Its form.
    pub fn form(&self) -> TokenForm {
        self.form
    }

    /// Whether it is a JWT by its form, signed or encrypted.
    pub fn is_jwt(&self) -> bool {
        self.form != TokenForm::Opaque
    }

    /// Its text: for the wire, never for a log.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// Looks into a signed JWT without validating it: what stands there is untrusted. For tools, logs and tests, never for a
    /// decision.
    ///
    /// # Errors
    /// [`ValidationError`] where it is not a signed JWT with sound JSON in it.
    pub fn danger_read_unverified(&self) -> Result<JwtSecurityToken, ValidationError> {
        danger_read_unverified(self.expose())
    }
}

impl<T: Into<AccessToken>> From<T> for SecurityToken {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for SecurityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityToken").field("form", &self.form).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_jwt_by_its_parts_and_the_start_of_its_header() {
        let header = base64url::encode(r#"{"alg":"ES256"}"#);
        let spaced = base64url::encode("\r\n {\"alg\":\"ES256\"}");
        for (text, form) in [
            (format!("{header}.e30.c2ln"), TokenForm::SignedJwt),
            (format!("{spaced}.e30.c2ln"), TokenForm::SignedJwt),
            (format!("{header}.."), TokenForm::SignedJwt),
            ("e30.e30.".to_owned(), TokenForm::SignedJwt),
            (format!("{header}.a.b.c.d"), TokenForm::EncryptedJwt),
            (header.clone(), TokenForm::Opaque),
            (format!("{header}.e30"), TokenForm::Opaque),
            (format!("{header}.a.b.c"), TokenForm::Opaque),
            (format!("{header}.a.b.c.d.e"), TokenForm::Opaque),
            (format!("{header}.a.b.c.d.e.f.g.h"), TokenForm::Opaque),
            ("a.b.c".to_owned(), TokenForm::Opaque),
            ("ya29.abc.def".to_owned(), TokenForm::Opaque),
            (format!("{}.e30.c2ln", base64url::encode("[1,2]")), TokenForm::Opaque),
            ("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}.e30.x".to_owned(), TokenForm::Opaque),
            ("..".to_owned(), TokenForm::Opaque),
            (String::new(), TokenForm::Opaque),
        ] {
            assert_eq!(TokenForm::of(&text), form, "{text}");
            assert_eq!(SecurityToken::new(text.as_str()).is_jwt(), form != TokenForm::Opaque);
        }
    }

    #[test]
    fn debug_shows_the_form_alone() {
        let token = SecurityToken::from("2YotnFZFEjr1zCsicMWpAA");
        assert_eq!(format!("{token:?}"), "SecurityToken { form: Opaque, .. }");
        assert_eq!(token.expose(), "2YotnFZFEjr1zCsicMWpAA");
    }
}

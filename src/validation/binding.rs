//! Tokens that are bound to a key: the claim `cnf` (RFC 7800 section 3.1) with `jkt` (RFC 9449 section 6.1) and `x5t#S256` (RFC 8705
//! section 3.1).

use crate::encoding::json::{JsonKind, JsonValue};
use crate::secret::constant_time_eq;

/// What the sender of a token has proven to possess, checked elsewhere: a DPoP key, a client certificate, both or nothing.
///
/// A token that carries `cnf` is rejected as a plain bearer. Every way of binding that is known here (`jkt`, `x5t#S256`) must fit what
/// was proven; unknown ones are ignored, and if none is known the token is rejected. Default: nothing was proven.
///
/// # Example
/// ```
/// use identity_model::validation::Binding;
///
/// let proven = Binding::none().with_key_thumbprint("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
/// assert_ne!(proven, Binding::none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Binding {
    key: Option<Box<str>>,
    certificate: Option<Box<str>>,
}

/// Why a binding does not hold.
pub(crate) enum BindingFault {
    /// `cnf`, or a member of it, is not as it must be: the member and what was expected.
    Malformed(&'static str, &'static str),
    /// Bound by this member, and nothing was proven for it.
    NotProven(&'static str),
    /// Bound by this member to something else.
    Mismatch(&'static str),
    /// No member is known.
    Unknown,
    /// A DPoP proof came with a token that has no `jkt`.
    NotBound,
}

impl Binding {
    /// Nothing was proven: the token is a plain bearer.
    pub fn none() -> Self {
        Self::default()
    }

    /// A DPoP proof was checked, and its key has this SHA-256 thumbprint (RFC 7638, base64url). The token must be bound to it.
    #[must_use]
    pub fn with_key_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.key = Some(thumbprint.into().into_boxed_str());
        self
    }

    /// The TLS handshake proved the certificate with this SHA-256 thumbprint (base64url). A token that is not bound to a certificate
    /// is accepted as well.
    #[must_use]
    pub fn with_certificate_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.certificate = Some(thumbprint.into().into_boxed_str());
        self
    }

    /// Compares with the `cnf` of a token, or of an introspection response.
    pub(crate) fn check(&self, confirmation: Option<JsonValue<'_>>) -> Result<(), BindingFault> {
        let Some(confirmation) = confirmation else {
            return if self.key.is_some() { Err(BindingFault::NotBound) } else { Ok(()) };
        };
        if confirmation.kind() != JsonKind::Object {
            return Err(BindingFault::Malformed("cnf", "an object"));
        }
        let mut known = 0_usize;
        let mut bound_to_key = false;
        for (name, value) in confirmation.members().into_iter().flatten() {
            let (member, proven) = match &*name {
                "jkt" => ("cnf.jkt", &self.key),
                "x5t#S256" => ("cnf.x5t#S256", &self.certificate),
                _ => continue,
            };
            known += 1;
            bound_to_key |= member == "cnf.jkt";
            let expected = value.as_str().ok_or(BindingFault::Malformed(member, "a string"))?;
            let proven = proven.as_ref().ok_or(BindingFault::NotProven(member))?;
            if !constant_time_eq(proven.as_bytes(), expected.as_bytes()) {
                return Err(BindingFault::Mismatch(member));
            }
        }
        match (known, &self.key) {
            (0, _) => Err(BindingFault::Unknown),
            (_, Some(_)) if !bound_to_key => Err(BindingFault::NotBound),
            _ => Ok(()),
        }
    }
}

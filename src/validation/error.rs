//! Why a token was rejected: facts for the log, one sentence for the outside.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use super::TokenKind;
use super::error_kind::ValidationErrorKind;
use crate::encoding::json::{JsonError, printable};
use crate::error_kind::Class;
use crate::jose::{JoseError, KeySelectionError};

/// How far a token came before it was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationStage {
    /// Before its signature was looked at: form, header, kind, issuer, expiry. No key was asked for.
    Inspection,
    /// At the choice of a key, or by the signature.
    Signature,
    /// By its claims: the token is the issuer's own.
    Claims,
}

/// A token was rejected: which rule, which claim, what was expected, what was found.
///
/// One pointer wide, cheap to move. `Display` and `Debug` are for the log: they are precise, bounded and escaped, and hold neither the
/// token nor a secret (a nonce, a hash). What may be sent back to the sender of the token is [`public_message`](Self::public_message).
///
/// # Example
/// ```
/// use std::time::SystemTime;
/// use identity_model::validation::{Inspected, TokenValidationOptions, ValidationErrorKind};
///
/// let options = TokenValidationOptions::access_token().issuer("https://issuer.example.com").audience("api").build();
/// let error = Inspected::new("not a token", &options, SystemTime::UNIX_EPOCH).unwrap_err();
/// assert_eq!(error.kind(), ValidationErrorKind::Malformed);
/// assert!(!error.wants_newer_keys());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ValidationError(Box<Facts>);

#[derive(Clone, PartialEq, Eq)]
struct Facts {
    kind: ValidationErrorKind,
    stage: ValidationStage,
    token: TokenKind,
    claim: Option<Cow<'static, str>>,
    expected: Option<Cow<'static, str>>,
    found: Option<String>,
    hint: Option<&'static str>,
    validator: Option<String>,
    cause: Option<Cause>,
}

#[derive(Clone, PartialEq, Eq)]
enum Cause {
    Jose(JoseError),
    Json(JsonError),
}

impl ValidationError {
    /// What the place that rejected the token says about a remedy.
    pub(super) fn own_hint(&self) -> Option<&'static str> {
        self.0.hint
    }

    /// Which rule rejected the token.
    pub fn kind(&self) -> ValidationErrorKind {
        self.0.kind
    }

    /// How far the token came.
    pub fn stage(&self) -> ValidationStage {
        self.0.stage
    }

    /// The kind of token that was wanted.
    pub fn token_kind(&self) -> TokenKind {
        self.0.token
    }

    /// A stable name of the rule in `snake_case`, for programs and dashboards; finer than [`kind`](Self::kind) where the signature
    /// layer rejected the token.
    pub fn code(&self) -> &'static str {
        self.class().code
    }

    /// The row of the rule, under the finer name of the signature layer where that layer rejected the token.
    pub(crate) fn class(&self) -> Class {
        match &self.0.cause {
            Some(Cause::Jose(error)) if self.0.kind != ValidationErrorKind::Encrypted => error.class().caused_by(self.0.kind.class()),
            _ => self.0.kind.class(),
        }
    }

    /// The claim or header member at fault, if one is.
    pub fn claim(&self) -> Option<&str> {
        match &self.0.cause {
            Some(Cause::Jose(JoseError::HeaderMember { member, .. })) => Some(member),
            _ => self.0.claim.as_deref(),
        }
    }

    /// What was expected.
    pub fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What was found, bounded and escaped; none where it is absent, or secret.
    pub fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// The name of the caller's own validator that rejected.
    pub fn validator(&self) -> Option<&str> {
        self.0.validator.as_deref()
    }

    /// The signature layer's own error, where that layer rejected.
    pub fn jose_error(&self) -> Option<&JoseError> {
        match &self.0.cause {
            Some(Cause::Jose(error)) => Some(error),
            _ => None,
        }
    }

    /// A message that is safe to send back: the same for every failure, so it is no oracle.
    pub fn public_message(&self) -> &'static str {
        "The token is not valid."
    }

    /// Whether a newer key set could change the verdict: no key fits, or the signature fails under the key that was named.
    ///
    /// Ask for new keys at most once, and no more often than a cool-down allows: anyone can write an unknown `kid`.
    pub fn wants_newer_keys(&self) -> bool {
        matches!(self.0.kind, ValidationErrorKind::KeyNotFound | ValidationErrorKind::SignatureInvalid)
    }

    /// Whether the caller's own settings are at fault, whatever the token.
    pub fn is_configuration(&self) -> bool {
        self.0.kind == ValidationErrorKind::Configuration
    }

    pub(super) fn new(kind: ValidationErrorKind, stage: ValidationStage, token: TokenKind) -> Self {
        Self(Box::new(Facts { kind, stage, token, claim: None, expected: None, found: None, hint: None, validator: None, cause: None }))
    }

    pub(super) fn jose(error: JoseError, stage: ValidationStage, token: TokenKind) -> Self {
        use ValidationErrorKind as Kind;
        let kind = match &error {
            JoseError::Parts { found: 5, .. } => Kind::Encrypted,
            JoseError::Critical { .. } => Kind::CriticalHeader,
            JoseError::AlgorithmNotAllowed { .. }
            | JoseError::KeyManagementNotAllowed { .. }
            | JoseError::ContentEncryptionNotAllowed { .. }
            | JoseError::NeverAccepted { .. } => Kind::AlgorithmNotAllowed,
            JoseError::NoDecryptionKey { .. } | JoseError::SeveralDecryptionKeys { .. } => Kind::DecryptionKeyNotFound,
            JoseError::Decryption => Kind::DecryptionFailed,
            JoseError::ContentNotSigned => Kind::NotSigned,
            JoseError::NoAlgorithmAllowed | JoseError::Crypto(_) => Kind::Configuration,
            JoseError::Selection(
                KeySelectionError::UnknownKeyId { .. }
                | KeySelectionError::Unnamed { .. }
                | KeySelectionError::Skipped { .. }
                | KeySelectionError::NoneFits { .. },
            ) => Kind::KeyNotFound,
            JoseError::Selection(_) => Kind::KeyAmbiguous,
            JoseError::Key(_) => Kind::KeyUnusable,
            JoseError::Signature { .. } => Kind::SignatureInvalid,
            _ => Kind::Malformed,
        };
        let mut rejected = Self::new(kind, stage, token);
        rejected.0.cause = Some(Cause::Jose(error));
        rejected
    }

    pub(super) fn payload(error: JsonError, token: TokenKind) -> Self {
        let mut rejected = Self::new(ValidationErrorKind::Malformed, ValidationStage::Inspection, token);
        rejected.0.cause = Some(Cause::Json(error));
        rejected
    }

    pub(super) fn claim_named(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.0.claim = Some(match claim.into() {
            Cow::Borrowed(name) => Cow::Borrowed(name),
            Cow::Owned(name) => Cow::Owned(printable(&name)),
        });
        self
    }

    pub(super) fn expecting(mut self, expected: impl Into<Cow<'static, str>>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    /// `found` comes from the wire: escaped and cut.
    pub(super) fn finding(mut self, found: &str) -> Self {
        self.0.found = Some(bounded(found));
        self
    }

    pub(super) fn by_validator(mut self, name: &str) -> Self {
        self.0.validator = Some(printable(name));
        self
    }

    pub(super) fn hinting(mut self, hint: Option<&'static str>) -> Self {
        self.0.hint = hint;
        self
    }
}

/// Control characters escaped, cut where an issuer's address would long have ended.
fn bounded(text: &str) -> String {
    const LIMIT: usize = 256;
    let mut shown: String = text.chars().take(LIMIT).flat_map(char::escape_debug).collect();
    if text.chars().nth(LIMIT).is_some() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rejected: ", self.0.token)?;
        match &self.0.cause {
            Some(Cause::Jose(error)) if self.0.kind != ValidationErrorKind::Encrypted => write!(f, "{error}")?,
            _ => f.write_str(self.0.kind.message())?,
        }
        if let Some(validator) = &self.0.validator {
            write!(f, ", `{validator}`")?;
        }
        let facts = [("`", "`", self.0.claim.as_deref()), ("expected \"", "\"", self.expected()), ("found \"", "\"", self.found())];
        let mut separator = ": ";
        for (before, after, fact) in facts {
            if let Some(fact) = fact {
                write!(f, "{separator}{before}{fact}{after}")?;
                separator = ", ";
            }
        }
        self.hint().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Debug for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ValidationError");
        shown.field("code", &self.code()).field("stage", &self.0.stage).field("message", &format_args!("{self}"));
        if let Some(source) = self.source() {
            shown.field("source", &format_args!("{source}"));
        }
        shown.finish()
    }
}

impl StdError for ValidationError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Some(Cause::Jose(error)) => error.source(),
            Some(Cause::Json(error)) => Some(error),
            None => None,
        }
    }
}

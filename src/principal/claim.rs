//! One statement about a subject: a type, a value as text, and its issuer.

use std::fmt;
use std::sync::Arc;

use crate::document::Document;
use crate::encoding::json::{JsonKind, JsonValue};

/// What the text of a claim's value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClaimValueType {
    /// A string.
    String,
    /// A JSON number, with all the digits it came with.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A JSON object, or an array inside an array, as JSON text.
    Json,
}

impl ClaimValueType {
    /// The name of the type: `string`, `number`, `boolean`, `json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for ClaimValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One statement about a subject: type, value as text, the type of the value, and its issuer.
///
/// Cheap to clone. `Debug` shows the claim's type and the type of its value, never the value.
///
/// # Example
/// ```
/// use identity_model::principal::{Claim, ClaimValueType};
///
/// let claim = Claim::new("department", "sales");
/// assert_eq!((claim.claim_type(), claim.value()), ("department", "sales"));
/// assert_eq!(claim.value_type(), ClaimValueType::String);
/// assert_eq!(claim.issuer(), Claim::LOCAL_ISSUER);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    claim_type: Arc<str>,
    value: Arc<str>,
    value_type: ClaimValueType,
    issuer: Arc<str>,
}

impl Claim {
    /// The issuer of claims that the application itself makes.
    pub const LOCAL_ISSUER: &'static str = "LOCAL AUTHORITY";

    /// A claim whose value is a string, made by the application itself.
    pub fn new(claim_type: impl Into<String>, value: impl Into<String>) -> Self {
        Self::of(&claim_type.into().into(), &value.into(), ClaimValueType::String, &Self::LOCAL_ISSUER.into())
    }

    /// The same claim, its value standing for another type.
    #[must_use]
    pub fn with_value_type(mut self, value_type: ClaimValueType) -> Self {
        self.value_type = value_type;
        self
    }

    /// The same claim, made by `issuer`.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into().into();
        self
    }

    /// Every member of `document` as claims by `issuer`, in the order of the text. Secret members and `null` are none.
    pub fn all_of(document: &Document, issuer: &str) -> Vec<Self> {
        let issuer: Arc<str> = issuer.into();
        let mut claims = Vec::with_capacity(document.len());
        for (name, value) in document.visible() {
            let claim_type: Arc<str> = name.into();
            match value.elements() {
                Some(elements) => claims.extend(elements.filter_map(|element| Self::read(&claim_type, element, &issuer))),
                None => claims.extend(Self::read(&claim_type, value, &issuer)),
            }
        }
        claims
    }

    fn read(claim_type: &Arc<str>, value: JsonValue<'_>, issuer: &Arc<str>) -> Option<Self> {
        let value_type = match value.kind() {
            JsonKind::String => ClaimValueType::String,
            JsonKind::Number => ClaimValueType::Number,
            JsonKind::Boolean => ClaimValueType::Boolean,
            JsonKind::Array | JsonKind::Object => ClaimValueType::Json,
            JsonKind::Null => return None,
        };
        match value.as_str() {
            Some(text) => Some(Self::of(claim_type, &text, value_type, issuer)),
            None => Some(Self::of(claim_type, value.as_raw(), value_type, issuer)),
        }
    }

    fn of(claim_type: &Arc<str>, value: &str, value_type: ClaimValueType, issuer: &Arc<str>) -> Self {
        Self { claim_type: Arc::clone(claim_type), value: value.into(), value_type, issuer: Arc::clone(issuer) }
    }

    /// The type: `sub`, `email`, `role`…
    pub fn claim_type(&self) -> &str {
        &self.claim_type
    }

    /// The value as text.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What the text of the value stands for.
    pub fn value_type(&self) -> ClaimValueType {
        self.value_type
    }

    /// Who says so: the `iss` of the token, or [`LOCAL_ISSUER`](Self::LOCAL_ISSUER).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").field("claim_type", &self.claim_type).field("value_type", &self.value_type).finish_non_exhaustive()
    }
}

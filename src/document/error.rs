//! Why a document, or a member of it, cannot be read.

use crate::encoding::json::{JsonError, JsonKind};
use crate::error_kind::classify;

/// A document, or a member of it, cannot be read: facts, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The text is not one well-formed JSON object.
    #[error("the body is not a JSON object")]
    Json(#[from] JsonError),
    /// A required member is absent or `null`.
    #[error("member `{member}` is missing")]
    Missing {
        /// The member.
        member: String,
    },
    /// A member is there and of another type.
    #[error("member `{member}`: expected {expected}, found {found}{}", at(.path))]
    UnexpectedType {
        /// The member.
        member: String,
        /// The type that was wanted.
        expected: String,
        /// The JSON kind that stands at `path`.
        found: JsonKind,
        /// Where inside the member, as `keys[3].kty`, if not the member itself.
        path: Option<String>,
    },
    /// A member is a string where it must hold something, and it is empty.
    #[error("member `{member}`: expected a non-empty string")]
    Empty {
        /// The member.
        member: String,
    },
}

fn at(path: &Option<String>) -> String {
    path.as_ref().map(|path| format!(" at `{path}`")).unwrap_or_default()
}

impl DocumentError {
    /// `member` is required and absent.
    pub(crate) fn missing(member: &str) -> Self {
        Self::Missing { member: member.to_owned() }
    }

    /// `member` is of another type than `expected`.
    pub(crate) fn unexpected_type(member: &str, expected: impl Into<String>, found: JsonKind) -> Self {
        Self::UnexpectedType { member: member.to_owned(), expected: expected.into(), found, path: None }
    }

    /// The member at fault, if the fault is one member's.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Json(_) => None,
            Self::Missing { member } | Self::UnexpectedType { member, .. } | Self::Empty { member } => Some(member),
        }
    }
}

classify! { DocumentError {
    Self::Json(_) => "malformed_json" Malformed;
    Self::Missing { .. } => "missing_member" Malformed;
    Self::UnexpectedType { .. } => "unexpected_type" Malformed;
    Self::Empty { .. } => "empty_member" Malformed;
} }

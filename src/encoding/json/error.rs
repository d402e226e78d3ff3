//! Why a text is not the JSON that was wanted.

use std::fmt;

use super::JsonKind;

/// What is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// Not UTF-8.
    NotUtf8,
    /// Starts with a byte order mark where none is allowed.
    ByteOrderMark,
    /// Longer than 4 GiB.
    TooLarge,
    /// Ends too early.
    UnexpectedEnd,
    /// Not JSON: what should have stood there.
    Syntax(&'static str),
    /// A number beyond the range of a double.
    NumberOutOfRange,
    /// More objects and arrays inside one another than this.
    TooDeep(usize),
    /// The outermost object has more members than this.
    TooManyMembers(usize),
    /// An object names this member twice (unescaped, printable, cut to a bounded length).
    DuplicateMember(String),
    /// The text is JSON, but no object.
    NotAnObject(JsonKind),
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::ByteOrderMark => f.write_str("a byte order mark stands before the JSON"),
            Self::TooLarge => f.write_str("longer than 4 GiB"),
            Self::UnexpectedEnd => f.write_str("the text ends too early"),
            Self::Syntax(expected) => write!(f, "expected {expected}"),
            Self::NumberOutOfRange => f.write_str("a number beyond the range of a double"),
            Self::TooDeep(depth) => write!(f, "nested deeper than {depth}"),
            Self::TooManyMembers(limit) => write!(f, "more than {limit} members"),
            Self::DuplicateMember(name) => write!(f, "member `{name}` comes twice"),
            Self::NotAnObject(found) => write!(f, "expected an object, found {found}"),
        }
    }
}

/// A text is not the JSON that was wanted: what is wrong, at which byte, on which JSON path.
///
/// Names of members may show (printable, bounded), values never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    kind: JsonErrorKind,
    offset: usize,
    path: String,
}

impl JsonError {
    pub(super) fn new(kind: JsonErrorKind, offset: usize, path: String) -> Self {
        Self { kind, offset, path }
    }

    /// What is wrong.
    pub fn kind(&self) -> &JsonErrorKind {
        &self.kind
    }

    /// The byte at which it was noticed, from 0.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Where in the document, as `keys[3].kty`; empty at the top level.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.path) }
    }
}

impl std::error::Error for JsonError {}

//! How strict a scan is.

/// What a scan accepts: depth, byte order mark, names that come twice below the top level.
///
/// A name that comes twice at the top level is always rejected.
///
/// # Example
/// ```
/// use identity_model::encoding::json::{JsonObject, JsonRules};
///
/// assert!(JsonObject::parse(br#"{"a": {"b": 1, "b": 2}}"#, &JsonRules::document()).is_err());
/// assert!(JsonObject::parse(b"\xef\xbb\xbf{}", &JsonRules::token()).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonRules {
    pub(super) depth: usize,
    pub(super) byte_order_mark: bool,
    pub(super) nested_names: bool,
    pub(super) lone_surrogates: bool,
    pub(super) members: usize,
}

/// How many members the outermost object may have.
const MEMBERS: usize = 16_384;

impl JsonRules {
    /// For bodies of responses: depth 64, 16,384 members, a leading UTF-8 byte order mark tolerated, names checked at every level.
    pub const fn document() -> Self {
        Self { depth: 64, byte_order_mark: true, nested_names: true, lone_surrogates: false, members: MEMBERS }
    }

    /// For the header and payload of a JWT: depth 64, 16,384 members, a byte order mark rejected, names checked at every level.
    pub const fn token() -> Self {
        Self { depth: 64, byte_order_mark: false, nested_names: true, lone_surrogates: false, members: MEMBERS }
    }

    /// The same with another depth: how many objects and arrays may stand inside one another, the outermost included.
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// The same with another number of members that the outermost object may have.
    #[must_use]
    pub const fn with_members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// The same, but names that come twice below the top level are let through: the reader of those objects must check.
    #[must_use]
    pub const fn danger_allow_nested_duplicates(mut self) -> Self {
        self.nested_names = false;
        self
    }

    /// The same, but surrogates without their partner are let through, at every level: the reader of those strings must check.
    #[must_use]
    pub const fn danger_allow_lone_surrogates(mut self) -> Self {
        self.lone_surrogates = true;
        self
    }
}

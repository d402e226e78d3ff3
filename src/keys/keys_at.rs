//! Which keys verified a token.

/// A key set of a source: which provider's, and which of its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeysAt {
    /// The number of the [`ProviderKeys`](super::ProviderKeys) in this process.
    pub(super) provider: u64,
    pub(super) version: u64,
}

impl KeysAt {
    /// Keys of the application's own, which never change.
    pub(super) const OWN: Self = Self { provider: 0, version: 0 };
}

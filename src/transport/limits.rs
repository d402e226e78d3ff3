//! Limits that travel with a request, in the extensions of its `http::Request`.

use std::time::Duration;

/// How many bytes of (decompressed) body a client may read before it gives up with
/// [`TransportErrorKind::BodyTooLarge`](super::TransportErrorKind::BodyTooLarge). Default 1 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl BodyLimit {
    /// 1 MiB: every answer but a key set.
    pub const DEFAULT: Self = Self(1024 * 1024);
    /// 512 KiB: a JWK Set.
    pub const KEY_SET: Self = Self(512 * 1024);
}

impl Default for BodyLimit {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How long one attempt may take, connect, headers and body together. Without it the client's own time-out counts (30 s).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptTimeout(pub Duration);

/// What may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Repeat {
    /// Reading only: may be sent again after any passing failure (discovery, keys, userinfo, introspection).
    Safe,
    /// May be sent again only when it is certain that nothing of it was processed (a connection that was never made, or 429/503 with
    /// `Retry-After`).
    IfUnsent,
    /// Never sent again.
    #[default]
    Never,
}

//! Whether a resource demands that tokens are bound: RFC 9449 section 7, FAPI 2.0 Security Profile section 5.3.4.

/// Which tokens a resource accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenBindingMode {
    /// Bound tokens with their proof, and plain bearer tokens. The default.
    #[default]
    Accept,
    /// Bound tokens alone.
    RequireBound,
    /// No DPoP: the scheme `DPoP` is unknown, and a token that is bound to a key is rejected.
    Off,
}

//! Claims as identities and principals.

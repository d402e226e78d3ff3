//! Where keys come from, and the validator that stands on them.

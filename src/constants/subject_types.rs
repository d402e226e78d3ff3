//! Values of `subject_type`: OpenID Connect Core 1.0 section 8.

use super::table::names;

names! {
    PUBLIC = "public", "The same `sub` for every client. OpenID Connect Core 1.0 section 8.";
    PAIRWISE = "pairwise", "Another `sub` for every sector. OpenID Connect Core 1.0 section 8.";
}

//! Values of `claim_types_supported`: OpenID Connect Core 1.0 section 5.6.

use super::table::names;

names! {
    NORMAL = "normal", "Asserted by the provider itself. OpenID Connect Core 1.0 section 5.6.1.";
    AGGREGATED = "aggregated", "Asserted by another and passed on. OpenID Connect Core 1.0 section 5.6.2.";
    DISTRIBUTED = "distributed", "Asserted by another, to be fetched there. OpenID Connect Core 1.0 section 5.6.2.";
}

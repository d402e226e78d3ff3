//! Values of `token_type` (IANA, OAuth Access Token Types), compared whatever their case.

use super::table::names;

names! {
    BEARER = "Bearer", "A bearer token. RFC 6750.";
    DPOP = "DPoP", "A token bound by DPoP. RFC 9449 section 5.";
    POP = "PoP", "A proof-of-possession token. RFC 9200.";
    N_A = "N_A", "What was issued is no access token. RFC 8693 section 2.2.1.";
}

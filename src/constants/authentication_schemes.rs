//! HTTP authentication schemes (IANA, HTTP Authentication Schemes), compared whatever their case.

use super::table::names;

names! {
    BASIC = "Basic", "Name and password. RFC 7617.";
    BEARER = "Bearer", "A bearer token. RFC 6750 section 2.1.";
    DPOP = "DPoP", "A token bound by DPoP. RFC 9449 section 7.1.";
    POP = "PoP", "A proof-of-possession token. RFC 9200.";
}

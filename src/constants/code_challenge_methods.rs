//! Values of `code_challenge_method`: RFC 7636 section 4.2.

use super::table::names;

names! {
    S256 = "S256", "SHA-256 of the verifier. RFC 7636 section 4.2.";
    PLAIN = "plain", "The verifier itself: never sent by this crate. RFC 7636 section 4.2.";
}

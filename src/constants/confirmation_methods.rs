//! Members of the claim `cnf` (IANA, JWT Confirmation Methods): RFC 7800 section 3 and the extensions that each row names.

use super::table::names;

names! {
    JWK = "jwk", "The public key. RFC 7800 section 3.2.";
    JWE = "jwe", "The encrypted symmetric key. RFC 7800 section 3.3.";
    KID = "kid", "The key identifier. RFC 7800 section 3.4.";
    JKU = "jku", "Address of a key set. RFC 7800 section 3.5.";
    JKT = "jkt", "SHA-256 thumbprint of the public key. RFC 9449 section 6.";
    X5T_S256 = "x5t#S256", "SHA-256 thumbprint of the TLS client certificate. RFC 8705 section 3.1.";
}

//! Header parameters of JWS and JWE (IANA, JSON Web Signature and Encryption Header Parameters).

use super::table::names;

names! {
    ALG = "alg", "The algorithm. RFC 7515 section 4.1.1; RFC 7516 section 4.1.1.";
    ENC = "enc", "The content encryption. RFC 7516 section 4.1.2.";
    ZIP = "zip", "The compression. RFC 7516 section 4.1.3.";
    JKU = "jku", "Address of a key set. RFC 7515 section 4.1.2.";
    JWK = "jwk", "The public key. RFC 7515 section 4.1.3.";
    KID = "kid", "Identifier of the key. RFC 7515 section 4.1.4.";
    X5U = "x5u", "Address of a certificate chain. RFC 7515 section 4.1.5.";
    X5C = "x5c", "The certificate chain. RFC 7515 section 4.1.6.";
    X5T = "x5t", "SHA-1 thumbprint of the certificate. RFC 7515 section 4.1.7.";
    X5T_S256 = "x5t#S256", "SHA-256 thumbprint of the certificate. RFC 7515 section 4.1.8.";
    TYP = "typ", "The type of the whole. RFC 7515 section 4.1.9.";
    CTY = "cty", "The type of the content. RFC 7515 section 4.1.10.";
    CRIT = "crit", "Extensions that must be understood. RFC 7515 section 4.1.11.";
    EPK = "epk", "The ephemeral public key. RFC 7518 section 4.6.1.1.";
    APU = "apu", "Information about the producer. RFC 7518 section 4.6.1.2.";
    APV = "apv", "Information about the recipient. RFC 7518 section 4.6.1.3.";
    IV = "iv", "The initialization vector. RFC 7518 section 4.7.1.1.";
    TAG = "tag", "The authentication tag. RFC 7518 section 4.7.1.2.";
    P2S = "p2s", "The salt. RFC 7518 section 4.8.1.1.";
    P2C = "p2c", "The number of iterations. RFC 7518 section 4.8.1.2.";
    ISS = "iss", "The issuer, replicated. RFC 7519 section 5.3.";
    SUB = "sub", "The subject, replicated. RFC 7519 section 5.3.";
    AUD = "aud", "The audience, replicated. RFC 7519 section 5.3.";
    B64 = "b64", "Whether the payload is encoded. RFC 7797 section 3.";
    NONCE = "nonce", "Nonce against replay. RFC 8555 section 6.5.2.";
    URL = "url", "The address that the object is sent to. RFC 8555 section 6.4.1.";
}

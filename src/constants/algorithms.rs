//! Names of algorithms (IANA, JSON Web Signature and Encryption Algorithms): RFC 7518 and the extensions that each row names.

use super::table::names;

names! {
    HS256 = "HS256", "HMAC with SHA-256. RFC 7518 section 3.2.";
    HS384 = "HS384", "HMAC with SHA-384. RFC 7518 section 3.2.";
    HS512 = "HS512", "HMAC with SHA-512. RFC 7518 section 3.2.";
    RS256 = "RS256", "RSASSA-PKCS1-v1_5 with SHA-256. RFC 7518 section 3.3.";
    RS384 = "RS384", "RSASSA-PKCS1-v1_5 with SHA-384. RFC 7518 section 3.3.";
    RS512 = "RS512", "RSASSA-PKCS1-v1_5 with SHA-512. RFC 7518 section 3.3.";
    PS256 = "PS256", "RSASSA-PSS with SHA-256. RFC 7518 section 3.5.";
    PS384 = "PS384", "RSASSA-PSS with SHA-384. RFC 7518 section 3.5.";
    PS512 = "PS512", "RSASSA-PSS with SHA-512. RFC 7518 section 3.5.";
    ES256 = "ES256", "ECDSA on P-256 with SHA-256. RFC 7518 section 3.4.";
    ES384 = "ES384", "ECDSA on P-384 with SHA-384. RFC 7518 section 3.4.";
    ES512 = "ES512", "ECDSA on P-521 with SHA-512. RFC 7518 section 3.4.";
    ES256K = "ES256K", "ECDSA on secp256k1 with SHA-256. RFC 8812 section 3.2.";
    EDDSA = "EdDSA", "Edwards-curve signatures. RFC 8037 section 3.1.";
    ED25519 = "Ed25519", "Edwards-curve signatures on Ed25519 alone. RFC 9864.";
    ML_DSA_44 = "ML-DSA-44", "ML-DSA-44. IANA, JSON Web Signature and Encryption Algorithms.";
    ML_DSA_65 = "ML-DSA-65", "ML-DSA-65. IANA, JSON Web Signature and Encryption Algorithms.";
    ML_DSA_87 = "ML-DSA-87", "ML-DSA-87. IANA, JSON Web Signature and Encryption Algorithms.";
    NONE = "none", "No signature: never accepted. RFC 7518 section 3.6.";
    RSA_OAEP = "RSA-OAEP", "RSAES-OAEP with SHA-1. RFC 7518 section 4.3.";
    RSA_OAEP_256 = "RSA-OAEP-256", "RSAES-OAEP with SHA-256. RFC 7518 section 4.3.";
    RSA_OAEP_384 = "RSA-OAEP-384", "RSAES-OAEP with SHA-384. IANA, JSON Web Signature and Encryption Algorithms.";
    RSA_OAEP_512 = "RSA-OAEP-512", "RSAES-OAEP with SHA-512. IANA, JSON Web Signature and Encryption Algorithms.";
    RSA1_5 = "RSA1_5", "RSAES-PKCS1-v1_5: never accepted. RFC 7518 section 4.2.";
    DIR = "dir", "The shared key itself. RFC 7518 section 4.5.";
    ECDH_ES = "ECDH-ES", "The agreed key itself. RFC 7518 section 4.6.";
    ECDH_ES_A128KW = "ECDH-ES+A128KW", "The agreed key wraps, AES-128. RFC 7518 section 4.6.";
    ECDH_ES_A192KW = "ECDH-ES+A192KW", "The agreed key wraps, AES-192. RFC 7518 section 4.6.";
    ECDH_ES_A256KW = "ECDH-ES+A256KW", "The agreed key wraps, AES-256. RFC 7518 section 4.6.";
    A128KW = "A128KW", "AES-128 key wrap. RFC 7518 section 4.4.";
    A192KW = "A192KW", "AES-192 key wrap. RFC 7518 section 4.4.";
    A256KW = "A256KW", "AES-256 key wrap. RFC 7518 section 4.4.";
    A128GCMKW = "A128GCMKW", "AES-128-GCM key wrap. RFC 7518 section 4.7.";
    A192GCMKW = "A192GCMKW", "AES-192-GCM key wrap. RFC 7518 section 4.7.";
    A256GCMKW = "A256GCMKW", "AES-256-GCM key wrap. RFC 7518 section 4.7.";
    A128CBC_HS256 = "A128CBC-HS256", "AES-128-CBC with HMAC SHA-256. RFC 7518 section 5.2.";
    A192CBC_HS384 = "A192CBC-HS384", "AES-192-CBC with HMAC SHA-384. RFC 7518 section 5.2.";
    A256CBC_HS512 = "A256CBC-HS512", "AES-256-CBC with HMAC SHA-512. RFC 7518 section 5.2.";
    A128GCM = "A128GCM", "AES-128-GCM. RFC 7518 section 5.3.";
    A192GCM = "A192GCM", "AES-192-GCM. RFC 7518 section 5.3.";
    A256GCM = "A256GCM", "AES-256-GCM. RFC 7518 section 5.3.";
}

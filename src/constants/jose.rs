//! Signed and encrypted tokens, and their keys.

use super::table::names;

/// Names of algorithms (IANA, JSON Web Signature and Encryption Algorithms): RFC 7518 and the extensions that each row names.
pub mod algorithms {
    super::names! {
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
}

/// Header parameters of JWS and JWE (IANA, JSON Web Signature and Encryption Header Parameters).
pub mod jose_headers {
    super::names! {
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
}

/// Members of JSON Web Keys and key sets: RFC 7517, RFC 7518 section 6, RFC 8037.
pub mod jwk_members {
    super::names! {
        KEYS = "keys", "The keys of a set. RFC 7517 section 5.1.";
        KTY = "kty", "The key type. RFC 7517 section 4.1.";
        USE = "use", "What the public key is for. RFC 7517 section 4.2.";
        KEY_OPS = "key_ops", "What the key is for, in detail. RFC 7517 section 4.3.";
        ALG = "alg", "The algorithm that the key is for. RFC 7517 section 4.4.";
        KID = "kid", "The key identifier. RFC 7517 section 4.5.";
        X5U = "x5u", "Address of the certificate chain. RFC 7517 section 4.6.";
        X5C = "x5c", "The certificate chain. RFC 7517 section 4.7.";
        X5T = "x5t", "SHA-1 thumbprint of the certificate. RFC 7517 section 4.8.";
        X5T_S256 = "x5t#S256", "SHA-256 thumbprint of the certificate. RFC 7517 section 4.9.";
        CRV = "crv", "The curve. RFC 7518 section 6.2.1.1; RFC 8037 section 2.";
        X = "x", "The x coordinate or public key. RFC 7518 section 6.2.1.2; RFC 8037 section 2.";
        Y = "y", "The y coordinate. RFC 7518 section 6.2.1.3.";
        D = "d", "The private key or exponent. RFC 7518 section 6.2.2.1 and 6.3.2.1.";
        N = "n", "The modulus. RFC 7518 section 6.3.1.1.";
        E = "e", "The public exponent. RFC 7518 section 6.3.1.2.";
        P = "p", "The first prime. RFC 7518 section 6.3.2.2.";
        Q = "q", "The second prime. RFC 7518 section 6.3.2.3.";
        DP = "dp", "The first exponent. RFC 7518 section 6.3.2.4.";
        DQ = "dq", "The second exponent. RFC 7518 section 6.3.2.5.";
        QI = "qi", "The coefficient. RFC 7518 section 6.3.2.6.";
        OTH = "oth", "Further primes. RFC 7518 section 6.3.2.7.";
        K = "k", "The symmetric key. RFC 7518 section 6.4.1.";
        PUB = "pub", "The public key of key type `AKP`. IANA, JSON Web Key Parameters.";
        PRIV = "priv", "The private key of key type `AKP`. IANA, JSON Web Key Parameters.";
    }
}

/// Values of the header parameter `typ`, compared whatever their case and without `application/`.
pub mod jwt_types {
    super::names! {
        JWT = "JWT", "A JWT of no particular kind. RFC 7519 section 5.1.";
        JOSE = "JOSE", "A JWS or JWE in compact form. RFC 7515 section 4.1.9.";
        AT_JWT = "at+jwt", "An access token. RFC 9068 section 2.1.";
        OAUTH_AUTHZ_REQ_JWT = "oauth-authz-req+jwt", "A request object. RFC 9101 section 10.8.";
        DPOP_JWT = "dpop+jwt", "A DPoP proof. RFC 9449 section 4.2.";
        TOKEN_INTROSPECTION_JWT = "token-introspection+jwt", "An introspection answer. RFC 9701 section 5.";
        LOGOUT_JWT = "logout+jwt", "A logout token. OpenID Connect Back-Channel Logout 1.0 section 2.4.";
        CLIENT_AUTHENTICATION_JWT = "client-authentication+jwt", "A client assertion. Draft update to RFC 7523.";
        SECEVENT_JWT = "secevent+jwt", "A security event token. RFC 8417 section 2.3.";
        DC_SD_JWT = "dc+sd-jwt", "A verifiable credential. SD-JWT VC (draft).";
        KB_JWT = "kb+jwt", "A key binding JWT. RFC 9901.";
    }
}

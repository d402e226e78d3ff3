//! Members of JSON Web Keys and key sets: RFC 7517, RFC 7518 section 6, RFC 8037.

use super::table::names;

names! {
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

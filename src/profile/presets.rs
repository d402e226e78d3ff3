//! The profiles of the specifications, each rule with its clause.

use super::composition::Profile;
use super::rule::ProfileRule;
use super::rules::{
    Binding, fa1, fa2, fa3, fa4, pf1, pf2, pf3, pf3_stated, pf4, pf5, pf6, pf7, pf8, pf9, pf10, pf11, pf12, pf13, pf14, pf15, pf16, pf17,
    pf18, pf18_always, pf19, pf20, pf21, pf22, pf23, pf24, pf25, pf26, pf27, pf28, pf29, pf30, pf31, pf32, pf33,
};

/// `private_key_jwt` and mutual TLS.
const BY_KEY: &[&str] = &["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"];

/// What AT Protocol allows.
const OF_ATPROTO: &[&str] = &["none", "private_key_jwt"];

/// What HAIP allows: some authentication, by an attestation of the wallet among others.
const OF_WALLETS: &[&str] = &["attest_jwt_client_auth", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"];

/// FAPI 2.0 Security Profile section 5.4.1.
const FAPI2_ALGORITHMS: &[&str] = &["PS256", "ES256", "Ed25519", "EdDSA"];

/// FAPI 1.0 Advanced section 8.6.
const FAPI1_ALGORITHMS: &[&str] = &["PS256", "ES256"];

/// What AT Protocol and HAIP count on.
const ES256: &[&str] = &["ES256"];

impl Profile {
    /// OAuth 2.1 (draft-16): code grant with PKCE, https, tokens in the header, exact redirect URIs. Default: nothing is switched off.
    pub fn oauth21() -> Self {
        Self::of(
            "oauth21",
            [
                pf1("OAuth 2.1 10"),
                pf2("OAuth 2.1 4.1.1"),
                pf3("OAuth 2.1 7.10"),
                pf3_stated("OAuth 2.1 7.10").should(),
                pf5("OAuth 2.1 7.15").should(),
                pf11("OAuth 2.1 1.5"),
                pf13("OAuth 2.1 5.1"),
                pf14("OAuth 2.1 2.3, 8.4"),
                pf15("OAuth 2.1 2.3.3, 7.15"),
                pf17("OAuth 2.1 4.3"),
                pf27("OAuth 2.1 4.2, 2.4"),
                pf32("OAuth 2.1 5.2", false),
            ],
        )
    }

    /// RFC 9700, the best current practice for OAuth 2.0 security. What it recommends is a finding alone.
    pub fn rfc9700() -> Self {
        Self::of(
            "rfc9700",
            [
                pf1("RFC 9700 2.1.2, 2.4").should(),
                pf2("RFC 9700 2.1.1"),
                pf3("RFC 9700 2.1, 4.7.1"),
                pf3_stated("RFC 9700 2.1, 4.7.1").should(),
                pf5("RFC 9700 4.4.2").should(),
                pf6("RFC 9700 2.2.1", Binding::Either).should(),
                pf7("RFC 9700 2.5", BY_KEY).should(),
                pf12("RFC 9700 2.6").should(),
                pf13("RFC 9700 4.3.2"),
                pf14("RFC 9700 2.6"),
                pf15("RFC 9700 2.1, 4.4.2"),
                pf16("RFC 9700 4.11.1"),
                pf17("RFC 9700 4.14.2"),
                pf20("RFC 9700 2.3").should(),
                pf32("RFC 9700 2.3", false),
            ],
        )
    }

    /// FAPI 2.0 Security Profile (final, February 2025): pushed requests, bound tokens, authentication by key, `iss`, strong algorithms.
    pub fn fapi2_security() -> Self {
        Self::of(
            "fapi2-security",
            [
                pf1("FAPI2-SP 5.3.3.2-1"),
                pf2("FAPI2-SP 5.3.3.2-3, -4"),
                pf4("FAPI2-SP 5.3.3.2-2, -6", false),
                pf5("FAPI2-SP 5.3.3.2-5"),
                pf6("FAPI2-SP 5.3.3.1-1", Binding::Either),
                pf7("FAPI2-SP 5.3.3.1-2", BY_KEY),
                pf8("FAPI2-SP 5.3.3.1-5"),
                pf9("FAPI2-SP 5.4.1-1", FAPI2_ALGORITHMS),
                pf10("FAPI2-SP 5.4.1-2 to -4"),
                pf11("FAPI2-SP 5.2.1, 5.2.2"),
                pf12("FAPI2-SP 5.3.3.1-9 to -11"),
                pf13("FAPI2-SP 5.3.3.1-3"),
                pf16("FAPI2-SP 5.3.3.1-4, -12"),
                pf17("FAPI2-SP 5.3.3.1-6"),
                pf18("FAPI2-SP 5.3.3.1-8"),
                pf19("FAPI2-SP 5.3.3.1-7"),
                pf20("FAPI2-SP 5.3.3.1-13").should(),
                pf21("FAPI2-SP 5.3.3.2-7"),
                pf32("FAPI2-SP 5.3.4", true),
                pf33("FAPI2-SP 5.4.1-1"),
            ],
        )
    }

    /// FAPI 2.0 Message Signing (final, September 2025) on top of the Security Profile: signed requests, responses and introspection. Where an
    /// ecosystem agrees on a part of it, the rules of the other parts (`PF22`, `PF23`, `PF24`) are switched off by name.
    pub fn fapi2_message_signing() -> Self {
        let signed = [pf22("FAPI2-MS 5.3.2"), pf23("FAPI2-MS 5.4.2"), pf24("FAPI2-MS 5.5.2, 5.6.2")];
        signed.into_iter().fold(Self::fapi2_security().renamed("fapi2-message-signing"), Self::rule)
    }

    /// FAPI 1.0 Advanced (final, March 2021): a detached signature or JARM, signed request objects, tokens bound to a certificate.
    pub fn fapi1_advanced() -> Self {
        Self::of(
            "fapi1-advanced",
            [
                fa1("FAPI1-ADV 5.2.2-2"),
                fa2("FAPI1-ADV 5.2.3.1"),
                fa3("FAPI1-ADV 5.2.3-8 to -14"),
                fa4("FAPI1-ADV 8.6.1"),
                pf6("FAPI1-ADV 5.2.3-1", Binding::Certificate),
                pf7("FAPI1-ADV 5.2.2-14", BY_KEY),
                pf9("FAPI1-ADV 8.6", FAPI1_ALGORITHMS),
                pf11("FAPI1-ADV 8.5"),
                pf12("FAPI1-BASE 5.2.3"),
                pf13("FAPI1-BASE 6.2.2"),
                pf15("FAPI1-BASE 5.2.3"),
                pf21("FAPI1-ADV 5.2.3.1-1"),
                pf26("FAPI-CIBA 5.2.3").should(),
                pf33("FAPI1-ADV 8.6"),
            ],
        )
    }

    /// FAPI-CIBA (draft 03): poll or ping, a binding message, authentication by key. To be added to one of the FAPI profiles.
    pub fn fapi_ciba() -> Self {
        Self::of("fapi-ciba", [pf7("FAPI-CIBA 5.2.2", BY_KEY), pf25("FAPI-CIBA 5.2.2-3 to -5"), pf26("FAPI-CIBA 5.2.3").should()])
    }

    /// The OAuth profile of AT Protocol: pushed requests, DPoP with a nonce in every response, ES256, no OpenID Connect.
    pub fn atproto() -> Self {
        Self::of(
            "atproto",
            [
                pf1("atproto OAuth"),
                pf2("atproto OAuth"),
                pf3("atproto OAuth"),
                pf3_stated("atproto OAuth"),
                pf4("atproto OAuth", true),
                pf5("atproto OAuth"),
                pf6("atproto OAuth", Binding::Key),
                pf7("atproto OAuth", OF_ATPROTO),
                pf9("atproto OAuth", ES256),
                pf12("atproto OAuth"),
                pf14("atproto OAuth"),
                pf15("atproto OAuth"),
                pf17("atproto OAuth"),
                pf18_always("atproto OAuth"),
                pf28("atproto OAuth, Clients"),
                pf29("atproto OAuth, Server Metadata"),
                pf30("atproto OAuth, Identity"),
            ],
        )
    }

    /// HAIP 1.0 (final, December 2025), what it asks of a wallet's OAuth 2.0: pushed requests, DPoP, ES256, the scope of the credential.
    pub fn haip() -> Self {
        Self::of(
            "haip",
            [
                pf1("HAIP 4"),
                pf2("HAIP 4"),
                pf4("HAIP 4", false),
                pf5("HAIP 4"),
                pf6("HAIP 4", Binding::Key),
                pf7("HAIP 4.4.1", OF_WALLETS),
                pf9("HAIP 7", ES256),
                pf12("HAIP 4.1"),
                pf18("HAIP 4"),
                pf31("HAIP 4.3"),
            ],
        )
    }

    fn of(name: &'static str, rules: impl IntoIterator<Item = ProfileRule>) -> Self {
        rules.into_iter().fold(Self::named(name), Self::rule)
    }
}

//! The corpus of forged, broken, borderline and good tokens, judged with every provider.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::jose::crypto_providers;
use minted::mint;

#[path = "../../../examples/support/corpus/mod.rs"]
mod minted;
#[path = "../../../examples/support/token_cases/mod.rs"]
pub(crate) mod token_cases;

use token_cases::{Expected, Level, Outcome, Suite};

pub(crate) static CORPUS: LazyLock<Suite> = LazyLock::new(mint);

/// Good tokens whose algorithm biscuit does not have.
const NOT_BY_BISCUIT: &[&str] = &[
    "alg-pairing-ES512-ec-521",
    "alg-pairing-Ed25519-ed-1",
    "alg-pairing-EdDSA-ed-1",
    "ecdsa-signature-ES512-high-s",
    "ecdsa-signature-ES512-low-s",
    "eddsa-key-alg-ed25519",
    "eddsa-key-alg-eddsa",
    "eddsa-signature-good",
    "hash-at_hash-ES512",
    "hash-at_hash-EdDSA",
    "hash-c_hash-ES512",
    "hash-c_hash-EdDSA",
];

/// What the tokens of a group are rejected for.
const REASONS: &[(&str, &[&str])] = &[
    ("alg-confusion", &["algorithm_not_allowed", "key_none_fits"]),
    ("alg-hmac", &["algorithm_not_allowed", "key_unfit", "signature_invalid", "token_unsigned"]),
    ("alg-list", &["algorithm_none_allowed", "algorithm_not_allowed"]),
    ("alg-none", &["algorithm_none_allowed", "algorithm_not_allowed", "token_parts", "token_unsigned"]),
    ("alg-pairing", &["algorithm_not_allowed", "header_member", "key_none_fits"]),
    ("aud", &["audience_mismatch", "audience_not_trusted", "claim_malformed", "claim_missing"]),
    ("azp", &["audience_mismatch", "audience_not_trusted", "authorized_party_mismatch", "claim_malformed", "claim_missing"]),
    ("claim", &["claim_malformed"]),
    ("crit", &["header_critical", "header_member"]),
    ("ecdsa-key", &["key_none_fits", "key_refused", "key_skipped", "signature_invalid"]),
    ("ecdsa-signature", &["signature_invalid"]),
    ("eddsa-key", &["key_none_fits", "key_skipped", "signature_invalid"]),
    ("eddsa-signature", &["signature_invalid"]),
    ("eddsa-small-order", &["key_skipped"]),
    (
        "form",
        &[
            "encrypted_token",
            "header_json",
            "header_member",
            "malformed_token",
            "token_base64url",
            "token_not_jwe",
            "token_parts",
            "token_unsigned",
        ],
    ),
    ("hash", &["claim_malformed", "hash_mismatch"]),
    ("iss", &["claim_malformed", "claim_missing", "issuer_mismatch"]),
    ("json", &["claim_missing", "header_json", "header_member", "malformed_token"]),
    (
        "jwe",
        &[
            "audience_mismatch",
            "content_encryption_not_allowed",
            "content_not_signed",
            "decryption_failed",
            "decryption_key_none",
            "encrypted_token",
            "expired",
            "header_critical",
            "header_json",
            "header_member",
            "issuer_mismatch",
            "key_management_not_allowed",
            "never_accepted",
            "signature_invalid",
            "token_base64url",
            "token_not_jwe",
            "token_part_size",
            "token_parts",
            "token_unsigned",
        ],
    ),
    ("key-in-header", &["key_none_fits", "key_unknown_kid", "signature_invalid"]),
    ("key-purpose", &["key_none_fits", "key_skipped"]),
    (
        "key-set",
        &[
            "key_ambiguous",
            "key_set_json",
            "key_set_keys_type",
            "key_set_too_large",
            "key_set_without_keys",
            "key_skipped",
            "key_unknown_kid",
        ],
    ),
    ("kid", &["header_member", "key_ambiguous", "key_none_fits", "key_unknown_kid", "signature_invalid"]),
    ("kind", &["claim_missing", "issuer_mismatch", "wrong_token_kind"]),
    ("max-age", &["authenticated_in_future", "authentication_too_old", "claim_malformed", "claim_missing"]),
    ("nonce", &["claim_malformed", "claim_missing", "nonce_mismatch"]),
    ("rsa-key-form", &["key_none_fits", "key_skipped", "signature_invalid"]),
    ("rsa-pkcs1", &["signature_invalid"]),
    ("rsa-pss", &["key_none_fits", "signature_invalid"]),
    ("rsa-signature", &["signature_invalid"]),
    ("rsa-weak-key", &["key_skipped", "key_weak_primes"]),
    ("size", &["token_too_large"]),
    ("sub", &["claim_malformed", "claim_missing"]),
    ("tenant", &["configuration", "issuer_mismatch"]),
    (
        "times",
        &[
            "authenticated_in_future",
            "claim_malformed",
            "claim_missing",
            "expired",
            "issued_in_future",
            "malformed_token",
            "not_yet_valid",
            "times_contradict",
        ],
    ),
    ("typ", &["header_member", "malformed_token", "nested_token", "wrong_token_kind"]),
];

#[test]
fn there_are_many_cases_and_each_says_what_it_is() {
    let mut names = BTreeSet::new();
    for case in &CORPUS.cases {
        assert!(names.insert(&case.name), "{} twice", case.name);
        assert!(case.name.starts_with(&case.group) && !case.why.is_empty(), "{}", case.name);
        assert!(case.rule.as_str().is_some_and(|rule| matches!(rule.len(), 2 | 3)), "{}", case.name);
    }
    let count = |expected, level| CORPUS.cases.iter().filter(|case| case.expected == expected && case.level == level).count();
    assert!(count(Expected::Reject, Level::Must) > 600 && count(Expected::Reject, Level::Policy) > 250);
    assert!(count(Expected::Accept, Level::Must) > 100 && count(Expected::Accept, Level::Policy) > 90);
}

#[test]
fn every_verdict_is_the_expected_one_with_every_provider() {
    for provider in crypto_providers() {
        let report = CORPUS.run(Some(&provider));
        let names: BTreeSet<_> = report.disagreements.iter().map(|one| one.case.name.as_str()).collect();
        let lacking = if provider.name() == "biscuit" { NOT_BY_BISCUIT } else { &[] };
        assert_eq!(names, lacking.iter().copied().collect(), "{}: {report}", provider.name());
        assert!(report.skipped.is_empty());
    }
}

#[test]
fn what_is_said_of_a_token_is_bounded_printable_and_not_the_token() {
    for case in &CORPUS.cases {
        let Outcome::Refused { code, message } = CORPUS.judge(case, None) else { continue };
        let token: String = serde_json::from_str(case.token.get()).unwrap();
        assert!(code.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_' || octet.is_ascii_digit()), "{code}");
        assert!(message.len() < 2000 && !message.chars().any(char::is_control), "{}: {message}", case.name);
        for part in token.split('.').filter(|part| part.len() > 20) {
            assert!(!message.contains(part), "{}: {message}", case.name);
        }
        assert!(token.len() < 8 || !message.contains(&token), "{}: {message}", case.name);
    }
}

/// A forgery must fail for what is wrong with it, or it shows nothing.
#[test]
fn tokens_are_refused_for_what_is_wrong_with_them() {
    let (mut found, mut allowed) = (BTreeSet::new(), BTreeSet::new());
    for case in &CORPUS.cases {
        if let Outcome::Refused { code, .. } = CORPUS.judge(case, None) {
            found.insert((case.group.as_str(), code));
        }
    }
    for (group, codes) in REASONS {
        allowed.extend(codes.iter().map(|code| (*group, (*code).to_owned())));
    }
    assert_eq!(found, allowed);
}

//! A token with any bit changed is no token any more.

use std::sync::LazyLock;

use identity_model::jose::{
    AlgorithmSet, CompactJws, JsonWebKeySet, JwsHeader, JwsVerifier, PrivateKey, SignatureAlgorithm, TokenLimits, sign_compact_blocking,
};
use proptest::prelude::*;

struct Signed {
    row: SignatureAlgorithm,
    token: String,
    keys: JsonWebKeySet,
}

/// A token of each row that signs.
static TOKENS: LazyLock<Vec<Signed>> = LazyLock::new(|| {
    let sign = |row: &SignatureAlgorithm| {
        let key = PrivateKey::generate(*row).unwrap().with_key_id("a").unwrap();
        let header = JwsHeader::new().typ("at+jwt");
        let token = sign_compact_blocking(&header, br#"{"sub":"alice","admin":false}"#, &key.signer(*row).unwrap()).unwrap();
        Signed { row: *row, token, keys: JsonWebKeySet::from_keys([key.public_jwk().clone()]) }
    };
    SignatureAlgorithm::ALL.iter().filter(|row| row.can_sign()).map(sign).collect()
});

fn accepted(token: &str, keys: &JsonWebKeySet, allowed: AlgorithmSet) -> bool {
    let verifier = JwsVerifier::new(allowed).unwrap();
    CompactJws::parse(token, TokenLimits::default()).is_ok_and(|jws| verifier.verify(&jws, keys).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_flipped_bit_refuses(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), bit in 0_u8..7) {
        let signed = which.get(&TOKENS);
        let mut bytes = signed.token.clone().into_bytes();
        bytes[place.index(signed.token.len())] ^= 1 << bit;
        let all = AlgorithmSet::ASYMMETRIC.union(AlgorithmSet::SYMMETRIC);
        prop_assert!(accepted(&signed.token, &signed.keys, all));
        // Bit 7 would leave ASCII; all others give text.
        prop_assert!(!accepted(std::str::from_utf8(&bytes).unwrap(), &signed.keys, all), "{}", signed.row);
    }

    #[test]
    fn any_cut_or_addition_refuses(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.=-]") {
        let signed = which.get(&TOKENS);
        let place = place.index(signed.token.len());
        let (before, after) = signed.token.split_at(place);
        let only = AlgorithmSet::only(signed.row);
        prop_assert!(!accepted(before, &signed.keys, only));
        prop_assert!(!accepted(after, &signed.keys, only) || before.is_empty());
        let added = format!("{before}{letter}{after}");
        prop_assert!(!accepted(&added, &signed.keys, only));
    }
}

#[test]
fn j3_a_token_is_accepted_by_its_own_row_and_its_own_key_alone() {
    for signed in TOKENS.iter() {
        for other in TOKENS.iter() {
            let same = std::ptr::eq(signed, other);
            assert_eq!(accepted(&signed.token, &other.keys, AlgorithmSet::only(signed.row)), same, "{} {}", signed.row, other.row);
            assert_eq!(accepted(&signed.token, &signed.keys, AlgorithmSet::only(other.row)), same, "{} {}", signed.row, other.row);
        }
    }
}

#[test]
fn two_signatures_under_one_header_cannot_be_exchanged() {
    for signed in TOKENS.iter() {
        let (input, _) = signed.token.rsplit_once('.').unwrap();
        for other in TOKENS.iter().filter(|other| !std::ptr::eq(*other, signed)) {
            let (_, signature) = other.token.rsplit_once('.').unwrap();
            assert!(
                !accepted(&format!("{input}.{signature}"), &signed.keys, AlgorithmSet::only(signed.row)),
                "{} {}",
                signed.row,
                other.row
            );
        }
    }
}

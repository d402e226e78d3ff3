//! Rules SL1 to SL3.

use super::*;
use crate::environment::SeededEntropy;
use crate::sealing::SealPurpose;

fn key(id: &str, octet: u8) -> SealingKey {
    SealingKey::new(id, [octet; 32]).unwrap()
}

const CONTEXT: fn() -> SealContext<'static> = || SealContext::new(SealPurpose::Session, "__Host-session");

fn code<T>(outcome: Result<T, SealError>) -> &'static str {
    outcome.err().map_or("opened", |error| error.code())
}

#[test]
fn sl1_the_form_is_format_identifier_salt_ciphertext_tag() {
    let sealed = key("k1", 7).with_entropy(SeededEntropy::new(1)).seal(&CONTEXT(), b"content").unwrap();
    let mut salt = [0; 32];
    SeededEntropy::new(1).fill(&mut salt).unwrap();
    assert_eq!(sealed[..4], [1, 2, b'k', b'1']);
    assert_eq!(sealed[4..36], salt);
    assert_eq!(sealed.len(), 4 + 32 + 7 + 16);
}

/// The same worked out by other means: HKDF of the RFC by hand over HMAC of `sha2`, AES-GCM of the JOSE seam.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn sl1_the_key_is_derived_by_hkdf_and_the_nonce_is_zero() {
    use crate::encoding::digest::sha256;
    use crate::jose::crypto::AwsLcProvider;
    use crate::jose::crypto::encryption::SealedContent;
    use crate::jose::crypto::sealed::Primitives;

    let hmac = |key: &[u8], message: &[u8]| {
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        let pad = |octet: u8| block.map(|byte| byte ^ octet);
        sha256([&pad(0x5c)[..], &sha256([&pad(0x36)[..], message].concat())].concat())
    };
    let sealed = key("k1", 7).seal(&CONTEXT().with_version(5), b"content").unwrap();
    let (salt, rest) = sealed[4..].split_at(32);
    let (ciphertext, tag) = rest.split_at(rest.len() - 16);
    let derived = hmac(&hmac(salt, &[7; 32]), b"identity-model seal 1\x01");
    let mut additional_data = Vec::new();
    for member in [&[1][..], b"k1", b"session", b"__Host-session", &5_u64.to_be_bytes()] {
        additional_data.extend_from_slice(&(member.len() as u64).to_be_bytes());
        additional_data.extend_from_slice(member);
    }
    let content = SealedContent { iv: &[0; 12], additional_data: &additional_data, ciphertext, tag };
    let opened = AwsLcProvider.open(crate::jose::ContentEncryptionAlgorithm::A256GCM, &derived, &content).unwrap();
    assert_eq!(opened, b"content");
}

#[cfg(all(feature = "aws-lc-rs", feature = "biscuit"))]
#[test]
fn sl1_what_one_provider_seals_another_opens() {
    use crate::jose::crypto::{AwsLcProvider, BiscuitProvider};

    let providers: [Arc<dyn CryptoProvider>; 2] = [Arc::new(AwsLcProvider), Arc::new(BiscuitProvider)];
    for sealing in &providers {
        for opening in &providers {
            let sealed = key("k1", 7).with_provider(Arc::clone(sealing)).seal_text(&CONTEXT(), b"content").unwrap();
            let opener = key("k1", 7).with_provider(Arc::clone(opening));
            assert_eq!(&**opener.open_text(&CONTEXT(), &sealed).unwrap(), b"content");
            assert_eq!(code(opener.open_text(&SealContext::new(SealPurpose::Record, "x"), &sealed)), "sealed_altered");
        }
    }
}

#[test]
fn sl1_nothing_is_sealed_twice_alike() {
    let key = key("k1", 7);
    assert_ne!(key.seal(&CONTEXT(), b"content").unwrap(), key.seal(&CONTEXT(), b"content").unwrap());
}

#[test]
fn sl1_no_octet_can_be_altered_and_nothing_cut_off() {
    let key = key("k1", 7);
    let sealed = key.seal(&CONTEXT(), b"content").unwrap();
    for position in 0..sealed.len() {
        for bit in 0..8 {
            let mut altered = sealed.clone();
            altered[position] ^= 1 << bit;
            let expected: &[&str] = match position {
                0 => &["sealing_key_unknown"],
                1 => &["sealing_key_unknown", "sealed_malformed"],
                2 | 3 => &["sealing_key_unknown"],
                _ => &["sealed_altered"],
            };
            assert!(expected.contains(&code(key.open(&CONTEXT(), &altered))), "{position} {bit}");
        }
        assert!(key.open(&CONTEXT(), &sealed[..position]).is_err(), "{position}");
    }
    assert_eq!(code(key.open(&CONTEXT(), &[&sealed[..], &[0]].concat())), "sealed_altered");
}

#[test]
fn sl1_every_length_opens_and_is_foretold() {
    for id in ["k", "k1", "2026-11"] {
        let key = key(id, 7);
        for length in 0..70 {
            let content = vec![b'x'; length];
            let sealed = key.seal_text(&CONTEXT(), &content).unwrap();
            assert_eq!(sealed.len(), key.sealed_length(length), "{id} {length}");
            assert_eq!(**key.open_text(&CONTEXT(), &sealed).unwrap(), content);
        }
    }
}

#[test]
fn sl2_moved_to_another_purpose_name_or_version_it_does_not_open() {
    let key = key("k1", 7);
    let sealed = key.seal(&CONTEXT(), b"content").unwrap();
    let elsewhere = [
        SealContext::new(SealPurpose::Transaction, "__Host-session"),
        SealContext::new(SealPurpose::Session, "__Host-session2"),
        SealContext::new(SealPurpose::Session, ""),
        CONTEXT().with_version(1),
    ];
    for context in elsewhere {
        assert_eq!(code(key.open(&context, &sealed)), "sealed_altered", "{context:?}");
    }
    assert_eq!(&**key.open(&CONTEXT(), &sealed).unwrap(), b"content");
}

#[test]
fn sl3_the_first_key_seals_and_all_open() {
    let (old, new) = (key("old", 7), key("new", 9));
    let promoted = new.clone().also_opens("old", [7; 32]).unwrap();
    let by_old = old.seal(&CONTEXT(), b"content").unwrap();
    assert_eq!(&**promoted.open(&CONTEXT(), &by_old).unwrap(), b"content");
    let by_new = promoted.seal(&CONTEXT(), b"content").unwrap();
    assert_eq!(&by_new[2..5], b"new");
    assert_eq!(code(old.open(&CONTEXT(), &by_new)), "sealing_key_unknown");
    let prepared = old.also_opens("new", [9; 32]).unwrap();
    assert_eq!(&**prepared.open(&CONTEXT(), &by_new).unwrap(), b"content");
    assert_eq!(code(new.open(&CONTEXT(), &by_old)), "sealing_key_unknown");
    // The name alone is no key.
    assert_eq!(code(key("old", 8).open(&CONTEXT(), &by_old)), "sealed_altered");
}

#[test]
fn sl3_text_that_was_never_sealed_is_told_apart() {
    let key = key("k1", 7);
    for (text, expected) in
        [("", "sealed_malformed"), ("!", "sealed_malformed"), ("AQ", "sealed_malformed"), ("AAAA", "sealing_key_unknown")]
    {
        assert_eq!(code(key.open_text(&CONTEXT(), text)), expected, "{text}");
    }
}

#[test]
fn sl1_a_short_secret_and_an_unusable_identifier_are_refused() {
    for secret in [0, 16, 31] {
        assert_eq!(code(SealingKey::new("k1", vec![7; secret])), "sealing_key");
    }
    for id in [String::new(), "k".repeat(256)] {
        assert_eq!(code(SealingKey::new(id.clone(), [7; 32])), "sealing_key");
        assert_eq!(code(key("k1", 7).also_opens(id, [7; 32])), "sealing_key");
    }
    assert_eq!(code(key("k1", 7).also_opens("k1", [9; 32])), "sealing_key");
    let longest = "k".repeat(255);
    let key = SealingKey::new(longest, [7; 64]).unwrap();
    assert_eq!(&**key.open(&CONTEXT(), &key.seal(&CONTEXT(), b"content").unwrap()).unwrap(), b"content");
}

#[test]
fn sl1_a_key_shows_nothing_of_itself() {
    let shown = format!("{:?}", key("k1", b'q').also_opens("k0", [b'z'; 32]).unwrap());
    assert!(shown.contains("k1") && shown.contains("k0") && !shown.contains("qq") && !shown.contains("113"), "{shown}");
}

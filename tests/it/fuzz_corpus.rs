//! What the fuzzers have found and what they started from (`fuzz/corpus/`), tried again: the same properties, without a fuzzer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use identity_model::jose::{
    AlgorithmSet, CompactJwe, ContentEncryptionSet, DecryptionKeys, JsonWebKeySet, JweDecrypter, JwsVerifier, KeyManagementSet, TokenLimits,
};

#[expect(unreachable_pub, reason = "public to the targets of the fuzzers, which are binaries of their own")]
#[path = "../../fuzz/properties.rs"]
mod properties;
mod seeds;

use properties::PROPERTIES;

/// The folder of the fuzzers.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The inputs of a target, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder().join("corpus").join(target)).unwrap().map(|entry| entry.unwrap().path());
    let mut inputs: Vec<_> =
        entries.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())).collect();
    inputs.sort();
    inputs
}

#[test]
fn every_input_of_the_corpus_keeps_its_property() {
    for (target, property) in PROPERTIES {
        for (name, input) in corpus(target) {
            assert!(catch_unwind(AssertUnwindSafe(|| property(&input))).is_ok(), "fuzz/corpus/{target}/{name}");
        }
    }
}

#[test]
fn the_corpus_is_small_and_each_target_has_a_part_of_it() {
    let mut files = 0;
    for (target, _) in PROPERTIES {
        let inputs = corpus(target);
        assert!(inputs.iter().filter(|(name, _)| name.starts_with("seed-")).count() >= 8, "{target}: {} inputs", inputs.len());
        assert!(inputs.iter().all(|(_, input)| input.len() <= 8 * 1024), "{target}");
        files += inputs.len();
    }
    assert!(files <= 220, "{files} files");
    assert_eq!(fs::read_dir(folder().join("corpus")).unwrap().count(), PROPERTIES.len());
    let targets = fs::read_dir(folder().join("fuzz_targets")).unwrap();
    assert_eq!(targets.count(), PROPERTIES.len());
}

/// Nothing is forged where nothing can be accepted: the tokens that the properties know must be good ones.
#[test]
fn the_fuzzers_start_from_tokens_that_are_accepted() {
    let read = |name: &str| fs::read_to_string(folder().join("fixtures").join(name)).unwrap();
    let keys = JsonWebKeySet::from_json(read("verification.json").as_bytes()).unwrap();
    let verifier = JwsVerifier::new(AlgorithmSet::ASYMMETRIC).unwrap();
    for token in read("signed.txt").lines() {
        verifier.verify(&verifier.parse(token, TokenLimits::default()).unwrap(), &keys).unwrap();
    }
    let keys = DecryptionKeys::from_jwk_set(read("decryption.json").as_bytes()).unwrap();
    let decrypter = JweDecrypter::new(keys, KeyManagementSet::ALL, ContentEncryptionSet::ALL).unwrap();
    for token in read("encrypted.txt").lines() {
        decrypter.decrypt(&CompactJwe::parse(token, TokenLimits::default()).unwrap()).unwrap();
    }
    assert!(read("signed.txt").lines().count() >= 5 && read("encrypted.txt").lines().count() >= 5);
}

/// Writes keys, tokens and seeds anew where `IDENTITY_MODEL_WRITE_SEEDS` is set: the private keys that sign are dropped at the end.
#[test]
fn seeds_are_written_on_demand() {
    if std::env::var_os("IDENTITY_MODEL_WRITE_SEEDS").is_some() {
        seeds::write(&folder());
    }
}

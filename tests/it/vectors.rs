//! External test data: looked for in `$IDENTITY_MODEL_VECTORS`, else in `../shared/vectors` seen from the project's root and in
//! `tests/vectors/fetched`, where `tests/vectors/fetch` puts what is public of it.
//!
//! Where there is none, the test is skipped and counted as such; `IDENTITY_MODEL_REQUIRE_VECTORS=1` makes that a failure.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::skipping;

/// The parts of the data, each a folder.
const PARTS: [&str; 6] = ["duende", "identity-model-spec", "providers", "rfc7520", "token-cases", "wycheproof"];

/// The folder that has this part of the data, unless there is none on this machine.
pub(crate) fn folder(test: &str, part: &str) -> Option<PathBuf> {
    assert!(PARTS.contains(&part), "{part}");
    holding(test, &[part])
}

/// The folder that has all parts, unless there is none on this machine.
pub(crate) fn whole(test: &str) -> Option<PathBuf> {
    holding(test, &PARTS)
}

fn holding(test: &str, parts: &[&str]) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = match std::env::var_os("IDENTITY_MODEL_VECTORS") {
        Some(named) => vec![PathBuf::from(named)],
        None => ["../shared/vectors", "tests/vectors/fetched"].map(|place| root.join(place)).into(),
    };
    if let Some(folder) = places.iter().find(|place| parts.iter().all(|part| place.join(part).is_dir())) {
        skipping::run();
        return Some(folder.clone());
    }
    let required = std::env::var_os("IDENTITY_MODEL_REQUIRE_VECTORS").is_some_and(|value| value != "0");
    assert!(!required, "{test}: no {parts:?} in {places:?}");
    skipping::skip("external test data are missing; `tests/vectors/fetch` gets those that are public, see `CONTRIBUTING.md`");
    None
}

/// One JSON file of the folder.
pub(crate) fn json(folder: &std::path::Path, path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap()
}

//! External test data: looked for in `$IDENTITY_MODEL_VECTORS`, then in `../shared/vectors` seen from the project's root.
//!
//! Where there is none, the test is skipped and counted as such; `IDENTITY_MODEL_REQUIRE_VECTORS=1` makes that a failure.

use std::path::PathBuf;

use serde_json::Value;

use crate::skipping;

/// The folder, unless there is none on this machine.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("IDENTITY_MODEL_VECTORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"));
    if folder.is_dir() {
        skipping::run();
        return Some(folder);
    }
    let required = std::env::var_os("IDENTITY_MODEL_REQUIRE_VECTORS").is_some_and(|value| value != "0");
    assert!(!required, "{test}: no test data in {}", folder.display());
    skipping::skip("the external test data is missing, see `docs/testing.md`");
    None
}

/// One JSON file of the folder.
pub(crate) fn json(folder: &std::path::Path, path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap()
}

//! External test data: looked for in `$IDENTITY_MODEL_VECTORS`, then in `../shared/vectors` seen from the project's root. Tests that find
//! none say so in one line and pass.

use std::path::PathBuf;

use serde_json::Value;

/// The folder, or one line about its absence.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("IDENTITY_MODEL_VECTORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("{test}: skipped, no test data in {}", folder.display());
    None
}

/// One JSON file of the folder.
pub(crate) fn json(folder: &std::path::Path, path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap()
}

//! What a test leaves behind that cannot run here, for `tests/skipped.rs` to count.

use std::path::PathBuf;

fn marker() -> PathBuf {
    let test = std::thread::current().name().unwrap_or("unnamed").replace("::", ".");
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("skipped").join(test)
}

/// Notes that the running test is skipped, and why.
pub(crate) fn skip(reason: &str) {
    let marker = marker();
    std::fs::create_dir_all(marker.parent().unwrap()).unwrap();
    std::fs::write(&marker, reason).unwrap();
    println!("skipped: {reason}");
}

/// Notes that the running test is not skipped.
pub(crate) fn run() {
    let _ = std::fs::remove_file(marker());
}

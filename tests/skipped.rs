//! The last of the test programs: counts the tests that returned early because something they need is not on this machine.
//!
//! libtest cannot mark a test as skipped while it runs, and would count it as passed. So such a test leaves a file in the target folder
//! (`tests/it/skipping.rs`), and removes it when it runs in full; this program, which cargo runs after the others, prints one line.

use std::collections::BTreeMap;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped");
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Ok(reason) = std::fs::read_to_string(entry.path()) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let total: usize = reasons.values().sum();
    if total == 0 {
        println!("\nno test was skipped");
        return;
    }
    let reasons: Vec<_> = reasons.iter().map(|(reason, count)| format!("{count}: {reason}")).collect();
    println!("\n{total} tests were skipped ({})", reasons.join("; "));
}

//! The switches of a build that holds every mutant: which of them is on, and which were reached. Never part of the crate itself.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};

struct Switches {
    on: usize,
    trace: Option<(Mutex<File>, Vec<AtomicBool>)>,
}

static SWITCHES: LazyLock<Switches> = LazyLock::new(|| {
    let number = |name| std::env::var(name).ok().and_then(|value| value.parse::<usize>().ok());
    let trace = std::env::var_os("IDENTITY_MODEL_MUTANTS_TRACE").and_then(|path| {
        let file = OpenOptions::new().append(true).create(true).open(path).ok()?;
        let count = number("IDENTITY_MODEL_MUTANTS_COUNT")?;
        Some((Mutex::new(file), (0..=count).map(|_| AtomicBool::new(false)).collect()))
    });
    Switches { on: number("IDENTITY_MODEL_MUTANT").unwrap_or(0), trace }
});

/// Whether this mutant is on. They count from 1.
#[must_use]
pub fn on(number: usize) -> bool {
    let switches = &*SWITCHES;
    if let Some((file, reached)) = &switches.trace {
        if let Some(reached) = reached.get(number) {
            if !reached.swap(true, Ordering::Relaxed) {
                if let Ok(mut file) = file.lock() {
                    let _ = file.write_all(format!("{number}\n").as_bytes());
                }
            }
        }
    }
    switches.on == number
}

//! Measures identity-model beside the bare signature check, other crates and bare reqwest.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml` prints the page; `-- --write` writes it to `docs/performance.md`;
//! `-- --quick` is for looking at a change. How it measures: `measure.rs`. What: `corpus.rs`, `contenders.rs`. The numbers of one run hold for one machine;
//! the ratios are what carries over.

mod allocations;
mod contenders;
mod corpus;
mod measure;
mod network;
mod page;
mod served;
mod tables;

use std::time::Duration;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Scale {
    rounds: usize,
    slice: Duration,
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let scale = if has("--quick") {
        Scale { rounds: 15, slice: Duration::from_millis(1) }
    } else {
        Scale { rounds: 60, slice: Duration::from_millis(2) }
    };
    if let Some(position) = arguments.iter().position(|argument| argument == "--profile") {
        page::profile(arguments.get(position + 1).map_or("RS256", String::as_str));
        return Ok(());
    }
    let page = page::measure_and_write(scale, has("--tokens-only"));
    if has("--write") {
        return std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.md"), page);
    }
    println!("{page}");
    Ok(())
}

//! Measures identity-model beside the bare signature check, other crates and bare reqwest.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml` prints the page; `-- --write` writes it to `docs/performance.md`;
//! `-- --quick` is for looking at a change. How it measures: `measure.rs`. What: `corpus.rs`, `contenders.rs`. The numbers of one run hold for one machine;
//! the ratios are what carries over.

mod allocations;
mod clients;
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
    if has("--serve") {
        println!("{}", network::token_endpoint());
        loop {
            std::thread::park();
        }
    }
    // `--requests "bare reqwest" http://127.0.0.1:1234/token 1000`, under callgrind: the difference of two counts is what requests cost.
    if let Some([name, address, count]) =
        arguments.iter().position(|argument| argument == "--requests").and_then(|at| arguments.get(at + 1..at + 4))
    {
        network::profile(name, address, count.parse().expect("a number"));
        return Ok(());
    }
    // `--repeat typed HS256 1000`, under callgrind as well: `tables::repeat` says what can be repeated.
    if let Some([what, algorithm, count]) =
        arguments.iter().position(|argument| argument == "--repeat").and_then(|at| arguments.get(at + 1..at + 4))
    {
        tables::repeat(what, algorithm, count.parse().expect("a number"));
        return Ok(());
    }
    if has("--requests-only") {
        println!("{}", page::requests_alone(scale));
        return Ok(());
    }
    let page = page::measure_and_write(scale, has("--tokens-only"));
    if has("--write") {
        return std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.md"), page);
    }
    println!("{page}");
    Ok(())
}

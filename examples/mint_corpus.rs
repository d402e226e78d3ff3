//! Mints the corpus of forged, broken, borderline and good tokens as a file of the format that `check_tokens` reads.
//!
//! `mint_corpus [FILE]`; without a file it goes to standard output.

#[path = "support/corpus/mod.rs"]
mod corpus;
#[path = "support/token_cases/mod.rs"]
mod token_cases;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let suite = serde_json::to_string_pretty(&corpus::mint())?;
    match std::env::args_os().nth(1) {
        Some(file) => std::fs::write(file, suite)?,
        None => println!("{suite}"),
    }
    Ok(())
}

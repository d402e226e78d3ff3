//! Judges the tokens of a file as ID tokens and compares each verdict with the one the file expects.
//!
//! `check_tokens [FILE]`; the format is that of `support::token_cases`; without a file it judges the corpus of `support::corpus`. What disagrees is printed, `must` before `policy`; the last line
//! counts. The exit status is 1 where a `must` disagrees and 2 where the file cannot be read.

#[path = "support/corpus/mod.rs"]
mod corpus;
#[path = "support/token_cases/mod.rs"]
mod token_cases;

use std::error::Error;
use std::process::ExitCode;

use token_cases::Suite;

fn main() -> ExitCode {
    match suite() {
        Ok(suite) => run(&suite),
        Err(error) => {
            eprintln!("no token cases: {error}");
            ExitCode::from(2)
        }
    }
}

fn suite() -> Result<Suite, Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        Some(file) => Suite::parse(&std::fs::read(file)?),
        None => Ok(corpus::mint()),
    }
}

fn run(suite: &Suite) -> ExitCode {
    for option in suite.unknown_options() {
        println!("the option `{option}` is not known and not obeyed");
    }
    let report = suite.run(None);
    println!("{report}");
    ExitCode::from(u8::from(report.fails_a_must()))
}

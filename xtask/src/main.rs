//! `cargo xtask`: tasks of the repository that are too long for a shell script.
//!
//! `cargo xtask mutants` asks of each change of meaning in `.cargo/mutants.toml` whether a test notices it. All of them are compiled into
//! one build, each behind a switch; `docs/testing.md` tells what a run has shown.

mod compile;
mod judge;
mod mutant;
mod options;
mod report;
mod rewrite;
mod sites;
mod suite;
mod trace;
mod tree;

use std::process::ExitCode;

use options::Options;

/// What went wrong, in words.
type Failure = String;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("mutants") => Options::read(arguments).and_then(|options| mutants(&options)),
        _ => Err(format!("usage: cargo xtask mutants {}", options::USAGE)),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

/// Whether enough of the mutants are noticed.
fn mutants(options: &Options) -> Result<bool, Failure> {
    let mutants = mutant::list(options)?;
    if options.list {
        mutants.iter().for_each(|mutant| println!("{}", mutant.name));
        return Ok(true);
    }
    let tree = tree::Tree::copy(&options.root)?;
    let build = compile::compile(&tree, &mutants, options)?;
    let suite = suite::Suite::of(&tree, &build.binaries, options)?;
    let reach = trace::trace(&tree, &suite, mutants.len(), options)?;
    let verdicts = judge::judge(&tree, &suite, &reach, &mutants, &build, options)?;
    Ok(report::report(&mutants, &verdicts, options))
}

//! Rewrites the sources of the copy and builds the test binaries, leaving out what does not compile behind a switch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::mutant::{Kind, Mutant};
use crate::options::Options;
use crate::rewrite::{Blame, Rewritten, rewrite};
use crate::sites::{Sites, sites};
use crate::tree::{Tree, read};

/// The binaries that hold every mutant but those that are left out.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) binaries: Vec<Binary>,
    /// By the number of the mutant.
    pub(crate) left_out: BTreeMap<usize, LeftOut>,
}

/// A test binary.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    /// `lib` or `it`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// Why a mutant is not in the build.
#[derive(Debug, Clone)]
pub(crate) enum LeftOut {
    /// Its own text does not compile: there is no such mutant.
    NotViable(String),
    /// Only its switched form cannot be built: a build of its own has to tell.
    Apart(String),
}

/// A file of the copy with its sites.
struct Source {
    file: String,
    text: String,
    sites: Sites,
    rewritten: Option<Rewritten>,
}

/// More rounds than errors of the compiler have ever hidden one another.
const ROUNDS: usize = 40;

/// Builds every mutant of the list into one set of test binaries. Mutants count from 1.
pub(crate) fn compile(tree: &Tree, mutants: &[Mutant], options: &Options) -> Result<Build, Failure> {
    let mut sources = sources(options, mutants)?;
    let mut left_out: BTreeMap<usize, LeftOut> = sources
        .iter()
        .flat_map(|source| &source.sites.without)
        .map(|(&number, reason)| {
            let hopeless = reason.contains("`let` has no other operator");
            (number, if hopeless { LeftOut::NotViable(reason.clone()) } else { LeftOut::Apart(reason.clone()) })
        })
        .collect();
    for (index, _) in mutants.iter().enumerate().filter(|(_, mutant)| mutant.kind == Kind::FnValue && mutant.hides_type) {
        let reason = "its function hides the type that it returns, and can return one alone";
        left_out.entry(index + 1).or_insert_with(|| LeftOut::Apart(reason.to_owned()));
    }
    for round in 1..=ROUNDS {
        write(tree, &mut sources, &left_out.keys().copied().collect())?;
        let messages = cargo(tree, options)?;
        let errors: Vec<&Value> = messages.iter().filter(|message| message["message"]["level"] == "error").collect();
        if errors.is_empty() {
            eprintln!("built {} mutants into one set of binaries, {} are left out", mutants.len() - left_out.len(), left_out.len());
            return Ok(Build { binaries: binaries(&messages)?, left_out });
        }
        let before = left_out.len();
        for error in &errors {
            blame(error, &sources, mutants, &mut left_out);
        }
        eprintln!("round {round}: {} errors, {} mutants left out", errors.len(), left_out.len() - before);
        if left_out.len() == before {
            let texts: Vec<&str> = errors.iter().filter_map(|error| error["message"]["rendered"].as_str()).collect();
            return Err(format!("the copy does not compile, and no mutant explains why:\n{}", texts.join("\n")));
        }
    }
    Err(format!("the copy does not compile after {ROUNDS} rounds"))
}

fn sources(options: &Options, mutants: &[Mutant]) -> Result<Vec<Source>, Failure> {
    let mut by_file: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (index, mutant) in mutants.iter().enumerate() {
        by_file.entry(&mutant.file).or_default().push((index + 1, mutant));
    }
    let mut all = Vec::new();
    let mut folders = vec![options.root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?.flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Ok(file) = entry.path().strip_prefix(&options.root)
                && let Some(file) = file.to_str().filter(|file| file.ends_with(".rs")).map(|file| file.replace('\\', "/"))
            {
                let text = read(&entry.path())?;
                let mutants = by_file.remove(file.as_str()).unwrap_or_default();
                let sites = if mutants.is_empty() {
                    Sites::default()
                } else {
                    sites(&text, &mutants).map_err(|error| format!("{file}: {error}"))?
                };
                all.push(Source { file, text, sites, rewritten: None });
            }
        }
    }
    Ok(all)
}

fn write(tree: &Tree, sources: &mut [Source], left_out: &BTreeSet<usize>) -> Result<(), Failure> {
    for source in sources {
        let rewritten = rewrite(&source.text, &source.sites, left_out);
        if source.file == "src/lib.rs" {
            tree.write(&source.file, &format!("{}\n#[doc(hidden)]\npub mod mutation_switch;\n", rewritten.text))?;
        } else {
            tree.write(&source.file, &rewritten.text)?;
        }
        source.rewritten = Some(rewritten);
    }
    Ok(())
}

/// What cargo says about the build, one value a line.
fn cargo(tree: &Tree, options: &Options) -> Result<Vec<Value>, Failure> {
    let output = Command::new("cargo")
        .args(["test", "--no-run", "--all-features", "--package", "identity-model", "--lib", "--test", "it", "--message-format=json"])
        .args(["--profile", &options.profile, "--target-dir"])
        .arg(&tree.target)
        .current_dir(&tree.root)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let explained = output.status.success() || messages.iter().any(|message| message["message"]["level"] == "error");
    if explained { Ok(messages) } else { Err(format!("the build failed: {}", String::from_utf8_lossy(&output.stderr))) }
}

/// Leaves out the mutants that an error is about.
fn blame(error: &Value, sources: &[Source], mutants: &[Mutant], left_out: &mut BTreeMap<usize, LeftOut>) {
    let message = error["message"]["message"].as_str().unwrap_or_default();
    let code = error["message"]["code"]["code"].as_str().unwrap_or_default();
    let reason = format!("{code} {message}").trim().to_owned();
    let mut spans: Vec<&Value> = error["message"]["spans"].as_array().map(|spans| spans.iter().collect()).unwrap_or_default();
    spans.sort_by_key(|span| span["is_primary"] != true);
    for span in spans {
        let at = span["byte_start"].as_u64().and_then(|at| usize::try_from(at).ok());
        let source = sources.iter().find(|source| span["file_name"].as_str() == Some(&source.file));
        let found = source.and_then(|source| source.rewritten.as_ref()).zip(at).and_then(|(rewritten, at)| rewritten.blame(at));
        let Some(found) = found else { continue };
        match found {
            // What is returned from a function that hides its type is another type only because the original is there as well.
            Blame::Mutant(number) if mutants.get(number - 1).is_some_and(|mutant| !mutant.hides_type) => {
                left_out.entry(number).or_insert(LeftOut::NotViable(reason));
            }
            Blame::Mutant(number) => drop(left_out.entry(number).or_insert(LeftOut::Apart(reason))),
            Blame::Switch(numbers) => {
                // A match that is no longer exhaustive lacks an arm; its guards are not to blame.
                let is_arm = |number: &usize| mutants.get(number - 1).is_some_and(|mutant| mutant.kind == Kind::MatchArm);
                let arms: Vec<usize> = if code == "E0004" { numbers.iter().copied().filter(is_arm).collect() } else { Vec::new() };
                for number in if arms.is_empty() { numbers } else { arms } {
                    left_out.entry(number).or_insert_with(|| LeftOut::Apart(reason.clone()));
                }
            }
        }
        return;
    }
}

fn binaries(messages: &[Value]) -> Result<Vec<Binary>, Failure> {
    let binary = |message: &Value| -> Option<Binary> {
        let path = message["executable"].as_str()?;
        let kind = message["target"]["kind"][0].as_str()?;
        let name = if kind == "test" { message["target"]["name"].as_str()?.to_owned() } else { "lib".to_owned() };
        Some(Binary { name, path: PathBuf::from(path) })
    };
    let found: Vec<Binary> = messages.iter().filter(|message| message["reason"] == "compiler-artifact").filter_map(binary).collect();
    if found.is_empty() { Err("the build has brought no test binary".to_owned()) } else { Ok(found) }
}

//! Turns each mutant on and asks the tests that reach it, the most specific first, until one fails.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Failure;
use crate::compile::{Build, LeftOut};
use crate::mutant::Mutant;
use crate::options::Options;
use crate::suite::{Outcome, Suite, in_parallel};
use crate::trace::Reached;
use crate::tree::{Tree, read};

/// What is known of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// By this test, or because the process did not live to name it.
    Noticed(Option<String>),
    /// No test ends with it in time.
    NeverEnds,
    /// So many tests reach it and all pass.
    Stays(usize),
    /// Patience ran out after so many of the tests that reach it.
    Unsettled(usize),
    NotViable(String),
    Apart(String),
    /// Another shard's.
    Elsewhere,
}

/// How many tests share a process: few at first, as the most specific ones mostly notice.
const BATCHES: &[usize] = &[2, 8, 32, 128];
/// What a process may take beyond three times what its tests took when they were traced.
const GRACE: Duration = Duration::from_secs(15);

/// The verdict over every mutant of the list, in its order.
pub(crate) fn judge(
    tree: &Tree,
    suite: &Suite,
    reach: &[Reached],
    mutants: &[Mutant],
    build: &Build,
    options: &Options,
) -> Result<Vec<Verdict>, Failure> {
    let kept = tree.folder.join("results.jsonl");
    let before = Results::read(&kept);
    let failure = |error: std::io::Error| format!("{}: {error}", kept.display());
    let file = Mutex::new(OpenOptions::new().create(true).append(true).open(&kept).map_err(failure)?);
    let breadth: Vec<usize> = reach.iter().map(|reached| reached.mutants.len()).collect();
    in_parallel(options.jobs, mutants.len(), |worker, index| {
        let Some(mutant) = mutants.get(index) else { return Err("no such mutant".to_owned()) };
        match build.left_out.get(&(index + 1)) {
            _ if !options.holds(index) => return Ok(Verdict::Elsewhere),
            Some(LeftOut::NotViable(reason)) => return Ok(Verdict::NotViable(reason.clone())),
            Some(LeftOut::Apart(reason)) => return Ok(Verdict::Apart(reason.clone())),
            None => {}
        }
        let earlier = before.of.get(&mutant.name);
        if let Some((fingerprint, verdict)) = earlier
            && *fingerprint == tree.fingerprint
            && !matches!(verdict, Verdict::Unsettled(_))
        {
            return Ok(verdict.clone());
        }
        let hint = before.hints.get(&mutant.stable_name()).map(String::as_str);
        let tests = order(suite, reach, &breadth, mutant, index + 1, hint);
        let verdict = ask(suite, reach, &tests, worker, index + 1, options)?;
        let line = format!("{}\n", describe(mutant, &verdict, &tree.fingerprint));
        file.lock().map_err(|_| "a worker has panicked".to_owned())?.write_all(line.as_bytes()).map_err(failure)?;
        Ok(verdict)
    })
}

/// The tests that reach the mutant: the one that has noticed it before, those of its own file, then those that reach the fewest others.
fn order(suite: &Suite, reach: &[Reached], breadth: &[usize], mutant: &Mutant, number: usize, hint: Option<&str>) -> Vec<usize> {
    let module = mutant.file.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    let mut tests: Vec<usize> = (0..suite.tests.len())
        .filter(|&test| reach.get(test).is_some_and(|reached| reached.passes && reached.mutants.contains(&number)))
        .collect();
    tests.sort_by_key(|&test| {
        let name = suite.tests.get(test).map_or("", |test| test.name.as_str());
        let slow = reach.get(test).is_some_and(|reached| reached.took > Duration::from_secs(2));
        (Some(name) != hint, slow, !name.starts_with(&module), breadth.get(test).copied(), test)
    });
    tests
}

fn ask(suite: &Suite, reach: &[Reached], tests: &[usize], worker: usize, number: usize, options: &Options) -> Result<Verdict, Failure> {
    let variables = [("IDENTITY_MODEL_MUTANT", number.to_string())];
    let start = Instant::now();
    let mut sizes = BATCHES.iter().copied().chain(std::iter::repeat(512));
    let mut done = 0;
    while let Some(rest) = tests.get(done..).filter(|rest| !rest.is_empty()) {
        if options.patience.is_some_and(|patience| done > 0 && start.elapsed() > patience) {
            return Ok(Verdict::Unsettled(done));
        }
        let batch = rest.get(..sizes.next().unwrap_or(1).min(rest.len())).unwrap_or_default();
        done += batch.len();
        for binary in 0..suite.binaries.len() {
            let chosen = batch.iter().filter_map(|&test| suite.tests.get(test).zip(reach.get(test)));
            let chosen: Vec<_> = chosen.filter(|(test, _)| test.binary == binary).collect();
            if chosen.is_empty() {
                continue;
            }
            let names: Vec<&str> = chosen.iter().map(|(test, _)| test.name.as_str()).collect();
            let limit = GRACE + chosen.iter().map(|(_, reached)| reached.took).sum::<Duration>() * 3;
            match suite.run(worker, binary, &names, &variables, limit)?.0 {
                Outcome::Passed => {}
                Outcome::Failed(test) => return Ok(Verdict::Noticed(test)),
                Outcome::NeverEnded => return Ok(Verdict::NeverEnds),
            }
        }
    }
    Ok(Verdict::Stays(tests.len()))
}

fn describe(mutant: &Mutant, verdict: &Verdict, fingerprint: &str) -> Value {
    let (outcome, test, asked) = match verdict {
        Verdict::Noticed(test) => ("noticed", test.as_deref(), 0),
        Verdict::NeverEnds => ("never ends", None, 0),
        Verdict::Stays(asked) => ("stays", None, *asked),
        Verdict::Unsettled(asked) => ("unsettled", None, *asked),
        Verdict::NotViable(_) | Verdict::Apart(_) | Verdict::Elsewhere => ("", None, 0),
    };
    json!({ "mutant": mutant.name, "stable": mutant.stable_name(), "outcome": outcome, "test": test, "asked": asked, "fingerprint": fingerprint })
}

/// What earlier runs have written.
#[derive(Default)]
struct Results {
    /// By the whole name: with the fingerprint of its repository.
    of: BTreeMap<String, (String, Verdict)>,
    /// By the stable name: the test that has noticed it.
    hints: BTreeMap<String, String>,
}

impl Results {
    fn read(path: &std::path::Path) -> Self {
        let mut results = Self::default();
        for line in read(path).unwrap_or_default().lines() {
            let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
            let (Some(name), Some(fingerprint)) = (value["mutant"].as_str(), value["fingerprint"].as_str()) else { continue };
            let asked = value["asked"].as_u64().and_then(|asked| usize::try_from(asked).ok()).unwrap_or(0);
            let test = value["test"].as_str().map(str::to_owned);
            if let (Some(stable), Some(test)) = (value["stable"].as_str(), &test) {
                results.hints.insert(stable.to_owned(), test.clone());
            }
            let verdict = match value["outcome"].as_str() {
                Some("noticed") => Verdict::Noticed(test),
                Some("never ends") => Verdict::NeverEnds,
                Some("stays") => Verdict::Stays(asked),
                _ => Verdict::Unsettled(asked),
            };
            results.of.insert(name.to_owned(), (fingerprint.to_owned(), verdict));
        }
        results
    }
}

//! Which test reaches which mutants: every test once, in a process of its own, with no mutant on.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Failure;
use crate::options::Options;
use crate::suite::{Outcome, Suite, in_parallel};
use crate::tree::{Tree, read};

/// What one test reaches.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) mutants: BTreeSet<usize>,
    pub(crate) took: Duration,
    /// A test that fails as it is notices nothing.
    pub(crate) passes: bool,
}

/// Longer than any test takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(180);

/// What each test of the suite reaches, in its order.
pub(crate) fn trace(tree: &Tree, suite: &Suite, count: usize, options: &Options) -> Result<Vec<Reached>, Failure> {
    let kept = tree.folder.join("reached.json");
    if let Some(reached) = recall(tree, suite, count, &kept) {
        return Ok(reached);
    }
    let reached = in_parallel(options.jobs, suite.tests.len(), |worker, index| {
        let test = suite.tests.get(index).ok_or("no such test")?;
        let path = tree.folder.join(format!("trace-{worker}"));
        // Absent already where the test before has reached nothing.
        let _ = std::fs::remove_file(&path);
        let variables = [("IDENTITY_MODEL_MUTANTS_TRACE", path.display().to_string()), ("IDENTITY_MODEL_MUTANTS_COUNT", count.to_string())];
        let (outcome, took) = suite.run(worker, test.binary, &[&test.name], &variables, LIMIT)?;
        let numbers = std::fs::read_to_string(&path).unwrap_or_default();
        Ok(Reached { mutants: numbers.lines().filter_map(|line| line.parse().ok()).collect(), took, passes: outcome == Outcome::Passed })
    })?;
    let failing: Vec<String> =
        suite.tests.iter().zip(&reached).filter(|(_, reached)| !reached.passes).map(|(test, _)| suite.full_name(test)).collect();
    eprintln!("{} tests were traced; {} fail in the copy with no mutant on and are not asked: {failing:?}", reached.len(), failing.len());
    let rows: Vec<Value> = reached
        .iter()
        .map(|reached| json!([reached.mutants, u64::try_from(reached.took.as_millis()).unwrap_or(u64::MAX), reached.passes]))
        .collect();
    let names: Vec<String> = suite.tests.iter().map(|test| suite.full_name(test)).collect();
    let text = json!({ "fingerprint": tree.fingerprint, "count": count, "tests": names, "reached": rows }).to_string();
    std::fs::write(&kept, text).map_err(|error| format!("{}: {error}", kept.display()))?;
    Ok(reached)
}

/// What was traced before, where neither the repository nor the list has changed since.
fn recall(tree: &Tree, suite: &Suite, count: usize, kept: &std::path::Path) -> Option<Vec<Reached>> {
    let value: Value = serde_json::from_str(&read(kept).ok()?).ok()?;
    let names = value["tests"].as_array()?;
    let same = value["fingerprint"] == tree.fingerprint.as_str()
        && value["count"] == count
        && names.len() == suite.tests.len()
        && names.iter().zip(&suite.tests).all(|(name, test)| name.as_str() == Some(&suite.full_name(test)));
    let reached = |row: &Value| {
        let mutants = row[0].as_array()?.iter().filter_map(|number| usize::try_from(number.as_u64()?).ok()).collect();
        Some(Reached { mutants, took: Duration::from_millis(row[1].as_u64()?), passes: row[2].as_bool()? })
    };
    if same { value["reached"].as_array()?.iter().map(reached).collect() } else { None }
}

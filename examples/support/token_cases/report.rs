//! Every token of a file, judged and compared.

use std::fmt;
use std::sync::Arc;

use identity_model::jose::crypto::CryptoProvider;

use super::format::{Case, Expected, Level, Suite};
use super::judge::Outcome;

/// What the crate does not have: an accept case that needs it is skipped.
const LACKING: &[&str] = &["ed448"];

impl Suite {
    /// Judges every token.
    pub(crate) fn run(&self, provider: Option<&Arc<dyn CryptoProvider>>) -> Report<'_> {
        let mut report = Report::default();
        for case in &self.cases {
            let found = self.judge(case, provider);
            let agrees = match (&found, case.expected) {
                (Outcome::Accepted, Expected::Accept) | (Outcome::Refused { .. }, Expected::Reject) => true,
                (Outcome::Refused { .. }, Expected::Accept) if case.is_excused() => {
                    report.skipped.push(case);
                    continue;
                }
                _ => false,
            };
            if agrees {
                report.passed += 1;
            } else {
                report.disagreements.push(Disagreement { case, found });
            }
        }
        report
    }
}

impl Case {
    fn is_excused(&self) -> bool {
        self.requires.iter().any(|feature| LACKING.contains(&feature.as_str()))
    }
}

/// How the tokens of a file fared.
#[derive(Default)]
pub(crate) struct Report<'s> {
    pub(crate) passed: usize,
    pub(crate) skipped: Vec<&'s Case>,
    pub(crate) disagreements: Vec<Disagreement<'s>>,
}

/// A token whose verdict is not the expected one.
pub(crate) struct Disagreement<'s> {
    pub(crate) case: &'s Case,
    pub(crate) found: Outcome,
}

impl Report<'_> {
    pub(crate) fn fails_a_must(&self) -> bool {
        self.disagreements.iter().any(|one| one.case.level == Level::Must)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for level in [Level::Must, Level::Policy] {
            let of_level: Vec<_> = self.disagreements.iter().filter(|one| one.case.level == level).collect();
            if !of_level.is_empty() {
                writeln!(f, "{level:?}: {} disagreements", of_level.len())?;
            }
            of_level.iter().try_for_each(|one| writeln!(f, "{one}"))?;
        }
        for case in &self.skipped {
            writeln!(f, "skipped {} ({}): needs {}", case.name, case.group, case.requires.join(", "))?;
        }
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.disagreements.len(), self.skipped.len())
    }
}

impl fmt::Display for Disagreement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { name, group, why, expected, .. } = self.case;
        writeln!(f, "  {name} ({group}): {why}")?;
        write!(f, "    expected {}, found ", format!("{expected:?}").to_lowercase())?;
        match &self.found {
            Outcome::Accepted => write!(f, "accept"),
            Outcome::Refused { code, message } => write!(f, "reject, {code}: {message}"),
            Outcome::Broken(reason) => write!(f, "no verdict: {reason}"),
        }
    }
}

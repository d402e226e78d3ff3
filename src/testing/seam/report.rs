//! What the check found.

use std::fmt;

/// Every point of the seam that was checked, and what was wrong.
///
/// `Display` writes one line for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeamReport {
    passed: Vec<&'static str>,
    failures: Vec<SeamFailure>,
}

/// A promise that the client does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeamFailure {
    point: &'static str,
    reason: String,
}

impl SeamReport {
    pub(super) fn add(&mut self, point: &'static str, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => self.passed.push(point),
            Err(reason) => self.failures.push(SeamFailure { point, reason }),
        }
    }

    /// The promises that the client keeps.
    pub fn passed(&self) -> &[&'static str] {
        &self.passed
    }

    /// The promises that it does not keep.
    pub fn failures(&self) -> &[SeamFailure] {
        &self.failures
    }

    /// Panics with the report if a promise is not kept.
    #[expect(clippy::panic, reason = "a test double: failing the test is what it is for")]
    #[track_caller]
    pub fn assert_passed(&self) {
        if !self.failures.is_empty() {
            panic!("the client does not keep what the seam promises:\n{self}");
        }
    }
}

impl SeamFailure {
    /// The promise.
    pub fn point(&self) -> &'static str {
        self.point
    }

    /// What happened instead.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for SeamReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for point in &self.passed {
            writeln!(f, "kept:   {point}")?;
        }
        for failure in &self.failures {
            writeln!(f, "broken: {}: {}", failure.point, failure.reason)?;
        }
        Ok(())
    }
}

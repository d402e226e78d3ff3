//! What came of holding a profile against settings, metadata and messages.

use std::fmt;
use std::time::SystemTime;

use serde::Serialize;

use super::evidence::ProfileEvidence;
use super::rule::{ProfileRule, ProfileStage, RuleOutcome, RuleResult, RuleSeverity};
use crate::encoding::epoch;

/// Whether the subject of a report may do what the profile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// No binding rule is broken.
    Accepted,
    /// A binding rule is broken.
    Refused,
}

/// One rule at one stage: what was found, what is wanted, by which clause, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileFinding {
    id: String,
    clause: String,
    severity: RuleSeverity,
    result: RuleResult,
    when: ProfileStage,
    #[serde(skip_serializing_if = "str::is_empty")]
    check: &'static str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl ProfileFinding {
    pub(super) fn new(rule: &ProfileRule, when: ProfileStage, outcome: RuleOutcome) -> Self {
        let shown = |text: Option<String>| text.map(|text| shown(&text));
        Self {
            id: rule.id().to_owned(),
            clause: rule.clause().to_owned(),
            severity: rule.severity(),
            result: outcome.result,
            when,
            check: rule.check_name(),
            summary: rule.summary().to_owned(),
            found: shown(outcome.found),
            wanted: shown(outcome.wanted),
            remedy: outcome.remedy,
        }
    }

    /// The name of the rule.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The clause that demands it.
    pub fn clause(&self) -> &str {
        &self.clause
    }

    /// How binding it is.
    pub fn severity(&self) -> RuleSeverity {
        self.severity
    }

    /// What came of it.
    pub fn result(&self) -> RuleResult {
        self.result
    }

    /// Where it was checked.
    pub fn when(&self) -> ProfileStage {
        self.when
    }

    /// What was found, where there is something to say.
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// What should stand there, where the rule is broken.
    pub fn wanted(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// The call that helps, where the rule is broken.
    pub fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    pub(super) fn refuses(&self) -> bool {
        self.result == RuleResult::Fail && self.severity == RuleSeverity::Shall
    }
}

/// `rule PF6 (FAPI2-SP 5.3.3.1-1): expected DPoP or mutual TLS, found bearer tokens; .dpop(…)`.
impl fmt::Display for ProfileFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} ({}): ", self.id, self.clause)?;
        match (&self.found, &self.wanted) {
            (Some(found), Some(wanted)) if self.result == RuleResult::Fail => write!(f, "expected {wanted}, found {found}")?,
            (Some(found), _) => write!(f, "{}, {found}", self.result.as_str())?,
            (None, _) => write!(f, "{}, {}", self.result.as_str(), self.summary)?,
        }
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

/// The findings of a profile, ordered by the names of the rules. Serialisable; `Display` writes a table. It holds no secret.
///
/// `subject` is `client` where the settings of a client were looked at, `resource_server` where those of a resource server were, else
/// `provider`. `stage` is the last stage that was looked at. `at` is in seconds since 1970.
///
/// # Example
/// ```
/// use identity_model::profile::{ClientConfiguration, Profile, ProfileEvidence};
///
/// let client = ClientConfiguration::new("https://idp.example.com", "web");
/// let report = Profile::rfc9700().examine(&ProfileEvidence::new().configuration(&client), std::time::UNIX_EPOCH);
/// let json = serde_json::to_value(&report)?;
/// assert_eq!(json["profiles"][0], "rfc9700");
/// assert_eq!(json["stage"], "build");
/// println!("{report}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileReport {
    schema: u32,
    profiles: Vec<String>,
    subject: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    stage: ProfileStage,
    at: i64,
    verdict: Verdict,
    findings: Vec<ProfileFinding>,
}

impl ProfileReport {
    pub(super) fn new(profiles: Vec<String>, evidence: &ProfileEvidence<'_>, findings: Vec<ProfileFinding>, now: SystemTime) -> Self {
        let subject = match (evidence.configuration, evidence.resource) {
            (Some(_), _) => "client",
            (None, Some(_)) => "resource_server",
            (None, None) => "provider",
        };
        let stage = match (evidence.messages, evidence.metadata) {
            ([_, ..], _) => ProfileStage::Message,
            ([], Some(_)) => ProfileStage::Metadata,
            ([], None) => ProfileStage::Build,
        };
        let verdict = if findings.iter().any(ProfileFinding::refuses) { Verdict::Refused } else { Verdict::Accepted };
        Self {
            schema: 1,
            profiles,
            subject,
            client_id: evidence.configuration.map(|client| shown(&client.client_id)),
            issuer: evidence.issuer().map(shown),
            stage,
            at: epoch::seconds(now),
            verdict,
            findings,
        }
    }

    /// Accepted, or rejected because a binding rule is broken.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The last stage that was looked at.
    pub fn stage(&self) -> ProfileStage {
        self.stage
    }

    /// Every finding, ordered by the names of the rules.
    pub fn findings(&self) -> &[ProfileFinding] {
        &self.findings
    }

    /// The findings of one rule.
    pub fn of_rule<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a ProfileFinding> {
        self.findings.iter().filter(move |finding| finding.id == id)
    }

    /// The findings that are broken rules, recommendations among them.
    pub fn failures(&self) -> impl Iterator<Item = &ProfileFinding> {
        self.findings.iter().filter(|finding| finding.result == RuleResult::Fail)
    }
}

/// A table: rule, stage, result, clause, what was found, what is wanted, what helps.
impl fmt::Display for ProfileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.verdict == Verdict::Accepted { "accepted" } else { "refused" };
        let of_client = self.client_id.as_ref().map(|id| format!(" `{id}`")).unwrap_or_default();
        let at = self.issuer.as_ref().map(|issuer| format!(" at {issuer}")).unwrap_or_default();
        writeln!(f, "{} under {}: {verdict}", format_args!("{}{of_client}{at}", self.subject), self.profiles.join(" + "))?;
        writeln!(f, "{:6} {:9} {:15} {:7} {:28} what was found", "rule", "stage", "result", "level", "clause")?;
        for finding in &self.findings {
            let level = if finding.severity == RuleSeverity::Shall { "shall" } else { "should" };
            let (stage, result) = (finding.when.as_str(), finding.result.as_str());
            write!(f, "{:6} {stage:9} {result:15} {level:7} {:28} ", finding.id, finding.clause)?;
            match (&finding.found, &finding.wanted, &finding.remedy) {
                (Some(found), Some(wanted), Some(remedy)) => writeln!(f, "{found} (wanted: {wanted}; {remedy})")?,
                (Some(found), Some(wanted), None) => writeln!(f, "{found} (wanted: {wanted})")?,
                (Some(found), None, _) => writeln!(f, "{found}")?,
                (None, ..) => writeln!(f, "{}", finding.summary)?,
            }
        }
        Ok(())
    }
}

/// A foreign text in one line, shortened.
fn shown(text: &str) -> String {
    const LIMIT: usize = 300;
    let escape = |letter: char| if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() };
    text.chars().take(LIMIT).map(escape).collect()
}

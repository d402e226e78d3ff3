//! One rule of a profile: what it demands, by which clause, and where it can be checked.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::configuration::{ClientConfiguration, ResourceConfiguration};
use super::evidence::ProfileEvidence;
use super::message::ProfileMessage;
use crate::jose::AlgorithmSet;
use crate::protocol::discovery::DiscoveryDocumentResponse;

/// How binding a rule is, in the words of its specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RuleSeverity {
    /// Broken, it rejects the client.
    Shall,
    /// Broken, it is a finding of the report alone.
    Should,
}

/// Where a rule is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProfileStage {
    /// When the client or the resource server is built, or a login begins: its settings.
    Build,
    /// When the provider's metadata are seen.
    Metadata,
    /// When a message is sent or received.
    Message,
}

impl ProfileStage {
    /// The name in a report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Metadata => "metadata",
            Self::Message => "message",
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleResult {
    /// The rule is kept.
    Pass,
    /// The rule is broken.
    Fail,
    /// The rule speaks about something that does not happen here.
    NotApplicable,
    /// It cannot be told from what was looked at, or the rule is switched off.
    NotChecked,
}

impl RuleResult {
    /// The name in a report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::NotChecked => "not_checked",
        }
    }
}

/// The outcome of one check, with what was found and what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOutcome {
    pub(super) result: RuleResult,
    pub(super) found: Option<String>,
    pub(super) wanted: Option<String>,
    pub(super) remedy: Option<String>,
}

impl RuleOutcome {
    fn of(result: RuleResult) -> Self {
        Self { result, found: None, wanted: None, remedy: None }
    }

    /// The rule is kept.
    pub fn pass() -> Self {
        Self::of(RuleResult::Pass)
    }

    /// The rule is broken: `found` stands where `wanted` should. Neither may be a secret.
    pub fn fail(found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self { found: Some(found.into()), wanted: Some(wanted.into()), ..Self::of(RuleResult::Fail) }
    }

    /// The rule is kept where `kept` is true, and broken otherwise.
    pub fn check(kept: bool, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        if kept { Self { found: Some(found.into()), ..Self::pass() } } else { Self::fail(found, wanted) }
    }

    /// The rule speaks about something that does not happen here.
    pub fn not_applicable() -> Self {
        Self::of(RuleResult::NotApplicable)
    }

    /// It cannot be told, for this reason.
    pub fn not_checked(why: impl Into<String>) -> Self {
        Self { found: Some(why.into()), ..Self::of(RuleResult::NotChecked) }
    }

    /// Adds the call that helps where the rule is broken.
    #[must_use]
    pub fn remedy(mut self, call: impl Into<String>) -> Self {
        if self.result == RuleResult::Fail {
            self.remedy = Some(call.into());
        }
        self
    }

    /// What came of it.
    pub fn result(&self) -> RuleResult {
        self.result
    }

    pub(super) fn is_failure(&self) -> bool {
        self.result == RuleResult::Fail
    }
}

type OnConfiguration = Arc<dyn Fn(&ClientConfiguration) -> RuleOutcome + Send + Sync>;
type OnResource = Arc<dyn Fn(&ResourceConfiguration) -> RuleOutcome + Send + Sync>;
type OnMetadata = Arc<dyn Fn(&DiscoveryDocumentResponse, &ProfileEvidence<'_>) -> RuleOutcome + Send + Sync>;
type OnMessages = Arc<dyn Fn(&[ProfileMessage], &ProfileEvidence<'_>) -> RuleOutcome + Send + Sync>;

/// A rule with its name, its clause and its checks: on settings, on metadata, on messages.
///
/// Default: severity [`Shall`](RuleSeverity::Shall), no check. Checks see no secret and must not put one into an outcome.
///
/// # Example
/// ```
/// use identity_model::profile::{ProfileRule, RuleOutcome};
///
/// let rule = ProfileRule::new("BANK-7", "rulebook of the bank, 7.1", "redirects go to the bank's own domain")
///     .on_configuration(|client| {
///         let uri = client.redirect_uri.as_deref().unwrap_or("none");
///         RuleOutcome::check(uri.starts_with("https://bank.example/"), uri, "https://bank.example/…").remedy(".redirect_uri(…)")
///     });
/// assert_eq!(rule.id(), "BANK-7");
/// ```
#[derive(Clone)]
pub struct ProfileRule {
    id: Cow<'static, str>,
    clause: Cow<'static, str>,
    summary: Cow<'static, str>,
    severity: RuleSeverity,
    check: &'static str,
    pub(super) configuration: Option<OnConfiguration>,
    pub(super) resource: Option<OnResource>,
    pub(super) metadata: Option<OnMetadata>,
    pub(super) messages: Option<OnMessages>,
    pub(super) algorithms: Option<AlgorithmSet>,
}

impl ProfileRule {
    /// A rule by its name in reports, the clause that demands it, and what it demands in a few words.
    pub fn new(id: impl Into<Cow<'static, str>>, clause: impl Into<Cow<'static, str>>, summary: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: id.into(),
            clause: clause.into(),
            summary: summary.into(),
            severity: RuleSeverity::Shall,
            check: "",
            configuration: None,
            resource: None,
            metadata: None,
            messages: None,
            algorithms: None,
        }
    }

    /// Makes it a recommendation: broken, it is a finding and rejects nothing.
    #[must_use]
    pub fn should(mut self) -> Self {
        self.severity = RuleSeverity::Should;
        self
    }

    /// Checks the settings of a client.
    #[must_use]
    pub fn on_configuration(mut self, check: impl Fn(&ClientConfiguration) -> RuleOutcome + Send + Sync + 'static) -> Self {
        self.configuration = Some(Arc::new(check));
        self
    }

    /// Checks the settings of a resource server.
    #[must_use]
    pub fn on_resource(mut self, check: impl Fn(&ResourceConfiguration) -> RuleOutcome + Send + Sync + 'static) -> Self {
        self.resource = Some(Arc::new(check));
        self
    }

    /// Checks a provider's metadata, beside the settings of the client where they are known.
    #[must_use]
    pub fn on_metadata(
        mut self,
        check: impl Fn(&DiscoveryDocumentResponse, &ProfileEvidence<'_>) -> RuleOutcome + Send + Sync + 'static,
    ) -> Self {
        self.metadata = Some(Arc::new(check));
        self
    }

    /// Checks recorded messages, in the order in which they were sent.
    #[must_use]
    pub fn on_messages(mut self, check: impl Fn(&[ProfileMessage], &ProfileEvidence<'_>) -> RuleOutcome + Send + Sync + 'static) -> Self {
        self.messages = Some(Arc::new(check));
        self
    }

    /// The signature algorithms that the rule leaves: a client under it accepts no other.
    #[must_use]
    pub fn only_algorithms(mut self, algorithms: impl Into<AlgorithmSet>) -> Self {
        self.algorithms = Some(algorithms.into());
        self
    }

    /// The rule of the table in `docs/compliance/client-checks.md` that does the work.
    pub(super) fn checked_by(mut self, check: &'static str) -> Self {
        self.check = check;
        self
    }

    /// The name of the rule.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The clause that demands it.
    pub fn clause(&self) -> &str {
        &self.clause
    }

    /// What it demands, in a few words.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// How binding it is.
    pub fn severity(&self) -> RuleSeverity {
        self.severity
    }

    pub(super) fn check_name(&self) -> &'static str {
        self.check
    }

    /// The outcome of each stage that `evidence` holds something of.
    pub(super) fn outcomes(&self, evidence: &ProfileEvidence<'_>) -> Vec<(ProfileStage, RuleOutcome)> {
        let configured = self.configuration.as_ref().zip(evidence.configuration).map(|(check, client)| check(client));
        let resource = self.resource.as_ref().zip(evidence.resource).map(|(check, resource)| check(resource));
        let stated = self.metadata.as_ref().zip(evidence.metadata).map(|(check, document)| check(document, evidence));
        let messages = (!evidence.messages.is_empty()).then_some(evidence.messages);
        let sent = self.messages.as_ref().zip(messages).map(|(check, messages)| check(messages, evidence));
        let stages = [(ProfileStage::Build, configured.or(resource)), (ProfileStage::Metadata, stated), (ProfileStage::Message, sent)];
        stages.into_iter().filter_map(|(stage, outcome)| Some((stage, outcome?))).collect()
    }
}

impl fmt::Debug for ProfileRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileRule")
            .field("id", &self.id)
            .field("clause", &self.clause)
            .field("severity", &self.severity)
            .finish_non_exhaustive()
    }
}

//! A profile: rules under a name, added up, switched off one by one.

use std::borrow::Cow;
use std::time::SystemTime;

use super::evidence::ProfileEvidence;
use super::report::{ProfileFinding, ProfileReport};
use super::rule::{ProfileRule, ProfileStage, RuleOutcome, RuleSeverity};
use crate::jose::AlgorithmSet;

/// A security profile: rules, each with its clause, that a client keeps.
///
/// Made by a preset ([`fapi2_security`](Self::fapi2_security) and its like) or from rules of the application's own; several add up by
/// [`and`](Self::and). Default: no rule is switched off.
///
/// # Example
/// ```
/// use identity_model::profile::{Profile, ProfileRule, RuleOutcome};
///
/// let scopes = ProfileRule::new("BANK-3", "rulebook of the bank, 3", "no scope but accounts")
///     .on_configuration(|client| RuleOutcome::check(client.scope.iter().all(|scope| scope == "openid" || scope == "accounts"),
///         client.scope.join(" "), "openid accounts"));
/// let profile = Profile::fapi2_security().and(Profile::named("bank").rule(scopes));
/// assert_eq!(profile.names().collect::<Vec<_>>(), ["fapi2-security", "bank"]);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a profile does nothing until a client or a report takes it"]
pub struct Profile {
    names: Vec<Cow<'static, str>>,
    rules: Vec<ProfileRule>,
    switched_off: Vec<String>,
}

impl Profile {
    /// A profile without rules, to be filled by [`rule`](Self::rule).
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self { names: vec![name.into()], ..Self::default() }
    }

    /// The same rules under another name.
    pub(super) fn renamed(mut self, name: &'static str) -> Self {
        self.names = vec![name.into()];
        self
    }

    /// Adds a rule.
    pub fn rule(mut self, rule: ProfileRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Both profiles at once: the rules of both hold, and what one has switched off is off.
    pub fn and(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.rules.extend(other.rules);
        self.switched_off.extend(other.switched_off);
        self
    }

    /// Switches a rule off, by its name. Every report names it as not checked.
    pub fn danger_without_rule(mut self, id: impl Into<String>) -> Self {
        self.switched_off.push(id.into());
        self
    }

    /// The names of the profiles that were added up.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// Every rule, also one that is switched off.
    pub fn rules(&self) -> &[ProfileRule] {
        &self.rules
    }

    /// Whether a rule of this name holds: it is binding, and not switched off.
    pub fn holds(&self, id: &str) -> bool {
        !self.is_off(id) && self.rules.iter().any(|rule| rule.id() == id && rule.severity() == RuleSeverity::Shall)
    }

    /// The signature algorithms that the rules leave; `None` where no rule limits them.
    pub fn allowed_algorithms(&self) -> Option<AlgorithmSet> {
        let sets = self.rules.iter().filter(|rule| self.holds(rule.id())).filter_map(|rule| rule.algorithms);
        sets.reduce(AlgorithmSet::intersection)
    }

    /// Holds every rule against what is known, and says what was found, what is wanted and by which clause.
    ///
    /// Nothing is sent. `now` stands in the report as its date.
    pub fn examine(&self, evidence: &ProfileEvidence<'_>, now: SystemTime) -> ProfileReport {
        ProfileReport::new(self.names.iter().map(|name| name.to_string()).collect(), evidence, self.findings(evidence), now)
    }

    /// The first binding rule that is broken at this stage.
    pub(crate) fn violation(&self, evidence: &ProfileEvidence<'_>, stage: ProfileStage) -> Option<ProfileFinding> {
        self.findings(evidence).into_iter().find(|finding| finding.refuses() && finding.when() == stage)
    }

    /// The profiles' names as one text.
    pub(crate) fn name(&self) -> String {
        self.names.join("+")
    }

    /// A finding for each rule and stage, by the number of the rule.
    fn findings(&self, evidence: &ProfileEvidence<'_>) -> Vec<ProfileFinding> {
        let of_rule = |rule: &ProfileRule| -> Vec<ProfileFinding> {
            let outcomes = rule.outcomes(evidence).into_iter();
            let outcomes = outcomes.map(|(stage, outcome)| (stage, self.unless_off(rule, outcome)));
            outcomes.map(|(stage, outcome): (ProfileStage, RuleOutcome)| ProfileFinding::new(rule, stage, outcome)).collect()
        };
        let mut findings: Vec<_> = self.rules.iter().flat_map(of_rule).collect();
        findings.sort_by_key(|finding| (natural_order(finding.id()), finding.when()));
        findings
    }

    fn unless_off(&self, rule: &ProfileRule, outcome: RuleOutcome) -> RuleOutcome {
        if self.is_off(rule.id()) {
            return RuleOutcome::not_checked(format!("switched off by .danger_without_rule(\"{}\")", rule.id()));
        }
        outcome
    }

    fn is_off(&self, id: &str) -> bool {
        self.switched_off.iter().any(|off| off == id)
    }
}

/// `PF9` before `PF10`.
fn natural_order(id: &str) -> (String, u32) {
    let letters = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = id.get(letters.len()..).and_then(|digits| digits.parse().ok()).unwrap_or_default();
    (letters.to_owned(), number)
}

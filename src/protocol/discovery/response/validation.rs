//! The checks of a whole document, and which tolerances of its policy it really needs.

use super::document::DiscoveryDocumentResponse;
use super::endpoints::is_blank_key_set;
use super::violations::DiscoveryViolations;
use crate::constants::{media_types, metadata};
use crate::encoding::json::JsonKind;
use crate::protocol::discovery::{DiscoveryPolicy, MemberShape, PolicyViolation, Tolerance};

impl DiscoveryDocumentResponse {
    /// Checks everything: the issuer, every endpoint with its aliases, and the members that the policy's metadata profile requires.
    ///
    /// OpenID Connect Discovery 1.0 sections 3 and 4.3, RFC 8414 sections 2 and 3.3. Verdicts are remembered.
    ///
    /// # Errors
    /// [`DiscoveryViolations`], all of them; a member that two checks reject is named once.
    pub fn validate(&self) -> Result<(), DiscoveryViolations> {
        let mut violations: Vec<_> = self.validate_issuer_name().err().into_iter().chain(self.rejected_endpoints()).collect();
        let named = violations.len();
        for violation in self.missing_members() {
            let is_named = violations.iter().take(named).any(|other| other.member() == violation.member());
            if !is_named {
                violations.push(violation.clone());
            }
        }
        DiscoveryViolations::unless_none(violations)
    }

    /// Checks every endpoint of the document, the aliases for mutual TLS included, and that there is a key set where one is required.
    ///
    /// # Errors
    /// [`DiscoveryViolations`], all of them.
    pub fn validate_endpoints(&self) -> Result<(), DiscoveryViolations> {
        let key_set = match self.key_set_address() {
            Err(violation) if self.members().named(metadata::JWKS_URI).is_none() => Some(violation),
            _ => None,
        };
        DiscoveryViolations::unless_none(self.rejected_endpoints().chain(key_set))
    }

    /// Checks that the members are there which the policy's metadata profile requires, each of its type.
    ///
    /// # Errors
    /// [`DiscoveryViolations`], all of them.
    pub fn validate_required_members(&self) -> Result<(), DiscoveryViolations> {
        DiscoveryViolations::unless_none(self.missing_members().iter().cloned())
    }

    /// The tolerances of the policy without which this document would be rejected, or rejected for more reasons than now. What the policy
    /// tolerates beyond them can be withdrawn, one at a time: of two base addresses that both cover an endpoint, neither is needed.
    ///
    /// A custom strategy is asked again for each of them.
    pub fn tolerances_needed(&self) -> Vec<Tolerance> {
        let now = self.violations_under(self.policy());
        self.policy().needed_tolerances(|policy| self.violations_under(policy) <= now)
    }

    fn rejected_endpoints(&self) -> impl Iterator<Item = PolicyViolation> {
        self.endpoints().filter_map(|(_, verdict)| verdict.err())
    }

    fn missing_members(&self) -> &[PolicyViolation] {
        self.inner.required.get_or_init(|| self.missing_members_under(self.policy()))
    }

    fn missing_members_under(&self, policy: &DiscoveryPolicy) -> Vec<PolicyViolation> {
        let grant_types = self.states(metadata::GRANT_TYPES_SUPPORTED).then(|| self.grant_types_supported());
        let grant_types: Option<Vec<&str>> = grant_types.as_ref().map(|types| types.iter().map(String::as_str).collect());
        policy.check_required_members(|member| self.shape(member), grant_types.as_deref())
    }

    fn shape(&self, member: &str) -> MemberShape {
        let Some(value) = self.document().value(member) else { return MemberShape::Absent };
        match value.kind() {
            JsonKind::Null => MemberShape::Absent,
            JsonKind::String if is_blank_key_set(member, value) => MemberShape::Absent,
            JsonKind::String => MemberShape::Text,
            JsonKind::Array if value.elements().is_some_and(|mut all| all.all(|one| one.kind() == JsonKind::String)) => MemberShape::Texts,
            _ => MemberShape::Other,
        }
    }

    /// For how many reasons `policy` would reject the document and the response it came with.
    fn violations_under(&self, policy: &DiscoveryPolicy) -> usize {
        let authority = policy.expected_authority(&self.inner.address);
        let status = self.head().status();
        let rejections = [
            policy.check_document_address(&self.inner.address).is_err(),
            policy.check_issuer(self.try_get_str(metadata::ISSUER), authority).is_err(),
            status != http::StatusCode::OK && !policy.accepted_statuses().contains(&status),
            !policy.allows_any_content_type() && !self.head().is_of_type(media_types::JSON),
        ];
        let endpoints = self.members().iter().filter(|member| member.check(policy, authority).is_err()).count();
        rejections.into_iter().filter(|rejected| *rejected).count() + endpoints + self.missing_members_under(policy).len()
    }
}

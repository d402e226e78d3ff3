//! Which members a document must have, by the policy's profile: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2.

use super::metadata::{MemberShape, MetadataProfile};
use super::policy::DiscoveryPolicy;
use super::tolerance::Tolerance;
use super::violation::{PolicyViolation, PolicyViolationKind};
use crate::constants::metadata as names;

impl DiscoveryPolicy {
    /// Names each member that the metadata profile requires and that is missing or of the wrong type; a missing `jwks_uri` as
    /// [`require_key_set`](Self::require_key_set) says. `grant_types` is `grant_types_supported`, where it is there.
    pub fn check_required_members(&self, shape: impl Fn(&str) -> MemberShape, grant_types: Option<&[&str]>) -> Vec<PolicyViolation> {
        let profile = self.metadata_profile();
        let mut violations: Vec<_> = profile
            .requires(grant_types)
            .into_iter()
            .filter_map(|(member, expected)| {
                let kind = match shape(member) {
                    found if found == expected => return None,
                    MemberShape::Absent => PolicyViolationKind::MissingMember,
                    _ => PolicyViolationKind::WrongType,
                };
                let expected = if expected == MemberShape::Texts { "an array of strings" } else { "a string" };
                Some(PolicyViolation::new(kind, member).expecting([expected]).allowed_by(profile_without(member, grant_types)))
            })
            .collect();
        if self.require_key_set() && shape(names::JWKS_URI) == MemberShape::Absent {
            violations.push(PolicyViolation::new(PolicyViolationKind::MissingKeySet, names::JWKS_URI).allowed_by(Tolerance::NoKeySet));
        }
        violations
    }
}

/// The strictest profile that does not ask for `member`.
fn profile_without(member: &str, grant_types: Option<&[&str]>) -> Option<Tolerance> {
    [MetadataProfile::AuthorizationServer, MetadataProfile::KeysOnly]
        .into_iter()
        .find(|profile| !profile.requires(grant_types).iter().any(|(required, _)| *required == member))
        .map(Tolerance::Profile)
}

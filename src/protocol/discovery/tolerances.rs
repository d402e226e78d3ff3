//! The tolerances of one policy: which it has, and what it would be without one.

use super::authority_strategy::AuthorityStrategy;
use super::metadata::MetadataProfile;
use super::policy::{DiscoveryPolicy, Settings};
use super::strategy::OneOfIssuersStrategy;
use super::tolerance::Tolerance;

impl DiscoveryPolicy {
    /// What this policy tolerates and [`strict`](Self::strict) does not, in a fixed order; empty for the strict policy.
    pub fn tolerances(&self) -> Vec<Tolerance> {
        let strict = Self::strict();
        let template = self.authority_validation_strategy().template();
        let named = self.authority_validation_strategy().named_issuers();
        let other_strategy =
            template.is_none() && named.is_empty() && self.authority_validation_strategy() != strict.authority_validation_strategy();
        let loopback = self.loopback_addresses().iter().filter(|host| !strict.loopback_addresses().contains(host));
        let switches = [
            (other_strategy, Tolerance::Strategy),
            (!self.validate_issuer_name(), Tolerance::AnyIssuer),
            (!self.validate_endpoints(), Tolerance::AnyEndpointHost),
            (!self.require_https(), Tolerance::Http),
            (self.allows_private_addresses(), Tolerance::PrivateAddresses),
            (self.settings().require_key_set == Some(false), Tolerance::NoKeySet),
            (self.metadata_profile() != strict.metadata_profile(), Tolerance::Profile(self.metadata_profile())),
            (self.allows_any_content_type(), Tolerance::AnyContentType),
            (self.takes_missing_token_type_as_bearer(), Tolerance::MissingTokenType),
            (self.splits_scope_at_commas(), Tolerance::CommaSeparatedScope),
            (self.reads_values_as_text(), Tolerance::ValuesAsText),
        ];
        let mut tolerances = Vec::new();
        tolerances.extend(self.additional_endpoint_base_addresses().iter().cloned().map(Tolerance::EndpointBase));
        tolerances.extend(self.endpoint_validation_exclude_list().iter().cloned().map(Tolerance::EndpointMember));
        tolerances.extend(named.iter().cloned().map(Tolerance::Issuer));
        tolerances.extend(template.map(|template| Tolerance::IssuerTemplate(template.to_owned())));
        tolerances.extend(loopback.cloned().map(Tolerance::LoopbackAddress));
        tolerances.extend(switches.into_iter().filter(|(is_on, _)| *is_on).map(|(_, tolerance)| tolerance));
        tolerances.extend(self.accepted_statuses().iter().copied().map(Tolerance::Status));
        tolerances.extend(self.bearer_token_types().iter().cloned().map(Tolerance::BearerTokenType));
        tolerances
    }

    /// Those of [`tolerances`](Self::tolerances) without which `accepts` would have said no.
    pub(crate) fn needed_tolerances(&self, accepts: impl Fn(&Self) -> bool) -> Vec<Tolerance> {
        self.tolerances().into_iter().filter(|tolerance| !accepts(&self.without(tolerance))).collect()
    }

    fn without(&self, tolerance: &Tolerance) -> Self {
        let mut settings = self.settings().clone();
        tolerance.withdraw(&mut settings);
        Self::from_settings(settings)
    }
}

impl Tolerance {
    fn withdraw(&self, settings: &mut Settings) {
        match self {
            Self::EndpointBase(base) => settings.additional_endpoint_base_addresses.retain(|one| one != base),
            Self::EndpointMember(member) => settings.endpoint_validation_exclude_list.retain(|one| one != member),
            Self::Issuer(issuer) => {
                let others = settings.strategy.named_issuers().iter().filter(|one| *one != issuer);
                settings.strategy = OneOfIssuersStrategy::new(others).into();
            }
            Self::IssuerTemplate(_) | Self::IssuerTemplateElsewhere(_) | Self::Strategy => settings.strategy = AuthorityStrategy::default(),
            Self::AnyIssuer => settings.validate_issuer_name = true,
            Self::AnyEndpointHost => settings.validate_endpoints = true,
            Self::Http => settings.require_https = true,
            Self::LoopbackAddress(host) => settings.loopback_addresses.retain(|one| one != host),
            Self::PrivateAddresses => settings.allow_private_addresses = false,
            Self::NoKeySet => settings.require_key_set = None,
            Self::Profile(_) => settings.metadata_profile = MetadataProfile::default(),
            Self::AnyContentType => settings.allow_any_content_type = false,
            Self::Status(status) => settings.accepted_statuses.retain(|one| one != status),
            Self::MissingTokenType => settings.missing_token_type_is_bearer = false,
            Self::BearerTokenType(name) => settings.bearer_token_types.retain(|one| one != name),
            Self::CommaSeparatedScope => settings.comma_separated_scope = false,
            Self::ValuesAsText => settings.values_as_text = false,
            Self::Member(name, _) => settings.metadata.retain(|(known, _)| known != name),
            Self::MetadataAddress(_) => settings.metadata_address = None,
        }
    }
}

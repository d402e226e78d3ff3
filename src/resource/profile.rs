//! A resource server under a profile: its settings as facts.

use super::ResourceServer;
use crate::keys::TokenValidator;
use crate::profile::ResourceConfiguration;
use crate::protocol::dpop::TokenBindingMode;

impl ResourceServer {
    /// The settings of the resource server as a security profile sees them. Scopes that single routes demand are not among them.
    pub fn configuration(&self) -> ResourceConfiguration {
        let validators: Vec<&TokenValidator> = self.0.validators.all().collect();
        let audiences = validators.iter().map(|validator| validator.options().expected_audience());
        // One validator that accepts any audience is a hole for all.
        let is_open = audiences.clone().any(|audience| audience.listed().is_empty());
        let listed = audiences.flat_map(|audience| audience.listed().iter().map(|name| name.to_string()));
        ResourceConfiguration {
            issuers: self.0.validators.issuers().into_iter().map(str::to_owned).collect(),
            audiences: if is_open { Vec::new() } else { listed.collect() },
            scope: Vec::new(),
            requires_bound_tokens: self.0.verifier.mode() == TokenBindingMode::RequireBound,
            introspects: validators.iter().all(|validator| validator.introspects_everything()),
        }
    }
}

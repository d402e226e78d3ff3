//! The endpoints of a document by name, each with the policy's verdict: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 8705
//! section 5.

use super::document::DiscoveryDocumentResponse;
use super::endpoints::{Endpoints, Member, alias_name};
use super::server_facts::ServerFacts;
use crate::constants::metadata;
use crate::protocol::discovery::{Endpoint, PolicyViolation, PolicyViolationKind, Server};

/// The endpoints for the browser and the key set: never behind mutual TLS.
const WITHOUT_ALIAS: &[&str] =
    &[metadata::JWKS_URI, metadata::AUTHORIZATION_ENDPOINT, metadata::END_SESSION_ENDPOINT, metadata::CHECK_SESSION_IFRAME];

impl DiscoveryDocumentResponse {
    /// The endpoint `member`, if the policy accepts it; `None` where the document has none. An mTLS alias is named
    /// `mtls_endpoint_aliases.…`.
    ///
    /// Endpoints are `jwks_uri`, `check_session_iframe`, every member whose name ends in `endpoint`, and every alias: what is none of these is
    /// not there. The policy is asked once, its verdict remembered.
    ///
    /// # Errors
    /// [`PolicyViolation`] where the policy rejects it, or where it is no string.
    pub fn endpoint(&self, member: &str) -> Result<Option<Endpoint>, PolicyViolation> {
        match self.members().named(member) {
            Some(member) => self.verdict(member).map(Some),
            None => Ok(None),
        }
    }

    /// The endpoint to use for `member` with mutual TLS: its alias where the document has one, else the plain endpoint (RFC 8705 section 5).
    ///
    /// Key set, authorization endpoint, end-session endpoint and session iframe never use an alias.
    ///
    /// # Errors
    /// [`PolicyViolation`] where there is neither, and where the policy rejects the alias: a rejected alias never falls back to the plain
    /// endpoint.
    pub fn mtls_endpoint(&self, member: &str) -> Result<Endpoint, PolicyViolation> {
        if !WITHOUT_ALIAS.contains(&member) {
            // Something else than an object in the place of the aliases is an error, not an absence.
            self.endpoint(metadata::MTLS_ENDPOINT_ALIASES)?;
            if let Some(alias) = self.endpoint(&alias_name(member))? {
                return Ok(alias);
            }
        }
        self.required_endpoint(member)
    }

    /// Every endpoint of the document by its name, aliases included, in the order of the document, with the policy's verdict.
    pub fn endpoints(&self) -> impl Iterator<Item = (&str, Result<Endpoint, PolicyViolation>)> {
        self.members().iter().map(|member| (member.name.as_str(), self.verdict(member)))
    }

    pub(crate) fn required_endpoint(&self, member: &str) -> Result<Endpoint, PolicyViolation> {
        match self.endpoint(member)? {
            Some(endpoint) => Ok(endpoint),
            None if member == metadata::JWKS_URI => Err(self.missing_key_set()),
            None => Err(self.missing(member)),
        }
    }

    /// Where the keys are; `None` where there is no address and the policy wants none.
    pub(in crate::protocol::discovery) fn key_set_address(&self) -> Result<Option<Endpoint>, PolicyViolation> {
        match self.endpoint(metadata::JWKS_URI)? {
            Some(endpoint) => Ok(Some(endpoint)),
            None => self.policy().check_key_set_address(None, self.authority()),
        }
    }

    pub(super) fn missing(&self, member: &str) -> PolicyViolation {
        PolicyViolation::new(PolicyViolationKind::MissingMember, member)
    }

    fn missing_key_set(&self) -> PolicyViolation {
        self.key_set_address().err().unwrap_or_else(|| self.missing(metadata::JWKS_URI))
    }

    pub(super) fn members(&self) -> &Endpoints {
        self.inner.endpoints.get_or_init(|| Endpoints::of(self.document()))
    }

    fn verdict(&self, member: &Member) -> Result<Endpoint, PolicyViolation> {
        let judge = || Ok(member.check(self.policy(), self.authority())?.of_server(self.server_of(&member.name)));
        member.verdict.get_or_init(judge).clone()
    }

    /// What the document says about the server behind an endpoint.
    fn server_of(&self, member: &str) -> Server {
        let alias = if WITHOUT_ALIAS.contains(&member) { None } else { self.members().named(&alias_name(member)) };
        let facts = self.inner.server.get_or_init(|| ServerFacts::of(self.document()));
        facts.at(member, alias.map(|alias| self.verdict(alias)))
    }
}

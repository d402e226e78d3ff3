//! What a policy checks, and in which order: form, HTTPS, class of the address, then issuer, host and base by its strategy.

use super::address::Endpoint;
use super::address_error::AddressError;
use super::authority::{AuthorityValidationStrategy, AuthorityViolation};
use super::endpoint::DiscoveryEndpoint;
use super::host::{HostClass, address_class, is_listed};
use super::policy::DiscoveryPolicy;
use super::strategy::IssuerTemplateStrategy;
use super::text::{Form, HttpUrl};
use super::tolerance::Tolerance;
use super::violation::{PolicyViolation, PolicyViolationKind as Kind};
use crate::constants::metadata as names;

impl DiscoveryPolicy {
    /// Checks the address of a document before anything is sent: HTTPS and the class of the address, and what the policy itself presets.
    ///
    /// # Errors
    /// [`PolicyViolation`] that names `address`, `authority` or `additional_endpoint_base_address`.
    pub fn check_document_address(&self, endpoint: &DiscoveryEndpoint) -> Result<(), PolicyViolation> {
        for base in self.additional_endpoint_base_addresses() {
            parse("additional_endpoint_base_address", base, Form::Address)?;
        }
        let authority = parse("authority", self.expected_authority(endpoint), Form::Address)?;
        let address = parse("address", endpoint.url(), Form::Endpoint)?;
        self.check_scheme("address", &address).map_err(|refused| {
            // A document at an inner address: what is meant is that very address, not plain HTTP anywhere.
            let narrower = Tolerance::MetadataAddress(endpoint.url().to_owned());
            refused.because(AuthorityViolation::Other(format!("plain HTTP to this address alone is allowed by `{narrower}`")))
        })?;
        self.check_class("address", &address, Some(&authority))?;
        self.check_scheme("authority", &authority)
    }

    /// What issuer and endpoints are held against: the preset authority, else the one derived from the address.
    pub fn expected_authority<'a>(&'a self, endpoint: &'a DiscoveryEndpoint) -> &'a str {
        self.authority().unwrap_or(endpoint.authority())
    }

    /// Checks the issuer of a document against `authority`.
    ///
    /// # Errors
    /// [`PolicyViolation`] where it is missing, blank or rejected by the strategy.
    pub fn check_issuer(&self, issuer: Option<&str>, authority: &str) -> Result<(), PolicyViolation> {
        if !self.validate_issuer_name() || (issuer.is_some() && self.stated(names::ISSUER).as_deref() == issuer) {
            return Ok(());
        }
        let strategy = self.authority_validation_strategy();
        let violation =
            |kind, remedy| PolicyViolation::new(kind, names::ISSUER).expecting(strategy.expected_issuers(authority)).allowed_by(remedy);
        let Some(issuer) = issuer.filter(|issuer| !issuer.trim().is_empty()) else {
            // With any issuer allowed there still would be none: the application says which it is.
            let stated = Tolerance::Member(names::ISSUER.to_owned(), authority.to_owned());
            return Err(violation(Kind::IssuerMissing, stated));
        };
        strategy.validate_issuer(issuer, authority).map_err(|cause| {
            if cause == AuthorityViolation::TemplateHost {
                let expected = format!("a template on the scheme, host and port of {authority}");
                let remedy = Tolerance::IssuerTemplateElsewhere(issuer.to_owned());
                let refused = PolicyViolation::new(Kind::IssuerMismatch, names::ISSUER).at(issuer).expecting([expected.as_str()]);
                return refused.allowed_by(remedy).because(cause);
            }
            let (kind, remedy) = match cause {
                AuthorityViolation::Malformed(_) => (Kind::Malformed, Tolerance::AnyIssuer),
                AuthorityViolation::TrailingSlashes => (Kind::IssuerMismatch, Tolerance::AnyIssuer),
                _ if is_template_of(issuer, authority) => (Kind::IssuerMismatch, Tolerance::IssuerTemplate(issuer.to_owned())),
                _ => (Kind::IssuerMismatch, Tolerance::Issuer(issuer.to_owned())),
            };
            violation(kind, remedy).at(issuer).because(cause)
        })
    }

    /// Checks an endpoint from metadata: an absolute http(s) URL without user information; HTTPS; the class of its address; then, unless
    /// switched off or excluded, host and base. `member` is its name, `mtls_endpoint_aliases.…` for an alias.
    ///
    /// # Errors
    /// [`PolicyViolation`] of the first check that fails.
    pub fn check_endpoint(&self, member: &str, value: &str, authority: &str) -> Result<Endpoint, PolicyViolation> {
        let endpoint = parse(member, value, Form::Endpoint)?;
        self.check_scheme(member, &endpoint)?;
        let is_stated = self.stated(member).as_deref() == Some(value);
        let place = HttpUrl::parse(authority, Form::Address).ok();
        let other = if is_stated { Some(&endpoint) } else { place.as_ref() };
        self.check_class(member, &endpoint, other)?;
        self.check_origin(member, &endpoint, place.as_ref())?;
        let is_excluded = is_stated || self.endpoint_validation_exclude_list().iter().any(|name| name == member);
        if self.validate_endpoints() && !is_excluded {
            let mut allowed = vec![authority.to_owned()];
            allowed.extend_from_slice(self.additional_endpoint_base_addresses());
            allowed.extend(self.metadata_base());
            self.authority_validation_strategy().validate_endpoint(value, &allowed).map_err(|cause| {
                let (kind, remedy) = endpoint_remedy(member, &endpoint, &cause);
                PolicyViolation::new(kind, member).at(value).expecting(allowed.iter().map(String::as_str)).allowed_by(remedy).because(cause)
            })?;
        }
        Ok(Endpoint::accepted(value, endpoint.url(), self))
    }

    /// Checks `jwks_uri`; `Ok(None)` where there is none and none is required.
    ///
    /// # Errors
    /// [`PolicyViolation`] where it is missing, blank or rejected as an endpoint.
    pub fn check_key_set_address(&self, jwks_uri: Option<&str>, authority: &str) -> Result<Option<Endpoint>, PolicyViolation> {
        match jwks_uri.filter(|uri| !uri.trim().is_empty()) {
            Some(uri) => self.check_endpoint(names::JWKS_URI, uri, authority).map(Some),
            None if self.require_key_set() => {
                Err(PolicyViolation::new(Kind::MissingKeySet, names::JWKS_URI).allowed_by(Tolerance::NoKeySet))
            }
            None => Ok(None),
        }
    }

    /// Checks an address that a caller wrote for a request other than discovery: form, HTTPS, the class of the address; host and base only
    /// where the policy presets an authority, for nothing is derived from such an address.
    ///
    /// # Errors
    /// [`AddressError`] for text that is no address, [`AddressError::Rejected`] where the policy says no.
    pub fn check_address(&self, address: &str) -> Result<Endpoint, AddressError> {
        let url = HttpUrl::parse(address, Form::Endpoint)?;
        if let Some(authority) = self.authority() {
            return Ok(self.check_endpoint("address", address, authority)?);
        }
        self.check_scheme("address", &url)?;
        self.check_class("address", &url, None)?;
        Ok(Endpoint::accepted(address, url.url(), self))
    }

    /// An address whose host a stranger chose: form, HTTPS, and no private address unless those are allowed; host and base where the policy
    /// presets an authority.
    pub(crate) fn check_foreign_address(&self, member: &str, address: &str) -> Result<Endpoint, PolicyViolation> {
        if let Some(authority) = self.authority() {
            return self.check_endpoint(member, address, authority);
        }
        let url = parse(member, address, Form::Endpoint)?;
        self.check_scheme(member, &url)?;
        // Held against a public address, a private one is not its own.
        self.check_class(member, &url, Some(&parse(member, "https://public.example", Form::Address)?))?;
        Ok(Endpoint::accepted(address, url.url(), self))
    }

    /// What the document at the stated address speaks for by itself: a base address of its endpoints.
    fn metadata_base(&self) -> Option<String> {
        let endpoint = DiscoveryEndpoint::parse(self.metadata_address()?, self.discovery_document_path()).ok()?;
        Some(endpoint.authority().to_owned())
    }

    /// Whether the caller named the scheme, host and port of this address, as the address of the metadata.
    fn is_at_metadata_address(&self, url: &HttpUrl<'_>) -> bool {
        let stated = self.metadata_address().and_then(|address| HttpUrl::parse(address, Form::Endpoint).ok());
        stated.is_some_and(|stated| stated.same_origin(url))
    }

    /// Whether the caller named it so, or as a base address.
    fn is_at_named_address(&self, url: &HttpUrl<'_>) -> bool {
        let bases = self.additional_endpoint_base_addresses().iter();
        self.is_at_metadata_address(url)
            || bases.filter_map(|base| HttpUrl::parse(base, Form::Address).ok()).any(|base| base.same_origin(url))
    }

    pub(super) fn check_scheme(&self, member: &str, url: &HttpUrl<'_>) -> Result<(), PolicyViolation> {
        let on_loopback = self.allow_http_on_loopback() && is_listed(url.url(), self.loopback_addresses());
        if url.url().scheme() == "https" || !self.require_https() || on_loopback || self.is_at_metadata_address(url) {
            return Ok(());
        }
        Err(PolicyViolation::new(Kind::HttpsRequired, member).at(url.text()).allowed_by(Tolerance::Http))
    }

    /// Without an authority there is no origin to compare with; one that is no address has none that anything could stand on.
    pub(super) fn check_origin(&self, member: &str, url: &HttpUrl<'_>, authority: Option<&HttpUrl<'_>>) -> Result<(), PolicyViolation> {
        if !self.requires_same_origin() || authority.is_some_and(|authority| authority.url().origin() == url.url().origin()) {
            return Ok(());
        }
        Err(PolicyViolation::new(Kind::OtherOrigin, member).at(url.text()).expecting(authority.map(HttpUrl::origin)))
    }

    /// Without an authority, a private address is the caller's own choice.
    pub(super) fn check_class(&self, member: &str, url: &HttpUrl<'_>, authority: Option<&HttpUrl<'_>>) -> Result<(), PolicyViolation> {
        let address = address_class(url.url());
        if self.denies_private_addresses() && !address.is_public() {
            return Err(PolicyViolation::new(Kind::DeniedAddress, member).at(url.text()).of_class(address));
        }
        let class = HostClass::of(url.url());
        let is_authoritys = authority.is_none_or(|authority| HostClass::of(authority.url()) == class);
        let (kind, remedy) = match class {
            HostClass::Public => return Ok(()),
            // An application that names an address of its own network means it.
            _ if self.is_at_named_address(url) => return Ok(()),
            HostClass::LinkLocal => (Kind::LinkLocalAddress, None),
            HostClass::Loopback | HostClass::Private if is_authoritys || self.allows_private_addresses() => return Ok(()),
            HostClass::Loopback | HostClass::Private => (Kind::PrivateAddress, Some(Tolerance::PrivateAddresses)),
        };
        Err(PolicyViolation::new(kind, member).at(url.text()).of_class(address).allowed_by(remedy))
    }
}

pub(super) fn parse<'t>(member: &str, text: &'t str, form: Form) -> Result<HttpUrl<'t>, PolicyViolation> {
    HttpUrl::parse(text, form)
        .map_err(|error| PolicyViolation::new(Kind::Malformed, member).at(text).because(AuthorityViolation::Malformed(error)))
}

fn is_template_of(issuer: &str, authority: &str) -> bool {
    IssuerTemplateStrategy::new(issuer).is_ok_and(|template| template.validate_issuer(issuer, authority).is_ok())
}

/// The narrowest call that lets the endpoint in: its origin where the host is new, its folder where only the path is.
fn endpoint_remedy(member: &str, endpoint: &HttpUrl<'_>, cause: &AuthorityViolation) -> (Kind, Tolerance) {
    match cause {
        AuthorityViolation::EndpointHost => (Kind::EndpointHost, Tolerance::EndpointBase(endpoint.origin().to_owned())),
        AuthorityViolation::EndpointBase => {
            let folder = endpoint.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            (Kind::EndpointBase, Tolerance::EndpointBase(format!("{}{folder}", endpoint.origin())))
        }
        AuthorityViolation::DotSegment => (Kind::EndpointBase, Tolerance::EndpointMember(member.to_owned())),
        _ => (Kind::EndpointRejected, Tolerance::EndpointMember(member.to_owned())),
    }
}

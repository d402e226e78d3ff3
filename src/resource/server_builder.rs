//! Setting a resource server up.

use std::fmt;
use std::sync::Arc;

use thiserror::Error as ThisError;

use super::metadata::resource_metadata_address;
use super::server::Inner;
use super::token_places::TokenPlaces;
use super::token_validators::TokenValidators;
use super::{AllowedOrigins, ResourceServer};
use crate::environment::Environment;
use crate::error_kind::classify;
use crate::jose::JoseError;
use crate::keys::TokenValidator;
use crate::profile::{Profile, ProfileEvidence, ProfileFinding, ProfileStage};
use crate::protocol::dpop::DpopVerifier;

/// Why a resource server cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum ResourceServerError {
    /// Nothing would validate a token.
    #[error("no token validator is configured; set one with `.validator(…)`, or one for each issuer with `.issuer(…)`")]
    NoValidator,
    /// The resource identifier is no URL that metadata can be published for.
    #[error("resource \"{resource}\" is not an absolute http or https URL without a fragment (RFC 9728 section 1.2)")]
    Resource {
        /// What was set.
        resource: String,
    },
    /// A rule of the profile is broken.
    #[error("profile `{profile}`, {finding}")]
    Profile {
        /// The profile, or several joined by `+`.
        profile: String,
        /// The rule, its clause, what was found and what is wanted.
        finding: Box<ProfileFinding>,
    },
    /// No cryptography provider is compiled in.
    #[error("requests cannot be judged without a cryptography provider; enable the feature `aws-lc-rs` or `biscuit`")]
    Crypto(#[source] JoseError),
}

classify! { ResourceServerError {
    Self::NoValidator => "no_token_validator" Configuration;
    Self::Resource { .. } => "resource_identifier" Configuration;
    Self::Profile { .. } => "resource_profile" Configuration;
    Self::Crypto(_) => "no_crypto_provider" Configuration;
} }

/// Sets a [`ResourceServer`] up.
#[derive(Default)]
#[must_use]
pub struct ResourceServerBuilder {
    realm: Option<String>,
    resource: Option<String>,
    scopes_supported: Vec<String>,
    validators: TokenValidators,
    verifier: Option<DpopVerifier>,
    places: TokenPlaces,
    origins: AllowedOrigins,
    environment: Environment,
    profile: Option<Profile>,
}

impl ResourceServer {
    /// Sets a resource server up.
    pub fn builder() -> ResourceServerBuilder {
        ResourceServerBuilder::default()
    }
}

impl ResourceServerBuilder {
    /// The validator of every token, or of those whose issuer has none of its own.
    pub fn validator(mut self, validator: TokenValidator) -> Self {
        self.validators.single = Some(validator);
        self
    }

    /// The validator of the tokens of one issuer, compared exactly. A token of an issuer that is not listed is rejected before any key is
    /// fetched, unless there is a [`validator`](Self::validator) for the rest.
    pub fn issuer(mut self, issuer: impl Into<String>, validator: TokenValidator) -> Self {
        self.validators.by_issuer.push((issuer.into(), validator));
        self
    }

    /// The validator of tokens that are no JWT, which asks the server about them
    /// ([`TokenValidator::introspecting`](crate::keys::TokenValidator::introspecting)).
    pub fn opaque_tokens(mut self, validator: TokenValidator) -> Self {
        self.validators.opaque = Some(validator);
        self
    }

    /// Accepts DPoP proofs and certificates as this verifier says (RFC 9449, RFC 8705). Default: bearer tokens alone. Scope, realm and metadata of
    /// the challenges come from the resource server and the route.
    pub fn dpop(mut self, verifier: DpopVerifier) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// The identifier of this API (RFC 8707, RFC 9728): its public base URL. Challenges then name the address of the metadata.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The scopes that the metadata lists.
    pub fn scopes_supported<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes_supported = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The realm of the challenge `Bearer`. Default `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Takes tokens from the query parameter `access_token` as well (RFC 6750 section 2.3, which RFC 9700 section 4.3.2 advises against): they end
    /// up in logs, histories and `Referer`. The response to such a request gets `Cache-Control: private`
    /// ([`Authenticated::response_headers`](super::Authenticated::response_headers)).
    pub fn danger_accept_query_token(mut self) -> Self {
        self.places.query = true;
        self
    }

    /// Takes tokens from the parameter `access_token` of a form as well (RFC 6750 section 2.2), by
    /// [`authenticate_form`](ResourceServer::authenticate_form). Never from the form of a GET.
    pub fn accept_form_token(mut self) -> Self {
        self.places.form = true;
        self
    }

    /// Which pages may read a rejection. Default: none.
    pub fn allowed_origins(mut self, origins: AllowedOrigins) -> Self {
        self.origins = origins;
        self
    }

    /// The security profile that the resource server keeps: settings that break a rule are an error. Default: none.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// The clock that proofs and the age of a login are judged by. Default: the system's. Token validators have their own.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// The resource server.
    ///
    /// # Errors
    /// [`ResourceServerError`] without a validator, where the resource is no URL, where a rule of the profile is broken, or without a
    /// cryptography provider.
    pub fn build(self) -> Result<ResourceServer, ResourceServerError> {
        let Self { realm, resource, scopes_supported, validators, verifier, places, origins, environment, profile } = self;
        if validators.is_empty() {
            return Err(ResourceServerError::NoValidator);
        }
        let metadata_address = resource.as_deref().map(|resource| {
            resource_metadata_address(resource).ok_or_else(|| ResourceServerError::Resource { resource: resource.to_owned() })
        });
        let verifier = verifier.map_or_else(|| DpopVerifier::bearer_only().map_err(ResourceServerError::Crypto), Ok)?;
        let server = ResourceServer(Arc::new(Inner {
            realm,
            resource,
            metadata_address: metadata_address.transpose()?,
            scopes_supported,
            places,
            origins,
            verifier,
            validators,
            environment,
        }));
        match profile {
            Some(profile) => check_profile(server, &profile),
            None => Ok(server),
        }
    }
}

/// Rejects settings that break a rule of the profile.
fn check_profile(server: ResourceServer, profile: &Profile) -> Result<ResourceServer, ResourceServerError> {
    let configuration = server.configuration();
    let Some(finding) = profile.violation(&ProfileEvidence::new().resource(&configuration), ProfileStage::Build) else { return Ok(server) };
    Err(ResourceServerError::Profile { profile: profile.name(), finding: Box::new(finding) })
}

impl fmt::Debug for ResourceServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceServerBuilder").field("realm", &self.realm).field("resource", &self.resource).finish_non_exhaustive()
    }
}

//! The judge of an API's requests.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::request::Parts;
use url::Url;

use super::request_validator::judged;
use super::token_places::{Found, TokenPlaces};
use super::token_validators::TokenValidators;
use super::{AllowedOrigins, Authenticated, Rejection, ResourceMetadata, RouteRequirements, cors};
use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::keys::TokenValidator;
use crate::protocol::dpop::{AcceptedRequest, AccessError, AccessRejection, Challenges, DpopVerifier, PresentedToken, TokenScheme};
use crate::protocol::incoming::IncomingRequest;
use crate::protocol::mtls::CertificateThumbprint;
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// Judges the requests of an API by their access tokens, and says how to answer those that may not pass.
///
/// RFC 6750 (bearer tokens in the header), RFC 9068 section 4, RFC 8705 section 3 and RFC 9449 section 7 (tokens that are bound to their sender),
/// RFC 9470 (step-up), RFC 9728 (metadata). The order is fixed: credentials, token, binding, scope, authentication, guards. Cheap to clone
/// and safe to share.
///
/// Defaults: bearer tokens in the header alone, realm `api`, no metadata, no CORS headers; a token that is bound to a key or a certificate passes
/// with its proof alone. A provider whose keys cannot be fetched, or that cannot be asked, makes a 503 with `Retry-After`, never a 401, on
/// which clients drop good tokens.
///
/// # Example
/// ```
/// use identity_model::keys::{ProviderKeys, TokenValidator};
/// use identity_model::resource::{ResourceServer, RouteRequirements};
/// # use identity_model::testing::{TestClient, TestProvider};
/// # use identity_model::{ClientCredentialsTokenRequest, ClientAuthentication, DiscoveryDocumentRequest};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let client = TestClient::new("reports").secret("s").scopes(["orders:read"]).audiences(["https://api.example.com/v1"]);
/// # let provider = TestProvider::builder().client(client).build();
/// # let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send(&provider).await?;
/// # let token = ClientCredentialsTokenRequest::builder().address(disco.token_endpoint()?).client_id("reports")
/// #     .authentication(ClientAuthentication::secret_basic("s")).scope(["orders:read"]).send(&provider).await?;
/// # let (issuer, http) = (provider.issuer().to_owned(), provider.clone());
/// let validator = TokenValidator::builder()
///     .keys(ProviderKeys::new(&issuer, http))
///     .issuer(&issuer)
///     .audience("https://api.example.com/v1")
///     .build();
/// let api = ResourceServer::builder().resource("https://api.example.com/v1").validator(validator).build()?;
///
/// let orders = RouteRequirements::new().scope(["orders:read"]);
/// let head = http::Request::get("/orders").body(())?.into_parts().0;
/// let rejection = api.authenticate(&head, &orders).await.unwrap_err();
/// assert_eq!(rejection.status(), 401);
/// assert_eq!(
///     rejection.headers()["www-authenticate"],
///     r#"Bearer realm="api", scope="orders:read", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1""#
/// );
///
/// let bearer = format!("Bearer {}", token.access_token().expose());
/// let head = http::Request::get("/orders").header("authorization", bearer).body(())?.into_parts().0;
/// let caller = api.authenticate(&head, &orders).await?.ok_or("anonymous")?;
/// assert_eq!(caller.client_id(), Some("reports"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ResourceServer(pub(super) Arc<Inner>);

/// What clocks may differ by where a login's age is judged.
const LEEWAY: Duration = Duration::from_secs(30);

/// A token that a request brought, and who validates it.
struct Candidate<'s> {
    presented: PresentedToken,
    validator: &'s TokenValidator,
    options: TokenValidationOptions,
    challenges: Challenges,
    in_query: bool,
}

/// What a resource server works with.
pub(super) struct Inner {
    pub(super) realm: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) metadata_address: Option<Url>,
    pub(super) scopes_supported: Vec<String>,
    pub(super) places: TokenPlaces,
    pub(super) origins: AllowedOrigins,
    pub(super) verifier: DpopVerifier,
    pub(super) validators: TokenValidators,
    pub(super) environment: Environment,
}

impl ResourceServer {
    /// The caller of a request; `None` for an anonymous one where the route allows that, and for a CORS preflight.
    ///
    /// The peer's address and its client certificate, where proxies or mutual TLS matter, are looked for among the extensions of the
    /// request: an [`IpAddr`] and a [`CertificateThumbprint`].
    ///
    /// # Errors
    /// The response to send where the request may not pass.
    pub async fn authenticate(&self, request: &Parts, route: &RouteRequirements) -> Result<Option<Authenticated>, Rejection> {
        self.authenticate_form(request, &[], route).await
    }

    /// The same for a request whose token may stand in its form (RFC 6750 section 2.2), where
    /// [`accept_form_token`](super::ResourceServerBuilder::accept_form_token) allows it: `body` is that of the request.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_form(
        &self,
        request: &Parts,
        body: &[u8],
        route: &RouteRequirements,
    ) -> Result<Option<Authenticated>, Rejection> {
        let candidate = match self.candidate(request, body, route) {
            Ok(Some(candidate)) => candidate,
            Ok(None) => return Ok(None),
            Err(rejection) => return Err(self.finished(&rejection, request, route)),
        };
        let token = candidate.validator.validate_with(candidate.presented.access_token(), &candidate.options).await;
        let admitted = match token {
            Ok(token) => {
                let accepted = run_with(self.0.verifier.accept(&candidate.presented, &token), None, &self.0.environment).await;
                self.admit(&candidate, token, accepted, route)
            }
            Err(error) => Err(self.rejected(&candidate, error)),
        };
        admitted.map(Some).map_err(|rejection| self.finished(&rejection, request, route))
    }

    /// The blocking twin of [`authenticate`](Self::authenticate).
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub fn authenticate_blocking(&self, request: &Parts, route: &RouteRequirements) -> Result<Option<Authenticated>, Rejection> {
        self.authenticate_form_blocking(request, &[], route)
    }

    /// The blocking twin of [`authenticate_form`](Self::authenticate_form).
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub fn authenticate_form_blocking(
        &self,
        request: &Parts,
        body: &[u8],
        route: &RouteRequirements,
    ) -> Result<Option<Authenticated>, Rejection> {
        let candidate = match self.candidate(request, body, route) {
            Ok(Some(candidate)) => candidate,
            Ok(None) => return Ok(None),
            Err(rejection) => return Err(self.finished(&rejection, request, route)),
        };
        let token = candidate.validator.validate_blocking_with(candidate.presented.access_token(), &candidate.options);
        let admitted = match token {
            Ok(token) => {
                let accepted = run_blocking_with(self.0.verifier.accept(&candidate.presented, &token), None, &self.0.environment);
                self.admit(&candidate, token, accepted, route)
            }
            Err(error) => Err(self.rejected(&candidate, error)),
        };
        admitted.map(Some).map_err(|rejection| self.finished(&rejection, request, route))
    }

    /// The metadata to publish (RFC 9728); `None` without [`resource`](super::ResourceServerBuilder::resource).
    pub fn metadata(&self) -> Option<ResourceMetadata> {
        let (resource, address) = (self.0.resource.as_deref()?, self.0.metadata_address.as_ref()?);
        Some(ResourceMetadata::new(resource, address, &self.0.validators.issuers(), &self.0.scopes_supported))
    }

    /// The token of a request and who validates it; `None` where the request passes without one.
    fn candidate(&self, request: &Parts, body: &[u8], route: &RouteRequirements) -> Result<Option<Candidate<'_>>, AccessRejection> {
        if cors::is_preflight(request) {
            return Ok(None);
        }
        let (challenges, now) = (self.challenges(route), self.now());
        let reject = |scheme, error| self.0.verifier.reject_for(scheme, error, &challenges, now);
        let (presented, in_query) = match self.0.places.find(request, Some(body)) {
            Found::Token { token, in_query } => (PresentedToken::bearer(token), in_query),
            Found::Invalid => {
                let problem = "carries more than one access token, or one that is none";
                return Err(reject(Some(TokenScheme::Bearer), AccessError::Request { problem }));
            }
            Found::Nothing => match self.0.verifier.check_for(&incoming(request), &challenges, now) {
                Ok(presented) => (presented, false),
                Err(rejection) if route.is_optional && matches!(rejection.error(), AccessError::NoCredentials) => return Ok(None),
                Err(rejection) => return Err(rejection),
            },
        };
        let Some(validator) = self.0.validators.of(presented.access_token().expose()) else {
            return Err(reject(Some(presented.scheme()), AccessError::UnknownIssuer));
        };
        let options = validator.options().clone().with_binding(presented.binding());
        Ok(Some(Candidate { presented, validator, options, challenges, in_query }))
    }

    /// What the route asks of a valid token.
    fn admit(
        &self,
        candidate: &Candidate<'_>,
        token: ValidatedToken,
        accepted: Result<AcceptedRequest, Error>,
        route: &RouteRequirements,
    ) -> Result<Authenticated, AccessRejection> {
        let accepted = accepted.map_err(|error| self.rejected(candidate, error))?;
        let problem = if route.lacks_scope(&token) {
            Some(AccessError::Scope)
        } else if route.needs_step_up(&token, self.now(), LEEWAY) {
            Some(AccessError::UserAuthentication)
        } else if route.is_guarded_against(&token) {
            Some(AccessError::Forbidden)
        } else {
            None
        };
        match problem {
            Some(error) => Err(self.reject(candidate, error)),
            None => Ok(Authenticated::new(token, candidate.presented.scheme(), accepted, candidate.in_query)),
        }
    }

    fn rejected(&self, candidate: &Candidate<'_>, error: Error) -> AccessRejection {
        match error.access_rejection().map(AccessRejection::error) {
            Some(known) => self.reject(candidate, known.clone()),
            None => self.reject(candidate, judged(error)),
        }
    }

    fn reject(&self, candidate: &Candidate<'_>, error: AccessError) -> AccessRejection {
        self.0.verifier.reject_for(Some(candidate.presented.scheme()), error, &candidate.challenges, self.now())
    }

    fn finished(&self, rejection: &AccessRejection, request: &Parts, route: &RouteRequirements) -> Rejection {
        let status = rejection.status().as_u16();
        tracing::debug!(target: "identity_model", code = rejection.code(), status, "request rejected");
        let mut rejection = Rejection::new(rejection, route.is_hidden);
        self.0.origins.add_to(rejection.headers_mut(), request);
        rejection
    }

    fn challenges(&self, route: &RouteRequirements) -> Challenges {
        let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(" "));
        Challenges {
            realm: self.0.realm.clone(),
            scope: joined(&route.scope),
            resource_metadata: self.0.metadata_address.as_ref().map(ToString::to_string),
            acr_values: joined(&route.acr_values),
            max_age: route.max_age.map(|max_age| max_age.as_secs().to_string()),
        }
    }

    fn now(&self) -> SystemTime {
        self.0.environment.clock().now()
    }
}

/// The request as the protocols know it, with what a server in front has put into its extensions.
fn incoming(request: &Parts) -> IncomingRequest<'_> {
    let mut incoming = IncomingRequest::from_parts(request);
    if let Some(peer) = request.extensions.get::<IpAddr>() {
        incoming = incoming.with_peer(*peer);
    }
    match request.extensions.get::<CertificateThumbprint>() {
        Some(certificate) => incoming.with_certificate(*certificate),
        None => incoming,
    }
}

impl fmt::Debug for ResourceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceServer").field("realm", &self.0.realm).field("resource", &self.0.resource).finish_non_exhaustive()
    }
}

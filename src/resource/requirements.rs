//! What a route asks of a token beyond its being valid.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::validation::ValidatedToken;

/// What one route, or one group of routes, demands of the caller.
///
/// Defaults: a valid token, no scope, no authentication context, no guard.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::resource::RouteRequirements;
///
/// let orders = RouteRequirements::new().scope(["orders:read"]);
/// let payments = RouteRequirements::new().scope(["payments"]).acr_values(["urn:example:mfa"]).max_age(Duration::from_secs(300));
/// let own_tenant = RouteRequirements::new().guard(|token| token.try_get_str("tenant") == Some("acme")).hidden();
/// ```
#[derive(Clone, Default)]
pub struct RouteRequirements {
    pub(super) scope: Vec<String>,
    pub(super) acr_values: Vec<String>,
    pub(super) max_age: Option<Duration>,
    pub(super) guards: Vec<Guard>,
    pub(super) is_hidden: bool,
    pub(super) is_optional: bool,
}

type Guard = Arc<dyn Fn(&ValidatedToken) -> bool + Send + Sync>;

impl RouteRequirements {
    /// A valid token, and nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// Scopes that the token must have, every one of them, word for word. A token without one is answered with 403 `insufficient_scope`, which
    /// names all scopes of the route (RFC 6750 section 3.1).
    #[must_use]
    pub fn scope<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scope.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Authentication contexts of which the token's `acr` must be one (RFC 9470). Otherwise the caller gets 401
    /// `insufficient_user_authentication` with these values.
    #[must_use]
    pub fn acr_values<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.acr_values.extend(values.into_iter().map(Into::into));
        self
    }

    /// How long ago the user may have logged in at most, by the token's `auth_time` (RFC 9470). Otherwise the caller gets 401
    /// `insufficient_user_authentication`.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// A rule over the token's claims or roles. A token that fails it is answered with 403 without an error code.
    #[must_use]
    pub fn guard(mut self, guard: impl Fn(&ValidatedToken) -> bool + Send + Sync + 'static) -> Self {
        self.guards.push(Arc::new(guard));
        self
    }

    /// Answers 404 instead of 403 where a guard fails, so that a caller cannot tell what exists. Only a caller with a valid token sees it.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// Lets a request without credentials pass as anonymous. A token that is not valid is still answered with 401.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    pub(super) fn is_guarded_against(&self, token: &ValidatedToken) -> bool {
        !self.guards.iter().all(|guard| guard(token))
    }

    pub(super) fn lacks_scope(&self, token: &ValidatedToken) -> bool {
        !self.scope.iter().all(|scope| token.has_scope(scope))
    }
}

impl fmt::Debug for RouteRequirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteRequirements")
            .field("scope", &self.scope)
            .field("acr_values", &self.acr_values)
            .field("max_age", &self.max_age)
            .field("guards", &self.guards.len())
            .field("is_hidden", &self.is_hidden)
            .field("is_optional", &self.is_optional)
            .finish()
    }
}

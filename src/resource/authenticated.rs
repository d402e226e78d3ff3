//! A caller whose token was accepted.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::HeaderMap;

use super::response_headers::response_headers;
use crate::principal::ClaimsPrincipal;
use crate::protocol::dpop::{AcceptedRequest, TokenScheme};
use crate::validation::ValidatedToken;

/// The token that a request was accepted by. Cheap to clone; it stands in the request's extensions.
///
/// A caller is named by issuer **and** subject: a subject alone is unique only at its issuer (RFC 9068 section 4).
#[derive(Clone)]
pub struct Authenticated(Arc<Inner>);

struct Inner {
    token: ValidatedToken,
    scheme: TokenScheme,
    response_headers: HeaderMap,
}

impl Authenticated {
    pub(super) fn new(token: ValidatedToken, scheme: TokenScheme, accepted: AcceptedRequest, in_query: bool) -> Self {
        Self(Arc::new(Inner { token, scheme, response_headers: response_headers(&accepted, in_query) }))
    }

    /// The validated token.
    pub fn token(&self) -> &ValidatedToken {
        &self.0.token
    }

    /// The scheme by which the token was presented.
    pub fn scheme(&self) -> TokenScheme {
        self.0.scheme
    }

    /// The caller's claims.
    pub fn principal(&self) -> &ClaimsPrincipal {
        self.0.token.principal()
    }

    /// Headers that the response has to carry besides the application's own: a new nonce where one is due (RFC 9449 section 8.2),
    /// `Cache-Control: private` where the token stood in the query. The tower layer adds them.
    pub fn response_headers(&self) -> &HeaderMap {
        &self.0.response_headers
    }
}

impl Deref for Authenticated {
    type Target = ValidatedToken;

    fn deref(&self) -> &ValidatedToken {
        self.token()
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("scheme", &self.0.scheme).field("issuer", &self.0.token.issuer()).finish_non_exhaustive()
    }
}

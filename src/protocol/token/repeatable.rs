//! Token requests that can be sent again, so that what they obtain may be kept and renewed.

use std::fmt;
use std::time::Duration;

use super::TokenResponse;
use crate::exchange::Exchange;
use crate::protocol::discovery::DiscoveryPolicy;
use crate::protocol::dpop::DpopKey;
use crate::protocol::{Request, RequestError};

/// A token request that can be sent any number of times: what a [`TokenManager`](crate::tokens::TokenManager) takes.
///
/// Client credentials, token exchange, JWT bearer, SAML bearer, extension and password grants. A code, a refresh token and a device code are
/// spent by their use, so the requests for them are not among these. Implemented by this crate alone.
pub trait RepeatableTokenRequest: Request<Response = TokenResponse> + Sealed + Send + Sync + 'static {
    /// What this request has in common with every request that the same token would answer.
    ///
    /// # Errors
    /// A `RequestError` where the policy rejects the endpoint or the parameters contradict each other.
    fn fingerprint(&self) -> Result<TokenFingerprint, RequestError>;

    /// The key that the token is to be bound to (RFC 9449 section 5).
    fn dpop_key(&self) -> Option<&DpopKey>;

    /// The exchange of this request, ended after `deadline` with all its attempts, or earlier if the request says so.
    fn exchange_within(&self, deadline: Duration) -> Exchange<TokenResponse, RequestError>;
}

/// Everything that makes the token of a request different from other tokens: endpoint, policy, client, grant, scope, resource, audience,
/// authorization details, extra parameters, and a digest of the tokens that the request presents.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenFingerprint {
    pub(super) digest: [u8; 32],
    pub(super) policy: DiscoveryPolicy,
}

impl fmt::Debug for TokenFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFingerprint").finish_non_exhaustive()
    }
}

/// Keeps the trait to this crate.
pub trait Sealed {}

//! The DPoP key of a client, and the requests that it is proved with: RFC 9449 sections 5, 7 and 10.

use super::error::ClientError;
use crate::protocol::RequestError;
use crate::protocol::authorize::LoginTransaction;
use crate::protocol::dpop::DpopKey;
use crate::secret::AccessToken;

/// How a client binds its tokens.
#[derive(Debug, Clone)]
pub(crate) struct ClientDpop {
    pub(crate) key: DpopKey,
    /// Binds codes by `dpop_jkt`, where no pushed request does.
    pub(crate) binds_code: bool,
    /// Keeps bearer tokens of a server that ignores proofs.
    pub(crate) allows_bearer: bool,
    /// Signs client assertions with the same key.
    pub(crate) shares_key: bool,
}

impl ClientDpop {
    /// Whether a token is sent with a proof: all are, but those that a server was allowed to leave unbound.
    pub(crate) fn proves(&self, token: &AccessToken) -> bool {
        token.dpop_thumbprint().is_some() || !self.allows_bearer
    }
}

/// A code that is bound to a key is redeemed with that key alone; told before the login counts as finished.
pub(super) fn check_code(dpop: Option<&ClientDpop>, transaction: &LoginTransaction) -> Result<(), RequestError> {
    let key = dpop.map(|dpop| dpop.key.thumbprint());
    match transaction.dpop_thumbprint() {
        Some(expected) if key != Some(expected) => {
            let found = key.map_or_else(|| "no key".to_owned(), |key| format!("`{key}`"));
            Err(RequestError::CodeBinding { expected: expected.to_owned(), found })
        }
        _ => Ok(()),
    }
}

/// A session whose access token is bound is refreshed with its key: with another one only where that is asked for, without one never.
pub(super) fn check_session(dpop: Option<&ClientDpop>, token: Option<&AccessToken>, takes_new_key: bool) -> Result<(), ClientError> {
    let Some(bound_to) = token.and_then(AccessToken::dpop_thumbprint) else { return Ok(()) };
    match dpop.map(|dpop| dpop.key.thumbprint()) {
        Some(key) if key == bound_to || takes_new_key => Ok(()),
        Some(key) => Err(ClientError::DpopKey { expected: bound_to.to_owned(), found: format!("`{key}`") }),
        None => Err(ClientError::DpopKey { expected: bound_to.to_owned(), found: "no key".to_owned() }),
    }
}

/// The builder of a request, with the client's key where it has one.
macro_rules! proved {
    ($builder:expr, $dpop:expr) => {
        match $dpop {
            Some(dpop) => {
                let builder = $builder.dpop(&dpop.key);
                if dpop.shares_key { builder.danger_share_key() } else { builder }
            }
            None => $builder,
        }
    };
}

/// The same for a request that obtains tokens.
macro_rules! proved_grant {
    ($builder:expr, $dpop:expr) => {
        match $dpop {
            Some(dpop) => {
                let builder = crate::client::dpop::proved!($builder, Some(dpop));
                if dpop.allows_bearer { builder.danger_allow_bearer_downgrade() } else { builder }
            }
            None => $builder,
        }
    };
}

/// The builder of a request that proves no key.
macro_rules! unproved {
    ($builder:expr, $dpop:expr) => {{
        let _: Option<&crate::client::dpop::ClientDpop> = $dpop;
        $builder
    }};
}

pub(super) use {proved, proved_grant, unproved};

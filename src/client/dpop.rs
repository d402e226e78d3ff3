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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn rfc9449_10_a_bound_code_is_redeemed_with_its_key_alone() {
        let begun = |thumbprint: Option<&str>| {
            let login = LoginTransaction::builder().issuer("https://idp.example.com").client_id("app");
            let login = login.redirect_uri("https://app.example.com/callback").danger_no_state();
            let login = login.code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").token_endpoint("https://idp.example.com/token");
            login.maybe_dpop_thumbprint(thumbprint).begun_at(SystemTime::now()).build().unwrap()
        };
        let dpop = |key| ClientDpop { key, binds_code: true, allows_bearer: false, shares_key: false };
        let (own, foreign) = (dpop(DpopKey::generate().unwrap()), dpop(DpopKey::generate().unwrap()));
        let bound = begun(Some(own.key.thumbprint()));
        assert!(check_code(Some(&own), &bound).is_ok());
        for (client, words) in [(Some(&foreign), format!("`{}`", foreign.key.thumbprint())), (None, "no key".to_owned())] {
            let error = check_code(client, &bound).unwrap_err();
            let RequestError::CodeBinding { expected, found } = error else { panic!("{error:?}") };
            assert_eq!((expected.as_str(), found), (own.key.thumbprint(), words));
        }
        assert!(check_code(None, &begun(None)).is_ok());
        assert!(check_code(Some(&own), &begun(None)).is_ok());
    }
}

//! What a token response is held against: RFC 6749 section 7.1, RFC 8693 section 2.2.1, RFC 9449 section 5.

use std::borrow::Cow;
use std::sync::Arc;

use crate::constants::{token_type_identifiers, token_types};
use crate::document::Document;
use crate::protocol::dpop::{DpopKey, DpopOptions};
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::{escaped, shown_name};
use crate::protocol::response::Expectation;

const MEMBER: &str = "token_type";

/// What was asked for.
pub(super) struct ExpectedToken<'a> {
    pub(super) requested_scope: &'a Arc<[String]>,
    /// Whether what is issued may be no access token, and has to name its type.
    pub(super) is_exchange: bool,
    pub(super) dpop: Option<&'a DpopOptions>,
    /// Whether the client does not authenticate: its refresh tokens are bound to the key as well.
    pub(super) is_public: bool,
}

impl ExpectedToken<'_> {
    /// The type of the token as the server states it; that of a bearer token where it says nothing and the policy allows that.
    pub(super) fn token_type(&self, document: &Document, expectation: &Expectation) -> Result<Cow<'static, str>, RequestError> {
        let found = document.optional_str(MEMBER).map_err(|source| expectation.malformed(source))?.filter(|found| !found.is_empty());
        match found {
            Some(token_types::BEARER) => Ok(Cow::Borrowed(token_types::BEARER)),
            Some(found) => Ok(Cow::Owned(found.to_owned())),
            None if expectation.quirks.missing_token_type_is_bearer => Ok(Cow::Borrowed(token_types::BEARER)),
            None => Err(expectation.member(MEMBER, "`Bearer`; allow it with `.missing_token_type_is_bearer()` of the policy", "nothing")),
        }
    }

    /// The thumbprint of the key that the token is bound to, if it is bound to one; an error where its type is not the one that was asked for.
    pub(super) fn bound_to(&self, token_type: &str, issued: Option<&str>, expectation: &Expectation) -> Result<Option<&str>, RequestError> {
        let is = |name: &str| token_type.eq_ignore_ascii_case(name);
        let is_bound = is(token_types::DPOP);
        // RFC 6749 section 7.1: a token of a type that is not understood must not be used. What else counts as a bearer token, the policy says.
        let is_bearer = is(token_types::BEARER) || (!is_bound && expectation.quirks.bearer_token_types.iter().any(|name| is(name)));
        let mismatch = |expected: &str| {
            let (expected, found) = (expected.to_owned(), escaped(token_type, 16));
            RequestError::Mismatch { endpoint: expectation.endpoint.into(), member: MEMBER, expected, found }
        };
        let is_other = issued.is_some_and(|issued| issued != token_type_identifiers::ACCESS_TOKEN);
        let allows_bearer = self.dpop.is_some_and(|dpop| dpop.allows_bearer);
        match self.dpop.and_then(|dpop| dpop.key.as_ref()).map(DpopKey::thumbprint) {
            _ if self.is_exchange && is(token_types::N_A) && is_other => Ok(None),
            Some(key) if is_bound => Ok(Some(key)),
            Some(_) if is_bearer && allows_bearer => Ok(None),
            Some(_) if is_bearer => Err(mismatch(token_types::DPOP)),
            None if is_bearer => Ok(None),
            None if is_bound => Err(expectation.member(MEMBER, "`Bearer`, as no DPoP proof was sent", shown_name(token_type))),
            key => {
                let expected = match (self.is_exchange, key.is_some()) {
                    (false, false) => "`Bearer`; allow another type with `.bearer_token_types(…)` of the policy",
                    (true, false) => "`Bearer` or `N_A`; allow another type with `.bearer_token_types(…)` of the policy",
                    (false, true) => "`DPoP`",
                    (true, true) => "`DPoP` or `N_A`",
                };
                Err(expectation.member(MEMBER, expected, shown_name(token_type)))
            }
        }
    }
}

//! The token response, the same for every grant (RFC 6749 section 5.1).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::expected_token::ExpectedToken;
use crate::document::{Document, Secrets, forward_document};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::shown_name;
use crate::protocol::members::scope;
use crate::protocol::response::{Accepted, Expectation};
use crate::protocol::response_head::ResponseHead;
use crate::protocol::seconds::lifetime_if_readable;
use crate::secret::{AccessToken, IdentityToken, RefreshToken};

/// The tokens that a token endpoint issued.
///
/// RFC 6749 section 5.1. `access_token` and `token_type` are checked when the response is read: both non-empty, the type `Bearer` in any
/// case, or `DPoP` where a proof was sent, which then marks the access token ([`AccessToken::dpop_thumbprint`]); a lifetime is a number of
/// seconds from 0 on, as a number or a numeric string. Beside a good access token, a lifetime, scope or further token that cannot be read
/// counts as not stated: what was spent for the response would be lost otherwise. Tokens are secrets: `Debug` never shows them, and
/// `try_get_*` answers none for them.
#[derive(Debug, Clone)]
pub struct TokenResponse {
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    id_token: Option<IdentityToken>,
    token_type: Cow<'static, str>,
    issued_token_type: Option<String>,
    expires_in: Option<Duration>,
    scope: Option<Arc<[String]>>,
    requested_scope: Arc<[String]>,
    authorization_details: Vec<AuthorizationDetail>,
    document: Document,
    head: ResponseHead,
}

impl TokenResponse {
    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The type of the access token as it came: `Bearer` in any case, or a type that the policy
    /// [names](crate::protocol::discovery::DiscoveryPolicyBuilder::bearer_token_types). `Bearer` where the server said nothing and the policy
    /// [allows that](crate::protocol::discovery::DiscoveryPolicyBuilder::missing_token_type_is_bearer).
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// What kind of token was issued: a token type identifier (RFC 8693 section 2.2.1). Always there after a token exchange.
    pub fn issued_token_type(&self) -> Option<&str> {
        self.issued_token_type.as_deref()
    }

    /// The refresh token, if one was issued.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// The ID token, if one was issued; **not yet validated**.
    pub fn id_token(&self) -> Option<&IdentityToken> {
        self.id_token.as_ref()
    }

    /// How long the access token lives from [`received_at`](ResponseHead::received_at) on; `None` where the server did not say.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// When the access token expires, by the caller's clock; `None` where the server did not say, or named a moment that no clock reaches.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.head.received_at().checked_add(self.expires_in?)
    }

    /// The scopes that were granted: what the server said, or what was asked for where it said nothing.
    pub fn granted_scope(&self) -> &[String] {
        self.scope.as_deref().unwrap_or(&self.requested_scope)
    }

    /// The scopes that were asked for.
    pub fn requested_scope(&self) -> &[String] {
        &self.requested_scope
    }

    /// The scopes that the server stated; `None` where it said nothing.
    pub fn stated_scope(&self) -> Option<&[String]> {
        self.scope.as_deref()
    }

    /// The scopes that were granted without having been asked for. Where none were asked for, the choice was left to the server.
    pub fn unrequested_scope(&self) -> Vec<&str> {
        if self.requested_scope.is_empty() {
            return Vec::new();
        }
        self.granted_scope().iter().filter(|scope| !self.requested_scope.contains(scope)).map(String::as_str).collect()
    }

    /// What the token allows in detail (RFC 9396 section 7); empty where the server said nothing.
    pub fn authorization_details(&self) -> &[AuthorizationDetail] {
        &self.authorization_details
    }

    /// Whether the server forbade every cache to store the response, as RFC 6749 section 5.1 demands. No cache of this crate ever does.
    pub fn forbids_storing(&self) -> bool {
        self.head.cache_control().is_some_and(|value| value.split(',').any(|directive| directive.trim().eq_ignore_ascii_case("no-store")))
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    pub(super) fn read(accepted: Accepted, expected: &ExpectedToken<'_>, expectation: &Expectation) -> Result<Self, RequestError> {
        let (document, secrets, head) = expectation.open(accepted)?;
        Self::of(document, secrets, head, expected, expectation)
    }

    fn of(
        document: Document,
        mut secrets: Secrets,
        head: ResponseHead,
        expected: &ExpectedToken<'_>,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let malformed = |source| expectation.malformed(source);
        let mut access_token: AccessToken = secrets.take_required("access_token").map_err(malformed)?;
        let mut refresh_token: Option<RefreshToken> = secrets.take_non_empty("refresh_token").ok().flatten();
        let token_type = expected.token_type(&document, expectation)?;
        let issued_token_type = issued_token_type(&document, expected.is_exchange, expectation)?;
        if let Some(key) = expected.bound_to(&token_type, issued_token_type.as_deref(), expectation)? {
            access_token = access_token.bound_to(key);
            // RFC 9449 section 5: a confidential client's refresh token is bound to the client, and its key may be changed.
            refresh_token = refresh_token.map(|token| if expected.is_public { token.bound_to(key) } else { token });
        }
        let expires_in = lifetime_if_readable(&document, "expires_in", expectation);
        let authorization_details = document.try_get("authorization_details").map_err(malformed)?.unwrap_or_default();
        Ok(Self {
            access_token,
            refresh_token,
            id_token: secrets.take_non_empty("id_token").ok().flatten(),
            token_type,
            issued_token_type,
            expires_in,
            scope: granted(&document, expected.requested_scope, expectation),
            requested_scope: Arc::clone(expected.requested_scope),
            authorization_details,
            document,
            head,
        })
    }
}

forward_document!(TokenResponse, document);

/// The scopes that the server states, if they can be read; where they are those that were asked for, as they mostly are, the same list.
fn granted(document: &Document, requested: &Arc<[String]>, expectation: &Expectation) -> Option<Arc<[String]>> {
    let text = document.try_get_str("scope").filter(|_| !expectation.quirks.comma_separated_scope);
    let words = text.map(|text| text.split(' ').filter(|word| !word.is_empty()));
    if words.is_some_and(|words| words.eq(requested.iter().map(String::as_str))) {
        return Some(Arc::clone(requested));
    }
    scope(document, expectation).ok().flatten().map(Into::into)
}

/// RFC 8693 section 2.2.1: required after an exchange, and a URI.
fn issued_token_type(document: &Document, is_required: bool, expectation: &Expectation) -> Result<Option<String>, RequestError> {
    const MEMBER: &str = "issued_token_type";
    if !is_required {
        return Ok(document.try_get_string(MEMBER));
    }
    let text = document.required_str(MEMBER).map_err(|source| expectation.malformed(source))?;
    match url::Url::parse(text) {
        Ok(_) => Ok(Some(text.to_owned())),
        Err(_) => Err(expectation.member(MEMBER, "a URI", shown_name(text))),
    }
}

//! Access tokens: what is granted, how it is written down, and what was handed out.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::draft::TokenDraft;
use super::refusal::Refusal;
use super::routes::Call;
use super::shared::Shared;
use super::{ForgedKind, TestClient};

/// How access tokens are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// A signed JWT of type `at+jwt` (RFC 9068).
    #[default]
    Jwt,
    /// Random text that only the provider can read.
    Opaque,
}

/// What becomes of refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RefreshTokens {
    /// Each is good once and replaced by the next; one that comes again takes the whole family down (RFC 9700 section 4.14.2).
    #[default]
    Rotated,
    /// One for all times.
    Kept,
    /// None are issued.
    Withheld,
}

/// How long refresh tokens are good.
const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client_id: String,
    /// The user; none for a client in its own name.
    pub(super) subject: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) audience: Vec<String>,
    pub(super) claims: Map<String, Value>,
    /// What all tokens of one authorization have in common; none for a client in its own name.
    pub(super) family: Option<String>,
    /// That of the authorization request, for its ID token.
    pub(super) nonce: Option<String>,
    /// What came of the user's login, where there was one.
    pub(super) login: Option<Login>,
}

/// What a login adds to the tokens that come of it.
#[derive(Debug, Clone)]
pub(super) struct Login {
    /// The claim `sid`.
    pub(super) session_id: String,
    /// Where it was asked for.
    pub(super) auth_time: Option<i64>,
    pub(super) acr: Option<String>,
    /// Claims that the request named for the ID token (OpenID Connect Core section 5.5).
    pub(super) id_token_claims: Vec<String>,
    /// Claims that the request named for userinfo.
    pub(super) userinfo_claims: Vec<String>,
    /// What was granted of it (RFC 9396 section 7).
    pub(super) authorization_details: Option<Value>,
}

impl Grant {
    pub(super) fn of_client(client: &TestClient, scopes: Vec<String>, audience: Vec<String>) -> Self {
        Self {
            client_id: client.id.clone(),
            subject: None,
            scopes,
            audience,
            claims: client.claims.clone(),
            family: None,
            nonce: None,
            login: None,
        }
    }
}

/// What a token that was handed out is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenUse {
    Access,
    Refresh,
}

/// A token that was handed out.
#[derive(Debug)]
pub(super) struct IssuedToken {
    pub(super) usage: TokenUse,
    pub(super) grant: Grant,
    /// What introspection tells about it.
    pub(super) claims: Map<String, Value>,
    pub(super) expires_at: SystemTime,
}

impl Shared {
    /// The access token for a grant as the provider would sign it (RFC 9068 section 2.2).
    pub(super) fn access_token_draft(&self, grant: &Grant) -> Result<TokenDraft, Refusal> {
        let now = self.now_seconds();
        let audience = match grant.audience.as_slice() {
            [] => json!(self.issuer()),
            [only] => json!(only),
            several => json!(several),
        };
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(grant.subject.as_ref().unwrap_or(&grant.client_id))),
            ("aud".to_owned(), audience),
            ("client_id".to_owned(), json!(grant.client_id)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(self.config.access_token_lifetime_seconds()))),
            ("jti".to_owned(), json!(self.random_text(16)?)),
        ]);
        if !grant.scopes.is_empty() {
            claims.insert("scope".to_owned(), json!(grant.scopes.join(" ")));
        }
        claims.extend(grant.claims.clone());
        Ok(TokenDraft::new(self.config.default_algorithm(), now, Some("at+jwt"), claims))
    }

    /// Writes the access token down, remembers it and returns its text.
    pub(super) fn issue_access_token(&self, grant: Grant, call: Option<&Call<'_>>) -> Result<String, Refusal> {
        let draft = self.access_token_draft(&grant)?;
        let claims = draft.claims().clone();
        let text = match self.config.access_token_format {
            AccessTokenFormat::Opaque => self.random_text(32)?,
            AccessTokenFormat::Jwt => {
                let draft = call.map_or(draft.clone(), |call| call.forged(ForgedKind::AccessToken, draft));
                draft.sign(&self.keys).map_err(Refusal::server_error)?
            }
        };
        let expires_at = self.config.environment.clock().now() + self.config.access_token_lifetime;
        self.issued.add(text.clone(), Arc::new(IssuedToken { usage: TokenUse::Access, grant, claims, expires_at }));
        Ok(text)
    }

    /// A refresh token for the grant, unless the provider issues none.
    pub(super) fn issue_refresh_token(&self, mut grant: Grant) -> Result<Option<String>, Refusal> {
        if self.config.refresh_tokens == RefreshTokens::Withheld {
            return Ok(None);
        }
        grant.nonce = None;
        let mut claims = self.access_token_draft(&grant)?.claims().clone();
        let now = self.config.environment.clock().now();
        claims.insert("exp".to_owned(), json!(self.now_seconds().saturating_add(REFRESH_TOKEN_LIFETIME.as_secs().cast_signed())));
        let text = self.random_text(32)?;
        let token = IssuedToken { usage: TokenUse::Refresh, grant, claims, expires_at: now + REFRESH_TOKEN_LIFETIME };
        self.issued.add(text.clone(), Arc::new(token));
        Ok(Some(text))
    }

    /// What the provider says of a user to another provider (OpenID Connect Core section 5.6.2).
    pub(super) fn claims_draft(&self, subject: &str) -> Option<TokenDraft> {
        let now = self.now_seconds();
        let mut claims = self.config.user(subject)?.all_claims();
        claims.insert("iss".to_owned(), json!(self.issuer()));
        claims.insert("iat".to_owned(), json!(now));
        Some(TokenDraft::new(self.config.default_algorithm(), now, Some("JWT"), claims))
    }

    /// Takes back every token of one authorization.
    pub(super) fn revoke_family(&self, family: Option<&str>) {
        if family.is_some() {
            self.issued.retain(|token| token.grant.family.as_deref() != family);
        }
    }

    /// The token, if it was handed out and is neither expired nor revoked.
    pub(super) fn live_token(&self, text: &str) -> Option<Arc<IssuedToken>> {
        let now = self.config.environment.clock().now();
        self.issued.find(text).filter(|token| token.expires_at > now)
    }
}

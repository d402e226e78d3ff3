//! Access tokens: what is granted, how it is written down, and what was handed out.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::draft::TokenDraft;
use super::refusal::Refusal;
use super::routes::Call;
use super::shared::Shared;
use super::{ForgedKind, TestClient};
use crate::encoding::base64url;

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

/// How many seconds an ID token is good.
const ID_TOKEN_LIFETIME: i64 = 300;

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
}

impl Grant {
    pub(super) fn of_client(client: &TestClient, scopes: Vec<String>, audience: Vec<String>) -> Self {
        Self { client_id: client.id.clone(), subject: None, scopes, audience, claims: client.claims.clone(), family: None, nonce: None }
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

    /// The ID token of a grant (OpenID Connect Core section 2), with `at_hash` for the access token it comes with.
    pub(super) fn issue_id_token(&self, grant: &Grant, access_token: Option<&str>, call: &Call<'_>) -> Result<String, Refusal> {
        let now = self.now_seconds();
        let algorithm = self.config.default_algorithm();
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(grant.subject.as_ref().unwrap_or(&grant.client_id))),
            ("aud".to_owned(), json!(grant.client_id)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(ID_TOKEN_LIFETIME))),
        ]);
        if let Some(nonce) = &grant.nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        if let Some(access_token) = access_token {
            claims.insert("at_hash".to_owned(), json!(half_hash(algorithm.name(), access_token)));
        }
        let draft = TokenDraft::new(algorithm, now, Some("JWT"), claims);
        call.forged(ForgedKind::IdToken, draft).sign(&self.keys).map_err(Refusal::server_error)
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

/// The left half of the hash that belongs to the algorithm (OpenID Connect Core section 3.1.3.6); Ed25519 hashes with SHA-512.
fn half_hash(algorithm: &str, text: &str) -> String {
    let hash = match algorithm {
        name if name.ends_with("384") => Sha384::digest(text).to_vec(),
        name if name.ends_with("512") || name.starts_with("Ed") => Sha512::digest(text).to_vec(),
        _ => Sha256::digest(text).to_vec(),
    };
    base64url::encode(hash.get(..hash.len() / 2).unwrap_or_default())
}

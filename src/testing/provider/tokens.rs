//! Access tokens: what is granted, how it is written down, and what was handed out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

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

/// How many tokens are remembered; the oldest go first.
const KEPT: usize = 100_000;

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client_id: String,
    /// The user; none for a client in its own name.
    pub(super) subject: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) audience: Vec<String>,
    pub(super) claims: Map<String, Value>,
}

impl Grant {
    pub(super) fn of_client(client: &TestClient, scopes: Vec<String>, audience: Vec<String>) -> Self {
        Self { client_id: client.id.clone(), subject: None, scopes, audience, claims: client.claims.clone() }
    }
}

/// An access token that was handed out.
#[derive(Debug)]
pub(super) struct IssuedToken {
    pub(super) grant: Grant,
    pub(super) expires_at: SystemTime,
}

/// The tokens that were handed out and are not forgotten.
#[derive(Default)]
pub(super) struct IssuedTokens(Mutex<Issued>);

#[derive(Default)]
struct Issued {
    tokens: HashMap<String, Arc<IssuedToken>>,
    order: VecDeque<String>,
}

impl IssuedTokens {
    fn add(&self, text: String, token: IssuedToken) {
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.order.len() == KEPT
            && let Some(oldest) = issued.order.pop_front()
        {
            issued.tokens.remove(&oldest);
        }
        issued.order.push_back(text.clone());
        issued.tokens.insert(text, Arc::new(token));
    }

    pub(super) fn find(&self, text: &str) -> Option<Arc<IssuedToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tokens.get(text).cloned()
    }
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
        let text = match self.config.access_token_format {
            AccessTokenFormat::Opaque => self.random_text(32)?,
            AccessTokenFormat::Jwt => {
                let draft = self.access_token_draft(&grant)?;
                let draft = call.map_or(draft.clone(), |call| call.forged(ForgedKind::AccessToken, draft));
                draft.sign(&self.keys).map_err(Refusal::server_error)?
            }
        };
        let expires_at = self.config.environment.clock().now() + self.config.access_token_lifetime;
        self.issued.add(text.clone(), IssuedToken { grant, expires_at });
        Ok(text)
    }
}

//! Access tokens: what is granted, how it is written down, and what was handed out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, json};

use crate::testing::provider::ForgedKind;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::grant::{AccessTokenFormat, Grant, IssuedToken, RefreshTokens, TokenUse};
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::ErrorResponse;

/// How long refresh tokens are good.
const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

impl Shared {
    /// The access token for a grant as the provider would sign it (RFC 9068 section 2.2).
    pub(in crate::testing::provider) fn access_token_draft(&self, grant: &Grant) -> Result<TokenDraft, ErrorResponse> {
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
        claims.extend(grant.confirmation.clone().map(|confirmation| ("cnf".to_owned(), confirmation)));
        claims.extend(grant.claims.clone());
        Ok(TokenDraft::new(self.config.default_algorithm(), now, Some("at+jwt"), claims))
    }

    /// Writes the access token down, remembers it and returns its text.
    pub(in crate::testing::provider) fn issue_access_token(&self, grant: Grant, call: Option<&Call<'_>>) -> Result<String, ErrorResponse> {
        let draft = self.access_token_draft(&grant)?;
        let claims = draft.claims().clone();
        let text = match self.config.access_token_format {
            AccessTokenFormat::Opaque => self.random_text(32)?,
            AccessTokenFormat::Jwt => {
                let draft = call.map_or(draft.clone(), |call| call.forged(ForgedKind::AccessToken, draft));
                draft.sign(&self.keys).map_err(ErrorResponse::server_error)?
            }
        };
        let expires_at = self.config.environment.clock().now() + self.config.access_token_lifetime;
        self.issued.add(text.clone(), Arc::new(IssuedToken { usage: TokenUse::Access, grant, claims, expires_at }));
        Ok(text)
    }

    /// A refresh token for the grant, unless the provider issues none.
    pub(in crate::testing::provider) fn issue_refresh_token(&self, mut grant: Grant) -> Result<Option<String>, ErrorResponse> {
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
    pub(in crate::testing::provider) fn claims_draft(&self, subject: &str) -> Option<TokenDraft> {
        let now = self.now_seconds();
        let mut claims = self.config.user(subject)?.all_claims();
        claims.insert("iss".to_owned(), json!(self.issuer()));
        claims.insert("iat".to_owned(), json!(now));
        Some(TokenDraft::new(self.config.default_algorithm(), now, Some("JWT"), claims))
    }

    /// Takes back every token of one authorization.
    pub(in crate::testing::provider) fn revoke_family(&self, family: Option<&str>) {
        if family.is_some() {
            self.issued.retain(|token| token.grant.family.as_deref() != family);
        }
    }

    /// The token, if it was handed out and is neither expired nor revoked.
    pub(in crate::testing::provider) fn live_token(&self, text: &str) -> Option<Arc<IssuedToken>> {
        let now = self.config.environment.clock().now();
        self.issued.find(text).filter(|token| token.expires_at > now)
    }
}

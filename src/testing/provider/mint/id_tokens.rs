//! ID tokens: OpenID Connect Core sections 2, 3.1.3.6, 3.2.2.10 and 3.3.2.11.

use serde_json::{Map, Value, json};

use crate::jose::SignatureAlgorithm;
use crate::testing::provider::ForgedKind;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::mint::half_hash::half_hash;
use crate::testing::provider::state::flows::IssuedIdToken;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::ErrorResponse;

/// How many seconds an ID token is good.
const LIFETIME: i64 = 300;

/// What an ID token comes with: each is bound to it by a hash.
#[derive(Debug, Default)]
pub(in crate::testing::provider) struct Beside<'a> {
    pub(in crate::testing::provider) access_token: Option<&'a str>,
    pub(in crate::testing::provider) code: Option<&'a str>,
    pub(in crate::testing::provider) state: Option<&'a str>,
    /// Claims beyond those of the login.
    pub(in crate::testing::provider) claims: Map<String, Value>,
}

impl<'a> Beside<'a> {
    pub(in crate::testing::provider) fn access_token(access_token: Option<&'a str>) -> Self {
        Self { access_token, ..Self::default() }
    }
}

impl Shared {
    /// The ID token of a grant, for its client.
    pub(in crate::testing::provider) fn issue_id_token(
        &self,
        grant: &Grant,
        beside: &Beside<'_>,
        call: &Call<'_>,
    ) -> Result<String, ErrorResponse> {
        self.sign_id_token(grant, call.forged(ForgedKind::IdToken, self.id_token_draft(grant, beside)))
    }

    /// What the ID tokens of a client are signed with.
    pub(in crate::testing::provider) fn id_token_algorithm(&self, client_id: &str) -> SignatureAlgorithm {
        let chosen = self.client(client_id).and_then(|client| client.login.id_token_algorithm);
        chosen.unwrap_or(self.config.default_algorithm())
    }

    /// The ID token before it is signed.
    pub(in crate::testing::provider) fn id_token_draft(&self, grant: &Grant, beside: &Beside<'_>) -> TokenDraft {
        let now = self.now_seconds();
        let algorithm = self.id_token_algorithm(&grant.client_id);
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(grant.subject.as_ref().unwrap_or(&grant.client_id))),
            ("aud".to_owned(), json!(grant.client_id)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(LIFETIME))),
        ]);
        claims.extend(grant.nonce.as_ref().map(|nonce| ("nonce".to_owned(), json!(nonce))));
        for (name, text) in [("at_hash", beside.access_token), ("c_hash", beside.code), ("s_hash", beside.state)] {
            claims.extend(text.map(|text| (name.to_owned(), json!(half_hash(algorithm.name(), text)))));
        }
        if let Some(login) = &grant.login {
            claims.insert("sid".to_owned(), json!(login.session_id));
            claims.extend(login.auth_time.map(|at| ("auth_time".to_owned(), json!(at))));
            claims.extend(login.acr.as_ref().map(|acr| ("acr".to_owned(), json!(acr))));
            let user = grant.subject.as_deref().and_then(|subject| self.config.user(subject));
            let named = user.map(|user| user.named_claims(&login.id_token_claims)).unwrap_or_default();
            claims.extend(named.into_iter().filter(|(name, _)| name != "sub"));
        }
        claims.extend(beside.claims.clone());
        let client = self.client(&grant.client_id);
        let secret = client.as_ref().and_then(|client| client.secrets.first().cloned());
        let draft = TokenDraft::new(algorithm, now, Some("JWT"), claims).secret(secret);
        match client.and_then(|client| client.login.id_token_encrypter) {
            Some(encrypter) => draft.encrypted_with(&encrypter),
            None => draft,
        }
    }

    /// Signs it, and remembers it for an `id_token_hint`.
    pub(in crate::testing::provider) fn sign_id_token(&self, grant: &Grant, draft: TokenDraft) -> Result<String, ErrorResponse> {
        let text = draft.sign(&self.keys).map_err(ErrorResponse::server_error)?;
        let issued = IssuedIdToken {
            client_id: grant.client_id.clone(),
            subject: grant.subject.clone().unwrap_or_else(|| grant.client_id.clone()),
            session_id: grant.login.as_ref().map(|login| login.session_id.clone()),
        };
        self.flows.issued_id_tokens.add(text.clone(), issued);
        Ok(text)
    }
}

//! ID tokens: OpenID Connect Core sections 2, 3.1.3.6, 3.2.2.10 and 3.3.2.11.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::ForgedKind;
use super::draft::TokenDraft;
use super::flows::IssuedIdToken;
use super::refusal::Refusal;
use super::routes::Call;
use super::shared::Shared;
use super::tokens::Grant;
use crate::encoding::base64url;

/// How many seconds an ID token is good.
const LIFETIME: i64 = 300;

/// What an ID token comes with: each is bound to it by a hash.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    pub(super) access_token: Option<&'a str>,
    pub(super) code: Option<&'a str>,
    pub(super) state: Option<&'a str>,
    /// Claims beyond those of the login.
    pub(super) claims: Map<String, Value>,
}

impl<'a> Beside<'a> {
    pub(super) fn access_token(access_token: Option<&'a str>) -> Self {
        Self { access_token, ..Self::default() }
    }
}

impl Shared {
    /// The ID token of a grant, for its client.
    pub(super) fn issue_id_token(&self, grant: &Grant, beside: &Beside<'_>, call: Option<&Call<'_>>) -> Result<String, Refusal> {
        let now = self.now_seconds();
        let client = self.client(&grant.client_id);
        let algorithm = client.as_ref().and_then(|client| client.login.id_token_algorithm).unwrap_or(self.config.default_algorithm());
        let subject = grant.subject.clone().unwrap_or_else(|| grant.client_id.clone());
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(subject)),
            ("aud".to_owned(), json!(grant.client_id)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(LIFETIME))),
        ]);
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        };
        set("nonce", grant.nonce.clone().map(Value::from));
        for (name, text) in [("at_hash", beside.access_token), ("c_hash", beside.code), ("s_hash", beside.state)] {
            set(name, text.map(|text| json!(half_hash(algorithm.name(), text))));
        }
        if let Some(login) = &grant.login {
            set("sid", Some(json!(login.session_id)));
            set("auth_time", login.auth_time.map(Value::from));
            set("acr", login.acr.clone().map(Value::from));
            let user = self.config.user(&subject);
            for (name, value) in user.map(|user| user.named_claims(&login.id_token_claims)).unwrap_or_default() {
                set(&name, Some(value));
            }
        }
        claims.extend(beside.claims.clone());
        let secret = client.and_then(|client| client.secrets.first().cloned());
        let draft = TokenDraft::new(algorithm, now, Some("JWT"), claims).secret(secret);
        let draft = match call {
            Some(call) => call.forged(ForgedKind::IdToken, draft),
            None => draft,
        };
        let text = draft.sign(&self.keys).map_err(Refusal::server_error)?;
        let session_id = grant.login.as_ref().map(|login| login.session_id.clone());
        self.flows.issued_id_tokens.add(text.clone(), IssuedIdToken { client_id: grant.client_id.clone(), subject, session_id });
        Ok(text)
    }
}

/// The left half of the hash that belongs to the algorithm (OpenID Connect Core section 3.1.3.6); Ed25519 hashes with SHA-512.
pub(super) fn half_hash(algorithm: &str, text: &str) -> String {
    let hash = match algorithm {
        name if name.ends_with("384") => Sha384::digest(text).to_vec(),
        name if name.ends_with("512") || name.starts_with("Ed") => Sha512::digest(text).to_vec(),
        _ => Sha256::digest(text).to_vec(),
    };
    base64url::encode(hash.get(..hash.len() / 2).unwrap_or_default())
}

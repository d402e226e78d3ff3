//! The members of a login session as an application's store keeps them, and what is read from them.
//!
//! Claims are kept once: those of the ID token are in the ID token, which was validated before it came here.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::merged::MergedClaims;
use crate::client::stored_secret::{expose, expose_option, seal, seal_option};
use crate::document::Document;
use crate::encoding::base64url;
use crate::secret::{AccessToken, IdentityToken, RefreshToken};

/// Claims that are about one token and not about the user: they do not outlive it.
const OF_ONE_TOKEN: [&str; 12] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "at_hash",
    "c_hash",
    "s_hash",
    "urn:openid:params:jwt:claim:auth_req_id",
    "urn:openid:params:jwt:claim:rt_hash",
];

/// The members of a session, as they are written down: what is absent takes no room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredSession {
    /// The issuer of the provider's metadata: another one than that of the ID token where tokens are issued by tenants.
    pub(super) provider: String,
    pub(super) client_id: String,
    /// Signed and not encrypted.
    #[serde(serialize_with = "expose", deserialize_with = "seal")]
    pub(super) id_token: IdentityToken,
    /// What earlier ID tokens of this login said and the present one does not repeat: a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) earlier_claims: Option<String>,
    /// What the UserInfo endpoint said: a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user_info: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_option", deserialize_with = "seal_option")]
    pub(super) access_token: Option<AccessToken>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_option", deserialize_with = "seal_option")]
    pub(super) refresh_token: Option<RefreshToken>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) scope: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) session_state: Option<String>,
    /// The types of the claims that are name and roles, where they are not the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name_claim_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role_claim_type: Option<String>,
}

/// What is read from the stored members once, so that it can be handed out by reference.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct IdTokenFacts {
    /// The claims of the present ID token as they were signed.
    pub(super) claims_json: String,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) sid: Option<String>,
    pub(super) authenticated_at: Option<i64>,
    pub(super) authorized_party: Option<String>,
    pub(super) nonce: Option<String>,
}

impl StoredSession {
    /// Reads the claims that the ID token carries. It is not validated again: it was before it was stored.
    pub(super) fn facts(&self) -> Option<IdTokenFacts> {
        let payload = self.id_token.expose().split('.').nth(1)?;
        let claims_json = String::from_utf8(base64url::decode(payload).ok()?).ok()?;
        IdTokenFacts::of(claims_json, self.earlier_claims.as_deref())
    }

    /// Everything that is known of the user, the strongest source first.
    pub(super) fn claims(&self, facts: &IdTokenFacts) -> MergedClaims {
        MergedClaims::new(&facts.claims_json, self.earlier_claims.as_deref(), self.user_info.as_deref())
    }

    /// What is to be kept of the claims so far beside an ID token with `newer` claims.
    pub(super) fn earlier_beside(&self, facts: &IdTokenFacts, newer: &Document) -> Option<String> {
        let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
        let mut kept = self.earlier_claims.as_deref().map(object).unwrap_or_default();
        kept.extend(object(&facts.claims_json));
        kept.retain(|name, _| !newer.contains(name) && !OF_ONE_TOKEN.contains(&name.as_str()));
        (!kept.is_empty()).then(|| Value::Object(kept).to_string())
    }
}

impl IdTokenFacts {
    /// `None` where the claims are not those of an ID token.
    pub(super) fn of(claims_json: String, earlier_claims: Option<&str>) -> Option<Self> {
        let token = Document::parse(claims_json.clone()).ok()?;
        let earlier = earlier_claims.and_then(|text| Document::parse(text.to_owned()).ok());
        let text = |name| token.try_get_string(name).or_else(|| earlier.as_ref()?.try_get_string(name));
        Some(Self {
            issuer: token.try_get_string("iss")?,
            subject: token.try_get_string("sub")?,
            sid: text("sid"),
            authenticated_at: token.try_get_i64("auth_time").or_else(|| earlier.as_ref()?.try_get_i64("auth_time")),
            authorized_party: text("azp"),
            nonce: text("nonce"),
            claims_json,
        })
    }
}

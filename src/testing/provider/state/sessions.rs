//! The sessions of browsers, and the ID tokens that speak of them.

use serde_json::Value;

use crate::jose::{AlgorithmSet, CompactJws, JsonWebKeySet, JwsVerifier, SignatureAlgorithm, TokenLimits};
use crate::testing::provider::state::flows::{IssuedIdToken, Session};
use crate::testing::provider::state::shared::Shared;

impl Shared {
    /// Whom an `id_token_hint` speaks of: one that was issued, however old, or one that was signed with a published key.
    pub(in crate::testing::provider) fn hinted(&self, text: &str) -> Option<IssuedIdToken> {
        self.flows.issued_id_tokens.find(text).or_else(|| self.signed_hint(text))
    }

    fn signed_hint(&self, text: &str) -> Option<IssuedIdToken> {
        let keys = serde_json::json!({ "keys": self.keys.published().ok()? }).to_string();
        let keys = JsonWebKeySet::from_json(keys.as_bytes()).ok()?;
        let verifier = JwsVerifier::new(SignatureAlgorithm::ALL.iter().copied().collect::<AlgorithmSet>()).ok()?;
        let jws = CompactJws::parse(text, TokenLimits::default()).ok()?;
        let claims: Value = serde_json::from_slice(verifier.verify(&jws, &keys).ok()?.payload()).ok()?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        (claim("iss")? == self.issuer()).then_some(())?;
        Some(IssuedIdToken { client_id: claim("aud")?, subject: claim("sub")?, session_id: claim("sid") })
    }

    /// Ends the session of the browser with this cookie and the one with this `sid`; returns those that there were.
    pub(in crate::testing::provider) fn end_sessions(&self, cookie: &str, id: Option<&str>) -> Vec<Session> {
        let sessions = &self.flows.sessions;
        let by_cookie = sessions.take(cookie);
        let by_id = id.and_then(|id| sessions.take_first(|session| session.id == id));
        by_cookie.into_iter().chain(by_id).collect()
    }
}

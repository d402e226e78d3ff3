//! What an application keeps of a login, and gives back for everything that follows.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::merged::ClaimSource;
use super::stored::{IdTokenFacts, StoredSession};
use crate::client::context::{FlowContext, reject_foreign};
use crate::client::error::ClientError;
use crate::encoding::epoch;
use crate::error::Error;
use crate::principal::ClaimsPrincipal;
use crate::protocol::token::TokenResponse;
use crate::protocol::userinfo::UserInfoResponse;
use crate::sealing::{SealContext, SealError, SealPurpose, SealingKey};
use crate::secret::{AccessToken, IdentityToken, RefreshToken};
use crate::validation::{PreviousIdToken, ValidatedToken};

/// What an application keeps of a login, in its own session and under the user's session key: who the user is, what to refresh and to log out with.
///
/// It serialises, **tokens included**, so it belongs where the browser can neither read nor change it: a session store on the server, or a
/// cookie that is encrypted and authenticated ([`seal`](Self::seal)). What comes back from there is believed. Bound to provider and client: another
/// [`OidcClient`](crate::client::OidcClient) rejects it before anything is sent (`foreign_session`).
///
/// Claims come from the present ID token, from earlier ones of the same login (a refresh may bring one that says less), and from UserInfo
/// where the client was set to [load](crate::client::OidcClientBuilder::load_user_info) it; the first of these that states a claim counts,
/// and [`claim_source`](Self::claim_source) names it. Its size is that of the tokens and about 120 octets: claims of the ID token are
/// read from it and not stored a second time.
///
/// `Debug` shows no token and no claim.
///
/// # Example
/// ```
/// use identity_model::client::LoginSession;
///
/// # let text = r#"{"provider":"https://idp.example.com","client_id":"web",
/// #     "id_token":"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLmNvbSIsInN1YiI6ImFsaWNlIn0.c2ln"}"#;
/// let session: LoginSession = serde_json::from_str(text)?; // from the store of the application
/// assert_eq!(session.subject(), "alice");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LoginSession {
    stored: StoredSession,
    facts: IdTokenFacts,
}

/// What came through the browser beside the ID token.
pub(in crate::client) struct FrontChannelTokens {
    pub(in crate::client) access_token: Option<AccessToken>,
    pub(in crate::client) expires_at: Option<SystemTime>,
    pub(in crate::client) session_state: Option<String>,
}

/// The login that a session stems from: where, by which client, and what was asked for.
#[derive(Clone, Copy)]
pub(in crate::client) struct RequestedLogin<'a> {
    pub(in crate::client) provider: &'a str,
    pub(in crate::client) client_id: &'a str,
    /// What counts as granted where the provider does not say.
    pub(in crate::client) scope: &'a [String],
    pub(in crate::client) name_claim_type: &'a str,
    pub(in crate::client) role_claim_type: &'a str,
}

impl FlowContext {
    /// A login of this client at this provider.
    pub(in crate::client) fn requested<'a>(&'a self, scope: &'a [String]) -> Result<RequestedLogin<'a>, Error> {
        let settings = self.settings();
        Ok(RequestedLogin {
            provider: self.issuer()?,
            client_id: self.client_id(),
            scope,
            name_claim_type: &settings.name_claim_type,
            role_claim_type: &settings.role_claim_type,
        })
    }
}

impl LoginSession {
    /// The session of a validated ID token, whose `text` is signed and not encrypted, and of the tokens that came with it.
    pub(in crate::client) fn of(
        requested: RequestedLogin<'_>,
        text: &IdentityToken,
        token: &ValidatedToken,
        tokens: Option<&TokenResponse>,
    ) -> Result<Self, ClientError> {
        let unusual = |name: &str, usual: &str| (name != usual).then(|| name.to_owned());
        let stored = StoredSession {
            provider: requested.provider.to_owned(),
            client_id: requested.client_id.to_owned(),
            id_token: text.clone(),
            earlier_claims: None,
            user_info: None,
            access_token: None,
            expires_at: None,
            refresh_token: None,
            scope: requested.scope.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect(),
            session_state: None,
            name_claim_type: unusual(requested.name_claim_type, "name"),
            role_claim_type: unusual(requested.role_claim_type, "role"),
        };
        let facts = IdTokenFacts::of(token.claims_json().to_owned(), None).ok_or(ClientError::MissingIdToken)?;
        let mut session = Self { stored, facts };
        if let Some(tokens) = tokens {
            session.take_tokens(tokens);
        }
        Ok(session)
    }

    /// The same with what came through the browser.
    pub(in crate::client) fn with_front_channel(mut self, front: FrontChannelTokens) -> Self {
        if let Some(token) = front.access_token {
            self.stored.access_token = Some(token);
            self.stored.expires_at = front.expires_at.map(epoch::seconds);
        }
        self.stored.session_state = front.session_state;
        self
    }

    /// The same with what UserInfo says of the user, whose subject was checked.
    pub(in crate::client) fn with_user_info(mut self, user_info: &UserInfoResponse) -> Self {
        self.stored.user_info = std::str::from_utf8(user_info.document().as_bytes()).ok().map(str::to_owned);
        self
    }

    /// The same with the tokens of a refresh. A provider that sends no new refresh token leaves the old one in force; one that sends no ID
    /// token leaves the user as they were; one whose ID token says less leaves what it does not repeat.
    pub(in crate::client) fn renewed(&self, tokens: &TokenResponse, id_token: Option<(IdentityToken, &ValidatedToken)>) -> Self {
        let mut session = self.clone();
        if let Some((text, token)) = id_token {
            let earlier = self.stored.earlier_beside(&self.facts, token.document());
            if let Some(facts) = IdTokenFacts::of(token.claims_json().to_owned(), earlier.as_deref()) {
                session.facts = facts;
                session.stored.earlier_claims = earlier;
                session.stored.id_token = text;
            }
        }
        session.take_tokens(tokens);
        session
    }

    fn take_tokens(&mut self, tokens: &TokenResponse) {
        self.stored.access_token = Some(tokens.access_token().clone());
        self.stored.expires_at = tokens.expires_at().map(epoch::seconds);
        if let Some(token) = tokens.refresh_token() {
            self.stored.refresh_token = Some(token.clone());
        }
        if tokens.stated_scope().is_some() || !tokens.requested_scope().is_empty() {
            self.stored.scope = tokens.granted_scope().to_vec();
        }
    }

    /// The session sealed, for a place outside of the server: a cookie. Neither the user nor anyone on the network path can read or alter it.
    ///
    /// `name` is the name of the cookie, or the key under which it is stored: under another it does not open. The text is a third longer than the
    /// tokens and claims inside ([`SealingKey::sealed_length`]): 3,000 to 8,000 characters are usual, and a cookie may have 4,096 with its name and
    /// attributes (RFC 6265 section 6.1), so most sessions belong in a store on the server. A sealed session does not expire by itself, and a browser
    /// can bring an older one back: a logout that must hold needs a list of live sessions on the server
    /// ([`MemorySessions`](crate::sessions::MemorySessions)).
    ///
    /// # Errors
    /// [`SealError::Entropy`], [`SealError::Crypto`].
    pub fn seal(&self, key: &SealingKey, name: &str) -> Result<String, SealError> {
        let text = Zeroizing::new(serde_json::to_vec(self).map_err(|_| SealError::Malformed)?);
        key.seal_text(&SealContext::new(SealPurpose::Session, name), &text)
    }

    /// Opens what [`seal`](Self::seal) has sealed.
    ///
    /// # Errors
    /// [`SealError`]; a session of another version of this crate that cannot be read is [`SealError::Malformed`].
    pub fn open(sealed: &str, key: &SealingKey, name: &str) -> Result<Self, SealError> {
        let text = key.open_text(&SealContext::new(SealPurpose::Session, name), sealed)?;
        serde_json::from_slice(&text).map_err(|_| SealError::Malformed)
    }

    /// Who issued the ID token: `iss`.
    pub fn issuer(&self) -> &str {
        &self.facts.issuer
    }

    /// The client that the user logged in to.
    pub fn client_id(&self) -> &str {
        &self.stored.client_id
    }

    /// The user at that issuer: `sub`. Users of two issuers may share one, so `(issuer, subject)` is the key of a user.
    pub fn subject(&self) -> &str {
        &self.facts.subject
    }

    /// The session at the provider: `sid`, by which back-channel and front-channel logout name it.
    pub fn sid(&self) -> Option<&str> {
        self.facts.sid.as_deref()
    }

    /// The ID token, signed and not encrypted: the hint for a logout. One that came encrypted was decrypted (OpenID Connect Core section
    /// 3.1.2.1).
    pub fn id_token(&self) -> &IdentityToken {
        &self.stored.id_token
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.stored.access_token.as_ref()
    }

    /// When the access token expires; `None` where the provider did not say.
    pub fn expires_at(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.stored.expires_at?).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// Whether the access token has expired, or does so within `margin`: time to [`refresh`](crate::client::OidcClient::refresh).
    pub fn expires_within(&self, margin: Duration, now: SystemTime) -> bool {
        self.expires_at().is_some_and(|at| now.checked_add(margin).is_none_or(|then| at <= then))
    }

    /// The refresh token, if the provider issued one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.stored.refresh_token.as_ref()
    }

    /// The scopes that were granted.
    pub fn granted_scope(&self) -> &[String] {
        &self.stored.scope
    }

    /// `session_state` of the callback, for a page that watches the session at the provider (OpenID Connect Session Management 1.0 section 2).
    pub fn session_state(&self) -> Option<&str> {
        self.stored.session_state.as_deref()
    }

    /// A claim of the user, where it is a string: from the first source that states it.
    pub fn claim(&self, name: &str) -> Option<String> {
        self.stored.claims(&self.facts).find(name).and_then(|(_, document)| document.try_get_string(name))
    }

    /// Which source [`claim`](Self::claim) and [`principal`](Self::principal) take a claim from; `None` where none states it.
    pub fn claim_source(&self, name: &str) -> Option<ClaimSource> {
        self.stored.claims(&self.facts).find(name).map(|(source, _)| source)
    }

    /// The claims of the present ID token as JSON text, as they were signed.
    pub fn claims_json(&self) -> &str {
        &self.facts.claims_json
    }

    /// What the UserInfo endpoint said when the user logged in, as JSON text; `None` where the client was not set to ask.
    pub fn user_info_json(&self) -> Option<&str> {
        self.stored.user_info.as_deref()
    }

    /// The claims of every source as a principal, by the claim types that the client was set to.
    pub fn principal(&self) -> ClaimsPrincipal {
        let (name, role) = (self.stored.name_claim_type.as_deref(), self.stored.role_claim_type.as_deref());
        self.stored.claims(&self.facts).principal(&self.facts.issuer, name, role)
    }

    /// What a refreshed ID token is compared with.
    pub fn previous_id_token(&self) -> PreviousIdToken {
        PreviousIdToken::builder()
            .issuer(&self.facts.issuer)
            .subject(&self.facts.subject)
            .maybe_auth_time(self.facts.authenticated_at)
            .maybe_authorized_party(self.facts.authorized_party.clone())
            .maybe_nonce(self.facts.nonce.clone())
            .build()
    }

    pub(in crate::client) fn has_nonce(&self) -> bool {
        self.facts.nonce.is_some()
    }

    /// Rejects the session of another provider or client, so that its tokens go nowhere else.
    pub(in crate::client) fn belongs_to(&self, provider: &str, client_id: &str) -> Result<(), ClientError> {
        reject_foreign("session", "provider", provider, &self.stored.provider)?;
        reject_foreign("session", "client", client_id, &self.stored.client_id)
    }
}

impl fmt::Debug for LoginSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSession")
            .field("issuer", &self.facts.issuer)
            .field("client_id", &self.stored.client_id)
            .field("access_token", &self.stored.access_token.is_some())
            .field("refresh_token", &self.stored.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}

impl Serialize for LoginSession {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.stored.serialize(serializer)
    }
}

/// What cannot be read is not repeated in the error: it may be a token.
impl<'de> Deserialize<'de> for LoginSession {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let unreadable = || serde::de::Error::custom("this is not what a login session was kept as");
        let stored = StoredSession::deserialize(deserializer).map_err(|_| unreadable())?;
        let facts = stored.facts().ok_or_else(unreadable)?;
        Ok(Self { stored, facts })
    }
}

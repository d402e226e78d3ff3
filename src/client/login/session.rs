//! What an application keeps of a login, and gives back for everything that follows.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::client::context::reject_foreign;
use crate::client::error::ClientError;
use crate::document::Document;
use crate::encoding::epoch;
use crate::principal::{Claim, ClaimsIdentity, ClaimsPrincipal};
use crate::protocol::token::TokenResponse;
use crate::sealing::{SealContext, SealError, SealPurpose, SealingKey};
use crate::secret::{AccessToken, IdentityToken, RefreshToken};
use crate::validation::{PreviousIdToken, ValidatedToken};

/// What an application keeps of a login, in its own session and under the user's session key: who the user is, what to refresh and to log out with.
///
/// It serialises, **tokens included**, so it belongs where the browser can neither read nor change it: a session store on the server, or a
/// cookie that is encrypted and authenticated ([`seal`](Self::seal)). What comes back from there is believed. Bound to provider and client: another
/// [`OidcClient`](crate::client::OidcClient) refuses it before anything is sent (`foreign_session`).
///
/// `Debug` shows no token and no claim.
///
/// # Example
/// ```
/// use identity_model::client::LoginSession;
///
/// # let text = r#"{"provider":"https://idp.example.com","issuer":"https://idp.example.com","client_id":"web","subject":"alice","id_token":"a.b.c","claims":"{\"sub\":\"alice\"}",
/// #     "authenticated_at":null,"authorized_party":null,"nonce":null,"sid":null,"access_token":null,"expires_at":null,"refresh_token":null,"scope":[],"session_state":null}"#;
/// let session: LoginSession = serde_json::from_str(text)?; // from the store of the application
/// assert_eq!(session.subject(), "alice");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LoginSession(StoredSession);

/// The members of a session, as they are written down.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredSession {
    /// The issuer of the provider's metadata: another one than `issuer` where tokens are issued by tenants.
    provider: String,
    issuer: String,
    client_id: String,
    subject: String,
    sid: Option<String>,
    #[serde(serialize_with = "expose", deserialize_with = "read_secret")]
    id_token: IdentityToken,
    claims: String,
    authenticated_at: Option<i64>,
    authorized_party: Option<String>,
    nonce: Option<String>,
    #[serde(serialize_with = "expose_option", deserialize_with = "read_secret_option")]
    access_token: Option<AccessToken>,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    #[serde(serialize_with = "expose_option", deserialize_with = "read_secret_option")]
    refresh_token: Option<RefreshToken>,
    scope: Vec<String>,
    session_state: Option<String>,
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
}

impl LoginSession {
    /// What counts of a validated ID token and of the tokens that came along.
    pub(in crate::client) fn of(
        requested: RequestedLogin<'_>,
        text: &IdentityToken,
        token: &ValidatedToken,
        tokens: Option<&TokenResponse>,
    ) -> Self {
        let claims = token.claims();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut session = Self(StoredSession {
            provider: requested.provider.to_owned(),
            issuer: owned(claims.issuer()).unwrap_or_default(),
            client_id: requested.client_id.to_owned(),
            subject: owned(claims.subject()).unwrap_or_default(),
            sid: owned(claims.session_id()),
            id_token: text.clone(),
            claims: token.claims_json().to_owned(),
            authenticated_at: claims.try_get_i64("auth_time"),
            authorized_party: owned(claims.authorized_party()),
            nonce: owned(claims.try_get_str("nonce")),
            access_token: None,
            expires_at: None,
            refresh_token: None,
            scope: requested.scope.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect(),
            session_state: None,
        });
        if let Some(tokens) = tokens {
            session.take_tokens(tokens);
        }
        session
    }

    /// The same with what came through the browser.
    pub(in crate::client) fn with_front_channel(mut self, front: FrontChannelTokens) -> Self {
        if let Some(token) = front.access_token {
            self.0.access_token = Some(token);
            self.0.expires_at = front.expires_at.map(epoch::seconds);
        }
        self.0.session_state = front.session_state;
        self
    }

    /// The same with the tokens of a refresh. A provider that sends no new refresh token leaves the old one in force; one that sends no ID
    /// token leaves the user as he was.
    pub(in crate::client) fn renewed(&self, tokens: &TokenResponse, id_token: Option<&ValidatedToken>) -> Self {
        let mut session = self.clone();
        if let (Some(text), Some(token)) = (tokens.id_token(), id_token) {
            let requested = RequestedLogin { provider: &self.0.provider, client_id: &self.0.client_id, scope: &self.0.scope };
            let newer = Self::of(requested, text, token, None);
            // The session at the provider, the time of the login and its nonce stay where the new token does not repeat them.
            session = Self(StoredSession {
                sid: newer.0.sid.or(session.0.sid),
                authenticated_at: newer.0.authenticated_at.or(session.0.authenticated_at),
                authorized_party: newer.0.authorized_party.or(session.0.authorized_party),
                nonce: session.0.nonce,
                access_token: None,
                refresh_token: session.0.refresh_token,
                session_state: session.0.session_state,
                ..newer.0
            });
        }
        session.take_tokens(tokens);
        session
    }

    fn take_tokens(&mut self, tokens: &TokenResponse) {
        self.0.access_token = Some(tokens.access_token().clone());
        self.0.expires_at = tokens.expires_at().map(epoch::seconds);
        if let Some(token) = tokens.refresh_token() {
            self.0.refresh_token = Some(token.clone());
        }
        if tokens.stated_scope().is_some() || !tokens.requested_scope().is_empty() {
            self.0.scope = tokens.granted_scope().to_vec();
        }
    }

    /// The session sealed, for a place outside of the server: a cookie. Neither the user nor anybody on the way can read or alter it.
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
        &self.0.issuer
    }

    /// The client that the user logged in to.
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// The user at that issuer: `sub`. Users of two issuers may share one, so `(issuer, subject)` is the key of a user.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The session at the provider: `sid`, by which back-channel and front-channel logout name it.
    pub fn sid(&self) -> Option<&str> {
        self.0.sid.as_deref()
    }

    /// The ID token as it came: the hint for a logout.
    pub fn id_token(&self) -> &IdentityToken {
        &self.0.id_token
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.0.access_token.as_ref()
    }

    /// When the access token expires; `None` where the provider did not say.
    pub fn expires_at(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.0.expires_at?).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// Whether the access token has expired, or does so within `margin`: time to [`refresh`](crate::client::OidcClient::refresh).
    pub fn expires_within(&self, margin: Duration, now: SystemTime) -> bool {
        self.expires_at().is_some_and(|at| now.checked_add(margin).is_none_or(|then| at <= then))
    }

    /// The refresh token, if the provider issued one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.0.refresh_token.as_ref()
    }

    /// The scopes that were granted.
    pub fn granted_scope(&self) -> &[String] {
        &self.0.scope
    }

    /// `session_state` of the callback, for a page that watches the session at the provider (OpenID Connect Session Management 1.0 section 2).
    pub fn session_state(&self) -> Option<&str> {
        self.0.session_state.as_deref()
    }

    /// A claim of the ID token, where it is a string.
    pub fn claim(&self, name: &str) -> Option<String> {
        self.document()?.try_get_string(name)
    }

    /// The claims of the ID token as JSON text, as they were signed.
    pub fn claims_json(&self) -> &str {
        &self.0.claims
    }

    /// The claims of the ID token as a principal, with `name` and `role` as the types of name and roles.
    pub fn principal(&self) -> ClaimsPrincipal {
        let claims = self.document().map(|document| Claim::all_of(&document, &self.0.issuer)).unwrap_or_default();
        ClaimsPrincipal::new(ClaimsIdentity::builder().claims(claims).authentication_type("OpenIdConnect").build())
    }

    /// What a refreshed ID token is compared with.
    pub fn previous_id_token(&self) -> PreviousIdToken {
        PreviousIdToken::builder()
            .issuer(&self.0.issuer)
            .subject(&self.0.subject)
            .maybe_auth_time(self.0.authenticated_at)
            .maybe_authorized_party(self.0.authorized_party.clone())
            .maybe_nonce(self.0.nonce.clone())
            .build()
    }

    pub(in crate::client) fn has_nonce(&self) -> bool {
        self.0.nonce.is_some()
    }

    fn document(&self) -> Option<Document> {
        Document::parse(self.0.claims.clone()).ok()
    }

    /// Rejects the session of another provider or client, so that its tokens go nowhere else.
    pub(in crate::client) fn belongs_to(&self, provider: &str, client_id: &str) -> Result<(), ClientError> {
        reject_foreign("session", "provider", provider, &self.0.provider)?;
        reject_foreign("session", "client", client_id, &self.0.client_id)
    }
}

impl fmt::Debug for LoginSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSession")
            .field("issuer", &self.0.issuer)
            .field("client_id", &self.0.client_id)
            .field("access_token", &self.0.access_token.is_some())
            .field("refresh_token", &self.0.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}

impl Serialize for LoginSession {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What cannot be read is not repeated in the error: it may be a token.
impl<'de> Deserialize<'de> for LoginSession {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StoredSession::deserialize(deserializer)
            .map(Self)
            .map_err(|_| serde::de::Error::custom("this is not what a login session was kept as"))
    }
}

/// A secret that a session holds.
trait SessionSecret: From<String> {
    fn text(&self) -> &str;
}

macro_rules! session_secrets {
    ($($name:ident),*) => {$(
        impl SessionSecret for $name {
            fn text(&self) -> &str {
                self.expose()
            }
        }
    )*};
}

session_secrets!(IdentityToken, AccessToken, RefreshToken);

fn expose<T: SessionSecret, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
    secret.text().serialize(serializer)
}

fn expose_option<T: SessionSecret, S: Serializer>(secret: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(SessionSecret::text).serialize(serializer)
}

fn read_secret<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Cow::<'de, str>::deserialize(deserializer).map(|text| T::from(text.into_owned()))
}

fn read_secret_option<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(T::from))
}

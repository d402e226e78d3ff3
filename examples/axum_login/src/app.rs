//! What the handlers share: one client for the life of the program, and which sessions are still good.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError, Weak};
use std::time::Duration as StdDuration;

use axum::Router;
use axum::routing::{any, get, post};
use identity_model::client::OidcClient;
use identity_model::protocol::logout::FrontchannelLogout;
use identity_model::sessions::{BackchannelLogout, MemorySessions};
use identity_model::{Error, ReqwestClient};
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OnceCell};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::session::Error as SessionError;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use crate::settings::Settings;
use crate::store::Sessions;
use crate::{account, login, logout, pages};

/// Cheap to clone; everything in it is shared.
#[derive(Clone)]
pub(crate) struct App {
    /// The provider and this application's registration there.
    pub(crate) client: OidcClient,
    pub(crate) issuer: Arc<str>,
    /// Which sessions the provider has not ended. Several processes behind one address keep this, and the sessions, in a database.
    pub(crate) live: MemorySessions,
    pub(crate) frontchannel: FrontchannelLogout,
    /// Made once: it remembers which logout tokens were used.
    backchannel: Arc<OnceCell<BackchannelLogout>>,
    pub(crate) sessions: Sessions,
    /// By session: who holds it refreshes its tokens alone. Several processes take a lock in their database.
    locks: Arc<StdMutex<HashMap<String, Weak<Mutex<()>>>>>,
}

impl App {
    /// Nothing is sent before the first login.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let client = OidcClient::builder()
            .issuer(&settings.issuer)
            .client_id(&settings.client_id)
            .maybe_client_secret(settings.client_secret.as_deref())
            .redirect_uri(format!("{}/callback", settings.url))
            .post_logout_redirect_uri(format!("{}/logged-out", settings.url))
            .scope(&settings.scope)
            .load_user_info(true)
            .policy(settings.policy.clone())
            .http(ReqwestClient::new()?)
            .build()?;
        let frontchannel = FrontchannelLogout::builder()
            .uri(format!("{}/frontchannel-logout", settings.url))
            .issuer(&settings.issuer)
            .session_required(true)
            .build();
        Ok(Self {
            client,
            issuer: settings.issuer.as_str().into(),
            live: MemorySessions::default(),
            frontchannel,
            backchannel: Arc::default(),
            sessions: Sessions::default(),
            locks: Arc::default(),
        })
    }

    /// What receives the provider's logout tokens.
    pub(crate) async fn backchannel(&self) -> Result<&BackchannelLogout, Error> {
        self.backchannel.get_or_try_init(|| self.client.backchannel_logout()).await
    }

    /// What one request at a time may hold for a session, however often a button is pressed.
    pub(crate) fn lock_of(&self, session: &Session) -> Arc<Mutex<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| lock.strong_count() > 0);
        let id = session.id().map(|id| id.to_string()).unwrap_or_default();
        if let Some(lock) = locks.get(&id).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::new(Mutex::new(()));
        locks.insert(id, Arc::downgrade(&lock));
        lock
    }

    /// Drops sessions that have expired, for ever: those of browsers that began a login and never came back among them.
    pub(crate) async fn purge(self) {
        loop {
            tokio::time::sleep(StdDuration::from_secs(60)).await;
            self.sessions.purge();
        }
    }

    pub(crate) fn router(self, settings: &Settings) -> Router {
        // The cookie holds a random identifier and nothing else; what belongs to it stays here. No script reads it. `Lax`: it comes along when
        // the provider sends the browser back, and never with a form of another site.
        let sessions = SessionManagerLayer::new(self.sessions.clone())
            .with_name("axum_login")
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_secure(settings.is_https())
            .with_expiry(Expiry::OnInactivity(Duration::minutes(30)));
        Router::new()
            .route("/", get(account::home))
            .route("/login", get(login::begin))
            .route("/callback", get(login::finish))
            .route("/profile", get(account::profile))
            .route("/refresh", post(account::refresh))
            .route("/logout", post(logout::begin))
            .route("/logged-out", get(logout::finish))
            .route("/frontchannel-logout", get(logout::frontchannel))
            .layer(sessions)
            // No browser comes here: no session. Whatever comes is answered as the specification wants it, another method than POST too.
            .route("/backchannel-logout", any(logout::backchannel))
            .route("/style.css", get(pages::style))
            .with_state(self)
    }
}

/// What the session holds now: another request may have changed it since this one began.
pub(crate) async fn fresh<T: DeserializeOwned>(session: &Session, key: &str) -> Result<Option<T>, SessionError> {
    if session.id().is_some() {
        session.load().await?;
    }
    session.get(key).await
}

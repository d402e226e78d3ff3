//! The handle of one managed token.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::lifetime::Ends;
use super::managed::Content;
use super::settings::may_pass;
use super::shared::Shared;
use super::{ManagedToken, TokenError};
use crate::cache::{Fetched, Keep, Newer, Slot, Want, completed};
use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::dpop::DpopKey;
use crate::protocol::token::RepeatableTokenRequest;
use crate::secret::AccessToken;

/// Where callers get one managed token from, made by [`TokenManager::source`](super::TokenManager::source).
///
/// Cheap to clone; clones share the token. A token request that fails is not repeated for a second, doubling to thirty, for as long as the
/// server's `Retry-After` says (an hour at most), or for a minute where the configuration is to blame (`invalid_client`,
/// `unauthorized_client`, `invalid_scope`, `invalid_target`). Meanwhile the old token serves as long as it is good, else callers get the same
/// error at once, and its `retry_after()` says when the next request is due.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    slot: Arc<Slot<Content>>,
    tenant: Option<String>,
    request: Arc<dyn RepeatableTokenRequest>,
}

type Fetch = Pin<Box<dyn Future<Output = Result<Fetched<Content>, Error>> + Send>>;

impl TokenSource {
    pub(super) fn new(
        shared: Arc<Shared>,
        slot: Arc<Slot<Content>>,
        tenant: Option<String>,
        request: Arc<dyn RepeatableTokenRequest>,
    ) -> Self {
        Self(Arc::new(Inner { shared, slot, tenant, request }))
    }

    /// The token, fetched or renewed where it has to be.
    ///
    /// Dropping the future ends this caller's wait alone: another caller that waits goes on with the request under way.
    ///
    /// # Errors
    /// What the token request failed with; `too_many_token_requests` (kind `Flow`, retryable) where no request may be sent before the deadline.
    pub async fn token(&self) -> Result<ManagedToken, Error> {
        match self.fresh() {
            Some(token) => Ok(token),
            None => run_with(self.exchange(), None, &self.0.shared.environment).await,
        }
    }

    /// The blocking twin of [`token`](Self::token).
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn token_blocking(&self) -> Result<ManagedToken, Error> {
        match self.fresh() {
            Some(token) => Ok(token),
            None => run_blocking_with(self.exchange(), None, &self.0.shared.environment),
        }
    }

    /// Drops the kept token and forgets the last failure, so that the next caller fetches anew: after the client's credential was replaced, or
    /// after the token was revoked.
    pub fn invalidate(&self) {
        self.0.slot.clear();
    }

    /// Fetches a new token whatever the age of the kept one, which goes on serving the others meanwhile.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn force_renewal(&self) -> Result<ManagedToken, Error> {
        run_with(self.renewing(), None, &self.0.shared.environment).await
    }

    /// The blocking twin of [`force_renewal`](Self::force_renewal).
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn force_renewal_blocking(&self) -> Result<ManagedToken, Error> {
        run_blocking_with(self.renewing(), None, &self.0.shared.environment)
    }

    /// Another token than the one that a resource has rejected with `invalid_token` (RFC 6750 section 3.1).
    ///
    /// Where the kept token is another one already, that is returned and nothing is sent. `None` where a renewal would not help: the rejected
    /// token is younger than 30 s, or was renewed because of a rejection less than 30 s ago; the resource's answer stands then.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub async fn renew_after_rejection(&self, rejected: &AccessToken) -> Result<Option<ManagedToken>, Error> {
        run_with(self.replacing(rejected), None, &self.0.shared.environment).await
    }

    /// The blocking twin of [`renew_after_rejection`](Self::renew_after_rejection).
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn renew_after_rejection_blocking(&self, rejected: &AccessToken) -> Result<Option<ManagedToken>, Error> {
        run_blocking_with(self.replacing(rejected), None, &self.0.shared.environment)
    }

    /// The key that the token is bound to, where its request has one.
    pub(crate) fn dpop_key(&self) -> Option<DpopKey> {
        self.0.request.dpop_key().cloned()
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.0.shared.environment
    }

    /// [`token`](Self::token) as part of another exchange.
    pub(crate) async fn token_on(&self, port: &Port) -> Result<ManagedToken, Error> {
        match self.fresh() {
            Some(token) => Ok(token),
            None => self.load(port).await,
        }
    }

    /// [`renew_after_rejection`](Self::renew_after_rejection) as part of another exchange.
    pub(crate) async fn replacement_on(&self, rejected: &AccessToken, port: &Port) -> Result<Option<ManagedToken>, Error> {
        port.perform(self.replacing(rejected)).await
    }

    /// The token while nothing is to be done: no lock, no exchange, no allocation.
    fn fresh(&self) -> Option<ManagedToken> {
        let clock = self.0.shared.environment.clock();
        let entry = self.0.slot.fresh()?;
        // The monotonic clock may stand still while the machine sleeps.
        match entry.value.hard_end {
            Some(end) if clock.now() >= end => {
                self.0.slot.discard(entry.version);
                None
            }
            _ => Some(ManagedToken(entry)),
        }
    }

    fn exchange(&self) -> Exchange<ManagedToken, Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.load(&port).await })
    }

    async fn load(&self, port: &Port) -> Result<ManagedToken, Error> {
        let (slot, shared) = (&self.0.slot, &self.0.shared);
        let look_up = || slot.look_up(&shared.clients, self.fetch());
        let error = match completed(look_up, port).await {
            Ok(Ok(entry)) => return Ok(ManagedToken(entry)),
            Ok(Err(error)) => error,
            Err(error) => return Err(self.paused(error)),
        };
        match slot.usable().filter(|entry| entry.value.hard_end.is_none_or(|end| port.now() < end)) {
            Some(entry) if may_pass(&error) => {
                tracing::warn!(target: "identity_model", code = error.code(), "served_stale: the token could not be renewed, the old one serves");
                Ok(ManagedToken(entry))
            }
            _ => Err(error),
        }
    }

    fn renewing(&self) -> Exchange<ManagedToken, Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move {
            let look_up = || this.0.slot.refresh(&this.0.shared.clients, this.fetch());
            match completed(look_up, &port).await {
                Ok(outcome) => outcome.map(ManagedToken),
                Err(error) => Err(this.paused(error)),
            }
        })
    }

    fn replacing(&self, rejected: &AccessToken) -> Exchange<Option<ManagedToken>, Error> {
        let (this, rejected) = (self.clone(), rejected.clone());
        Exchange::new(|port: Port| async move {
            let now = port.monotonic();
            let Some(entry) = this.0.slot.usable() else { return this.load(&port).await.map(Some) };
            if entry.value.response.access_token() != &rejected {
                return Ok(Some(ManagedToken(entry)));
            }
            if now.saturating_sub(entry.value.asked_at) < this.0.shared.settings.rejection_pause {
                return Ok(None);
            }
            match this.0.slot.newer_than(entry.version, Want::MissingKey, &this.0.shared.clients, this.fetch()) {
                Newer::Entry(entry) => Ok(Some(ManagedToken(entry))),
                Newer::Join { handle, .. } => match port.join(&handle).await? {
                    Some(outcome) => outcome.map(|entry| Some(ManagedToken(entry))),
                    None => Ok(None),
                },
                Newer::NotNow => Ok(None),
            }
        })
    }

    fn fetch(&self) -> impl FnOnce(Port) -> Fetch + Send + 'static {
        let this = Arc::clone(&self.0);
        move |port| Box::pin(async move { this.fetch(&port).await })
    }

    /// The error of a request that is not repeated yet says when it may be.
    fn paused(&self, cause: Error) -> Error {
        match self.0.slot.closed_for() {
            Some(retry_after) => TokenError::Paused { cause, retry_after }.into(),
            None => cause,
        }
    }
}

impl Inner {
    async fn fetch(&self, port: &Port) -> Result<Fetched<Content>, Error> {
        let (shared, began) = (&self.shared, port.monotonic());
        let deadline = shared.settings.deadline();
        let _permit = shared.gate.enter(&self.tenant, deadline, port).await?;
        let (asked_at, asked_on) = (port.monotonic(), port.now());
        let left = deadline.saturating_sub(asked_at.saturating_sub(began));
        let response = port.perform(self.request.exchange_within(left)).await?;
        let random = u32::from_le_bytes(port.random());
        let ends = shared.settings.ends(response.expires_in(), random);
        let elapsed = port.monotonic().saturating_sub(asked_at);
        let keep = match ends {
            Some(Ends { soft, hard }) if hard > elapsed => {
                Keep::Until { soft_age: soft.saturating_sub(elapsed), hard_age: hard.saturating_sub(elapsed) }
            }
            _ => Keep::No,
        };
        let hard_end = ends.and_then(|ends| asked_on.checked_add(ends.hard));
        Ok(Fetched { value: Content { response, asked_at, hard_end }, keep })
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("tenant", &self.0.tenant).finish_non_exhaustive()
    }
}

//! The receiver of back-channel logout requests.

use std::fmt;
use std::time::Duration;

use bon::Builder;
use bytes::Bytes;
use http::{Request, Response};

use super::{BlockingSessionRegistry, ReceivedLogout, SessionRegistry};
use crate::cache::{MemoryReplayStore, ReplayGuard, StoreError};
use crate::constants::error_codes;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::jose::{AlgorithmSet, DecryptionKeys};
use crate::keys::{KeySource, TokenValidator};
use crate::protocol::RequestError;
use crate::protocol::logout::{LogoutError, LogoutNotice, LogoutTokenRequest, logout_accepted, logout_rejected};
use crate::validation::{TokenKind, TokenValidationOptions};

/// Receives the back-channel logout requests of a provider: takes them apart, validates the token, rejects replays, answers.
///
/// OpenID Connect Back-Channel Logout 1.0 sections 2.4 to 2.8. Wanted: a POST of a form with one `logout_token`; signed as the client's ID tokens
/// are, by a key of the provider, perhaps encrypted; `iss`, `aud`, `iat`, `exp`, `jti`, the logout event, `sub` or `sid`, no `nonce`; a `jti` that
/// was not seen before. [`respond`](Self::respond) does all of it and ends the sessions: 200 or 400, never to be stored.
/// [`receive`](Self::receive) leaves both to the caller. Cheap to clone, safe to share.
///
/// A token is remembered **after** its sessions have ended. A delivery that fails or is abandoned succeeds when it is made again; a replay of one
/// that succeeded is rejected, so it ends no session that began since. A replay store that fails or is full loses no logout either: the sessions
/// end, and the response is 400, so that the provider delivers the token again.
///
/// Defaults: RS256; a memory of seen tokens for this process alone. Several processes behind one address share a
/// [`ReplayStore`](crate::cache::ReplayStore) of their own.
///
/// # Example
/// ```
/// use identity_model::keys::ProviderKeys;
/// use identity_model::sessions::{BackchannelLogout, MemorySessions};
/// # use identity_model::testing::TestProvider;
/// # use serde_json::json;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let provider = TestProvider::new();
/// # let http = provider.clone();
/// let issuer = provider.issuer();
/// let logout =
///     BackchannelLogout::builder().keys(ProviderKeys::new(issuer.as_str(), http)).issuer(issuer.as_str()).client_id("app").build();
/// let sessions = MemorySessions::default();
///
/// # let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
/// # let token = provider.mint_access_token(|token| {
/// #     token.header("typ", "logout+jwt").claim("aud", "app").claim("sub", "alice").claim("events", events)
/// # });
/// // In the handler of the address that was registered as `backchannel_logout_uri`:
/// let request = http::Request::post("/backchannel-logout")
///     .header("content-type", "application/x-www-form-urlencoded")
///     .body(format!("logout_token={}", token.expose()))?;
/// let answer = logout.respond(&request, &sessions).await;
/// assert_eq!(answer.status(), 200);
/// assert_eq!(logout.respond(&request, &sessions).await.status(), 400, "a replay");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct BackchannelLogout {
    validator: TokenValidator,
    seen: ReplayGuard,
}

#[derive(Builder)]
#[builder(
    on(String, into),
    builder_type(name = BackchannelLogoutBuilder, vis = "pub", doc {
        /// Builds a [`BackchannelLogout`]: keys, issuer and client id must be set.
    }),
    state_mod(name = backchannel_logout_builder, vis = "pub(crate)"),
    finish_fn(name = assemble, vis = "")
)]
struct Parts {
    /// Where the provider's keys come from.
    #[builder(into)]
    keys: KeySource,
    /// The provider's issuer.
    issuer: String,
    /// The client's identifier: whom the token must be for.
    client_id: String,
    /// The algorithms that are allowed: those of the client's ID tokens (`id_token_signed_response_alg`). Default: RS256.
    #[builder(into)]
    algorithms: Option<AlgorithmSet>,
    /// Accepts logout tokens without `exp`, which Ory Hydra sends, for so long after their `iat`: until then, the leeway on top, each is
    /// remembered. A longer age is a longer time in which a stolen token logs a user out where the memory was lost. Default: `exp` has to be
    /// there (OpenID Connect Back-Channel Logout section 2.4).
    danger_allow_missing_exp: Option<Duration>,
    /// The client's keys to decrypt with, where its ID tokens are encrypted. Default: none, so encrypted tokens are rejected.
    #[builder(into)]
    decryption_keys: Option<DecryptionKeys>,
    /// Remembers which tokens were used. Default: in memory, for this process alone.
    #[builder(into)]
    replay_store: Option<ReplayGuard>,
    /// The clock. Default: that of the provider whose keys are taken, else the system's.
    environment: Option<Environment>,
}

impl<S: backchannel_logout_builder::State> BackchannelLogoutBuilder<S> {
    /// The receiver. Nothing is sent before the first token comes.
    pub fn build(self) -> BackchannelLogout
    where
        S: backchannel_logout_builder::IsComplete,
    {
        let parts = self.assemble();
        let rules = TokenValidationOptions::logout_token().maybe_max_issued_age(parts.danger_allow_missing_exp);
        let rules = if parts.danger_allow_missing_exp.is_some() { rules.danger_allow_missing_exp() } else { rules };
        let options = rules
            .issuer(parts.issuer)
            .audience(parts.client_id)
            .maybe_algorithms(parts.algorithms)
            .maybe_decryption_keys(parts.decryption_keys)
            .build();
        let mut validator = TokenValidator::with_options(parts.keys, options);
        let mut memory = MemoryReplayStore::default();
        if let Some(environment) = parts.environment {
            memory = memory.with_environment(environment.clone());
            validator = validator.with_environment(environment);
        }
        BackchannelLogout { validator, seen: parts.replay_store.unwrap_or_else(|| memory.into()) }
    }
}

impl BackchannelLogout {
    /// Keys, issuer and client id; the rest has safe defaults.
    pub fn builder() -> BackchannelLogoutBuilder {
        Parts::builder()
    }

    /// A receiver with a custom validator: several providers, further rules.
    ///
    /// # Errors
    /// Kind `Configuration` where the validator is for another kind of token than [`TokenKind::LogoutToken`].
    pub fn with_validator(validator: TokenValidator, replay_store: impl Into<ReplayGuard>) -> Result<Self, Error> {
        match validator.options().token_kind() {
            TokenKind::LogoutToken => Ok(Self { validator, seen: replay_store.into() }),
            other => {
                Err(RequestError::configuration("validator", format!("is for another kind of token than a logout token: {other}")).into())
            }
        }
    }

    /// Judges a request; ending the sessions, [saying so](ReceivedLogout::ended) and answering is left to the caller.
    ///
    /// # Errors
    /// Kind `Flow` for what is no such request or a replay, `Validation`, `Malformed` or `Key` for a token that is rejected, and what the fetch of
    /// keys failed with. Each is answered by [`error_response`](Self::error_response).
    pub async fn receive<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<ReceivedLogout, Error> {
        self.validator.drive(self.exchange(request)).await
    }

    /// The blocking twin of [`receive`](Self::receive).
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_blocking<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<ReceivedLogout, Error> {
        self.validator.drive_blocking(self.exchange(request))
    }

    /// The same as [`receive`](Self::receive), to be driven by hand.
    pub fn exchange<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Exchange<ReceivedLogout, Error> {
        let (this, request) = (self.clone(), LogoutTokenRequest::read(request));
        Exchange::new(|port: Port| async move {
            let request = request?;
            let token = request.logout_token().expose().into();
            let notice = LogoutNotice::of(&this.validator.run(token, this.validator.options(), &port).await?)?;
            let known = port.is_remembered(&this.seen, notice.replay_key()).await;
            this.unless_known(known, notice)
        })
    }

    /// Judges a request, ends the sessions that it is about, and answers: 200 where that was done (also where there were none), else 400.
    pub async fn respond<B: AsRef<[u8]>>(&self, request: &Request<B>, sessions: &dyn SessionRegistry) -> Response<Bytes> {
        let outcome = async {
            let received = self.receive(request).await?;
            sessions.end(received.notice()).await?;
            received.ended().await
        };
        outcome.await.map_or_else(|error| Self::error_response(&error), |()| logout_accepted())
    }

    /// The blocking twin of [`respond`](Self::respond).
    pub fn respond_blocking<B: AsRef<[u8]>>(&self, request: &Request<B>, sessions: &dyn BlockingSessionRegistry) -> Response<Bytes> {
        let outcome = || {
            let received = self.receive_blocking(request)?;
            sessions.end_blocking(received.notice())?;
            received.ended_blocking()
        };
        outcome().map_or_else(|error: Error| Self::error_response(&error), |()| logout_accepted())
    }

    /// A store that cannot say whether a token was used must not keep a user logged in: ending sessions again is the safer mistake.
    fn unless_known(&self, known: Result<bool, StoreError>, notice: LogoutNotice) -> Result<ReceivedLogout, Error> {
        match known {
            Ok(true) => return Err(LogoutError::TokenReplayed.into()),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(target: "identity_model", code = error.code(), "cannot tell whether a logout token was used before")
            }
        }
        Ok(ReceivedLogout::new(notice, self.seen.clone()))
    }

    /// The response to a request that was rejected or could not be carried out: 400, never to be stored. It does not say what is wrong with the
    /// token, the log does.
    pub fn error_response(error: &Error) -> Response<Bytes> {
        tracing::warn!(target: "identity_model", code = error.code(), "back-channel logout refused");
        if let Some(rejected) = error.validation() {
            return logout_rejected(error_codes::INVALID_REQUEST, rejected.public_message());
        }
        match error.logout() {
            Some(rejected) => rejected.response(),
            None => logout_rejected(error_codes::SERVER_ERROR, "The logout could not be carried out."),
        }
    }
}

impl fmt::Debug for BackchannelLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackchannelLogout").field("validator", &self.validator).finish_non_exhaustive()
    }
}

//! The search for the keys of one token or signed response, step by step: the synchronous attempt and the exchange take the same ones.
//!
//! ```text
//!   own keys ──no──► cached set ──no──► is a newer set to be had? ──no──► the verdict of the last set
//!      │                 │   ▲                      │
//!      ▼                 ▼   └─────── fetch ◄───────┘
//!   verified          verified
//! ```
//!
//! `no` is a verdict that newer keys could change: no fitting key, or a signature that is wrong under the one that fits. Each set that comes is
//! tried once; the set that was fetched because of this very search is the last one.

use std::sync::Arc;

use super::keys_at::KeysAt;
use super::provider::{NewerKeys, Snapshot};
use super::source::{Keys, KeysOfIssuer};
use super::{KeySource, ProviderKeys};
use crate::cache::Want;
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::{JsonWebKey, JsonWebKeySet};
use crate::protocol::{RequestError, UnverifiedResponse};
use crate::validation::{
    AsyncClaimValidator, ClaimRejection, Claims, Inspected, TokenValidationOptions, ValidatedToken, ValidationError, ValidationErrorKind,
    Verified,
};

/// What comes next.
pub(super) enum SearchStep<V> {
    /// The signature verifies.
    Verified(V),
    /// Keys are needed that are not there: fetch them, [hand them in](Search::hand_in), ask again.
    NeedsKeys(KeyFetch),
}

/// The keys to try.
#[derive(Clone, Copy)]
pub(super) enum Candidates<'k> {
    Set(&'k JsonWebKeySet),
    Key(&'k JsonWebKey),
}

/// A verdict about a signature.
pub(super) trait Verdict: Into<Error> + Clone {
    fn validation(&self) -> Option<&ValidationError>;

    /// What newer keys could change about it.
    fn want(&self) -> Option<Want> {
        let error = self.validation().filter(|error| error.wants_newer_keys())?;
        Some(if error.kind() == ValidationErrorKind::SignatureInvalid { Want::OtherKey } else { Want::MissingKey })
    }
}

impl Verdict for ValidationError {
    fn validation(&self) -> Option<&ValidationError> {
        Some(self)
    }
}

impl Verdict for RequestError {
    fn validation(&self) -> Option<&ValidationError> {
        Self::validation(self)
    }
}

/// A fetch of keys.
pub(super) struct KeyFetch {
    keys: ProviderKeys,
    /// The version that did not do, and why; any will do where there is none.
    newer_than: Option<(u64, Want)>,
}

impl KeyFetch {
    pub(super) async fn run(self, port: &Port) -> Result<FetchedKeys, Error> {
        match self.newer_than {
            None => self.keys.load(port).await.map(FetchedKeys::Current),
            Some((version, want)) => Ok(FetchedKeys::Newer(self.keys.newer_than(version, want, port).await)),
        }
    }
}

/// What a fetch of keys brought.
pub(super) enum FetchedKeys {
    /// The key set of the moment.
    Current(Snapshot),
    /// A newer one than the last that was tried, where there is one.
    Newer(Option<NewerKeys>),
}

/// The last set that was tried, and its verdict.
pub(super) struct Tried<E> {
    verdict: E,
    version: u64,
    want: Want,
}

/// Where the search stands.
pub(super) struct Search<'k, E> {
    keys: KeysOfIssuer<'k>,
    /// The set to try next.
    snapshot: Option<Snapshot>,
    /// The set that was tried last.
    keys_at: KeysAt,
    /// Whether no newer set is to be had.
    is_last: bool,
    tried: Option<Tried<E>>,
}

impl<'k, E: Verdict> Search<'k, E> {
    /// A search that begins with what is there, or goes on after what was `tried`.
    pub(super) fn new(keys: KeysOfIssuer<'k>, tried: Option<Tried<E>>) -> Self {
        let snapshot = match keys.keys {
            Keys::Provider(provider) if tried.is_none() => provider.fresh(),
            _ => None,
        };
        Self { keys, snapshot, keys_at: KeysAt::OWN, is_last: false, tried }
    }

    /// Takes what came of a fetch. One that could not even be carried out stops nothing while there is a verdict.
    pub(super) fn hand_in(&mut self, fetched: Result<FetchedKeys, Error>) -> Result<(), Error> {
        (self.snapshot, self.is_last) = match fetched {
            Ok(FetchedKeys::Current(snapshot)) => (Some(snapshot), false),
            Ok(FetchedKeys::Newer(Some(newer))) => (Some(newer.snapshot), newer.is_forced),
            Ok(FetchedKeys::Newer(None)) => (None, true),
            Err(error) if self.tried.is_none() => return Err(error),
            Err(_) => (None, true),
        };
        Ok(())
    }

    /// Tries what is there.
    pub(super) fn next<V>(&mut self, verify: impl Fn(Candidates<'_>) -> Result<V, E>) -> Result<SearchStep<V>, Error> {
        if let Some(own) = self.keys.own.take() {
            match verify(Candidates::Set(own)) {
                Err(verdict) if verdict.want().is_some() => {}
                outcome => return outcome.map(SearchStep::Verified).map_err(Into::into),
            }
        }
        let provider = match self.keys.keys {
            Keys::Set(set) => return verify(Candidates::Set(set)).map(SearchStep::Verified).map_err(Into::into),
            Keys::Key(key) => return verify(Candidates::Key(key)).map(SearchStep::Verified).map_err(Into::into),
            Keys::Provider(provider) => provider,
        };
        if let Some(snapshot) = self.snapshot.take() {
            self.keys_at = KeysAt { provider: provider.id(), version: snapshot.version };
            match verify(Candidates::Set(&snapshot.value)) {
                Ok(verified) => return Ok(SearchStep::Verified(verified)),
                Err(verdict) => match verdict.want() {
                    Some(want) => self.tried = Some(Tried { verdict, version: snapshot.version, want }),
                    None => return Err(verdict.into()),
                },
            }
        }
        let newer_than = match &self.tried {
            None => None,
            // Until a set was fetched for this very want, each newer one is only one that happened to be there.
            Some(Tried { version, want, .. }) if !self.is_last && provider.has_newer_than(*version, *want) => Some((*version, *want)),
            Some(Tried { verdict, .. }) => return Err(verdict.clone().into()),
        };
        Ok(SearchStep::NeedsKeys(KeyFetch { keys: provider.clone(), newer_than }))
    }

    /// Where the keys are that verified the signature.
    pub(super) fn keys_at(&self) -> KeysAt {
        self.keys_at
    }

    /// What an exchange need not try again.
    pub(super) fn into_tried(self) -> Option<Tried<E>> {
        self.tried
    }
}

impl KeySource {
    /// Validates a token as part of another exchange, fetching keys where it has to: what [`TokenValidator`](super::TokenValidator) does.
    pub(crate) async fn validate(&self, token: &str, options: &TokenValidationOptions, port: &Port) -> Result<ValidatedToken, Error> {
        Ok(self.search(token, options, None, port).await?.0)
    }

    /// The same after what was `tried`, together with where the keys are that verified it.
    pub(super) async fn search(
        &self,
        token: &str,
        options: &TokenValidationOptions,
        tried: Option<Tried<ValidationError>>,
        port: &Port,
    ) -> Result<(ValidatedToken, KeysAt), Error> {
        let inspected = Inspected::new(token, options, port.now()).map_err(rejected)?;
        let source = self.resolve(inspected.unverified_issuer())?;
        let mut search = Search::new(source.keys(inspected.unverified_issuer())?, tried);
        let verified = loop {
            match search.next(|keys| verify(&inspected, keys))? {
                SearchStep::Verified(verified) => break verified,
                SearchStep::NeedsKeys(fetch) => search.hand_in(fetch.run(port).await)?,
            }
        };
        Ok((check(verified, port).await?, search.keys_at()))
    }

    /// Reads a signed response once and verifies it with these keys, following their rotation: `send` asks for it, after the keys are there.
    pub(crate) async fn verify_response<T>(
        &self,
        options: &TokenValidationOptions,
        send: impl Future<Output = Result<UnverifiedResponse<T>, RequestError>>,
        port: &Port,
    ) -> Result<T, Error> {
        let issuer = options.expected_issuer();
        let source = self.resolve(self.named(issuer))?;
        let keys = source.keys(source.named(issuer))?;
        if let Keys::Provider(provider) = keys.keys {
            provider.load(port).await?;
        }
        let response = send.await?;
        let mut search = Search::new(keys, None);
        loop {
            let verify = |keys: Candidates<'_>| match keys {
                Candidates::Set(set) => response.verify(set, options, port.now()),
                Candidates::Key(key) => response.verify(&JsonWebKeySet::from_keys([key.clone()]), options, port.now()),
            };
            match search.next(verify)? {
                SearchStep::Verified(response) => return Ok(response),
                SearchStep::NeedsKeys(fetch) => search.hand_in(fetch.run(port).await)?,
            }
        }
    }
}

/// Checks the signature.
pub(super) fn verify<'a>(inspected: &Inspected<'a>, keys: Candidates<'_>) -> Result<Verified<'a>, ValidationError> {
    match keys {
        Candidates::Set(set) => inspected.verify(set),
        Candidates::Key(key) => inspected.verify_with_key(key),
    }
}

/// Judges the claims by every rule, those that have to be awaited included.
pub(super) async fn check(verified: Verified<'_>, port: &Port) -> Result<ValidatedToken, Error> {
    let wait = |validator: Arc<dyn AsyncClaimValidator>, claims: Claims| async move {
        let verdict = port.awaited("claim validator", async move { validator.validate(&claims).await }).await;
        // A driver that goes on without awaiting it has no verdict to offer.
        verdict.unwrap_or_else(|| Err(ClaimRejection::new("its verdict was not awaited")))
    };
    verified.check_by(port.now(), wait).await.map_err(rejected)
}

pub(super) fn rejected(error: ValidationError) -> Error {
    tracing::debug!(target: "identity_model", code = error.code(), "token rejected");
    error.into()
}

#[cfg(test)]
mod tests;

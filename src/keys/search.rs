//! The search for the key of one token, step by step, so that the async and the blocking validator take the same ones.

use super::provider::{Newest, Snapshot};
use super::source::Keys;
use super::verified_tokens::KeysAt;
use super::{KeySource, ProviderKeys};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::validation::{Inspected, ValidationError, Verified};

/// What to do next.
pub(super) enum Found<'a> {
    /// The signature is good.
    Verified(Verified<'a>),
    /// Fetch this, hand in what it brings, ask again.
    Fetch(Wanted),
}

/// Keys that are not at hand.
pub(super) struct Wanted {
    keys: ProviderKeys,
    /// The version that did not do; any will do where there is none.
    newer_than: Option<u64>,
}

impl Wanted {
    /// What the fetch runs in.
    pub(super) fn environment(&self) -> Environment {
        self.keys.environment().clone()
    }

    /// The fetch by itself.
    pub(super) fn exchange(self) -> Exchange<Brought, Error> {
        Exchange::new(|port: Port| async move { self.fetch(&port).await })
    }

    /// The fetch as part of another exchange.
    pub(super) async fn fetch(self, port: &Port) -> Result<Brought, Error> {
        match self.newer_than {
            None => self.keys.load(port).await.map(Brought::Current),
            Some(seen) => Ok(Brought::Newer(self.keys.newer_than(seen, port).await)),
        }
    }
}

/// What a fetch brought.
pub(super) enum Brought {
    /// The key set of the moment.
    Current(Snapshot),
    /// A newer one than the last that was tried.
    Newer(Option<Newest>),
}

/// Where the search stands.
pub(super) struct Search<'k> {
    keys: Keys<'k>,
    /// The set to try next.
    snapshot: Option<Snapshot>,
    /// The version of the set that was tried last.
    version: u64,
    /// Whether no newer set is to be had.
    is_last: bool,
    stage: Stage,
}

enum Stage {
    /// No set has been tried.
    First,
    /// The last set had no fitting key, or one under which the signature fails: the verdict if there is no newer one.
    Refused { error: ValidationError, seen: u64 },
}

impl<'k> Search<'k> {
    /// Finds whose keys to take: of several providers the one whose issuer the token names, before anything is fetched.
    pub(super) fn new(source: &'k KeySource, inspected: &Inspected<'_>) -> Result<Self, Error> {
        let keys = source.keys(inspected.unverified_issuer())?;
        let snapshot = match keys {
            Keys::Set(_) | Keys::Key(_) => None,
            Keys::Provider { provider, .. } => provider.fresh(),
        };
        Ok(Self { keys, snapshot, version: 0, is_last: false, stage: Stage::First })
    }

    /// Takes what came of a fetch. One that could not even be carried out stops nothing while the last good set is.
    pub(super) fn hand_in(&mut self, brought: Result<Brought, Error>) -> Result<(), Error> {
        (self.snapshot, self.is_last) = match (brought, self.keys) {
            (Ok(Brought::Current(snapshot)), _) => (Some(snapshot), false),
            (Ok(Brought::Newer(Some(newest))), _) => (Some(newest.snapshot), newest.forced),
            (Ok(Brought::Newer(None)), _) => (None, true),
            (Err(error), Keys::Provider { provider, .. }) if matches!(self.stage, Stage::First) => {
                (Some(provider.usable().ok_or(error)?), true)
            }
            (Err(_), _) => (None, true),
        };
        Ok(())
    }

    /// The set that verified the token.
    pub(super) fn keys_at(&self) -> KeysAt {
        match self.keys {
            Keys::Set(_) | Keys::Key(_) => KeysAt { provider: 0, version: 0 },
            Keys::Provider { number, .. } => KeysAt { provider: number, version: self.version },
        }
    }

    pub(super) fn next<'a>(&mut self, inspected: &Inspected<'a>) -> Result<Found<'a>, Error> {
        let provider = match self.keys {
            Keys::Set(set) => return Ok(Found::Verified(inspected.verify(set)?)),
            Keys::Key(key) => return Ok(Found::Verified(inspected.verify_with_key(key)?)),
            Keys::Provider { provider, .. } => provider,
        };
        if let Some(snapshot) = self.snapshot.take() {
            self.version = snapshot.version;
            match inspected.verify(&snapshot.value) {
                Err(error) if error.wants_newer_keys() => self.stage = Stage::Refused { error, seen: snapshot.version },
                outcome => return Ok(Found::Verified(outcome?)),
            }
        }
        let newer_than = match &self.stage {
            Stage::First => None,
            Stage::Refused { error, .. } if self.is_last => return Err(error.clone().into()),
            // Until a set was fetched for this very want, each newer one is only one that happened to be there.
            Stage::Refused { seen, .. } => Some(*seen),
        };
        Ok(Found::Fetch(Wanted { keys: provider.clone(), newer_than }))
    }
}

#[cfg(test)]
mod tests;

//! The search for the key of one token, step by step, so that the async and the blocking validator take the same ones.

use super::provider::Snapshot;
use super::source::Kind;
use super::{KeySource, KeySourceError, ProviderKeys};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::jose::JsonWebKeySet;
use crate::validation::{Inspected, ValidationError, Verified};

/// What to do next.
pub(super) enum Found<'a> {
    /// The signature is good.
    Verified(Verified<'a>),
    /// Run this, hand in what it brings, ask again.
    Fetch(Exchange<Option<Snapshot>, Error>),
}

/// Where the search stands.
pub(super) struct Search<'k> {
    keys: Keys<'k>,
    /// The set to try next.
    snapshot: Option<Snapshot>,
    stage: Stage,
}

enum Keys<'k> {
    Set(&'k JsonWebKeySet),
    Provider(&'k ProviderKeys),
}

enum Stage {
    /// No set has been tried.
    First,
    /// A newer set was looked for after one had no fitting key, or a key under which the signature fails: the verdict if there is none.
    Newer(ValidationError),
}

impl<'k> Search<'k> {
    /// Finds whose keys to take: of several providers the one whose issuer the token names, before anything is fetched.
    pub(super) fn new(source: &'k KeySource, inspected: &Inspected<'_>) -> Result<Self, Error> {
        let keys = match &source.0 {
            Kind::Set(set) => Keys::Set(set),
            Kind::Provider(provider) => Keys::Provider(provider),
            Kind::Providers(providers) => {
                let named = |issuer: &str| inspected.unverified_issuer() == Some(issuer);
                let found = providers.iter().find(|(issuer, _)| named(issuer)).map(|(_, provider)| provider);
                Keys::Provider(found.ok_or(KeySourceError::UnknownIssuer)?)
            }
        };
        let snapshot = match &keys {
            Keys::Set(_) => None,
            Keys::Provider(provider) => provider.fresh(),
        };
        Ok(Self { keys, snapshot, stage: Stage::First })
    }

    pub(super) fn hand_in(&mut self, snapshot: Option<Snapshot>) {
        self.snapshot = snapshot;
    }

    pub(super) fn next<'a>(&mut self, inspected: &Inspected<'a>) -> Result<Found<'a>, Error> {
        let provider = match self.keys {
            Keys::Set(set) => return Ok(Found::Verified(inspected.verify(set)?)),
            Keys::Provider(provider) => provider.clone(),
        };
        match (self.snapshot.take(), &self.stage) {
            (Some(snapshot), Stage::First) => match inspected.verify(&snapshot.value) {
                Err(error) if error.wants_newer_keys() => {
                    self.stage = Stage::Newer(error);
                    let seen = snapshot.version;
                    Ok(Found::Fetch(Exchange::new(move |port: Port| async move { Ok(provider.newer_than(seen, &port).await) })))
                }
                outcome => Ok(Found::Verified(outcome?)),
            },
            (None, Stage::First) => Ok(Found::Fetch(Exchange::new(|port: Port| async move { provider.load(&port).await.map(Some) }))),
            (Some(newer), Stage::Newer(_)) => Ok(Found::Verified(inspected.verify(&newer.value)?)),
            (None, Stage::Newer(error)) => Err(error.clone().into()),
        }
    }
}

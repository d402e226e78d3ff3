//! What the provider was asked: counters and the requests themselves.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::testing::RecordedRequest;
use crate::testing::provider::ProviderEndpoint;
use crate::transport::HttpRequest;

/// How many requests are kept; counters go on.
const KEPT: usize = 10_000;

#[derive(Default)]
pub(in crate::testing::provider) struct Log(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    counts: HashMap<ProviderEndpoint, usize>,
    requests: VecDeque<(Option<ProviderEndpoint>, RecordedRequest)>,
}

impl Log {
    pub(in crate::testing::provider) fn add(&self, endpoint: Option<ProviderEndpoint>, request: &HttpRequest) {
        let request = RecordedRequest::new(request.clone());
        let mut entries = self.entries();
        if let Some(endpoint) = endpoint {
            *entries.counts.entry(endpoint).or_default() += 1;
        }
        if entries.requests.len() == KEPT {
            entries.requests.pop_front();
        }
        entries.requests.push_back((endpoint, request));
    }

    pub(in crate::testing::provider) fn count(&self, endpoint: ProviderEndpoint) -> usize {
        self.entries().counts.get(&endpoint).copied().unwrap_or_default()
    }

    pub(in crate::testing::provider) fn all(&self) -> Vec<RecordedRequest> {
        self.entries().requests.iter().map(|(_, request)| request.clone()).collect()
    }

    pub(in crate::testing::provider) fn at(&self, endpoint: ProviderEndpoint) -> Vec<RecordedRequest> {
        self.entries().requests.iter().filter(|(place, _)| *place == Some(endpoint)).map(|(_, request)| request.clone()).collect()
    }

    pub(in crate::testing::provider) fn clear(&self) {
        *self.entries() = Entries::default();
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

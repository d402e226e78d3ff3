//! What the provider remembers under a random name: tokens, codes, pending requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How much is remembered; the oldest goes first.
const KEPT: usize = 100_000;

/// Values under their names, in one step each.
pub(in crate::testing::provider) struct Store<T>(Mutex<Entries<T>>);

struct Entries<T> {
    values: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self(Mutex::new(Entries { values: HashMap::new(), order: VecDeque::new() }))
    }
}

impl<T> Store<T> {
    /// Whether the name was free; what stood under it is replaced.
    pub(in crate::testing::provider) fn add(&self, name: impl Into<String>, value: T) -> bool {
        let name = name.into();
        let mut entries = self.entries();
        if entries.order.len() == KEPT
            && let Some(oldest) = entries.order.pop_front()
        {
            entries.values.remove(&oldest);
        }
        entries.order.push_back(name.clone());
        entries.values.insert(name, value).is_none()
    }

    /// The value, which is then gone: for what is good once.
    pub(in crate::testing::provider) fn take(&self, name: &str) -> Option<T> {
        self.entries().values.remove(name)
    }

    /// Looks at the value and may change it.
    pub(in crate::testing::provider) fn with<R>(&self, name: &str, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.entries().values.get_mut(name).map(look)
    }

    /// The same for the first value that fits.
    pub(in crate::testing::provider) fn with_first<R>(&self, fits: impl Fn(&T) -> bool, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.entries().values.values_mut().find(|value| fits(value)).map(look)
    }

    /// The first value that fits, which is then gone.
    pub(in crate::testing::provider) fn take_first(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut entries = self.entries();
        let name = entries.values.iter().find(|(_, value)| fits(value)).map(|(name, _)| name.clone())?;
        entries.values.remove(&name)
    }

    /// Forgets what does not stay.
    pub(in crate::testing::provider) fn retain(&self, stays: impl Fn(&T) -> bool) {
        self.entries().values.retain(|_, value| stays(value));
    }

    fn entries(&self) -> MutexGuard<'_, Entries<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Store<T> {
    /// The newest value that fits.
    pub(in crate::testing::provider) fn last(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let entries = self.entries();
        entries.order.iter().rev().filter_map(|name| entries.values.get(name)).find(|value| fits(value)).cloned()
    }

    pub(in crate::testing::provider) fn find(&self, name: &str) -> Option<T> {
        self.entries().values.get(name).cloned()
    }
}

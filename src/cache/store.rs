//! A bounded map: what was unused for longest makes room.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by key, at most so many. Values are cheap to clone: handles to what is shared.
pub(crate) struct Store<K, T> {
    places: Mutex<Places<K, T>>,
    capacity: usize,
}

struct Places<K, T> {
    by_key: HashMap<K, Place<T>>,
    clock: u64,
}

struct Place<T> {
    value: T,
    used: u64,
}

impl<K: Eq + Hash + Clone, T: Clone> Store<K, T> {
    /// At most `capacity` values, and at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { places: Mutex::new(Places { by_key: HashMap::new(), clock: 0 }), capacity: capacity.max(1) }
    }

    /// The value of `key`, made where there is none.
    pub(crate) fn get_or_make(&self, key: &K, make: impl FnOnce() -> T) -> T {
        let mut places = self.places();
        places.clock += 1;
        let used = places.clock;
        if let Some(place) = places.by_key.get_mut(key) {
            place.used = used;
            return place.value.clone();
        }
        while places.by_key.len() >= self.capacity {
            let Some(oldest) = places.by_key.iter().min_by_key(|(_, place)| place.used).map(|(key, _)| key.clone()) else { break };
            places.by_key.remove(&oldest);
        }
        let value = make();
        places.by_key.insert(key.clone(), Place { value: value.clone(), used });
        value
    }

    pub(crate) fn values(&self) -> Vec<T> {
        self.places().by_key.values().map(|place| place.value.clone()).collect()
    }

    fn places(&self) -> MutexGuard<'_, Places<K, T>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, T> fmt::Debug for Store<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unused_for_longest_makes_room() {
        let store: Store<u8, u8> = Store::new(2);
        let mut made = 0;
        let mut get = |key: u8| {
            store.get_or_make(&key, || {
                made += 1;
                made
            })
        };
        assert_eq!((get(1), get(2)), (1, 2));
        assert_eq!(get(1), 1);
        assert_eq!(get(3), 3);
        assert_eq!(get(1), 1, "used since");
        assert_eq!(get(2), 4, "made room");
        assert_eq!(store.values().len(), 2);
    }
}

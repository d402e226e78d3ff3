//! A bounded map of slots: the one unused for longest makes room.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use super::settings::CacheSettings;
use super::slot::Slot;

pub(crate) struct Store<K, V> {
    slots: Mutex<Slots<K, V>>,
    settings: CacheSettings,
}

struct Slots<K, V> {
    by_key: HashMap<K, Place<V>>,
    clock: u64,
}

struct Place<V> {
    slot: Arc<Slot<V>>,
    used: u64,
}

impl<K: Eq + Hash + Clone, V: Send + Sync + 'static> Store<K, V> {
    pub(crate) fn new(settings: CacheSettings) -> Self {
        Self { slots: Mutex::new(Slots { by_key: HashMap::new(), clock: 0 }), settings }
    }

    /// The slot of `key`, made where there is none.
    pub(crate) fn slot(&self, key: &K) -> Arc<Slot<V>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.clock += 1;
        let used = slots.clock;
        if let Some(place) = slots.by_key.get_mut(key) {
            place.used = used;
            return Arc::clone(&place.slot);
        }
        while slots.by_key.len() >= self.settings.capacity().max(1) {
            let Some(oldest) = slots.by_key.iter().min_by_key(|(_, place)| place.used).map(|(key, _)| key.clone()) else { break };
            slots.by_key.remove(&oldest);
        }
        let slot = Slot::new(self.settings);
        slots.by_key.insert(key.clone(), Place { slot: Arc::clone(&slot), used });
        slot
    }

    pub(crate) fn slots(&self) -> Vec<Arc<Slot<V>>> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.by_key.values().map(|place| Arc::clone(&place.slot)).collect()
    }
}

impl<K, V> fmt::Debug for Store<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slot_unused_for_longest_makes_room() {
        let store: Store<u8, u8> = Store::new(CacheSettings::default().with_capacity(2));
        let first = store.slot(&1);
        let second = store.slot(&2);
        assert!(Arc::ptr_eq(&first, &store.slot(&1)));
        store.slot(&3);
        assert!(Arc::ptr_eq(&first, &store.slot(&1)), "used since");
        assert!(!Arc::ptr_eq(&second, &store.slot(&2)), "made room");
        assert_eq!(store.slots().len(), 2);
    }
}

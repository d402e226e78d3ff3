//! The tokens that a manager keeps: bounded in all and by tenant.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::TokenManagerSettings;
use super::key::TokenKey;
use super::managed::Content;
use super::settings::failure_pause;
use crate::cache::{Slot, SlotRules};
use crate::environment::Environment;

/// Slots by key. Where one more does not fit, what has expired makes room first, then what was unused for longest; a slot whose token is
/// being fetched stays.
pub(super) struct Table {
    rows: Mutex<Rows>,
    settings: TokenManagerSettings,
    environment: Environment,
}

#[derive(Default)]
struct Rows {
    by_key: HashMap<TokenKey, Row>,
    tenants: HashMap<Option<String>, usize>,
    clock: u64,
}

struct Row {
    slot: Arc<Slot<Content>>,
    used: u64,
}

impl Table {
    pub(super) fn new(settings: TokenManagerSettings, environment: Environment) -> Self {
        Self { rows: Mutex::default(), settings, environment }
    }

    /// The slot of `key`, made where there is none.
    pub(super) fn slot(&self, key: &TokenKey) -> Arc<Slot<Content>> {
        let mut rows = self.rows();
        rows.clock += 1;
        let used = rows.clock;
        if let Some(row) = rows.by_key.get_mut(key) {
            row.used = used;
            return Arc::clone(&row.slot);
        }
        if rows.tenants.get(&key.tenant).is_some_and(|count| *count >= self.settings.tenant_capacity.max(1)) {
            rows.make_room(|other| other.tenant == key.tenant);
        }
        if rows.by_key.len() >= self.settings.capacity.max(1) {
            rows.make_room(|_| true);
        }
        let slot = Slot::new(self.settings.slot(), self.environment.clone(), SlotRules { failure_pause, ..SlotRules::default() });
        *rows.tenants.entry(key.tenant.clone()).or_default() += 1;
        rows.by_key.insert(key.clone(), Row { slot: Arc::clone(&slot), used });
        slot
    }

    /// How many tokens, or places for them, are kept.
    pub(super) fn len(&self) -> usize {
        self.rows().by_key.len()
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn make_room(&mut self, may_go: impl Fn(&TokenKey) -> bool) {
        let rows = self.by_key.iter().filter(|(key, row)| may_go(key) && !row.slot.is_fetching());
        // `false` comes before `true`: an expired token goes before one that could still be used.
        let Some(key) = rows.min_by_key(|(_, row)| (row.slot.usable().is_some(), row.used)).map(|(key, _)| key.clone()) else { return };
        self.by_key.remove(&key);
        if let Some(count) = self.tenants.get_mut(&key.tenant) {
            *count -= 1;
            if *count == 0 {
                self.tenants.remove(&key.tenant);
            }
        }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("tokens", &self.len()).finish_non_exhaustive()
    }
}

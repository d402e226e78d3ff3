//! Where the sessions are: in memory, bounded, and rid of those that have expired.
//!
//! The layer saves a session when its request has been answered, as that request has read it. Another tab may have changed it since, so a save
//! makes a session last longer and changes nothing in it: what is in a session is changed by [`Sessions::change`] alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// How many sessions there is room for. Each visit of `/login` begins one, so there has to be a limit.
const CAPACITY: usize = 100_000;

/// What is in a session, by name.
pub(crate) type Data = HashMap<String, Value>;

/// The sessions of one process. Several behind one address keep them in a database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<Id, Record>>>);

impl Sessions {
    fn records(&self) -> MutexGuard<'_, HashMap<Id, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a session that is there, as it is now and before anything else does. None where there is none.
    pub(crate) fn change<T>(&self, id: Option<Id>, change: impl FnOnce(&mut Data) -> T) -> Option<T> {
        let now = OffsetDateTime::now_utc();
        let mut records = self.records();
        let record = records.get_mut(&id?).filter(|record| record.expiry_date > now)?;
        Some(change(&mut record.data))
    }

    /// How many there are, the expired ones among them.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.records().len()
    }

    /// Room for one more: what has expired goes, what has not stays.
    fn keep(&self, record: &Record) -> Result<()> {
        let mut records = self.records();
        if records.len() >= CAPACITY && !records.contains_key(&record.id) {
            let now = OffsetDateTime::now_utc();
            records.retain(|_, record| record.expiry_date > now);
            if records.len() >= CAPACITY {
                return Err(Error::Backend("there is no room for another session".to_owned()));
            }
        }
        records.insert(record.id, record.clone());
        Ok(())
    }

    /// Drops the sessions that have expired.
    pub(crate) fn purge(&self) {
        let now = OffsetDateTime::now_utc();
        self.records().retain(|_, record| record.expiry_date > now);
    }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.records().contains_key(&record.id) {
            record.id = Id::default();
        }
        self.keep(record)
    }

    /// A session that has ended in the meantime does not come back.
    async fn save(&self, record: &Record) -> Result<()> {
        if let Some(kept) = self.records().get_mut(&record.id) {
            kept.expiry_date = kept.expiry_date.max(record.expiry_date);
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = OffsetDateTime::now_utc();
        Ok(self.records().get(id).filter(|record| record.expiry_date > now).cloned())
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.records().remove(id);
        Ok(())
    }
}

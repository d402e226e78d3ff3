//! Where the sessions are: in memory, bounded, and rid of those that have expired.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// How many sessions there is room for. Anybody who opens `/login` begins one, so there has to be a limit.
const CAPACITY: usize = 100_000;

/// The sessions of one process. Several behind one address keep them in a database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<Id, Record>>>);

impl Sessions {
    fn records(&self) -> MutexGuard<'_, HashMap<Id, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    async fn save(&self, record: &Record) -> Result<()> {
        self.keep(record)
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

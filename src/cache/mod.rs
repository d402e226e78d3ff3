//! Caches of discovery documents and key sets: soft and hard age, one fetch however many wait, last known good, cool-down. Beside them the
//! memory of what may be used once ([`ReplayStore`]).
//!
//! Ages count on the monotonic clock. An entry past its soft age is refreshed by the caller that meets it while the others go on with what
//! is there; past its hard age it is no longer used. A failed refresh keeps the last good entry, and a failure is remembered for one
//! second, doubling to thirty, during which callers get the same error instead of another request. Nothing is spawned: what has to be
//! fetched is a [shared fetch](crate::exchange::SharedFetch) that its callers drive.

mod discovery;
mod entry;
mod replay;
mod settings;
mod slot;
mod statistics;
mod store;

pub use crate::exchange::replay::{BlockingReplayStore, ReplayGuard, ReplayKey, ReplayStore, StoreError};
pub use discovery::DiscoveryCache;
pub(crate) use discovery::DocumentSource;
pub(crate) use entry::{Entry, Fetched, Keep, Newer, SlotRules, Want};
pub use replay::MemoryReplayStore;
pub use settings::CacheSettings;
pub(crate) use settings::max_age;
pub(crate) use slot::{Slot, completed};
pub use statistics::CacheStatistics;
pub(crate) use store::Store;

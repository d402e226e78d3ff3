//! Headers that were read before: a server signs with one or two, letter for letter the same on every token.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwapOption;

use super::header::JoseHeader;

/// The longest header (in base64url) that is kept.
const LONGEST: usize = 1024;

/// The last headers under which a signature was right, found without a lock. A forger cannot crowd them out.
#[derive(Default)]
pub(super) struct KnownHeaders {
    slots: [ArcSwapOption<Known>; 2],
    next: AtomicUsize,
}

struct Known {
    encoded: Box<str>,
    header: JoseHeader,
}

impl KnownHeaders {
    /// The header with exactly this text.
    pub(super) fn find(&self, encoded: &str) -> Option<JoseHeader> {
        self.slots
            .iter()
            .find_map(|slot| slot.load().as_deref().filter(|known| *known.encoded == *encoded).map(|known| known.header.clone()))
    }

    /// Keeps a header, in the place of the older one.
    pub(super) fn keep(&self, encoded: &str, header: &JoseHeader) {
        let held = |slot: &ArcSwapOption<Known>| slot.load().as_deref().is_some_and(|known| *known.encoded == *encoded);
        if encoded.len() > LONGEST || self.slots.iter().any(held) {
            return;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
        if let Some(slot) = self.slots.get(next) {
            slot.store(Some(Arc::new(Known { encoded: encoded.into(), header: header.clone() })));
        }
    }
}

impl fmt::Debug for KnownHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownHeaders")
    }
}

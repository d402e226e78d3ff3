//! Which claims the caller demands, lets be absent, or does not look at.

use super::claim_name::{ClaimName, ClaimSet};

/// What was switched on and off.
#[derive(Default, Clone, Copy)]
pub(super) struct ClaimPresence {
    pub(super) required: ClaimSet,
    pub(super) optional: ClaimSet,
    pub(super) skipped: ClaimSet,
}

impl ClaimPresence {
    /// Whether a claim may be absent or is not looked at.
    pub(super) fn is_weakened(&self) -> bool {
        self.optional != ClaimSet::default() || self.skipped != ClaimSet::default()
    }

    pub(super) fn require(&mut self, name: ClaimName) {
        self.required.insert(name);
        self.optional.remove(name);
        self.skipped.remove(name);
    }

    pub(super) fn allow_missing(&mut self, name: ClaimName) {
        self.required.remove(name);
        self.optional.insert(name);
    }

    pub(super) fn skip(&mut self, name: ClaimName) {
        self.allow_missing(name);
        self.skipped.insert(name);
    }
}

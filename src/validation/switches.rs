//! Which claims the caller demands, lets be absent, or does not look at.

use super::names::{ClaimSet, Name};

/// What was switched on and off.
#[derive(Default, Clone, Copy)]
pub(super) struct Switches {
    pub(super) required: ClaimSet,
    pub(super) optional: ClaimSet,
    pub(super) skipped: ClaimSet,
}

impl Switches {
    pub(super) fn require(&mut self, name: Name) {
        self.required.insert(name);
        self.optional.remove(name);
        self.skipped.remove(name);
    }

    pub(super) fn allow_missing(&mut self, name: Name) {
        self.required.remove(name);
        self.optional.insert(name);
    }

    pub(super) fn skip(&mut self, name: Name) {
        self.allow_missing(name);
        self.skipped.insert(name);
    }
}

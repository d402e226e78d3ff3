//! What reading costs, counted by tests: octets that were looked at, names that were compared. Outside of tests nothing is counted.
//!
//! A loop over what came from outside adds what it does here. A reader of foreign bytes must not do more than in proportion to their length and its logarithm; `src/tests/reading.rs` holds all of them
//! to that.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static DONE: Cell<u64> = const { Cell::new(0) };
}

/// Adds work of this thread.
#[cfg(test)]
pub(crate) fn add(amount: usize) {
    DONE.with(|done| done.set(done.get() + amount as u64));
}

/// Adds work of this thread: counted in tests alone.
#[cfg(not(test))]
#[inline(always)]
pub(crate) const fn add(_amount: usize) {}

/// What `read` costs.
#[cfg(test)]
pub(crate) fn of<T>(read: impl FnOnce() -> T) -> (T, u64) {
    let before = DONE.with(Cell::get);
    let outcome = read();
    (outcome, DONE.with(Cell::get) - before)
}

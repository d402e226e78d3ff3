//! What a provider is told to get wrong, and how that is done to a response.

pub(super) mod change;
pub(super) mod edits;
pub(super) mod fault;
pub(super) mod gate;
pub(super) mod named;

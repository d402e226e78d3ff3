//! The keys of a provider under load: one fetch for all, whatever becomes of who leads it.

mod by_hand;
mod cancelled;
mod claim_sources;
mod introspection;
mod one_call;
mod outages;
mod rotation;
mod sources;
mod support;
mod tasks;
mod threads;

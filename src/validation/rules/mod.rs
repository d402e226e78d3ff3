//! The rules over the claims: one file for each group.

mod access;
mod hashes;
mod judge;
mod login;
mod order;
mod parties;
mod structure;
mod times;

pub(super) use judge::Judge;

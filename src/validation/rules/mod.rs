//! The rules over the claims: one file for each group.

mod access;
mod claim_checks;
mod hashes;
mod login;
mod marks;
mod order;
mod parties;
mod structure;
mod times;

pub(super) use claim_checks::ClaimChecks;

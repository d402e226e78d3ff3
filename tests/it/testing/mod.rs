//! The doubles that this crate offers to tests.

mod provider;

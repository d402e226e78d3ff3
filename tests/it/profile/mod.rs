//! Security profiles: each row of `docs/profiles.md` as a test of its name, the reports, and what a client under a profile rejects.

mod client;
mod docs;
mod messages;
mod metadata;
mod report;
mod settings;
pub(crate) mod support;

//! Discovery as a request: addresses, answers, keys, strategies; the wording of its errors; real and published documents.

mod addresses;
mod answers;
mod denied;
mod duende;
mod keys;
mod provider_files;
mod providers;
mod specification;
mod strategy;
mod support;
mod wording;

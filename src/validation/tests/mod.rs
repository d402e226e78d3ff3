//! The rules, one by one, over tokens that are signed here.

mod access;
mod binding;
mod encryption;
mod errors;
mod field_cases;
mod form;
mod harness;
mod hashes;
mod keys;
mod kinds;
mod login;
mod options;
mod oracle;
mod parties;
mod principal;
mod real_tokens;
mod times;

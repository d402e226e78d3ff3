//! `client::OidcClient` and its blocking twin, against the provider for tests.

mod agreements;
mod authentication;
mod flows;
mod login;
mod logout;
mod refusals;
mod registration;
mod sessions;
mod shared;
mod support;
mod validators;

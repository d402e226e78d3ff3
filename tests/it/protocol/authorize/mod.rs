//! The authorization endpoint: requests, logins, answers.

mod callback;
mod check_session;
mod code_flow;
mod front_channel;
mod hostile;
mod login;
mod request_object;
mod response_jwt;
mod specification;
pub(crate) mod support;
mod third_party;
mod told;
mod transaction;
mod url;
mod with_provider;

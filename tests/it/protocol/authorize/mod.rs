//! The authorization endpoint: requests, logins.

mod request_object;
mod specification;
mod url;

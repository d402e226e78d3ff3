//! An authorization request from its arrival to the response that goes back through the browser.
//!
//! OpenID Connect Core sections 3.1 to 3.3, RFC 6749 section 4.1, RFC 7636, RFC 8252, RFC 9101, RFC 9126, RFC 9207, JARM, OAuth 2.0
//! Multiple Response Types and Form Post Response Mode.

pub(super) mod asked;
pub(super) mod grant;
pub(super) mod incoming;
pub(super) mod page;
pub(super) mod redirect_uri;
pub(super) mod reply;
pub(super) mod request_object;
pub(super) mod sign_in;

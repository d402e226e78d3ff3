//! Protected resources, from both sides: the requests that arrive at one, and those that an application sends to one (RFC 6750, RFC 9449).

mod request_validator;

pub use request_validator::{RequestValidator, ValidatedRequest};

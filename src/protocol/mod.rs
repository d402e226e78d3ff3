//! Every protocol message as a request value and a response.

pub mod discovery;

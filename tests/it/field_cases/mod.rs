//! What real providers send, and what is made of it: one test a case, named after it.

mod discovery;
mod endpoints;
mod keys;
mod registration;

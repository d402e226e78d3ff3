//! A client that answers from a script and fails the test on anything else.

mod client;
mod expected;
mod recorded;
mod response;
#[cfg(test)]
mod tests;

pub use client::{ScriptedHttpClient, ScriptedHttpClientBuilder};
pub use expected::Expected;
pub use recorded::RecordedRequest;
pub use response::ScriptedResponse;

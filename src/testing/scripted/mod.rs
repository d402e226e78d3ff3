//! A client that answers from a script and fails the test on anything else.

mod answer;
mod client;
mod expected;
mod recorded;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use client::{ScriptedHttpClient, ScriptedHttpClientBuilder};
pub use expected::Expected;
pub use recorded::RecordedRequest;

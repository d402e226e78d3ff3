//! DPoP proofs by hand: an exchange that signs, and sends nothing.

use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::dpop::{DpopKey, DpopProof};

impl DpopProof {
    /// Signs the proof: the value of the header `DPoP`. Nothing is sent, but by the key where that lives elsewhere.
    ///
    /// # Errors
    /// See [`Error`]: kind `Configuration` for a claim that cannot be set or an algorithm that is not supported, `Key` where signing fails.
    pub async fn sign(&self, key: &DpopKey, environment: &Environment) -> Result<String, Error> {
        super::run_with(self.exchange(key), None, environment).await
    }

    /// Signs the proof on the calling thread; the twin of [`sign`](Self::sign).
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_blocking(&self, key: &DpopKey, environment: &Environment) -> Result<String, Error> {
        super::run_blocking_with(self.exchange(key), None, environment)
    }
}

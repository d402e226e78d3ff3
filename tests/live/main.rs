//! The live tests: this crate against a real provider on the loopback interface.
//!
//! `tests/live/run` starts the provider and sets `IDENTITY_MODEL_LIVE_ISSUER`; without it every test says so in one line and passes.

#![cfg(test)]
#![cfg(feature = "reqwest")]

mod smoke;

/// The issuer to test against, or `None` and one line where there is none.
fn issuer() -> Option<String> {
    let issuer = std::env::var("IDENTITY_MODEL_LIVE_ISSUER").ok();
    if issuer.is_none() {
        eprintln!("skipped: IDENTITY_MODEL_LIVE_ISSUER names no provider (tests/live/run starts one)");
    }
    issuer
}

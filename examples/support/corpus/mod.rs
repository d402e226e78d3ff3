//! A corpus of forged, broken, borderline and good ID tokens with the verdict of each: minted here, by keys that were made for it.
//!
//! Every case rests on a rule of a specification or of this crate, named by the ids of its tests (`J7`, `K6`, …). The same run gives the
//! same tokens, except for ECDSA signatures and RSA-OAEP, which draw on chance.
#![allow(dead_code, reason = "each program uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "everything here is written down in advance; what does not fit shows when the corpus is minted"
)]

mod algorithms;
mod builder;
mod claims;
mod draft;
mod edwards;
mod elliptic;
mod encrypted;
mod form;
mod header;
mod json;
mod key_sets;
mod keys;
mod kinds;
mod number;
mod parties;
mod rsa;
mod times;

pub(crate) use builder::{AUDIENCE, Corpus, ISSUER, NOW, mint};

//! The rules of the presets, one function each, named by the row of `docs/profiles.md` that it is.

mod authentication;
mod authorization;
mod backchannel;
mod cryptography;
mod ecosystems;
mod fapi1;
mod helpers;
mod metadata;
mod network;
mod signed_messages;
mod tokens;

pub(super) use authentication::{pf7, pf8, pf27};
pub(super) use authorization::{pf1, pf2, pf4, pf5, pf14, pf15, pf16, pf20, pf21};
pub(super) use backchannel::{pf25, pf26};
pub(super) use cryptography::{pf9, pf10, pf33};
pub(super) use ecosystems::{pf28, pf29, pf30, pf31};
pub(super) use fapi1::{fa1, fa2, fa3, fa4};
pub(super) use metadata::{pf3, pf3_stated, pf19};
pub(super) use network::{pf11, pf12};
pub(super) use signed_messages::{pf22, pf23, pf24};
pub(super) use tokens::{Binding, pf6, pf13, pf17, pf18, pf18_always, pf32};

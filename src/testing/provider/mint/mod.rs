//! How the tokens of the provider come to be, genuine and forged.

pub(super) mod code;
pub(super) mod draft;
pub(super) mod forgery;
pub(super) mod half_hash;
pub(super) mod id_tokens;
pub(super) mod logout_tokens;
pub(super) mod tokens;

//! Text and bytes: base64url, forms, bounded JSON, challenges, digests, classes of addresses.
//!
//! Nothing here knows OAuth. Every parser is strict and bounded, and none panics, whatever the bytes.

pub mod address_class;
pub mod base64;
pub mod base64url;
pub mod challenge;
pub mod digest;
pub mod epoch;
pub mod form;
pub mod json;
pub mod unique_id;
pub(crate) mod work;

//! Demonstrating proof of possession: tokens that are bound to a key of the client (RFC 9449).
//!
//! | I want to | with |
//! |---|---|
//! | bind tokens to a key | [`DpopKey`], given to a request or client by `dpop` |
//! | prove the key to a resource | [`DpopClient`](crate::resource::DpopClient), or a [`DpopProof`] by hand |
//! | check requests at a resource | [`RequestValidator`](crate::resource::RequestValidator), or a [`DpopVerifier`] by hand |
//! | demand nonces of a resource's clients | [`ServerNonces`] |

mod access_rejection;
mod binding_mode;
mod challenges;
mod key;
mod message_proofs;
mod nonces;
mod options;
mod presented;
mod proof;
mod proof_error;
mod received;
mod resource_call;
mod server_nonces;
mod setters;
mod target_uri;
mod verifier;

pub use access_rejection::{AccessError, AccessRejection};
pub use binding_mode::TokenBindingMode;
pub(crate) use challenges::Challenges;
pub use key::{DpopKey, DpopKeyError};
pub(crate) use message_proofs::MessageProofs;
pub(crate) use nonces::{NonceHeader, ServerRole};
pub(crate) use options::DpopOptions;
pub use presented::{AcceptedRequest, PresentedToken, TokenScheme};
pub use proof::DpopProof;
pub(crate) use proof::is_token68;
pub use proof_error::ProofError;
pub(crate) use resource_call::{Replay, ResourceCall, reject_reserved};
pub use server_nonces::{NonceSecret, ServerNonces};
pub(crate) use setters::{dpop_setters, dpop_token_setters};
pub use target_uri::{TargetUri, TargetUriError};
pub use verifier::DpopVerifier;

//! Claims as identities and principals: what an application asks about a caller, whichever token the responses came from.
//!
//! The shape is .NET's `ClaimsPrincipal`. A member that is an array becomes one claim for each element, an object stays JSON text, and
//! `null` is no claim.

mod claim;
mod claims_principal;
mod identity;

pub use claim::{Claim, ClaimValueType};
pub use claims_principal::ClaimsPrincipal;
pub use identity::{ClaimsIdentity, ClaimsIdentityBuilder};

#[cfg(test)]
mod tests;

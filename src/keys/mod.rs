//! Where keys come from, and the validator that stands on them.
//!
//! A [`KeySource`] is a given key set, a provider whose keys are discovered, cached and rotated ([`ProviderKeys`]), or several providers
//! of which a token's issuer picks one before anything is fetched. [`TokenValidator`] puts options and keys together: the one way from a
//! text to a [`ValidatedToken`](crate::validation::ValidatedToken). Tokens that are no JWT are asked about by a [`TokenIntrospection`].

mod claim_resolver;
mod error;
mod introspection;
mod key_set_location;
mod keys_at;
mod provider;
mod provider_cache;
mod pushed_tokens;
mod search;
mod source;
mod token_text;
mod validator;
mod verified_tokens;

pub use claim_resolver::{ClaimResolver, ClaimResolverBuilder, ResolvedClaims, ResolvedSource};
pub use error::KeySourceError;
pub use introspection::{TokenIntrospection, TokenIntrospectionBuilder};
pub use provider::{ProviderKeys, ProviderKeysBuilder};
pub use provider_cache::{ProviderKeysCache, validate_token, validate_token_blocking, validate_token_under, validate_token_under_blocking};
pub use source::KeySource;
pub use token_text::TokenText;
pub use validator::{Attempt, TokenValidator, TokenValidatorBuilder};

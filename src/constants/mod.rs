//! The names of the protocols: claims, parameters, metadata members, error codes, header names and the like.
//!
//! One module a registry, one row a name, the specification in its doc line. Each module's `ALL` holds its names in order.

mod authorization;
mod clients;
mod documents;
mod grants;
mod http;
mod jose;
mod messages;
mod table;
mod token_claims;

pub use authorization::{code_challenge_methods, displays, prompts, response_modes, response_types, scopes};
pub use clients::{application_types, client_assertion_types, client_auth_methods, subject_types, token_delivery_modes};
pub use documents::{client_metadata, metadata, resource_metadata};
pub use grants::{grant_types, token_type_hints, token_type_identifiers, token_types};
pub use http::{authentication_schemes, headers, link_relations, media_types, routes};
pub use jose::{algorithms, jose_headers, jwk_members, jwt_types};
pub use messages::{error_codes, parameters};
pub use token_claims::{amr_values, claim_types, claims, confirmation_methods, events};

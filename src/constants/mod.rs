//! Every literal name of the protocols, once: claims, parameters, metadata members, error codes, header names and the like.
//!
//! One module a registry, one row a name, the specification in its doc line. Each module's `ALL` holds its names in order.

mod table;

pub mod algorithms;
pub mod amr_values;
pub mod application_types;
pub mod authentication_schemes;
pub mod claim_types;
pub mod claims;
pub mod client_assertion_types;
pub mod client_auth_methods;
pub mod client_metadata;
pub mod code_challenge_methods;
pub mod confirmation_methods;
pub mod displays;
pub mod error_codes;
pub mod events;
pub mod grant_types;
pub mod headers;
pub mod jose_headers;
pub mod jwk_members;
pub mod jwt_types;
pub mod link_relations;
pub mod media_types;
pub mod metadata;
pub mod parameters;
pub mod prompts;
pub mod resource_metadata;
pub mod response_modes;
pub mod response_types;
pub mod routes;
pub mod scopes;
pub mod subject_types;
pub mod token_delivery_modes;
pub mod token_type_hints;
pub mod token_type_identifiers;
pub mod token_types;

//! Handlers behind a [`RequireTokenLayer`](crate::integrations::tower::RequireTokenLayer) in axum (feature `axum`).
//!
//! [`Authenticated`](crate::resource::Authenticated) is an extractor: a handler that takes it runs for callers with a token alone, one that
//! takes `Option<Authenticated>` for anonymous callers as well, where the route is
//! [optional](crate::resource::RouteRequirements::optional). [`Rejection`](crate::resource::Rejection) and
//! [`ResourceMetadata`](crate::resource::ResourceMetadata) are responses.

mod extract;
mod respond;

pub use extract::NotAuthenticated;

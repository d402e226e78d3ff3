//! For tests: a mock client, a scripted client, an identity provider in memory, and a check of any HTTP client.
//!
//! - [`TestProvider`] is an OpenID Connect provider that answers in memory or on a loopback port: for whole flows and for validators.
//! - [`ScriptedHttpClient`] answers from a script and fails the test on a request that is not in it, or that never came: the usual choice.
//! - [`MockHttpClient`], [`MockBlockingHttpClient`] and [`MockAuthorityValidationStrategy`] are `mockall` mocks, for tests that want its matchers; they follow that crate's major
//!   version and stand outside this crate's semver promise.

mod mock;
#[cfg(doctest)]
mod pages;
mod provider;
mod scripted;
pub mod seam;

pub use mock::{MockAuthorityValidationStrategy, MockBlockingHttpClient, MockHttpClient};
pub use provider::{
    AccessTokenFormat, Authorized, CodeDraft, DpopNonces, Fault, ForgedKind, Forgery, Gate, ProviderEndpoint, ProviderListener,
    RefreshTokens, TestBrowser, TestClient, TestProvider, TestProviderBuilder, TestUser, TokenDraft,
};
pub use scripted::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedHttpClientBuilder, ScriptedResponse};

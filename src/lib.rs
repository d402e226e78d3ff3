//! OAuth 2.0 and OpenID Connect client SDK: policy-checked discovery, keys, token requests and token validation, run against an
//! injectable HTTP client, async and blocking.
//!
//! # A tour
//! ```
//! use identity_model::keys::ProviderKeys;
//! use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, DiscoveryPolicy, Error, TokenValidator};
//! # use identity_model::testing::{TestClient, TestProvider};
//!
//! # async fn tour() -> Result<(), Error> {
//! # let http = TestProvider::builder().issuer("https://idp.example.com")
//! #     .client(TestClient::new("reports").secret("s3cret").scopes(["reports:read"]).audiences(["reports-api"])).build();
//! // let http = ReqwestClient::new()?;
//! let disco = DiscoveryDocumentRequest::builder()
//!     .address("https://idp.example.com") // an authority or a full discovery address
//!     .policy(DiscoveryPolicy::builder().additional_endpoint_base_address("https://keys.example.net").build())
//!     .send(&http)
//!     .await?;
//!
//! let token = ClientCredentialsTokenRequest::builder()
//!     .address(disco.token_endpoint()?) // checked here, lazily, under the policy above
//!     .client_id("reports")
//!     .authentication(ClientAuthentication::secret_basic("s3cret"))
//!     .scope(["reports:read"])
//!     .send(&http)
//!     .await?;
//!
//! let validator = TokenValidator::builder()
//!     .keys(ProviderKeys::new("https://idp.example.com", http.clone())) // discovers, caches, follows rotation
//!     .issuer("https://idp.example.com")
//!     .audience("reports-api")
//!     .build();
//! let validated = validator.validate(token.access_token()).await?; // the one way to a validated token
//! println!("{:?} {:?}", validated.principal().name(), validated.try_get_string("tenant"));
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(tour())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # I want to…
//!
//! | to… | look at |
//! |---|---|
//! | bring my own HTTP client | [`transport::HttpClient`], **the seam**: one trait, one method |
//! | read a provider's metadata | [`DiscoveryDocumentRequest`] |
//! | decide which addresses are trusted | [`DiscoveryPolicy`], presets such as [`DiscoveryPolicy::google`] |
//! | write a validation strategy of my own | [`AuthorityValidationStrategy`](protocol::discovery::AuthorityValidationStrategy) |
//! | log a user in and out | [`OidcClient`], [`blocking::OidcClient`]; by hand [`protocol::authorize`], [`protocol::logout`] |
//! | get a token | [`ClientCredentialsTokenRequest`] |
//! | have the token there, always fresh | [`tokens::TokenManager`] |
//! | prove who the client is: secret, assertion, certificate | [`ClientAuthentication`] |
//! | protect an API | [`resource::ResourceServer`] |
//! | validate a token | [`TokenValidator`], rules in [`TokenValidationOptions`](validation::TokenValidationOptions) |
//! | have keys fetched, cached and rotated | [`keys::ProviderKeys`] |
//! | serve several providers, or many tenants | [`keys::KeySource::providers`], [`validation::ExpectedIssuer::template`] |
//! | add a rule of my own | [`validation::ClaimValidator`], [`validation::AsyncClaimValidator`] |
//! | read the user's claims | [`UserInfoRequest`], [`principal::ClaimsPrincipal`] |
//! | log in on another device | [`protocol::device_authorization`], [`protocol::backchannel_authentication`] |
//! | ask about a token, or revoke it | [`protocol::introspection`], [`protocol::revocation`] |
//! | push an authorization request | [`protocol::pushed_authorization`] |
//! | register a client, and manage it | [`protocol::registration`], [`protocol::registration_management`] |
//! | find the provider behind a user's address | [`protocol::webfinger`] |
//! | find whom a resource trusts | [`protocol::resource_metadata`] |
//! | do without async | `send_blocking` on every request, `validate_blocking` on the validator |
//! | sign, verify, encrypt, decrypt, read keys | [`jose`] |
//! | keep a security profile: FAPI 2.0, OAuth 2.1, RFC 9700, rules of my own | [`profile::Profile`] |
//! | drive a request by hand | [`protocol::Request::exchange`], [`exchange`] |
//! | test my application | `testing`, behind the feature `test-util` |
//! | handle an error | [`Error::kind`], [`Error::code`], [`Error::is_retryable`] |
//!
//! # Layers
//!
//! ```text
//! 5  blocking · integrations · testing                             faces
//! 4  drive · cache · keys · sessions · client · tokens · resource  flows over time: drivers, waiting, storage
//! 3  exchange · protocol · validation · principal · profile        no socket, no sleep, no runtime
//! 2  jose · document · sealing                                     knows no OAuth
//! 1  constants · encoding · environment · secret                   knows nothing
//!    transport beside 2 and 3; error is the roof
//! ```
//!
//! A line uses only what stands below it.

pub mod blocking;
mod builder_state;
pub mod cache;
pub mod client;
pub mod constants;
pub mod document;
pub mod drive;
pub mod encoding;
pub mod environment;
pub mod error;
mod error_kind;
pub mod exchange;
pub mod integrations;
pub mod jose;
pub mod keys;
pub mod principal;
pub mod profile;
pub mod protocol;
pub mod resource;
pub mod sealing;
pub mod secret;
pub mod sessions;
#[cfg(feature = "test-util")]
pub mod testing;
pub mod tokens;
pub mod transport;
pub mod validation;

#[cfg(test)]
#[cfg(all(feature = "test-util", feature = "aws-lc-rs"))]
mod tests;

pub use client::OidcClient;
pub use error::{Error, ErrorKind};
pub use keys::TokenValidator;
pub use protocol::client_auth::ClientAuthentication;
pub use protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy};
pub use protocol::token::ClientCredentialsTokenRequest;
pub use protocol::userinfo::UserInfoRequest;
pub use transport::HttpClient;
#[cfg(feature = "reqwest")]
pub use transport::ReqwestClient;

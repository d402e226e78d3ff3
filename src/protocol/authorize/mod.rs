//! The authorization endpoint: what the browser is sent there with, and what it comes back with.
//!
//! RFC 6749 section 4.1, OpenID Connect Core 1.0 section 3, RFC 7636 (PKCE), RFC 9101 (request objects), RFC 9126 (pushed requests), RFC 9207 (the
//! issuer in the response), JARM (signed responses).

mod authorization_error;
mod begun;
mod callback;
mod callback_error;
mod callback_parameters;
mod check;
mod check_session;
mod checked;
mod checked_request;
mod claims;
mod front_channel;
mod known_parameters;
mod login;
mod options;
mod pending;
mod pkce;
mod provider;
mod receive;
mod request;
mod request_form;
mod request_object;
mod response_jwt;
mod response_mode;
mod response_type;
mod setters;
mod step_up;
mod third_party;
mod transaction;
mod transaction_builder;
mod transaction_error;
mod transaction_text;
mod words;

pub use authorization_error::AuthorizationError;
pub use begun::BegunLogin;
pub use callback::Callback;
pub use callback_error::CallbackError;
pub use check_session::CheckSession;
pub use checked::CheckedCallback;
pub use checked_request::CheckedTokenRequest;
pub use claims::{ClaimRequest, ClaimsRequest};
pub use front_channel::{FrontChannelCallback, FrontChannelLogin};
pub(crate) use login::login_request_builder;
pub use login::{LoginRequest, LoginRequestBuilder};
pub(crate) use options::Asked;
pub use options::AuthorizationOptions;
pub use pending::PendingLogin;
pub use pkce::CodeChallenge;
pub(crate) use pkce::is_verifier;
pub use provider::{LoginProvider, LoginProviderBuilder};
pub use receive::ReceivedCallback;
pub use request::{AuthorizationRequest, AuthorizationRequestBuilder};
pub(crate) use request_form::reject_unsigned;
pub use request_object::{RequestObject, RequestObjectSettings};
pub use response_jwt::SignedCallback;
pub use response_mode::{ResponseMode, ResponsePlace};
pub use response_type::ResponseType;
pub(crate) use setters::{authorization_setters, extra_setters, options_setter};
pub use step_up::StepUp;
pub use third_party::{InitiatedLogin, ThirdPartyLogin, ThirdPartyLoginBuilder, ThirdPartyLoginError};
pub use transaction::LoginTransaction;
pub use transaction_builder::LoginTransactionBuilder;
pub use transaction_error::TransactionError;
pub use words::{Display, Prompt, UnknownWord};

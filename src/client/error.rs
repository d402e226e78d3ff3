//! Why a flow of a client failed, where no message and no token is to blame.

use std::time::Duration;

use crate::cache::StoreError;
use crate::error::Error;
use crate::error_kind::{classify, predicate};
use crate::profile::{ProfileFinding, ProfileStage};
use crate::protocol::registration::RegistrationResponse;
use crate::protocol::token::TokenResponse;

/// A flow was rejected by the client itself: its settings do not fit the provider, or what was brought does not fit the client.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The session's tokens are bound to another DPoP key than the client has; nothing was sent.
    #[error(
        "the session is bound to the DPoP key `{expected}`, the client has {found}; a confidential client changes its key with `.new_dpop_key()`"
    )]
    DpopKey {
        /// The thumbprint of the key that the tokens are bound to.
        expected: String,
        /// The thumbprint of the client's key, or `no key`.
        found: String,
    },
    /// A setting cannot be used; nothing was sent.
    #[error("{}", predicate(member, problem))]
    Configuration {
        /// The setter, or the member of the registration.
        member: &'static str,
        /// What is wrong with it, and what was expected.
        problem: String,
    },
    /// A rule of the client's profile is broken; nothing was sent.
    #[error("profile `{profile}`, {finding}")]
    Profile {
        /// The profile, or several joined by `+`.
        profile: String,
        /// Where it shows: in the client's settings, or in the provider's metadata.
        when: ProfileStage,
        /// The rule, its clause, what was found, what is wanted and what helps.
        finding: Box<ProfileFinding>,
    },
    /// The provider takes none of the ways in which the client can authenticate; nothing was sent.
    #[error(
        "no client authentication method in common: the client can use {can}, the provider accepts {takes}; set one with `.authentication(…)`"
    )]
    NoCommonAuthentication {
        /// What the client can do.
        can: String,
        /// What the provider's metadata lists.
        takes: String,
    },
    /// The provider's metadata list no algorithm that is known and safe; nothing was accepted.
    #[error("`{list}` lists no acceptable signature algorithm; state the registered one with `.{setter}(…)`")]
    NoCommonAlgorithm {
        /// The member of the metadata.
        list: &'static str,
        /// The setter that says what is registered.
        setter: &'static str,
    },
    /// An ID token was asked for and did not come (OpenID Connect Core section 3.1.3.3).
    #[error("the provider issued no ID token, although one was requested")]
    MissingIdToken,
    /// What was kept of a login belongs to another provider or another client; nothing was sent.
    #[error("the {what} belongs to another {member}: expected \"{expected}\", found \"{found}\"")]
    Foreign {
        /// What was brought: `login`, `session` or `logout`.
        what: &'static str,
        /// `provider`, `client` or `token endpoint`.
        member: &'static str,
        /// This client's.
        expected: String,
        /// The one it was made for.
        found: String,
    },
    /// What was brought lacks something that this call needs; nothing was sent.
    #[error("the session has no {what}")]
    Lacking {
        /// What is missing.
        what: &'static str,
    },
    /// This login was finished before: the callback came a second time, or another party sent it.
    #[error("this login was already finished")]
    Replayed,
    /// The kept login says that it lives longer than any login does: it was altered, or begun by other means. Nothing was sent.
    #[error("the login is valid for too long: at most {} hours", limit.as_secs() / 3600)]
    LoginTooLong {
        /// How long a login may live.
        limit: Duration,
    },
    /// Something failed after tokens were issued, which are not lost: [`Error::issued_tokens`](crate::error::Error::issued_tokens) has them.
    #[error("after tokens were issued: {source}")]
    AfterIssuance {
        /// What was issued. Its ID token was rejected, or was validated and what followed failed.
        tokens: Box<TokenResponse>,
        /// What failed.
        source: Box<Error>,
    },
    /// The server registered a client that cannot be used as it is: it exists, and its registration is not lost.
    /// [`Error::registration`](crate::error::Error::registration) has it, to repair, read or delete the client.
    #[error("the client `{}` was registered and cannot be used: {}", registration.client_id(), unprefixed(source))]
    AfterRegistration {
        /// What the server registered.
        registration: Box<RegistrationResponse>,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// Something failed that a setting of the client would change.
    #[error("{source}; {hint}")]
    Hint {
        /// What to call.
        hint: &'static str,
        /// What failed.
        source: Box<Error>,
    },
    /// It is unknown whether it was used before.
    #[error("the replay store did not respond")]
    Store(#[from] StoreError),
}

/// The message of an error without its kind, which the whole says already.
fn unprefixed(error: &Error) -> String {
    let text = error.to_string();
    let prefix = format!("{}: ", error.kind());
    text.strip_prefix(&prefix).map(str::to_owned).unwrap_or(text)
}

impl ClientError {
    pub(crate) fn configuration(member: &'static str, problem: impl Into<String>) -> Self {
        Self::Configuration { member, problem: problem.into() }
    }

    /// The same error, holding the tokens that were issued before.
    pub(super) fn after_issuance(tokens: Option<TokenResponse>, error: Error) -> Error {
        match tokens {
            Some(tokens) => Self::AfterIssuance { tokens: Box::new(tokens), source: Box::new(error) }.into(),
            None => error,
        }
    }

    /// The same error, with the call that would change it.
    pub(super) fn hint(error: Error, hint: &'static str) -> Error {
        Self::Hint { hint, source: Box::new(error) }.into()
    }

    /// The error of another layer that this one tells more about.
    pub(crate) fn told_about(&self) -> Option<&Error> {
        match self {
            Self::AfterIssuance { source, .. } | Self::AfterRegistration { source, .. } | Self::Hint { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The registration that was made before the error.
    pub(crate) fn registration(&self) -> Option<&RegistrationResponse> {
        match self {
            Self::AfterRegistration { registration, .. } => Some(registration),
            _ => self.told_about()?.registration(),
        }
    }

    /// The tokens that were issued before the error.
    pub(crate) fn issued_tokens(&self) -> Option<&TokenResponse> {
        match self {
            Self::AfterIssuance { tokens, .. } => Some(tokens),
            _ => self.told_about()?.issued_tokens(),
        }
    }
}

classify! { ClientError {
    Self::DpopKey { .. } => "session_dpop_key" Key;
    Self::Configuration { .. } => "client_configuration" Configuration;
    Self::Profile { when: ProfileStage::Metadata, .. } => "profile_metadata" Policy;
    Self::Profile { .. } => "profile_configuration" Configuration;
    Self::NoCommonAuthentication { .. } => "no_common_authentication" Configuration;
    Self::NoCommonAlgorithm { .. } => "no_common_algorithm" Configuration;
    Self::MissingIdToken => "missing_id_token" Validation;
    Self::Foreign { what: "session", .. } => "foreign_session" Flow;
    Self::Foreign { what: "logout", .. } => "foreign_logout" Flow;
    Self::Foreign { .. } => "foreign_login" Flow;
    Self::Lacking { .. } => "session_lacks_token" Flow;
    Self::Replayed => "login_replayed" Flow;
    Self::LoginTooLong { .. } => "login_too_long" Flow;
} inner {
    Self::Store(error) => error.class();
    Self::AfterIssuance { source, .. } | Self::AfterRegistration { source, .. } | Self::Hint { source, .. } => source.class();
} }

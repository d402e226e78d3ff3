//! What users see when something goes wrong. They get a sentence and a code; the whole chain of causes goes to the log.

use std::error::Error as StdError;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use identity_model::cache::StoreError;
use identity_model::protocol::authorize::CallbackError;
use identity_model::protocol::logout::LogoutError;
use identity_model::{Error, ErrorKind};
use tower_sessions::session::Error as SessionError;

use crate::pages;

/// Why a page could not be shown.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A callback, and no login of this browser is under way: an old page, a second use, or a link of another person.
    NoLogin,
    /// The same for a logout.
    NoLogout,
    /// The provider, its response, or what was kept of the login.
    Identity(Error),
    /// The application's own store.
    Store(Box<dyn StdError + Send + Sync>),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Identity(error)
    }
}

impl From<CallbackError> for Trouble {
    fn from(error: CallbackError) -> Self {
        Self::Identity(error.into())
    }
}

impl From<LogoutError> for Trouble {
    fn from(error: LogoutError) -> Self {
        Self::Identity(error.into())
    }
}

impl From<SessionError> for Trouble {
    fn from(error: SessionError) -> Self {
        Self::Store(error.into())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl Trouble {
    /// For the log, down to the cause. No token and no code is in any error of the crate.
    fn log(&self) {
        let error: &dyn StdError = match self {
            Self::NoLogin | Self::NoLogout => return,
            Self::Identity(error) => error,
            Self::Store(error) => error.as_ref(),
        };
        eprintln!("{error}");
        let mut source = error.source();
        while let Some(cause) = source {
            eprintln!("    because: {cause}");
            source = cause.source();
        }
    }

    /// Status, title, explanation, and the code to mention.
    fn told(&self) -> (StatusCode, &'static str, &'static str, &'static str) {
        let error = match self {
            Self::NoLogin => {
                let explanation = "No login is under way in this browser. It may have been finished before, or begun too long ago.";
                return (StatusCode::BAD_REQUEST, "There is nothing to finish", explanation, "no_login");
            }
            Self::NoLogout => {
                return (StatusCode::BAD_REQUEST, "There is nothing to finish", "No logout is under way in this browser.", "no_logout");
            }
            Self::Store(_) => {
                let explanation = "We could not read or keep your session. Try again in a moment.";
                return (StatusCode::INTERNAL_SERVER_ERROR, "Something is wrong on our side", explanation, "store");
            }
            Self::Identity(error) => error,
        };
        // The provider's own word, from the callback or from the token endpoint.
        let refusal = error.authorization_error().map(|refused| refused.error()).or(error.oauth_error().map(|refused| refused.error()));
        let (status, title, explanation) = match (refusal.unwrap_or(error.code()), error.kind()) {
            ("callback_state_missing" | "callback_state_mismatch", _) => (
                StatusCode::BAD_REQUEST,
                "This answer belongs to another login",
                "The address you came from does not answer the login that this browser has begun. Nothing of it was used. If you did not \
                 follow a link that somebody sent you, begin again.",
            ),
            ("login_expired", _) => {
                (StatusCode::BAD_REQUEST, "That took too long", "The login was begun too long ago to be finished now. Begin again.")
            }
            ("access_denied", _) => (
                StatusCode::FORBIDDEN,
                "You are not logged in",
                "The provider did not let you in, or you did not agree. Nothing was changed.",
            ),
            (code, _) if code.starts_with("logout_") => (
                StatusCode::BAD_REQUEST,
                "You are logged out here",
                "Your session here has ended. The address you came from does not answer the logout that this browser has begun, so the session \
                 at the provider may go on.",
            ),
            ("invalid_grant", _) => (StatusCode::UNAUTHORIZED, "Your login has ended", "The provider wants you to log in again."),
            (_, ErrorKind::Protocol) => {
                (StatusCode::BAD_REQUEST, "You are not logged in", "The provider refused what we asked for. You can try again.")
            }
            (_, ErrorKind::Transport | ErrorKind::Http) => {
                (StatusCode::BAD_GATEWAY, "The provider does not answer", "We cannot reach it at the moment. Try again in a while.")
            }
            (_, ErrorKind::Configuration | ErrorKind::Policy) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "Something is wrong on our side", "The provider is not set up as it has to be.")
            }
            _ => (
                StatusCode::BAD_REQUEST,
                "We could not log you in",
                "The provider's answer does not pass our checks. Nothing of it was used.",
            ),
        };
        (status, title, explanation, error.code())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        self.log();
        let (status, title, explanation, code) = self.told();
        pages::trouble(status, title, explanation, code).into_response()
    }
}

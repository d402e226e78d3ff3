//! `prompt` and `display`: OpenID Connect Core 1.0 section 3.1.2.1.

use std::fmt;

use crate::constants::{displays, prompts};

/// A parameter has a value that this crate has no name for. The value itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown value of `{parameter}`")]
pub struct UnknownWord {
    parameter: &'static str,
}

impl UnknownWord {
    pub(super) const fn of(parameter: &'static str) -> Self {
        Self { parameter }
    }

    /// The parameter's name.
    pub const fn parameter(&self) -> &'static str {
        self.parameter
    }
}

/// What the user shall be asked.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::Prompt;
///
/// assert_eq!(Prompt::SelectAccount.as_str(), "select_account");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// `none`: nothing; where something would have to be asked, the response is an error. Stands alone.
    None,
    /// `login`: to authenticate again.
    Login,
    /// `consent`: to agree again.
    Consent,
    /// `select_account`: which account.
    SelectAccount,
    /// `create`: to make an account (Initiating User Registration via OpenID Connect 1.0).
    Create,
    /// A word of the server's own.
    Other(String),
}

impl Prompt {
    /// The value in the parameter.
    pub fn as_str(&self) -> &str {
        match self {
            Self::None => prompts::NONE,
            Self::Login => prompts::LOGIN,
            Self::Consent => prompts::CONSENT,
            Self::SelectAccount => prompts::SELECT_ACCOUNT,
            Self::Create => prompts::CREATE,
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the server shall show its pages.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::Display;
///
/// assert_eq!(Display::Popup.as_str(), "popup");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Display {
    /// `page`: a full page.
    Page,
    /// `popup`: a window that pops up.
    Popup,
    /// `touch`: for fingers.
    Touch,
    /// `wap`: for a telephone of old.
    Wap,
}

impl Display {
    /// The value of the parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => displays::PAGE,
            Self::Popup => displays::POPUP,
            Self::Touch => displays::TOUCH,
            Self::Wap => displays::WAP,
        }
    }
}

impl fmt::Display for Display {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! `response_type`: RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices 1.0.

use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

use super::words::UnknownWord;
use crate::constants::{parameters, response_types};

/// What the authorization endpoint shall answer.
///
/// RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices 1.0. Default: [`Code`](Self::Code). Those that put an access
/// token into the browser's address are called `Danger…`: RFC 9700 section 2.1.2 advises against them.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::ResponseType;
///
/// assert_eq!(ResponseType::CodeIdToken.as_str(), "code id_token");
/// assert_eq!("id_token code".parse(), Ok(ResponseType::CodeIdToken)); // the order of the words says nothing
/// assert!(ResponseType::CodeIdToken.returns_id_token() && !ResponseType::Code.returns_id_token());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, SerializeDisplay, DeserializeFromStr)]
#[non_exhaustive]
pub enum ResponseType {
    /// `code`: an authorization code, and nothing else.
    #[default]
    Code,
    /// `id_token`: an ID token on the front channel, and nothing else.
    IdToken,
    /// `code id_token`: a code, and an ID token on the front channel.
    CodeIdToken,
    /// `none`: nothing but the user's consent (section 4).
    None,
    /// `token`: an access token on the front channel.
    DangerToken,
    /// `id_token token`: an ID token and an access token on the front channel.
    DangerIdTokenToken,
    /// `code token`: a code, and an access token on the front channel.
    DangerCodeToken,
    /// `code id_token token`: a code, an ID token and an access token on the front channel.
    DangerCodeIdTokenToken,
}

impl ResponseType {
    /// Every response type, in the order of their declaration.
    pub const ALL: &[Self] = &[
        Self::Code,
        Self::IdToken,
        Self::CodeIdToken,
        Self::None,
        Self::DangerToken,
        Self::DangerIdTokenToken,
        Self::DangerCodeToken,
        Self::DangerCodeIdTokenToken,
    ];

    /// The value of the parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => response_types::CODE,
            Self::IdToken => response_types::ID_TOKEN,
            Self::CodeIdToken => response_types::CODE_ID_TOKEN,
            Self::None => response_types::NONE,
            Self::DangerToken => response_types::TOKEN,
            Self::DangerIdTokenToken => response_types::ID_TOKEN_TOKEN,
            Self::DangerCodeToken => response_types::CODE_TOKEN,
            Self::DangerCodeIdTokenToken => response_types::CODE_ID_TOKEN_TOKEN,
        }
    }

    /// Whether a code comes back.
    pub const fn returns_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeIdToken | Self::DangerCodeToken | Self::DangerCodeIdTokenToken)
    }

    /// Whether an ID token comes back on the front channel.
    pub const fn returns_id_token(self) -> bool {
        matches!(self, Self::IdToken | Self::CodeIdToken | Self::DangerIdTokenToken | Self::DangerCodeIdTokenToken)
    }

    /// Whether an access token comes back on the front channel.
    pub const fn returns_access_token(self) -> bool {
        matches!(self, Self::DangerToken | Self::DangerIdTokenToken | Self::DangerCodeToken | Self::DangerCodeIdTokenToken)
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ResponseType {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let words = |text: &'static str| text.split(' ');
        let is = |known: &&Self| {
            let asked: Vec<&str> = text.split(' ').collect();
            let known = known.as_str();
            asked.len() == words(known).count() && words(known).all(|word| asked.contains(&word))
        };
        Self::ALL.iter().find(is).copied().ok_or(UnknownWord::of(parameters::RESPONSE_TYPE))
    }
}

#[cfg(test)]
mod tests {
    use super::super::response_mode::ResponseMode;
    use super::*;

    #[test]
    fn the_order_of_the_words_says_nothing_and_every_word_counts() {
        for known in ResponseType::ALL {
            assert_eq!(known.as_str().parse(), Ok(*known));
            let turned: Vec<&str> = known.as_str().rsplit(' ').collect();
            assert_eq!(turned.join(" ").parse(), Ok(*known));
            assert_eq!(serde_json::from_str::<ResponseType>(&serde_json::to_string(known).unwrap()).unwrap(), *known);
        }
        for text in ["", "Code", "code code", "code  id_token", "code other", "id_token id_token", " code", "code none"] {
            assert!(text.parse::<ResponseType>().is_err(), "{text}");
        }
        assert_eq!(ResponseType::ALL.iter().map(|known| known.as_str()).collect::<std::collections::BTreeSet<_>>().len(), 8);
    }

    #[test]
    fn what_comes_back_follows_from_the_words() {
        for known in ResponseType::ALL {
            let has = |word: &str| known.as_str().split(' ').any(|own| own == word);
            assert_eq!(known.returns_code(), has("code"));
            assert_eq!(known.returns_id_token(), has("id_token"));
            assert_eq!(known.returns_access_token(), has("token"));
            let mode = if has("id_token") || has("token") { ResponseMode::Fragment } else { ResponseMode::Query };
            assert_eq!(known.default_mode(), mode);
        }
    }
}

//! `response_mode`: OAuth 2.0 Multiple Response Type Encoding Practices 1.0, Form Post Response Mode 1.0, JARM.

use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

use super::response_type::ResponseType;
use super::words::UnknownWord;
use crate::constants::{parameters, response_modes};

/// How the response of the authorization endpoint is returned.
///
/// Default: the server's choice, which is [`ResponseType::default_mode`]. The modes with `Jwt` return one signed token that holds the response
/// (JARM).
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::{ResponseMode, ResponsePlace, ResponseType};
///
/// assert_eq!(ResponseMode::FormPostJwt.as_str(), "form_post.jwt");
/// assert_eq!(ResponseMode::FormPostJwt.place(ResponseType::Code), ResponsePlace::Form);
/// assert_eq!(ResponseMode::Jwt.place(ResponseType::Code), ResponsePlace::Query);
/// assert!(ResponseMode::Jwt.is_jwt());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, SerializeDisplay, DeserializeFromStr)]
#[non_exhaustive]
pub enum ResponseMode {
    /// `query`: in the query of the redirect.
    Query,
    /// `fragment`: in the fragment of the redirect.
    Fragment,
    /// `form_post`: in the body of a form that the browser posts.
    FormPost,
    /// `jwt`: as a signed token, in the default place of the response type.
    Jwt,
    /// `query.jwt`: as a signed token in the query.
    QueryJwt,
    /// `fragment.jwt`: as a signed token in the fragment.
    FragmentJwt,
    /// `form_post.jwt`: as a signed token in the body of a form that the browser posts.
    FormPostJwt,
}

/// Where a response stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponsePlace {
    /// In the query of the redirect.
    Query,
    /// In the fragment of the redirect: only the browser sees it.
    Fragment,
    /// In the body of a form.
    Form,
}

impl ResponseMode {
    /// Every response mode, in the order of their declaration.
    pub const ALL: &[Self] =
        &[Self::Query, Self::Fragment, Self::FormPost, Self::Jwt, Self::QueryJwt, Self::FragmentJwt, Self::FormPostJwt];

    /// The value of the parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => response_modes::QUERY,
            Self::Fragment => response_modes::FRAGMENT,
            Self::FormPost => response_modes::FORM_POST,
            Self::Jwt => response_modes::JWT,
            Self::QueryJwt => response_modes::QUERY_JWT,
            Self::FragmentJwt => response_modes::FRAGMENT_JWT,
            Self::FormPostJwt => response_modes::FORM_POST_JWT,
        }
    }

    /// Whether the response is one signed token (JARM section 2.3).
    pub const fn is_jwt(self) -> bool {
        matches!(self, Self::Jwt | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// Where the response to a request of `response_type` stands.
    pub const fn place(self, response_type: ResponseType) -> ResponsePlace {
        match (self, response_type.default_mode()) {
            (Self::Query | Self::QueryJwt, _) | (Self::Jwt, Self::Query) => ResponsePlace::Query,
            (Self::FormPost | Self::FormPostJwt, _) => ResponsePlace::Form,
            (Self::Fragment | Self::FragmentJwt | Self::Jwt, _) => ResponsePlace::Fragment,
        }
    }
}

impl ResponseType {
    /// How the response comes back where no response mode was asked for: in the query for `code` and `none`, in the fragment for all that hold
    /// a token.
    pub const fn default_mode(self) -> ResponseMode {
        if self.returns_id_token() || self.returns_access_token() { ResponseMode::Fragment } else { ResponseMode::Query }
    }
}

impl fmt::Display for ResponseMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ResponseMode {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().find(|known| known.as_str() == text).copied().ok_or(UnknownWord::of(parameters::RESPONSE_MODE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_read_as_it_is_written() {
        for mode in ResponseMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(*mode));
            assert_eq!(serde_json::from_str::<ResponseMode>(&serde_json::to_string(mode).unwrap()).unwrap(), *mode);
            assert_eq!(mode.is_jwt(), mode.as_str().ends_with("jwt"));
        }
        assert_eq!("web_message".parse::<ResponseMode>().unwrap_err().to_string(), "unknown value of `response_mode`");
    }

    #[test]
    fn r8_jwt_stands_in_the_default_place_of_the_response_type() {
        assert_eq!(ResponseMode::Jwt.place(ResponseType::Code), ResponsePlace::Query);
        assert_eq!(ResponseMode::Jwt.place(ResponseType::CodeIdToken), ResponsePlace::Fragment);
        assert_eq!(ResponseMode::QueryJwt.place(ResponseType::CodeIdToken), ResponsePlace::Query);
        assert_eq!(ResponseMode::FragmentJwt.place(ResponseType::Code), ResponsePlace::Fragment);
        assert_eq!(ResponseMode::FormPost.place(ResponseType::Code), ResponsePlace::Form);
    }
}

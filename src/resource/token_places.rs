//! Tokens outside of the header, where an API takes them (RFC 6750 sections 2.2 and 2.3).

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;

use crate::constants::{media_types, parameters};
use crate::encoding::form::Form;
use crate::secret::AccessToken;

/// Where a token is looked for if there is no `Authorization` header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TokenPlaces {
    pub(super) query: bool,
    pub(super) form: bool,
}

/// What stands outside of the header.
pub(super) enum Found {
    Nothing,
    Token {
        token: AccessToken,
        in_query: bool,
    },
    /// More than one, or what cannot be a token.
    Invalid,
}

impl TokenPlaces {
    /// Looks for a token in the places that are taken. Beside an `Authorization` header there is nothing to look for: two ways to authenticate are
    /// an error that the header's check reports.
    pub(super) fn find(self, request: &Parts, body: Option<&[u8]>) -> Found {
        if request.headers.contains_key(AUTHORIZATION) || !(self.query || self.form) {
            return Found::Nothing;
        }
        let in_query = tokens(request.uri.query().unwrap_or_default().as_bytes());
        let in_form = body.filter(|_| self.form && is_form(request)).map(tokens).unwrap_or_default();
        let counts = (in_query.len(), in_form.len());
        let found = match counts {
            (0, 0) => return Found::Nothing,
            (1, 0) if self.query => in_query.into_iter().next(),
            (1, 0) => return Found::Nothing,
            (0, 1) => in_form.into_iter().next(),
            _ => None,
        };
        match found {
            Some(token) if crate::protocol::dpop::is_token68(&token) => {
                Found::Token { token: AccessToken::new(token), in_query: counts.0 == 1 }
            }
            _ => Found::Invalid,
        }
    }
}

/// Forms of methods that have a body (RFC 6750 section 2.2).
fn is_form(request: &Parts) -> bool {
    let content_type = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(media_types::FORM) && request.method != http::Method::GET
}

/// The values of `access_token`, empty ones included; pair by pair, so that what is broken in another parameter hides no token.
pub(super) fn tokens(encoded: &[u8]) -> Vec<String> {
    let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let forms = pairs.filter_map(|pair| Form::parse(pair).ok());
    forms.filter_map(|form| form.first(parameters::ACCESS_TOKEN).map(str::to_owned)).collect()
}

//! The parameters of an authorization response that the protocol knows (RFC 6749 section 4.1.2, RFC 9207, OpenID Connect Core section 3.3.2.5).

use super::ResponsePlace;
use super::callback_error::CallbackError;
use crate::constants::parameters;
use crate::encoding::form::{Form, FormError, decode_component};

/// What may stand in a response once at most.
pub(super) const ONCE: [&str; 13] = [
    parameters::RESPONSE,
    parameters::ISS,
    parameters::STATE,
    parameters::ERROR,
    parameters::ERROR_DESCRIPTION,
    parameters::ERROR_URI,
    parameters::CODE,
    parameters::ID_TOKEN,
    parameters::ACCESS_TOKEN,
    parameters::TOKEN_TYPE,
    parameters::EXPIRES_IN,
    parameters::SCOPE,
    parameters::SESSION_STATE,
];

/// A parameter of the protocol whose value cannot be decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct BrokenParameter {
    parameter: &'static str,
    source: FormError,
}

impl BrokenParameter {
    pub(super) fn in_the(self, place: ResponsePlace) -> CallbackError {
        CallbackError::Malformed { place, parameter: self.parameter, source: self.source }
    }
}

/// The pairs of a response. One that cannot be decoded is an error if the protocol knows its name, and left out otherwise: analytics and proxies
/// add parameters in encodings of their own, and nothing reads them.
pub(super) fn read_parameters(text: &[u8]) -> Result<Form, BrokenParameter> {
    let mut form = Form::new();
    for pair in text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut parts = pair.splitn(2, |&byte| byte == b'=');
        let Ok(name) = decode_component(parts.next().unwrap_or_default()) else { continue };
        match decode_component(parts.next().unwrap_or_default()) {
            Ok(value) => form.push(name, value),
            Err(source) => {
                let Some(parameter) = ONCE.into_iter().find(|known| *known == name) else { continue };
                return Err(BrokenParameter { parameter, source });
            }
        }
    }
    Ok(form)
}

/// The parameters of a response that the protocol does not know, as they came: nothing vouches for them.
pub(super) fn unknown_parameters(form: &Form) -> Vec<(String, String)> {
    form.iter().filter(|(name, _)| !ONCE.contains(name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

//! The parameters of an authorization response that the protocol knows (RFC 6749 section 4.1.2, RFC 9207, OpenID Connect Core section 3.3.2.5).

use crate::constants::parameters;
use crate::encoding::form::Form;

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

/// The parameters of a response that the protocol does not know, as they came: nothing vouches for them.
pub(super) fn unknown_parameters(form: &Form) -> Vec<(String, String)> {
    form.iter().filter(|(name, _)| !ONCE.contains(name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

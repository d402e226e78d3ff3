//! The parameters of a callback as pairs: strict about those of the protocol, indifferent to others (RFC 6749 section 4.1.2).

use super::known_parameters::ONCE;
use crate::encoding::form::{Form, FormError, decode_component};

/// A parameter of the protocol whose value cannot be decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct BrokenParameter {
    pub(super) parameter: &'static str,
    pub(super) source: FormError,
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

//! `client_secret_basic`: id and secret in the `Authorization` header (RFC 6749 section 2.3.1, RFC 7617).

use http::HeaderValue;

use crate::encoding::{base64, form};
use crate::protocol::error::RequestError;
use crate::secret::ClientSecret;

/// How id and secret are encoded before they are joined by `:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BasicEncoding {
    /// Each as a form component (RFC 6749 section 2.3.1): a space is `+`, `*-._` stay as they are. The default.
    #[default]
    Form,
    /// As they are (RFC 2617), for servers that do not decode them. The id must not hold a `:`.
    Raw,
}

/// The value of `Authorization`, marked as sensitive.
pub(super) fn header(client_id: &str, secret: &ClientSecret, encoding: BasicEncoding) -> Result<HeaderValue, RequestError> {
    let pair = match encoding {
        BasicEncoding::Form => format!("{}:{}", form::encode_component(client_id), form::encode_component(secret.expose())),
        BasicEncoding::Raw if client_id.contains(':') => {
            return Err(RequestError::configuration("client_id", "holds a `:`, which raw Basic credentials cannot carry"));
        }
        BasicEncoding::Raw => format!("{client_id}:{}", secret.expose()),
    };
    let mut value = HeaderValue::try_from(format!("Basic {}", base64::encode(pair)))
        .map_err(|_| RequestError::configuration("client_secret", "cannot be put into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(id: &str, secret: &str, encoding: BasicEncoding) -> String {
        let value = header(id, &ClientSecret::new(secret), encoding).unwrap();
        assert!(value.is_sensitive());
        let text = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        String::from_utf8(base64::decode(text).unwrap()).unwrap()
    }

    #[test]
    fn a1_id_and_secret_survive_the_round_trip() {
        let pairs = [
            ("foo", "bar"),
            ("foo", "very+secret"),
            ("firstname lastname", "bar"),
            ("firstname:lastname", "bar:bar2"),
            ("sören:müller", "bar:bar2"),
            (":/&%%(/(&/) %&%&/%/&", ")(/)(/&  /%/&%$&$$&"),
        ];
        for (id, secret) in pairs {
            let text = decoded(id, secret, BasicEncoding::Form);
            let (left, right) = text.split_once(':').unwrap();
            assert!(!right.contains(':'), "{text}");
            let parse = |part: &str| form::decode_component(part).unwrap();
            assert_eq!((parse(left).as_str(), parse(right).as_str()), (id, secret));
        }
    }

    #[test]
    fn a1_components_are_encoded_as_whatwg_does() {
        assert_eq!(decoded("a b*-._", "ü~", BasicEncoding::Form), "a+b*-._:%C3%BC%7E");
    }

    #[test]
    fn a1_raw_is_selectable_and_refuses_what_it_cannot_carry() {
        assert_eq!(decoded("foo", "very+secret", BasicEncoding::Raw), "foo:very+secret");
        assert!(header("a:b", &ClientSecret::new("x"), BasicEncoding::Raw).is_err());
    }
}

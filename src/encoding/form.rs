//! `application/x-www-form-urlencoded` as an ordered list of pairs (WHATWG URL, section "application/x-www-form-urlencoded"; RFC 6749
//! appendix B), and the stricter spelling of a query.
//!
//! Order and duplicates are kept, so that a parameter that comes twice can be seen. Reading is strict: a broken percent sequence or text
//! that is not UTF-8 is an error, never a replacement character.

use std::borrow::Cow;
use std::fmt;

use super::work;

use crate::error_kind::classify;

/// Pairs of name and value in order, duplicates included.
///
/// Values are often secrets: `Debug` shows names alone.
///
/// # Example
/// ```
/// use identity_model::encoding::form::Form;
///
/// let form = Form::parse("code=a%2Bb&state=x+y&state=z")?;
/// assert_eq!(form.first("code"), Some("a+b"));
/// assert_eq!(form.all("state").collect::<Vec<_>>(), ["x y", "z"]);
/// assert_eq!(form.duplicate(), Some("state"));
///
/// let query = Form::from_iter([("scope", "openid profile"), ("login_hint", "a+b@example.com")]);
/// assert_eq!(query.to_query(), "scope=openid%20profile&login_hint=a%2Bb%40example.com");
/// assert_eq!(query.to_body(), "scope=openid+profile&login_hint=a%2Bb%40example.com");
/// # Ok::<(), identity_model::encoding::form::FormError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
}

/// A form that cannot be read. Its text is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// A `%` that two hexadecimal digits do not follow.
    #[error("malformed percent-encoding")]
    PercentEncoding,
    /// What the percent sequences stand for is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
}

classify! { FormError {
    Self::PercentEncoding => "form_percent_encoding" Malformed;
    Self::NotUtf8 => "form_not_utf8" Malformed;
} }

impl Form {
    /// No pairs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a body, a query or a fragment, without its `?` or `#`: pairs parted by `&`, each split at its first `=`; `+` is a space.
    ///
    /// A pair without `=` has an empty value; nothing between two `&` is no pair.
    ///
    /// # Errors
    /// [`FormError`].
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, FormError> {
        work::add(text.as_ref().len());
        let pairs = text.as_ref().split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let mut parts = pair.splitn(2, |&byte| byte == b'=');
            Ok((decode(parts.next().unwrap_or_default())?, decode(parts.next().unwrap_or_default())?))
        });
        Ok(Self { pairs: pairs.collect::<Result<_, _>>()? })
    }

    /// Appends a pair, whether or not the name is there already.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// The first value of `name`.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of `name`, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = move |known: &str| {
            work::add(1);
            known == name
        };
        self.iter().filter(move |(known, _)| named(known)).map(|(_, value)| value)
    }

    /// Whether `name` is there.
    pub fn contains(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The first name that comes more than once.
    pub fn duplicate(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::with_capacity(self.pairs.len());
        self.iter().map(|(name, _)| name).find(|name| !seen.insert(*name))
    }

    /// Every pair, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs as the body of a form: a space is `+`.
    pub fn to_body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }

    /// The pairs as a query: a space is `%20`, a `+` is `%2B`, so that every reader sees the same.
    pub fn to_query(&self) -> String {
        let pairs: Vec<String> = self.iter().map(|(name, value)| format!("{}={}", encode_query(name), encode_query(value))).collect();
        pairs.join("&")
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Encodes one component as WHATWG forms do: a space is `+`, `*-._` and letters and digits stay, all else is percent-encoded.
///
/// This is what RFC 6749 section 2.3.1 asks of a client id and secret before they are joined for HTTP Basic.
pub fn encode_component(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Encodes one component of a query (RFC 3986 section 2.3): `-._~` and letters and digits stay, all else is percent-encoded.
pub fn encode_query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Decodes one component of a form: `+` is a space.
///
/// # Errors
/// [`FormError`].
pub fn decode_component(text: impl AsRef<[u8]>) -> Result<String, FormError> {
    decode(text.as_ref())
}

fn decode(text: &[u8]) -> Result<String, FormError> {
    work::add(1 + text.len());
    let mut bytes = Cow::Borrowed(text);
    if text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        let mut decoded = Vec::with_capacity(text.len());
        let mut rest = text.iter();
        while let Some(&byte) = rest.next() {
            decoded.push(match byte {
                b'+' => b' ',
                b'%' => hexadecimal(rest.next())? << 4 | hexadecimal(rest.next())?,
                _ => byte,
            });
        }
        bytes = Cow::Owned(decoded);
    }
    String::from_utf8(bytes.into_owned()).map_err(|_| FormError::NotUtf8)
}

fn hexadecimal(digit: Option<&u8>) -> Result<u8, FormError> {
    let value = digit.and_then(|&digit| char::from(digit).to_digit(16)).ok_or(FormError::PercentEncoding)?;
    u8::try_from(value).map_err(|_| FormError::PercentEncoding)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        Form::parse(text).unwrap().pairs
    }

    #[test]
    fn pairs_are_split_at_the_first_equals_sign_and_kept_in_order() {
        let expect = |text: &str, expected: &[(&str, &str)]| {
            assert_eq!(pairs(text), expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>(), "{text}");
        };
        expect("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]);
        expect("a==b=&=c&d&e=", &[("a", "=b="), ("", "c"), ("d", ""), ("e", "")]);
        expect("&&a=1&&", &[("a", "1")]);
        expect("", &[]);
        expect("a+b=c+%2B+d%20e&%C3%A4=%c3%a4", &[("a b", "c + d e"), ("ä", "ä")]);
        expect("a=1;b=2", &[("a", "1;b=2")]);
    }

    #[test]
    fn z1_a_name_that_comes_twice_is_seen() {
        assert_eq!(Form::parse("a=1&b=2&%61=3").unwrap().duplicate(), Some("a"));
        assert_eq!(Form::parse("a=1&A=2&b=2").unwrap().duplicate(), None);
        let form = Form::parse("a=1&b=2&a=3").unwrap();
        assert_eq!((form.first("a"), form.first("c"), form.contains("b"), form.len()), (Some("1"), None, true, 3));
    }

    #[test]
    fn broken_sequences_are_errors() {
        for text in ["a=%", "a=%4", "a=%zz", "%g0=1", "a=%+1", "a=%-1", "a=% 1", "a=%%41"] {
            assert_eq!(Form::parse(text), Err(FormError::PercentEncoding), "{text}");
        }
        for text in [&b"a=%FF"[..], b"a=%C3", b"%80=1", b"a=\xff", b"a=%ED%A0%80", b"a=%C0%AF"] {
            assert_eq!(Form::parse(text), Err(FormError::NotUtf8));
        }
    }

    #[test]
    fn a1_components_of_basic_credentials() {
        assert_eq!(encode_component("firstname lastname"), "firstname+lastname");
        assert_eq!(encode_component("very+secret*-._~:"), "very%2Bsecret*-._%7E%3A");
        assert_eq!(encode_component("sören"), "s%C3%B6ren");
        for text in ["foo", "very+secret", "firstname:lastname", "sören:müller", ":/&%%(/(&/) %&%&/%/&", ", )(/)(/&  /%/&%$&$$&"] {
            assert_eq!(decode_component(encode_component(text)).unwrap(), text);
        }
    }

    #[test]
    fn queries_know_no_plus() {
        assert_eq!(encode_query("a b+c&d=e/f~*%"), "a%20b%2Bc%26d%3De%2Ff~%2A%25");
        assert_eq!(Form::new().to_query(), "");
        assert_eq!(Form::from_iter([("a", ""), ("a", "ä")]).to_query(), "a=&a=%C3%A4");
    }

    #[test]
    fn debug_shows_names_alone() {
        let mut form = Form::new();
        form.push("client_secret", "s3cret");
        assert_eq!(format!("{form:?}"), "[\"client_secret\"]");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(pairs in prop::collection::vec((".{0,12}", ".{0,20}"), 0..6)) {
            let form = Form::from_iter(pairs);
            prop_assert_eq!(&Form::parse(form.to_query()).unwrap(), &form);
            prop_assert_eq!(&Form::parse(form.to_body()).unwrap(), &form);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(form) = Form::parse(&bytes) {
                let expected: Vec<_> = form_urlencoded::parse(&bytes).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
                prop_assert_eq!(form.pairs, expected);
            }
        }
    }
}

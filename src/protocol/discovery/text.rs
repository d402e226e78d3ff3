//! An address looked at as text, before and beside `url`, which is lenient: it accepts `https:odd` and `https:\\x`, swallows tabs and
//! newlines, drops `:443` and resolves `%2e%2e`.

use url::Url;

use super::address_syntax_error::AddressSyntaxError;
use crate::encoding::work;
use crate::protocol::excerpt::{escaped, shown_address};

/// Whether a query and a fragment may stand in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An authority, an issuer, a base address, the address of a document: no query.
    Address,
    /// An endpoint: a query is part of it (RFC 6749 section 3.1), a fragment is not.
    Endpoint,
    /// A page for people: a query and a fragment are part of it.
    Page,
}

/// A well-formed absolute http(s) URL: the text as it was written beside what it parses to.
#[derive(Debug, Clone)]
pub(super) struct HttpUrl<'a> {
    text: &'a str,
    path_start: usize,
    url: Url,
}

impl<'a> HttpUrl<'a> {
    pub(super) fn parse(text: &'a str, form: Form) -> Result<Self, AddressSyntaxError> {
        if text.is_empty() {
            return Err(AddressSyntaxError::Empty);
        }
        work::add(text.len());
        let scheme =
            ["https://", "http://"].into_iter().find(|scheme| starts_with_ignoring_case(text, scheme)).ok_or(AddressSyntaxError::Scheme)?;
        if let Some(character) = text.chars().find(|c| *c == '\\' || c.is_whitespace() || c.is_control()) {
            return Err(AddressSyntaxError::Character(character));
        }
        let after_scheme = text.get(scheme.len()..).unwrap_or_default();
        let authority = after_scheme.find(['/', '?', '#']).map_or(after_scheme, |end| after_scheme.get(..end).unwrap_or_default());
        if authority.is_empty() {
            return Err(AddressSyntaxError::Host);
        }
        if authority.contains('@') {
            return Err(AddressSyntaxError::UserInformation);
        }
        if form != Form::Page && text.contains('#') {
            return Err(AddressSyntaxError::Fragment);
        }
        if form == Form::Address && text.contains('?') {
            return Err(AddressSyntaxError::Query);
        }
        let url = Url::parse(text).map_err(AddressSyntaxError::Invalid)?;
        Ok(Self { text, path_start: scheme.len() + authority.len(), url })
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme and authority as written.
    pub(super) fn origin(&self) -> &'a str {
        self.text.get(..self.path_start).unwrap_or_default()
    }

    /// The path as written, without the query; empty where there is none.
    pub(super) fn path(&self) -> &'a str {
        let rest = self.text.get(self.path_start..).unwrap_or_default();
        rest.find('?').map_or(rest, |end| rest.get(..end).unwrap_or_default())
    }

    /// The path as a server will read it: dot segments resolved, escapes of unreserved characters undone, other escapes in upper case.
    pub(super) fn normalised_path(&self) -> String {
        normalise_escapes(self.url.path())
    }

    /// Scheme, host and port are those of `other`: cases and default ports do not count, IDN hosts are compared in punycode.
    pub(super) fn same_origin(&self, other: &HttpUrl<'_>) -> bool {
        self.url.scheme() == other.url.scheme()
            && self.url.host() == other.url.host()
            && self.url.port_or_known_default() == other.url.port_or_known_default()
    }
}

/// The text without one trailing `/`.
pub(super) fn without_slash(text: &str) -> &str {
    text.strip_suffix('/').unwrap_or(text)
}

pub(super) fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// `text` without a `suffix` in any case.
pub(super) fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}

/// A segment `.` or `..` in any spelling that some server resolves: escaped any number of times, behind an escaped slash, before a `;`.
pub(super) fn has_dot_segment(path: &str) -> bool {
    let octets = unescaped(path);
    let mut segments = octets.split(|octet| matches!(octet, b'/' | b'\\'));
    segments.any(|segment| matches!(segment.split(|octet| *octet == b';').next(), Some(b"." | b"..")))
}

/// What the path may be to a server that undoes escapes until none is left, and reads overlong UTF-8. One pass: an octet that completes an
/// escape takes its place, and may complete another.
fn unescaped(path: &str) -> Vec<u8> {
    let mut octets: Vec<u8> = Vec::with_capacity(path.len());
    for octet in path.bytes() {
        octets.push(octet);
        while let Some([b'%', high, low]) = octets.last_chunk() {
            let digit = |octet: u8| char::from(octet).to_digit(16);
            let Some(octet) = digit(*high).zip(digit(*low)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok()) else { break };
            octets.truncate(octets.len() - 3);
            octets.push(octet);
        }
        if let Some((octet, length)) = overlong(&octets) {
            octets.truncate(octets.len() - length);
            octets.push(octet);
        }
    }
    octets
}

/// An ASCII character in more octets than it needs (RFC 3629 section 3): what it stands for, and how many octets it has.
fn overlong(octets: &[u8]) -> Option<(u8, usize)> {
    let last = octets.last()?;
    match octets {
        [.., lead @ 0xc0..=0xc1, 0x80..=0xbf] => Some(((lead & 1) << 6 | last & 0x3f, 2)),
        [.., 0xe0, middle @ 0x80..=0x81, 0x80..=0xbf] => Some(((middle & 1) << 6 | last & 0x3f, 3)),
        [.., 0xf0, 0x80, middle @ 0x80..=0x81, 0x80..=0xbf] => Some(((middle & 1) << 6 | last & 0x3f, 4)),
        _ => None,
    }
}

fn normalise_escapes(path: &str) -> String {
    let mut parts = path.split('%');
    let mut normalised = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => normalised.push(char::from(byte)),
            Some(byte) => normalised.push_str(&format!("%{byte:02X}")),
            None => {
                normalised.push('%');
                normalised.push_str(part);
                continue;
            }
        }
        normalised.push_str(part.get(2..).unwrap_or_default());
    }
    normalised
}

/// An address as it may be shown: without query, fragment and user information, control characters escaped, bounded.
pub(super) fn shown(text: &str) -> String {
    shown_address(text)
}

/// Longest text of a server shown in an error.
const SHOWN: usize = 200;

/// Text from the wire as it may be shown: control characters and marks that turn the reading direction escaped, bounded.
pub(super) fn bounded(text: &str) -> String {
    escaped(text, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_seen_in_any_spelling() {
        for path in [
            "/a/../b",
            "/a/./b",
            "/..",
            "/a/%2e%2E/b",
            "/a/.%2e",
            "/a/%252e%252e/b",
            "/a/%25252525252E%2525252e/b",
            "/a/..%2fb",
            "/a%5c..%5cb",
            "/a/..;x=1/b",
            "/a/%25%32%65%25%32%65/b",
            "/a/%2%65%2%45/b",
            "/a/%25%32%35%32%65./b",
            "/a/%c0%ae%c0%ae/b",
            "/a/%C0%AE/b",
            "/a/%e0%80%ae./b",
            "/a/%f0%80%80%ae/b",
            "/a%c0%af..%c0%afb",
            "/a%c1%9c..%c1%9cb",
            "/a/%25c0%25ae/b",
            "/a/%2e%252e%5c",
        ] {
            assert!(has_dot_segment(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/a/b",
            "/a/...",
            "/.well-known/jwks.json",
            "/a..b/c",
            "/v2.0",
            "/a/%c3%a4",
            "/a/%",
            "/a/%2",
            "/a/%zz.",
            "/a/%2e%2e%2e/b",
        ] {
            assert!(!has_dot_segment(path), "{path}");
        }
    }

    #[test]
    fn escapes_are_normalised() {
        assert_eq!(normalise_escapes("/%41%2fb%c3%A4%zz%7e%"), "/A%2Fb%C3%A4%zz~%");
    }

    #[test]
    fn shown_addresses_hide_query_and_user_information() {
        assert_eq!(shown("https://user:secret@host/path?code=1#f"), "https://host/path");
        assert_eq!(shown("/userinfo?x"), "/userinfo");
        assert_eq!(shown("//user:secret@host/path?x"), "//host/path");
        assert_eq!(shown("a\u{7}b\u{202e}c"), "a\\u{7}b\\u{202e}c");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 201);
    }
}

//! Excerpts of a server's text for messages: shortened and escaped.

use std::fmt::Write as _;

/// At most `limit` characters of a foreign text, control characters escaped.
pub(crate) fn escaped(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit));
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        if character.is_control() || is_direction_mark(character) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// A word of the server's for an error: what is longer than a name is may be a token in the wrong member, and is not shown.
pub(crate) fn shown_name(text: &str) -> String {
    const LONGEST_NAME: usize = 16;
    match text.chars().count() {
        0..=LONGEST_NAME => format!("`{}`", escaped(text, LONGEST_NAME)),
        length => format!("a text of {length} characters"),
    }
}

/// Longest text of an address shown in a message.
const LONGEST_ADDRESS: usize = 200;

/// An address as it may be shown: without query, fragment and user information, control characters escaped, bounded.
pub(crate) fn shown_address(text: &str) -> String {
    let text = text.find(['?', '#']).map_or(text, |end| text.get(..end).unwrap_or_default());
    let start = text.find("://").map_or_else(|| if text.starts_with("//") { 2 } else { 0 }, |colon| colon + 3);
    let (scheme, rest) = text.split_at(start);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    escaped(&format!("{scheme}{host}{path}"), LONGEST_ADDRESS)
}

/// Characters that turn the reading direction of a log line.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

//! Secrets of a request, taken out of a server's own words, in whatever spelling it repeats them: as they are, percent-encoded, with the escapes
//! of JSON, in base64, cut off.

use std::borrow::Cow;
use std::ops::Range;

use crate::encoding::{base64, base64url};

/// A shorter secret may well be part of a word, and the gap that it leaves would tell it.
const SHORTEST: usize = 8;
/// So much of a longer secret gives it away.
const PREFIX: usize = 16;
/// More of a text is never shown.
const TEXT_LIMIT: usize = 8 * 1024;

/// `text` without these secrets; shortened where it is longer than anything that is shown.
pub(crate) fn without_secrets<'t, 's>(text: &'t str, secrets: impl IntoIterator<Item = &'s str>) -> Cow<'t, str> {
    let end = (0..=TEXT_LIMIT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let text = text.get(..end).unwrap_or_default();
    let mut views: Option<[View; 3]> = None;
    let mut found: Vec<Range<usize>> = Vec::new();
    for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
        let views = views.get_or_insert_with(|| [View::plain(text), View::percent_decoded(text), View::json_unescaped(text)]);
        for needle in spellings(secret) {
            views.iter().for_each(|view| view.find(&needle, &mut found));
        }
    }
    if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cut_out(text, found)) }
}

/// The secret itself, and what base64 makes of its middle wherever it begins.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![secret.as_bytes().to_vec()];
    for before in 0..3 {
        let shifted = format!("{}{secret}", " ".repeat(before));
        let whole = shifted.len() / 3 * 4;
        let start = if before == 0 { 0 } else { 4 };
        for encoded in [base64::encode(&shifted), base64url::encode(&shifted)] {
            spellings.extend(encoded.get(start..whole).filter(|middle| middle.len() >= SHORTEST).map(|middle| middle.as_bytes().to_vec()));
        }
    }
    spellings
}

fn cut_out(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|range| range.start);
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for range in found {
        if range.start >= end {
            shown.push_str(text.get(end..range.start).unwrap_or_default());
            shown.push_str("[redacted]");
        }
        end = end.max(range.end);
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    shown
}

/// A text as it reads once its escapes are undone, each octet with the place that it comes from.
struct View {
    octets: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl View {
    fn plain(text: &str) -> Self {
        Self::of(text, |_| None)
    }

    fn percent_decoded(text: &str) -> Self {
        Self::of(text, |rest| {
            let octet = hexadecimal(rest.strip_prefix('%')?, 2)?;
            Some((vec![u8::try_from(octet).ok()?], 3))
        })
    }

    fn json_unescaped(text: &str) -> Self {
        Self::of(text, |rest| {
            let escape = rest.strip_prefix('\\')?;
            if let Some(digits) = escape.strip_prefix('u') {
                let character = char::from_u32(hexadecimal(digits, 4)?)?;
                return Some((character.to_string().into_bytes(), 6));
            }
            let octet = escape.bytes().next().filter(|octet| matches!(octet, b'"' | b'\\' | b'/'))?;
            Some((vec![octet], 2))
        })
    }

    /// `unescape` says what the escape stands for that a text begins with, and how long it is.
    fn of(text: &str, unescape: impl Fn(&str) -> Option<(Vec<u8>, usize)>) -> Self {
        let mut view = Self { octets: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            let (octets, length) = unescape(rest).unwrap_or_else(|| (rest.as_bytes().iter().copied().take(length).collect(), length));
            view.places.extend(octets.iter().map(|_| at..at + length));
            view.octets.extend(octets);
            at += length;
        }
        view
    }

    /// Every place where `needle` stands, or so much of its beginning that it would be known by it.
    fn find(&self, needle: &[u8], found: &mut Vec<Range<usize>>) {
        let known = needle.get(..needle.len().saturating_sub(2).clamp(SHORTEST, PREFIX)).unwrap_or(needle);
        let mut at = 0;
        while let Some(rest) = self.octets.get(at..) {
            let Some(start) = rest.windows(known.len()).position(|window| window == known) else { return };
            let length = rest.iter().skip(start).zip(needle).take_while(|(one, other)| one == other).count();
            if let (Some(first), Some(last)) = (self.places.get(at + start), self.places.get(at + start + length - 1)) {
                found.push(first.start..last.end);
            }
            at += start + length;
        }
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr%t/\"with\\odd+signs-0123456789";

    fn shown(text: &str) -> String {
        without_secrets(text, [SECRET]).into_owned()
    }

    #[test]
    fn h15_a_secret_is_taken_out_in_every_spelling() {
        let json = serde_json::Value::from(SECRET).to_string();
        let unicode: String = SECRET.chars().map(|character| format!("\\u{:04x}", u32::from(character))).collect();
        let every_octet: String = SECRET.bytes().map(|octet| format!("%{octet:02x}")).collect();
        let texts = [
            SECRET.to_owned(),
            crate::encoding::form::encode_component(SECRET),
            crate::encoding::form::encode_query(SECRET),
            crate::encoding::form::encode_query(SECRET).to_lowercase().replace(&SECRET.to_lowercase(), SECRET),
            every_octet,
            json[1..json.len() - 1].to_owned(),
            unicode,
            SECRET.replace('/', "\\/").replace('"', "\\\""),
        ];
        for text in texts {
            let told = shown(&format!("the client sent {text}, which is wrong"));
            assert_eq!(told, "the client sent [redacted], which is wrong", "{text}");
        }
    }

    #[test]
    fn h15_a_secret_is_taken_out_of_base64_wherever_it_begins() {
        for before in 0..6 {
            let text = format!("{}{SECRET}:after", "a".repeat(before));
            for encoded in
                [base64::encode(&text), base64url::encode(&text), crate::encoding::form::encode_component(&base64::encode(&text))]
            {
                let told = shown(&format!("Basic {encoded}"));
                assert!(told.contains("[redacted]"), "{before} {told}");
                for part in base64url::encode(SECRET).as_bytes().windows(12) {
                    assert!(!told.contains(std::str::from_utf8(part).unwrap()), "{before} {told}");
                }
            }
        }
    }

    #[test]
    fn h15_a_secret_that_was_cut_off_is_taken_out() {
        for length in PREFIX..SECRET.len() {
            assert_eq!(shown(&format!("unknown: {}...", &SECRET[..length])), "unknown: [redacted]...", "{length}");
        }
        assert_eq!(shown(&format!("unknown: {}…", &SECRET[..7])), format!("unknown: {}…", &SECRET[..7]), "too little to know it by");
        assert_eq!(without_secrets("abcdefgh is wrong", ["abcdefgh"]), "[redacted] is wrong");
        assert_eq!(without_secrets("abcdefg is wrong", ["abcdefg"]), "abcdefg is wrong", "it may be a word");
    }

    #[test]
    fn h15_everything_else_stays() {
        for text in ["", "no", "100 % of ü\\u00", "\\", "%", "%zz", "the description is long".repeat(20).as_str()] {
            assert_eq!(shown(text), text);
        }
        let twice = format!("{SECRET}{SECRET} and {SECRET}");
        assert_eq!(shown(&twice), "[redacted][redacted] and [redacted]");
        assert!(without_secrets(&"ü".repeat(10_000), [SECRET]).len() <= TEXT_LIMIT);
    }
}

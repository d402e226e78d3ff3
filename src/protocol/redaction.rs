//! Secrets of a request, taken out of a server's own words, in whatever spelling it repeats them: as they are, percent-encoded, with the escapes
//! of JSON or of HTML, one of these within another, in base64, in hexadecimal, cut off.

use std::borrow::Cow;
use std::ops::Range;

mod escapes;

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
    let mut views: Option<([View; 3], View)> = None;
    let mut found: Vec<Range<usize>> = Vec::new();
    for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
        let read = || ([View::plain(text), View::percent_decoded(text), View::json_unescaped(text)], View::bare(text));
        let (views, bare) = views.get_or_insert_with(read);
        for needle in spellings(secret) {
            views.iter().for_each(|view| view.find(needle.as_bytes(), &mut found));
            // Where every escape is undone, the secret is as it reads once its own are undone.
            let needle = View::bare(&needle).octets;
            if needle.len() >= SHORTEST {
                bare.find(&needle, &mut found);
            }
        }
    }
    if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cut_out(text, found)) }
}

/// The secret itself, its digits in hexadecimal, and what base64 makes of its middle wherever it begins.
fn spellings(secret: &str) -> Vec<String> {
    let digits = |upper: bool| secret.bytes().map(|octet| if upper { format!("{octet:02X}") } else { format!("{octet:02x}") }).collect();
    let mut spellings = vec![secret.to_owned(), digits(false), digits(true)];
    for before in 0..3 {
        let shifted = format!("{}{secret}", " ".repeat(before));
        let whole = shifted.len() / 3 * 4;
        let start = if before == 0 { 0 } else { 4 };
        for encoded in [base64::encode(&shifted), base64url::encode(&shifted)] {
            spellings.extend(encoded.get(start..whole).filter(|middle| middle.len() >= SHORTEST).map(str::to_owned));
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

    /// Every escape undone, one within another too: of percent-encoding, JSON and HTML. A `+` reads as the space that it may stand for, and a
    /// backslash, which may have come of escaping, does not count.
    fn bare(text: &str) -> Self {
        let mut view = Self { octets: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        for (at, octet) in text.bytes().enumerate() {
            view.octets.push(octet);
            view.places.push(at..at + 1);
            // An octet that completes an escape stands for one that may complete another.
            while let Some((character, length)) = escapes::at_the_end(&view.octets) {
                let start = view.octets.len() - length;
                let place = view.places.get(start).map_or(at, |place| place.start)..at + 1;
                view.octets.truncate(start);
                view.places.truncate(start);
                view.places.extend(character.iter().map(|_| place.clone()));
                view.octets.extend(character);
            }
        }
        let read = view.octets.into_iter().zip(view.places).filter(|(octet, _)| *octet != b'\\');
        let (octets, places) = read.map(|(octet, place)| (if octet == b'+' { b' ' } else { octet }, place)).unzip();
        Self { octets, places }
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
    fn h15_a_secret_is_taken_out_of_escapes_within_escapes() {
        let percent = |text: &str| -> String { text.bytes().map(|octet| format!("%{octet:02X}")).collect() };
        let json = |text: &str| -> String { text.chars().map(|character| format!("\\u{:04x}", u32::from(character))).collect() };
        let decimal = |text: &str| -> String { text.chars().map(|character| format!("&#{};", u32::from(character))).collect() };
        let hexadecimal = |text: &str| -> String { text.chars().map(|character| format!("&#x{:04X};", u32::from(character))).collect() };
        let named = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('/', "&sol;").replace('+', "&plus;");
        let once: [&dyn Fn(&str) -> String; 5] = [&percent, &json, &decimal, &hexadecimal, &named];
        for outer in once {
            for inner in once {
                for text in [outer(SECRET), outer(&inner(SECRET)), percent(&outer(&inner(SECRET)))] {
                    if text.len() < TEXT_LIMIT - 100 {
                        assert_eq!(shown(&format!("you sent {text}, no")), "you sent [redacted], no", "{text}");
                    }
                }
            }
        }
        // A secret that looks escaped itself, and one with the spaces of a form.
        for secret in ["Zm9v%2Bbar%20&amp;baz", "several words of it", "&#65;&#66;&#67;%41%42%43abcdefg"] {
            for text in [secret.to_owned(), percent(secret), crate::encoding::form::encode_query(secret), secret.replace(' ', "+")] {
                assert_eq!(without_secrets(&format!("({text})"), [secret]), "([redacted])", "{text}");
            }
        }
    }

    #[test]
    fn h15_a_secret_is_taken_out_in_hexadecimal_and_padded() {
        let lower: String = SECRET.bytes().map(|octet| format!("{octet:02x}")).collect();
        for text in [lower.clone(), lower.to_uppercase(), format!("0x{lower}")] {
            assert!(shown(&format!("({text})")).trim_start_matches("(0x").trim_start_matches('(') == "[redacted])", "{text}");
        }
        for secret in ["0123456789abcdefgh", "0123456789abcdefghi", "0123456789abcdefghij"] {
            let padded = base64::encode(secret);
            let told = without_secrets(&padded, [secret]).into_owned();
            assert!(told.starts_with("[redacted]") && told.len() <= "[redacted]".len() + 4, "{told}");
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

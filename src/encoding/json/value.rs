//! One value of a checked JSON text, read when asked for.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::strings::{next_special, unescape};
use crate::encoding::work;

/// The kinds of JSON values (RFC 8259 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    /// The kind of the value that starts with `byte`, if one does.
    pub(super) fn starting_with(byte: u8) -> Option<Self> {
        Some(match byte {
            b'n' => Self::Null,
            b't' | b'f' => Self::Boolean,
            b'"' => Self::String,
            b'[' => Self::Array,
            b'{' => Self::Object,
            b'-' | b'0'..=b'9' => Self::Number,
            _ => return None,
        })
    }

    /// The name of the kind: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value of a checked JSON text: its raw text, read when asked for.
///
/// Comes out of a [`JsonObject`](super::JsonObject) alone, so the text is known to be good. `Debug` shows the kind, never the value.
#[derive(Clone, Copy)]
pub struct JsonValue<'a> {
    raw: &'a str,
    /// Whether a string or name in it holds an escape.
    escaped: bool,
}

impl<'a> JsonValue<'a> {
    /// Wraps one value, without blanks around it, of a text that a scan has accepted.
    pub(super) fn checked(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// Which kind of value it is.
    pub fn kind(self) -> JsonKind {
        self.raw.bytes().next().and_then(JsonKind::starting_with).unwrap_or(JsonKind::Null)
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == JsonKind::Null
    }

    /// The text of the value, as it came: a string with its quotes and escapes, a number with all its digits.
    pub fn as_raw(self) -> &'a str {
        self.raw
    }

    /// The string, borrowed unless it holds escapes.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inner = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        Some(if self.escaped { unescape(inner) } else { Cow::Borrowed(inner) })
    }

    /// The string, where it is known to hold no escapes.
    pub(crate) fn plain_str(self) -> Option<&'a str> {
        if self.escaped { None } else { self.raw.strip_prefix('"')?.strip_suffix('"') }
    }

    /// The boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The number, if it is whole and fits. `1e3` and `10.0` are whole numbers.
    pub fn as_i64(self) -> Option<i64> {
        /// From here on a double cannot tell a whole number from its neighbours.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.kind() != JsonKind::Number {
            return None;
        }
        self.raw.parse().ok().or_else(|| {
            let number: f64 = self.raw.contains(['.', 'e', 'E']).then(|| self.raw.parse().ok())??;
            (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
        })
    }

    /// The elements of an array, in order.
    pub fn elements(self) -> Option<JsonElements<'a>> {
        Some(JsonElements { rest: self.raw.strip_prefix('[')?.strip_suffix(']')?, escaped: self.escaped })
    }

    /// The members of an object, in order.
    pub fn members(self) -> Option<JsonMembers<'a>> {
        Some(JsonMembers { rest: self.raw.strip_prefix('{')?.strip_suffix('}')?, escaped: self.escaped })
    }

    /// Reads the value into a type, which may borrow from the text.
    ///
    /// # Errors
    /// serde's own error: its words may quote the value, so it is not for a log.
    pub fn deserialize<T: Deserialize<'a>>(self) -> Result<T, serde_json::Error> {
        work::add(self.raw.len());
        serde_json::from_str(self.raw)
    }
}

impl fmt::Debug for JsonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

/// The elements of an array: [`JsonValue::elements`].
#[derive(Clone)]
pub struct JsonElements<'a> {
    rest: &'a str,
    escaped: bool,
}

impl<'a> Iterator for JsonElements<'a> {
    type Item = JsonValue<'a>;

    fn next(&mut self) -> Option<JsonValue<'a>> {
        let (value, rest) = split_value(skip(self.rest, b','), self.escaped)?;
        self.rest = rest;
        Some(value)
    }
}

impl fmt::Debug for JsonElements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The members of an object: [`JsonValue::members`].
#[derive(Clone)]
pub struct JsonMembers<'a> {
    rest: &'a str,
    escaped: bool,
}

impl<'a> Iterator for JsonMembers<'a> {
    type Item = (Cow<'a, str>, JsonValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = split_value(skip(self.rest, b','), self.escaped)?;
        let (value, rest) = split_value(skip(rest, b':'), self.escaped)?;
        self.rest = rest;
        Some((name.as_str()?, value))
    }
}

impl fmt::Debug for JsonMembers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// Drops blanks, and the one `separator` that may stand among them.
fn skip(text: &str, separator: u8) -> &str {
    let start = text.bytes().position(|byte| byte != separator && !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    start.and_then(|start| text.get(start..)).unwrap_or_default()
}

/// The value that checked text starts with, and what follows it.
fn split_value(text: &str, escaped: bool) -> Option<(JsonValue<'_>, &str)> {
    let bytes = text.as_bytes();
    let end = match bytes.first()? {
        b'"' => string_end(bytes, 1),
        b'{' | b'[' => container_end(bytes),
        _ => bytes.iter().position(|byte| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(bytes.len()),
    };
    work::add(end);
    let (raw, rest) = text.split_at_checked(end)?;
    Some((JsonValue::checked(raw, escaped), rest))
}

/// The end of the string whose first character stands at `position`, its closing quote included.
fn string_end(bytes: &[u8], mut position: usize) -> usize {
    loop {
        position = next_special(bytes, position);
        match bytes.get(position) {
            Some(b'\\') => position += 2,
            _ => return (position + 1).min(bytes.len()),
        }
    }
}

fn container_end(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        position += 1;
        match byte {
            b'"' => position = string_end(bytes, position),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return position;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

//! The `try_get_*` family, and its strict companions that say what is wrong instead of answering none.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use url::Url;

use super::typed::from_members;
use super::{Document, DocumentError};
use crate::encoding::json::{JsonKind, JsonValue, printable};

impl Document {
    /// The string `name`. Any other type, `null` and absence: none.
    pub fn try_get_str(&self, name: &str) -> Option<&str> {
        self.borrowed(name)
    }

    /// The string `name`, owned; a number or boolean as its JSON text, with all its digits. Arrays, objects, `null`, absence: none.
    pub fn try_get_string(&self, name: &str) -> Option<String> {
        let value = self.value(name)?;
        match value.kind() {
            JsonKind::String => Some(value.as_str()?.into_owned()),
            JsonKind::Number | JsonKind::Boolean => Some(value.as_raw().to_owned()),
            JsonKind::Null | JsonKind::Array | JsonKind::Object => None,
        }
    }

    /// The boolean `name`, or the string `true` or `false` in any case. Anything else: none.
    pub fn try_get_boolean(&self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        value.as_bool().or_else(|| {
            let text = value.as_str()?;
            [true, false].into_iter().find(|boolean| text.eq_ignore_ascii_case(if *boolean { "true" } else { "false" }))
        })
    }

    /// The strings of the array `name`; a single string counts as one element. Anything else: empty.
    pub fn try_get_string_array(&self, name: &str) -> Vec<String> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let own = |value: JsonValue<'_>| value.as_str().map(|text| text.into_owned());
        match value.elements() {
            Some(elements) => elements.filter_map(own).collect(),
            None => own(value).into_iter().collect(),
        }
    }

    /// The whole number `name`, or a string of digits that is one. Anything else: none.
    pub fn try_get_i64(&self, name: &str) -> Option<i64> {
        let value = self.value(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// The string `name` as a URL. Any other type, and what is no absolute URL: none.
    pub fn try_get_url(&self, name: &str) -> Option<Url> {
        Url::parse(self.try_get_str(name)?).ok()
    }

    /// The JSON value `name`. `null` and absence: none.
    pub fn try_get_value(&self, name: &str) -> Option<serde_json::Value> {
        self.value(name).filter(|value| !value.is_null())?.deserialize().ok()
    }

    /// The member `name` as any type. `null` and absence: none.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] with the member, the type that was wanted, and the JSON path and kind of what stands there instead.
    pub fn try_get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, DocumentError> {
        let Some(value) = self.value(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let mut reader = serde_json::Deserializer::from_str(value.as_raw());
        serde_path_to_error::deserialize(&mut reader).map(Some).map_err(|error| {
            let (path, found) = locate(name, value, error.path());
            DocumentError::UnexpectedType { member: name.to_owned(), expected: short_type_name::<T>(), found, path }
        })
    }

    /// The whole document as any type; secret members hold an empty value.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] with the member at fault (none where one is missing), the type that was wanted, and the JSON path.
    pub(crate) fn deserialize<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DocumentError> {
        if let Ok(read) = from_members(self.all()) {
            return Ok(read);
        }
        // Once more by way of the text: for types that are not made from a map, and for the path of what does not fit.
        let mut reader = serde_json::Deserializer::from_str(self.as_text());
        serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let member = match error.path().iter().next() {
                Some(Segment::Map { key }) => printable(key),
                _ => String::new(),
            };
            let found = self.kind(&member).unwrap_or(JsonKind::Object);
            let path = Some(printable(&error.path().to_string())).filter(|path| *path != member);
            DocumentError::UnexpectedType { member, expected: short_type_name::<T>(), found, path }
        })
    }

    /// The string `name`; `None` where it is absent or `null`.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] where it is of another type.
    pub fn optional_str(&self, name: &str) -> Result<Option<&str>, DocumentError> {
        match self.value(name) {
            Some(value) if !matches!(value.kind(), JsonKind::String | JsonKind::Null) => {
                Err(DocumentError::unexpected_type(name, "string", value.kind()))
            }
            _ => Ok(self.try_get_str(name)),
        }
    }

    /// The string `name`, which must be there and hold something.
    ///
    /// # Errors
    /// [`DocumentError::Missing`], [`DocumentError::Empty`], [`DocumentError::UnexpectedType`].
    pub fn required_str(&self, name: &str) -> Result<&str, DocumentError> {
        match self.optional_str(name)? {
            Some("") => Err(DocumentError::Empty { member: name.to_owned() }),
            Some(text) => Ok(text),
            None => Err(DocumentError::missing(name)),
        }
    }

    /// The boolean `name`; `None` where it is absent or `null`.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] where it is of another type; a string is another type.
    pub fn optional_boolean(&self, name: &str) -> Result<Option<bool>, DocumentError> {
        match self.value(name).filter(|value| !value.is_null()) {
            None => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or_else(|| DocumentError::unexpected_type(name, "boolean", value.kind())),
        }
    }

    /// The whole number `name`, or a string of digits that is one; `None` where it is absent or `null`.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] where it is anything else.
    pub fn optional_i64(&self, name: &str) -> Result<Option<i64>, DocumentError> {
        match self.kind(name) {
            None | Some(JsonKind::Null) => Ok(None),
            Some(found) => self.try_get_i64(name).map(Some).ok_or_else(|| DocumentError::unexpected_type(name, "whole number", found)),
        }
    }
}

/// Follows `path` into `value`: the path written out from the member on, and the kind of what stands there.
fn locate(member: &str, value: JsonValue<'_>, path: &Path) -> (Option<String>, JsonKind) {
    let mut text = printable(member);
    let mut place = value;
    for segment in path.iter() {
        let next = match segment {
            Segment::Seq { index } => {
                text.push_str(&format!("[{index}]"));
                place.elements().and_then(|mut elements| elements.nth(*index))
            }
            Segment::Map { key } => {
                text.push('.');
                text.push_str(&printable(key));
                place.members().and_then(|mut members| members.find(|(name, _)| name == key)).map(|(_, value)| value)
            }
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let Some(next) = next else { break };
        place = next;
    }
    ((text != printable(member)).then_some(text), place.kind())
}

/// The name of a type without the modules it stands in: `Vec<String>`.
fn short_type_name<T>() -> String {
    let mut short = String::new();
    for part in std::any::type_name::<T>().split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

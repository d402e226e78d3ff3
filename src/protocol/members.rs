//! Members that several answers have, read strictly: a member of a wrong type is an error, never absent.

use std::time::SystemTime;

use super::error::RequestError;
use super::excerpt::escaped;
use super::response::Expectation;
use crate::document::{Document, DocumentError};
use crate::encoding::epoch::NumericDate;
use crate::encoding::json::JsonKind;

/// `scope`: a string of words, or the array of strings that some servers send.
pub(crate) fn scope(document: &Document, expectation: &Expectation) -> Result<Option<Vec<String>>, RequestError> {
    if let Some(text) = document.try_get_str("scope") {
        let separates = |c: char| c == ' ' || (c == ',' && expectation.quirks.comma_separated_scope);
        return Ok(Some(text.split(separates).filter(|word| !word.is_empty()).map(str::to_owned).collect()));
    }
    document.try_get::<Vec<String>>("scope").map_err(|source| expectation.malformed(source))
}

/// A string, or an array of strings; empty where it is absent or `null`.
pub(crate) fn one_or_more(document: &Document, member: &'static str, expectation: &Expectation) -> Result<Vec<String>, RequestError> {
    match document.try_get_str(member) {
        Some(text) => Ok(vec![text.to_owned()]),
        None => Ok(document.try_get(member).map_err(|source| expectation.malformed(source))?.unwrap_or_default()),
    }
}

/// A moment in seconds since 1970 (RFC 7519 section 2); `None` where it is absent or `null`.
pub(crate) fn date(document: &Document, member: &'static str, expectation: &Expectation) -> Result<Option<SystemTime>, RequestError> {
    let Some(value) = document.value(member).filter(|value| !value.is_null()) else { return Ok(None) };
    let text = value.as_str().filter(|_| expectation.quirks.values_as_text);
    if let Some(date) = text.and_then(|text| NumericDate::parse(text.trim()).ok()) {
        return Ok(Some(date.into()));
    }
    if value.kind() != JsonKind::Number {
        return Err(expectation.malformed(DocumentError::unexpected_type(member, "number", value.kind())));
    }
    match NumericDate::from_json(value) {
        Ok(date) => Ok(Some(date.into())),
        Err(_) => Err(expectation.member(member, "a number of seconds since 1970", escaped(value.as_raw(), 40))),
    }
}

/// A string that may be absent; `null` is absent.
pub(crate) fn text(document: &Document, member: &'static str, expectation: &Expectation) -> Result<Option<String>, RequestError> {
    Ok(document.optional_str(member).map_err(|source| expectation.malformed(source))?.map(str::to_owned))
}

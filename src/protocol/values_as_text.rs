//! Introspection of a server that writes every value as text (RFC 7662 section 2.2 has booleans and numbers).

use crate::document::{Document, DocumentError};

/// The same document, `active` a boolean and times numbers where they are written as text.
pub(super) fn with_values(document: Document) -> Result<Document, DocumentError> {
    let mut members = document.to_value();
    let Some(object) = members.as_object_mut() else { return Ok(document) };
    let active = document.try_get_boolean("active").map(|active| ("active", active.into()));
    let number = |name| Some((name, document.try_get_str(name)?.trim().parse::<serde_json::Number>().ok()?.into()));
    let times = ["exp", "iat", "nbf", "auth_time"].into_iter().filter_map(number);
    object.extend(active.into_iter().chain(times).map(|(name, value): (&str, serde_json::Value)| (name.to_owned(), value)));
    Document::parse(members.to_string())
}

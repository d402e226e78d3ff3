//! A checked object that borrows its text.

use std::borrow::Cow;

use super::{JsonError, JsonErrorKind, JsonIndex, JsonRules, JsonValue};

/// One checked JSON object (RFC 8259 section 4): the text and an index of its members, values read when asked for.
///
/// `Debug` shows names and kinds, never values.
///
/// # Example
/// ```
/// use identity_model::encoding::json::{JsonObject, JsonRules};
///
/// let object = JsonObject::parse(br#"{"kty": "EC", "x": 1}"#, &JsonRules::token())?;
/// assert_eq!(object.get("kty").and_then(|value| value.as_str()).as_deref(), Some("EC"));
/// # Ok::<(), identity_model::encoding::json::JsonError>(())
/// ```
#[derive(Clone)]
pub struct JsonObject<'a> {
    text: &'a str,
    index: JsonIndex,
}

impl<'a> JsonObject<'a> {
    /// Checks `bytes` by `rules` and indexes its members.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn parse(bytes: &'a [u8], rules: &JsonRules) -> Result<Self, JsonError> {
        let text = std::str::from_utf8(bytes).map_err(|_| not_utf8(bytes))?;
        Ok(Self { text, index: JsonIndex::scan(text, rules)? })
    }

    /// Of a text that a scan has accepted and indexed.
    pub(super) fn indexed(text: &'a str, index: JsonIndex) -> Self {
        Self { text, index }
    }

    /// The whole text, as it came.
    pub fn as_text(&self) -> &'a str {
        self.text
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<JsonValue<'a>> {
        self.index.get(self.text, name)
    }

    /// Where the members stand, for a caller that keeps a copy of the text.
    pub(crate) fn into_index(self) -> JsonIndex {
        self.index
    }

    /// The name of each member, in the order of the text.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = Cow<'a, str>> {
        self.index.names(self.text)
    }

    /// Name and value of each member, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Cow<'a, str>, JsonValue<'a>)> {
        self.index.iter(self.text)
    }
}

impl std::fmt::Debug for JsonObject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, value.kind()))).finish()
    }
}

/// Says where `bytes` stops being UTF-8.
pub(crate) fn not_utf8(bytes: &[u8]) -> JsonError {
    let offset = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    JsonError::new(JsonErrorKind::NotUtf8, offset, String::new())
}

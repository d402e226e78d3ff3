//! A document: made from bytes, cheap to clone, silent about its values.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::secrets::{Secrets, blank};
use super::{DocumentError, SECRET_MEMBERS};
use crate::encoding::json::{JsonError, JsonIndex, JsonKind, JsonRules, JsonValue, not_utf8};

/// The JSON object of a response (RFC 8259 section 4): its text and an index of its members, values read when asked for.
///
/// A leading byte order mark is dropped; a member name that comes twice at any level, a depth beyond 64 and whatever is not JSON are
/// rejected. Cheap to clone, `Send` and `Sync`. `Debug` shows names and kinds of members, never values.
///
/// # Example
/// ```
/// use identity_model::document::Document;
///
/// let document = Document::parse(r#"{"expires_in": "3600", "scope": "a b", "active": "True"}"#)?;
/// assert_eq!(document.try_get_str("scope"), Some("a b"));
/// assert_eq!(document.try_get_i64("expires_in"), Some(3600));
/// assert_eq!(document.try_get_boolean("active"), Some(true));
/// assert_eq!(document.try_get_str("other"), None);
/// # Ok::<(), identity_model::document::DocumentError>(())
/// ```
#[derive(Clone)]
pub struct Document {
    inner: Arc<Inner>,
}

struct Inner {
    text: String,
    index: JsonIndex,
    /// Places of the members that left, in ascending order.
    secret: SmallVec<[usize; 4]>,
    /// Strings that hold escapes, unescaped when the first of them is borrowed; by place.
    unescaped: OnceLock<Vec<Option<Box<str>>>>,
}

impl Document {
    /// Reads a response in which nothing is secret.
    ///
    /// # Errors
    /// [`DocumentError::Json`] says what is wrong, at which byte and JSON path.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self, DocumentError> {
        Ok(Self::open(bytes, &[])?.0)
    }

    /// Reads a response; the members in `secret_names` leave the document ([`SECRET_MEMBERS`] is the usual list).
    ///
    /// The document still says that they were there ([`names`](Self::names), [`contains`](Self::contains)), but their bytes are
    /// overwritten and nothing else answers for them. If `bytes` is the only handle to the body, no copy of it is made.
    ///
    /// # Errors
    /// [`DocumentError::Json`] says what is wrong, at which byte and JSON path.
    ///
    /// # Example
    /// ```
    /// use identity_model::document::{Document, SECRET_MEMBERS};
    /// use identity_model::secret::AccessToken;
    ///
    /// let body = r#"{"access_token": "Zm9v", "token_type": "Bearer"}"#;
    /// let (document, mut secrets) = Document::open(body, SECRET_MEMBERS)?;
    /// let token: AccessToken = secrets.take_required("access_token")?;
    /// assert_eq!(token.expose(), "Zm9v");
    /// assert_eq!(document.try_get_str("access_token"), None);
    /// assert_eq!(document.try_get_str("token_type"), Some("Bearer"));
    /// # Ok::<(), identity_model::document::DocumentError>(())
    /// ```
    pub fn open(bytes: impl Into<Bytes>, secret_names: &[&str]) -> Result<(Self, Secrets), DocumentError> {
        let mut bytes = Zeroizing::new(Vec::from(bytes.into()));
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| not_utf8(&bytes))?;
        // The one byte order mark that is tolerated is gone by now.
        let index = JsonIndex::scan(text, &JsonRules::token())?;

        let mut secrets = Secrets::default();
        let mut taken = SmallVec::<[(usize, JsonKind); 4]>::new();
        for (position, (name, value)) in index.iter(text).enumerate() {
            if secret_names.contains(&&*name) {
                secrets.keep(&name, value);
                taken.push((position, value.kind()));
            }
        }
        for &(position, kind) in &taken {
            if let Some(value) = index.value_range(position).and_then(|range| bytes.get_mut(range)) {
                blank(value, kind);
            }
        }
        let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| not_utf8(error.as_bytes()))?;
        let secret = taken.into_iter().map(|(position, _)| position).collect();
        Ok((Self { inner: Arc::new(Inner { text, index, secret, unescaped: OnceLock::new() }) }, secrets))
    }

    /// The same as [`open`](Self::open) with [`SECRET_MEMBERS`].
    ///
    /// # Errors
    /// [`DocumentError::Json`].
    pub fn open_answer(bytes: impl Into<Bytes>) -> Result<(Self, Secrets), DocumentError> {
        Self::open(bytes, SECRET_MEMBERS)
    }

    /// Reads the claims of a token: stricter than a response ([`JsonRules::token`]), and nothing in it is secret.
    pub(crate) fn from_token(payload: Vec<u8>) -> Result<Self, JsonError> {
        let text = String::from_utf8(payload).map_err(|error| not_utf8(error.as_bytes()))?;
        let index = JsonIndex::scan(&text, &JsonRules::token())?;
        Ok(Self { inner: Arc::new(Inner { text, index, secret: SmallVec::new(), unescaped: OnceLock::new() }) })
    }

    /// How many members there are, the secret ones included.
    pub fn len(&self) -> usize {
        self.inner.index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is a member `name`, `null` and secret ones included.
    pub fn contains(&self, name: &str) -> bool {
        self.inner.index.position(&self.inner.text, name).is_some()
    }

    /// The names of all members in the order of the text, the secret ones included.
    pub fn names(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.inner.index.names(&self.inner.text)
    }

    /// Hands over place and name of each member, the secret ones included.
    pub(crate) fn each_name(&self, take: impl FnMut(usize, &[u8])) {
        self.inner.index.each_name(&self.inner.text, take);
    }

    /// The raw JSON text of the member `name`; `None` where it is absent or secret.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.value(name).map(JsonValue::as_raw)
    }

    /// The JSON kind of the member `name`; `None` where it is absent or secret.
    pub fn kind(&self, name: &str) -> Option<JsonKind> {
        self.value(name).map(JsonValue::kind)
    }

    /// The text as it came, without a byte order mark; secret members hold an empty value.
    pub fn as_bytes(&self) -> &[u8] {
        self.inner.text.as_bytes()
    }

    /// The same as text.
    pub(crate) fn as_text(&self) -> &str {
        &self.inner.text
    }

    /// The document as a JSON value, without its secret members.
    pub fn to_value(&self) -> serde_json::Value {
        self.visible().map(|(name, value)| (name.into_owned(), value.deserialize::<serde_json::Value>().unwrap_or_default())).collect()
    }

    /// Name and value of every member; secret ones hold an empty value.
    pub(super) fn all(&self) -> impl ExactSizeIterator<Item = (Cow<'_, str>, JsonValue<'_>)> {
        self.inner.index.iter(&self.inner.text)
    }

    /// Name and value of every member that is not secret.
    pub(crate) fn visible(&self) -> impl Iterator<Item = (Cow<'_, str>, JsonValue<'_>)> {
        let members = self.inner.index.iter(&self.inner.text).enumerate();
        members.filter(|(position, _)| !self.is_secret(*position)).map(|(_, member)| member)
    }

    /// The value of `name`, `null` included; `None` where it is absent or secret.
    pub(crate) fn value(&self, name: &str) -> Option<JsonValue<'_>> {
        self.value_at(self.inner.index.position(&self.inner.text, name)?)
    }

    /// The value at `position` in the order of the text, `null` included; `None` where it is absent or secret.
    pub(crate) fn value_at(&self, position: usize) -> Option<JsonValue<'_>> {
        if self.is_secret(position) { None } else { self.inner.index.at(&self.inner.text, position) }
    }

    /// The string `name`, borrowed even where the text holds escapes.
    pub(super) fn borrowed(&self, name: &str) -> Option<&str> {
        self.str_at(self.inner.index.position(&self.inner.text, name)?)
    }

    /// The string at `position`, borrowed even where the text holds escapes.
    pub(crate) fn str_at(&self, position: usize) -> Option<&str> {
        match self.value_at(position)?.as_str()? {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => self.inner.unescaped.get_or_init(|| self.unescape_all()).get(position)?.as_deref(),
        }
    }

    fn unescape_all(&self) -> Vec<Option<Box<str>>> {
        let unescape = |value: JsonValue<'_>| match value.as_str() {
            Some(Cow::Owned(text)) => Some(text.into_boxed_str()),
            _ => None,
        };
        self.inner.index.iter(&self.inner.text).map(|(_, value)| unescape(value)).collect()
    }

    fn is_secret(&self, position: usize) -> bool {
        self.inner.secret.contains(&position)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.inner.index.iter(&self.inner.text).enumerate();
        let describe = |position, value: JsonValue<'_>| if self.is_secret(position) { "secret" } else { value.kind().as_str() };
        f.debug_map().entries(members.map(|(position, (name, value))| (name, describe(position, value)))).finish()
    }
}

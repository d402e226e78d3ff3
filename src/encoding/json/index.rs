//! Where each member of a checked object stands: names and values as ranges of the text.

use std::borrow::Cow;

use super::scan::{self, Member, Members};
use super::strings::unescape;
use super::{JsonError, JsonRules, JsonValue};

/// The members of one checked object, in the order of the text. Belongs to the text it was made from.
#[derive(Debug, Clone, Default)]
pub(crate) struct JsonIndex {
    members: Members,
}

impl JsonIndex {
    /// Checks `text` by `rules` and indexes its members.
    pub(crate) fn scan(text: &str, rules: &JsonRules) -> Result<Self, JsonError> {
        Ok(Self { members: scan::object(text, rules)? })
    }

    /// Of members that a scan has found.
    pub(super) fn of(members: Members) -> Self {
        Self { members }
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// The place of the member `name`, counted from 0.
    pub(crate) fn position(&self, text: &str, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.is_named(text, name))
    }

    /// The value at `position`.
    pub(crate) fn at<'a>(&self, text: &'a str, position: usize) -> Option<JsonValue<'a>> {
        self.members.get(position).map(|member| member.value(text))
    }

    /// The value of the member `name`.
    pub(crate) fn get<'a>(&self, text: &'a str, name: &str) -> Option<JsonValue<'a>> {
        self.members.iter().find(|member| member.is_named(text, name)).map(|member| member.value(text))
    }

    /// Name and value of each member.
    pub(crate) fn iter<'a>(&self, text: &'a str) -> impl ExactSizeIterator<Item = (Cow<'a, str>, JsonValue<'a>)> + use<'a, '_> {
        self.members.iter().map(move |member| (member.name(text), member.value(text)))
    }

    /// The bytes of the text that hold the value at `position`.
    pub(crate) fn value_range(&self, position: usize) -> Option<std::ops::Range<usize>> {
        self.members.get(position).map(|member| member.value.0 as usize..member.value.1 as usize)
    }
}

impl Member {
    fn name<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let inner = text.get(self.name.0 as usize..self.name.1 as usize).unwrap_or_default();
        if self.name_escaped { unescape(inner) } else { Cow::Borrowed(inner) }
    }

    fn is_named(&self, text: &str, name: &str) -> bool {
        let length = (self.name.1 - self.name.0) as usize;
        (length == name.len() || self.name_escaped) && self.name(text) == name
    }

    fn value<'a>(&self, text: &'a str) -> JsonValue<'a> {
        JsonValue::checked(text.get(self.value.0 as usize..self.value.1 as usize).unwrap_or("null"))
    }
}

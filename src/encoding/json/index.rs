//! Where each member of a checked object stands: names and values as ranges of the text.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::scan::{self, Member, Members};
use super::strings::unescape;
use super::{JsonError, JsonRules, JsonValue};
use crate::encoding::work;

/// An object of more members than this is searched by halves.
const FEW: usize = 24;

/// The members of one checked object, in the order of the text. Belongs to the text it was made from.
#[derive(Debug, Clone, Default)]
pub(crate) struct JsonIndex {
    members: Members,
    /// For an object with many members, or with names that hold escapes.
    names: Option<Box<SortedNames>>,
}

/// The names of an object, unescaped once and sorted, so that however many members there are, each look-up takes a few comparisons.
#[derive(Debug, Clone)]
struct SortedNames {
    /// By place in the text; `None` where the name stands in the text as it is.
    unescaped: Vec<Option<Box<str>>>,
    /// Places in the order of their names.
    order: Vec<u32>,
}

impl JsonIndex {
    /// Checks `text` by `rules` and indexes its members.
    pub(crate) fn scan(text: &str, rules: &JsonRules) -> Result<Self, JsonError> {
        Ok(Self::of(text, scan::object(text, rules)?))
    }

    /// Of members that a scan has found in `text`.
    pub(super) fn of(text: &str, members: Members) -> Self {
        let is_plain = members.len() <= FEW && !members.iter().any(|member| member.name_escaped);
        let names = (!is_plain).then(|| Box::new(SortedNames::of(text, &members)));
        Self { members, names }
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// The place of the member `name`, counted from 0.
    pub(crate) fn position(&self, text: &str, name: &str) -> Option<usize> {
        match &self.names {
            Some(names) => names.position(text, &self.members, name),
            None => self.members.iter().position(|member| member.is_called(text, name)),
        }
    }

    /// The value at `position`.
    pub(crate) fn at<'a>(&self, text: &'a str, position: usize) -> Option<JsonValue<'a>> {
        self.members.get(position).map(|member| member.value(text))
    }

    /// The value of the member `name`.
    pub(crate) fn get<'a>(&self, text: &'a str, name: &str) -> Option<JsonValue<'a>> {
        self.at(text, self.position(text, name)?)
    }

    /// Name and value of each member.
    pub(crate) fn iter<'a>(&self, text: &'a str) -> impl ExactSizeIterator<Item = (Cow<'a, str>, JsonValue<'a>)> + use<'a, '_> {
        self.members.iter().enumerate().map(move |(position, member)| (self.name(text, position, member), member.value(text)))
    }

    /// The name of each member.
    pub(crate) fn names<'a>(&self, text: &'a str) -> impl ExactSizeIterator<Item = Cow<'a, str>> + use<'a, '_> {
        self.members.iter().enumerate().map(move |(position, member)| self.name(text, position, member))
    }

    /// Hands over place and name of each member, the name as octets.
    pub(crate) fn each_name(&self, text: &str, mut take: impl FnMut(usize, &[u8])) {
        for (position, member) in self.members.iter().enumerate() {
            let name = match &self.names {
                Some(names) if member.name_escaped => names.name(text, &self.members, position as u32).as_bytes(),
                _ => text.as_bytes().get(member.name.0 as usize..member.name.1 as usize).unwrap_or_default(),
            };
            work::add(1 + name.len());
            take(position, name);
        }
    }

    fn name<'a>(&self, text: &'a str, position: usize, member: &Member) -> Cow<'a, str> {
        let name = match &self.names {
            Some(names) if member.name_escaped => Cow::Owned(names.name(text, &self.members, position as u32).to_owned()),
            _ => Cow::Borrowed(member.as_written(text)),
        };
        work::add(1 + name.len());
        name
    }

    /// The bytes of the text that hold the value at `position`.
    pub(crate) fn value_range(&self, position: usize) -> Option<std::ops::Range<usize>> {
        self.members.get(position).map(|member| member.value.0 as usize..member.value.1 as usize)
    }
}

impl SortedNames {
    fn of(text: &str, members: &Members) -> Self {
        let unescape = |member: &Member| member.name_escaped.then(|| unescape(member.as_written(text)).into());
        let unescaped = members.iter().map(unescape).collect();
        let mut names = Self { unescaped, order: (0..members.len() as u32).collect() };
        let mut order = std::mem::take(&mut names.order);
        order.sort_unstable_by(|left, right| compare(names.name(text, members, *left), names.name(text, members, *right)));
        Self { order, ..names }
    }

    fn name<'a>(&'a self, text: &'a str, members: &Members, place: u32) -> &'a str {
        let place = place as usize;
        match self.unescaped.get(place).and_then(Option::as_deref) {
            Some(name) => name,
            None => members.get(place).map_or("", |member| member.as_written(text)),
        }
    }

    fn position(&self, text: &str, members: &Members, name: &str) -> Option<usize> {
        let found = self.order.binary_search_by(|place| compare(self.name(text, members, *place), name)).ok()?;
        self.order.get(found).map(|place| *place as usize)
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    work::add(1 + left.len().min(right.len()));
    left.cmp(right)
}

impl Member {
    /// Whether the name, which holds no escapes, is `name`: by its length above all, so that hardly any text is compared.
    fn is_called(&self, text: &str, name: &str) -> bool {
        let is_as_long = (self.name.1 - self.name.0) as usize == name.len();
        work::add(if is_as_long { 1 + name.len() } else { 1 });
        is_as_long && self.as_written(text) == name
    }

    /// The name between its quotes, escapes and all.
    fn as_written<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.name.0 as usize..self.name.1 as usize).unwrap_or_default()
    }

    fn value<'a>(&self, text: &'a str) -> JsonValue<'a> {
        JsonValue::checked(text.get(self.value.0 as usize..self.value.1 as usize).unwrap_or("null"), self.value_escaped)
    }
}

//! A document as a type: its members are handed to serde from the index, so that the text between them is not read again.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess};

use crate::encoding::json::JsonValue;

/// Reads a type that is made from a map of strings, a struct above all. Others serde has to read from the whole text.
pub(super) fn from_members<'a, T: Deserialize<'a>>(
    members: impl ExactSizeIterator<Item = (Cow<'a, str>, JsonValue<'a>)>,
) -> Result<T, serde_json::Error> {
    T::deserialize(MapAccessDeserializer::new(Members { members, value: None }))
}

struct Members<'a, I> {
    members: I,
    /// The value that belongs to the name that was read last.
    value: Option<JsonValue<'a>>,
}

impl<'a, I: ExactSizeIterator<Item = (Cow<'a, str>, JsonValue<'a>)>> MapAccess<'a> for Members<'a, I> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.value = Some(value);
        match name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => {
                let name: StringDeserializer<Self::Error> = name.into_deserializer();
                seed.deserialize(name)
            }
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        let value = self.value.take().ok_or_else(|| Self::Error::custom("a value before its name"))?;
        seed.deserialize(&mut serde_json::Deserializer::from_str(value.as_raw()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

//! A document as a type: its members are handed to serde from the index, so that the text between them is not read again.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::encoding::json::{JsonElements, JsonValue};

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
        seed.deserialize(Value(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// One value of the document. Its text is checked and its escapes are known, so a string, a boolean and a whole number need no parser; anything
/// else, and what does not fit, is left to `serde_json`.
struct Value<'a>(JsonValue<'a>);

impl<'a> Value<'a> {
    fn whole_number(&self) -> Option<u64> {
        let raw = self.0.as_raw();
        raw.as_bytes().first().filter(|byte| byte.is_ascii_digit()).and_then(|_| raw.parse().ok())
    }

    /// Has `serde_json` read the value, all of it: `1.0` is not the `1` that it begins with.
    fn parsed<T>(&self, read: impl FnOnce(&mut Parser<'a>) -> Result<T, serde_json::Error>) -> Result<T, serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_str(self.0.as_raw());
        let value = read(&mut parser)?;
        parser.end()?;
        Ok(value)
    }
}

/// The elements of an array, each read as a value.
struct Elements<'a>(JsonElements<'a>);

impl<'a> SeqAccess<'a> for Elements<'a> {
    type Error = serde_json::Error;

    fn next_element_seed<E: DeserializeSeed<'a>>(&mut self, seed: E) -> Result<Option<E::Value>, Self::Error> {
        self.0.next().map(|element| seed.deserialize(Value(element))).transpose()
    }
}

/// The parser of the text of one value.
type Parser<'a> = serde_json::Deserializer<serde_json::de::StrRead<'a>>;

/// Methods that leave the value to `serde_json`.
macro_rules! by_text {
    ($($method:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $method<V: Visitor<'a>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.parsed(|text| text.$method($($argument,)* visitor))
        })*
    };
}

/// Methods for numbers.
macro_rules! by_number {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.whole_number() {
                Some(number) => visitor.visit_u64(number),
                None => self.parsed(|text| text.$method(visitor)),
            }
        })*
    };
}

impl<'a> Deserializer<'a> for Value<'a> {
    type Error = serde_json::Error;

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0.plain_str() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.parsed(|text| text.deserialize_str(visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0.as_bool() {
            Some(boolean) => visitor.visit_bool(boolean),
            None => self.parsed(|text| text.deserialize_bool(visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let Some(elements) = self.0.elements() else { return self.parsed(|text| text.deserialize_seq(visitor)) };
        let mut elements = Elements(elements);
        let sequence = visitor.visit_seq(&mut elements)?;
        if elements.0.next().is_none() { Ok(sequence) } else { Err(Self::Error::custom("more elements than the type has")) }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    by_number! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    by_text! {
        deserialize_any();
        deserialize_i128();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
    }
}

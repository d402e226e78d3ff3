//! How a session writes its tokens down, and reads them again.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::secret::{AccessToken, IdentityToken, RefreshToken};

/// A secret that a session holds.
pub(in crate::client) trait SessionSecret: From<String> {
    fn text(&self) -> &str;
}

macro_rules! session_secrets {
    ($($name:ident),*) => {$(
        impl SessionSecret for $name {
            fn text(&self) -> &str {
                self.expose()
            }
        }
    )*};
}

session_secrets!(IdentityToken, AccessToken, RefreshToken);

pub(in crate::client) fn expose<T: SessionSecret, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
    secret.text().serialize(serializer)
}

pub(in crate::client) fn expose_option<T: SessionSecret, S: Serializer>(secret: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(SessionSecret::text).serialize(serializer)
}

pub(in crate::client) fn seal<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Cow::<'de, str>::deserialize(deserializer).map(|text| T::from(text.into_owned()))
}

pub(in crate::client) fn seal_option<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(T::from))
}

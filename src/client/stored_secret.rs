//! How a session writes its tokens down, and reads them again: as a text, or with the key that a token is bound to.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::secret::{AccessToken, IdentityToken, RefreshToken};

/// A secret that a session holds.
pub(in crate::client) trait SessionSecret: From<String> {
    fn text(&self) -> &str;

    /// The thumbprint of the key that it is bound to (RFC 9449).
    fn key(&self) -> Option<&str> {
        None
    }

    fn with_key(self, _key: String) -> Self {
        self
    }
}

impl SessionSecret for IdentityToken {
    fn text(&self) -> &str {
        self.expose()
    }
}

macro_rules! bound_session_secrets {
    ($($name:ident),*) => {$(
        impl SessionSecret for $name {
            fn text(&self) -> &str {
                self.expose()
            }

            fn key(&self) -> Option<&str> {
                self.dpop_thumbprint()
            }

            fn with_key(self, key: String) -> Self {
                self.bound_to(key)
            }
        }
    )*};
}

bound_session_secrets!(AccessToken, RefreshToken);

/// A token as it is written: one without a key is its text alone, as before there were keys.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<'a> {
    Text(Cow<'a, str>),
    Bound { token: Cow<'a, str>, jkt: Cow<'a, str> },
}

impl<'a> Stored<'a> {
    fn of<T: SessionSecret>(secret: &'a T) -> Self {
        match secret.key() {
            Some(key) => Self::Bound { token: secret.text().into(), jkt: key.into() },
            None => Self::Text(secret.text().into()),
        }
    }

    fn secret<T: SessionSecret>(self) -> T {
        match self {
            Self::Text(text) => T::from(text.into_owned()),
            Self::Bound { token, jkt } => T::from(token.into_owned()).with_key(jkt.into_owned()),
        }
    }
}

pub(in crate::client) fn expose<T: SessionSecret, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
    Stored::of(secret).serialize(serializer)
}

pub(in crate::client) fn expose_option<T: SessionSecret, S: Serializer>(secret: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Stored::of).serialize(serializer)
}

pub(in crate::client) fn seal<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Stored::deserialize(deserializer).map(Stored::secret)
}

pub(in crate::client) fn seal_option<'de, T: SessionSecret, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Stored<'de>>::deserialize(deserializer)?.map(Stored::secret))
}

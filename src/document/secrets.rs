//! The members of a response that are secrets: taken out of the document, handed out once, as their types.

use std::fmt;

use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::DocumentError;
use crate::encoding::json::{JsonKind, JsonValue};

/// The members that are secrets wherever they appear in a response: tokens, codes, credentials, one-time addresses.
///
/// From RFC 6749, 7521, 7591, 7592, 7636, 8628, 8693, 9126, OpenID Connect Core, CIBA and Back-Channel Logout. What is made to be shown to
/// the user (`user_code`, `verification_uri_complete`) stays in the document.
pub const SECRET_MEMBERS: &[&str] = &[
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "registration_access_token",
    "device_code",
    "code",
    "request_uri",
    "auth_req_id",
    "assertion",
    "client_assertion",
    "subject_token",
    "actor_token",
    "token",
    "logout_token",
    "id_token_hint",
    "login_hint_token",
    "password",
    "code_verifier",
    "client_notification_token",
];

/// The secrets that left a [`Document`](super::Document) when it was opened: each is handed out once, by name.
///
/// What is not taken is wiped when this is dropped (best effort). `Debug` shows names and kinds, never values.
#[derive(Default)]
pub struct Secrets {
    members: SmallVec<[Secret; 3]>,
}

struct Secret {
    name: String,
    kind: JsonKind,
    text: Zeroizing<String>,
}

impl Secrets {
    /// Keeps the value of `name`; of a value that is no string, its kind alone.
    pub(super) fn keep(&mut self, name: &str, value: JsonValue<'_>) {
        let text = Zeroizing::new(value.as_str().unwrap_or_default().into_owned());
        self.members.push(Secret { name: name.to_owned(), kind: value.kind(), text });
    }

    /// Takes the secret `name` as its type, such as `AccessToken` or `SecretText`. `None` where it is absent, `null` or already taken.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] where it is no string: the member stays unread.
    pub fn take<T: From<String>>(&mut self, name: &str) -> Result<Option<T>, DocumentError> {
        let Some(position) = self.members.iter().position(|secret| secret.name == name) else { return Ok(None) };
        let mut secret = self.members.swap_remove(position);
        match secret.kind {
            JsonKind::String => Ok(Some(T::from(std::mem::take(&mut *secret.text)))),
            JsonKind::Null => Ok(None),
            found => {
                self.members.push(secret);
                Err(DocumentError::unexpected_type(name, "string", found))
            }
        }
    }

    /// Takes the secret `name`, which must be a string that holds something.
    ///
    /// # Errors
    /// [`DocumentError::Missing`], [`DocumentError::Empty`], [`DocumentError::UnexpectedType`].
    pub fn take_required<T: From<String>>(&mut self, name: &str) -> Result<T, DocumentError> {
        self.take_non_empty(name)?.ok_or_else(|| DocumentError::missing(name))
    }

    /// Takes the secret `name`, which may be absent but not empty.
    ///
    /// # Errors
    /// [`DocumentError::Empty`], [`DocumentError::UnexpectedType`].
    pub fn take_non_empty<T: From<String>>(&mut self, name: &str) -> Result<Option<T>, DocumentError> {
        let empty = |secret: &Secret| secret.name == name && secret.kind == JsonKind::String && secret.text.is_empty();
        if self.members.iter().any(empty) {
            return Err(DocumentError::Empty { member: name.to_owned() });
        }
        self.take(name)
    }

    /// The JSON kind that the secret `name` came as, while it has not been taken.
    pub fn kind(&self, name: &str) -> Option<JsonKind> {
        self.members.iter().find(|secret| secret.name == name).map(|secret| secret.kind)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.members.iter().map(|secret| (&secret.name, secret.kind))).finish()
    }
}

/// Overwrites a value in the text with an empty one of its kind and blanks: the text stays JSON, of the same length.
pub(super) fn blank(value: &mut [u8], kind: JsonKind) {
    let empty: &[u8] = match kind {
        JsonKind::String => b"\"\"",
        JsonKind::Array => b"[]",
        JsonKind::Object => b"{}",
        JsonKind::Number => b"0",
        JsonKind::Boolean | JsonKind::Null => return,
    };
    // Read again with the rest of the text, so no compiler leaves it out.
    value.fill(b' ');
    for (byte, &new) in value.iter_mut().zip(empty) {
        *byte = new;
    }
}

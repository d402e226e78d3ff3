//! A token to look at: plain text, or a secret of this crate.

use std::fmt;

use crate::secret::{AccessToken, IdentityToken};
use crate::validation::SecurityToken;

/// The text of a token, borrowed: from a header, from an [`AccessToken`] or [`IdentityToken`] as a response holds it, or a
/// [`SecurityToken`].
///
/// `Debug` shows its length alone.
#[derive(Clone, Copy)]
pub struct TokenText<'t>(&'t str);

impl<'t> TokenText<'t> {
    pub(super) fn as_str(self) -> &'t str {
        self.0
    }
}

impl fmt::Debug for TokenText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenText([{} bytes])", self.0.len())
    }
}

impl<'t> From<&'t str> for TokenText<'t> {
    fn from(text: &'t str) -> Self {
        Self(text)
    }
}

impl<'t> From<&'t String> for TokenText<'t> {
    fn from(text: &'t String) -> Self {
        Self(text)
    }
}

impl<'t> From<&'t AccessToken> for TokenText<'t> {
    fn from(token: &'t AccessToken) -> Self {
        Self(token.expose())
    }
}

impl<'t> From<&'t IdentityToken> for TokenText<'t> {
    fn from(token: &'t IdentityToken) -> Self {
        Self(token.expose())
    }
}

impl<'t> From<&'t SecurityToken> for TokenText<'t> {
    fn from(token: &'t SecurityToken) -> Self {
        Self(token.expose())
    }
}

//! The `Authorization` header of a bearer credential (RFC 6750 section 2.1).

use http::HeaderValue;

use super::bearer_credential::{BearerCredential, Source};
use super::error::RequestError;
use super::request::bearer;
use crate::secret::AccessToken;

impl BearerCredential {
    /// The value of `Authorization`, marked as sensitive.
    pub(crate) fn header(&self) -> Result<HeaderValue, RequestError> {
        match &self.0 {
            Source::Token(token) => bearer("credential", token),
            Source::File(path) => {
                let text = std::fs::read_to_string(&**path)
                    .map_err(|error| RequestError::configuration("credential", format!("cannot read \"{}\": {error}", path.display())))?;
                bearer("credential", &AccessToken::new(text.trim()))
            }
            Source::Function(read) => {
                let token =
                    read().map_err(|error| RequestError::configuration("credential", format!("cannot be read: {}", error.kind())))?;
                bearer("credential", &token)
            }
        }
    }
}

//! What a client's settings are held against before it is handed out.

use std::sync::Arc;

use super::error::ClientError;
use super::inner::ClientInner;
use super::settings::{LIFETIME_PROBLEM, LONGEST_LOGIN};
use crate::error::Error;
use crate::protocol::registration::RegistrationResponse;

impl ClientInner {
    /// The same provider with the client that it registered.
    pub(crate) fn registered(self: Arc<Self>, registration: RegistrationResponse) -> Result<Arc<Self>, Error> {
        let kept = registration.clone();
        self.adopting(registration)
            .map_err(|error| ClientError::AfterRegistration { registration: Box::new(kept), source: Box::new(error) }.into())
    }

    fn adopting(self: Arc<Self>, registration: RegistrationResponse) -> Result<Arc<Self>, Error> {
        let mut settings = self.settings.clone();
        settings.adopt(&registration)?;
        let (documents, keys) = (self.documents.clone(), self.keys.clone());
        Self { documents, keys, settings, registration: Some(registration), stated: self.stated.clone() }.checked()
    }

    pub(super) fn checked(self) -> Result<Arc<Self>, Error> {
        let settings = &self.settings;
        if settings.client_id.is_empty() {
            return Err(ClientError::configuration("client_id", "is empty").into());
        }
        if self.documents.address.is_empty() {
            return Err(
                ClientError::configuration("issuer", "is empty; a policy without an `authority` does not say whom it is for").into()
            );
        }
        if settings.login_lifetime.is_some_and(|lifetime| lifetime > LONGEST_LOGIN) {
            return Err(ClientError::configuration("login_lifetime", LIFETIME_PROBLEM).into());
        }
        let addresses = [("redirect_uri", &settings.redirect_uri), ("post_logout_redirect_uri", &settings.post_logout_redirect_uri)];
        for (member, address) in addresses {
            if address.as_ref().is_some_and(|address| url::Url::parse(address).is_err()) {
                return Err(ClientError::configuration(member, "is not an absolute address").into());
            }
        }
        if !settings.access_token_kind.is_access_token() {
            let problem = format!("`{}` is no kind of access token", settings.access_token_kind.name());
            return Err(ClientError::configuration("access_token_kind", problem).into());
        }
        for (setter, registered) in settings.registered_algorithms() {
            if registered.encrypted.is_some() && settings.decryption_keys.is_none() {
                return Err(ClientError::configuration(setter, "needs a key to decrypt with; set one with `.decryption_keys(…)`").into());
            }
        }
        self.check_profile()?;
        Ok(Arc::new(self))
    }
}

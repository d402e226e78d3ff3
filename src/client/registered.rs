//! What the server made of a registration is what counts (RFC 7591 section 3.2.1).

use std::time::Duration;

use super::error::ClientError;
use super::settings::{RegisteredAlgorithms, Settings};
use crate::constants::client_metadata as names;
use crate::encoding::json::printable;
use crate::jose::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, SignatureAlgorithm};
use crate::protocol::authorize::RequestObjectSettings;
use crate::protocol::registration::RegistrationResponse;

impl Settings {
    /// Takes over what the server registered; what it does not state stays as it was set.
    pub(super) fn adopt(&mut self, registration: &RegistrationResponse) -> Result<(), ClientError> {
        registration.client_id().clone_into(&mut self.client_id);
        if let Some(secret) = registration.client_secret() {
            self.credentials.secret = Some(secret.clone());
        }
        let algorithm = signature(registration, names::TOKEN_ENDPOINT_AUTH_SIGNING_ALG)?;
        self.credentials.registered = Some((registration.token_endpoint_auth_method().to_owned(), algorithm));
        adopt_address(&mut self.redirect_uri, registration.redirect_uris(), "redirect_uri")?;
        let after_logout = registration.try_get_string_array(names::POST_LOGOUT_REDIRECT_URIS);
        adopt_address(&mut self.post_logout_redirect_uri, after_logout, "post_logout_redirect_uri")?;
        self.id_token.adopt(registration, ID_TOKEN)?;
        // `none` is no signature, which for UserInfo is what nothing said means: plain JSON.
        if registration.try_get_str(names::USERINFO_SIGNED_RESPONSE_ALG) == Some("none") {
            self.user_info.signed = None;
        } else {
            self.user_info.adopt(registration, USER_INFO)?;
        }
        self.introspection.adopt(registration, INTROSPECTION)?;
        self.authorization.adopt(registration, AUTHORIZATION)?;
        if let Some(seconds) = registration.try_get_i64(names::DEFAULT_MAX_AGE) {
            let seconds = u64::try_from(seconds)
                .map_err(|_| ClientError::configuration(names::DEFAULT_MAX_AGE, "the server registered a number below 0"))?;
            self.default_max_age = Some(Duration::from_secs(seconds));
        }
        self.require_auth_time |= registration.try_get_boolean(names::REQUIRE_AUTH_TIME).unwrap_or(false);
        if registration.try_get_boolean(names::REQUIRE_PUSHED_AUTHORIZATION_REQUESTS) == Some(true) {
            self.pushed = Some(true);
        }
        let is_signed = self.request_object.as_ref().is_some_and(RequestObjectSettings::is_signed);
        if registration.try_get_boolean(names::REQUIRE_SIGNED_REQUEST_OBJECT) == Some(true) && !is_signed {
            let problem = "the server registered that request objects are signed: say how by `request_object`";
            return Err(ClientError::configuration(names::REQUIRE_SIGNED_REQUEST_OBJECT, problem));
        }
        if registration.try_get_boolean(names::DPOP_BOUND_ACCESS_TOKENS) == Some(true) && self.dpop.is_none() {
            let problem = "the server registered that tokens are bound by DPoP: set a key by `dpop`";
            return Err(ClientError::configuration(names::DPOP_BOUND_ACCESS_TOKENS, problem));
        }
        self.uses_mtls_aliases |= registration.try_get_boolean(names::USE_MTLS_ENDPOINT_ALIASES).unwrap_or(false)
            || registration.try_get_boolean(names::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS).unwrap_or(false);
        Ok(())
    }
}

/// An address of the client: what was set must be among the registered ones; where nothing was set, the only registered one is taken.
fn adopt_address(own: &mut Option<String>, registered: Vec<String>, setter: &'static str) -> Result<(), ClientError> {
    match (&own, registered.as_slice()) {
        (None, [only]) => *own = Some(only.clone()),
        (Some(own), [_, ..]) if !registered.contains(own) => {
            return Err(ClientError::configuration(setter, "is not among those that the server registered"));
        }
        _ => {}
    }
    Ok(())
}

/// The members `…_signed_response_alg`, `…_encrypted_response_alg` and `…_encrypted_response_enc` of one kind of response.
type Names = (&'static str, &'static str, &'static str);

const ID_TOKEN: Names =
    (names::ID_TOKEN_SIGNED_RESPONSE_ALG, names::ID_TOKEN_ENCRYPTED_RESPONSE_ALG, names::ID_TOKEN_ENCRYPTED_RESPONSE_ENC);
const USER_INFO: Names =
    (names::USERINFO_SIGNED_RESPONSE_ALG, names::USERINFO_ENCRYPTED_RESPONSE_ALG, names::USERINFO_ENCRYPTED_RESPONSE_ENC);
const INTROSPECTION: Names =
    (names::INTROSPECTION_SIGNED_RESPONSE_ALG, names::INTROSPECTION_ENCRYPTED_RESPONSE_ALG, names::INTROSPECTION_ENCRYPTED_RESPONSE_ENC);
const AUTHORIZATION: Names =
    (names::AUTHORIZATION_SIGNED_RESPONSE_ALG, names::AUTHORIZATION_ENCRYPTED_RESPONSE_ALG, names::AUTHORIZATION_ENCRYPTED_RESPONSE_ENC);

impl RegisteredAlgorithms {
    fn adopt(&mut self, registration: &RegistrationResponse, (signed, encrypted, content): Names) -> Result<(), ClientError> {
        if let Some(algorithm) = signature(registration, signed)? {
            self.signed = Some(algorithm);
        }
        if let Some(name) = registration.try_get_str(encrypted) {
            let algorithm = KeyManagementAlgorithm::from_name(name).ok_or_else(|| unknown(encrypted, name))?;
            // OpenID Connect Registration section 2: the default where `alg` alone is stated.
            let content = match registration.try_get_str(content) {
                None => ContentEncryptionAlgorithm::A128CBC_HS256,
                Some(name) => ContentEncryptionAlgorithm::from_name(name).ok_or_else(|| unknown(content, name))?,
            };
            self.encrypted = Some((algorithm, content));
        }
        Ok(())
    }
}

fn signature(registration: &RegistrationResponse, member: &'static str) -> Result<Option<SignatureAlgorithm>, ClientError> {
    let Some(name) = registration.try_get_str(member) else { return Ok(None) };
    SignatureAlgorithm::from_name(name).map(Some).ok_or_else(|| unknown(member, name))
}

fn unknown(member: &'static str, name: &str) -> ClientError {
    ClientError::configuration(
        member,
        format!("the server registered `{}`, which is not an algorithm that may be accepted", printable(name)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g2_an_address_is_taken_from_the_registration_where_there_is_one_alone() {
        let adopted = |own: Option<&str>, registered: &[&str]| {
            let mut own = own.map(str::to_owned);
            let outcome = adopt_address(&mut own, registered.iter().map(|&one| one.to_owned()).collect(), "redirect_uri");
            outcome.map(|()| own).map_err(|error| error.to_string())
        };
        let text = |address: &str| Ok(Some(address.to_owned()));
        assert_eq!(adopted(None, &["https://a.example"]), text("https://a.example"));
        assert_eq!(adopted(None, &["https://a.example", "https://b.example"]), Ok(None));
        assert_eq!(adopted(None, &[]), Ok(None));
        assert_eq!(adopted(Some("https://b.example"), &["https://a.example", "https://b.example"]), text("https://b.example"));
        assert_eq!(adopted(Some("https://b.example"), &[]), text("https://b.example"));
        assert!(adopted(Some("https://c.example"), &["https://a.example"]).unwrap_err().contains("not among those"));
    }
}

//! Faults of logins and logouts, by name: one for each thing that a client has to notice.

use std::sync::Arc;

use crate::testing::provider::Fault;
use crate::testing::provider::faults::change::{Change, ParameterEdit};

/// What goes through the browser: injected at [`ProviderEndpoint::Authorization`](crate::testing::provider::ProviderEndpoint::Authorization) or
/// [`ProviderEndpoint::EndSession`](crate::testing::provider::ProviderEndpoint::EndSession).
///
/// In the `jwt` response modes the parameters are changed before they are signed, but for the parameter `response` itself.
impl Fault {
    /// The user says no: `error=access_denied` (RFC 6749 section 4.1.2.1).
    pub fn deny() -> Self {
        Self::authorization_error("access_denied")
    }

    /// This error in place of code and tokens; `state` and `iss` stay right.
    pub fn authorization_error(code: impl Into<String>) -> Self {
        let code = code.into();
        Self::parameters(move |parameters| {
            parameters.retain(|(name, _)| name == "state" || name == "iss");
            parameters.insert(0, ("error".to_owned(), code.clone()));
        })
    }

    /// Another value for a parameter, which is added where it is missing.
    pub fn parameter(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::on_parameter(name.clone(), move |parameters| {
            parameters.retain(|(other, _)| *other != name);
            parameters.push((name.clone(), value.clone()));
        })
    }

    /// No such parameter.
    pub fn without_parameter(name: impl Into<String>) -> Self {
        let name = name.into();
        Self::on_parameter(name.clone(), move |parameters| parameters.retain(|(other, _)| *other != name))
    }

    /// The parameter once more with another value, after the genuine one: beside the signed `response` in the `jwt` response modes.
    pub fn duplicate_parameter(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::of(Change::SentParameters(Arc::new(move |parameters: &mut Vec<(String, String)>| {
            parameters.push((name.clone(), value.clone()));
        })))
    }

    /// Changes the parameters in any way.
    pub fn parameters(change: impl Fn(&mut Vec<(String, String)>) + Send + Sync + 'static) -> Self {
        Self::of(Change::Parameters(Arc::new(change)))
    }

    /// `iss` is another issuer's (RFC 9207 section 2.4): a mix-up.
    pub fn wrong_issuer() -> Self {
        Self::parameter("iss", "https://elsewhere.test")
    }

    /// No `iss`, though the metadata promise it.
    pub fn missing_issuer() -> Self {
        Self::without_parameter("iss")
    }

    /// `state` is not the one that was sent.
    pub fn wrong_state() -> Self {
        Self::parameter("state", "another-state")
    }

    /// No `state`.
    pub fn missing_state() -> Self {
        Self::without_parameter("state")
    }

    /// No `code`.
    pub fn missing_code() -> Self {
        Self::without_parameter("code")
    }

    fn on_parameter(name: String, change: impl Fn(&mut Vec<(String, String)>) + Send + Sync + 'static) -> Self {
        let edit: ParameterEdit = Arc::new(change);
        Self::of(if name == "response" { Change::SentParameters(edit) } else { Change::Parameters(edit) })
    }
}

/// Keys and metadata.
impl Fault {
    /// Every key is replaced just before the endpoint signs; the old ones are not published any more.
    pub fn rotate_keys() -> Self {
        Self::of(Change::RotateKeys)
    }

    /// The metadata name another issuer (OpenID Connect Discovery 1.0 section 4.3).
    pub fn issuer_mismatch() -> Self {
        Self::member("issuer", "https://elsewhere.test")
    }
}

/// Answers of the token endpoint and of userinfo.
impl Fault {
    /// No `expires_in` (RFC 6749 section 5.1 allows that).
    pub fn missing_expires_in() -> Self {
        Self::without_member("expires_in")
    }

    /// `token_type` in an odd case (RFC 6749 section 7.1: case does not count).
    pub fn oddly_cased_token_type() -> Self {
        Self::member("token_type", "bEaReR")
    }

    /// No ID token, though `openid` was granted.
    pub fn missing_id_token() -> Self {
        Self::without_member("id_token")
    }

    /// Not yet: the response to a poll (RFC 8628 section 3.5, CIBA Core 1.0 section 11).
    pub fn authorization_pending() -> Self {
        Self::error(400, "authorization_pending")
    }

    /// Not so fast: the response to a poll.
    pub fn slow_down() -> Self {
        Self::error(400, "slow_down")
    }

    /// Too late: the response to a poll.
    pub fn expired_token() -> Self {
        Self::error(400, "expired_token")
    }

    /// The user said no on the other device: the response to a poll.
    pub fn access_denied() -> Self {
        Self::error(400, "access_denied")
    }

    /// A resource wants a better or fresher login (RFC 9470 section 3).
    #[track_caller]
    pub fn step_up(acr_values: &str, max_age: u32) -> Self {
        let challenge = "Bearer error=\"insufficient_user_authentication\", error_description=\"log in again\"";
        Self::status(401).and(Self::header("www-authenticate", &format!("{challenge}, acr_values=\"{acr_values}\", max_age=\"{max_age}\"")))
    }

    /// Userinfo in JSON speaks of another user (OpenID Connect Core section 5.3.2).
    pub fn wrong_subject() -> Self {
        Self::member("sub", "mallory")
    }
}

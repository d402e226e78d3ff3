//! What a rejected request is answered with: RFC 6750 section 3, RFC 9449 sections 7.1 and 9, RFC 9728 section 5.1.

use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};

use super::access_rejection::{AccessError, AccessRejection, head};
use super::binding_mode::TokenBindingMode;
use super::presented::{TokenScheme, nonce_header};
use crate::constants::error_codes;
use crate::encoding::challenge::Challenge;
use crate::jose::AlgorithmSet;

/// What all challenges of a resource say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Challenges {
    pub(crate) realm: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) resource_metadata: Option<String>,
    /// Of which contexts the authentication has to be one, for a step-up (RFC 9470 section 3).
    pub(crate) acr_values: Option<String>,
    /// How many seconds ago the user may have logged in, for a step-up.
    pub(crate) max_age: Option<String>,
}

impl Challenges {
    pub(super) fn rejection(
        &self,
        error: AccessError,
        used: Option<TokenScheme>,
        mode: TokenBindingMode,
        algorithms: AlgorithmSet,
        nonce: Option<&str>,
    ) -> AccessRejection {
        let (status, code) = head(&error);
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(error, AccessError::Forbidden) {
            return AccessRejection::new(error, status, headers);
        }
        if status.is_server_error() {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            return AccessRejection::new(error, status, headers);
        }
        for scheme in schemes(&error, used, mode) {
            // An error without a scheme of its own stands in the first challenge.
            let is_named = used.map_or(headers.get(WWW_AUTHENTICATE).is_none(), |used| used == scheme);
            let challenge = self.challenge(scheme, code.filter(|_| is_named), algorithms);
            if let Ok(line) = HeaderValue::from_str(&challenge.to_string()) {
                headers.append(WWW_AUTHENTICATE, line);
            }
        }
        if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::from_str(nonce).ok()) {
            headers.insert(nonce_header(), nonce);
        }
        AccessRejection::new(error, status, headers)
    }

    fn challenge(&self, scheme: TokenScheme, error: Option<&'static str>, algorithms: AlgorithmSet) -> Challenge {
        let mut challenge = Challenge::new(scheme.name());
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                challenge = challenge.clone().with_parameter(name, value);
            }
        };
        match scheme {
            TokenScheme::Bearer => add("realm", Some(self.realm.as_deref().unwrap_or("api"))),
            TokenScheme::Dpop => {
                add("realm", self.realm.as_deref());
                add("algs", Some(&algorithm_names(algorithms)));
            }
        }
        add("error", error);
        add("scope", self.scope.as_deref());
        if error == Some(error_codes::INSUFFICIENT_USER_AUTHENTICATION) {
            add("acr_values", self.acr_values.as_deref());
            add("max_age", self.max_age.as_deref());
        }
        add("resource_metadata", self.resource_metadata.as_deref());
        challenge
    }
}

/// The schemes that are offered: one that was used always, and of a nonce that is missing the client is told in one challenge alone.
fn schemes(error: &AccessError, used: Option<TokenScheme>, mode: TokenBindingMode) -> Vec<TokenScheme> {
    if matches!(error, AccessError::Nonce) {
        return vec![TokenScheme::Dpop];
    }
    let is_offered = |scheme: &TokenScheme| match scheme {
        TokenScheme::Bearer => true,
        TokenScheme::Dpop => mode != TokenBindingMode::Off,
    };
    [TokenScheme::Bearer, TokenScheme::Dpop].into_iter().filter(|scheme| is_offered(scheme) || used == Some(*scheme)).collect()
}

fn algorithm_names(algorithms: AlgorithmSet) -> String {
    algorithms.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>().join(" ")
}

//! What a client can prove its identity with, and by which method it does (RFC 6749 section 2.3, OpenID Connect Core section 9).

use super::error::ClientError;
use crate::constants::{client_auth_methods, metadata};
use crate::exchange::SigningKeySource;
use crate::jose::SignatureAlgorithm;
use crate::protocol::client_auth::{ClientAuthentication, JwtAssertion};
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::secret::ClientSecret;

/// What the client can prove who it is with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) explicit: Option<ClientAuthentication>,
    pub(crate) secret: Option<ClientSecret>,
    pub(crate) key: Option<SigningKeySource>,
    /// The method that the server registered, and its algorithm.
    pub(crate) registered: Option<(String, Option<SignatureAlgorithm>)>,
}

impl Credentials {
    /// The mechanism for requests: the one that was set, else the one that the server registered, else the strongest that both sides can do.
    ///
    /// A secret alone does not say that `client_secret_jwt` was registered, and servers reject a method that was not: so that one is taken
    /// only where it was said.
    pub(crate) fn choose(&self, server: &DiscoveryDocumentResponse) -> Result<ClientAuthentication, ClientError> {
        match (&self.explicit, &self.registered) {
            (Some(explicit), None) => return Ok(explicit.clone()),
            (Some(explicit), Some((method, _))) if explicit.method() == method => return Ok(explicit.clone()),
            (_, Some((method, algorithm))) => return self.registered(method, *algorithm),
            (None, None) => {}
        }
        let by_key = self.key.iter().map(|key| ClientAuthentication::private_key_jwt(key.clone()));
        let by_secret =
            self.secret.iter().flat_map(|secret| [ClientAuthentication::secret_basic(secret), ClientAuthentication::secret_post(secret)]);
        let can: Vec<ClientAuthentication> = by_key.chain(by_secret).collect();
        if can.is_empty() {
            return Ok(ClientAuthentication::none());
        }
        let name = |one: &ClientAuthentication| match one.signing_algorithm() {
            Some(algorithm) => format!("`{}` with {algorithm}", one.method()),
            None => format!("`{}`", one.method()),
        };
        let names = can.iter().map(name).collect::<Vec<_>>().join(", ");
        ClientAuthentication::strongest(can, server)
            .ok_or_else(|| ClientError::NoCommonAuthentication { can: names, takes: taken_by(server) })
    }

    /// The secret, wherever it was put.
    pub(crate) fn secret(&self) -> Option<&ClientSecret> {
        match (&self.secret, &self.explicit) {
            (Some(secret), _) => Some(secret),
            (None, Some(explicit)) => explicit.secret(),
            (None, None) => None,
        }
    }

    fn registered(&self, method: &str, algorithm: Option<SignatureAlgorithm>) -> Result<ClientAuthentication, ClientError> {
        let reject = |needed: &str| {
            Err(ClientError::configuration("token_endpoint_auth_method", format!("the server registered `{method}`, which needs {needed}")))
        };
        let secret = self.secret();
        match (method, secret, &self.key) {
            (client_auth_methods::NONE, ..) => Ok(ClientAuthentication::none()),
            (client_auth_methods::TLS_CLIENT_AUTH, ..) => Ok(ClientAuthentication::tls_client_auth()),
            (client_auth_methods::SELF_SIGNED_TLS_CLIENT_AUTH, ..) => Ok(ClientAuthentication::self_signed_tls()),
            (client_auth_methods::CLIENT_SECRET_BASIC, Some(secret), _) => Ok(ClientAuthentication::secret_basic(secret)),
            (client_auth_methods::CLIENT_SECRET_POST, Some(secret), _) => Ok(ClientAuthentication::secret_post(secret)),
            (client_auth_methods::CLIENT_SECRET_JWT, Some(secret), _) => {
                let made = ClientAuthentication::secret_jwt(secret, algorithm.unwrap_or(SignatureAlgorithm::HS256));
                made.map_err(|error| ClientError::configuration("client_secret", error.to_string()))
            }
            (client_auth_methods::PRIVATE_KEY_JWT, _, Some(key)) => {
                Ok(ClientAuthentication::PrivateKeyJwt { assertion: JwtAssertion::new(key.clone()) })
            }
            (client_auth_methods::PRIVATE_KEY_JWT, ..) => reject("the key of the client: set it by `client_key`"),
            (
                client_auth_methods::CLIENT_SECRET_BASIC | client_auth_methods::CLIENT_SECRET_POST | client_auth_methods::CLIENT_SECRET_JWT,
                None,
                _,
            ) => reject("a secret, and it issued none: set it by `client_secret`"),
            _ => reject("to be set by `authentication`"),
        }
    }
}

/// What the metadata say of authentication, for an error.
fn taken_by(server: &DiscoveryDocumentResponse) -> String {
    if !server.states(metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED) {
        return format!("`{}` (the default, as its metadata list none)", client_auth_methods::CLIENT_SECRET_BASIC);
    }
    let methods: Vec<_> = server.token_endpoint_auth_methods_supported().iter().map(|one| format!("`{one}`")).collect();
    let methods = methods.join(", ");
    match server.try_get_string_array(metadata::TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED).as_slice() {
        [] => methods,
        algorithms => format!("{methods} (assertions by {})", algorithms.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::error::Error;

    fn outcome(credentials: &Credentials, method: &str) -> Result<&'static str, String> {
        let chosen = credentials.registered(method, None);
        chosen.map(|chosen| chosen.method()).map_err(|error| {
            let error = Error::from(error);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            error.to_string()
        })
    }

    #[test]
    fn g2_what_the_server_registered_is_what_the_client_does_or_it_says_what_is_missing() {
        let none = Credentials::default();
        let secret = Credentials { secret: Some(ClientSecret::from("a-secret-of-more-than-thirty-two-bytes")), ..Credentials::default() };
        for method in ["none", "tls_client_auth", "self_signed_tls_client_auth"] {
            assert_eq!(outcome(&none, method).as_deref(), Ok(method));
        }
        for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
            assert_eq!(outcome(&secret, method).as_deref(), Ok(method));
            assert!(outcome(&none, method).unwrap_err().contains("needs a secret, and it issued none"), "{method}");
        }
        for credentials in [&none, &secret] {
            assert!(outcome(credentials, "private_key_jwt").unwrap_err().contains("needs the key of the client"));
            assert!(outcome(credentials, "x_own").unwrap_err().contains("needs to be set by `authentication`"));
        }
    }
}

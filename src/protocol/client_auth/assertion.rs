//! Client assertions made here: `private_key_jwt` and `client_secret_jwt` (RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9).

use std::time::Duration;

use serde_json::json;

use super::context::AuthenticationContext;
use crate::encoding::{base64, base64url, digest, epoch};
use crate::exchange::{AssertionRequest, ClientAssertion, SigningKeySource};
use crate::jose::{JwsHeader, KeyError, SignatureAlgorithm, SignerError, UnsignedJws, certificate_of_pem, is_certificate};
use crate::protocol::error::RequestError;

/// Whom an assertion is for: its `aud`, one string unless several are [named](Self::Several).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AssertionAudience {
    /// The issuer of the discovery document that the endpoint comes from (FAPI 2.0 Security Profile section 5.3.3.1). The default.
    #[default]
    Issuer,
    /// The address of the endpoint, as older servers want it (OpenID Connect Core section 9).
    Endpoint,
    /// The address of the token endpoint at every endpoint, as Ory Hydra and older servers want it. It is known of endpoints that come from a
    /// discovery document.
    TokenEndpoint,
    /// This very text.
    Exactly(String),
    /// These texts, as an array: for a server that demands it. Each of them may show the assertion to the others.
    Several(Vec<String>),
}

/// How a client's own assertions are made: the key, their audience and how long they live.
///
/// RFC 7523 section 3: `iss` and `sub` are the client, `jti` has 256 random bits, `iat` and `nbf` are now, `exp` comes 60 s later. Each is
/// made afresh for every attempt.
#[derive(Debug, Clone)]
pub struct JwtAssertion {
    key: SigningKeySource,
    audience: AssertionAudience,
    lifetime: Duration,
    typ: String,
    certificates: Vec<Vec<u8>>,
    shows_chain: bool,
}

impl JwtAssertion {
    /// Signed with `key`.
    pub fn new(key: impl Into<SigningKeySource>) -> Self {
        Self {
            key: key.into(),
            audience: AssertionAudience::Issuer,
            lifetime: Duration::from_secs(60),
            typ: "JWT".to_owned(),
            certificates: Vec::new(),
            shows_chain: false,
        }
    }

    /// The same for another audience. Default: the issuer.
    #[must_use]
    pub fn with_audience(mut self, audience: AssertionAudience) -> Self {
        self.audience = audience;
        self
    }

    /// Whom the assertions are for.
    pub(crate) fn audience(&self) -> &AssertionAudience {
        &self.audience
    }

    /// The same with another life. Default: 60 s.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The same with another `typ`: `client-authentication+jwt` where the server takes it (RFC 7523bis section 4). Default: `JWT`.
    #[must_use]
    pub fn with_type(mut self, typ: impl Into<String>) -> Self {
        self.typ = typ.into();
        self
    }

    /// The same with the thumbprints of the certificate in the header, `x5t` and `x5t#S256` (RFC 7515 sections 4.1.7 and 4.1.8): Microsoft Entra
    /// finds the key of a client by them. The certificate, PEM or DER, is the one of the key; nothing of it is checked here. Default: none.
    ///
    /// # Errors
    /// [`KeyError`] where it is no certificate.
    pub fn with_certificate(mut self, certificate: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        self.certificates = vec![read_certificate(certificate.as_ref())?];
        Ok(self)
    }

    /// The same with the certificates themselves in `x5c` (RFC 7515 section 4.1.6), the client's own first: for servers that know its issuer
    /// and name alone. Default: none.
    ///
    /// # Errors
    /// [`KeyError`] where one of them is no certificate.
    pub fn with_certificate_chain(mut self, certificates: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<Self, KeyError> {
        self.certificates = certificates.into_iter().map(|one| read_certificate(one.as_ref())).collect::<Result<_, _>>()?;
        self.shows_chain = true;
        Ok(self)
    }

    fn header(&self) -> JwsHeader {
        let header = JwsHeader::new().typ(&self.typ);
        let Some(own) = self.certificates.first() else { return header };
        let header = header.member("x5t", base64url::encode(digest::sha1(own)));
        let header = header.member("x5t#S256", base64url::encode(digest::sha256(own)));
        match self.shows_chain {
            true => header.member("x5c", self.certificates.iter().map(base64::encode).collect::<Vec<_>>()),
            false => header,
        }
    }

    /// What it signs with; `None` for a key that cannot sign.
    pub(super) fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.key.algorithm()
    }

    /// The thumbprint of the key that signs, where it is known.
    pub(super) fn key_thumbprint(&self) -> Option<&str> {
        self.key.thumbprint()
    }

    pub(super) async fn make(&self, context: &AuthenticationContext<'_>, client_id: &str) -> Result<ClientAssertion, RequestError> {
        let algorithm = self.algorithm().ok_or_else(|| RequestError::configuration("authentication", "has a key without a signer"))?;
        let supported = context.endpoint.server().and_then(|server| server.auth_signing_algorithms.as_ref());
        if let Some(supported) = supported
            && !supported.iter().any(|name| name == algorithm.name())
        {
            let problem = format!("signs with {algorithm}, and the server takes {}", supported.join(", "));
            return Err(RequestError::configuration("authentication", problem));
        }
        let now = epoch::seconds(context.port.now());
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": match &self.audience {
                AssertionAudience::Several(audiences) => json!(audiences),
                one => json!(audience(one, context)?),
            },
            "jti": base64url::encode(context.port.random::<32>()),
            "iat": now,
            "nbf": now,
            "exp": now.saturating_add(lifetime),
        });
        let failed = |source: SignerError| RequestError::Signing { what: "client assertion", source };
        let unsigned = UnsignedJws::new(&self.header(), claims.to_string().as_bytes(), algorithm, self.key.key_id()).map_err(failed)?;
        let signature = context.port.sign(&self.key, unsigned.signing_input().as_bytes()).await.map_err(failed)?;
        Ok(ClientAssertion::jwt(unsigned.attach(&signature).map_err(failed)?))
    }
}

/// The order for an assertion that is made elsewhere.
pub(super) fn request(
    context: &AuthenticationContext<'_>,
    client_id: &str,
    wanted: &AssertionAudience,
) -> Result<AssertionRequest, RequestError> {
    Ok(AssertionRequest::new(client_id, audience(wanted, context)?, context.port.now()))
}

/// A certificate from PEM or DER.
fn read_certificate(bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("-----BEGIN") => certificate_of_pem(text),
        _ if is_certificate(bytes) => Ok(bytes.to_vec()),
        _ => Err(KeyError::Encoding { format: "DER", expected: "a certificate" }),
    }
}

fn audience(wanted: &AssertionAudience, context: &AuthenticationContext<'_>) -> Result<String, RequestError> {
    match wanted {
        AssertionAudience::Several(audiences) => audiences
            .first()
            .cloned()
            .ok_or_else(|| RequestError::configuration("authentication", "has an empty list of audiences for its assertion")),
        AssertionAudience::TokenEndpoint => {
            let known = context.endpoint.server().and_then(|server| server.token_endpoint.as_deref().map(str::to_owned));
            known.ok_or_else(|| {
                let problem = "needs the token endpoint as audience of its assertion: take the endpoint from a discovery document, or state the audience";
                RequestError::configuration("authentication", problem)
            })
        }
        AssertionAudience::Exactly(text) => Ok(text.clone()),
        AssertionAudience::Endpoint => Ok(context.endpoint.as_str().to_owned()),
        AssertionAudience::Issuer => context.endpoint.server().map(|server| server.issuer.to_string()).ok_or_else(|| {
            let problem = "needs an audience for its assertion: take the endpoint from a discovery document, or state the audience";
            RequestError::configuration("authentication", problem)
        }),
    }
}

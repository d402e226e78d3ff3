//! Client assertions made here: `private_key_jwt` and `client_secret_jwt` (RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9).

use std::time::Duration;

use serde_json::json;

use super::context::AuthenticationContext;
use crate::encoding::{base64url, epoch};
use crate::exchange::{AssertionRequest, ClientAssertion, SigningKeySource};
use crate::jose::{JwsHeader, SignatureAlgorithm, SignerError, UnsignedJws};
use crate::protocol::error::RequestError;

/// Whom an assertion is for: its `aud`, always one string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AssertionAudience {
    /// The issuer of the discovery document that the endpoint comes from (FAPI 2.0 Security Profile section 5.3.3.1). The default.
    #[default]
    Issuer,
    /// The address of the endpoint, as older servers want it (OpenID Connect Core section 9).
    Endpoint,
    /// This very text.
    Exactly(String),
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
}

impl JwtAssertion {
    /// Signed with `key`.
    pub fn new(key: impl Into<SigningKeySource>) -> Self {
        Self { key: key.into(), audience: AssertionAudience::Issuer, lifetime: Duration::from_secs(60) }
    }

    /// The same for another audience. Default: the issuer.
    #[must_use]
    pub fn with_audience(mut self, audience: AssertionAudience) -> Self {
        self.audience = audience;
        self
    }

    /// The same with another life. Default: 60 s.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// What it signs with; `None` for a key that nobody can sign with.
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
            "aud": audience(&self.audience, context)?,
            "jti": base64url::encode(context.port.random::<32>()),
            "iat": now,
            "nbf": now,
            "exp": now.saturating_add(lifetime),
        });
        let failed = |source: SignerError| RequestError::Signing { what: "client assertion", source };
        let header = JwsHeader::new().typ("JWT");
        let unsigned = UnsignedJws::new(&header, claims.to_string().as_bytes(), algorithm, self.key.key_id()).map_err(failed)?;
        let signature = context.port.sign(&self.key, unsigned.signing_input().as_bytes()).await.map_err(failed)?;
        Ok(ClientAssertion::jwt(unsigned.attach(&signature).map_err(failed)?))
    }
}

/// The order for an assertion that somebody else makes.
pub(super) fn request(
    context: &AuthenticationContext<'_>,
    client_id: &str,
    wanted: &AssertionAudience,
) -> Result<AssertionRequest, RequestError> {
    Ok(AssertionRequest::new(client_id, audience(wanted, context)?, context.port.now()))
}

fn audience(wanted: &AssertionAudience, context: &AuthenticationContext<'_>) -> Result<String, RequestError> {
    match wanted {
        AssertionAudience::Exactly(text) => Ok(text.clone()),
        AssertionAudience::Endpoint => Ok(context.endpoint.as_str().to_owned()),
        AssertionAudience::Issuer => context.endpoint.server().map(|server| server.issuer.to_string()).ok_or_else(|| {
            let problem = "needs an audience for its assertion: take the endpoint from a discovery document, or state the audience";
            RequestError::configuration("authentication", problem)
        }),
    }
}

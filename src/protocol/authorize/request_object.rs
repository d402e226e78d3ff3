//! Request objects: the authorization request as a signed token (RFC 9101; OpenID Connect Core 1.0 section 6).

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::constants::{claims, jwt_types, media_types, parameters};
use crate::encoding::form::Form;
use crate::encoding::{base64url, epoch};
use crate::environment::{Entropy, EntropyError};
use crate::exchange::{Port, SigningKeySource};
use crate::jose::{JweEncrypter, JweHeader, JwsHeader, SignatureAlgorithm, SignerError, UnsignedJws};
use crate::protocol::discovery::Endpoint;
use crate::protocol::error::RequestError;
use crate::protocol::pushed_authorization::PushedAuthorization;
use crate::secret::{SecretText, SecurityAssertion};

const WHAT: &str = "request object";

/// The longest life that FAPI 2.0 Message Signing section 5.3.2 lets a request object have.
const LONGEST_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// What the frame of a request object says, or must not be in it (RFC 9101 sections 4 and 10.8).
const FRAME: [&str; 9] = [
    claims::ISS,
    claims::SUB,
    claims::AUD,
    claims::IAT,
    claims::NBF,
    claims::EXP,
    claims::JTI,
    parameters::REQUEST,
    parameters::REQUEST_URI,
];

/// How request objects are made: who signs, for whom they are encrypted, how long they live.
///
/// RFC 9101 sections 4 and 6, FAPI 2.0 Message Signing section 5.3.2. `iss` is the client, `aud` the issuer as one string, `jti` has 256 random
/// bits, `iat` and `nbf` are now, `exp` comes 60 s later, `typ` is `oauth-authz-req+jwt`. The key may live in this process or elsewhere.
///
/// # Example
/// ```
/// use identity_model::jose::{PrivateKey, SignatureAlgorithm};
/// use identity_model::protocol::authorize::{AuthorizationRequest, CodeChallenge, RequestObjectSettings, ResponseType};
///
/// let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
/// let request = AuthorizationRequest::builder()
///     .address("https://idp.example.com/authorize")
///     .client_id("app")
///     .response_type(ResponseType::Code)
///     .redirect_uri("https://app.example.com/callback")
///     .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
///     .build();
/// let settings = RequestObjectSettings::signed(key.signer(SignatureAlgorithm::ES256)?).with_audience("https://idp.example.com");
/// let object = request.sign_blocking(&settings)?;
/// let url = request.url_with_object(&object)?;
/// assert!(url.as_str().starts_with("https://idp.example.com/authorize?client_id=app&request=ey"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RequestObjectSettings {
    key: Option<SigningKeySource>,
    encrypter: Option<JweEncrypter>,
    audience: Option<String>,
    lifetime: Duration,
    repeats_outside: bool,
}

impl RequestObjectSettings {
    /// Signed with `key`.
    pub fn signed(key: impl Into<SigningKeySource>) -> Self {
        Self::of(Some(key.into()))
    }

    /// Not signed at all (`alg` is `none`): anyone who passes it on may change it. RFC 9101 section 4 forbids it; for servers that were
    /// registered for it alone.
    pub fn danger_unsigned() -> Self {
        Self::of(None)
    }

    fn of(key: Option<SigningKeySource>) -> Self {
        Self { key, encrypter: None, audience: None, lifetime: Duration::from_secs(60), repeats_outside: false }
    }

    /// The same, encrypted for the server after it was signed (RFC 9101 section 6.1). Default: not encrypted.
    #[must_use]
    pub fn encrypted(mut self, encrypter: JweEncrypter) -> Self {
        self.encrypter = Some(encrypter);
        self
    }

    /// The same for another audience. Default: the issuer of the discovery document that the address comes from.
    #[must_use]
    pub fn with_audience(mut self, issuer: impl Into<String>) -> Self {
        self.audience = Some(issuer.into());
        self
    }

    /// The same with another life: an hour at most. Default: 60 s.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The same with `response_type` and `scope` beside the object as well, as servers of OpenID Connect Core 1.0 section 6.1 want it.
    /// Default: not.
    #[must_use]
    pub fn repeating_response_type_and_scope(mut self) -> Self {
        self.repeats_outside = true;
        self
    }

    /// Whether what is made of these settings is signed.
    pub fn is_signed(&self) -> bool {
        self.key.is_some()
    }

    /// What it is signed with, where that is known.
    pub(crate) fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.key.as_ref()?.algorithm()
    }

    /// Whether `response_type` and `scope` stand beside the object too.
    pub(crate) fn repeats_outside(&self) -> bool {
        self.repeats_outside
    }

    /// How long what is made of these settings lives.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Makes the object of one request; `issuer` where no audience was set.
    pub(super) async fn make(
        &self,
        client_id: &str,
        parameters: &Form,
        endpoint: &Endpoint,
        issuer: Option<&str>,
        port: &Port,
    ) -> Result<RequestObject, RequestError> {
        let audience = self.audience.as_deref().or(issuer).or_else(|| endpoint.server().map(|server| &*server.issuer));
        let audience = audience.filter(|audience| !audience.is_empty()).ok_or_else(|| {
            let problem = "needs an audience: take the endpoint from a discovery document, or state the issuer by `.with_audience(…)`";
            RequestError::configuration(WHAT, problem)
        })?;
        let mut claims = to_claims(parameters)?;
        claims.extend(self.frame(client_id, audience, port)?);
        let payload = Value::Object(claims).to_string();
        let token = self.sign(payload.as_bytes(), endpoint, port).await?;
        let outside = [parameters::RESPONSE_TYPE, parameters::SCOPE].into_iter().filter(|_| self.repeats_outside);
        Ok(RequestObject {
            text: SecretText::new(self.encrypt(token, port)?),
            client_id: client_id.to_owned(),
            outside: outside.filter_map(|name| Some((name, parameters.first(name)?))).collect(),
            is_signed: self.is_signed(),
        })
    }

    fn frame(&self, client_id: &str, audience: &str, port: &Port) -> Result<Map<String, Value>, RequestError> {
        if self.lifetime.is_zero() || self.lifetime > LONGEST_LIFETIME {
            return Err(RequestError::configuration(WHAT, "lives longer than an hour, or has no `exp`"));
        }
        let now = epoch::seconds(port.now());
        let frame = json!({
            "iss": client_id,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now.saturating_add(i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX)),
            "jti": base64url::encode(port.random::<32>()),
        });
        Ok(frame.as_object().cloned().unwrap_or_default())
    }

    async fn sign(&self, payload: &[u8], endpoint: &Endpoint, port: &Port) -> Result<String, RequestError> {
        let Some(key) = &self.key else {
            let header = json!({ "alg": "none", "typ": jwt_types::OAUTH_AUTHZ_REQ_JWT });
            return Ok(format!("{}.{}.", base64url::encode(header.to_string()), base64url::encode(payload)));
        };
        let algorithm = key.algorithm().ok_or_else(|| RequestError::configuration(WHAT, "has a key without a signer"))?;
        let supported = endpoint.server().and_then(|server| server.request_object_algorithms.as_ref());
        if let Some(supported) = supported
            && !supported.iter().any(|name| name == algorithm.name())
        {
            let problem = format!("is signed with {algorithm}, and the server takes {}", supported.join(", "));
            return Err(RequestError::configuration(WHAT, problem));
        }
        let failed = |source: SignerError| RequestError::Signing { what: WHAT, source };
        let header = JwsHeader::new().typ(jwt_types::OAUTH_AUTHZ_REQ_JWT);
        let unsigned = UnsignedJws::new(&header, payload, algorithm, key.key_id()).map_err(failed)?;
        let signature = port.sign(key, unsigned.signing_input().as_bytes()).await.map_err(failed)?;
        unsigned.attach(&signature).map_err(failed)
    }

    fn encrypt(&self, token: String, port: &Port) -> Result<String, RequestError> {
        match &self.encrypter {
            None => Ok(token),
            Some(encrypter) => encrypter
                .encrypt(&JweHeader::nested(), token.as_bytes(), &PortEntropy(port))
                .map_err(|source| RequestError::Encrypting { what: WHAT, source }),
        }
    }
}

/// An authorization request as one token (RFC 9101 section 4), signed and perhaps encrypted.
///
/// It holds state and nonce: `Debug` shows the client alone. By value it goes into
/// [`url_with_object`](super::AuthorizationRequest::url_with_object) or into a pushed request; by reference, the application serves
/// [`text`](Self::text) as [`MEDIA_TYPE`](Self::MEDIA_TYPE).
#[derive(Clone)]
pub struct RequestObject {
    text: SecretText,
    client_id: String,
    outside: Form,
    is_signed: bool,
}

impl RequestObject {
    /// The media type to serve it with (RFC 9101 section 10.2).
    pub const MEDIA_TYPE: &str = media_types::OAUTH_AUTHZ_REQ_JWT;

    /// The token itself, in compact form.
    pub fn text(&self) -> &SecretText {
        &self.text
    }

    /// Whose request it is.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Whether it is signed.
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// What goes beside it.
    pub(super) fn outside(&self) -> &Form {
        &self.outside
    }
}

impl fmt::Debug for RequestObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestObject").field("client_id", &self.client_id).field("is_signed", &self.is_signed).finish_non_exhaustive()
    }
}

impl From<&RequestObject> for PushedAuthorization {
    fn from(object: &RequestObject) -> Self {
        Self::RequestObject(SecurityAssertion::new(object.text.expose()))
    }
}

/// Parameters as claims: what is JSON stays JSON (RFC 9101 section 4, RFC 9396 section 3), `max_age` is a number, what repeats is an array.
fn to_claims(list: &Form) -> Result<Map<String, Value>, RequestError> {
    let mut claims = Map::new();
    for (name, text) in list.iter() {
        if FRAME.contains(&name) {
            let problem = "belongs to the frame of the request object";
            return Err(RequestError::configuration(format!("parameter `{name}`"), problem));
        }
        let value = match name {
            parameters::MAX_AGE | parameters::CLAIMS | parameters::AUTHORIZATION_DETAILS => {
                serde_json::from_str(text).map_err(|_| RequestError::configuration(name, "is no JSON"))?
            }
            _ => Value::from(text),
        };
        match claims.get_mut(name) {
            None => drop(claims.insert(name.to_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Ok(claims)
}

/// The random bytes of an exchange.
struct PortEntropy<'a>(&'a Port);

impl Entropy for PortEntropy<'_> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let random = self.0.random::<32>();
            chunk.copy_from_slice(random.get(..chunk.len()).unwrap_or_default());
        }
        Ok(())
    }
}

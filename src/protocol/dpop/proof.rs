//! A proof: what it says, and how it is signed (RFC 9449 section 4.2).

use serde_json::Value;

use super::key::{DpopKey, ProofAlgorithm};
use super::nonces::is_nonce;
use super::target_uri::SentUri;
use crate::encoding::digest::sha256_base64url;
use crate::encoding::{base64url, epoch};
use crate::exchange::{Exchange, Port};
use crate::jose::SignerError;
use crate::protocol::error::RequestError;
use crate::secret::AccessToken;

/// Claims that a proof states by itself.
const OWN_CLAIMS: [&str; 6] = ["jti", "htm", "htu", "iat", "ath", "nonce"];

/// A DPoP proof for one request, to be signed: for requests that an application sends with an HTTP client of its own.
///
/// RFC 9449 section 4.2. `jti` has 128 random bits, `iat` is now; `htu` is the URL without query and fragment. A proof is good for one request:
/// make another one for a repetition. [`DpopClient`](crate::resource::DpopClient) does all of this, nonces included.
///
/// # Example
/// ```
/// use identity_model::environment::Environment;
/// use identity_model::protocol::dpop::{DpopKey, DpopProof};
/// use identity_model::secret::AccessToken;
///
/// let key = DpopKey::generate()?;
/// let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
/// let proof = DpopProof::new("GET", "https://api.example.com/v1/items?page=2")?.access_token(&token);
/// let header = proof.sign_blocking(&key, &Environment::system())?; // the value of the header `DPoP`
/// assert!(header.starts_with("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2Iiwi"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DpopProof {
    method: String,
    htu: String,
    access_token_hash: Option<String>,
    nonce: Option<String>,
    claims: Vec<(String, Value)>,
    algorithms: Option<Vec<String>>,
    fault: Option<RequestError>,
}

impl DpopProof {
    /// A proof for a request with this method, in the case in which it is sent, to this URL.
    ///
    /// # Errors
    /// [`RequestError::Configuration`] where the URL is not one that a request is sent to.
    pub fn new(method: impl Into<String>, url: &str) -> Result<Self, RequestError> {
        let uri = SentUri::parse(url).map_err(|error| RequestError::configuration("url", error.to_string()))?;
        Ok(Self::of(method.into(), uri.htu))
    }

    pub(super) fn of(method: String, htu: String) -> Self {
        Self { method, htu, access_token_hash: None, nonce: None, claims: Vec::new(), algorithms: None, fault: None }
    }

    /// The access token that the request carries: `ath` is its hash.
    #[must_use]
    pub fn access_token(mut self, token: &AccessToken) -> Self {
        self.access_token_hash = Some(sha256_base64url(token.expose()));
        self
    }

    /// The nonce that the server has sent last.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        let nonce = nonce.into();
        if !is_nonce(&nonce) {
            self.fault = Some(RequestError::configuration("nonce", "is not 1 to 1024 characters of RFC 9449 section 8.1"));
        }
        self.nonce = Some(nonce);
        self
    }

    /// Another claim. The claims that a proof states by itself cannot be set.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push((name.into(), value.into()));
        self
    }

    /// The algorithms that the server accepts: `dpop_signing_alg_values_supported`, or `algs` of its challenge. Default: any.
    #[must_use]
    pub fn signing_algorithms(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.algorithms = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The exchange that signs the proof: one step where the key lives elsewhere, none where it is in this process.
    pub fn exchange(&self, key: &DpopKey) -> Exchange<String, RequestError> {
        let (this, key) = (self.clone(), key.clone());
        Exchange::new(|port: Port| async move { this.sign_at(&key, epoch::seconds(port.now()), &port).await })
    }

    /// The signed proof, made at this time.
    pub(super) async fn sign_at(&self, key: &DpopKey, issued_at: i64, port: &Port) -> Result<String, RequestError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let algorithm = self.algorithm(key)?;
        let payload = self.payload(&base64url::encode(port.random::<16>()), issued_at)?;
        let signing_input = format!("{}.{}", algorithm.header, base64url::encode(payload));
        let failed = |source: SignerError| RequestError::Signing { what: "DPoP proof", source };
        let signature = port.sign(&algorithm.signer, signing_input.as_bytes()).await.map_err(failed)?;
        crate::jose::check_signature_size(algorithm.algorithm, &signature).map_err(failed)?;
        Ok(format!("{signing_input}.{}", base64url::encode(signature)))
    }

    fn algorithm<'k>(&self, key: &'k DpopKey) -> Result<&'k ProofAlgorithm, RequestError> {
        key.choose(self.algorithms.as_deref()).ok_or_else(|| {
            let accepted = match self.algorithms.as_deref().unwrap_or_default() {
                [] => "none".to_owned(),
                names => names.iter().map(|name| crate::encoding::json::printable(name)).collect::<Vec<_>>().join(", "),
            };
            let problem = format!("no algorithm in common: the key signs with {}, the server accepts {accepted}", key.algorithm_names());
            RequestError::configuration("dpop", problem)
        })
    }

    fn payload(&self, jti: &str, issued_at: i64) -> Result<String, RequestError> {
        let quoted = |text: &str| Value::from(text).to_string();
        let mut claims = format!(r#"{{"jti":"{jti}","htm":{},"htu":{},"iat":{issued_at}"#, quoted(&self.method), quoted(&self.htu));
        if let Some(hash) = &self.access_token_hash {
            claims.push_str(&format!(r#","ath":"{hash}""#));
        }
        if let Some(nonce) = &self.nonce {
            claims.push_str(&format!(r#","nonce":{}"#, quoted(nonce)));
        }
        for (place, (name, value)) in self.claims.iter().enumerate() {
            let is_twice = self.claims.iter().take(place).any(|(earlier, _)| earlier == name);
            if OWN_CLAIMS.contains(&name.as_str()) || is_twice {
                let problem = if is_twice { "is stated twice" } else { "is stated by the proof itself" };
                return Err(RequestError::configuration(format!("claim `{}`", crate::encoding::json::printable(name)), problem));
            }
            claims.push_str(&format!(",{}:{value}", quoted(name)));
        }
        claims.push('}');
        Ok(claims)
    }
}

/// Whether a text is `token68` (RFC 9110 section 11.2): the only form in which a token is sent with the scheme `DPoP`.
pub(crate) fn is_token68(text: &str) -> bool {
    let unpadded = text.trim_end_matches('=');
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    !unpadded.is_empty() && unpadded.bytes().all(is_character)
}

#[cfg(test)]
mod tests;

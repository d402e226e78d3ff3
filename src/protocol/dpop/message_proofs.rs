//! The proofs of one message: a new one for every attempt, the nonces that its responses bring, and the one repetition that they allow
//! (RFC 9449 sections 7.3, 8, 8.2 and 9).

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, StatusCode};

use super::key::DpopKey;
use super::nonces::{NonceHeader, ServerRole};
use super::options::DpopOptions;
use super::proof::{DpopProof, is_token68};
use super::target_uri::SentUri;
use crate::constants::{authentication_schemes, error_codes, media_types};
use crate::document::Document;
use crate::encoding::challenge::Challenge;
use crate::encoding::epoch;
use crate::exchange::Port;
use crate::protocol::error::RequestError;
use crate::protocol::response_head::ResponseHead;
use crate::secret::AccessToken;
use crate::transport::{HttpRequest, HttpResponse};

/// The proofs of one message.
#[derive(Debug)]
pub(crate) struct MessageProofs {
    key: DpopKey,
    options: DpopOptions,
    role: ServerRole,
    endpoint: &'static str,
    algorithms: Option<Vec<String>>,
    access_token: Option<AccessToken>,
    sent: Option<Sent>,
    has_repeated_for_nonce: bool,
    /// Whether the message can be sent a second time.
    is_replayable: bool,
    /// The server's time less the client's, in seconds, once the server's is followed.
    offset: Option<i64>,
}

/// The attempt under way.
#[derive(Debug)]
struct Sent {
    origin: String,
    nonce: Option<String>,
}

impl MessageProofs {
    /// The proofs of a message to this endpoint; `None` where the request has no key. An access token is sent by the scheme `DPoP`.
    pub(crate) fn of(
        options: &DpopOptions,
        role: ServerRole,
        endpoint: &'static str,
        algorithms: Option<&[String]>,
        access_token: Option<&AccessToken>,
    ) -> Result<Option<Self>, RequestError> {
        let Some(key) = &options.key else { return Ok(None) };
        let access_token = access_token.map(|token| fitting(token, key)).transpose()?;
        Ok(Some(Self {
            key: key.clone(),
            options: options.clone(),
            role,
            endpoint,
            algorithms: algorithms.map(<[String]>::to_vec),
            access_token: access_token.cloned(),
            sent: None,
            has_repeated_for_nonce: false,
            is_replayable: true,
            offset: None,
        }))
    }

    /// The proofs of a message that cannot be sent a second time: its body is gone.
    pub(crate) fn once(mut self) -> Self {
        self.is_replayable = false;
        self
    }

    /// Presents another access token from the next attempt on. What was repeated stays counted.
    pub(crate) fn present(&mut self, access_token: &AccessToken) -> Result<(), RequestError> {
        self.access_token = Some(fitting(access_token, &self.key)?.clone());
        Ok(())
    }

    /// Puts a new proof on an attempt, and the access token by the scheme `DPoP`.
    pub(crate) async fn prove(&mut self, request: &mut HttpRequest, port: &Port) -> Result<(), RequestError> {
        let unfit = |problem: String| RequestError::configuration("address", problem);
        let SentUri { htu, origin } = SentUri::parse(&request.uri().to_string()).map_err(|error| unfit(error.to_string()))?;
        let nonce = self.key.nonces().recall(self.role, &origin);
        let mut proof = DpopProof::of(request.method().as_str().to_owned(), htu);
        if let Some(token) = &self.access_token {
            proof = proof.access_token(token);
        }
        if let Some(nonce) = &nonce {
            proof = proof.nonce(nonce);
        }
        if let Some(algorithms) = &self.algorithms {
            proof = proof.signing_algorithms(algorithms);
        }
        proof = self.options.claims.iter().fold(proof, |proof, (name, value)| proof.claim(name.as_str(), value.clone()));
        let issued_at = epoch::seconds(port.now()).saturating_add(self.offset.unwrap_or_default());
        let text = proof.sign_at(&self.key, issued_at, port).await?;
        request.headers_mut().insert(HeaderName::from_static("dpop"), sensitive(&text)?);
        if let Some(token) = &self.access_token {
            request.headers_mut().insert(AUTHORIZATION, sensitive(&format!("{} {}", authentication_schemes::DPOP, token.expose()))?);
        }
        self.sent = Some(Sent { origin, nonce });
        Ok(())
    }

    /// Keeps the nonce of a response, whatever its status, and says whether the message is to be sent again at once, with a new proof.
    pub(crate) fn repeats(&mut self, response: &HttpResponse, port: &Port) -> Result<bool, RequestError> {
        let Some(sent) = self.sent.take() else { return Ok(false) };
        let header = NonceHeader::of(response.headers());
        match header {
            NonceHeader::Nonce(nonce) => self.key.nonces().keep(self.role, &sent.origin, nonce),
            NonceHeader::Unusable => {
                tracing::warn!(target: "identity_model", endpoint = self.endpoint, "the header `DPoP-Nonce` cannot be used");
            }
            NonceHeader::Absent => {}
        }
        if response.status().as_u16() < 400 {
            return Ok(false);
        }
        let head = ResponseHead::of(response.status(), response.headers().clone(), port.now());
        self.check_algorithms(&head)?;
        match self.error(response, &head).as_deref() {
            Some(error_codes::USE_DPOP_NONCE) => {
                let is_new = matches!(header, NonceHeader::Nonce(nonce) if sent.nonce.as_deref() != Some(nonce));
                let is_due = is_new && !self.has_repeated_for_nonce;
                if is_due && !self.is_replayable {
                    tracing::warn!(target: "identity_model", endpoint = self.endpoint, "retry_skipped: the server asks for its nonce, and the body of the request cannot be sent again");
                }
                let repeats = is_due && self.is_replayable;
                self.has_repeated_for_nonce |= repeats;
                Ok(repeats)
            }
            Some(error_codes::INVALID_DPOP_PROOF) if self.options.follows_server_date && self.is_replayable && self.offset.is_none() => {
                self.offset = head.clock_offset();
                Ok(self.offset.is_some())
            }
            _ => Ok(false),
        }
    }

    /// The error that a server names for the proof: an authorization server in its document (status 400 or 401), a resource in its only challenge
    /// `DPoP` (status 401, by some 400).
    fn error(&self, response: &HttpResponse, head: &ResponseHead) -> Option<String> {
        if !matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED) {
            return None;
        }
        match self.role {
            ServerRole::Authorization => error_of_body(response, head),
            ServerRole::Resource => {
                let in_challenge = only_dpop_challenge(head).and_then(|challenge| challenge.parameter("error")).map(str::to_owned);
                in_challenge.or_else(|| error_of_body(response, head).filter(|_| self.options.reads_nonce_from_body))
            }
        }
    }

    /// `algs` of a challenge without an algorithm of the key's: no proof of this key can pass (RFC 9449 section 7.1).
    fn check_algorithms(&self, head: &ResponseHead) -> Result<(), RequestError> {
        let Some(accepted) = only_dpop_challenge(head).and_then(|challenge| challenge.parameter("algs")) else { return Ok(()) };
        let accepted: Vec<String> = accepted.split_ascii_whitespace().map(str::to_owned).collect();
        if accepted.is_empty() || self.key.choose(Some(&accepted)).is_some() {
            return Ok(());
        }
        let accepted = crate::encoding::json::printable(&accepted.join(" "));
        let problem =
            format!("the {} accepts proofs signed with {accepted}, the key signs with {}", self.endpoint, self.key.algorithm_names());
        Err(RequestError::DpopKey { problem })
    }
}

/// The token, if it may be sent with a proof of this key.
fn fitting<'t>(access_token: &'t AccessToken, key: &DpopKey) -> Result<&'t AccessToken, RequestError> {
    if !is_token68(access_token.expose()) {
        return Err(RequestError::UnfitToken);
    }
    if let Some(bound_to) = access_token.dpop_thumbprint().filter(|bound_to| *bound_to != key.thumbprint()) {
        let problem = format!("the access token is bound to the DPoP key `{bound_to}`, the request has the key `{}`", key.thumbprint());
        return Err(RequestError::DpopKey { problem });
    }
    Ok(access_token)
}

fn error_of_body(response: &HttpResponse, head: &ResponseHead) -> Option<String> {
    let document = head.is_of_type(media_types::JSON).then(|| Document::open_answer(response.body().clone()).ok())??;
    document.0.try_get_string("error")
}

fn only_dpop_challenge(head: &ResponseHead) -> Option<&Challenge> {
    let mut challenges = head.challenges().iter().filter(|challenge| challenge.is_scheme(authentication_schemes::DPOP));
    challenges.next().filter(|_| challenges.next().is_none())
}

fn sensitive(text: &str) -> Result<HeaderValue, RequestError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| RequestError::configuration("dpop", "makes a header that cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}

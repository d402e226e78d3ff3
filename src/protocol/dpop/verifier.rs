//! The resource's side: from a request to an access token and what its sender has proved (RFC 9449 sections 4.3, 7 and 9, RFC 8705 section 3).

use std::time::{Duration, SystemTime};

use super::access_rejection::{AccessError, AccessRejection};
use super::binding_mode::TokenBindingMode;
use super::challenges::Challenges;
use super::presented::{AcceptedRequest, CheckedProof, PresentedToken, TokenScheme};
use super::proof::is_token68;
use super::proof_error::ProofError;
use super::received::{ExpectedProof, LONGEST, ReceivedProof, date_of};
use super::server_nonces::ServerNonces;
use super::target_uri::TargetUri;
use crate::constants::headers;
use crate::encoding::epoch;
use crate::exchange::replay::{ReplayGuard, ReplayKey};
use crate::exchange::{Exchange, Port};
use crate::jose::{AlgorithmSet, JoseError, JwsVerifier, SignatureAlgorithm};
use crate::protocol::incoming::{IncomingRequest, PublicUrl};
use crate::protocol::mtls::{CertificateHeader, CertificateThumbprint};
use crate::secret::AccessToken;
use crate::validation::ValidatedToken;

/// Checks the requests at a protected resource: their credentials, their DPoP proof, and in the end that the proof was not used before.
///
/// RFC 9449 sections 4.3, 7, 9 and 11; RFC 8705 section 3. The order is fixed, and the first failure decides: the request's headers, the
/// proof's form, `typ`, `alg` and `jwk`, `htm`, `htu` and `ath`, its signature, its nonce or time; then the access token, which is validated
/// elsewhere; then what it is bound to; and last of all the proof is remembered, so that a forged request stores nothing.
///
/// Defaults: ES256, Ed25519, EdDSA and PS256; `iat` within 300 s of now; no nonces; bound and plain tokens. The public URL and the memory of
/// proofs have to be stated. [`RequestValidator`](crate::resource::RequestValidator) puts all of this together with a token validator.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::cache::MemoryReplayStore;
/// use identity_model::environment::Environment;
/// use identity_model::protocol::dpop::{DpopKey, DpopProof, DpopVerifier};
/// use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
/// use identity_model::secret::AccessToken;
///
/// let verifier = DpopVerifier::new(PublicUrl::new("https://api.example.com")?, MemoryReplayStore::default())?;
///
/// let (key, token) = (DpopKey::generate()?, AccessToken::new("token"));
/// let proof = DpopProof::new("GET", "https://api.example.com/v1/items")?.access_token(&token);
/// let (parts, _) = http::Request::get("/v1/items?page=2")
///     .header("Authorization", "DPoP token")
///     .header("DPoP", proof.sign_blocking(&key, &Environment::system())?)
///     .body(())?
///     .into_parts();
///
/// let presented = verifier.check(&IncomingRequest::from_parts(&parts), SystemTime::now())?;
/// assert_eq!(presented.dpop_thumbprint(), Some(key.thumbprint()));
/// // validate `presented.access_token()` with `presented.binding()`, then `verifier.accept(…)`
///
/// let (parts, _) = http::Request::get("/v1/items").body(())?.into_parts();
/// let rejection = verifier.check(&IncomingRequest::from_parts(&parts), SystemTime::now()).unwrap_err();
/// assert_eq!(rejection.status(), 401);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DpopVerifier {
    /// Absent where no proof is ever looked at.
    public_url: Option<PublicUrl>,
    replay: Option<ReplayGuard>,
    signatures: JwsVerifier,
    past: Duration,
    future: Duration,
    judges_time_beside_nonce: bool,
    nonces: Option<ServerNonces>,
    mode: TokenBindingMode,
    certificate_header: Option<CertificateHeader>,
    challenges: Challenges,
}

/// RFC 9449 section 11.1 speaks of seconds or minutes.
const WINDOW: Duration = Duration::from_secs(300);

/// What proofs may be signed with where nothing else is said.
const ALGORITHMS: [SignatureAlgorithm; 4] =
    [SignatureAlgorithm::ES256, SignatureAlgorithm::ED25519, SignatureAlgorithm::EDDSA, SignatureAlgorithm::PS256];

impl DpopVerifier {
    /// For a resource that is called by this URL and remembers the proofs it has seen in this store. Nodes that are called by the same URL
    /// share one store.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] without a cryptography provider.
    pub fn new(public_url: PublicUrl, replay_store: impl Into<ReplayGuard>) -> Result<Self, JoseError> {
        Self::build(Some(public_url), Some(replay_store.into()))
    }

    /// The same without a memory of proofs: a proof that was overheard can be used again for as long as it is in time.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn danger_without_replay_check(public_url: PublicUrl) -> Result<Self, JoseError> {
        Self::build(Some(public_url), None)
    }

    /// For a resource that takes bearer tokens alone: no proof is looked at, so neither a URL nor a memory is needed. A token that is bound to a
    /// key is rejected.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn bearer_only() -> Result<Self, JoseError> {
        Ok(Self::build(None, None)?.with_mode(TokenBindingMode::Off))
    }

    fn build(public_url: Option<PublicUrl>, replay: Option<ReplayGuard>) -> Result<Self, JoseError> {
        Ok(Self {
            public_url,
            replay,
            signatures: JwsVerifier::new(ALGORITHMS)?,
            past: WINDOW,
            future: WINDOW,
            judges_time_beside_nonce: false,
            nonces: None,
            mode: TokenBindingMode::default(),
            certificate_header: None,
            challenges: Challenges::default(),
        })
    }

    /// The algorithms of proofs; the challenge names them. Default: ES256, Ed25519, EdDSA and PS256.
    ///
    /// # Errors
    /// [`JoseError::NoAlgorithmAllowed`] for an empty list, or one that holds algorithms with a shared secret.
    pub fn with_algorithms(mut self, algorithms: impl Into<AlgorithmSet>) -> Result<Self, JoseError> {
        let algorithms = algorithms.into();
        if !algorithms.intersection(AlgorithmSet::SYMMETRIC).is_empty() {
            return Err(JoseError::NoAlgorithmAllowed);
        }
        self.signatures = JwsVerifier::new(algorithms)?;
        Ok(self)
    }

    /// How old `iat` may be. Default: 300 s.
    #[must_use]
    pub fn with_past_window(mut self, window: Duration) -> Self {
        self.past = window;
        self
    }

    /// How far `iat` may lie in the future. Default: 300 s; FAPI 2.0 wants 60 s at most.
    #[must_use]
    pub fn with_future_window(mut self, window: Duration) -> Self {
        self.future = window;
        self
    }

    /// Demands nonces: a proof without a valid one is answered with a new one. `iat` is then no longer compared with the time.
    #[must_use]
    pub fn with_nonces(mut self, nonces: ServerNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Compares `iat` with the time beside a valid nonce too.
    #[must_use]
    pub fn with_iat_beside_nonce(mut self) -> Self {
        self.judges_time_beside_nonce = true;
        self
    }

    /// Which tokens are accepted.
    pub(crate) fn mode(&self) -> TokenBindingMode {
        self.mode
    }

    /// Which tokens are accepted. Default: [`TokenBindingMode::Accept`].
    #[must_use]
    pub fn with_mode(mut self, mode: TokenBindingMode) -> Self {
        self.mode = mode;
        self
    }

    /// Takes the client certificate from the header of a proxy, and no longer from the connection, which is the proxy's.
    #[must_use]
    pub fn with_certificate_header(mut self, header: CertificateHeader) -> Self {
        self.certificate_header = Some(header);
        self
    }

    /// `realm` of the challenges. Default: `api`, of the challenge `Bearer` alone.
    #[must_use]
    pub fn with_realm(mut self, realm: impl Into<String>) -> Self {
        self.challenges.realm = Some(realm.into());
        self
    }

    /// `scope` of the challenges: all that the resource needs (RFC 6750 section 3). Default: not said.
    #[must_use]
    pub fn with_scope(mut self, scope: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scope: Vec<String> = scope.into_iter().map(Into::into).collect();
        self.challenges.scope = Some(scope.join(" "));
        self
    }

    /// `resource_metadata` of the challenges: where the metadata of the resource is (RFC 9728 section 5.1). Default: not said.
    #[must_use]
    pub fn with_resource_metadata(mut self, address: impl Into<String>) -> Self {
        self.challenges.resource_metadata = Some(address.into());
        self
    }

    /// Checks all of a request that comes before its access token.
    ///
    /// # Errors
    /// [`AccessRejection`], which says what to answer.
    pub fn check(&self, request: &IncomingRequest<'_>, now: SystemTime) -> Result<PresentedToken, AccessRejection> {
        self.check_for(request, &self.challenges, now)
    }

    /// The same with the challenges of one route.
    pub(crate) fn check_for(
        &self,
        request: &IncomingRequest<'_>,
        challenges: &Challenges,
        now: SystemTime,
    ) -> Result<PresentedToken, AccessRejection> {
        let mut used = None;
        let presented = self.read(request, now, &mut used);
        presented.map_err(|error| self.rejection(error, used, challenges, now))
    }

    /// Checks a proof that comes by itself, for this method, URL and access token; `now` and the window judge its time. Nonce and replay are
    /// not looked at. Returns the thumbprint of its key.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn check_proof(
        &self,
        proof: &str,
        method: &str,
        url: &str,
        access_token: Option<&AccessToken>,
        now: SystemTime,
    ) -> Result<String, ProofError> {
        let target = TargetUri::parse(url).map_err(ProofError::TargetUri)?;
        let expected = ExpectedProof { method, target: &target, access_token: access_token.map(AccessToken::expose) };
        let received = ReceivedProof::read(proof, &self.signatures, &expected, now)?;
        self.judge_time(&received, now)?;
        Ok(received.thumbprint)
    }

    /// What to answer where the access token did not pass: `error` is a [`ValidationError`](crate::validation::ValidationError), or why the token
    /// could not be judged.
    pub fn reject(&self, presented: &PresentedToken, error: impl Into<AccessError>, now: SystemTime) -> AccessRejection {
        self.rejection(error.into(), Some(presented.scheme()), &self.challenges, now)
    }

    /// A rejection with the challenges of one route; `scheme` is the one that was used.
    pub(crate) fn reject_for(
        &self,
        scheme: Option<TokenScheme>,
        error: AccessError,
        challenges: &Challenges,
        now: SystemTime,
    ) -> AccessRejection {
        self.rejection(error, scheme, challenges, now)
    }

    /// The end of every accepted request: the token is bound to what was proved, and the proof is remembered, in one step at the replay
    /// store. To be carried out after the access token was validated.
    pub fn accept(&self, presented: &PresentedToken, token: &ValidatedToken) -> Exchange<AcceptedRequest, AccessRejection> {
        let (this, presented, token) = (self.clone(), presented.clone(), token.clone());
        Exchange::new(|port: Port| async move {
            let outcome = this.finish(&presented, &token, &port).await;
            outcome.map_err(|error| this.reject(&presented, error, port.now()))
        })
    }

    async fn finish(&self, presented: &PresentedToken, token: &ValidatedToken, port: &Port) -> Result<AcceptedRequest, AccessError> {
        let confirmation = token.confirmation();
        if self.mode == TokenBindingMode::RequireBound && confirmation.is_none() {
            return Err(AccessError::NotBound);
        }
        let Some(proof) = presented.proof() else { return Ok(AcceptedRequest::default()) };
        presented.binding().check(confirmation).map_err(|_| AccessError::NotBound)?;
        if let Some(guard) = &self.replay {
            let key = ReplayKey::new("dpop-proof", [&proof.received.thumbprint, &proof.received.jti]);
            if !port.remember(guard, key, proof.expires_at).await? {
                return Err(ProofError::Replayed.into());
            }
        }
        let nonce = self.nonces.as_ref().filter(|_| !proof.has_current_nonce).map(|nonces| nonces.issue(port.now()));
        Ok(AcceptedRequest::new(nonce.as_deref()))
    }

    fn read(&self, request: &IncomingRequest<'_>, now: SystemTime, used: &mut Option<TokenScheme>) -> Result<PresentedToken, AccessError> {
        let (scheme, token) = self.credentials(request, used)?;
        if request.has_token_outside_of_headers() {
            return Err(AccessError::Request { problem: "carries a second access token outside of its header" });
        }
        let certificate = self.certificate(request)?;
        let proof = match (scheme, self.mode) {
            (TokenScheme::Dpop, _) => Some(self.proof(request, token, now)?),
            (TokenScheme::Bearer, TokenBindingMode::Off) => None,
            (TokenScheme::Bearer, _) if request.lines(headers::DPOP).is_empty() => None,
            (TokenScheme::Bearer, _) => return Err(AccessError::Downgrade),
        };
        Ok(PresentedToken::new(AccessToken::new(token), scheme, proof, certificate))
    }

    fn credentials<'r>(
        &self,
        request: &IncomingRequest<'r>,
        used: &mut Option<TokenScheme>,
    ) -> Result<(TokenScheme, &'r str), AccessError> {
        let lines = request.lines(headers::AUTHORIZATION);
        let scheme_of =
            |line: &[u8]| TokenScheme::of(line).filter(|scheme| *scheme == TokenScheme::Bearer || self.mode != TokenBindingMode::Off);
        *used = lines.iter().find_map(|line| scheme_of(line));
        let line = match lines[..] {
            [] => return Err(AccessError::NoCredentials),
            [line] => line,
            _ => return Err(AccessError::Request { problem: "has more than one header `Authorization`" }),
        };
        let scheme = (*used).ok_or(AccessError::NoCredentials)?;
        let token = line.get(scheme.name().len()..).and_then(|rest| std::str::from_utf8(rest).ok()).map(|rest| rest.trim_matches(' '));
        let token = token.filter(|token| is_token68(token)).ok_or(AccessError::Request { problem: "has an access token that is none" })?;
        Ok((scheme, token))
    }

    fn certificate(&self, request: &IncomingRequest<'_>) -> Result<Option<CertificateThumbprint>, AccessError> {
        match &self.certificate_header {
            Some(header) => Ok(header.thumbprint(request)?),
            None => Ok(request.certificate().copied()),
        }
    }

    fn proof(&self, request: &IncomingRequest<'_>, token: &str, now: SystemTime) -> Result<CheckedProof, AccessError> {
        let lines = request.lines(headers::DPOP);
        let [line] = lines[..] else { return Err(ProofError::Count { found: lines.len() }.into()) };
        let text = std::str::from_utf8(line).map_err(|_| ProofError::Length { limit: LONGEST })?;
        let url =
            self.public_url.as_ref().ok_or(AccessError::Request { problem: "carries a DPoP proof, and none is accepted" })?.of(request)?;
        let target = TargetUri::parse(&url).map_err(|_| AccessError::Request { problem: "has a target that is not a path of RFC 3986" })?;
        let expected = ExpectedProof { method: request.method(), target: &target, access_token: Some(token) };
        let received = ReceivedProof::read(text, &self.signatures, &expected, now)?;
        if received.has_query {
            tracing::debug!(target: "identity_model", "the `htu` of a DPoP proof has a query or fragment, which does not count");
        }
        let nonce = match &self.nonces {
            None => None,
            Some(nonces) => Some(received.nonce.as_ref().and_then(|nonce| nonces.check(nonce, now)).ok_or(AccessError::Nonce)?),
        };
        if nonce.is_none() || self.judges_time_beside_nonce {
            self.judge_time(&received, now)?;
        }
        let expires_at = nonce.map_or_else(|| self.in_time_until(&received), |nonce| nonce.ends_at);
        Ok(CheckedProof { received, expires_at, has_current_nonce: nonce.is_some_and(|nonce| nonce.is_current) })
    }

    fn judge_time(&self, received: &ReceivedProof, now: SystemTime) -> Result<(), ProofError> {
        let (issued_at, present) = (received.issued_at, date_of(now));
        if issued_at.saturating_add(self.past) < present || issued_at > present.saturating_add(self.future) {
            return Err(ProofError::Time { claim: "iat", seconds: issued_at.seconds() - present.seconds() });
        }
        Ok(())
    }

    /// The first moment at which the proof is surely no longer in time: the window includes its last one.
    fn in_time_until(&self, received: &ReceivedProof) -> SystemTime {
        let end = received.issued_at.saturating_add(self.past);
        epoch::from_seconds(end.seconds().saturating_add(2))
    }

    fn rejection(&self, error: AccessError, used: Option<TokenScheme>, challenges: &Challenges, now: SystemTime) -> AccessRejection {
        let nonce = self.nonces.as_ref().filter(|_| self.mode != TokenBindingMode::Off).map(|nonces| nonces.issue(now));
        challenges.rejection(error, used, self.mode, self.signatures.allowed(), nonce.as_deref())
    }
}

#[cfg(test)]
mod tests;

//! A proof that arrives: its form, its claims and its signature, in the order of RFC 9449 section 4.3.

use std::time::{Duration, SystemTime};

use super::proof_error::ProofError;
use super::target_uri::TargetUri;
use crate::encoding::base64url;
use crate::encoding::digest::sha256;
use crate::encoding::epoch::{self, NumericDate};
use crate::encoding::json::{JsonObject, JsonRules, JsonValue};
use crate::jose::{CompactJws, JsonWebKey, JwsVerifier, Operation, SignatureAlgorithm, TokenLimits};
use crate::secret::constant_time_eq;

/// The longest proof, in octets.
pub(super) const LONGEST: usize = 8 * 1024;
/// The longest `jti`, in octets.
const LONGEST_JTI: usize = 256;
/// How far `exp` and `nbf` may lie beyond now.
const LEEWAY: Duration = Duration::from_secs(30);

/// What a proof has to be about.
pub(super) struct ExpectedProof<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a TargetUri,
    pub(super) access_token: Option<&'a str>,
}

/// A proof whose signature, method, URL and token hash hold; time, nonce and replay are not judged yet.
#[derive(Debug, Clone)]
pub(super) struct ReceivedProof {
    pub(super) thumbprint: String,
    pub(super) jti: String,
    pub(super) issued_at: NumericDate,
    pub(super) nonce: Option<String>,
    /// Whether `htu` has a query or fragment, which it must not have and which does not count.
    pub(super) has_query: bool,
}

impl ReceivedProof {
    pub(super) fn read(text: &str, verifier: &JwsVerifier, expected: &ExpectedProof<'_>, now: SystemTime) -> Result<Self, ProofError> {
        if text.is_empty() || text.len() > LONGEST {
            return Err(ProofError::Length { limit: LONGEST });
        }
        let jws = verifier.parse(text, TokenLimits::default().with_token(LONGEST).with_header(LONGEST))?;
        let algorithm = verifier.algorithm(jws.header())?;
        if !jws.header().typ_is("dpop+jwt") {
            return Err(ProofError::Type);
        }
        let key = public_key(&jws, algorithm)?;
        let claims = Claims(JsonObject::parse(jws.unverified_payload(), &JsonRules::token()).map_err(ProofError::Claims)?);
        let proof = claims.read(&key, expected, now)?;
        verifier.verify_with_key(&jws, &key)?;
        Ok(proof)
    }
}

/// The key in the header: public, and for this algorithm by all that it says of itself.
fn public_key(jws: &CompactJws<'_>, algorithm: SignatureAlgorithm) -> Result<JsonWebKey, ProofError> {
    let value = jws.header().member("jwk").ok_or(ProofError::Key(None))?;
    let key = JsonWebKey::from_json(value.as_raw().as_bytes()).map_err(|error| ProofError::Key(Some(error)))?;
    if key.had_private_members() {
        return Err(ProofError::PrivateKey);
    }
    let unfit = |reason| ProofError::Key(Some(crate::jose::KeyError::Unfit { algorithm, reason }));
    key.fits(algorithm, Operation::Verify).map_err(unfit)?;
    // Without its `kid`: the one in the proof's header is not looked at.
    key.bare().map_err(|error| ProofError::Key(Some(error)))
}

struct Claims<'a>(JsonObject<'a>);

impl Claims<'_> {
    fn read(&self, key: &JsonWebKey, expected: &ExpectedProof<'_>, now: SystemTime) -> Result<ReceivedProof, ProofError> {
        let jti = self.text("jti", "a text of 1 to 256 octets")?;
        if jti.is_empty() || jti.len() > LONGEST_JTI {
            return Err(wrong("jti", "a text of 1 to 256 octets"));
        }
        let issued_at = self.date("iat")?.ok_or(wrong("iat", "a number of seconds"))?;
        let nonce = self.0.get("nonce").map(|value| text(value).ok_or(wrong("nonce", "a text"))).transpose()?;
        self.limits(now)?;
        if self.text("htm", "the method")? != expected.method {
            return Err(ProofError::Method { expected: crate::encoding::json::printable(expected.method) });
        }
        let htu = self.text("htu", "a URL")?;
        let found = TargetUri::parse(&htu).map_err(ProofError::TargetUri)?;
        if found != *expected.target {
            return Err(ProofError::Target { expected: expected.target.to_string(), found: found.to_string() });
        }
        if let Some(token) = expected.access_token {
            let hash = base64url::encode(sha256(token));
            let found = self.0.get("ath").and_then(text).ok_or(ProofError::TokenHash)?;
            if !constant_time_eq(found.as_bytes(), hash.as_bytes()) {
                return Err(ProofError::TokenHash);
            }
        }
        let thumbprint = key.thumbprint().ok_or(ProofError::Key(None))?;
        Ok(ReceivedProof { thumbprint, jti, issued_at, nonce, has_query: htu.contains(['?', '#']) })
    }

    /// `exp` and `nbf`: a proof needs neither, and where it has one it holds.
    fn limits(&self, now: SystemTime) -> Result<(), ProofError> {
        let present = date_of(now);
        if let Some(expires_at) = self.date("exp")?
            && expires_at.saturating_add(LEEWAY) <= present
        {
            return Err(ProofError::Time { claim: "exp", seconds: expires_at.seconds() - present.seconds() });
        }
        match self.date("nbf")? {
            Some(begins_at) if begins_at.saturating_sub(LEEWAY) > present => {
                Err(ProofError::Time { claim: "nbf", seconds: begins_at.seconds() - present.seconds() })
            }
            _ => Ok(()),
        }
    }

    fn text(&self, claim: &'static str, expected: &'static str) -> Result<String, ProofError> {
        self.0.get(claim).and_then(text).ok_or(wrong(claim, expected))
    }

    fn date(&self, claim: &'static str) -> Result<Option<NumericDate>, ProofError> {
        let date = |value| NumericDate::from_json_signed(value).map_err(|_| wrong(claim, "a number of seconds"));
        self.0.get(claim).map(date).transpose()
    }
}

fn text(value: JsonValue<'_>) -> Option<String> {
    value.as_str().map(|text| text.into_owned())
}

fn wrong(claim: &'static str, expected: &'static str) -> ProofError {
    ProofError::Claim { claim, expected }
}

/// A moment with its fraction of a second.
pub(super) fn date_of(time: SystemTime) -> NumericDate {
    let whole = epoch::seconds(time);
    let fraction = time.duration_since(epoch::from_seconds(whole)).unwrap_or_default();
    NumericDate::from_seconds(whole).saturating_add(fraction)
}

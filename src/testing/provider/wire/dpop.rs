//! Proofs of possession at the provider: RFC 9449, spelled out by itself.

use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::encoding::base64url;
use crate::jose::{AlgorithmSet, CompactJws, JsonWebKey, JwsVerifier, SignatureAlgorithm, TokenLimits};
use crate::testing::provider::ProviderEndpoint;
use crate::testing::provider::state::proofs::DpopNonces;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

/// The algorithms of proofs.
const ALGORITHMS: [SignatureAlgorithm; 6] = [
    SignatureAlgorithm::ES256,
    SignatureAlgorithm::ES384,
    SignatureAlgorithm::ED25519,
    SignatureAlgorithm::EDDSA,
    SignatureAlgorithm::PS256,
    SignatureAlgorithm::RS256,
];

/// Seconds that `iat` may be off.
const WINDOW: f64 = 300.0;

/// Where proofs are looked at.
const PROVED: [ProviderEndpoint; 6] = [
    ProviderEndpoint::Token,
    ProviderEndpoint::PushedAuthorization,
    ProviderEndpoint::DeviceAuthorization,
    ProviderEndpoint::BackchannelAuthentication,
    ProviderEndpoint::Registration,
    ProviderEndpoint::UserInfo,
];

pub(in crate::testing::provider) fn metadata(nonces: Option<DpopNonces>) -> Map<String, Value> {
    let names: Vec<&str> = ALGORITHMS.iter().map(|algorithm| algorithm.name()).collect();
    Map::from_iter(nonces.map(|_| ("dpop_signing_alg_values_supported".to_owned(), json!(names))))
}

/// Judges the proof of a request, where there is one and the endpoint looks at proofs.
pub(in crate::testing::provider) fn check(call: &Call<'_>, endpoint: ProviderEndpoint) -> Result<(), ErrorResponse> {
    let Some(nonces) = call.shared.config.dpop.filter(|_| PROVED.contains(&endpoint)) else { return Ok(()) };
    let Some(text) = only_proof(call.request.headers()).map_err(|()| refused(endpoint, "invalid_dpop_proof", "more than one proof"))?
    else {
        return Ok(());
    };
    judge(call, endpoint, nonces, text).map_err(|(code, why)| refused(endpoint, code, why))
}

/// Adds the provider's nonce to a response.
pub(in crate::testing::provider) fn add_nonce(call: &Call<'_>, endpoint: ProviderEndpoint, response: &mut HttpResponse) {
    let hands_out = call.shared.config.dpop.is_some_and(|nonces| nonces != DpopNonces::Never);
    if !hands_out || !PROVED.contains(&endpoint) || !call.request.headers().contains_key("dpop") {
        return;
    }
    if call.shared.config.dpop == Some(DpopNonces::Always) {
        call.shared.proofs.renew(is_resource(endpoint));
    }
    if let Ok(nonce) = HeaderValue::try_from(call.shared.proofs.nonce(is_resource(endpoint))) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
}

impl Call<'_> {
    /// The thumbprint of the key of a proof that [`check`] has judged.
    pub(in crate::testing::provider) fn dpop_thumbprint(&self) -> Option<String> {
        self.shared.config.dpop?;
        let text = only_proof(self.request.headers()).ok()??;
        key_of(&CompactJws::parse(text, TokenLimits::default()).ok()?)?.thumbprint()
    }
}

fn only_proof(headers: &HeaderMap) -> Result<Option<&str>, ()> {
    let mut lines = headers.get_all("dpop").iter();
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(line), None) => line.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

fn key_of(jws: &CompactJws<'_>) -> Option<JsonWebKey> {
    let key = JsonWebKey::from_json(jws.header().member("jwk")?.as_raw().as_bytes()).ok()?;
    (!key.had_private_members()).then_some(key)
}

type Flaw = (&'static str, &'static str);

fn judge(call: &Call<'_>, endpoint: ProviderEndpoint, nonces: DpopNonces, text: &str) -> Result<(), Flaw> {
    let wrong = |why: &'static str| ("invalid_dpop_proof", why);
    let jws = CompactJws::parse(text, TokenLimits::default()).map_err(|_| wrong("the proof is not a signed JWT"))?;
    if !jws.header().typ_is("dpop+jwt") {
        return Err(wrong("the proof is of another type"));
    }
    let key = key_of(&jws).ok_or(wrong("the proof has no public key"))?;
    let verifier = JwsVerifier::new(ALGORITHMS.into_iter().collect::<AlgorithmSet>()).map_err(|_| wrong("no algorithms"))?;
    verifier.verify_with_key(&jws, &key).map_err(|_| wrong("the signature of the proof does not verify"))?;
    let claims: Map<String, Value> = serde_json::from_slice(jws.unverified_payload()).map_err(|_| wrong("the proof has no claims"))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("htm") != Some(call.request.method().as_str()) {
        return Err(wrong("htm is another method"));
    }
    let own = call.shared.addresses().of(endpoint).map(|url| url.as_str().split('?').next().unwrap_or_default().to_owned());
    if text("htu").is_none() || text("htu") != own.as_deref() {
        return Err(wrong("htu is another address"));
    }
    let token = credentials(call.request, "DPoP");
    if text("ath") != token.map(|token| base64url::encode(Sha256::digest(token))).as_deref() {
        return Err(wrong("ath is not the hash of the token"));
    }
    let thumbprint = key.thumbprint().unwrap_or_default();
    check_nonce(call, endpoint, nonces, &thumbprint, text("nonce"))?;
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far from where that matters")]
    let now = call.shared.now_seconds() as f64;
    if text("nonce").is_none() && claims.get("iat").and_then(Value::as_f64).is_none_or(|iat| (iat - now).abs() > WINDOW) {
        return Err(wrong("iat is out of time"));
    }
    let id = text("jti").ok_or(wrong("the proof has no jti"))?;
    if !call.shared.proofs.is_first(thumbprint, id) {
        return Err(wrong("the proof was used before"));
    }
    Ok(())
}

fn check_nonce(call: &Call<'_>, endpoint: ProviderEndpoint, nonces: DpopNonces, thumbprint: &str, nonce: Option<&str>) -> Result<(), Flaw> {
    let is_met = match nonces {
        DpopNonces::Never => true,
        DpopNonces::Sometimes => call.shared.proofs.has_shown_nonce(thumbprint, nonce.is_some()),
        DpopNonces::Always => nonce == Some(&call.shared.proofs.nonce(is_resource(endpoint))),
    };
    if is_met { Ok(()) } else { Err(("use_dpop_nonce", "the proof needs the nonce of this response")) }
}

fn is_resource(endpoint: ProviderEndpoint) -> bool {
    endpoint == ProviderEndpoint::UserInfo
}

fn refused(endpoint: ProviderEndpoint, code: &'static str, why: &str) -> ErrorResponse {
    if is_resource(endpoint) { ErrorResponse::dpop(code, why) } else { ErrorResponse::oauth(code, why) }
}

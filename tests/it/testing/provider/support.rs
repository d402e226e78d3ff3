//! Requests as a client would send them, and answers as it would read them.

use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use identity_model::encoding::base64;
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::jose::{AlgorithmSet, CompactJws, JoseError, JsonWebKeySet, JwsVerifier, SignatureAlgorithm, TokenLimits};
use identity_model::testing::{ProviderEndpoint, TestProvider};
use identity_model::transport::{HttpRequest, HttpResponse, TransportError};
use serde_json::Value;

pub(super) const NOW: u64 = 1_750_000_000;

pub(super) fn get(url: impl AsRef<str>) -> HttpRequest {
    http::Request::get(url.as_ref()).body(Default::default()).unwrap()
}

pub(super) fn post(url: impl AsRef<str>, form: &[(&str, &str)]) -> HttpRequest {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    http::Request::post(url.as_ref()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.into()).unwrap()
}

pub(super) fn basic(mut request: HttpRequest, id: &str, secret: &str) -> HttpRequest {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let value = format!("Basic {}", base64::encode(format!("{}:{}", encode(id), encode(secret))));
    request.headers_mut().insert(AUTHORIZATION, value.parse().unwrap());
    request
}

pub(super) fn bearer(mut request: HttpRequest, token: &str) -> HttpRequest {
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    request
}

pub(super) fn json(response: &HttpResponse) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// Asks an endpoint by GET.
pub(super) fn ask(provider: &TestProvider, endpoint: ProviderEndpoint) -> Result<HttpResponse, TransportError> {
    provider.send_blocking(get(provider.address(endpoint)))
}

/// Posts to the token endpoint as the client of `TestProvider::new`.
pub(super) fn token(provider: &TestProvider, form: &[(&str, &str)]) -> HttpResponse {
    let request = post(provider.address(ProviderEndpoint::Token), form);
    provider.send_blocking(basic(request, TestProvider::CLIENT_ID, TestProvider::CLIENT_SECRET)).unwrap()
}

/// The access token of a client credentials grant.
pub(super) fn access_token(provider: &TestProvider) -> String {
    json(&token(provider, &[("grant_type", "client_credentials")]))["access_token"].as_str().unwrap().to_owned()
}

pub(super) fn key_set(provider: &TestProvider) -> JsonWebKeySet {
    JsonWebKeySet::from_json(ask(provider, ProviderEndpoint::Jwks).unwrap().body()).unwrap()
}

/// The header and the claims, if the published keys bear the signature out.
pub(super) fn verify(provider: &TestProvider, token: &str) -> Result<(Value, Value), JoseError> {
    let verifier = JwsVerifier::new(AlgorithmSet::from_iter(SignatureAlgorithm::ALL.iter().copied()))?;
    let jws = CompactJws::parse(token, TokenLimits::default())?;
    let verified = verifier.verify(&jws, &key_set(provider))?;
    let header = serde_json::from_str(verified.header().as_json()).unwrap();
    Ok((header, serde_json::from_slice(verified.payload()).unwrap()))
}

/// A clock at `NOW`, the timer that moves it, and both as an environment with seeded entropy.
pub(super) fn fixed() -> (FixedClock, FixedTimer, Environment) {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW));
    let timer = FixedTimer::moving(&clock);
    let environment = Environment::system().with_clock(clock.clone()).with_timer(timer.clone()).with_entropy(SeededEntropy::new(7));
    (clock, timer, environment)
}

pub(super) const REDIRECT_URI: &str = "https://app.test/cb";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An authorization URL for a code, with these parameters beside or in place of the usual ones; an empty value leaves one out.
pub(super) fn login_url(provider: &TestProvider, parameters: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", TestProvider::CLIENT_ID),
        ("response_type", "code"),
        ("scope", "openid"),
        ("redirect_uri", REDIRECT_URI),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.iter().filter(|(name, _)| parameters.iter().all(|(other, _)| other != name));
    let pairs = kept.chain(parameters).filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{}?{query}", provider.address(ProviderEndpoint::Authorization))
}

/// The response to the code of an authorization, at the token endpoint.
pub(super) fn redeem(provider: &TestProvider, code: &str) -> HttpResponse {
    let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT_URI), ("code_verifier", VERIFIER)];
    token(provider, &form)
}

/// The claims of the ID token that a code gets.
pub(super) fn id_token_claims(provider: &TestProvider, code: &str) -> Value {
    let document = json(&redeem(provider, code));
    verify(provider, document["id_token"].as_str().unwrap_or_else(|| panic!("{document}"))).unwrap().1
}

/// The left half of the SHA-256 of a text, as `at_hash` and its like have it.
pub(super) fn half_hash(text: &str) -> String {
    let hash = <sha2::Sha256 as sha2::Digest>::digest(text);
    identity_model::encoding::base64url::encode(&hash[..16])
}

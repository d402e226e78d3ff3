//! A resource and its clients: proofs are written by hand, member by member, so that each can be wrong.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use identity_model::cache::MemoryReplayStore;
use identity_model::encoding::{base64url, digest::sha256_base64url};
use identity_model::environment::{Environment, FixedClock};
use identity_model::jose::{BlockingSigner, JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::keys::TokenValidator;
use identity_model::protocol::dpop::{AccessRejection, DpopVerifier, NonceSecret, ServerNonces};
use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
use identity_model::protocol::mtls::CertificateThumbprint;
use identity_model::resource::{RequestValidator, ValidatedRequest};
use identity_model::validation::TokenKind;
use serde_json::{Value, json};

pub(super) const NOW: u64 = 1_800_000_000;
pub(super) const URL: &str = "https://api.example.com/v1/items";
pub(super) const ISSUER: &str = "https://idp.example.com";

/// RFC 8705 appendix A.
pub(crate) const CERTIFICATE: &str = concat!(
    "-----BEGIN CERTIFICATE-----\n",
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGBy",
    "qGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID",
    "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=",
    "\n-----END CERTIFICATE-----\n",
);
pub(super) const CERTIFICATE_THUMBPRINT: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

pub(super) fn certificate() -> CertificateThumbprint {
    CertificateThumbprint::of_pem(CERTIFICATE).unwrap()
}

/// What a request comes to, by the letters of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Accepted,
    /// 401 `invalid_dpop_proof`.
    P,
    /// 401 `use_dpop_nonce`, with a nonce.
    N,
    /// 401 `invalid_token`.
    T,
    /// 400 `invalid_request`.
    B,
    /// 401 without an error.
    C,
    /// 503.
    X,
}

impl Outcome {
    pub(super) fn of(result: &Result<ValidatedRequest, AccessRejection>) -> Self {
        let Err(rejection) = result else { return Self::Accepted };
        let challenges: Vec<String> =
            rejection.headers().get_all("www-authenticate").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
        let errors: Vec<&str> = challenges.iter().filter_map(|line| line.split("error=\"").nth(1)?.split('"').next()).collect();
        assert_eq!(rejection.headers()["cache-control"], "no-store");
        match (rejection.status().as_u16(), &errors[..]) {
            (401, ["invalid_dpop_proof"]) => Self::P,
            (401, ["use_dpop_nonce"]) => {
                assert!(rejection.headers().contains_key("dpop-nonce") && challenges.len() == 1, "{challenges:?}");
                Self::N
            }
            (401, ["invalid_token"]) => Self::T,
            (400, ["invalid_request"]) => Self::B,
            (401, []) if !challenges.is_empty() => Self::C,
            (503, []) if challenges.is_empty() => Self::X,
            other => panic!("{other:?}: {challenges:?}, {rejection:?}"),
        }
    }
}

/// The resource.
pub(super) struct Resource {
    pub(super) clock: FixedClock,
    pub(super) store: MemoryReplayStore,
    issuer_key: PrivateKey,
    change: Box<dyn Fn(DpopVerifier) -> DpopVerifier>,
    capacity: usize,
}

pub(super) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

impl Resource {
    pub(super) fn new() -> Self {
        Self::with(|verifier| verifier)
    }

    /// The same with another setting.
    pub(super) fn with(change: impl Fn(DpopVerifier) -> DpopVerifier + 'static) -> Self {
        let clock = FixedClock::at(at(NOW));
        let environment = Environment::system().with_clock(clock.clone());
        let store = MemoryReplayStore::new(8).with_environment(environment);
        let issuer_key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        Self { clock, store, issuer_key, change: Box::new(change), capacity: 8 }
    }

    /// The same that demands nonces.
    pub(super) fn with_nonces(change: impl Fn(DpopVerifier) -> DpopVerifier + 'static) -> Self {
        Self::with(move |verifier| change(verifier.with_nonces(nonces())))
    }

    /// With a store in which all places are taken.
    pub(super) fn full() -> Self {
        let resource = Self::new();
        for number in 0..resource.capacity {
            let request = Request::new(&resource).jti(&format!("filling-{number}"));
            assert_eq!(resource.outcome(&request), Outcome::Accepted);
        }
        resource
    }

    pub(super) fn validator(&self) -> RequestValidator {
        let environment = Environment::system().with_clock(self.clock.clone());
        let verifier = DpopVerifier::new(PublicUrl::new("https://api.example.com").unwrap(), self.store.clone()).unwrap();
        let verifier = verifier.with_algorithms([SignatureAlgorithm::ES256, SignatureAlgorithm::EDDSA]).unwrap();
        let tokens = TokenValidator::builder()
            .keys(JsonWebKeySet::from_keys([self.issuer_key.public_jwk().clone()]))
            .issuer(ISSUER)
            .audience("orders")
            .kind(TokenKind::PlainAccessToken)
            .environment(environment.clone())
            .build();
        RequestValidator::new((self.change)(verifier), tokens).with_environment(environment)
    }

    /// An access token with this `cnf`.
    pub(super) fn token(&self, confirmation: Option<Value>) -> String {
        let mut claims = json!({"iss": ISSUER, "aud": "orders", "sub": "ann", "exp": NOW + 3600, "iat": NOW, "scope": "orders:read"});
        if let Some(confirmation) = confirmation {
            claims["cnf"] = confirmation;
        }
        let signer = self.issuer_key.signer(SignatureAlgorithm::ES256).unwrap();
        sign_compact_blocking(&JwsHeader::new(), claims.to_string().as_bytes(), &signer).unwrap()
    }

    pub(super) fn send(&self, request: &Request) -> Result<ValidatedRequest, AccessRejection> {
        self.send_to(&self.validator(), request)
    }

    pub(super) fn send_to(&self, validator: &RequestValidator, request: &Request) -> Result<ValidatedRequest, AccessRejection> {
        let headers = request.headers();
        let mut incoming = IncomingRequest::new(&request.method, &request.target, &headers).with_peer([192, 0, 2, 1]);
        if let Some(certificate) = request.certificate {
            incoming = incoming.with_certificate(certificate);
        }
        if let Some(form) = &request.form {
            incoming = incoming.with_form(&identity_model::encoding::form::Form::parse(form).unwrap());
        }
        validator.validate_blocking(&incoming)
    }

    pub(super) fn outcome(&self, request: &Request) -> Outcome {
        Outcome::of(&self.send(request))
    }
}

pub(super) fn nonces() -> ServerNonces {
    ServerNonces::new("https://api.example.com", NonceSecret::new(std::array::from_fn(|place| u8::try_from(place).unwrap())))
}

/// A JSON object whose members are written as they are stated: in order, twice if they are stated twice.
#[derive(Clone)]
pub(super) struct Members(Vec<(String, String)>);

impl Members {
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into().to_string();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, place)) => *place = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    pub(super) fn repeat(&mut self, name: &str) {
        let again = self.0.iter().find(|(known, _)| known == name).unwrap().clone();
        self.0.push(again);
    }

    fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A request with a proof: all of it good, unless it is changed.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) token: String,
    /// The lines of `Authorization`.
    pub(super) authorization: Vec<String>,
    pub(super) header: Members,
    pub(super) claims: Members,
    pub(super) key: PrivateKey,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) certificate: Option<CertificateThumbprint>,
    pub(super) form: Option<String>,
    /// The lines of `DPoP`, where they are not the one proof.
    pub(super) proofs: Option<Vec<String>>,
    further: Vec<(&'static str, String)>,
}

impl Request {
    /// GET with a token that is bound to the key.
    pub(super) fn new(resource: &Resource) -> Self {
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        Self::by(resource, key, SignatureAlgorithm::ES256)
    }

    pub(super) fn by(resource: &Resource, key: PrivateKey, algorithm: SignatureAlgorithm) -> Self {
        let token = resource.token(Some(json!({"jkt": key.public_jwk().thumbprint().unwrap()})));
        Self::with_token(&token, key, algorithm)
    }

    pub(super) fn with_token(token: &str, key: PrivateKey, algorithm: SignatureAlgorithm) -> Self {
        let jwk = public_jwk(&key);
        let mut header = Members(Vec::new());
        header.set("typ", "dpop+jwt");
        header.set("alg", algorithm.name());
        header.set("jwk", jwk);
        let mut claims = Members(Vec::new());
        claims.set("jti", "-BwC3ESc6acc2lTc");
        claims.set("htm", "GET");
        claims.set("htu", URL);
        claims.set("iat", NOW);
        claims.set("ath", sha256_base64url(token));
        Self {
            method: "GET".to_owned(),
            target: "/v1/items".to_owned(),
            token: token.to_owned(),
            authorization: vec![format!("DPoP {token}")],
            header,
            claims,
            key,
            algorithm,
            certificate: None,
            form: None,
            proofs: None,
            further: Vec::new(),
        }
    }

    /// The same request for another token, whose hash the proof has.
    pub(super) fn token(mut self, token: &str) -> Self {
        self.claims.set("ath", sha256_base64url(token));
        self.authorization = vec![format!("DPoP {token}")];
        self.token = token.to_owned();
        self
    }

    pub(super) fn scheme(mut self, scheme: &str) -> Self {
        self.authorization = vec![format!("{scheme} {}", self.token)];
        self
    }

    pub(super) fn jti(self, jti: &str) -> Self {
        self.claim("jti", jti)
    }

    pub(super) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.set(name, value);
        self
    }

    pub(super) fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    pub(super) fn head(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.set(name, value);
        self
    }

    pub(super) fn without_head(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    pub(super) fn proofs<T: Into<String>>(mut self, lines: impl IntoIterator<Item = T>) -> Self {
        self.proofs = Some(lines.into_iter().map(Into::into).collect());
        self
    }

    pub(super) fn line(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.further.push((name, value.into()));
        self
    }

    /// The proof, signed.
    pub(super) fn proof(&self) -> String {
        sign(&self.header.text(), &self.claims.text(), &self.key, self.algorithm)
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut add = |name: &'static str, value: &str| {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        };
        self.authorization.iter().for_each(|line| add("authorization", line));
        let proofs = self.proofs.clone().unwrap_or_else(|| vec![self.proof()]);
        proofs.iter().for_each(|line| add("dpop", line));
        self.further.iter().for_each(|(name, value)| add(name, value));
        headers
    }
}

pub(super) fn sign(header: &str, claims: &str, key: &PrivateKey, algorithm: SignatureAlgorithm) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    let signature = key.signer(algorithm).unwrap().sign_blocking(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(signature))
}

/// The public half without what a generated key says of itself.
pub(super) fn public_jwk(key: &PrivateKey) -> Value {
    let mut jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let members = jwk.as_object_mut().unwrap();
    for name in ["alg", "use", "kid"] {
        members.remove(name);
    }
    jwk
}

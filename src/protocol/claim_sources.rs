//! Aggregated and distributed claims: what a response says about claims that others make (OpenID Connect Core section 5.6.2).

use std::collections::HashMap;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::discovery::{DiscoveryPolicy, Endpoint, NamedAddress};
use super::error::RequestError;
use super::excerpt::escaped;
use super::request::{RequestOptions, bearer, with_body};
use super::response::{Expectation, Quirks};
use crate::constants::media_types;
use crate::document::{Document, DocumentError};
use crate::encoding::json::{JsonKind, JsonValue, not_utf8};
use crate::encoding::work;
use crate::exchange::Port;
use crate::secret::{AccessToken, SecurityAssertion};
use crate::transport::{BodyLimit, Repeat};

const NAMES: &str = "_claim_names";
const SOURCES: &str = "_claim_sources";
/// Who is spoken of in errors about the two members.
const ANSWER: &str = "provider";
const ENDPOINT: &str = "distributed claims endpoint";

/// What no source may say: who the user is, and what makes a token one.
const RESERVED: [&str; 20] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "azp",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
    "cnf",
    "sub_jwk",
    NAMES,
    SOURCES,
];

/// The sources that a response names, in order; nothing of them is verified or fetched yet.
///
/// OpenID Connect Core section 5.6.2: `_claim_names` says which claim comes from which source, `_claim_sources` where the source is. Sources
/// that no claim comes from are left out. [`ClaimResolver`](crate::keys::ClaimResolver) verifies and fetches.
///
/// # Example
/// ```
/// use identity_model::document::Document;
/// use identity_model::protocol::claim_sources::{ClaimSourceKind, ClaimSources};
///
/// let claims = Document::parse(r#"{"sub":"248289761001","_claim_names":{"shoe_size":"a","credit_score":"b"},
///     "_claim_sources":{"a":{"JWT":"h.c.s"},"b":{"endpoint":"https://credit.example.com/score","access_token":"ksj3n283dke"}}}"#)?;
/// let sources = ClaimSources::of(&claims)?;
/// assert_eq!(sources.iter().map(|source| source.claims()[0].as_str()).collect::<Vec<_>>(), ["shoe_size", "credit_score"]);
/// assert!(matches!(sources.iter().next().unwrap().kind(), ClaimSourceKind::Aggregated(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClaimSources(Vec<ClaimSource>);

/// One source and the claims that come from it.
#[derive(Debug, Clone)]
pub struct ClaimSource {
    name: String,
    claims: Vec<String>,
    kind: ClaimSourceKind,
}

/// Where the claims of a source are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ClaimSourceKind {
    /// Here, in a JWT that the source signed.
    Aggregated(SecurityAssertion),
    /// To be fetched from the source, with a token of its own where it wants one.
    Distributed {
        /// Where; no policy has seen it yet.
        endpoint: String,
        /// For this endpoint and nothing else.
        access_token: Option<AccessToken>,
    },
}

impl ClaimSources {
    /// Reads both members of a userinfo response or an ID token; empty where there are none.
    ///
    /// # Errors
    /// [`RequestError::Member`] and [`RequestError::Malformed`] for members that are not as they must be: a claim whose source is not there,
    /// a source that is both or neither, a claim that no source may make (`sub`, `iss` and the like).
    pub fn of(document: &Document) -> Result<Self, RequestError> {
        let mut sources: Vec<ClaimSource> = Vec::new();
        let Some(names) = members(document, NAMES)? else { return Ok(Self(sources)) };
        let described: HashMap<String, JsonValue<'_>> = members(document, SOURCES)?.into_iter().flatten().collect();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (claim, source) in names {
            if RESERVED.contains(&claim.as_str()) {
                return Err(wrong(NAMES, "claims that a source may make", format!("`{claim}`")));
            }
            let Some(source) = source.as_str() else {
                return Err(wrong(NAMES, "names of sources", source.kind().as_str()));
            };
            work::add(1 + source.len());
            if let Some(known) = places.get(&*source).and_then(|place| sources.get_mut(*place)) {
                known.claims.push(claim);
                continue;
            }
            let description = described
                .get(&*source)
                .ok_or_else(|| wrong(SOURCES, "every source that is named", format!("no `{}`", escaped(&source, 100))))?;
            places.insert(source.clone().into_owned(), sources.len());
            sources.push(ClaimSource { name: source.into_owned(), claims: vec![claim], kind: ClaimSourceKind::of(*description)? });
        }
        Ok(Self(sources))
    }

    /// The sources in the order in which claims name them.
    pub fn iter(&self) -> impl Iterator<Item = &ClaimSource> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// More than a caller wants to follow is an error before anything is fetched.
    pub(crate) fn at_most(self, limit: usize) -> Result<Self, RequestError> {
        if self.len() <= limit {
            return Ok(self);
        }
        Err(RequestError::Member {
            endpoint: ANSWER.into(),
            member: SOURCES,
            expected: "no more sources than the limit",
            found: format!("{} where {limit} are allowed", self.len()),
        })
    }
}

impl ClaimSource {
    /// The name that the response gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The claims that come from it.
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    /// Where its claims are.
    pub fn kind(&self) -> &ClaimSourceKind {
        &self.kind
    }
}

impl ClaimSourceKind {
    fn of(description: JsonValue<'_>) -> Result<Self, RequestError> {
        let Some(members) = description.members() else {
            return Err(wrong(SOURCES, "objects", description.kind().as_str()));
        };
        let (mut jwt, mut endpoint, mut token) = (None, None, None);
        for (name, value) in members {
            let place = match &*name {
                "JWT" => &mut jwt,
                "endpoint" => &mut endpoint,
                "access_token" => &mut token,
                _ => continue,
            };
            let text = value.as_str().filter(|text| !text.is_empty());
            *place = Some(text.ok_or_else(|| wrong(SOURCES, "non-empty strings in a source", value.kind().as_str()))?.into_owned());
        }
        match (jwt, endpoint, token) {
            (Some(jwt), None, None) => Ok(Self::Aggregated(jwt.into())),
            (None, Some(endpoint), token) => Ok(Self::Distributed { endpoint, access_token: token.map(AccessToken::from) }),
            (None, None, _) => Err(wrong(SOURCES, "`JWT` or `endpoint` in a source", "neither")),
            (Some(_), ..) => Err(wrong(SOURCES, "`JWT` or `endpoint` in a source", "`JWT` beside others")),
        }
    }
}

/// The members of an object within the response; `None` where it is absent or `null`.
fn members<'d>(document: &'d Document, name: &'static str) -> Result<Option<Vec<(String, JsonValue<'d>)>>, RequestError> {
    let Some(value) = document.value(name).filter(|value| !value.is_null()) else { return Ok(None) };
    match value.members() {
        Some(members) => Ok(Some(members.map(|(name, value)| (name.into_owned(), value)).collect())),
        None => Err(RequestError::Malformed {
            endpoint: ANSWER.into(),
            source: DocumentError::unexpected_type(name, JsonKind::Object.as_str(), value.kind()),
        }),
    }
}

fn wrong(member: &'static str, expected: &'static str, found: impl Into<String>) -> RequestError {
    RequestError::Member { endpoint: ANSWER.into(), member, expected, found: found.into() }
}

/// Fetches the JWT of a distributed source, with the token of that source or none. The caller's own headers and parameters stay at home.
pub(crate) async fn fetch(
    endpoint: &Endpoint,
    access_token: Option<&AccessToken>,
    options: &RequestOptions,
    port: &Port,
) -> Result<SecurityAssertion, RequestError> {
    let body_limit = options.body_limit(BodyLimit::DEFAULT);
    let mut attempts = Attempts::begin(options, ENDPOINT, Repeat::Safe, body_limit, port)?;
    let expectation = Expectation {
        endpoint: ENDPOINT,
        success: StatusCode::OK,
        also: &[],
        media_types: &[media_types::JWT],
        body_limit,
        quirks: Quirks::of(endpoint.policy()),
    };
    loop {
        let mut builder = options.request(Method::GET, endpoint.url().as_str(), media_types::JWT)?;
        if let Some(token) = access_token {
            builder = builder.header(AUTHORIZATION, bearer("access_token", token)?);
        }
        if let Some(response) = attempts.send(with_body(builder, String::new())?, port).await? {
            let accepted = expectation.accept(response, port.now());
            let accepted = accepted.map_err(|error| attempts.located(error).hiding(access_token.map(AccessToken::expose)))?;
            let body = accepted.body().trim_ascii();
            let text = std::str::from_utf8(body).map_err(|_| expectation.malformed(DocumentError::Json(not_utf8(body))))?;
            return Ok(SecurityAssertion::new(text));
        }
    }
}

/// The endpoint of a source as the policy accepts it: it may be private only where the provider that names it is, and where the policy
/// presets an authority it must stand below that or another allowed base.
pub(crate) fn accept(policy: &DiscoveryPolicy, endpoint: &str, named_by: &str) -> Result<Endpoint, RequestError> {
    Ok(policy.check_named(NamedAddress::CLAIM_SOURCE, endpoint, named_by)?)
}

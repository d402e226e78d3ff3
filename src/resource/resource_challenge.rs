//! What a protected resource says in `WWW-Authenticate`: RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3, RFC 9728 section 5.1.

use std::time::Duration;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

use crate::encoding::challenge::Challenge;

/// One challenge of a protected resource, with the parameters that the specifications define.
///
/// RFC 6750 section 3 (`error`, `scope`, `realm`), RFC 9449 section 7.1 (`algs`), RFC 9470 section 3 (`acr_values`, `max_age`), RFC 9728
/// section 5.1 (`resource_metadata`). What a challenge says comes from the resource: hold an address against a policy before it is used.
///
/// # Example
/// ```
/// use identity_model::resource::ResourceChallenge;
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("www-authenticate", r#"Bearer error="insufficient_scope", scope="orders:read orders:write""#.parse()?);
/// let challenges = ResourceChallenge::all(&headers);
/// assert_eq!(challenges[0].error(), Some("insufficient_scope"));
/// assert_eq!(challenges[0].scope().collect::<Vec<_>>(), ["orders:read", "orders:write"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceChallenge(Challenge);

impl ResourceChallenge {
    /// The challenges of a response, in order; none where the header is absent or malformed.
    pub fn all(headers: &HeaderMap) -> Vec<Self> {
        Challenge::parse(headers.get_all(WWW_AUTHENTICATE)).into_iter().map(Self).collect()
    }

    /// Whether the challenge is of this scheme (`Bearer`, `DPoP`), in any case.
    pub fn is_scheme(&self, scheme: &str) -> bool {
        self.0.is_scheme(scheme)
    }

    /// Why the request was rejected: `invalid_token`, `insufficient_scope`, `insufficient_user_authentication`, `use_dpop_nonce`.
    pub fn error(&self) -> Option<&str> {
        self.0.parameter("error")
    }

    /// The scopes that the request needs.
    pub fn scope(&self) -> impl Iterator<Item = &str> {
        self.0.parameter("scope").unwrap_or_default().split_ascii_whitespace()
    }

    /// The authentication context classes of which the user has to meet one.
    pub fn acr_values(&self) -> impl Iterator<Item = &str> {
        self.0.parameter("acr_values").unwrap_or_default().split_ascii_whitespace()
    }

    /// How long ago the user may have authenticated; `None` where it is absent or not a number of seconds.
    pub fn max_age(&self) -> Option<Duration> {
        let text = self.0.parameter("max_age")?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten().map(Duration::from_secs)
    }

    /// The address of the resource's metadata, unchecked.
    pub fn resource_metadata(&self) -> Option<&str> {
        self.0.parameter("resource_metadata")
    }

    /// The challenge itself, with every parameter.
    pub fn challenge(&self) -> &Challenge {
        &self.0
    }
}

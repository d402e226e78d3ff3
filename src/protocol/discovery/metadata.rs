//! Which members of a document are endpoints, and which must be there: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2.

use crate::constants::{grant_types, metadata as names};

/// Which members a document must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MetadataProfile {
    /// OpenID Connect Discovery 1.0 section 3: issuer, authorization and token endpoint, key set, response types, subject types, algorithms
    /// of ID tokens. The default.
    #[default]
    OpenIdProvider,
    /// RFC 8414 section 2: issuer and response types; authorization and token endpoint as far as the supported grants need them.
    AuthorizationServer,
    /// Issuer and keys, enough to verify tokens: GitHub Actions, Kubernetes, Descope.
    KeysOnly,
}

/// When the key set of a provider is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeySetLoading {
    /// With the document: a failure fails discovery. The default.
    #[default]
    Eager,
    /// At first use.
    Lazy,
    /// Not at all.
    Never,
}

/// What a member of a document turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemberShape {
    /// Not there, or null.
    Absent,
    /// A string.
    Text,
    /// An array of strings.
    Texts,
    /// Something else.
    Other,
}

/// A required member and what it must be.
pub(super) type Required = (&'static str, MemberShape);

const ISSUER: Required = (names::ISSUER, MemberShape::Text);
const AUTHORIZATION_ENDPOINT: Required = (names::AUTHORIZATION_ENDPOINT, MemberShape::Text);
const TOKEN_ENDPOINT: Required = (names::TOKEN_ENDPOINT, MemberShape::Text);
const RESPONSE_TYPES: Required = (names::RESPONSE_TYPES_SUPPORTED, MemberShape::Texts);
const SUBJECT_TYPES: Required = (names::SUBJECT_TYPES_SUPPORTED, MemberShape::Texts);
const ID_TOKEN_ALGORITHMS: Required = (names::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED, MemberShape::Texts);

/// Whether a top-level member of a document is an endpoint: a name that ends in `endpoint` in any case, `jwks_uri`,
/// `check_session_iframe`. Each member of `mtls_endpoint_aliases` is one whatever its name.
pub(crate) fn is_endpoint(member: &str) -> bool {
    super::text::strip_suffix_ignoring_case(member, "endpoint").is_some()
        || member == names::JWKS_URI
        || member == names::CHECK_SESSION_IFRAME
}

impl MetadataProfile {
    pub(super) fn requires(self, supported_grants: Option<&[&str]>) -> Vec<Required> {
        match self {
            Self::OpenIdProvider => {
                vec![ISSUER, AUTHORIZATION_ENDPOINT, TOKEN_ENDPOINT, RESPONSE_TYPES, SUBJECT_TYPES, ID_TOKEN_ALGORITHMS]
            }
            Self::AuthorizationServer => {
                // RFC 8414: omitted grant types mean `authorization_code` and `implicit`.
                let grants = supported_grants.unwrap_or(&[grant_types::AUTHORIZATION_CODE, grant_types::IMPLICIT]);
                let needs_authorization =
                    grants.iter().any(|grant| [grant_types::AUTHORIZATION_CODE, grant_types::IMPLICIT].contains(grant));
                let needs_token = grants.iter().any(|grant| *grant != grant_types::IMPLICIT);
                let mut required = vec![ISSUER, RESPONSE_TYPES];
                required.extend(needs_authorization.then_some(AUTHORIZATION_ENDPOINT));
                required.extend(needs_token.then_some(TOKEN_ENDPOINT));
                required
            }
            Self::KeysOnly => vec![ISSUER],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::DiscoveryPolicy;
    use super::*;

    #[test]
    fn endpoints_are_known_by_name() {
        for name in ["token_endpoint", "jwks_uri", "check_session_iframe", "userinfoEndpoint", "ENDPOINT", "kerberos_endpoint"] {
            assert!(is_endpoint(name), "{name}");
        }
        for name in ["issuer", "mtls_endpoint_aliases", "endpoint_x", "op_policy_uri", "JWKS_URI", "endpoin", "", "üendpoin"] {
            assert!(!is_endpoint(name), "{name}");
        }
    }

    #[test]
    fn rfc_8414_requires_what_the_grants_need() {
        let required = |grants| MetadataProfile::AuthorizationServer.requires(grants).iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let both = ["issuer", "response_types_supported", "authorization_endpoint", "token_endpoint"];
        assert_eq!(required(None), both);
        assert_eq!(required(Some(&["authorization_code", "refresh_token"])), both);
        assert_eq!(required(Some(&["implicit"])), ["issuer", "response_types_supported", "authorization_endpoint"]);
        assert_eq!(required(Some(&["client_credentials"])), ["issuer", "response_types_supported", "token_endpoint"]);
    }

    #[test]
    fn keys_only_is_content_with_issuer_and_keys() {
        let policy = DiscoveryPolicy::builder().metadata_profile(MetadataProfile::KeysOnly).build();
        let only = |present: &'static [&str]| {
            let shape = move |member: &str| if present.contains(&member) { MemberShape::Text } else { MemberShape::Absent };
            policy.check_required_members(shape, None).iter().map(|violation| violation.member().to_owned()).collect::<Vec<_>>()
        };
        assert!(only(&["issuer", "jwks_uri"]).is_empty());
        assert_eq!(only(&["jwks_uri"]), ["issuer"]);
        assert_eq!(only(&["issuer"]), ["jwks_uri"]);
    }
}

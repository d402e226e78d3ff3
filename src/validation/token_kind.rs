//! The kinds of signed tokens a client meets, and how each says what it is: RFC 8725 section 3.11, RFC 9068, RFC 9701.

use std::fmt;

use super::claim_name::{ClaimName, ClaimSet};
use crate::jose::{AlgorithmSet, JoseHeader, SignatureAlgorithm};

/// A kind of signed token. One kind is never accepted where another is wanted.
///
/// The kind decides which claims are required, which `typ` the header may have and which algorithms are allowed by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// An ID token (OpenID Connect Core section 2). Requires `iss`, `sub`, `aud`, `exp`, `iat`; RS256 by default.
    IdToken,
    /// A JWT access token with `typ` `at+jwt` (RFC 9068). Requires `iss`, `exp`, `aud`, `sub`, `iat`, `jti`, `client_id`; every
    /// asymmetric algorithm by default.
    AccessToken,
    /// A JWT access token of a server that does not follow RFC 9068. Requires `iss`, `exp`, `aud`; any `typ` that does not name
    /// another kind; every asymmetric algorithm by default.
    PlainAccessToken,
    /// A logout token (OpenID Connect Back-Channel Logout section 2.4). Requires `iss`, `aud`, `iat`, `jti`, `exp`, `events` with the
    /// logout event, and `sub` or `sid`; rejects `nonce`; `typ` is `logout+jwt`, `JWT` or absent; RS256 by default.
    LogoutToken,
    /// An authorization response (JARM section 2.1). Requires `iss`, `aud`, `exp`, which is at most ten minutes away; RS256 by default.
    AuthorizationResponse,
    /// An introspection respond with `typ` `token-introspection+jwt` (RFC 9701 section 5). Requires `iss`, `aud`, `iat` and the object
    /// `token_introspection`; RS256 by default.
    IntrospectionResponse,
    /// A signed UserInfo response (OpenID Connect Core section 5.3.2). Requires `sub`; `iss` and `aud` are checked where they are
    /// present; no algorithm is allowed by default, it follows from the client's registration.
    UserInfoResponse,
    /// The claims that a claims provider makes about a user, aggregated or distributed (OpenID Connect Core section 5.6.2). Requires `iss`;
    /// `aud` and `exp` are checked where they are present; every asymmetric algorithm by default.
    ClaimSource,
    /// Any other JWT. Requires `iss`, `aud`, `exp`; every asymmetric algorithm by default.
    Other,
}

/// How the header member `typ` is judged: compared without case and without `application/`.
pub(super) enum TypeRule {
    /// Must be there and be this name.
    Exactly(&'static str),
    /// Absent, `JWT` or this name.
    GenericOr(&'static str),
    /// Anything but the name of another kind.
    NotAnother,
}

/// What a kind demands unless the caller says otherwise.
pub(super) struct Profile {
    pub(super) required: ClaimSet,
    pub(super) algorithms: AlgorithmSet,
    pub(super) types: TypeRule,
}

/// Names of the header member `typ` that say which kind a token is of; `None` for kinds that have no row here.
const TYPE_NAMES: &[(&str, Option<TokenKind>)] = &[
    ("at+jwt", Some(TokenKind::AccessToken)),
    ("logout+jwt", Some(TokenKind::LogoutToken)),
    ("token-introspection+jwt", Some(TokenKind::IntrospectionResponse)),
    ("oauth-authz-req+jwt", None),
    ("client-authentication+jwt", None),
    ("dpop+jwt", None),
    ("secevent+jwt", None),
    ("rt+jwt", None),
    ("oauth-id-jag+jwt", None),
    ("oauth-client-attestation+jwt", None),
    ("oauth-client-attestation-pop+jwt", None),
    ("entity-statement+jwt", None),
    ("trust-mark+jwt", None),
    ("resolve-response+jwt", None),
    ("jwk-set+jwt", None),
    ("kb+jwt", None),
    ("dc+sd-jwt", None),
    ("vc+sd-jwt", None),
    ("statuslist+jwt", None),
    ("openid4vci-proof+jwt", None),
    ("txntoken+jwt", None),
];

impl TokenKind {
    /// The name of the kind, as errors and logs show it: `ID token`, `access token`…
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdToken => "ID token",
            Self::AccessToken => "access token",
            Self::PlainAccessToken => "plain access token",
            Self::LogoutToken => "logout token",
            Self::AuthorizationResponse => "authorization response",
            Self::IntrospectionResponse => "introspection response",
            Self::UserInfoResponse => "UserInfo response",
            Self::ClaimSource => "claims of a source",
            Self::Other => "other token",
        }
    }

    /// Whether it is an access token, with or without `at+jwt`.
    pub const fn is_access_token(self) -> bool {
        matches!(self, Self::AccessToken | Self::PlainAccessToken)
    }

    /// The algorithms that are allowed where neither the caller nor metadata says any.
    pub fn default_algorithms(self) -> AlgorithmSet {
        self.profile().algorithms
    }

    pub(super) fn profile(self) -> Profile {
        use ClaimName::{Aud, ClientId, Events, Exp, Iat, Iss, Jti, Sub, TokenIntrospection};
        let row = |required: &[ClaimName], algorithms, types| Profile { required: required.iter().copied().collect(), algorithms, types };
        let rs256 = AlgorithmSet::only(SignatureAlgorithm::RS256);
        match self {
            Self::IdToken => row(&[Iss, Sub, Aud, Exp, Iat], rs256, TypeRule::NotAnother),
            Self::AccessToken => row(&[Iss, Exp, Aud, Sub, Iat, Jti, ClientId], AlgorithmSet::ASYMMETRIC, TypeRule::Exactly("at+jwt")),
            Self::PlainAccessToken => row(&[Iss, Exp, Aud], AlgorithmSet::ASYMMETRIC, TypeRule::NotAnother),
            Self::LogoutToken => row(&[Iss, Aud, Iat, Jti, Exp, Events], rs256, TypeRule::GenericOr("logout+jwt")),
            Self::AuthorizationResponse => row(&[Iss, Aud, Exp], rs256, TypeRule::NotAnother),
            Self::IntrospectionResponse => row(&[Iss, Aud, Iat, TokenIntrospection], rs256, TypeRule::Exactly("token-introspection+jwt")),
            Self::UserInfoResponse => row(&[Sub], AlgorithmSet::EMPTY, TypeRule::NotAnother),
            Self::ClaimSource => row(&[Iss], AlgorithmSet::ASYMMETRIC, TypeRule::NotAnother),
            Self::Other => row(&[Iss, Aud, Exp], AlgorithmSet::ASYMMETRIC, TypeRule::NotAnother),
        }
    }

    /// Whether the header's `typ` can belong to this kind; if not, what was expected.
    pub(super) fn accepts_type(self, header: &JoseHeader) -> Result<(), &'static str> {
        let absent = header.typ().is_none();
        match self.profile().types {
            TypeRule::Exactly(name) if header.typ_is(name) => Ok(()),
            TypeRule::Exactly(name) => Err(name),
            TypeRule::GenericOr(name) if absent || header.typ_is("JWT") || header.typ_is(name) => Ok(()),
            TypeRule::GenericOr(name) => Err(name),
            TypeRule::NotAnother => match TYPE_NAMES.iter().find(|(name, _)| header.typ_is(name)) {
                Some((_, Some(kind))) if *kind == self || (kind.is_access_token() && self.is_access_token()) => Ok(()),
                Some(_) => Err("not the name of another kind of token"),
                None => Ok(()),
            },
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! The last stage: a token that passed, and what may be believed of it.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::options::Rules;
use super::{Claims, ClockSkew, PreviousIdToken, TokenKind, TokenValidationOptions};
use crate::document::{DocumentError, forward_document};
use crate::encoding::base64url;
use crate::jose::{JoseHeader, JsonWebKey, SignatureAlgorithm};
use crate::principal::{Claim, ClaimsIdentity, ClaimsPrincipal};

/// A token that passed every rule; there is no other way to obtain one.
///
/// Cheap to clone. It holds the claims and the header, not the token's text; `Debug` shows the names of claims, never values.
///
/// # Example
/// ```
/// # use std::time::{Duration, SystemTime};
/// # use identity_model::jose::{JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
/// use identity_model::validation::{TokenValidationOptions, validate};
///
/// # let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
/// # let claims = br#"{"iss":"https://issuer.example.com","sub":"1","aud":"api","exp":1750003600,"iat":1750000000,"jti":"j",
/// #     "client_id":"web","scope":"read write","tenant":"acme"}"#;
/// # let token = sign_compact_blocking(&JwsHeader::new().typ("at+jwt"), claims, &key.signer(SignatureAlgorithm::ES256)?)?;
/// # let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
/// let options = TokenValidationOptions::access_token().issuer("https://issuer.example.com").audience("api").build();
/// let token = validate(&token, &keys, &options, now)?;
/// assert_eq!(token.subject(), Some("1"));
/// assert!(token.has_scope("write"));
/// assert_eq!(token.try_get_str("tenant"), Some("acme"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ValidatedToken {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Arc<Rules>,
    proof: Proof,
    claims: Claims,
    principal: OnceLock<ClaimsPrincipal>,
}

/// Why the claims of a token may be believed.
///
/// # Example
/// ```
/// use identity_model::TokenValidator;
/// use identity_model::testing::TestProvider;
/// use identity_model::validation::TokenOrigin;
///
/// let provider = TestProvider::new();
/// let validator = TokenValidator::builder().keys(provider.key_set()).issuer("https://idp.test").audience("https://idp.test").build();
/// let token = validator.validate_blocking(&provider.mint_access_token(|token| token))?;
/// assert_eq!(token.origin(), TokenOrigin::Jwt);
/// assert!(token.key().is_some());
/// # Ok::<(), identity_model::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenOrigin {
    /// It is a JWT whose signature was checked here: it has a header, a key and an algorithm.
    Jwt,
    /// The server that issued it was asked (RFC 7662): the claims are its response, and there is neither header nor key nor algorithm.
    Introspection,
}

/// The same with what belongs to it.
#[derive(Clone)]
pub(super) enum Proof {
    Signature { header: JoseHeader, outer: Option<JoseHeader>, key: JsonWebKey, algorithm: SignatureAlgorithm },
    Introspection { signed: Option<ValidatedToken> },
}

impl Proof {
    pub(super) fn origin(&self) -> TokenOrigin {
        match self {
            Self::Signature { .. } => TokenOrigin::Jwt,
            Self::Introspection { .. } => TokenOrigin::Introspection,
        }
    }

    /// The algorithm of the signature.
    pub(super) fn algorithm(&self) -> Option<SignatureAlgorithm> {
        match self {
            Self::Signature { algorithm, .. } => Some(*algorithm),
            Self::Introspection { .. } => None,
        }
    }
}

impl ValidatedToken {
    pub(super) fn new(options: &TokenValidationOptions, claims: Claims, proof: Proof) -> Self {
        let rules = Arc::clone(&options.rules);
        Self { inner: Arc::new(Inner { rules, proof, claims, principal: OnceLock::new() }) }
    }

    pub(super) fn proof(&self) -> &Proof {
        &self.inner.proof
    }

    pub(super) fn rules(&self) -> &Arc<Rules> {
        &self.inner.rules
    }

    /// The kind of token it was validated as.
    pub fn token_kind(&self) -> TokenKind {
        self.inner.rules.settings.kind
    }

    /// Why it is believed: a signature that was checked here, or the word of the server that was asked.
    pub fn origin(&self) -> TokenOrigin {
        self.inner.proof.origin()
    }

    /// The header of a JWT; `None` of an introspected token.
    pub fn header(&self) -> Option<&JoseHeader> {
        match &self.inner.proof {
            Proof::Signature { header, .. } => Some(header),
            Proof::Introspection { .. } => None,
        }
    }

    /// The header of the encrypted token around it; `None` where it came unencrypted.
    pub fn encryption_header(&self) -> Option<&JoseHeader> {
        match &self.inner.proof {
            Proof::Signature { outer, .. } => outer.as_ref(),
            Proof::Introspection { .. } => None,
        }
    }

    /// The header's `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.header()?.key_id()
    }

    /// The key that verified the signature of a JWT; `None` of an introspected token.
    pub fn key(&self) -> Option<&JsonWebKey> {
        match &self.inner.proof {
            Proof::Signature { key, .. } => Some(key),
            Proof::Introspection { .. } => None,
        }
    }

    /// The algorithm of the signature of a JWT; `None` of an introspected token.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.inner.proof.algorithm()
    }

    /// The signed response that vouches for an introspected token, where one was demanded (RFC 9701).
    pub fn signed_introspection(&self) -> Option<&Self> {
        match &self.inner.proof {
            Proof::Signature { .. } => None,
            Proof::Introspection { signed } => signed.as_ref(),
        }
    }

    /// All claims.
    pub fn claims(&self) -> &Claims {
        &self.inner.claims
    }

    /// The claims as a type of the caller's, which may borrow from them.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] with the JSON path of what does not fit.
    pub fn claims_as<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DocumentError> {
        self.claims().deserialize()
    }

    /// The claims as JSON text, as they were signed; of an introspected token the response.
    pub fn claims_json(&self) -> &str {
        self.claims().as_json()
    }

    /// `iss`: who made it.
    pub fn issuer(&self) -> Option<&str> {
        self.claims().issuer()
    }

    /// `sub`: whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.claims().subject()
    }

    /// `aud`: whom it is for.
    pub fn audiences(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.claims().audiences()
    }

    /// `exp`: when it ends.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.claims().expires_at()
    }

    /// Until when it would be accepted again: `exp`, or the greatest age where it has none, with the leeway and what this machine's clock is
    /// known to be off.
    pub(crate) fn acceptable_until(&self) -> Option<SystemTime> {
        let settings = &self.inner.rules.settings;
        let skew = match settings.clock_skew {
            ClockSkew::Ahead(skew) => skew,
            ClockSkew::None | ClockSkew::Behind(_) => Duration::ZERO,
        };
        let too_old = || self.issued_at()?.checked_add(settings.max_issued_age?);
        self.expires_at().or_else(too_old)?.checked_add(settings.leeway)?.checked_add(skew)
    }

    /// `iat`: when it was made.
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.claims().issued_at()
    }

    /// `jti`: its unique identifier.
    pub fn token_id(&self) -> Option<&str> {
        self.claims().token_id()
    }

    /// `client_id`: the client an access token was issued to.
    pub fn client_id(&self) -> Option<&str> {
        self.claims().client_id()
    }

    /// `sid`: the session at the provider.
    pub fn session_id(&self) -> Option<&str> {
        self.claims().session_id()
    }

    /// The names in `scope`.
    pub fn scopes(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.claims().scopes()
    }

    /// Whether `scope` holds this name.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims().has_scope(scope)
    }

    /// The claims as a principal, put together at the first call. Name, roles and authentication type are as the options say.
    pub fn principal(&self) -> &ClaimsPrincipal {
        self.inner.principal.get_or_init(|| self.to_principal())
    }

    /// The claims as an owned principal.
    pub fn to_principal(&self) -> ClaimsPrincipal {
        let settings = &self.inner.rules.settings;
        let default = if settings.kind.is_access_token() { "Bearer" } else { "OpenIdConnect" };
        let issuer = self.issuer().unwrap_or(Claim::LOCAL_ISSUER);
        let identity = ClaimsIdentity::builder()
            .claims(Claim::all_of(self.document(), issuer))
            .authentication_type(settings.authentication_type.as_deref().unwrap_or(default))
            .name_claim_type(settings.name_claim_type.clone())
            .role_claim_type(settings.role_claim_type.clone())
            .build();
        ClaimsPrincipal::new(identity)
    }

    /// Whether this is the text, its signature left out, of the unencrypted JWT that was validated.
    pub(crate) fn is_of(&self, signing_input: &str) -> bool {
        match (&self.inner.proof, signing_input.split_once('.')) {
            (Proof::Signature { header, outer: None, .. }, Some((first, second))) => {
                base64url::spells(first, header.as_json().as_bytes()) && base64url::spells(second, self.claims_json().as_bytes())
            }
            _ => false,
        }
    }

    /// `cnf`: what it is bound to.
    pub(crate) fn confirmation(&self) -> Option<crate::encoding::json::JsonValue<'_>> {
        self.claims().value(super::claim_name::ClaimName::Cnf)
    }

    /// Whether it was validated as an ID token that came through the browser.
    pub(crate) fn is_of_front_channel(&self) -> bool {
        self.inner.rules.settings.front_channel
    }
}

impl PreviousIdToken {
    /// What counts of a validated ID token; `None` where it lacks `iss` or `sub`.
    pub fn of(token: &ValidatedToken) -> Option<Self> {
        let claims = token.claims();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Some(Self {
            issuer: owned(claims.issuer())?,
            subject: owned(claims.subject())?,
            auth_time: claims.try_get_i64("auth_time"),
            authorized_party: owned(claims.authorized_party()),
            nonce: owned(claims.try_get_str("nonce")),
        })
    }
}

forward_document!(ValidatedToken, inner.claims.document);

impl fmt::Debug for ValidatedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatedToken")
            .field("kind", &self.token_kind())
            .field("origin", &self.origin())
            .field("header", &self.header())
            .field("claims", self.claims())
            .finish_non_exhaustive()
    }
}

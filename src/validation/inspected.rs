//! The first stage: a token taken apart and looked over, before a key is asked for. RFC 7515 section 5.2, RFC 8725 section 3.

use std::fmt;
use std::time::SystemTime;

use super::claim_name::ClaimName;
use super::decryption;
use super::issuer::PLACEHOLDER;
use super::proof::Proof;
use super::rules::ClaimChecks;
use super::{Claims, TokenKind, TokenValidationOptions, ValidationError, ValidationErrorKind, ValidationStage, Verified};
use crate::encoding::json::printable;
use crate::jose::{CompactJws, JoseError, JoseHeader, JsonWebKey, JsonWebKeySet, JwsVerifier, SignatureAlgorithm, VerifiedJws};

const STAGE: ValidationStage = ValidationStage::Inspection;

/// A token that is worth a signature check, and not yet believed.
///
/// Its form is sound, its algorithm allowed, its kind the wanted one, its issuer an expected one, its expiry not over. So a foreign, old
/// or forged-header token costs neither a signature check nor a fetch. Nothing it says may be used but to find the keys.
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
/// use identity_model::validation::{Inspected, TokenValidationOptions};
/// # use std::time::{Duration, SystemTime};
///
/// # let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
/// # let claims = br#"{"iss":"https://issuer.example.com","aud":"api","exp":1750003600}"#;
/// # let token = sign_compact_blocking(&JwsHeader::new(), claims, &key.signer(SignatureAlgorithm::ES256)?)?;
/// # let (old_keys, new_keys) = (JsonWebKeySet::default(), JsonWebKeySet::from_keys([key.public_jwk().clone()]));
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
/// let options = TokenValidationOptions::plain_access_token().issuer("https://issuer.example.com").audience("api").build();
///
/// let inspected = Inspected::new(&token, &options, now)?;
/// let verified = match inspected.verify(&old_keys) {
///     Err(error) if error.wants_newer_keys() => inspected.verify(&new_keys)?, // fetched meanwhile
///     outcome => outcome?,
/// };
/// let validated = verified.check(now)?;
/// assert_eq!(validated.issuer(), Some("https://issuer.example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inspected<'a> {
    options: &'a TokenValidationOptions,
    verifier: &'a JwsVerifier,
    jws: CompactJws<'a>,
    /// The header of the encrypted token around it.
    outer: Option<JoseHeader>,
    claims: Claims,
    algorithm: SignatureAlgorithm,
}

impl<'a> Inspected<'a> {
    /// Looks a token over.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Inspection`], also where the options cannot accept any token.
    pub fn new(token: &'a str, options: &'a TokenValidationOptions, now: SystemTime) -> Result<Self, ValidationError> {
        let kind = options.token_kind();
        let verifier = check_options(options)?;
        let (mut jws, outer) = decryption::open(token, verifier, options)?;
        let algorithm = check_header(verifier, jws.header(), options)?;
        let claims = Claims::parse(jws.take_payload()).map_err(|error| ValidationError::payload(error, kind))?;
        ClaimChecks::new(options, &claims, Some(algorithm), now, STAGE).inspect()?;
        Ok(Self { options, verifier, jws, outer, claims, algorithm })
    }

    /// What is asked of the headers alone, for a token that was validated before.
    pub(super) fn check_headers(
        header: &JoseHeader,
        outer: Option<&JoseHeader>,
        options: &'a TokenValidationOptions,
    ) -> Result<SignatureAlgorithm, ValidationError> {
        let verifier = check_options(options)?;
        decryption::check_outer(outer, options)?;
        check_header(verifier, header, options)
    }

    /// The kind of token that is wanted.
    pub fn token_kind(&self) -> TokenKind {
        self.options.token_kind()
    }

    /// `iss`: one of the expected, so it says whose keys to take. Whether the token is really from there is not yet known.
    pub fn unverified_issuer(&self) -> Option<&str> {
        self.claims.issuer()
    }

    /// The header's `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.jws.header().key_id()
    }

    /// The header of the encrypted token around it, where it was encrypted.
    pub fn encryption_header(&self) -> Option<&JoseHeader> {
        self.outer.as_ref()
    }

    /// The header's algorithm, one of those allowed.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Checks the signature with the key of the set that `kid` and `alg` lead to.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Signature`]; [`ValidationError::wants_newer_keys`] says whether to come
    /// back with a newer set.
    pub fn verify(&self, keys: &JsonWebKeySet) -> Result<Verified<'a>, ValidationError> {
        self.verified(self.verifier.verify(&self.jws, keys))
    }

    /// Checks the signature with this very key: a client secret, or a key from the caller's configuration. Its `kid` and the header's
    /// must be equal only where both have one.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Signature`].
    pub fn verify_with_key(&self, key: &JsonWebKey) -> Result<Verified<'a>, ValidationError> {
        self.verified(self.verifier.verify_with_key(&self.jws, key))
    }

    fn verified(&self, outcome: Result<VerifiedJws<'_>, JoseError>) -> Result<Verified<'a>, ValidationError> {
        let jws = outcome.map_err(|error| ValidationError::jose(error, ValidationStage::Signature, self.token_kind()))?;
        self.check_key_issuer(jws.key())?;
        Ok(Verified {
            options: self.options,
            claims: self.claims.clone(),
            proof: Proof::Signature {
                header: jws.header().clone(),
                outer: self.outer.clone(),
                key: jws.key().clone(),
                algorithm: jws.algorithm(),
            },
        })
    }
}

impl Inspected<'_> {
    /// A key set for many tenants says of a key whose it is, in a member `issuer` with the same placeholder: a key of one tenant does not
    /// speak for another.
    fn check_key_issuer(&self, key: &JsonWebKey) -> Result<(), ValidationError> {
        let expected = &self.options.rules.settings.issuer;
        let Some(owner) = key.member("issuer").and_then(|value| value.as_str()).filter(|_| expected.is_template()) else { return Ok(()) };
        let tenant = self.claims.text(ClaimName::Tid).unwrap_or_default();
        if self.claims.issuer() == Some(&owner.replace(PLACEHOLDER, &tenant)) {
            return Ok(());
        }
        let rejected = ValidationError::new(ValidationErrorKind::IssuerMismatch, ValidationStage::Signature, self.token_kind());
        Err(rejected.claim_named("iss").expecting(printable(&owner)).finding(self.claims.issuer().unwrap_or_default()))
    }
}

/// Whether the options can accept anybody's token for anybody.
pub(super) fn check_parties(options: &TokenValidationOptions) -> Result<(), ValidationError> {
    let settings = &options.rules.settings;
    if settings.issuer.accepts_none() {
        return Err(unusable(options, "iss", "at least one issuer, or a template with one `{tenantid}` below the host"));
    }
    if settings.audience.accepts_none() {
        return Err(unusable(options, "aud", "at least one audience"));
    }
    Ok(())
}

pub(super) fn unusable(options: &TokenValidationOptions, claim: &'static str, expected: &'static str) -> ValidationError {
    ValidationError::new(ValidationErrorKind::Configuration, STAGE, options.token_kind()).claim_named(claim).expecting(expected)
}

/// The verifier, if the options can accept any token at all.
fn check_options(options: &TokenValidationOptions) -> Result<&JwsVerifier, ValidationError> {
    let settings = &options.rules.settings;
    check_parties(options)?;
    if settings.encryption_required && options.rules.decrypter.is_none() {
        return Err(unusable(options, "enc", "decryption keys, as encryption is demanded"));
    }
    if settings.front_channel && options.expected().nonce.is_missing() {
        return Err(unusable(options, "nonce", "the nonce that was sent, as the token comes from the front channel"));
    }
    options.rules.verifier.as_ref().map_err(|error| ValidationError::jose(error.clone(), STAGE, options.token_kind()))
}

/// `alg`, `typ` and `cty`.
fn check_header(
    verifier: &JwsVerifier,
    header: &JoseHeader,
    options: &TokenValidationOptions,
) -> Result<SignatureAlgorithm, ValidationError> {
    let algorithm = verifier.algorithm(header).map_err(|error| ValidationError::jose(error, STAGE, options.token_kind()))?;
    check_type(header, options)?;
    Ok(algorithm)
}

/// `typ` and `cty` (RFC 7515 sections 4.1.9 and 4.1.10).
fn check_type(header: &JoseHeader, options: &TokenValidationOptions) -> Result<(), ValidationError> {
    let kind = options.token_kind();
    let reject = |rule, member| ValidationError::new(rule, STAGE, kind).claim_named(member);
    let stated = options.rules.settings.token_type.as_ref();
    let verdict = match stated.filter(|wanted| !header.typ_is(wanted)) {
        Some(wanted) => Err(wanted.clone()),
        None if stated.is_some() && kind == TokenKind::Other => Ok(()),
        None => kind.accepts_type(header).map_err(str::to_owned),
    };
    if let Err(expected) = verdict {
        let rejected = reject(ValidationErrorKind::WrongTokenKind, "typ").expecting(expected);
        let is_plain = kind == TokenKind::AccessToken && TokenKind::PlainAccessToken.accepts_type(header).is_ok();
        let hint = is_plain.then_some("for a server that does not send `at+jwt` there is `TokenKind::PlainAccessToken`");
        return Err(rejected.finding(header.typ().unwrap_or("nothing")).hinting(hint));
    }
    let nested = |content: &str| ["JWT", "application/JWT"].iter().any(|name| name.eq_ignore_ascii_case(content));
    if header.cty().is_some_and(nested) { Err(reject(ValidationErrorKind::NestedToken, "cty")) } else { Ok(()) }
}

impl fmt::Debug for Inspected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspected").field("kind", &self.token_kind()).field("header", self.jws.header()).finish_non_exhaustive()
    }
}

//! The first stage: a token taken apart and looked over, before a key is asked for. RFC 7515 section 5.2, RFC 8725 section 3.

use std::fmt;
use std::time::SystemTime;

use super::claim_name::ClaimName;
use super::decryption;
use super::header_check::check_header;
use super::issuer::PLACEHOLDER;
use super::options_check::check_options;
use super::rules::ClaimChecks;
use super::validated::Proof;
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
        let Some(owner) = key.member("issuer").and_then(|value| value.as_str()).filter(|_| expected.has_template()) else { return Ok(()) };
        let tenant = self.claims.text(ClaimName::Tid).unwrap_or_default();
        let owner_of_tenant = owner.replace(PLACEHOLDER, &tenant);
        let issuer = self.claims.issuer().unwrap_or_default();
        if issuer == owner_of_tenant || expected.are_one_tenant(issuer, &owner_of_tenant, &tenant) {
            return Ok(());
        }
        let rejected = ValidationError::new(ValidationErrorKind::IssuerMismatch, ValidationStage::Signature, self.token_kind());
        Err(rejected.claim_named("iss").expecting(printable(&owner)).finding(self.claims.issuer().unwrap_or_default()))
    }
}

impl fmt::Debug for Inspected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspected").field("kind", &self.token_kind()).field("header", self.jws.header()).finish_non_exhaustive()
    }
}

//! `at_hash`, `c_hash`, `s_hash`, `rt_hash`: the left half of a hash, in base64url (OpenID Connect Core sections 3.1.3.6 and 3.3.2.11,
//! FAPI 1.0 Advanced section 5.1, CIBA section 10.3.1).

use super::ClaimChecks;
use crate::encoding::{base64url, digest};
use crate::jose::{HashAlgorithm, SignatureAlgorithm};
use crate::validation::claim_name::ClaimName;
use crate::validation::{ValidationError, ValidationErrorKind};

impl ClaimChecks<'_> {
    /// Each hash against what came along with the token.
    pub(super) fn hashes(&self) -> Result<(), ValidationError> {
        let expected = self.options.expected();
        let front = self.options.rules.settings.front_channel;
        let pushed = expected.was_pushed;
        self.hash(ClaimName::AtHash, expected.access_token.as_ref().map(|token| token.expose()), front || pushed)?;
        self.hash(ClaimName::CHash, expected.code.as_ref().map(|code| code.expose()), front)?;
        // FAPI 1.0 Advanced Part 2 section 5.2.3.1 wants it in the token that comes through the browser, not in the second one.
        let state_is_signed = front && self.required().contains(ClaimName::SHash);
        self.hash(ClaimName::SHash, expected.state.as_ref().map(|state| state.expose()), state_is_signed)?;
        self.hash(ClaimName::RtHash, expected.refresh_token.as_ref().map(|token| token.expose()), pushed)
    }

    fn hash(&self, name: ClaimName, hashed: Option<&str>, required: bool) -> Result<(), ValidationError> {
        let Some(hashed) = hashed.filter(|_| !self.options.skips(name)) else { return Ok(()) };
        let Some(found) = self.text(name)? else {
            return if required { Err(self.missing(name)) } else { Ok(()) };
        };
        let Some(hash) = self.algorithm.and_then(SignatureAlgorithm::hash) else {
            let rejected = self.reject(ValidationErrorKind::HashMismatch).claim_named(name.as_str());
            let found = self.algorithm.map_or("no signature", SignatureAlgorithm::name);
            return Err(rejected.expecting("an algorithm for which a hash is defined").finding(found));
        };
        let expected = left_half(hash, hashed);
        self.same_secret(name, &found, &expected, ValidationErrorKind::HashMismatch).map_err(|rejected| match name {
            // The hash of a token tells nothing about it, and shows whether the server hashed by another algorithm than it signed by.
            ClaimName::AtHash => self.other_hash(rejected, &found, &expected, hash, hashed),
            _ => rejected,
        })
    }

    fn other_hash(&self, rejected: ValidationError, found: &str, expected: &str, hash: HashAlgorithm, hashed: &str) -> ValidationError {
        let algorithm = self.algorithm.map_or("", SignatureAlgorithm::name);
        let expected = format!("`{expected}` ({} of the access token, as {algorithm} has it)", hash.name());
        let others = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];
        let is_other = others.into_iter().any(|other| left_half(other, hashed) == found);
        let hint = "the server hashes by another algorithm than it signs by; where that is known, `.danger_skip_at_hash()` accepts it";
        rejected.expecting(expected).finding(found).hinting(is_other.then_some(hint))
    }
}

fn left_half(hash: HashAlgorithm, text: &str) -> String {
    let encode = |whole: &[u8]| base64url::encode(whole.get(..whole.len() / 2).unwrap_or_default());
    match hash {
        HashAlgorithm::Sha256 => encode(&digest::sha256(text)),
        HashAlgorithm::Sha384 => encode(&digest::sha384(text)),
        HashAlgorithm::Sha512 => encode(&digest::sha512(text)),
    }
}

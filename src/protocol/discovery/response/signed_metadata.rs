//! `signed_metadata`: values that a trusted key vouches for win over plain ones (RFC 8414 section 2.1).

use std::time::{Duration, SystemTime};

use super::document::DiscoveryDocumentResponse;
use crate::constants::{claims, metadata};
use crate::document::Document;
use crate::encoding::epoch::NumericDate;
use crate::jose::{AlgorithmSet, CompactJws, JoseError, JsonWebKeySet, JwsVerifier, TokenLimits};
use crate::protocol::discovery::document_address::ENDPOINT;
use crate::protocol::error::RequestError;

/// What belongs to the JWT, not to the metadata.
const OF_THE_TOKEN: [&str; 7] = [claims::ISS, claims::SUB, claims::AUD, claims::EXP, claims::NBF, claims::IAT, claims::JTI];
/// How far clocks may differ.
const LEEWAY: Duration = Duration::from_secs(30);

impl DiscoveryDocumentResponse {
    /// The document with the values of its `signed_metadata` in force.
    ///
    /// RFC 8414 section 2.1. The signature must be asymmetric, by one of `keys`, which the caller trusts beforehand: the keys that the document
    /// itself points to prove nothing. `iss` (who vouches) must be there, `exp` and `nbf` hold where they are there, with 30 s of leeway.
    /// Signed values win; the result is checked against the policy anew.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] where there is no signed metadata or it holds no metadata, [`RequestError::SignedMetadata`] where its
    /// signature does not stand, [`RequestError::Mismatch`] where it is not valid now, [`RequestError::Policy`] where a signed value is
    /// rejected.
    pub fn verify_signed_metadata(&self, keys: &JsonWebKeySet, now: SystemTime) -> Result<Self, RequestError> {
        let malformed = |source| RequestError::Malformed { endpoint: ENDPOINT.into(), source };
        let text = self.document().required_str(metadata::SIGNED_METADATA).map_err(malformed)?;
        let signed = verified(text, keys).map_err(|source| RequestError::SignedMetadata { source })?;
        let signed = Document::from_token(signed).map_err(|error| malformed(error.into()))?;
        signed.required_str(claims::ISS).map_err(malformed)?;
        check_times(&signed, now)?;
        let (merged, _) = Document::open_answer(merge(self.document(), &signed)).map_err(malformed)?;
        Ok(self.with_document(merged)?)
    }
}

fn verified(text: &str, keys: &JsonWebKeySet) -> Result<Vec<u8>, JoseError> {
    let jws = CompactJws::parse(text, TokenLimits::default())?;
    let verifier = JwsVerifier::new(AlgorithmSet::ASYMMETRIC)?;
    Ok(verifier.verify(&jws, keys)?.payload().to_vec())
}

fn check_times(signed: &Document, now: SystemTime) -> Result<(), RequestError> {
    let now = NumericDate::from(now);
    let mismatch = |member: &'static str, expected: &str, found: &str| RequestError::Mismatch {
        endpoint: ENDPOINT.into(),
        member,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    for (member, is_end) in [(claims::EXP, true), (claims::NBF, false)] {
        let Some(raw) = signed.raw(member) else { continue };
        let date = NumericDate::parse(raw).map_err(|_| mismatch(member, "a moment in seconds", "something else"))?;
        let is_over = is_end && date.saturating_add(LEEWAY) <= now;
        let is_early = !is_end && date.saturating_sub(LEEWAY) > now;
        if is_over || is_early {
            return Err(mismatch(member, if is_end { "a moment to come" } else { "a moment that has come" }, raw));
        }
    }
    Ok(())
}

/// The members of both, the signed ones in the place of plain ones.
fn merge(plain: &Document, signed: &Document) -> String {
    let is_metadata = |name: &str| !OF_THE_TOKEN.contains(&name) && name != metadata::SIGNED_METADATA;
    let pair = |name: &str, raw: &str| format!("{}:{raw}", serde_json::Value::from(name));
    let vouched = signed.names().filter(|name| is_metadata(name));
    let vouched = vouched.filter_map(|name| Some(pair(&name, signed.raw(&name)?)));
    let kept = plain.names().filter(|name| !(is_metadata(name) && signed.contains(name)));
    let kept = kept.filter_map(|name| Some(pair(&name, plain.raw(&name)?)));
    let members: Vec<String> = kept.chain(vouched).collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
    use crate::protocol::discovery::DiscoveryPolicy;
    use serde_json::{Value, json};

    const NOW: u64 = 1_750_000_000;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn key() -> PrivateKey {
        PrivateKey::generate(SignatureAlgorithm::ES256).unwrap()
    }

    fn document(key: &PrivateKey, claims: &Value) -> DiscoveryDocumentResponse {
        let signer = key.signer(SignatureAlgorithm::ES256).unwrap();
        let signed = sign_compact_blocking(&JwsHeader::new(), claims.to_string().as_bytes(), &signer).unwrap();
        let document = json!({
            "issuer": "https://idp.example.com",
            "token_endpoint": "https://idp.example.com/plain",
            "scopes_supported": ["plain"],
            "signed_metadata": signed,
        });
        DiscoveryDocumentResponse::parse(document.to_string(), "https://idp.example.com", DiscoveryPolicy::strict()).unwrap()
    }

    fn verify(claims: Value) -> Result<DiscoveryDocumentResponse, RequestError> {
        let key = key();
        document(&key, &claims).verify_signed_metadata(&JsonWebKeySet::from_keys([key.public_jwk().clone()]), now())
    }

    #[test]
    fn d10_signed_values_win_and_the_rest_stays() {
        let verified =
            verify(json!({"iss": "https://idp.example.com", "iat": 1, "token_endpoint": "https://idp.example.com/signed"})).unwrap();
        assert_eq!(verified.token_endpoint().unwrap().as_str(), "https://idp.example.com/signed");
        assert_eq!(verified.try_get_string_array("scopes_supported"), ["plain"]);
        assert!(!verified.document().contains("iat"), "what belongs to the token is no metadata");
    }

    #[test]
    fn d10_a_key_that_is_not_trusted_beforehand_proves_nothing() {
        let document = document(&key(), &json!({"iss": "https://idp.example.com"}));
        let stranger = JsonWebKeySet::from_keys([key().public_jwk().clone()]);
        assert!(matches!(document.verify_signed_metadata(&stranger, now()), Err(RequestError::SignedMetadata { .. })));
    }

    #[test]
    fn d10_iss_must_be_there_and_times_hold() {
        assert_eq!(verify(json!({"token_endpoint": "https://idp.example.com/signed"})).unwrap_err().code(), "malformed_answer");
        for claims in [json!({"iss": "i", "exp": NOW - 30}), json!({"iss": "i", "nbf": NOW + 31}), json!({"iss": "i", "exp": "soon"})] {
            assert_eq!(verify(claims).unwrap_err().code(), "answer_mismatch");
        }
        assert!(verify(json!({"iss": "i", "exp": NOW - 29, "nbf": NOW + 30})).is_ok());
    }

    #[test]
    fn d10_a_signed_value_is_held_against_the_policy_too() {
        let verified = verify(json!({"iss": "i", "token_endpoint": "https://elsewhere.example.net/token"})).unwrap();
        assert!(verified.token_endpoint().is_err());
        assert!(matches!(verify(json!({"iss": "i", "issuer": "https://elsewhere.example.net"})), Err(RequestError::Policy(_))));
    }

    #[test]
    fn d10_no_signed_metadata_is_an_error() {
        let document = r#"{"issuer":"https://idp.example.com"}"#;
        let document = DiscoveryDocumentResponse::parse(document, "https://idp.example.com", DiscoveryPolicy::strict()).unwrap();
        assert!(matches!(document.verify_signed_metadata(&JsonWebKeySet::default(), now()), Err(RequestError::Malformed { .. })));
    }
}

use super::*;
use crate::jose::{AlgorithmSet, JoseError, JsonWebKeySet, PrivateKey, SignatureAlgorithm};

/// One private key for each algorithm that signs: RSA keys are slow to make, so one serves all six rows.
fn keys() -> Vec<(SignatureAlgorithm, PrivateKey)> {
    let rsa = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let rsa = PrivateKey::from_jwk(rsa.expose_jwk().expose().replace(r#""alg":"RS256","#, "").as_bytes()).unwrap();
    let of = |row: SignatureAlgorithm| match row.family() {
        crate::jose::SignatureFamily::RsaPkcs1 | crate::jose::SignatureFamily::RsaPss => rsa.clone(),
        _ => PrivateKey::generate(row).unwrap(),
    };
    SignatureAlgorithm::ALL.iter().filter(|row| row.can_sign()).map(|row| (*row, of(*row))).collect()
}

#[test]
fn every_signing_row_verifies_what_it_signed_and_nothing_else() {
    for (row, key) in keys() {
        let token = sign_compact_blocking(&JwsHeader::new().typ("JWT"), b"payload", &key.signer(row).unwrap()).unwrap();
        let set = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
        let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
        let verified = JwsVerifier::new(row).unwrap().verify(&jws, &set).unwrap();
        assert_eq!((verified.payload(), verified.algorithm()), (&b"payload"[..], row));
        assert_eq!(verified.header().typ(), Some("JWT"));
        // j3: an algorithm that is not on the list is refused before any key is looked at.
        let others: AlgorithmSet = SignatureAlgorithm::ALL.iter().copied().filter(|other| *other != row).collect();
        let refusal = JwsVerifier::new(others).unwrap().verify(&jws, &set).unwrap_err();
        assert_eq!(refusal, JoseError::AlgorithmNotAllowed { found: row.name().into(), allowed: others });
    }
}

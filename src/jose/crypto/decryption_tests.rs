//! RFC 7516 section 11.5: where no content key was recovered, decryption goes on with a random one and fails at the tag.

#![cfg(feature = "aws-lc-rs")]

use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::encryption::{DecryptionFailed, KeyUnwrapper, KeyWrapper, MessageKey, SealedContent, WrappedKey};
use super::provider::sealed::Primitives;
use super::{AwsLcProvider, CryptoError, CryptoProvider, KeyRef, PrivateKeyRef, SigningKey, VerifyingKey};
use crate::environment::SystemEntropy;
use crate::jose::{
    CompactJwe, ContentEncryptionAlgorithm as Enc, Curve, DecryptionKeys, JoseError, JweDecrypter, JweHeader,
    KeyManagementAlgorithm as Alg, Operation, PrivateKey, SignatureAlgorithm, TokenLimits, encrypt_compact,
};

/// Recovers what it is told to, and remembers the keys under which content was to be opened.
#[derive(Debug, Clone)]
struct Recording {
    recovered: Option<Vec<u8>>,
    opened_with: Arc<Mutex<Vec<Vec<u8>>>>,
}

#[derive(Debug)]
struct Fixed(Option<Vec<u8>>);

impl KeyUnwrapper for Fixed {
    fn unwrap_key(&self, _wrapped: &WrappedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        self.0.clone().map(Zeroizing::new).ok_or(DecryptionFailed)
    }
}

impl CryptoProvider for Recording {
    fn name(&self) -> &'static str {
        "recording"
    }
    fn offers(&self, algorithm: SignatureAlgorithm, operation: Operation) -> bool {
        AwsLcProvider.offers(algorithm, operation)
    }
    fn offers_key_management(&self, _algorithm: Alg) -> bool {
        true
    }
    fn offers_content_encryption(&self, _algorithm: Enc) -> bool {
        true
    }
}

impl Primitives for Recording {
    fn verifying_key(&self, algorithm: SignatureAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn VerifyingKey>, CryptoError> {
        AwsLcProvider.verifying_key(algorithm, key)
    }
    fn signing_key(&self, algorithm: SignatureAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn SigningKey>, CryptoError> {
        AwsLcProvider.signing_key(algorithm, key)
    }
    fn generate(&self, algorithm: SignatureAlgorithm) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        AwsLcProvider.generate(algorithm)
    }
    fn public_bytes(&self, curve: Curve, private: &[u8]) -> Result<Vec<u8>, CryptoError> {
        AwsLcProvider.public_bytes(curve, private)
    }
    fn key_unwrapper(&self, _algorithm: Alg, _key: PrivateKeyRef<'_>) -> Result<Arc<dyn KeyUnwrapper>, CryptoError> {
        Ok(Arc::new(Fixed(self.recovered.clone())))
    }
    fn key_wrapper(&self, algorithm: Alg, key: KeyRef<'_>) -> Result<Arc<dyn KeyWrapper>, CryptoError> {
        AwsLcProvider.key_wrapper(algorithm, key)
    }
    fn seal(&self, algorithm: Enc, key: &[u8], iv: &[u8], data: &[u8], content: &mut Vec<u8>) -> Result<Vec<u8>, CryptoError> {
        AwsLcProvider.seal(algorithm, key, iv, data, content)
    }
    fn open(&self, algorithm: Enc, key: &[u8], sealed: &SealedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        self.opened_with.lock().unwrap().push(key.to_vec());
        AwsLcProvider.open(algorithm, key, sealed)
    }
    fn seal_message(&self, key: &MessageKey<'_>, data: &[u8], content: &mut Vec<u8>) -> Result<[u8; 16], CryptoError> {
        AwsLcProvider.seal_message(key, data, content)
    }
    fn open_message(&self, key: &MessageKey<'_>, data: &[u8], ciphertext: &[u8], tag: &[u8; 16]) -> Result<Vec<u8>, DecryptionFailed> {
        AwsLcProvider.open_message(key, data, ciphertext, tag)
    }
}

/// The keys under which two attempts tried to open the content.
fn opened_with(recovered: Option<Vec<u8>>) -> Vec<Vec<u8>> {
    let (alg, enc) = (Alg::A128KW, Enc::A192CBC_HS384);
    let provider = Recording { recovered, opened_with: Arc::default() };
    let key = PrivateKey::generate_for_encryption(alg).unwrap();
    let token = encrypt_compact(&JweHeader::new(), b"content", key.public_jwk(), alg, enc, &SystemEntropy).unwrap();
    let key = key.with_provider(Arc::new(provider.clone())).unwrap();
    let decrypter = JweDecrypter::new(DecryptionKeys::from(key), alg, enc).unwrap();
    for _ in 0..2 {
        let jwe = CompactJwe::parse(&token, TokenLimits::default()).unwrap();
        assert_eq!(decrypter.decrypt(&jwe).map(|_| ()), Err(JoseError::Decryption));
    }
    provider.opened_with.lock().unwrap().clone()
}

/// J13: by algorithm and key the length is known, so what is longer or shorter reaches no unwrapper.
#[test]
fn j13_an_encrypted_key_of_another_length_is_not_unwrapped() {
    let recovered = vec![7; 48];
    for alg in [Alg::A128KW, Alg::A256GCMKW, Alg::ECDH_ES_A128KW, Alg::RSA_OAEP, Alg::RSA_OAEP_256] {
        let enc = Enc::A192CBC_HS384;
        let key = PrivateKey::generate_for_encryption(alg).unwrap();
        let token = encrypt_compact(&JweHeader::new(), b"content", key.public_jwk(), alg, enc, &SystemEntropy).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let length = crate::encoding::base64url::decode(parts[1]).unwrap().len();
        for found in [0, 1, length - 1, length, length + 1, 2 * length, 100_000] {
            let provider = Recording { recovered: Some(recovered.clone()), opened_with: Arc::default() };
            let key = key.clone().with_provider(Arc::new(provider.clone())).unwrap();
            let encrypted_key = crate::encoding::base64url::encode(vec![9; found]);
            let token = [parts[0], &encrypted_key, parts[2], parts[3], parts[4]].join(".");
            let jwe = CompactJwe::parse(&token, TokenLimits::default()).unwrap();
            let decrypter = JweDecrypter::new(DecryptionKeys::from(key), alg, enc).unwrap();
            assert_eq!(decrypter.decrypt(&jwe).map(|_| ()), Err(JoseError::Decryption));
            let opened_with = provider.opened_with.lock().unwrap().clone();
            assert_eq!(opened_with == [recovered.clone()], found == length, "{alg} {found}");
        }
    }
}

#[test]
fn j13_a_random_key_stands_in_for_one_that_was_not_recovered() {
    for recovered in [None, Some(vec![]), Some(vec![7; 16]), Some(vec![7; 47]), Some(vec![7; 49])] {
        let keys = opened_with(recovered);
        assert_eq!(keys.iter().map(Vec::len).collect::<Vec<_>>(), [48, 48]);
        assert_ne!(keys[0], keys[1]);
        assert!(keys.iter().all(|key| key.iter().any(|octet| *octet != 0) && key[..16] != [7; 16]));
    }
    assert_eq!(opened_with(Some(vec![7; 48])), [vec![7; 48], vec![7; 48]]);
}

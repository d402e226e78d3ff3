//! Encrypted logout tokens: rule L3.

use identity_model::environment::SystemEntropy;
use identity_model::jose::{ContentEncryptionAlgorithm as Enc, JweHeader, KeyManagementAlgorithm as Alg, PrivateKey, encrypt_compact};

use super::*;

#[tokio::test]
async fn l3_an_encrypted_token_is_decrypted_first() {
    let scene = Scene::new();
    let key = PrivateKey::generate_for_encryption(Alg::ECDH_ES_A128KW).unwrap().with_key_id("enc").unwrap();
    let encrypt = |token: &str| {
        encrypt_compact(&JweHeader::nested(), token.as_bytes(), key.public_jwk(), Alg::ECDH_ES_A128KW, Enc::A256GCM, &SystemEntropy)
            .unwrap()
    };
    let receiver = BackchannelLogout::builder()
        .keys(scene.keys())
        .issuer(scene.provider.issuer())
        .client_id(CLIENT)
        .decryption_keys(DecryptionKeys::from(key.clone()))
        .environment(scene.environment.clone())
        .build();
    let received = receiver.receive(&posted(&encrypt(&scene.token(|token| token)))).await.unwrap();
    assert_eq!(received.notice().session_id(), Some("08a5"));

    let inside = encrypt(&scene.token(|token| token.claim("nonce", "n")));
    assert_eq!(receiver.receive(&posted(&inside)).await.unwrap_err().code(), "nonce_unexpected");
    assert_eq!(scene.refuses(&encrypt(&scene.token(|token| token))).await, "encrypted_token", "without keys");
}

//! Answers that are signed and then encrypted: of the userinfo endpoint (OpenID Connect Core section 5.3.2) and of introspection (RFC 9701).

use identity_model::jose::{
    ContentEncryptionAlgorithm, DecryptionKeys, JsonWebKeySet, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm,
};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::userinfo::UserInfoResponse;
use identity_model::validation::{TokenValidationOptions, ValidatedToken, ValidationErrorKind};
use identity_model::{ClientAuthentication, Error, ErrorKind, UserInfoRequest};
use serde_json::{Value, json};

use crate::faces::send_both;
use crate::server::{Issuer, SECRET};

/// How the responses to one client are encrypted, and what opens them.
struct Recipient {
    client_id: String,
    alg: KeyManagementAlgorithm,
    enc: ContentEncryptionAlgorithm,
    key: PrivateKey,
}

impl Recipient {
    /// A client that is registered for responses of both endpoints encrypted like this.
    async fn register(issuer: &Issuer, alg: KeyManagementAlgorithm, enc: ContentEncryptionAlgorithm) -> Self {
        let client_id = format!("{alg} {enc}");
        let mut metadata = json!({
            "client_id": client_id, "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic",
            "application_type": "native", "redirect_uris": ["http://127.0.0.1/callback"],
            "response_types": ["code"], "grant_types": ["authorization_code"],
            "userinfo_signed_response_alg": "ES256",
            "userinfo_encrypted_response_alg": alg.name(), "userinfo_encrypted_response_enc": enc.name(),
            "introspection_signed_response_alg": "ES256",
            "introspection_encrypted_response_alg": alg.name(), "introspection_encrypted_response_enc": enc.name(),
        });
        let key = Self::key_for(alg, enc, SECRET);
        if !alg.is_symmetric() {
            let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
            metadata["jwks"] = json!({ "keys": [public] });
        }
        issuer.add_client(&metadata).await;
        Self { client_id, alg, enc, key }
    }

    /// A fresh key, or the one that `secret` stands for.
    fn key_for(alg: KeyManagementAlgorithm, enc: ContentEncryptionAlgorithm, secret: &str) -> PrivateKey {
        if alg.is_symmetric() {
            return PrivateKey::from_secret_for_encryption(secret.as_bytes(), alg, enc).unwrap();
        }
        PrivateKey::generate_for_encryption(alg).unwrap().with_key_id("client-enc").unwrap()
    }

    /// A key that fits as well as the right one, under the same name.
    fn wrong_key(&self) -> PrivateKey {
        Self::key_for(self.alg, self.enc, "another-secret-of-at-least-32-characters")
    }

    /// Rules for the responses of userinfo and of introspection; neither may come unencrypted.
    fn verifiers(&self, issuer: &Issuer, keys: JsonWebKeySet, decrypting: impl Into<DecryptionKeys>) -> [ResponseVerifier; 2] {
        let decrypting = decrypting.into();
        [TokenValidationOptions::user_info_response(), TokenValidationOptions::introspection_response()].map(|options| {
            let options = options.issuer(issuer.url.as_str()).audience(self.client_id.as_str()).algorithms(SignatureAlgorithm::ES256);
            let options = options.decryption_keys(decrypting.clone()).require_encryption();
            ResponseVerifier::new(keys.clone(), options.key_management_algorithms(self.alg).content_encryption_algorithms(self.enc).build())
        })
    }

    async fn userinfo(&self, issuer: &Issuer, verifier: ResponseVerifier) -> [Result<UserInfoResponse, Error>; 2] {
        let request = UserInfoRequest::builder()
            .address(issuer.discover().await.userinfo_endpoint().unwrap())
            .access_token(issuer.user_token_for(&self.client_id, "grace", "openid email").await)
            .expected_subject("grace")
            .verified_by(verifier);
        send_both!(request)
    }

    async fn introspection(&self, issuer: &Issuer, verifier: ResponseVerifier) -> [Result<IntrospectionResponse, Error>; 2] {
        let request = IntrospectionRequest::builder()
            .address(issuer.discover().await.introspection_endpoint().unwrap())
            .client_id(self.client_id.as_str())
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .token(issuer.user_token("grace", "openid").await)
            .verified_by(verifier);
        send_both!(request)
    }

    fn assert_was_encrypted(&self, answer: &ValidatedToken) {
        let around = answer.encryption_header().expect("a header of the encrypted token");
        assert_eq!(around.algorithm_name(), self.alg.name());
        assert_eq!(around.member("enc").unwrap().as_str().as_deref(), Some(self.enc.name()));
        assert_eq!(answer.algorithm(), Some(SignatureAlgorithm::ES256));
    }
}

const WAYS: [(KeyManagementAlgorithm, ContentEncryptionAlgorithm); 4] = [
    (KeyManagementAlgorithm::RSA_OAEP_256, ContentEncryptionAlgorithm::A256GCM),
    (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A128CBC_HS256),
    (KeyManagementAlgorithm::ECDH_ES_A256KW, ContentEncryptionAlgorithm::A256CBC_HS512),
    (KeyManagementAlgorithm::A256KW, ContentEncryptionAlgorithm::A128GCM),
];

#[track_caller]
fn assert_is_refused(error: &Error, kind: ValidationErrorKind) {
    assert_eq!((error.kind(), error.validation().expect("a refused answer").kind()), (ErrorKind::Validation, kind), "{error}");
    assert!(!format!("{error} {error:?}").contains("grace@example.com"));
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn encrypted_answers_are_decrypted_and_verified() {
    let issuer = Issuer::own("encrypted-answers").await;
    for (alg, enc) in WAYS {
        let recipient = Recipient::register(&issuer, alg, enc).await;
        let [of_user, of_token] = recipient.verifiers(&issuer, issuer.keys().await, recipient.key.clone());
        for outcome in recipient.userinfo(&issuer, of_user).await {
            let user = outcome.unwrap_or_else(|error| panic!("{alg} {enc}: {error}"));
            assert_eq!((user.subject(), user.try_get_str("email")), ("grace", Some("grace@example.com")));
        }
        for outcome in recipient.introspection(&issuer, of_token).await {
            let answer = outcome.unwrap_or_else(|error| panic!("{alg} {enc}: {error}"));
            assert_eq!((answer.is_active(), answer.subject(), answer.client_id()), (true, Some("grace"), Some("public")));
            recipient.assert_was_encrypted(answer.signed_response().unwrap());
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_wrong_decryption_key_opens_nothing() {
    let issuer = Issuer::own("encrypted-wrong-key").await;
    for (alg, enc) in WAYS {
        let recipient = Recipient::register(&issuer, alg, enc).await;
        let [of_user, of_token] = recipient.verifiers(&issuer, issuer.keys().await, recipient.wrong_key());
        for outcome in recipient.userinfo(&issuer, of_user).await {
            assert_is_refused(&outcome.unwrap_err(), ValidationErrorKind::DecryptionFailed);
        }
        for outcome in recipient.introspection(&issuer, of_token).await {
            assert_is_refused(&outcome.unwrap_err(), ValidationErrorKind::DecryptionFailed);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn what_was_decrypted_must_be_signed_by_the_issuer() {
    let issuer = Issuer::own("encrypted-foreign").await;
    let other = Issuer::own("encrypted-other").await;
    let (alg, enc) = WAYS[0];
    let recipient = Recipient::register(&issuer, alg, enc).await;
    let [of_user, of_token] = recipient.verifiers(&issuer, other.keys().await, recipient.key.clone());
    for outcome in recipient.userinfo(&issuer, of_user).await {
        assert_is_refused(&outcome.unwrap_err(), ValidationErrorKind::SignatureInvalid);
    }
    for outcome in recipient.introspection(&issuer, of_token).await {
        assert_is_refused(&outcome.unwrap_err(), ValidationErrorKind::SignatureInvalid);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn encryption_is_taken_only_by_who_has_keys_and_missed_by_who_demands_it() {
    let issuer = Issuer::own("encrypted-or-not").await;
    let (alg, enc) = WAYS[0];
    let recipient = Recipient::register(&issuer, alg, enc).await;
    let keys = issuer.keys().await;
    let options = TokenValidationOptions::user_info_response().issuer(issuer.url.as_str()).audience(recipient.client_id.as_str());
    let without_keys = ResponseVerifier::new(keys.clone(), options.algorithms(SignatureAlgorithm::ES256).build());
    for outcome in recipient.userinfo(&issuer, without_keys).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.validation().unwrap().kind()), (ErrorKind::Malformed, ValidationErrorKind::Encrypted));
    }

    // This client is registered for responses that are signed and no more.
    let signed_only = Recipient { client_id: "signed-userinfo".to_owned(), ..recipient };
    let [demanding, _] = signed_only.verifiers(&issuer, keys, signed_only.key.clone());
    for outcome in signed_only.userinfo(&issuer, demanding).await {
        assert_is_refused(&outcome.unwrap_err(), ValidationErrorKind::NotEncrypted);
    }
}

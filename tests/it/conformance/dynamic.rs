//! `oidcc-client-dynamic-certification-test-plan`: the client registers itself, and refers to its request objects.

use identity_model::client::{LoginOptions, OidcClient};
use identity_model::constants::client_metadata;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::RequestObjectSettings;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::webfinger::WebFingerRequest;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};
use serde_json::{Value, json};

use super::support::{CALLBACK, Plan, callback, plan, user};

const OBJECT: &str = "https://rp.example.com/request.jwt";

plan! { Plan::BASIC;
    oidcc_client_test_idtoken_sig_none = idtoken_sig_none;
}

fn provider() -> TestProvider {
    TestProvider::builder().user(user()).build()
}

async fn log_in(provider: &TestProvider, client: &OidcClient) -> Result<identity_model::client::Login, identity_model::Error> {
    let begun = client.begin_login(LoginOptions::new()).await?;
    client.finish_login(begun.transaction, callback(&provider.authorize(&begun.url))?).await
}

#[tokio::test]
async fn oidcc_client_test_dynamic_registration() {
    let provider = provider();
    let metadata = ClientMetadata::builder().client_name("RP").build();
    let client = unregistered!(provider).load_user_info(true).register(metadata, None).await.unwrap();
    let login = log_in(&provider, &client).await.unwrap();
    assert_eq!((login.subject(), login.user_info().is_some()), ("alice", true));
    let sent: Value = serde_json::from_slice(provider.recorded_at(ProviderEndpoint::Registration)[0].body()).unwrap();
    assert_eq!(sent["redirect_uris"], json!([CALLBACK]));
}

/// From what a user types to the provider, to the client, to the login.
async fn from_webfinger(input: &str, subject: &str) {
    let provider = TestProvider::builder().issuer("https://idp.test/alias/module").user(user()).build();
    let found = WebFingerRequest::builder().resource(input).send(&provider).await.unwrap();
    assert_eq!(provider.recorded_at(ProviderEndpoint::WebFinger)[0].query()[0], ("resource".to_owned(), subject.to_owned()));
    assert_eq!(found.issuer().unwrap(), provider.issuer());
    let builder = OidcClient::builder().issuer(found.issuer().unwrap()).http(provider.clone()).redirect_uri(CALLBACK);
    let client = builder.register(ClientMetadata::builder().build(), None).await.unwrap();
    assert_eq!(log_in(&provider, &client).await.unwrap().subject(), "alice");
}

#[tokio::test]
async fn oidcc_client_test_discovery_webfinger_acct() {
    from_webfinger("acct:alias.module@idp.test", "acct:alias.module@idp.test").await;
}

#[tokio::test]
async fn oidcc_client_test_discovery_webfinger_url() {
    from_webfinger("https://idp.test/alias/module", "https://idp.test/alias/module").await;
}

/// A request object by reference: the address holds `client_id` and `request_uri`, the object is served by the application.
async fn request_uri(settings: RequestObjectSettings, algorithm: &str, jwks: Option<Value>) {
    let provider = provider();
    let metadata = ClientMetadata::builder().member(client_metadata::REQUEST_OBJECT_SIGNING_ALG, algorithm);
    let metadata = match jwks {
        Some(jwks) => metadata.member(client_metadata::JWKS, jwks),
        None => metadata,
    };
    let client = unregistered!(provider).request_object(settings).register(metadata.build(), None).await.unwrap();
    let begun = client.begin_login(LoginOptions::new().request_object_at(OBJECT)).await.unwrap();
    let names: Vec<String> = begun.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    provider.serve_request_object(OBJECT, begun.request_object.as_ref().unwrap().text().expose());
    let callback = callback(&provider.authorize(&begun.url)).unwrap();
    assert_eq!(client.finish_login(begun.transaction, callback).await.unwrap().subject(), "alice");
}

#[tokio::test]
async fn oidcc_client_test_request_uri_signed_rs256() {
    let key = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let signer = key.signer(SignatureAlgorithm::RS256).unwrap();
    request_uri(RequestObjectSettings::signed(signer), "RS256", Some(json!({ "keys": [jwk] }))).await;
}

#[tokio::test]
async fn oidcc_client_test_request_uri_signed_none() {
    request_uri(RequestObjectSettings::danger_unsigned(), "none", None).await;
}

/// Userinfo as a signed JWT, as it was registered: anything else is rejected.
#[tokio::test]
async fn oidcc_client_test_userinfo_signed() {
    let provider = provider();
    let metadata = ClientMetadata::builder().member(client_metadata::USERINFO_SIGNED_RESPONSE_ALG, "RS256").build();
    let client = unregistered!(provider).load_user_info(true).register(metadata, None).await.unwrap();
    assert!(log_in(&provider, &client).await.unwrap().user_info().is_some());
    let refusals = [
        (Fault::forge(ForgedKind::UserInfo, Forgery::WrongSignature), "signature_invalid"),
        (Fault::forge(ForgedKind::UserInfo, Forgery::AlgorithmNone), "token_unsigned"),
        (Fault::forge(ForgedKind::UserInfo, Forgery::WrongIssuer), "issuer_mismatch"),
        (Fault::forge(ForgedKind::UserInfo, Forgery::WrongAudience), "audience_mismatch"),
        (Fault::forge(ForgedKind::UserInfo, Forgery::WrongSubject), "answer_mismatch"),
        (Fault::body(r#"{"sub":"alice"}"#).and(Fault::content_type("application/json")), "unexpected_content_type"),
    ];
    for (fault, code) in refusals {
        provider.clear_faults();
        provider.inject(ProviderEndpoint::UserInfo, fault.clone());
        assert_eq!(log_in(&provider, &client).await.unwrap_err().code(), code, "{fault:?}");
    }
}

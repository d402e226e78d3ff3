//! The language-neutral conformance cases of the authorization code grant, by their ids.

use identity_model::environment::{Environment, SystemEntropy};
use identity_model::error::ErrorKind;
use identity_model::protocol::authorize::{AuthorizationRequest, CodeChallenge, ResponseType};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::token::AuthorizationCodeTokenRequest;
use identity_model::secret::{AuthorizationCode, CodeVerifier};
use identity_model::testing::{Expected, ProviderEndpoint, ScriptedResponse, TestProvider};
use identity_model::transport::RetrySettings;
use serde_json::json;

use crate::protocol::support::{TOKEN, both_ways, once, wire};
use crate::vectors;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://app.example.com/cb?a=b";

fn redemption(environment: Environment) -> AuthorizationCodeTokenRequest {
    let builder = AuthorizationCodeTokenRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
    let builder = builder.client_id("app").code(AuthorizationCode::danger_unchecked("SplxlOBeZQQYbYS6WxSbIA"));
    builder.redirect_uri(CALLBACK).code_verifier(VERIFIER).build()
}

#[test]
fn acg_001_004_a_code_and_its_verifier_are_posted_and_a_typed_answer_comes_back() {
    let answer = ScriptedResponse::json(200, json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 60 }));
    let run = both_ways(once(redemption), &[(Expected::post(TOKEN), answer)]);
    let request = wire(&run.sent[0]);
    assert!(request.contains("\n\ngrant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&"), "{request}");
    assert!(request.contains("&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb%3Fa%3Db&"), "{request}");
    assert!(request.contains(&format!("&code_verifier={VERIFIER}")), "{request}");
    let token = run.result.unwrap();
    assert_eq!((token.access_token().expose(), token.token_type()), ("t", "Bearer"));
}

#[test]
fn acg_005_an_error_document_is_typed() {
    let document = json!({ "error": "invalid_grant", "error_description": "spent", "error_uri": "https://a.example/e" });
    let error = both_ways(once(redemption), &[(Expected::post(TOKEN), ScriptedResponse::json(400, document))]).result.unwrap_err();
    let told = error.oauth_error().unwrap();
    assert_eq!((error.kind(), told.error(), told.error_description()), (ErrorKind::Protocol, "invalid_grant", Some("spent")));
    assert_eq!(told.error_uri(), Some("https://a.example/e"));
}

/// The provider compares the verifier with the challenge of the request, and takes no other.
#[tokio::test]
async fn acg_006_a_code_for_the_challenge_is_redeemed_with_the_verifier() {
    let provider = TestProvider::new();
    let [verifier, another] = [0, 1].map(|_| CodeVerifier::random(&SystemEntropy).unwrap());
    let url = AuthorizationRequest::builder()
        .address("https://idp.test/authorize")
        .client_id(TestProvider::CLIENT_ID)
        .response_type(ResponseType::Code)
        .redirect_uri(CALLBACK)
        .code_challenge(CodeChallenge::s256(&verifier))
        .url()
        .unwrap();
    let challenge = url.query_pairs().find(|(name, _)| name == "code_challenge").unwrap().1.into_owned();
    for (verifier, accepted) in [(verifier, true), (another, false)] {
        let code = provider.mint_code(|code| code.redirect_uri(CALLBACK).code_challenge(&challenge));
        let request = AuthorizationCodeTokenRequest::builder()
            .address(provider.address(ProviderEndpoint::Token))
            .client_id(TestProvider::CLIENT_ID)
            .authentication(ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET))
            .code(code)
            .redirect_uri(CALLBACK)
            .code_verifier(verifier);
        assert_eq!(request.send(&provider).await.is_ok(), accepted);
    }
}

#[test]
fn acg_002_a_verifier_is_43_to_128_unreserved_characters() {
    for _ in 0..200 {
        let verifier = CodeVerifier::random(&SystemEntropy).unwrap();
        let text = verifier.expose();
        assert!((43..=128).contains(&text.len()), "{}", text.len());
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)));
    }
}

#[test]
fn acg_003_the_challenge_is_that_of_appendix_b() {
    let Some(folder) = vectors::folder("challenge of appendix B", "identity-model-spec") else { return };
    let vector = vectors::json(&folder, "identity-model-spec/test-fixtures/token/pkce-appendix-b.json");
    let challenge = CodeChallenge::s256(&CodeVerifier::new(vector["code_verifier"].as_str().unwrap()));
    assert_eq!(challenge.value(), vector["code_challenge"].as_str());
    assert_eq!(challenge.method(), vector["code_challenge_method"].as_str());
}

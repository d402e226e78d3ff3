//! The language-neutral conformance cases for client credentials and userinfo, by their ids, and the responses of Duende.IdentityModel's own
//! tests. What a client of one's own adds (CC-006, UI-008) is that the script stands in its place.

use std::path::PathBuf;
use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use identity_model::protocol::userinfo::{ExpectedSubject, UserInfoRequest, UserInfoResponse};
use identity_model::secret::ClientSecret;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{AttemptTimeout, RetrySettings};
use serde_json::json;

use super::support::{TOKEN, USERINFO, answered, both_ways, wire};
use crate::vectors;

const SUBJECT: &str = "248289761001";

fn fixture(test: &str, path: &str) -> Option<ScriptedResponse> {
    let file: PathBuf = vectors::folder(test, path.split('/').next()?)?.join(path);
    Some(ScriptedResponse::content(200, "application/json", std::fs::read(file).unwrap()))
}

fn token_request(authentication: ClientAuthentication) -> impl Fn(Environment) -> ClientCredentialsTokenRequest {
    move |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
        builder.client_id("a:b").authentication(authentication.clone()).scope(["a", "b"]).parameter("extra", "x y").build()
    }
}

fn sent(authentication: ClientAuthentication) -> String {
    let answer = ScriptedResponse::json(200, json!({"access_token": "t", "token_type": "Bearer"}));
    let run = both_ways(token_request(authentication), &[(Expected::post(TOKEN), answer)]);
    run.result.unwrap();
    wire(&run.sent[0])
}

fn token(answer: ScriptedResponse) -> Result<TokenResponse, Error> {
    answered(token_request(ClientAuthentication::secret_basic("s")), Expected::post(TOKEN), answer)
}

fn user_request(subject: ExpectedSubject) -> impl Fn(Environment) -> UserInfoRequest {
    move |environment| {
        let builder =
            UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE).attempt_timeout(Duration::from_secs(3));
        builder.address(USERINFO).access_token("t").expected_subject(subject.clone()).build()
    }
}

fn user(answer: ScriptedResponse, subject: ExpectedSubject) -> Result<UserInfoResponse, Error> {
    answered(user_request(subject), Expected::get(USERINFO), answer)
}

#[test]
fn cc_001_a_form_is_sent_and_a_typed_answer_comes_back() {
    let request = sent(ClientAuthentication::secret_basic("s"));
    assert!(request.starts_with("POST https://idp.example.com/token") && request.contains("application/x-www-form-urlencoded"));
    assert!(request.contains("\n\ngrant_type=client_credentials&"), "{request}");
    let answer = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 60, "scope": "a"});
    let token = token(ScriptedResponse::json(200, answer)).unwrap();
    assert_eq!((token.access_token().expose(), token.token_type()), ("t", "Bearer"));
    assert_eq!((token.expires_in(), token.stated_scope()), (Some(Duration::from_secs(60)), Some(&["a".to_owned()][..])));
}

#[test]
fn cc_002_a_secret_goes_into_the_header_form_encoded() {
    let request = sent(ClientSecret::new("s+/ e").into());
    assert!(request.contains("authorization: Basic YSUzQWI6cyUyQiUyRitl\n"), "{request}");
    assert!(!request.contains("client_secret") && !request.contains("client_id="), "{request}");
}

#[test]
fn cc_003_a_secret_goes_into_the_body_on_request() {
    let request = sent(ClientAuthentication::secret_post("s"));
    assert!(request.contains("client_id=a%3Ab&client_secret=s") && !request.contains("authorization:"), "{request}");
}

#[test]
fn cc_004_an_error_document_is_typed_and_keeps_its_status() {
    let document = json!({"error": "invalid_client", "error_description": "no", "error_uri": "https://a.example/e"});
    let error = token(ScriptedResponse::json(401, document)).unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Protocol, 401));
    let told = error.oauth_error().unwrap();
    assert_eq!((told.error(), told.error_description(), told.error_uri()), ("invalid_client", Some("no"), Some("https://a.example/e")));
}

#[test]
fn cc_005_006_scopes_are_one_parameter_and_extra_ones_are_sent_by_the_callers_client() {
    let request = sent(ClientAuthentication::secret_basic("s"));
    assert!(request.contains("&scope=a+b&") && request.contains("&extra=x+y"), "{request}");
}

#[test]
fn ui_001_002_007_claims_come_with_a_bearer_and_the_expected_subject() {
    let Some(answer) = fixture("UI-001", "identity-model-spec/test-fixtures/userinfo/standard-claims.json") else { return };
    let run = both_ways(user_request(SUBJECT.into()), &[(Expected::get(USERINFO), answer)]);
    assert!(wire(&run.sent[0]).contains("authorization: Bearer t"));
    let user = run.result.unwrap();
    assert_eq!(
        (user.subject(), user.try_get_str("email"), user.try_get_boolean("email_verified")),
        (SUBJECT, Some("janedoe@example.com"), Some(true))
    );
    assert_eq!((user.try_get_i64("updated_at"), user.try_get_str("department")), (Some(1_700_000_000), Some("Engineering")));
    assert_eq!(user.try_get_value("address").unwrap()["country"], "USA");
}

#[test]
fn ui_003_another_subject_is_refused() {
    let Some(answer) = fixture("UI-003", "identity-model-spec/test-fixtures/userinfo/standard-claims.json") else { return };
    let error = user(answer, "somebody-else".into()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
}

#[test]
fn ui_004_005_006_refusals_keep_their_status_and_challenge() {
    let challenged = ScriptedResponse::status(401).header("www-authenticate", r#"Bearer error="invalid_token""#);
    let error = user(challenged, SUBJECT.into()).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.challenges()[0].parameter("error")), (401, Some("invalid_token")));
    for (status, content_type) in [(403, "application/json"), (500, "text/html")] {
        let error = user(ScriptedResponse::content(status, content_type, "<h1>"), SUBJECT.into()).unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Http, status));
    }
}

#[test]
fn ui_008_the_callers_client_gets_the_time_out_of_the_request() {
    let run = both_ways(user_request(SUBJECT.into()), &[(Expected::get(USERINFO), ScriptedResponse::json(200, json!({ "sub": SUBJECT })))]);
    run.result.unwrap();
    assert_eq!(run.sent[0].as_request().extensions().get::<AttemptTimeout>(), Some(&AttemptTimeout(Duration::from_secs(3))));
}

#[test]
fn duende_answers_of_the_token_and_userinfo_endpoints() {
    let Some(answer) = fixture("duende answers", "duende/success_token_response.json") else { return };
    let success = token(answer).unwrap();
    assert_eq!((success.access_token().expose(), success.expires_in()), ("access_token", Some(Duration::from_secs(3600))));
    assert_eq!(
        (success.refresh_token().map(|token| token.expose()), success.try_get_str("custom")),
        (Some("refresh_token"), Some("custom"))
    );
    let plain = token(fixture("duende answers", "duende/success_access_token_response.json").unwrap()).unwrap();
    assert!(plain.refresh_token().is_none() && plain.try_get_str("custom") == Some("custom"));

    let body = std::fs::read(vectors::folder("duende answers", "duende").unwrap().join("duende/failure_token_response.json")).unwrap();
    let error = token(ScriptedResponse::content(400, "application/json", body)).unwrap_err();
    let told = error.oauth_error().unwrap();
    assert_eq!((told.error(), told.error_description()), ("error", Some("error_description")));

    let claims = user(fixture("duende answers", "duende/success_userinfo_response.json").unwrap(), "88421113".into()).unwrap();
    assert_eq!(claims.try_get_str("email"), Some("BobSmith@email.com"));
}

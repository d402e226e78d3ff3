//! The userinfo request (OpenID Connect Core section 5.3).

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::userinfo::{ExpectedSubject, UserInfoRequest, UserInfoResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;

use super::support::{USERINFO, answered, both_ways, chain, unsent, wire};

fn request(subject: ExpectedSubject, token: &str) -> impl Fn(Environment) -> UserInfoRequest {
    let token = token.to_owned();
    move |environment| {
        let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(USERINFO).access_token(token.as_str()).expected_subject(subject.clone()).build()
    }
}

#[track_caller]
fn answer(subject: ExpectedSubject, answer: ScriptedResponse) -> Result<UserInfoResponse, Error> {
    answered(request(subject, "t"), Expected::get(USERINFO), answer)
}

#[test]
fn u5_h12_the_token_stands_in_the_header_alone() {
    let build = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE).parameter("schema", "open id");
        builder.address(USERINFO).access_token("a.b-c_d~e+f/g==").expected_subject("s").build()
    };
    let expected = Expected::get(format!("{USERINFO}?schema=open%20id"));
    let run = both_ways(build, &[(expected, ScriptedResponse::json(200, r#"{"sub":"s"}"#))]);
    assert_snapshot!(wire(&run.sent[0]), @r"
    GET https://idp.example.com/userinfo?schema=open%20id
    accept: application/json
    authorization: Bearer a.b-c_d~e+f/g==
    ");
    assert!(run.sent[0].headers()["authorization"].is_sensitive());
}

#[test]
fn u5_a_token_among_the_parameters_is_refused_unsent() {
    let error = unsent(|environment| {
        let builder = UserInfoRequest::builder().environment(environment).parameter("access_token", "t");
        builder.address(USERINFO).access_token("t").expected_subject("s").build()
    });
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(error.to_string(), "configuration error: parameter `access_token` goes into the `Authorization` header and nowhere else");
}

#[test]
fn u5_a_token_that_no_header_can_carry_is_refused_unsent_and_unseen() {
    for token in ["", "canary token", "canary\r\nx-evil: 1", "canary\n", "canary\0", "canary\u{e4}", "canary\u{7f}"] {
        let error = unsent(request(ExpectedSubject::danger_any(), token));
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
        assert!(error.to_string().starts_with("configuration error: `access_token` "), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[test]
fn u3_the_subject_is_the_expected_one() {
    let user = answer("s".into(), ScriptedResponse::json(200, r#"{"sub":"s","email":"e","token":"kept out"}"#)).unwrap();
    assert_eq!((user.subject(), user.try_get_str("email"), user.try_get_str("sub")), ("s", Some("e"), Some("s")));
    for found in ["S", "s ", "other", "s\\u0000"] {
        let error = answer("s".into(), ScriptedResponse::json(200, format!(r#"{{"sub":"{found}"}}"#))).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"), "{found}");
    }
    let error = answer("s".into(), ScriptedResponse::json(200, r#"{"sub":"x"}"#)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "validation error: userinfo endpoint at `https://idp.example.com/userinfo` failed: the response does not belong to this request: `sub`: expected \"s\", found \"x\""
    );
}

#[test]
fn u3_anybody_is_explicit_and_still_needs_a_subject() {
    assert_eq!(answer(ExpectedSubject::danger_any(), ScriptedResponse::json(200, r#"{"sub":"x"}"#)).unwrap().subject(), "x");
    for body in ["{}", r#"{"sub":""}"#, r#"{"sub":null}"#, r#"{"sub":1}"#, r#"{"sub":["s"]}"#] {
        for subject in [ExpectedSubject::danger_any(), ExpectedSubject::exactly("s"), ExpectedSubject::exactly("")] {
            let error = answer(subject, ScriptedResponse::json(200, body)).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"), "{body}");
            assert!(chain(&error).contains("member `sub`"));
        }
    }
}

#[test]
fn u1_h4_challenges_hang_on_every_error() {
    let challenge = r#"Bearer realm="x", error="invalid_token", error_description="expired""#;
    for (body, content_type, kind) in [
        (r#"{"error":"invalid_token"}"#, "application/json", ErrorKind::Protocol),
        ("", "application/json", ErrorKind::Protocol),
        ("<html>", "text/html", ErrorKind::Protocol),
    ] {
        let error =
            answer("s".into(), ScriptedResponse::content(401, content_type, body).header("www-authenticate", challenge)).unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (kind, Some(401)));
        assert_eq!(error.challenges().len(), 1);
        assert_eq!(error.challenges()[0].parameter("error"), Some("invalid_token"));
    }
    let malformed = answer("s".into(), ScriptedResponse::status(401).header("www-authenticate", "Bearer =\"")).unwrap_err();
    assert_eq!((malformed.challenges().len(), malformed.kind()), (0, ErrorKind::Http));
}

#[test]
fn h6_a_signed_answer_that_was_not_asked_for_is_refused() {
    let error = answer("s".into(), ScriptedResponse::content(200, "application/jwt", "e30.e30.")).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"));
}

//! The revocation request (RFC 7009).

use std::time::Duration;

use identity_model::constants::error_codes;
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::revocation::{RevocationRequest, RevocationResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{RetrySettings, TransportErrorKind};
use insta::assert_snapshot;

use super::support::{answered, both_ways, unsent, wire};

const ADDRESS: &str = "https://idp.example.com/revoke";

fn request(environment: Environment) -> RevocationRequest {
    RevocationRequest::builder()
        .environment(environment)
        .retry(RetrySettings::NONE)
        .address(ADDRESS)
        .client_id("app")
        .authentication(ClientAuthentication::secret_post("s3cret"))
        .token("a token")
        .token_type_hint("refresh_token")
        .build()
}

#[track_caller]
fn answer(answer: ScriptedResponse) -> Result<RevocationResponse, Error> {
    answered(request, Expected::post(ADDRESS), answer)
}

#[test]
fn n5_an_authenticated_post_with_token_and_hint() {
    let run = both_ways(request, &[(Expected::post(ADDRESS), ScriptedResponse::status(200))]);
    assert_eq!(run.result.unwrap().head().status(), 200);
    assert_snapshot!(wire(&run.sent[0]), @r"
    POST https://idp.example.com/revoke
    accept: application/json
    content-type: application/x-www-form-urlencoded

    token=a+token&token_type_hint=refresh_token&client_id=app&client_secret=s3cret
    ");
    let error = unsent(|environment| {
        let builder = RevocationRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(ADDRESS).client_id("app").token("").build()
    });
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn n5_a_200_is_done_whatever_its_body() {
    for reply in [
        ScriptedResponse::status(200),
        ScriptedResponse::json(200, "{}"),
        ScriptedResponse::json(200, r#"{"error":"e"}"#),
        ScriptedResponse::json(200, "not json"),
        ScriptedResponse::content(200, "text/html", "<html>"),
        ScriptedResponse::content(200, "application/octet-stream", vec![0xff, 0xfe]),
    ] {
        assert!(answer(reply).is_ok());
    }
}

#[test]
fn n5_h3_another_status_is_not_done() {
    for status in [206, 302, 400, 404, 500] {
        let error = answer(ScriptedResponse::status(status)).unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(status)));
    }
}

#[test]
fn n5_a_token_type_that_is_not_revoked_is_told_by_its_code() {
    let error = answer(ScriptedResponse::json(400, r#"{"error":"unsupported_token_type","error_description":"no JWTs"}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.oauth_error().map(|error| error.error()), Some(error_codes::UNSUPPORTED_TOKEN_TYPE));
    assert!(!error.is_retryable());
}

#[test]
fn n5_a_503_means_not_revoked_and_says_when_to_ask_again() {
    let error = answer(ScriptedResponse::status(503).header("retry-after", "7")).unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Http, Some(Duration::from_secs(7))));
    assert!(error.is_retryable());
    let error = answer(ScriptedResponse::json(503, r#"{"error":"temporarily_unavailable"}"#).header("retry-after", "7")).unwrap_err();
    assert_eq!((error.kind(), error.retry_after(), error.is_retryable()), (ErrorKind::Protocol, Some(Duration::from_secs(7)), true));
}

#[test]
fn to_revoke_twice_is_to_revoke_once_so_it_is_repeated() {
    let build = |environment| {
        let builder = RevocationRequest::builder().environment(environment).retry(RetrySettings::default());
        builder.address(ADDRESS).client_id("app").token("t").build()
    };
    let script = [
        (Expected::post(ADDRESS), ScriptedResponse::status(503).header("retry-after", "9")),
        (Expected::post(ADDRESS), ScriptedResponse::error(TransportErrorKind::Timeout)),
        (Expected::post(ADDRESS), ScriptedResponse::status(200)),
    ];
    let run = both_ways(build, &script);
    assert!(run.result.is_ok());
    assert!(run.waits[0] >= Duration::from_secs(9), "{:?}", run.waits);
}

//! The pushed authorization request (RFC 9126).

use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::authorize::{Prompt, ResponseMode};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::pushed_authorization::{PushedAuthorization, PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::secret::SecurityAssertion;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;
use serde_json::json;

use super::support::{answered, both_ways, start, unsent, wire};

const ADDRESS: &str = "https://idp.example.com/par";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const GOOD: &str = r#"{"request_uri":"urn:example:1","expires_in":60}"#;

fn parameters() -> AuthorizationParameters {
    AuthorizationParameters::builder().redirect_uri("https://app.example.com/cb").code_challenge(CHALLENGE).build()
}

fn request(
    authorization: impl Into<PushedAuthorization> + Clone,
    authentication: ClientAuthentication,
) -> impl Fn(Environment) -> PushedAuthorizationRequest {
    move |environment| {
        let builder = PushedAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder.client_id("app").authentication(authentication.clone()).authorization(authorization.clone()).build()
    }
}

#[track_caller]
fn answer(answer: ScriptedResponse) -> Result<PushedAuthorizationResponse, Error> {
    answered(request(parameters(), ClientAuthentication::none()), Expected::post(ADDRESS), answer)
}

#[test]
fn r5_client_id_is_in_the_form_once_whatever_the_mechanism() {
    for authentication in [
        ClientAuthentication::none(),
        ClientAuthentication::secret_basic("s"),
        ClientAuthentication::secret_basic_raw("s"),
        ClientAuthentication::secret_post("s"),
    ] {
        let method = authentication.method();
        let run = both_ways(request(parameters(), authentication), &[(Expected::post(ADDRESS), ScriptedResponse::json(201, GOOD))]);
        run.result.unwrap();
        let named: Vec<_> = run.sent[0].form().into_iter().filter(|(name, _)| name == "client_id").collect();
        assert_eq!(named, [("client_id".to_owned(), "app".to_owned())], "{method}");
    }
}

#[test]
fn r5_r1_what_is_pushed() {
    let parameters = AuthorizationParameters::builder()
        .redirect_uri("https://app.example.com/cb?a=b")
        .code_challenge(CHALLENGE)
        .scope(["openid", "profile"])
        .state("st")
        .nonce("no")
        .response_mode(ResponseMode::FormPost)
        .prompt([Prompt::Login, Prompt::Consent])
        .max_age(Duration::from_secs(60))
        .login_hint("alice@example.com")
        .id_token_hint("e.y.J")
        .acr_values(["1", "2"])
        .claims(json!({ "id_token": { "email": null } }))
        .authorization_details([AuthorizationDetail::new("payment")])
        .resource(["https://api.example.com", "https://api2.example.com"])
        .dpop_jkt("thumb")
        .build();
    let build = request(parameters, ClientAuthentication::secret_basic("s"));
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::json(201, GOOD))]);
    assert_snapshot!(wire(&run.sent[0]).replace('&', "\n"), @r#"
    POST https://idp.example.com/par
    accept: application/json
    authorization: Basic YXBwOnM=
    content-type: application/x-www-form-urlencoded

    client_id=app
    response_type=code
    redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb%3Fa%3Db
    scope=openid+profile
    state=st
    nonce=no
    code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    code_challenge_method=S256
    response_mode=form_post
    prompt=login+consent
    max_age=60
    login_hint=alice%40example.com
    id_token_hint=e.y.J
    acr_values=1+2
    claims=%7B%22id_token%22%3A%7B%22email%22%3Anull%7D%7D
    authorization_details=%5B%7B%22type%22%3A%22payment%22%7D%5D
    dpop_jkt=thumb
    resource=https%3A%2F%2Fapi.example.com
    resource=https%3A%2F%2Fapi2.example.com
    "#);
}

#[test]
fn r5_a_request_object_goes_alone() {
    let object = PushedAuthorization::RequestObject(SecurityAssertion::new("h.c.s"));
    let run =
        both_ways(request(object, ClientAuthentication::secret_post("s")), &[(Expected::post(ADDRESS), ScriptedResponse::json(201, GOOD))]);
    run.result.unwrap();
    assert!(wire(&run.sent[0]).ends_with("\n\nrequest=h.c.s&client_id=app&client_secret=s"), "{}", wire(&run.sent[0]));
    let empty = PushedAuthorization::RequestObject(SecurityAssertion::new(""));
    assert_eq!(unsent(request(empty, ClientAuthentication::none())).kind(), ErrorKind::Configuration);
}

#[test]
fn r5_a_request_uri_is_refused_unsent() {
    for name in ["request_uri", "request", "client_id", "code_challenge_method", "response_type", "redirect_uri"] {
        let error = unsent(|environment| {
            let builder = PushedAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
            builder.client_id("app").authorization(parameters()).parameter(name, "plain").build()
        });
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
}

#[test]
fn r1_without_a_sha256_challenge_nothing_is_pushed() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX"; // one short
    for challenge in ["", verifier, &format!("{CHALLENGE}="), &"~".repeat(43), &"a".repeat(44)] {
        let parameters = AuthorizationParameters::builder().redirect_uri("https://app.example.com/cb").code_challenge(challenge).build();
        let error = unsent(request(parameters, ClientAuthentication::none()));
        assert!(error.to_string().starts_with("configuration error: `code_challenge` "), "{error}");
    }
    let nowhere = AuthorizationParameters::builder().redirect_uri("").code_challenge(CHALLENGE).build();
    assert_eq!(unsent(request(nowhere, ClientAuthentication::none())).to_string(), "configuration error: `redirect_uri` is empty");
}

#[test]
fn r6_the_reference_and_its_life() {
    let pushed = answer(ScriptedResponse::json(201, r#"{"request_uri":"urn:example:1","expires_in":60,"x":"y"}"#)).unwrap();
    assert_eq!((pushed.request_uri().expose(), pushed.expires_in()), ("urn:example:1", Duration::from_secs(60)));
    assert_eq!(pushed.expires_at(), Some(start() + Duration::from_secs(60)));
    assert_eq!((pushed.try_get_str("x"), pushed.try_get_str("request_uri")), (Some("y"), None));
    assert!(!format!("{pushed:?}").contains("urn:example:1"));
    assert_eq!(answer(ScriptedResponse::json(201, r#"{"request_uri":"u","expires_in":0}"#)).unwrap().expires_in(), Duration::ZERO);
    for body in [
        r#"{"expires_in":60}"#,
        r#"{"request_uri":"","expires_in":60}"#,
        r#"{"request_uri":1,"expires_in":60}"#,
        r#"{"request_uri":null,"expires_in":60}"#,
        r#"{"request_uri":"u"}"#,
        r#"{"request_uri":"u","expires_in":null}"#,
        r#"{"request_uri":"u","expires_in":-1}"#,
        r#"{"request_uri":"u","expires_in":"soon"}"#,
        r#"{"request_uri":"u","expires_in":true}"#,
        r#"["u"]"#,
    ] {
        assert_eq!(answer(ScriptedResponse::json(201, body)).unwrap_err().kind(), ErrorKind::Malformed, "{body}");
    }
}

#[test]
fn h3_r6_success_is_a_201_or_the_200_in_its_place() {
    assert_eq!(answer(ScriptedResponse::json(200, GOOD)).unwrap().head().status(), 200);
    for status in [202, 204, 302, 400, 500] {
        assert_eq!(answer(ScriptedResponse::json(status, GOOD)).unwrap_err().kind(), ErrorKind::Http, "{status}");
    }
    assert_eq!(answer(ScriptedResponse::content(201, "text/plain", GOOD)).unwrap_err().code(), "unexpected_content_type");
    let error = answer(ScriptedResponse::json(400, r#"{"error":"invalid_request"}"#)).unwrap_err();
    assert_eq!((error.kind(), error.oauth_error().map(|error| error.error())), (ErrorKind::Protocol, Some("invalid_request")));
}

#[test]
fn what_may_have_been_processed_is_not_pushed_again() {
    let build = |environment| {
        let builder = PushedAuthorizationRequest::builder().environment(environment).retry(RetrySettings::default()).address(ADDRESS);
        builder.client_id("app").authorization(parameters()).build()
    };
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::status(502))]);
    assert_eq!((run.result.unwrap_err().kind(), run.waits.len()), (ErrorKind::Http, 0));
}

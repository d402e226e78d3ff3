//! The device authorization request and its response (RFC 8628 sections 3.1 and 3.2).

use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{answered, both_ways, chain, start, wire};

const ADDRESS: &str = "https://idp.example.com/device_authorization";

fn request(environment: Environment) -> DeviceAuthorizationRequest {
    let builder = DeviceAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
    builder.client_id("tv").build()
}

fn good() -> Value {
    json!({ "device_code": "dc", "user_code": "UC", "verification_uri": "https://idp.example.com/device", "expires_in": 600 })
}

#[track_caller]
fn with(member: &str, value: Value) -> Result<DeviceAuthorizationResponse, Error> {
    let mut body = good();
    body[member] = value;
    answered(request, Expected::post(ADDRESS), ScriptedResponse::json(200, body))
}

#[test]
fn h13_the_client_its_scopes_and_resources() {
    let build = |environment| {
        let builder = DeviceAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        let builder = builder.client_id("tv").authentication(ClientAuthentication::secret_post("s")).scope(["openid ", "", "profile"]);
        builder.resource(["https://a", "https://b"]).build()
    };
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::json(200, good()))]);
    run.result.unwrap();
    assert_snapshot!(wire(&run.sent[0]), @r"
    POST https://idp.example.com/device_authorization
    accept: application/json
    content-type: application/x-www-form-urlencoded

    scope=openid+profile&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&client_id=tv&client_secret=s
    ");
}

#[test]
fn v1_the_codes_and_where_they_go() {
    let device = with("verification_uri_complete", json!("https://idp.example.com/device?user_code=UC")).unwrap();
    assert_eq!((device.device_code().expose(), device.user_code()), ("dc", "UC"));
    assert_eq!(device.verification_uri(), "https://idp.example.com/device");
    assert_eq!(device.verification_uri_complete(), Some("https://idp.example.com/device?user_code=UC"));
    assert_eq!((device.expires_in(), device.expires_at()), (Duration::from_secs(600), Some(start() + Duration::from_secs(600))));
    assert!(!format!("{device:?}").contains("\"dc\""));
    assert_eq!(device.try_get_str("device_code"), None);
}

#[test]
fn v1_what_is_required_is_a_string_that_holds_something() {
    for member in ["device_code", "user_code", "verification_uri"] {
        for value in [json!(""), Value::Null, json!(1), json!(["x"])] {
            let error = with(member, value.clone()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{member} {value}");
            assert!(chain(&error).contains(&format!("`{member}`")), "{member} {value}");
        }
    }
    assert_eq!(with("verification_uri_complete", json!(1)).unwrap_err().kind(), ErrorKind::Malformed);
    for value in [Value::Null, json!(-1), json!("soon"), json!(true), json!([])] {
        assert_eq!(with("expires_in", value.clone()).unwrap_err().kind(), ErrorKind::Malformed, "{value}");
    }
}

#[test]
fn v1_the_interval_is_a_number_and_five_seconds_where_there_is_none() {
    for (value, seconds) in [(Value::Null, 5), (json!(0), 5), (json!(1), 1), (json!(10), 10), (json!("7"), 7)] {
        assert_eq!(with("interval", value.clone()).unwrap().interval(), Duration::from_secs(seconds), "{value}");
    }
    for value in [json!(-5), json!("x"), json!(true), json!([5])] {
        assert_eq!(with("interval", value.clone()).unwrap().interval(), Duration::from_secs(5), "{value}: the codes are not lost for it");
    }
}

#[test]
fn v1_h1_a_user_is_sent_to_https_alone() {
    for member in ["verification_uri", "verification_uri_complete"] {
        for address in ["http://idp.example.com/device", "javascript:alert(1)", "//idp.example.com", "https://user@idp.example.com/"] {
            let error = with(member, json!(address)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Policy, "{member} {address}");
            assert_eq!(error.policy_violation().map(|violation| violation.member()), Some(member));
        }
        assert!(with(member, json!("http://localhost:8080/device")).is_ok(), "loopback, while the policy allows it");
    }
    let policy = DiscoveryPolicy::builder().danger_allow_http().build();
    let build = |environment| {
        let builder = DeviceAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder.client_id("tv").policy(policy.clone()).build()
    };
    let mut body = good();
    body["verification_uri"] = json!("http://idp.example.com/device");
    assert!(answered(build, Expected::post(ADDRESS), ScriptedResponse::json(200, body)).is_ok());
}

#[test]
fn h3_h4_what_is_no_device_answer() {
    for (reply, kind) in [
        (ScriptedResponse::json(202, good()), ErrorKind::Http),
        (ScriptedResponse::json(401, r#"{"error":"invalid_client"}"#), ErrorKind::Protocol),
        (ScriptedResponse::content(200, "text/html", "x"), ErrorKind::Http),
    ] {
        assert_eq!(answered(request, Expected::post(ADDRESS), reply).unwrap_err().kind(), kind);
    }
}

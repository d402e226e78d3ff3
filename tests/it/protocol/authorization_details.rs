//! Rich authorization details (RFC 9396): where they are sent, and how they come back.

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::Request;
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::token::{
    AuthorizationCodeTokenRequest, CibaTokenRequest, ClientCredentialsTokenRequest, ExtensionTokenRequest, JwtBearerTokenRequest,
    RefreshTokenRequest, SamlBearerTokenRequest, TokenExchangeRequest, TokenResponse,
};
use identity_model::secret::AuthorizationCode;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::json;

use super::support::{TOKEN, answered, both_ways, once, unsent};

const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;

fn details() -> [AuthorizationDetail; 2] {
    let payment = AuthorizationDetail::new("payment").actions(["initiate"]).member("amount", json!({ "currency": "EUR" }));
    [payment, AuthorizationDetail::new("account").locations(["https://api.example.com"]).identifier("7").privileges(["owner"])]
}

const SENT: &str = r#"[{"type":"payment","actions":["initiate"],"amount":{"currency":"EUR"}},{"type":"account","identifier":"7","locations":["https://api.example.com"],"privileges":["owner"]}]"#;

#[track_caller]
fn sends<R: Request>(build: impl Fn(Environment) -> R, address: &str, body: &str)
where
    R::Response: std::fmt::Debug,
{
    let run = both_ways(build, &[(Expected::post(address), ScriptedResponse::json(200, body))]);
    run.result.unwrap();
    // The order of members is nobody's concern.
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let sent = run.sent[0].form_value("authorization_details").unwrap();
    assert_eq!(read(&sent), read(SENT));
}

macro_rules! request {
    ($request:ident $(. $setter:ident($value:expr))*) => {
        |environment: Environment| {
            let builder = $request::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
            builder$(.$setter($value))*.authorization_details(details()).build()
        }
    };
}

#[test]
fn t7_every_grant_that_takes_scopes_takes_details() {
    sends(request!(ClientCredentialsTokenRequest.client_id("c")), TOKEN, GOOD);
    sends(request!(ExtensionTokenRequest.client_id("c").grant_type("urn:x")), TOKEN, GOOD);
    sends(request!(JwtBearerTokenRequest.assertion("a")), TOKEN, GOOD);
    sends(request!(SamlBearerTokenRequest.assertion("a")), TOKEN, GOOD);
    sends(request!(CibaTokenRequest.client_id("c").request_id("r")), TOKEN, GOOD);
    sends(request!(TokenExchangeRequest.client_id("c").subject_token("s").subject_token_type("urn:t")), TOKEN, GOOD);
    sends(once(request!(RefreshTokenRequest.client_id("c").refresh_token("r"))), TOKEN, GOOD);
    let code = request!(
        AuthorizationCodeTokenRequest
            .client_id("c")
            .code(AuthorizationCode::danger_unchecked("x"))
            .redirect_uri("https://a")
            .code_verifier("v".repeat(43))
    );
    sends(once(code), TOKEN, GOOD);
    let device = r#"{"device_code":"d","user_code":"u","verification_uri":"https://idp.example.com","expires_in":60}"#;
    sends(request!(DeviceAuthorizationRequest.client_id("c")), TOKEN, device);
    let hint = || AuthenticationHint::LoginHint("alice".to_owned());
    let ciba = r#"{"auth_req_id":"r","expires_in":60}"#;
    sends(request!(BackchannelAuthenticationRequest.client_id("c").hint(hint()).scope(["openid"])), TOKEN, ciba);
}

#[test]
fn t7_a_detail_without_a_type_is_refused_unsent() {
    let build = |environment: Environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
        builder.client_id("c").authorization_details([AuthorizationDetail::new("")]).build()
    };
    assert_eq!(unsent(build).to_string(), "configuration error: `authorization_details` holds a detail with an empty type");
}

#[track_caller]
fn answer(details: &str) -> Result<TokenResponse, Error> {
    let build = |environment: Environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(TOKEN).client_id("c").build()
    };
    let body = format!(r#"{{"access_token":"a","token_type":"Bearer","authorization_details":{details}}}"#);
    answered(build, Expected::post(TOKEN), ScriptedResponse::json(200, body))
}

#[test]
fn t7_granted_details_come_back_typed() {
    let token = answer(SENT).unwrap();
    assert_eq!(token.authorization_details(), details());
    assert_eq!(token.authorization_details()[0].get("amount"), Some(&json!({ "currency": "EUR" })));
    assert!(answer("[]").unwrap().authorization_details().is_empty());
    assert!(answer("null").unwrap().authorization_details().is_empty());
    for bad in [r#""x""#, "{}", "[1]", "[{}]", r#"[{"type":1}]"#, r#"[{"type":"a"},null]"#] {
        assert_eq!(answer(bad).unwrap_err().kind(), ErrorKind::Malformed, "{bad}");
    }
}

#[test]
fn what_a_detail_says_of_a_person_is_not_shown() {
    let detail = AuthorizationDetail::new("medical").member("diagnosis", "c4n4ry").member("type", "other");
    assert_eq!(detail.detail_type(), "medical");
    assert_eq!(format!("{detail:?}"), r#"AuthorizationDetail { type: "medical", members: ["diagnosis"] }"#);
}

//! Answers of endpoints as real servers send them.

use std::time::Duration;

use identity_model::encoding::{base64, base64url, digest};
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::BearerCredential;
use identity_model::protocol::authorize::{AuthorizationRequest, ResponseType};
use identity_model::protocol::client_auth::{AssertionAudience, ClientAuthentication, JwtAssertion};
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::token::{
    ClientCredentialsTokenRequest, DeviceCodePolling, RefreshTokenRequest, TokenExchangeRequest, TokenResponse,
};
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::RetrySettings;
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

use crate::protocol::support::{Run, TOKEN, USERINFO, answered, both_ways, once, start, unsent, wire};

const DEVICE: &str = "https://oauth2.example.com/device/code";
const INTROSPECT: &str = "https://idp.example.com/introspect";
const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;

fn device(body: &Value) -> Result<DeviceAuthorizationResponse, Error> {
    let build = |environment| {
        let builder = DeviceAuthorizationRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(DEVICE).client_id("tv").build()
    };
    answered(build, Expected::post(DEVICE), ScriptedResponse::json(200, body))
}

fn tokens_under(policy: &DiscoveryPolicy, answer: ScriptedResponse) -> Result<TokenResponse, Error> {
    let build = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.policy(policy.clone()).address(TOKEN).client_id("c").build()
    };
    answered(build, Expected::post(TOKEN), answer)
}

fn tokens(answer: ScriptedResponse) -> Result<TokenResponse, Error> {
    tokens_under(&DiscoveryPolicy::strict(), answer)
}

#[test]
fn e_device_url_the_older_name_a_fragment_and_an_empty_complete_address_are_read() {
    let google = json!({
        "device_code": "d", "user_code": "U", "verification_url": "https://www.google.com/device", "expires_in": 1800, "interval": 5,
    });
    let read = device(&google).unwrap();
    assert_eq!((read.verification_uri(), read.verification_uri_complete()), ("https://www.google.com/device", None));

    let other = |member: &str, value: Value| {
        let mut body = json!({ "device_code": "d", "user_code": "U", "verification_uri": "https://idp.example.com/d", "expires_in": 60 });
        body[member] = value;
        device(&body)
    };
    assert_eq!(
        other("verification_uri", json!("https://idp.example.com/#/device")).unwrap().verification_uri(),
        "https://idp.example.com/#/device"
    );
    assert_eq!(other("verification_uri_complete", json!("")).unwrap().verification_uri_complete(), None);
    assert_eq!(other("verification_uri_complete", json!(null)).unwrap().verification_uri_complete(), None);
    let complete = "https://idp.example.com/#/device?code=U";
    assert_eq!(other("verification_uri_complete", json!(complete)).unwrap().verification_uri_complete(), Some(complete));
    assert_eq!(other("verification_url", json!("")).unwrap().verification_uri(), "https://idp.example.com/d");
    for interval in [json!(""), json!(-1), json!("soon"), json!(0), json!(null)] {
        assert_eq!(other("interval", interval.clone()).unwrap().interval(), Duration::from_secs(5), "{interval}");
    }
    let both = |address: &str| {
        device(&json!({ "device_code": "d", "user_code": "U", "verification_uri": "", "verification_url": address, "expires_in": 60 }))
    };
    assert_eq!(both("https://idp.example.com/d").unwrap().verification_uri(), "https://idp.example.com/d");
    // The older name is held against the policy like the newer one.
    assert_eq!(both("http://idp.example.com/d").unwrap_err().kind(), ErrorKind::Policy);
    assert_eq!(both("javascript:alert(1)").unwrap_err().kind(), ErrorKind::Policy);
    let neither = json!({ "device_code": "d", "user_code": "U", "expires_in": 60 });
    assert_eq!(device(&neither).unwrap_err().kind(), ErrorKind::Malformed);
}

/// Polls a device code that lives ten minutes, and asks every five seconds.
fn polled(answers: &[ScriptedResponse]) -> Run<TokenResponse> {
    polled_for(600, answers)
}

fn polled_for(expires_in: u64, answers: &[ScriptedResponse]) -> Run<TokenResponse> {
    let codes = json!({
        "device_code": "d", "user_code": "U", "verification_uri": "https://idp.example.com/d", "expires_in": expires_in, "interval": 5,
    });
    let build = |environment: Environment| {
        let http = ScriptedHttpClient::builder().post(DEVICE, ScriptedResponse::json(200, &codes)).build();
        let begin = DeviceAuthorizationRequest::builder().environment(environment.clone()).retry(RetrySettings::NONE);
        let pending = begin.address(DEVICE).client_id("tv").send_blocking(&http).unwrap();
        DeviceCodePolling::builder().environment(environment).address(TOKEN).client_id("tv").authorization(pending).build()
    };
    let script: Vec<_> = answers.iter().map(|answer| (Expected::post(TOKEN), answer.clone())).collect();
    both_ways(build, &script)
}

#[test]
fn e_poll_trouble_at_the_server_is_waited_out_backing_off() {
    let pending = || ScriptedResponse::content(400, "text/plain", r#"{"error":"authorization_pending"}"#);
    for status in [408, 429, 500, 502, 503, 504, 520] {
        let trouble = ScriptedResponse::content(status, "text/html", "<html>Bad gateway</html>");
        let run = polled(&[pending(), trouble.clone(), trouble, pending(), ScriptedResponse::json(200, GOOD)]);
        assert!(run.result.is_ok(), "{status}");
        let waits: Vec<_> = run.waits.iter().map(Duration::as_secs).collect();
        assert_eq!(waits, [5, 5, 10, 20, 20], "{status}");
    }
    for answer in [
        ScriptedResponse::json(500, r#"{"error":"server_error"}"#),
        ScriptedResponse::json(503, r#"{"error":"temporarily_unavailable"}"#),
        ScriptedResponse::json(400, r#"{"error":"temporarily_unavailable"}"#),
        ScriptedResponse::status(503).header("retry-after", "30"),
    ] {
        assert!(polled(&[answer, ScriptedResponse::json(200, GOOD)]).result.is_ok());
    }
    // The end of the codes ends it, whatever is wrong with the server.
    let down = || ScriptedResponse::status(502);
    assert_eq!(polled_for(40, &[down(), down(), down()]).result.unwrap_err().code(), "poll_expired");
    for (answer, code) in [
        (ScriptedResponse::status(404), "unexpected_status"),
        (ScriptedResponse::status(501), "unexpected_status"),
        (ScriptedResponse::json(400, r#"{"error":"access_denied"}"#), "oauth_error"),
    ] {
        assert_eq!(polled(&[answer]).result.unwrap_err().code(), code);
    }
}

#[test]
fn e_429_is_repeated_by_back_off_as_often_as_the_settings_say() {
    let run = |retries: u32, answers: &[ScriptedResponse]| {
        let build = |environment| {
            let builder = ClientCredentialsTokenRequest::builder().environment(environment);
            builder.retry(RetrySettings::default().with_count(retries)).address(TOKEN).client_id("c").build()
        };
        let script: Vec<_> = answers.iter().map(|answer| (Expected::post(TOKEN), answer.clone())).collect();
        both_ways(build, &script)
    };
    let limited = || ScriptedResponse::content(429, "text/plain", "slow down");
    let again = run(3, &[limited(), limited(), ScriptedResponse::json(200, GOOD)]);
    assert_eq!((again.result.is_ok(), again.sent.len(), again.waits.len()), (true, 3, 2));
    assert!(again.waits[1] > again.waits[0], "{:?}", again.waits);
    let spent = run(1, &[limited(), limited()]);
    assert_eq!(spent.result.unwrap_err().status().map(|status| status.as_u16()), Some(429));
    assert_eq!(run(0, &[limited()]).sent.len(), 1);
}

#[test]
fn e_201_of_a_good_document_is_read() {
    assert_eq!(tokens(ScriptedResponse::json(201, GOOD)).unwrap().access_token().expose(), "a");
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(INTROSPECT).client_id("api").token("t").build()
    };
    let answer = ScriptedResponse::json(201, r#"{"active":true}"#);
    assert!(answered(build, Expected::post(INTROSPECT), answer).unwrap().is_active());
    assert_eq!(tokens(ScriptedResponse::json(202, GOOD)).unwrap_err().kind(), ErrorKind::Http);
    assert_eq!(tokens(ScriptedResponse::json(201, r#"{"error":"invalid_grant"}"#)).unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn e_type_absent_or_of_another_name_is_a_bearer_token_only_where_the_policy_says_so() {
    let with = |token_type: &Value| {
        let mut body = json!({ "access_token": "a" });
        if !token_type.is_null() {
            body["token_type"] = token_type.clone();
        }
        ScriptedResponse::json(200, body)
    };
    let error = tokens(with(&Value::Null)).unwrap_err();
    assert!(error.to_string().contains(".missing_token_type_is_bearer()"), "{error}");
    let lax = DiscoveryPolicy::builder().missing_token_type_is_bearer().build();
    assert_eq!(tokens_under(&lax, with(&Value::Null)).unwrap().token_type(), "Bearer");
    assert_eq!(tokens_under(&lax, with(&json!(""))).unwrap().token_type(), "Bearer");
    assert_eq!(tokens_under(&lax, with(&json!("bot"))).map(drop).unwrap_err().code(), "malformed_member");

    let named = DiscoveryPolicy::builder().bearer_token_types(["bot", "jwt-bearer", "User Access Token", "DPoP"]).build();
    for name in ["bot", "Bot", "jwt-bearer", "User Access Token"] {
        let error = tokens(with(&json!(name))).unwrap_err();
        assert!(error.to_string().contains(".bearer_token_types("), "{error}");
        assert_eq!(tokens_under(&named, with(&json!(name))).unwrap().token_type(), name);
    }
    assert_eq!(tokens_under(&named, with(&json!("mac"))).map(drop).unwrap_err().code(), "malformed_member");
    assert_eq!(tokens_under(&named, with(&Value::Null)).map(drop).unwrap_err().code(), "malformed_member");
    let bound = tokens_under(&named, with(&json!("DPoP"))).map(drop).unwrap_err();
    assert_eq!(bound.code(), "malformed_member", "a token that is bound is never a bearer token");
}

#[test]
fn e_expires_that_cannot_be_read_is_unknown_and_the_token_is_there() {
    for value in [json!(-1), json!(""), json!("never"), json!(true), json!([]), json!(null)] {
        let body = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": value, "refresh_token": "r" });
        let response = tokens(ScriptedResponse::json(200, body)).unwrap();
        assert_eq!((response.expires_in(), response.access_token().expose()), (None, "a"), "{value}");
        assert_eq!(response.refresh_token().map(|token| token.expose()), Some("r"));
    }
    for member in ["refresh_token", "id_token", "scope"] {
        for value in [json!(""), json!(7), json!({})] {
            let mut body = json!({ "access_token": "a", "token_type": "Bearer" });
            body[member] = value;
            assert!(tokens(ScriptedResponse::json(200, body)).is_ok(), "{member}");
        }
    }
}

#[test]
fn e_error_type_whatever_the_content_type_of_a_client_error_its_document_counts() {
    let body = r#"{"error":"invalid_grant","error_description":"expired"}"#;
    for content_type in ["text/plain", "text/html; charset=utf-8", "application/problem+json", "application/octet-stream"] {
        for status in [400, 401, 403, 404, 429, 499] {
            let error = tokens(ScriptedResponse::content(status, content_type, body)).unwrap_err();
            let oauth = error.oauth_error().unwrap();
            assert_eq!((error.kind(), oauth.error(), oauth.error_description()), (ErrorKind::Protocol, "invalid_grant", Some("expired")));
        }
        assert_eq!(tokens(ScriptedResponse::content(502, content_type, body)).unwrap_err().kind(), ErrorKind::Http);
    }
    let bare = ScriptedResponse::status(400).body(body);
    assert_eq!(tokens(bare).unwrap_err().oauth_error().unwrap().error(), "invalid_grant");
    for body in ["<html>", "[]", r#"{"error":{"message":"x"}}"#, r#"{"error":""}"#, "\"invalid_grant\""] {
        assert_eq!(tokens(ScriptedResponse::content(400, "text/plain", body)).unwrap_err().kind(), ErrorKind::Http, "{body}");
    }
}

#[test]
fn e_commas_separate_scopes_where_the_policy_says_so() {
    let body = r#"{"access_token":"a","token_type":"bearer","scope":"repo,gist"}"#;
    let scope = |policy: &DiscoveryPolicy| tokens_under(policy, ScriptedResponse::json(200, body)).unwrap().granted_scope().to_vec();
    assert_eq!(scope(&DiscoveryPolicy::strict()), ["repo,gist"]);
    let commas = DiscoveryPolicy::builder().comma_separated_scope().build();
    assert_eq!(scope(&commas), ["repo", "gist"]);
    let mixed = ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"bearer","scope":"a, b,,c d"}"#);
    assert_eq!(tokens_under(&commas, mixed).unwrap().granted_scope(), ["a", "b", "c", "d"]);
}

#[test]
fn e_revoked_is_done_at_any_status_that_says_so() {
    let revoke = |answer| {
        let build = |environment| {
            let builder = RevocationRequest::builder().environment(environment).retry(RetrySettings::NONE);
            builder.address("https://idp.example.com/revoke").client_id("c").token("t").build()
        };
        answered(build, Expected::post("https://idp.example.com/revoke"), answer)
    };
    for status in [200, 201, 202, 204] {
        assert_eq!(revoke(ScriptedResponse::status(status)).unwrap().head().status(), status);
    }
    assert!(revoke(ScriptedResponse::content(202, "text/html", "<html>")).is_ok());
    for (status, code) in [(302, "unexpected_status"), (400, "unexpected_status"), (503, "unexpected_status")] {
        assert_eq!(revoke(ScriptedResponse::status(status)).map(drop).unwrap_err().code(), code, "{status}");
    }
}

fn introspected(policy: &DiscoveryPolicy, body: &Value) -> Result<IntrospectionResponse, Error> {
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).policy(policy.clone());
        builder.address(INTROSPECT).client_id("api").token("t").build()
    };
    answered(build, Expected::post(INTROSPECT), ScriptedResponse::json(200, body))
}

#[test]
fn e_introspect_by_a_bearer_token_of_its_own() {
    let credential = BearerCredential::token("of-the-resource");
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(INTROSPECT).authentication(ClientAuthentication::bearer(credential.clone())).token("t").build()
    };
    let run = both_ways(build, &[(Expected::post(INTROSPECT), ScriptedResponse::json(200, r#"{"active":true}"#))]);
    assert!(run.result.unwrap().is_active());
    let sent = wire(&run.sent[0]);
    assert!(sent.contains("authorization: Bearer of-the-resource") && sent.ends_with("\n\ntoken=t"), "{sent}");
    assert!(run.sent[0].headers()["authorization"].is_sensitive());
    assert!(!format!("{:?}", ClientAuthentication::bearer(credential)).contains("of-the-resource"));

    // A server that repeats the token in its error does not bring it into a log.
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(INTROSPECT);
        builder.authentication(ClientAuthentication::bearer(BearerCredential::token("of-the-resource"))).token("the-token-itself").build()
    };
    let echo = r#"{"error":"invalid_token","error_description":"of-the-resource may not see the-token-itself"}"#;
    let error = answered(build, Expected::post(INTROSPECT), ScriptedResponse::json(401, echo)).unwrap_err();
    assert!(!error.to_string().contains("of-the-resource") && !error.to_string().contains("the-token-itself"), "{error}");

    let missing = |environment| {
        let credential = BearerCredential::file("/nonexistent/token");
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(INTROSPECT);
        builder.authentication(ClientAuthentication::bearer(credential)).token("t").build()
    };
    let error = unsent(missing);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("/nonexistent/token"), "{error}");
}

#[test]
fn e_introspect_values_as_text_are_read_where_the_policy_says_so() {
    let body = json!({ "active": "true", "exp": "1750000600", "iat": "1749999999", "sub": "alice", "aud": "api", "iss": "https://idp" });
    assert_eq!(introspected(&DiscoveryPolicy::strict(), &body).unwrap_err().kind(), ErrorKind::Malformed);
    let lax = DiscoveryPolicy::builder().values_as_text().build();
    let answer = introspected(&lax, &body).unwrap();
    assert_eq!(answer.expires_at(), Some(start() + Duration::from_secs(600)));
    let rules = TokenValidationOptions::plain_access_token().issuer("https://idp").audience("api").build();
    assert_eq!(answer.validate(&rules, start()).unwrap().subject(), Some("alice"));
    assert_eq!(answer.validate(&rules, start() + Duration::from_secs(700)).unwrap_err().code(), "expired", "the text counts as a time");
    assert!(!introspected(&lax, &json!({ "active": "False" })).unwrap().is_active());
    for wrong in [json!({ "active": "yes" }), json!({ "active": true, "exp": "soon" }), json!({ "active": 1 })] {
        assert_eq!(introspected(&lax, &wrong).unwrap_err().kind(), ErrorKind::Malformed, "{wrong}");
    }
}

#[test]
fn e_exchange_without_a_client() {
    let build = |environment| {
        let builder = TokenExchangeRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
        builder.subject_token("s").subject_token_type("urn:ietf:params:oauth:token-type:jwt").audience(["//iam.example.com/pool"]).build()
    };
    let issued = r#"{"access_token":"a","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, issued))]);
    run.result.unwrap();
    assert_eq!((run.sent[0].form_value("client_id"), run.sent[0].header("authorization")), (None, None));
    let secret = |environment| {
        let builder = TokenExchangeRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
        let builder = builder.subject_token("s").subject_token_type("urn:ietf:params:oauth:token-type:jwt");
        builder.authentication(ClientAuthentication::secret_basic("s3cret")).build()
    };
    assert_eq!(unsent(secret).kind(), ErrorKind::Configuration, "nobody is authenticated without a name");
}

#[test]
fn e_resource_that_is_no_uri_is_sent_by_its_own_setter() {
    let request =
        || AuthorizationRequest::builder().address("https://sts.example.com/authorize").client_id("c").redirect_uri("https://a.example/cb");
    let url = request().response_type(ResponseType::Code).code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").state("st");
    let named = url.resource(["https://api.example.com"]).resource_names(["00000003-0000-0000-c000-000000000000", "intranet"]).build();
    let text = named.url().unwrap();
    for part in ["resource=https%3A%2F%2Fapi.example.com", "resource=00000003-0000-0000-c000-000000000000", "resource=intranet"] {
        assert!(text.as_str().contains(part), "{text}");
    }
    let refused = request()
        .response_type(ResponseType::Code)
        .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .state("st")
        .resource(["intranet"])
        .build();
    let error = refused.url().unwrap_err();
    assert!(error.to_string().contains(".resource_names("), "{error}");
    // Token requests name resources as they are.
    let build = once(|environment: Environment| {
        let builder = RefreshTokenRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN).client_id("c");
        builder.refresh_token("r").resource(["intranet"]).build()
    });
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].form_value("resource").as_deref(), Some("intranet"));
}

fn userinfo(answer: ScriptedResponse) -> Error {
    let build = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE).address(USERINFO);
        builder.access_token("the-access-token").expected_subject("alice").build()
    };
    answered(build, Expected::get(USERINFO), answer).unwrap_err()
}

#[test]
fn o_userinfo_401_says_its_reason_from_the_challenge_alone() {
    let error = userinfo(ScriptedResponse::status(401).header("www-authenticate", r#"Bearer error="invalid_token""#));
    assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_token"));
    assert_eq!(error.oauth_error().unwrap().status().as_u16(), 401);
    let silent = userinfo(ScriptedResponse::status(401).header("www-authenticate", r#"Bearer realm="x""#));
    assert_eq!((silent.kind(), silent.oauth_error().is_none()), (ErrorKind::Http, true));
}

#[test]
fn s_userinfo_challenge_code_description_and_scope_come_out_at_every_endpoint_that_takes_a_token() {
    let challenge = r#"Bearer realm="x", error="insufficient_scope", error_description="needs more", scope="openid profile""#;
    let error = userinfo(ScriptedResponse::content(403, "text/plain", "").header("www-authenticate", challenge));
    let oauth = error.oauth_error().unwrap();
    assert_eq!((error.kind(), oauth.error(), oauth.error_description()), (ErrorKind::Protocol, "insufficient_scope", Some("needs more")));
    assert_eq!(oauth.scope(), Some("openid profile"));
    assert_eq!(error.challenges().len(), 1);

    // The body comes first where it has a reason; a second challenge counts where the first has none; DPoP is a challenge to a token too.
    let both = ScriptedResponse::json(401, r#"{"error":"invalid_request"}"#).header("www-authenticate", challenge);
    assert_eq!(userinfo(both).oauth_error().unwrap().error(), "invalid_request");
    let dpop = ScriptedResponse::status(401).header("www-authenticate", r#"Basic realm="x", DPoP error="use_dpop_nonce", algs="ES256""#);
    assert_eq!(userinfo(dpop).oauth_error().unwrap().error(), "use_dpop_nonce");
    let basic = ScriptedResponse::status(401).header("www-authenticate", r#"Basic error="x""#);
    assert_eq!(userinfo(basic).kind(), ErrorKind::Http);

    // What the server repeats of the token stays out of the text.
    let echo = r#"Bearer error="invalid_token", error_description="the-access-token is over""#;
    let error = userinfo(ScriptedResponse::status(401).header("www-authenticate", echo));
    assert!(!error.to_string().contains("the-access-token"), "{error}");

    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(INTROSPECT);
        builder.authentication(ClientAuthentication::bearer(BearerCredential::token("b"))).token("t").build()
    };
    let reply = ScriptedResponse::status(403).header("www-authenticate", challenge);
    assert_eq!(answered(build, Expected::post(INTROSPECT), reply).unwrap_err().oauth_error().unwrap().error(), "insufficient_scope");
}

/// Header and claims of the assertion that authenticates a request at `endpoint` of a document.
fn assertion(authentication: &ClientAuthentication, endpoint: &str) -> (Value, Value) {
    let document = json!({
        "issuer": "https://idp.example.com", "token_endpoint": TOKEN, "introspection_endpoint": INTROSPECT,
        "revocation_endpoint": "https://idp.example.com/revoke",
    });
    let disco = DiscoveryDocumentResponse::parse(document.to_string(), "https://idp.example.com", DiscoveryPolicy::strict()).unwrap();
    let address = disco.endpoint(endpoint).unwrap().unwrap();
    let build = |environment: Environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(address.clone()).client_id("c").authentication(authentication.clone()).token("t").build()
    };
    let http = ScriptedHttpClient::builder().post(address.as_str(), ScriptedResponse::json(200, r#"{"active":true}"#)).build();
    build(Environment::system()).send_blocking(&http).unwrap();
    let text = http.requests()[0].form_value("client_assertion").unwrap();
    let part = |number| serde_json::from_slice(&base64url::decode(text.split('.').nth(number).unwrap()).unwrap()).unwrap();
    (part(0), part(1))
}

const CERTIFICATE: &str = include_str!("../jose/fixtures/ec.p256.certificate.pem");

fn certified() -> JwtAssertion {
    let key = PrivateKey::from_pem(include_str!("../jose/fixtures/ec.p256.pkcs8.pem")).unwrap();
    JwtAssertion::new(key.signer(SignatureAlgorithm::ES256).unwrap())
}

#[test]
fn e_aud_entra_an_assertion_names_the_certificate() {
    let by = |assertion: JwtAssertion| self::assertion(&ClientAuthentication::PrivateKeyJwt { assertion }, "token_endpoint").0;
    let der = base64::decode(CERTIFICATE.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).unwrap();
    let sha256 = base64url::encode(digest::sha256(&der));
    assert_eq!((by(certified())["typ"].clone(), by(certified()).get("x5t")), (json!("JWT"), None));
    for header in [by(certified().with_certificate(CERTIFICATE).unwrap()), by(certified().with_certificate(&der).unwrap())] {
        assert_eq!((header["x5t#S256"].clone(), header.get("x5c")), (json!(sha256), None));
        assert_eq!(base64url::decode(header["x5t"].as_str().unwrap()).unwrap().len(), 20);
    }
    let chained = by(certified().with_certificate_chain([CERTIFICATE.as_bytes(), &der]).unwrap());
    assert_eq!(chained["x5c"], json!([base64::encode(&der), base64::encode(&der)]));
    assert_eq!(chained["x5t#S256"], json!(sha256), "of the client's own, the first");
    assert_eq!(by(certified().with_type("client-authentication+jwt"))["typ"], json!("client-authentication+jwt"));
    for wrong in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAA\n-----END PRIVATE KEY-----"] {
        assert!(certified().with_certificate(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn s_assertion_aud_may_be_the_token_endpoint_everywhere() {
    let audience = |audience: AssertionAudience, endpoint: &str| {
        let authentication = ClientAuthentication::PrivateKeyJwt { assertion: certified() }.with_audience(audience);
        assertion(&authentication, endpoint).1["aud"].clone()
    };
    for endpoint in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        assert_eq!(audience(AssertionAudience::TokenEndpoint, endpoint), json!(TOKEN), "{endpoint}");
        assert_eq!(audience(AssertionAudience::Issuer, endpoint), json!("https://idp.example.com"), "{endpoint}");
        let several = AssertionAudience::Several(vec!["https://idp.example.com".to_owned(), TOKEN.to_owned()]);
        assert_eq!(audience(several, endpoint), json!(["https://idp.example.com", TOKEN]), "several by name alone");
    }
    let authentication = ClientAuthentication::PrivateKeyJwt { assertion: certified() }.with_audience(AssertionAudience::TokenEndpoint);
    let error = unsent(|environment| {
        let builder = IntrospectionRequest::builder().environment(environment).address(INTROSPECT).client_id("c").token("t");
        builder.authentication(authentication.clone()).build()
    });
    assert!(error.to_string().contains("token endpoint"), "an address alone does not say where the token endpoint is: {error}");
}

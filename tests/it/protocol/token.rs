//! The token request of the client credentials grant and the token response (RFC 6749 sections 2.3, 4.4, 5).

use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use identity_model::secret::ClientSecret;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use insta::assert_snapshot;

use super::support::{TOKEN, answered, both_ways, chain, start, unsent, wire};

const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;

fn request(environment: Environment) -> ClientCredentialsTokenRequest {
    ClientCredentialsTokenRequest::builder()
        .environment(environment)
        .retry(RetrySettings::NONE)
        .address(TOKEN)
        .client_id("client")
        .scope(["read"])
        .build()
}

#[track_caller]
fn answer(answer: ScriptedResponse) -> Result<TokenResponse, Error> {
    answered(request, Expected::post(TOKEN), answer)
}

#[track_caller]
fn body(body: &str) -> Result<TokenResponse, Error> {
    answer(ScriptedResponse::json(200, body))
}

/// The error of a good response with one member more (or another one).
#[track_caller]
fn refused(member: &str, code: &str) -> Error {
    let error = body(&with(member)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, code), "{member}");
    error
}

fn with(member: &str) -> String {
    format!(r#"{{"access_token":"a","token_type":"Bearer",{member}}}"#)
}

/// What one request with this authentication sends.
#[track_caller]
fn sent(authentication: impl Into<ClientAuthentication> + Clone) -> String {
    let build = |environment| {
        ClientCredentialsTokenRequest::builder()
            .environment(environment)
            .retry(RetrySettings::NONE)
            .address(TOKEN)
            .client_id("client")
            .authentication(authentication.clone())
            .scope(["read write", "", "admin"])
            .resource(["https://api.example.com/a b", "https://api.example.com/c"])
            .parameter("empty", "")
            .parameter("custom", "1+1=2&")
            .parameter_values("tag", ["x", "y"])
            .header("x-request-id", "42")
            .build()
    };
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    run.result.unwrap();
    wire(&run.sent[0])
}

#[test]
fn h13_a2_a_public_client_names_itself_in_the_body() {
    assert_snapshot!(sent(ClientAuthentication::none()), @r"
    POST https://idp.example.com/token
    accept: application/json
    content-type: application/x-www-form-urlencoded
    x-request-id: 42

    grant_type=client_credentials&scope=read+write+admin&resource=https%3A%2F%2Fapi.example.com%2Fa+b&resource=https%3A%2F%2Fapi.example.com%2Fc&client_id=client&custom=1%2B1%3D2%26&tag=x&tag=y
    ");
}

#[test]
fn a1_a2_basic_stands_in_the_header_alone() {
    assert_snapshot!(sent(ClientSecret::new("very+secret s")), @r"
    POST https://idp.example.com/token
    accept: application/json
    authorization: Basic Y2xpZW50OnZlcnklMkJzZWNyZXQrcw==
    content-type: application/x-www-form-urlencoded
    x-request-id: 42

    grant_type=client_credentials&scope=read+write+admin&resource=https%3A%2F%2Fapi.example.com%2Fa+b&resource=https%3A%2F%2Fapi.example.com%2Fc&custom=1%2B1%3D2%26&tag=x&tag=y
    ");
}

#[test]
fn a2_post_stands_in_the_body_alone() {
    assert_snapshot!(sent(ClientAuthentication::secret_post("very+secret")), @r"
    POST https://idp.example.com/token
    accept: application/json
    content-type: application/x-www-form-urlencoded
    x-request-id: 42

    grant_type=client_credentials&scope=read+write+admin&resource=https%3A%2F%2Fapi.example.com%2Fa+b&resource=https%3A%2F%2Fapi.example.com%2Fc&client_id=client&client_secret=very%2Bsecret&custom=1%2B1%3D2%26&tag=x&tag=y
    ");
}

#[test]
fn a1_raw_basic_is_as_it_is() {
    assert!(sent(ClientAuthentication::secret_basic_raw("very+secret")).contains("authorization: Basic Y2xpZW50OnZlcnkrc2VjcmV0\n"));
}

#[test]
fn a1_every_pair_survives_the_round_trip() {
    let pairs = [
        ("foo", "bar"),
        ("foo", "very+secret"),
        ("firstname lastname", "bar"),
        ("firstname:lastname", "bar:bar2"),
        ("sören:müller", "bar:bar2"),
        (":/&%%(/(&/) %&%&/%/&", ")(/)(/&  /%/&%$&$$&"),
        ("client", ""),
    ];
    for (id, secret) in pairs {
        let build = |environment| {
            let authentication = ClientAuthentication::secret_basic(secret);
            let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
            builder.address(TOKEN).client_id(id).authentication(authentication).build()
        };
        let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
        let value = run.sent[0].header("authorization").unwrap().strip_prefix("Basic ").unwrap().to_owned();
        let pair = String::from_utf8(identity_model::encoding::base64::decode(&value).unwrap()).unwrap();
        let decoded: Vec<_> = pair.split(':').map(|part| identity_model::encoding::form::decode_component(part).unwrap()).collect();
        assert_eq!(decoded, [id, secret], "{pair}");
        assert!(run.sent[0].headers()["authorization"].is_sensitive());
        assert_eq!(run.sent[0].form_value("client_id"), None);
    }
}

#[test]
fn a2_what_no_client_can_authenticate_with_is_refused_unsent() {
    let cases: [(&str, ClientAuthentication, &str); 4] = [
        ("", ClientAuthentication::none(), "configuration error: `client_id` is empty"),
        ("", ClientAuthentication::secret_basic("s"), "configuration error: `client_id` is empty"),
        ("c", ClientAuthentication::secret_post(""), "configuration error: `client_secret` is empty"),
        (
            "a:b",
            ClientAuthentication::secret_basic_raw("s"),
            "configuration error: `client_id` holds a `:`, which raw Basic credentials cannot carry",
        ),
    ];
    for (id, authentication, message) in cases {
        let error = unsent(|environment| {
            let builder = ClientCredentialsTokenRequest::builder().environment(environment).address(TOKEN);
            builder.client_id(id).authentication(authentication.clone()).build()
        });
        assert_eq!((error.kind(), error.code(), error.to_string().as_str()), (ErrorKind::Configuration, "request_configuration", message));
    }
}

#[test]
fn h13_a2_an_extra_parameter_that_says_something_else_is_named_unsent() {
    let cases = [
        ("grant_type", "password"),
        ("scope", "write"),
        ("client_id", "other"),
        ("client_secret", "s"),
        ("client_assertion", "s"),
        ("client_assertion_type", "s"),
        ("", "value"),
    ];
    for authentication in [ClientAuthentication::none(), ClientAuthentication::secret_basic("s"), ClientAuthentication::secret_post("s")] {
        for (name, value) in cases {
            let error = unsent(|environment| {
                let builder = ClientCredentialsTokenRequest::builder().environment(environment).parameter(name, value);
                builder.address(TOKEN).client_id("client").scope(["read"]).authentication(authentication.clone()).build()
            });
            assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
            assert!(error.to_string().starts_with(&format!("configuration error: parameter `{name}` ")), "{error}");
        }
    }
}

#[test]
fn h13_an_extra_parameter_that_says_the_same_is_sent_once() {
    let build = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        let builder = builder.parameter("scope", "read").parameter_values("grant_type", ["client_credentials"]);
        builder.parameter("client_id", "client").address(TOKEN).client_id("client").scope(["read"]).build()
    };
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].body(), b"grant_type=client_credentials&scope=read&client_id=client");
}

#[test]
fn t1_t4_t5_a_whole_answer_is_read() {
    let answer = answer(
        ScriptedResponse::json(
            200,
            r#"{"access_token":"a","token_type":"bEaReR","expires_in":300,"refresh_token":"r","id_token":"i","scope":"read x","more":[1]}"#,
        )
        .header("cache-control", "no-cache, No-Store")
        .header("dpop-nonce", "n")
        .header("date", "Sun, 15 Jun 2025 15:06:40 GMT"),
    )
    .unwrap();
    assert_eq!((answer.access_token().expose(), answer.token_type()), ("a", "bEaReR"));
    assert_eq!(answer.refresh_token().map(|token| token.expose()), Some("r"));
    assert_eq!(answer.id_token().map(|token| token.expose()), Some("i"));
    assert_eq!(answer.expires_in(), Some(Duration::from_secs(300)));
    assert_eq!(answer.expires_at(), Some(start() + Duration::from_secs(300)));
    assert_eq!((answer.granted_scope().join(" "), answer.requested_scope().join(" ")), ("read x".into(), "read".into()));
    assert_eq!(answer.unrequested_scope(), ["x"]);
    assert!(answer.forbids_storing());
    assert_eq!(answer.head().dpop_nonce(), Some("n"));
    assert_eq!(answer.head().date(), Some(start()));
    assert_eq!(answer.head().received_at(), start());
    assert_eq!(answer.try_get_value("more"), Some(serde_json::json!([1])));
    assert_eq!(answer.try_get_str("access_token"), None);
}

#[test]
fn t1_access_token_and_token_type_are_non_empty_strings() {
    for (text, member) in [
        (r#"{"token_type":"Bearer"}"#, "access_token"),
        (r#"{"access_token":null,"token_type":"Bearer"}"#, "access_token"),
        (r#"{"access_token":"","token_type":"Bearer"}"#, "access_token"),
        (r#"{"access_token":1,"token_type":"Bearer"}"#, "access_token"),
        (r#"{"access_token":["a"],"token_type":"Bearer"}"#, "access_token"),
        (r#"{"access_token":"a","token_type":1}"#, "token_type"),
    ] {
        let error = body(text).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"), "{text}");
        assert!(chain(&error).contains(&format!("member `{member}`")), "{}", chain(&error));
    }
}

#[test]
fn t1_a_missing_token_type_is_refused_with_the_call_that_would_allow_it() {
    for text in [r#"{"access_token":"a"}"#, r#"{"access_token":"a","token_type":null}"#, r#"{"access_token":"a","token_type":""}"#] {
        let error = body(text).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_member"), "{text}");
        assert!(error.to_string().contains("`token_type`") && error.to_string().contains("`.missing_token_type_is_bearer()`"), "{error}");
    }
}

#[test]
fn t2_t3_another_token_type_is_refused() {
    for name in ["DPoP", "dpop", "N_A", "mac", "Bearer ", "\\u202ebearer"] {
        let error = body(&format!(r#"{{"access_token":"a","token_type":"{name}"}}"#)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_member"), "{name}");
        assert!(error.to_string().contains("`token_type`: expected `Bearer`"), "{error}");
    }
    for name in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(body(&format!(r#"{{"access_token":"a","token_type":"{name}"}}"#)).unwrap().token_type(), name);
    }
}

#[test]
fn t4_a_lifetime_is_a_number_of_seconds_from_0_on() {
    let seconds = |member: &str| body(&with(&format!(r#""expires_in":{member}"#))).unwrap();
    for (member, expected) in [
        ("0", Some(0)),
        ("3600", Some(3600)),
        (r#""3600""#, Some(3600)),
        ("3600.0", Some(3600)),
        ("3.6e3", Some(3600)),
        ("3599.9", Some(3599)),
        (r#""3599.5""#, Some(3599)),
        ("null", None),
        ("9223372036854775807", Some(i64::MAX as u64)),
        ("18446744073709551615", Some(u64::MAX)),
        ("1e300", Some(u64::MAX)),
    ] {
        assert_eq!(seconds(member).expires_in(), expected.map(Duration::from_secs), "{member}");
    }
    assert_eq!(body(GOOD).unwrap().expires_in(), None);
    assert_eq!(body(GOOD).unwrap().expires_at(), None);
    assert_eq!(seconds("1e300").expires_at(), None, "a moment that no clock reaches, and no overflow");
    for member in ["-1", "-0.5", r#""-1""#, r#""""#, r#""soon""#, r#""inf""#, r#""+5""#, r#"" 5""#, "true", "[3600]", "{}"] {
        assert_eq!(seconds(member).expires_in(), None, "{member}: the tokens are not lost for it");
    }
    assert_eq!(body(&with(r#""expires_in":1e400"#)).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn t5_a_scope_is_a_string_or_an_array_of_strings() {
    let stated = |member: &str| body(&with(member)).unwrap().stated_scope().map(<[String]>::to_vec);
    assert_eq!(stated(r#""scope":"a  b""#).unwrap(), ["a", "b"]);
    assert_eq!(stated(r#""scope":["a","b"]"#).unwrap(), ["a", "b"]);
    assert_eq!(stated(r#""scope":"""#).unwrap(), Vec::<String>::new());
    assert_eq!(stated(r#""scope":null"#), None);
    assert_eq!(stated(r#""other":1"#), None);
    for member in [r#""scope":1"#, r#""scope":{}"#, r#""scope":["a",1]"#, r#""scope":true"#] {
        assert_eq!(stated(member), None, "{member}: the tokens are not lost for it");
    }
}

#[test]
fn t5_t6_an_absent_scope_is_the_one_asked_for_and_a_wider_one_is_reported() {
    assert_eq!(body(GOOD).unwrap().granted_scope(), ["read"]);
    assert_eq!(body(GOOD).unwrap().unrequested_scope(), Vec::<&str>::new());
    assert_eq!(body(&with(r#""scope":"""#)).unwrap().granted_scope(), Vec::<String>::new());
    assert_eq!(body(&with(r#""scope":"read write""#)).unwrap().unrequested_scope(), ["write"]);
}

#[test]
fn t5_a_scope_that_was_asked_for_by_an_extra_parameter_counts() {
    let build = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.parameter("scope", "read  write").address(TOKEN).client_id("client").build()
    };
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].form_value("scope").as_deref(), Some("read  write"));
    assert_eq!(run.result.unwrap().granted_scope(), ["read", "write"]);
}

#[test]
fn h15_a_token_in_the_wrong_member_is_not_shown() {
    let token = "2YotnFZFEjr1zCsicMWpAA";
    let error = body(&format!(r#"{{"access_token":"a","token_type":"{token}"}}"#)).unwrap_err();
    assert!(error.to_string().ends_with("found a text of 22 characters"), "{error}");
    assert!(!format!("{error:?}").contains(token));
}

#[test]
fn t5_other_tokens_are_non_empty_strings_or_not_there() {
    for name in ["refresh_token", "id_token"] {
        for value in [r#""""#, "1", "{}", "null"] {
            let response = body(&with(&format!(r#""{name}":{value}"#))).unwrap();
            assert!(response.refresh_token().is_none() && response.id_token().is_none(), "{name} {value}");
            assert_eq!(response.access_token().expose(), "a");
        }
    }
}

#[test]
fn t7_authorization_details_are_objects_with_a_type() {
    body(&with(r#""authorization_details":[{"type":"payment","x":1}]"#)).unwrap();
    for value in ["{}", r#""x""#, "[1]", r#"[{"type":1}]"#, r#"[{}]"#] {
        refused(&format!(r#""authorization_details":{value}"#), "malformed_answer");
    }
}

#[test]
fn t10_a_missing_no_store_is_no_error_and_can_be_seen() {
    assert!(!body(GOOD).unwrap().forbids_storing());
}

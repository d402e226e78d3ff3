//! The grants beside client credentials: what they send, and what they reject to send (RFC 6749, 7522, 7523, 7636, 8693).

use identity_model::constants::token_type_identifiers;
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::token::{
    AuthorizationCodeTokenRequest, DeviceCodeTokenRequest, ExtensionTokenRequest, JwtBearerTokenRequest, RefreshTokenRequest,
    SamlBearerTokenRequest, TokenExchangeRequest, TokenResponse,
};
use identity_model::secret::{AuthorizationCode, ClientSecret};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{RetrySettings, TransportErrorKind};
use insta::assert_snapshot;

use super::support::{TOKEN, answered, both_ways, once, unsent, wire};

const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;
const ISSUED: &str = r#"{"access_token":"a","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

macro_rules! request {
    ($request:ident $(. $setter:ident($($value:expr),*))*) => {
        |environment: Environment| {
            let builder = $request::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
            builder$(.$setter($($value),*))*.build()
        }
    };
}

/// The form that a request sends.
macro_rules! form {
    ($request:expr) => {
        form!($request, GOOD)
    };
    ($request:expr, $answer:expr) => {{
        let run = both_ways($request, &[(Expected::post(TOKEN), ScriptedResponse::json(200, $answer))]);
        run.result.unwrap();
        wire(&run.sent[0]).split("\n\n").nth(1).unwrap_or_default().to_owned()
    }};
}

fn code(text: &str) -> AuthorizationCode {
    AuthorizationCode::danger_unchecked(text)
}

#[test]
fn h13_the_authorization_code_grant() {
    let build = request!(
        AuthorizationCodeTokenRequest
            .client_id("app")
            .code(code("c+d"))
            .redirect_uri("https://app.example.com/cb?x=%20y")
            .code_verifier(VERIFIER)
            .resource(["https://api.example.com"])
    );
    assert_snapshot!(form!(once(build)), @"grant_type=authorization_code&code=c%2Bd&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb%3Fx%3D%2520y&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&resource=https%3A%2F%2Fapi.example.com&client_id=app");
}

#[test]
fn z10_an_empty_code_is_refused_unsent() {
    let build = request!(AuthorizationCodeTokenRequest.client_id("app").code(code("")).redirect_uri("https://a").code_verifier(VERIFIER));
    assert_eq!(unsent(once(build)).to_string(), "configuration error: `code` is empty");
}

#[test]
fn r1_a_verifier_outside_its_bounds_is_refused_unsent_and_unseen() {
    for verifier in ["", &"v".repeat(42), &"v".repeat(129), &format!("{VERIFIER}+"), &format!("{VERIFIER}\u{e4}")] {
        let build =
            request!(AuthorizationCodeTokenRequest.client_id("app").code(code("c")).redirect_uri("https://a").code_verifier(verifier));
        let error = unsent(once(build));
        assert_eq!(error.to_string(), "configuration error: `code_verifier` is not 43 to 128 unreserved characters");
        assert!(!format!("{error:?}").contains(VERIFIER));
    }
    let longest = "v".repeat(128);
    let build =
        request!(AuthorizationCodeTokenRequest.client_id("app").code(code("c")).redirect_uri("https://a").code_verifier(longest.as_str()));
    assert!(form!(once(build)).contains(&longest));
}

#[test]
fn h13_a_code_without_its_redirect_uri_is_refused_unsent() {
    let build = request!(AuthorizationCodeTokenRequest.client_id("app").code(code("c")).redirect_uri("").code_verifier(VERIFIER));
    assert_eq!(unsent(once(build)).to_string(), "configuration error: `redirect_uri` is empty");
}

/// Sends what may be sent once, with one attempt more allowed: it is answered by `first`, and where it is `replayed` by tokens.
#[track_caller]
fn spend(first: ScriptedResponse, replayed: bool) {
    let build = |environment: Environment| {
        let builder = RefreshTokenRequest::builder().environment(environment).retry(RetrySettings::default().with_count(1));
        builder.address(TOKEN).client_id("app").refresh_token("r").build()
    };
    let script = [(Expected::post(TOKEN), first), (Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))];
    let run = both_ways(once(build), if replayed { &script } else { &script[..1] });
    assert_eq!(run.result.is_ok(), replayed);
}

#[test]
fn z10_what_may_have_been_processed_is_never_replayed() {
    for first in [
        ScriptedResponse::status(500),
        ScriptedResponse::status(502),
        ScriptedResponse::status(503),
        ScriptedResponse::status(504),
        ScriptedResponse::error(TransportErrorKind::Timeout),
        ScriptedResponse::error(TransportErrorKind::Interrupted),
        ScriptedResponse::json(400, r#"{"error":"invalid_grant"}"#),
    ] {
        spend(first, false);
    }
    spend(ScriptedResponse::error(TransportErrorKind::Connect), true); // nothing was sent
    spend(ScriptedResponse::status(503).header("retry-after", "1"), true); // the server says that it did nothing
}

#[test]
fn h13_the_refresh_token_grant() {
    let build = request!(
        RefreshTokenRequest
            .client_id("app")
            .authentication(ClientSecret::new("s"))
            .refresh_token("r/t")
            .scope(["read", "write"])
            .resource(["https://api.example.com"])
    );
    assert_snapshot!(form!(once(build)), @"grant_type=refresh_token&refresh_token=r%2Ft&scope=read+write&resource=https%3A%2F%2Fapi.example.com");
    let plain = request!(RefreshTokenRequest.client_id("app").refresh_token("r"));
    assert_snapshot!(form!(once(plain)), @"grant_type=refresh_token&refresh_token=r&client_id=app");
    assert_eq!(
        unsent(once(request!(RefreshTokenRequest.client_id("app").refresh_token("")))).to_string(),
        "configuration error: `refresh_token` is empty"
    );
}

#[test]
fn h13_token_exchange_names_both_parties() {
    let build = request!(
        TokenExchangeRequest
            .client_id("gw")
            .subject_token("s")
            .subject_token_type(token_type_identifiers::ACCESS_TOKEN)
            .actor_token("a", token_type_identifiers::JWT)
            .requested_token_type(token_type_identifiers::ACCESS_TOKEN)
            .audience(["x", "y"])
            .scope(["read"])
            .resource(["https://a", "https://b"])
    );
    assert_snapshot!(form!(build, ISSUED).replace('&', "\n"), @r"
    grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange
    subject_token=s
    subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token
    actor_token=a
    actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt
    requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token
    audience=x
    audience=y
    scope=read
    resource=https%3A%2F%2Fa
    resource=https%3A%2F%2Fb
    client_id=gw
    ");
}

#[test]
fn t9_an_exchange_without_its_subject_is_refused_unsent() {
    let no_token = request!(TokenExchangeRequest.client_id("gw").subject_token("").subject_token_type("urn:t"));
    assert_eq!(unsent(no_token).to_string(), "configuration error: `subject_token` is empty");
    let no_type = request!(TokenExchangeRequest.client_id("gw").subject_token("s").subject_token_type(""));
    assert_eq!(unsent(no_type).to_string(), "configuration error: `subject_token_type` is empty");
}

#[test]
fn t9_an_actor_comes_with_its_type_or_not_at_all() {
    for (token, token_type, message) in [
        ("", token_type_identifiers::JWT, "configuration error: `actor_token` is empty"),
        ("a", "", "configuration error: `actor_token_type` is empty"),
        ("", "", "configuration error: `actor_token` is empty"),
    ] {
        let build =
            request!(TokenExchangeRequest.client_id("gw").subject_token("s").subject_token_type("urn:t").actor_token(token, token_type));
        assert_eq!(unsent(build).to_string(), message, "never a quiet impersonation where delegation was meant");
    }
}

#[track_caller]
fn exchanged(body: &str) -> Result<TokenResponse, Error> {
    let build = request!(TokenExchangeRequest.client_id("gw").subject_token("s").subject_token_type("urn:t"));
    answered(build, Expected::post(TOKEN), ScriptedResponse::json(200, body))
}

#[test]
fn t9_what_was_issued_must_be_named_by_a_uri() {
    assert_eq!(exchanged(ISSUED).unwrap().issued_token_type(), Some(token_type_identifiers::ACCESS_TOKEN));
    for issued in [r#""""#, "null", "1", "[]", r#""access_token""#, r#""no uri""#] {
        let error = exchanged(&format!(r#"{{"access_token":"a","token_type":"Bearer","issued_token_type":{issued}}}"#)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{issued}");
    }
    assert_eq!(exchanged(GOOD).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn t9_a_refresh_token_is_refused_where_another_type_was_asked_for() {
    let body = format!(r#"{{"access_token":"a","token_type":"N_A","issued_token_type":"{}"}}"#, token_type_identifiers::REFRESH_TOKEN);
    for (requested, holds) in [("", true), (token_type_identifiers::REFRESH_TOKEN, true), (token_type_identifiers::ACCESS_TOKEN, false)] {
        let build =
            request!(TokenExchangeRequest.client_id("gw").subject_token("s").subject_token_type("urn:t").requested_token_type(requested));
        let answer = answered(build, Expected::post(TOKEN), ScriptedResponse::json(200, body.as_str()));
        assert_eq!(
            answer.map_err(|error| (error.kind(), error.code())).err(),
            (!holds).then_some((ErrorKind::Validation, "answer_mismatch"))
        );
    }
}

#[test]
fn t2_t9_not_applicable_is_a_type_after_an_exchange_alone() {
    for token_type in ["N_A", "n_a", "bearer"] {
        let body =
            format!(r#"{{"access_token":"a","token_type":"{token_type}","issued_token_type":"urn:ietf:params:oauth:token-type:saml2"}}"#);
        assert_eq!(exchanged(&body).unwrap().token_type(), token_type);
    }
    let body = r#"{"access_token":"a","token_type":"mac","issued_token_type":"urn:x:y"}"#;
    assert_eq!(exchanged(body).unwrap_err().kind(), ErrorKind::Malformed);
    let build = request!(JwtBearerTokenRequest.assertion("a"));
    let reply = ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"N_A"}"#);
    assert_eq!(answered(build, Expected::post(TOKEN), reply).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn h13_a_jwt_assertion_may_say_who_asks() {
    let anonymous = request!(JwtBearerTokenRequest.assertion("h.c.s").scope(["read"]));
    assert_snapshot!(form!(anonymous), @"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=h.c.s&scope=read");
    let named = request!(JwtBearerTokenRequest.client_id("app").authentication(ClientAuthentication::secret_post("s")).assertion("h.c.s"));
    assert_snapshot!(form!(named), @"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=h.c.s&client_id=app&client_secret=s");
    let nobody = request!(JwtBearerTokenRequest.authentication(ClientAuthentication::secret_post("s")).assertion("h.c.s"));
    assert_eq!(unsent(nobody).kind(), ErrorKind::Configuration);
    assert_eq!(unsent(request!(JwtBearerTokenRequest.assertion(""))).to_string(), "configuration error: `assertion` is empty");
}

#[test]
fn h13_a_saml_assertion_is_sent_in_base64url() {
    let build = request!(SamlBearerTokenRequest.assertion("<saml:Assertion ?>~"));
    assert_snapshot!(form!(build), @"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&assertion=PHNhbWw6QXNzZXJ0aW9uID8-fg");
    assert_eq!(unsent(request!(SamlBearerTokenRequest.assertion(""))).to_string(), "configuration error: `assertion` is empty");
}

#[test]
fn h13_an_extension_grant_sends_what_it_is_told() {
    let build = request!(ExtensionTokenRequest.parameter("token", "x y").client_id("app").grant_type("urn:example:custom").scope(["read"]));
    assert_snapshot!(form!(build), @"grant_type=urn%3Aexample%3Acustom&scope=read&client_id=app&token=x+y");
    assert_eq!(
        unsent(request!(ExtensionTokenRequest.client_id("app").grant_type(""))).to_string(),
        "configuration error: `grant_type` is empty"
    );
    let twice = request!(ExtensionTokenRequest.parameter("grant_type", "password").client_id("app").grant_type("urn:x"));
    assert_eq!(unsent(twice).kind(), ErrorKind::Configuration);
}

#[test]
fn v3_one_attempt_with_a_device_code_tells_what_the_server_says() {
    let build = || request!(DeviceCodeTokenRequest.client_id("tv").device_code("d"));
    assert_snapshot!(form!(build()), @"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&client_id=tv");
    for code in ["authorization_pending", "slow_down", "expired_token", "access_denied"] {
        let error = answered(build(), Expected::post(TOKEN), ScriptedResponse::json(400, format!(r#"{{"error":"{code}"}}"#))).unwrap_err();
        assert_eq!(error.oauth_error().map(|error| error.error()), Some(code));
        assert_eq!(error.is_retryable(), matches!(code, "authorization_pending" | "slow_down"), "{code}");
    }
    assert_eq!(
        unsent(request!(DeviceCodeTokenRequest.client_id("tv").device_code(""))).to_string(),
        "configuration error: `device_code` is empty"
    );
}

#[cfg(feature = "legacy-password")]
#[test]
fn h13_the_password_grant() {
    use identity_model::protocol::token::PasswordTokenRequest;
    let build = request!(PasswordTokenRequest.client_id("app").username("alice").password("p&ss w\u{f6}rd").scope(["read"]));
    assert_snapshot!(form!(build), @"grant_type=password&username=alice&password=p%26ss+w%C3%B6rd&scope=read&client_id=app");
    let without = request!(PasswordTokenRequest.client_id("app").username("alice"));
    assert_snapshot!(form!(without), @"grant_type=password&username=alice&client_id=app");
    assert_eq!(
        unsent(request!(PasswordTokenRequest.client_id("app").username(""))).to_string(),
        "configuration error: `username` is empty"
    );
}

#[test]
fn h15_a_server_that_repeats_what_it_was_sent_is_not_quoted() {
    for (body, echo) in [("c4n4ry-code", "code"), ("c4n4ry-token", "token")] {
        let reply = ScriptedResponse::json(400, format!(r#"{{"error":"invalid_grant","error_description":"{echo} {body} is bad"}}"#));
        let by_code =
            request!(AuthorizationCodeTokenRequest.client_id("app").code(code(body)).redirect_uri("https://a").code_verifier(VERIFIER));
        let error = answered(once(by_code), Expected::post(TOKEN), reply.clone()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("c4n4ry"), "{error}");
        let refresh = request!(RefreshTokenRequest.client_id("app").refresh_token(body));
        let error = answered(once(refresh), Expected::post(TOKEN), reply).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("c4n4ry"), "{error}");
    }
}

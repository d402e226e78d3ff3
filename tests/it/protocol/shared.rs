//! What every request and every response shares: addresses, headers, statuses, content types, bodies, limits.

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::discovery::{DiscoveryPolicy, PolicyViolationKind};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::protocol::{HttpError, HttpErrorKind};
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::{AttemptTimeout, BlockingHttpClient, BodyLimit, HttpRequest, HttpResponse, RetrySettings, TransportError};

use super::support::{TOKEN, USERINFO, answered, both_ways, chain, unsent};

const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;

fn token_at(address: &str) -> impl Fn(Environment) -> ClientCredentialsTokenRequest + '_ {
    move |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(address).client_id("client").build()
    }
}

fn user(environment: Environment) -> UserInfoRequest {
    let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE);
    builder.address(USERINFO).access_token("t").expected_subject("s").build()
}

/// The errors of a token request and of a userinfo request for the same response: they must be of one kind.
#[track_caller]
fn refused(answer: &ScriptedResponse) -> Error {
    let token = answered(token_at(TOKEN), Expected::post(TOKEN), answer.clone()).unwrap_err();
    let user = answered(user, Expected::get(USERINFO), answer.clone()).unwrap_err();
    assert_eq!((token.kind(), token.code()), (user.kind(), user.code()));
    let line = token.to_string().replace("token endpoint", "userinfo endpoint").replace(TOKEN, USERINFO);
    // How the client authenticated is said of an endpoint where it does.
    assert_eq!(line.split("; the client ").next(), Some(user.to_string().as_str()));
    token
}

/// Responds with the good token, whatever the limit.
struct Careless;

impl BlockingHttpClient for Careless {
    fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut response = HttpResponse::new(GOOD.into());
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        Ok(response)
    }
}

/// Responds with the good token under these content types, each in a line of its own.
struct Ambiguous(&'static [&'static str]);

impl BlockingHttpClient for Ambiguous {
    fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut response = HttpResponse::new(GOOD.into());
        for content_type in self.0 {
            response.headers_mut().append("content-type", http::HeaderValue::from_static(content_type));
        }
        Ok(response)
    }
}

#[test]
fn h6_content_types_that_contradict_each_other_are_none() {
    let send = |lines| token_at(TOKEN)(Environment::system()).send_blocking(&Ambiguous(lines));
    for lines in [&["application/json", "text/html"][..], &["text/html", "application/json"]] {
        let error = send(lines).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"));
        assert!(error.to_string().contains(&lines.join(", ")), "{error}");
    }
    assert_eq!(send(&["application/json; charset=utf-8", "text/html"]).unwrap_err().code(), "unexpected_content_type");
    send(&["application/json", "application/json; charset=utf-8"]).unwrap();
}

#[track_caller]
fn refusal(answer: &ScriptedResponse) -> HttpError {
    let error = refused(answer);
    assert_eq!(error.kind(), ErrorKind::Http);
    error.http_error().unwrap().clone()
}

#[test]
fn h1_an_address_that_is_not_https_is_refused_unsent() {
    for address in
        ["http://idp.example.com/token", "HTTP://idp.example.com/token", "http://10.0.0.1/token", "http://localhost.evil.com/token"]
    {
        let error = unsent(token_at(address));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "https_required"), "{address}");
        assert_eq!(error.policy_violation().map(|violation| violation.kind()), Some(PolicyViolationKind::HttpsRequired));
    }
}

#[test]
fn h1_text_that_is_no_http_address_is_refused_unsent() {
    for address in [
        "",
        "idp.example.com",
        "ftp://idp.example.com/",
        "file:///etc/passwd",
        "https://",
        "https://a b/",
        "https://u:p@idp.example.com/",
        "https://idp.example.com/#f",
        "https:\\\\idp.example.com",
        "data:,x",
        "https://[::1",
    ] {
        let error = unsent(token_at(address));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "address"), "{address}");
    }
}

#[test]
fn h1_plain_http_to_a_loopback_address_is_fine_by_default_and_can_be_forbidden() {
    for address in ["http://localhost:5000/token", "http://127.0.0.1/token", "http://[::1]:8080/token"] {
        answered(token_at(address), Expected::post(address), ScriptedResponse::json(200, GOOD)).unwrap();
        let error = unsent(|environment| {
            let builder = ClientCredentialsTokenRequest::builder().environment(environment).address(address).client_id("client");
            builder.policy(DiscoveryPolicy::builder().allow_http_on_loopback(false).build()).build()
        });
        assert_eq!(error.code(), "https_required", "{address}");
    }
}

#[test]
fn h16_a_private_address_is_the_callers_choice_and_a_link_local_one_never() {
    for address in ["https://10.0.0.1/token", "https://192.168.1.1/token", "https://[fd00::1]/token"] {
        answered(token_at(address), Expected::post(address), ScriptedResponse::json(200, GOOD)).unwrap();
    }
    for address in ["https://169.254.169.254/token", "https://[fe80::1]/token"] {
        assert_eq!(unsent(token_at(address)).code(), "link_local_address", "{address}");
    }
}

#[test]
fn h1_the_policy_travels_with_an_endpoint_and_an_explicit_one_wins() {
    let lax = DiscoveryPolicy::builder().danger_allow_http().build();
    let endpoint = lax.check_address("http://idp.example.com/token").unwrap();
    let request = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(&endpoint).client_id("client").build()
    };
    let expected = Expected::post("http://idp.example.com/token");
    answered(request, expected.clone(), ScriptedResponse::json(200, GOOD)).unwrap();

    let error = unsent(|environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).policy(DiscoveryPolicy::strict());
        builder.address(&endpoint).client_id("client").build()
    });
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "https_required"));

    let strict = DiscoveryPolicy::strict().check_address(TOKEN).unwrap();
    let elsewhere = DiscoveryPolicy::builder().authority("https://other.example.com").build();
    let error = unsent(|environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).address(&strict);
        builder.client_id("client").policy(elsewhere.clone()).build()
    });
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "endpoint_host"));
}

#[test]
fn h11_headers_that_the_library_owns_or_nobody_can_send_are_refused_unsent() {
    for (name, value, message) in [
        ("Authorization", "Basic canary", "configuration error: header `authorization` is reserved and cannot be set"),
        ("AUTHORIZATION", "Basic canary", "configuration error: header `authorization` is reserved and cannot be set"),
        ("dpop", "canary", "configuration error: header `dpop` is reserved and cannot be set"),
        ("Content-Type", "canary", "configuration error: header `content-type` is reserved and cannot be set"),
        ("host", "canary", "configuration error: header `host` is reserved and cannot be set"),
        (
            "x-tenant",
            "canary\r\nauthorization: x",
            "configuration error: header `x-tenant` has a value with characters that no header may hold",
        ),
        ("x-tenant", "canary\n", "configuration error: header `x-tenant` has a value with characters that no header may hold"),
        ("x-tenant\r\nx", "canary", "configuration error: header `x-tenant\\u{d}\\u{a}x` is not a header name"),
        ("", "canary", "configuration error: header `` is not a header name"),
    ] {
        let error = unsent(|environment| {
            let builder = ClientCredentialsTokenRequest::builder().environment(environment).header(name, value);
            builder.address(TOKEN).client_id("client").build()
        });
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Configuration, message));
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[test]
fn h2_h3_success_is_200_or_201_and_no_redirect_is_followed() {
    for status in [202, 204, 206, 299] {
        let refusal = refusal(&ScriptedResponse::json(status, GOOD));
        assert!(matches!(refusal.kind(), HttpErrorKind::Status { redirect: false, .. }), "{status}");
        assert_eq!(refusal.excerpt(), None, "a body of success may hold tokens");
    }
    for status in [301, 302, 303, 307, 308] {
        let answer = ScriptedResponse::json(status, GOOD).header("location", "https://evil.example/token?secret=1");
        let error = refused(&answer);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "redirect"), "{status}");
        assert_eq!(
            error.to_string(),
            format!(
                "HTTP error: token endpoint at `{TOKEN}` failed: HTTP {status}, a redirect to `https://evil.example/token`; redirects are \
                 never followed, set the address it leads to"
            )
        );
    }
    for status in [300, 304, 400, 401, 404, 418, 500, 503, 599] {
        assert_eq!(refused(&ScriptedResponse::status(status)).code(), "unexpected_status", "{status}");
    }
}

#[test]
fn h4_an_error_document_counts_at_any_status_from_400_on() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        let body = r#"{"error":"invalid_client","error_description":"no","error_uri":"https://x","more":1}"#;
        let error =
            refused(&ScriptedResponse::json(status, body).header("www-authenticate", "Basic realm=\"x\"").header("retry-after", "7"));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "oauth_error"));
        let oauth = error.oauth_error().unwrap();
        assert_eq!((oauth.error(), oauth.error_description(), oauth.error_uri()), ("invalid_client", Some("no"), Some("https://x")));
        assert_eq!((oauth.status().as_u16(), oauth.document().try_get_i64("more")), (status, Some(1)));
        assert!(error.challenges()[0].is_scheme("basic"));
        assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
        assert_eq!(error.is_retryable(), matches!(status, 429 | 503));
        let line =
            format!("protocol error: token endpoint at `{TOKEN}` rejected the request: `invalid_client` (HTTP {status}): no; the client");
        assert!(error.to_string().starts_with(&line), "{error}");
    }
}

#[test]
fn h16_the_page_of_an_error_is_a_web_page_or_none() {
    for (page, expected) in [
        ("https://idp.example.com/e", true),
        ("http://localhost/e", true),
        ("http://idp.example.com/e", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("file:///etc/passwd", false),
        ("https://169.254.169.254/", false),
        ("/e", false),
    ] {
        let body = format!(r#"{{"error":"invalid_client","error_uri":"{page}"}}"#);
        let error = refused(&ScriptedResponse::json(400, body));
        assert_eq!(error.oauth_error().unwrap().error_uri(), expected.then_some(page), "{page}");
    }
}

#[test]
fn h4_a_success_that_holds_an_error_is_an_error() {
    let error = refused(&ScriptedResponse::json(200, r#"{"error":"invalid_grant","sub":"s","access_token":"a","token_type":"Bearer"}"#));
    assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_grant"));
}

#[test]
fn h4_a_success_that_holds_what_is_no_error_in_its_place_is_none_either() {
    for value in ["1", "true", "{}", r#"["invalid_grant"]"#] {
        let error =
            refused(&ScriptedResponse::json(200, format!(r#"{{"error":{value},"sub":"s","access_token":"a","token_type":"Bearer"}}"#)));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"), "{value}");
    }
    let none = ScriptedResponse::json(200, r#"{"error":null,"access_token":"a","token_type":"Bearer"}"#);
    answered(token_at(TOKEN), Expected::post(TOKEN), none).unwrap();
}

#[test]
fn h5_what_is_no_error_document_is_an_unexpected_status() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"error":""}"#,
        r#"{"error":1}"#,
        r#"{"error":null}"#,
        r#"{"error":{}}"#,
        r#"{"message":"x"}"#,
        r#"{"error":"a","error":"b"}"#,
        "<html>",
    ] {
        assert_eq!(refused(&ScriptedResponse::json(400, body)).code(), "unexpected_status", "{body}");
    }
    for content_type in ["text/plain", "text/html", "application/problem+json", "application/jsonp", "text/json"] {
        let error = |status| refused(&ScriptedResponse::content(status, content_type, r#"{"error":"x"}"#));
        assert_eq!(error(400).code(), "oauth_error", "{content_type}");
        assert_eq!(error(502).code(), "unexpected_status", "{content_type}: a proxy may have written it");
    }
    assert_eq!(refused(&ScriptedResponse::status(400).body(r#"{"error":"x"}"#)).code(), "oauth_error");
    assert_eq!(refused(&ScriptedResponse::content(400, "Application/JSON;charset=UTF-8", r#"{"error":"x"}"#)).code(), "oauth_error");
}

#[test]
fn h6_the_content_type_is_checked_before_the_body() {
    for content_type in
        ["text/html", "text/plain", "application/jwt", "application/x-www-form-urlencoded", "application", "", "json", "\u{7f}"]
    {
        let answer = if content_type == "\u{7f}" {
            ScriptedResponse::status(200).body(GOOD)
        } else {
            ScriptedResponse::content(200, content_type, GOOD)
        };
        let error = refused(&answer);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"), "{content_type}");
        assert!(error.http_error().unwrap().excerpt().is_none());
    }
    for content_type in ["application/json", "APPLICATION/JSON", "application/json;charset=utf-8", " application/json ; x=y"] {
        answered(token_at(TOKEN), Expected::post(TOKEN), ScriptedResponse::content(200, content_type, GOOD)).unwrap();
    }
    let policy = DiscoveryPolicy::builder().danger_any_content_type().danger_accept_status(http::StatusCode::CREATED).build();
    let lax = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).policy(policy.clone());
        builder.address(TOKEN).client_id("client").build()
    };
    answered(lax, Expected::post(TOKEN), ScriptedResponse::content(201, "text/html", GOOD)).unwrap();
}

#[test]
fn h7_h8_the_body_is_one_json_object_without_duplicates() {
    for body in [
        "",
        " ",
        "[]",
        "1",
        "null",
        "true",
        r#""x""#,
        "{",
        r#"{"a":1,}"#,
        "{} {}",
        r#"{"a":1,"a":1}"#,
        r#"{"x":{"b":1,"b":2}}"#,
        r#"{"a":1,"\u0061":2}"#,
        "{'a':1}",
        r#"{"a":01}"#,
        r#"{"a":NaN}"#,
        "{\"a\":\"\n\"}",
    ] {
        let error = refused(&ScriptedResponse::json(200, body));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"), "{body}");
        let line = format!("malformed input: token endpoint at `{TOKEN}` failed: the response cannot be read: ");
        assert!(error.to_string().starts_with(&line), "{error}");
    }
}

#[test]
fn h9_the_limit_is_declared_and_held() {
    let limited = |limit: usize| {
        move |environment| {
            let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
            builder.body_limit(limit).address(TOKEN).client_id("client").build()
        }
    };
    let run = both_ways(limited(GOOD.len()), &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    run.result.unwrap();
    assert_eq!(run.sent[0].as_request().extensions().get::<BodyLimit>(), Some(&BodyLimit(GOOD.len())));

    let error = answered(limited(GOOD.len() - 1), Expected::post(TOKEN), ScriptedResponse::json(200, GOOD)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "body_too_large"));

    // A client that does not care about the limit: the exchange does.
    let error = limited(GOOD.len() - 1)(Environment::system()).send_blocking(&Careless).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "body_too_large"));
    let line = format!("transport error: token endpoint at `{TOKEN}` failed: the body is longer than {} bytes (HTTP 200)", GOOD.len() - 1);
    assert_eq!(error.to_string(), line);

    let run = both_ways(token_at(TOKEN), &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].as_request().extensions().get::<BodyLimit>(), Some(&BodyLimit::DEFAULT));
}

#[test]
fn h9_a_deep_body_and_one_that_is_not_utf_8_are_refused() {
    let deep = |depth: usize| format!(r#"{{"access_token":"a","token_type":"Bearer","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    answered(token_at(TOKEN), Expected::post(TOKEN), ScriptedResponse::json(200, deep(63))).unwrap();
    let error = refused(&ScriptedResponse::json(200, deep(64)));
    assert!(chain(&error).contains("nested deeper than 64"), "{}", chain(&error));
    refused(&ScriptedResponse::json(200, deep(100_000)));
    let error = refused(&ScriptedResponse::content(200, "application/json", b"{\"sub\":\"\xff\"}".to_vec()));
    assert!(chain(&error).contains("not UTF-8"), "{}", chain(&error));
}

#[test]
fn h9_a_body_cut_anywhere_is_refused() {
    for end in 0..GOOD.len() {
        let error = refused(&ScriptedResponse::json(200, &GOOD[..end]));
        assert_eq!(error.kind(), ErrorKind::Malformed, "{end}");
    }
}

#[test]
fn h10_the_time_out_of_an_attempt_travels_with_the_request() {
    let timeout = std::time::Duration::from_secs(3);
    let build = |environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).attempt_timeout(timeout);
        builder.retry(RetrySettings::NONE).address(TOKEN).client_id("client").build()
    };
    let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].as_request().extensions().get::<AttemptTimeout>(), Some(&AttemptTimeout(timeout)));
    let run = both_ways(token_at(TOKEN), &[(Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))]);
    assert_eq!(run.sent[0].as_request().extensions().get::<AttemptTimeout>(), None);
}

#[test]
fn h15_the_servers_words_are_bounded_escaped_and_kept_out_of_debug() {
    let words = format!("line\\n\\u202e\\u0000{}", "x".repeat(100_000));
    let error = refused(&ScriptedResponse::json(400, format!(r#"{{"error":"e\r","error_description":"{words}"}}"#)));
    let text = error.to_string();
    assert!(text.starts_with(r"protocol error: token endpoint at `https://idp.example.com/token` rejected the request: `e\u{d}` (HTTP 400): line\u{a}\u{202e}\u{0}xxx"), "{text}");
    assert!(text.ends_with('…') && text.len() < 700, "{}", text.len());
    assert_eq!(error.oauth_error().unwrap().error_description().unwrap().len(), 9 + 100_000);
}

#[test]
fn an_excerpt_of_a_bad_body_is_given_on_request_alone() {
    let body = format!("canary \u{1b}[31m{}", "é".repeat(5000));
    let answer = ScriptedResponse::content(502, "text/html", body);
    let error = refused(&answer);
    let excerpt = error.http_error().unwrap().excerpt().unwrap();
    assert!(excerpt.starts_with(r"canary \u{1b}[31mé") && excerpt.ends_with('…') && excerpt.chars().count() < 1100);
    assert!(!format!("{error} {error:?} {:?}", error.http_error()).contains("canary"));
}

#[test]
fn the_senders_of_a_request_and_of_its_builder_are_the_drivers() {
    let script = || {
        ScriptedHttpClient::builder().post(TOKEN, ScriptedResponse::json(200, GOOD)).post(TOKEN, ScriptedResponse::json(200, GOOD)).build()
    };
    let builder = || ClientCredentialsTokenRequest::builder().address(TOKEN).client_id("client");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let http = script();
    runtime.block_on(builder().send(&http)).unwrap();
    runtime.block_on(builder().build().send(&http)).unwrap();
    let http = script();
    builder().send_blocking(&http).unwrap();
    builder().build().send_blocking(&http).unwrap();
}

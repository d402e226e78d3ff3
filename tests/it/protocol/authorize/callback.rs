//! Rules Z1 to Z13: the callback of a plain code login.

use http::Method;
use identity_model::encoding::base64url;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::RequestOnce;
use identity_model::protocol::authorize::{Callback, CallbackError, CheckedCallback, LoginTransaction};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

use super::support::{CLIENT, CODE, ISSUER, REDIRECT, STATE, VERIFIER, answer, assert_refusal, at, check, login, refused, refused_by};
use crate::protocol::support::{TOKEN, scripted, wire};

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_good_answer_is_a_checked_callback() {
    let checked = check(login(json!({})), &answer(&[("session_state", Some("s.1")), ("own", Some("x"))])).unwrap();
    assert_eq!((checked.parameter("session_state"), checked.parameter("own"), checked.parameter("absent")), (Some("s.1"), Some("x"), None));
    for secret in ["code", "state", "id_token", "access_token", "response"] {
        assert_eq!(checked.parameter(secret), None, "{secret} is handed out as its type or not at all");
    }
    assert_eq!((checked.transaction().issuer(), checked.expires_at()), (ISSUER, at(600)));
}

#[test]
fn z1_a_parameter_of_the_protocol_comes_once() {
    for name in [
        "iss",
        "state",
        "code",
        "error",
        "response",
        "id_token",
        "access_token",
        "error_description",
        "error_uri",
        "token_type",
        "expires_in",
        "scope",
        "session_state",
    ] {
        let twice = format!("{}&{name}=x&{name}=x", answer(&[(name, None)]));
        let error = refused(&twice, "callback_duplicate_parameter");
        assert!(matches!(error, CallbackError::Duplicate { parameter } if parameter == name), "{error}");
    }
    for query in [format!("{}&%73tate={STATE}", answer(&[])), format!("code=other&{}", answer(&[])), format!("{}&state", answer(&[]))] {
        refused(&query, "callback_duplicate_parameter");
    }
    check(login(json!({})), &format!("own=1&{}&own=2&STATE=x&Code=y", answer(&[]))).unwrap();
}

#[test]
fn z1_duplicates_are_refused_before_anything_is_read() {
    let bad = "iss=https%3A%2F%2Fevil.example&state=bad&error=access_denied&response=x&id_token=y&code=1&code=2";
    refused(bad, "callback_duplicate_parameter");
    let jarm = login(json!({ "response_mode": "jwt" }));
    let error = jarm.receive(&Callback::from_query(format!("response=x&response=y&{bad}")).unwrap(), at(1)).unwrap_err();
    assert_refusal(&error, "callback_duplicate_parameter");
}

#[test]
fn z2_a_signed_answer_where_none_was_asked_for_and_the_reverse() {
    refused(&answer(&[("response", Some("eyJ.a.b"))]), "callback_response_unexpected");
    refused(&answer(&[("response", Some("eyJ.a.b")), ("iss", Some("https://evil.example"))]), "callback_response_unexpected");
    for mode in ["jwt", "query.jwt"] {
        let jarm = login(json!({ "response_mode": mode }));
        let error = jarm.receive(&Callback::from_query(answer(&[])).unwrap(), at(1)).unwrap_err();
        assert_refusal(&error, "callback_response_missing");
        let jarm = login(json!({ "response_mode": mode }));
        let error = jarm.receive(&Callback::from_query("error=access_denied&response=").unwrap(), at(1)).unwrap_err();
        assert_refusal(&error, "callback_response_missing");
    }
}

#[test]
fn z3_a_missing_iss_is_refused_where_the_server_always_sends_one() {
    let error = refused(&answer(&[("iss", None)]), "callback_issuer_missing");
    assert!(error.to_string().contains(ISSUER));
    refused(&answer(&[("iss", None), ("code", None), ("error", Some("access_denied"))]), "callback_issuer_missing");
    check(login(json!({ "expects_iss": false })), &answer(&[("iss", None)])).unwrap();
}

#[test]
fn z4_iss_is_compared_to_the_letter_whether_or_not_it_was_announced() {
    for expects_iss in [true, false] {
        for other in ["https://evil.example", "https://idp.example.com/", "https://IDP.example.com", "https://idp.example.com:443", ""] {
            let error =
                refused_by(login(json!({ "expects_iss": expects_iss })), &answer(&[("iss", Some(other))]), "callback_issuer_mismatch");
            assert_eq!(error.to_string().contains("slash"), other.ends_with('/'), "{error}");
        }
    }
}

#[test]
fn d7_an_issuer_template_takes_any_of_its_tenants_and_no_other_host() {
    let template = json!({ "issuer": "https://login.example.com/{tenantid}/v2.0" });
    for good in ["https://login.example.com/t-1/v2.0", "https://login.example.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"] {
        check(login(template.clone()), &answer(&[("iss", Some(good))])).unwrap();
    }
    for bad in ["https://login.example.com/a/b/v2.0", "https://login.example.com//v2.0", "https://evil.example/t-1/v2.0", ISSUER] {
        refused_by(login(template.clone()), &answer(&[("iss", Some(bad))]), "callback_issuer_mismatch");
    }
}

#[test]
fn z5_state_is_the_one_that_was_sent_or_absent() {
    refused(&answer(&[("state", None)]), "callback_state_missing");
    let more = format!("{STATE}x");
    for other in ["", "other", &STATE[1..], &STATE.to_uppercase(), &more] {
        refused(&answer(&[("state", Some(other))]), "callback_state_mismatch");
    }
    let without = || login(json!({ "state": null }));
    check(without(), &answer(&[("state", None)])).unwrap();
    for unexpected in ["", STATE] {
        refused_by(without(), &answer(&[("state", Some(unexpected))]), "callback_state_unexpected");
    }
}

#[test]
fn z6_iss_and_state_are_checked_before_an_error_is_believed() {
    let denied = ("error", Some("access_denied"));
    refused(&answer(&[denied, ("iss", Some("https://evil.example")), ("state", Some("bad"))]), "callback_issuer_mismatch");
    refused(&answer(&[denied, ("state", Some("bad"))]), "callback_state_mismatch");
    refused(&answer(&[denied, ("state", None)]), "callback_state_missing");
    refused(&answer(&[denied]), "authorization_error");
}

#[test]
fn z7_an_error_is_typed_and_the_code_beside_it_ignored() {
    let told = [("error", Some("login_required")), ("error_description", Some("no+one")), ("error_uri", Some("https://idp.example.com/e"))];
    let error = refused(&answer(&told), "authorization_error");
    let roof = Error::from(error);
    let server = roof.authorization_error().unwrap();
    assert_eq!((roof.kind(), server.error(), server.wants_interaction()), (ErrorKind::Protocol, "login_required", true));
    assert_eq!((server.error_description(), server.error_uri()), (Some("no+one"), Some("https://idp.example.com/e")));
    for code in ["access_denied", "server_error", "invalid_request"] {
        let error = Error::from(refused(&answer(&[("error", Some(code))]), "authorization_error"));
        assert!(!error.authorization_error().unwrap().wants_interaction(), "{code}");
    }
    // A token that nobody asked for makes the error no better and no worse.
    refused(&answer(&[("error", Some("access_denied")), ("id_token", Some("x"))]), "authorization_error");
    // What is empty is not said.
    check(login(json!({})), &answer(&[("error", Some("")), ("error_description", Some(""))])).unwrap();
}

#[test]
fn h16_the_page_of_an_authorization_error_is_a_web_page_or_none() {
    for (page, expected) in [("https://idp.example.com/e", true), ("javascript:alert(1)", false), ("http://idp.example.com/e", false)] {
        let query = answer(&[("code", None), ("error", Some("access_denied")), ("error_uri", Some(page))]);
        let error = login(json!({})).check(&Callback::from_query(query).unwrap(), at(1)).unwrap_err();
        let CallbackError::Authorization(server) = error else { panic!("{error}") };
        assert_eq!(server.error_uri().is_some(), expected, "{page}");
    }
}

#[test]
fn z7_h15_the_servers_words_are_escaped_shortened_and_without_the_secrets_of_the_login() {
    let words = format!("a\r\nb\u{202e}c {STATE} {VERIFIER} {}", "x".repeat(5000));
    let error = refused(&answer(&[("error", Some(&words)), ("error_description", Some(&words))]), "authorization_error");
    let server = error.authorization_error().unwrap();
    for text in [server.error(), server.error_description().unwrap()] {
        assert!(text.starts_with(r"a\u{d}\u{a}b\u{202e}c [redacted] [redacted] xxx") && text.ends_with('…'), "{text}");
        assert!((500..530).contains(&text.chars().count()), "500 characters of the words: {text}");
    }
}

#[test]
fn z8_a_token_in_a_plain_code_answer_is_refused() {
    for (name, value) in [("id_token", "eyJ.a.b"), ("access_token", "t")] {
        let error = refused(&answer(&[(name, Some(value))]), "callback_unexpected_parameter");
        assert!(matches!(error, CallbackError::Unexpected { parameter, response_type: "code" } if parameter == name), "{error}");
    }
    check(login(json!({})), &answer(&[("id_token", Some("")), ("token_type", Some("Bearer"))])).unwrap();
}

#[test]
fn z10_the_code_is_there_and_fit_to_be_sent() {
    for missing in [None, Some("")] {
        let error = refused(&answer(&[("code", missing)]), "callback_missing_parameter");
        assert!(matches!(error, CallbackError::Missing { parameter: "code", response_type: "code" }));
    }
    for unfit in ["a\0b", "a\nb", "ä", "a\u{7f}"] {
        refused(&answer(&[("code", Some(unfit))]), "callback_malformed_parameter");
    }
    check(login(json!({})), &answer(&[("code", Some("4/0A~!\" &=#%+"))])).unwrap();
}

#[test]
fn z11_a_form_is_posted_as_a_form_of_bounded_size() {
    let login = || login(json!({ "response_mode": "form_post" }));
    let good = answer(&[]);
    for content_type in [FORM, "application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLencoded"] {
        login().check(&Callback::from_form(&Method::POST, Some(content_type), &good).unwrap(), at(1)).unwrap();
    }
    for method in [Method::GET, Method::PUT, Method::HEAD, Method::from_bytes(b"post").unwrap()] {
        assert_refusal(&Callback::from_form(&method, Some(FORM), &good).unwrap_err(), "callback_method");
    }
    for content_type in [None, Some(""), Some("application/json"), Some("multipart/form-data"), Some("application/x-www-form-urlencodedx")]
    {
        assert_refusal(&Callback::from_form(&Method::POST, content_type, &good).unwrap_err(), "callback_content_type");
    }
    let long = |octets: usize| format!("own={}", "x".repeat(octets - 4));
    assert!(Callback::from_form(&Method::POST, Some(FORM), long(Callback::LIMIT)).is_ok());
    assert_refusal(&Callback::from_form(&Method::POST, Some(FORM), long(Callback::LIMIT + 1)).unwrap_err(), "callback_too_large");
}

#[test]
fn z11_parameters_come_from_the_body_alone() {
    let login = || login(json!({ "response_mode": "form_post" }));
    let post = |uri: &str, body: &str| {
        let request = http::Request::post(uri).header("content-type", FORM).body(body.to_owned()).unwrap();
        login().check(&Callback::from_request(&request).unwrap(), at(1))
    };
    post("/callback?code=evil&state=evil", &answer(&[])).unwrap();
    assert_refusal(&post(&format!("/callback?{}", answer(&[])), "").unwrap_err(), "callback_issuer_missing");
    let get = http::Request::get(format!("/callback?{}", answer(&[]))).body("").unwrap();
    assert_refusal(&login().check(&Callback::from_request(&get).unwrap(), at(1)).unwrap_err(), "callback_elsewhere");
    check(self::login(json!({})), get.uri().query().unwrap()).unwrap();
}

#[test]
fn z11_a_request_that_only_looks_or_contradicts_itself_is_no_callback() {
    for method in ["HEAD", "OPTIONS", "PUT", "get"] {
        let request = http::Request::builder().method(method).uri(format!("/callback?{}", answer(&[]))).body("").unwrap();
        let error = Callback::from_request(&request).unwrap_err();
        assert_refusal(&error, "callback_method");
        assert_eq!(error.to_string(), format!("unexpected method of the callback: expected \"GET or POST\", found \"{method}\""));
    }
    let request = http::Request::post("/callback").header("content-type", FORM).header("content-type", "text/plain");
    assert_refusal(&Callback::from_request(&request.body(answer(&[])).unwrap()).unwrap_err(), "callback_content_type");
}

#[test]
fn the_response_mode_says_which_part_is_read() {
    let good = answer(&[]);
    let both = format!("https://app.example.com/cb?{good}#{good}&code=other");
    for (mode, url, code) in [
        ("query", both.as_str(), None),
        ("fragment", &both, Some("callback_duplicate_parameter")),
        ("form_post", &both, Some("callback_elsewhere")),
        ("fragment", &format!("https://app.example.com/cb?code=evil#{good}"), None),
        ("fragment", &format!("https://app.example.com/cb?{good}"), Some("callback_elsewhere")),
        ("query", &format!("https://app.example.com/cb#{good}"), Some("callback_elsewhere")),
        ("query", "https://app.example.com/cb", Some("callback_elsewhere")),
        ("query", "https://app.example.com/cb?", Some("callback_issuer_missing")),
        ("query", &format!("?{good}#broken=%zz"), None),
        ("fragment", "#state=%zz", Some("callback_malformed")),
    ] {
        let outcome = login(json!({ "response_mode": mode })).check(&Callback::from_url(url).unwrap(), at(1));
        assert_eq!(outcome.map_err(|error| error.code()).err(), code, "{mode}: {url}");
    }
}

#[test]
fn any_scheme_will_do_and_the_fragment_of_some_servers_counts_as_none() {
    let good = answer(&[]);
    for url in [
        format!("com.example.app:/callback?{good}"),
        format!("com.example.app:callback?{good}#_=_"),
        format!("http://127.0.0.1:51004/cb?{good}#_=_"),
        format!("http://[::1]:51004/?{good}"),
        format!("/callback?{good}"),
        format!("?{good}"),
    ] {
        login(json!({})).check(&Callback::from_url(&url).unwrap(), at(1)).unwrap();
    }
    for query in [format!("?{good}"), format!("{good}#_=_")] {
        check(login(json!({})), &query).unwrap();
    }
    let fragment = || login(json!({ "response_mode": "fragment" }));
    fragment().check(&Callback::from_fragment(format!("#{good}")).unwrap(), at(1)).unwrap();
    for none in ["#_=_", "_=_"] {
        assert_refusal(&fragment().check(&Callback::from_fragment(none).unwrap(), at(1)).unwrap_err(), "callback_issuer_missing");
    }
    assert_refusal(&fragment().check(&Callback::from_url("https://a/#_=_").unwrap(), at(1)).unwrap_err(), "callback_elsewhere");
}

#[test]
fn a_pair_is_split_at_its_first_equals_sign_and_a_plus_is_a_space() {
    let login = || login(json!({ "state": "a b=c+d=" }));
    for state in ["a+b=c%2Bd=", "a%20b%3Dc%2bd%3D"] {
        check(login(), &format!("{}&state={state}", answer(&[("state", None)]))).unwrap();
    }
    refused_by(login(), &format!("{}&state=a+b=c+d=", answer(&[("state", None)])), "callback_state_mismatch");
}

#[test]
fn a_callback_after_expiry_is_refused_before_it_is_looked_at() {
    let late = |seconds, query: &str| login(json!({})).check(&Callback::from_query(query).unwrap(), at(seconds)).map(|_| ());
    late(599, &answer(&[])).unwrap();
    for query in [&answer(&[]), "state=bad&state=bad"] {
        let error = late(600, query).unwrap_err();
        assert_refusal(&error, "login_expired");
        assert!(matches!(error, CallbackError::Expired { age: 600, lifetime: 600 }));
    }
}

/// What a checked callback sends to the token endpoint, once.
#[track_caller]
fn redeem(checked: CheckedCallback, address: &str, authentication: ClientAuthentication) -> String {
    let http =
        scripted(&[(Expected::post(address), ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer","id_token":"i"}"#))]);
    let (request, login) = checked.into_token_request();
    let tokens = request.authentication(authentication).retry(RetrySettings::NONE).send_blocking(&http).unwrap();
    assert_eq!(login.id_token(&tokens).unwrap().unwrap().expose(), "i");
    wire(&http.requests()[0])
}

#[test]
fn z12_the_redirect_uri_is_sent_byte_for_byte_with_code_and_verifier() {
    let checked = check(login(json!({})), &answer(&[])).unwrap();
    let sent = redeem(checked, TOKEN, ClientAuthentication::none());
    let expected = "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA\
                    &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback%3Ftenant%3Da%2520b%26Next%3D%2Fx\
                    &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=app";
    assert!(sent.ends_with(expected), "{sent}");
    assert!(sent.contains(CODE) && sent.contains(VERIFIER) && sent.contains(CLIENT) && REDIRECT.contains("%20b"));
}

#[test]
fn z13_the_transaction_names_the_endpoint_and_the_issuer_that_an_assertion_is_for() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let checked = check(login(json!({ "token_endpoint": "https://tokens.example.com/t" })), &answer(&[])).unwrap();
    let signer = key.signer(SignatureAlgorithm::ES256).unwrap();
    let sent = redeem(checked, "https://tokens.example.com/t", ClientAuthentication::private_key_jwt(signer));
    let assertion = sent.split("client_assertion=").nth(1).unwrap().split('&').next().unwrap();
    let claims = identity_model::encoding::base64url::decode(assertion.split('.').nth(1).unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&claims).unwrap()["aud"], ISSUER);
}

#[test]
fn d6_z13_the_alias_for_client_certificates_is_kept_with_the_endpoint() {
    let kept = || login(json!({ "token_endpoint_alias": "https://mtls.example.com/token" }));
    let checked = check(kept(), &answer(&[])).unwrap();
    assert!(redeem(checked, "https://mtls.example.com/token", ClientAuthentication::tls_client_auth()).contains("client_id=app"));
    let checked = check(kept(), &answer(&[])).unwrap();
    redeem(checked, TOKEN, ClientAuthentication::none());
}

#[test]
fn h1_the_policy_of_whoever_finishes_judges_the_kept_addresses_anew() {
    let checked = || check(login(json!({ "token_endpoint": "http://idp.internal/token" })), &answer(&[])).unwrap();
    let http = scripted(&[]);
    let error = checked().into_token_request().0.send_blocking(&http).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "https_required"));
    let lax = DiscoveryPolicy::builder().danger_allow_http().build();
    let http = scripted(&[(
        Expected::post("http://idp.internal/token"),
        ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#),
    )]);
    checked().into_token_request().0.policy(lax).send_blocking(&http).unwrap();
    let alias = check(login(json!({ "token_endpoint_alias": "http://mtls.internal/token" })), &answer(&[])).unwrap();
    let error = alias.into_token_request().0.send_blocking(&scripted(&[])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Policy);
}

#[test]
fn z10_a_request_that_is_sent_is_gone() {
    fn once<R: RequestOnce>(_: &R) {}
    once(&check(login(json!({})), &answer(&[])).unwrap().into_token_request().0.build());
}

#[test]
fn a_login_is_recognised_by_its_state_alone() {
    let is_for = |login: LoginTransaction, url: &str| login.is_answered_by(&Callback::from_url(url).unwrap());
    assert!(is_for(login(json!({})), &format!("/?{}", answer(&[]))));
    assert!(is_for(login(json!({})), &format!("/?state={STATE}&iss=x&error=y")), "it is no check");
    for other in ["/?state=other", "/", "/?", &format!("/#state={STATE}"), "/?state=%zz"] {
        assert!(!is_for(login(json!({})), other), "{other}");
    }
    let signed = |claims: Value| {
        let [head, claims] = [json!({"alg": "ES256"}), claims].map(|part| base64url::encode(part.to_string()));
        format!("/?response={head}.{claims}.c2ln")
    };
    let answers = |url: &str| is_for(login(json!({ "response_mode": "jwt" })), url);
    assert!(answers(&signed(json!({"state": STATE}))) && answers(&signed(json!({"state": STATE, "exp": 1}))), "it is no check");
    assert!(answers("/?response=a.b.c.d.e"), "what is encrypted may be its own");
    for other in [signed(json!({"state": "other"})), signed(json!({})), signed(json!({"state": null})), signed(json!({"state": [STATE]}))] {
        assert!(!answers(&other), "{other}");
    }
    for other in ["/?response=a.b.c", "/?response=", "/?response=x", "/?response=a.b.c.d", &format!("/?{}", answer(&[]))] {
        assert!(!answers(other), "{other}");
    }
}

#[test]
fn a_login_of_another_kind_is_no_plain_code() {
    for changes in [json!({ "response_type": "code id_token" }), json!({ "response_mode": "jwt" }), json!({ "response_type": "id_token" })]
    {
        assert_refusal(&login(changes).check(&Callback::from_query(answer(&[])).unwrap(), at(1)).unwrap_err(), "callback_configuration");
    }
}

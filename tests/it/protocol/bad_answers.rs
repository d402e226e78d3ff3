//! Bad answers at every endpoint: each request of the table in `every_request.rs`, at each of its exchanges, meets a wrong status, content
//! type, shape, type or size, duplicates, truncation, hostile words and another endpoint's document. Each is an error of the right kind,
//! never a panic, never with a secret or without end in its text.

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::RequestError;
use identity_model::testing::ScriptedResponse;
use serde_json::Value;

use super::every_request::{Page, Row, rows};
use super::support::assert_well_told;
use crate::bad_input::{assert_fit, hostile};

/// The members that a response must have, what they must be, and the text that stands for their type.
const REQUIRED: &[(&str, &str, &str)] = &[
    ("token", "access_token", "string"),
    ("token", "token_type", "string"),
    ("metadata", "issuer", "string"),
    ("metadata", "jwks_uri", "string"),
    ("key set", "keys", "array"),
    ("claims", "sub", "string"),
    ("introspection", "active", "boolean"),
    ("device codes", "device_code", "string"),
    ("device codes", "user_code", "string"),
    ("device codes", "verification_uri", "string"),
    ("device codes", "expires_in", "seconds"),
    ("backchannel", "auth_req_id", "string"),
    ("backchannel", "expires_in", "seconds"),
    ("pushed", "request_uri", "string"),
    ("pushed", "expires_in", "seconds"),
    ("registration", "client_id", "string"),
    ("resource", "resource", "string"),
    ("webfinger", "links", "array"),
];

/// What no member of this type may be.
fn wrong(of: &str) -> Vec<&'static str> {
    match of {
        "string" => vec!["null", "true", "0", "-1.5e3", r#""""#, "[]", "{}", r#"["x"]"#, r#"[{"a":null}]"#],
        "boolean" => vec!["null", "0", r#""""#, r#""true""#, "[]", "{}"],
        "seconds" => vec!["null", "true", r#""""#, r#""soon""#, "-1", "-0.5", "1e999", "[]", "{}", "[60]"],
        "array" => vec!["null", "true", "0", r#""""#, "{}", r#"{"kty":"RSA"}"#],
        other => panic!("{other}"),
    }
}

/// The kinds of error for a response that cannot be read: a key set speaks of keys, and what a policy must see of metadata is its affair.
fn is_unreadable(page: &Page, error: &Error) -> bool {
    match page.family {
        "key set" => error.kind() == ErrorKind::Key,
        _ => error.kind() == ErrorKind::Malformed,
    }
}

/// What the request failed with; where keys could not be loaded, why not.
fn code(error: &Error) -> &'static str {
    let inner = error.find::<Box<RequestError>>();
    match (error.code(), inner) {
        ("key_set_loading", Some(inner)) => inner.code(),
        (code, _) => code,
    }
}

/// Every exchange of every request whose answer is read.
fn reading() -> Vec<(Row, usize, Page)> {
    every().into_iter().filter(|(_, _, page)| page.is_read()).collect()
}

fn every() -> Vec<(Row, usize, Page)> {
    let steps: Vec<(usize, usize)> =
        rows().iter().enumerate().flat_map(|(row, entry)| (0..entry.steps.len()).map(move |step| (row, step))).collect();
    let mut every = Vec::new();
    for (row, step) in steps {
        let row = rows().swap_remove(row);
        let page = row.steps[step].page.clone();
        every.push((row, step, page));
    }
    every
}

#[track_caller]
fn refused(row: &Row, step: usize, case: &str, answer: &ScriptedResponse) -> Error {
    row.error(step, answer).unwrap_or_else(|| panic!("{} took at exchange {step}: {case}", row.request))
}

#[test]
fn h7_h8_bodies_that_are_good_nowhere() {
    let hostile = hostile();
    for (row, step, page) in reading() {
        for (name, body) in &hostile {
            let error = refused(&row, step, name, &ScriptedResponse::content(page.status, "application/json", body.clone()));
            assert!(is_unreadable(&page, &error), "{}: {name}: {error:?}", row.request);
            assert_fit(name, &error);
        }
    }
}

#[test]
fn h4_h5_the_same_bodies_as_failures() {
    let hostile = hostile();
    for (row, step, _) in every() {
        for (name, body) in &hostile {
            for (status, content_type) in
                [(400, "application/json"), (400, "text/html"), (401, "application/json"), (404, "text/plain"), (500, "application/json")]
            {
                if is_waited_out(&row, status) {
                    continue;
                }
                let error = refused(&row, step, name, &ScriptedResponse::content(status, content_type, body.clone()));
                assert_eq!((error.kind(), code(&error)), (ErrorKind::Http, "unexpected_status"), "{}: {name}", row.request);
                assert_fit(name, &error);
                let excerpt = error.http_error().unwrap().excerpt().unwrap_or_default();
                assert!(excerpt.chars().count() <= 12 * 1024 && !excerpt.chars().any(char::is_control), "{name}");
            }
        }
    }
}

/// Polling goes on when the server is in trouble.
fn is_waited_out(row: &Row, status: u16) -> bool {
    row.request.ends_with("Polling") && status >= 500 && status != 501
}

/// Statuses that stand for one another: 200 and 201 where something was posted, and any that says done where the response is not read.
fn is_the_same(row: &Row, step: usize, page: &Page, status: u16) -> bool {
    let is_posted = !format!("{:?}", row.steps[step].expected).contains("GET") || row.request == "ClientReadRequest";
    match page.is_read() {
        true => is_posted && matches!(status, 200 | 201),
        false => matches!(status, 200 | 201 | 202 | 204),
    }
}

#[test]
fn h2_h3_any_other_status() {
    for (row, step, page) in every() {
        for status in
            [200, 201, 202, 203, 204, 205, 206, 207, 226, 300, 301, 302, 303, 304, 305, 307, 308, 401, 403, 404, 409, 418, 500, 501]
        {
            if status == page.status || is_waited_out(&row, status) || is_the_same(&row, step, &page, status) {
                continue;
            }
            let answer = ScriptedResponse::json(status, &page.document).header("location", "https://evil.example.com/");
            let error = refused(&row, step, "a status", &answer);
            let expected = if (300..400).contains(&status) { "redirect" } else { "unexpected_status" };
            assert_eq!((error.kind(), code(&error)), (ErrorKind::Http, expected), "{}: {status}", row.request);
            assert_well_told(&error);
        }
    }
}

#[test]
fn h6_any_other_content_type() {
    for (row, step, page) in reading() {
        let body = page.document.to_string();
        for content_type in [
            "",
            "json",
            "text/html",
            "text/json",
            "text/plain",
            "application/jwt",
            "application/token-introspection+jwt",
            "application/xml",
            "application/json-seq",
            "application/x-www-form-urlencoded",
            "application/problem+json",
            "multipart/form-data; boundary=x",
        ] {
            let error = refused(&row, step, content_type, &ScriptedResponse::content(page.status, content_type, body.clone()));
            assert_eq!((error.kind(), code(&error)), (ErrorKind::Http, "unexpected_content_type"), "{}: {content_type}", row.request);
        }
        let error = refused(&row, step, "none", &ScriptedResponse::status(page.status).body(body.clone()));
        assert_eq!(code(&error), "unexpected_content_type", "{}", row.request);
        let mut good = row.steps[step].answer.clone();
        good = good.header("content-type", "Application/JSON; charset=UTF-8");
        let mut script = row.script();
        script[step].1 = good;
        let outcome = row.run(super::every_request::Way::Blocking, &script);
        assert!(outcome.error.is_none(), "{}: {:?}", row.request, outcome.error);
    }
}

#[test]
fn h9_too_long_and_cut_anywhere() {
    for (row, step, page) in reading() {
        let body = page.document.to_string();
        let long = format!("{{\"x\":\"{}\",{}", "x".repeat(1024 * 1024), &body[1..]);
        let error = refused(&row, step, "a long body", &ScriptedResponse::json(page.status, long));
        assert_eq!((error.kind(), code(&error)), (ErrorKind::Transport, "body_too_large"), "{}", row.request);
        for end in 0..body.len() {
            let error = refused(&row, step, &body[..end], &ScriptedResponse::json(page.status, &body[..end]));
            assert!(is_unreadable(&page, &error), "{}: {end}: {error:?}", row.request);
        }
    }
}

#[test]
fn h8_any_member_twice() {
    for (row, step, page) in reading() {
        let body = page.document.to_string();
        for (name, value) in page.document.as_object().unwrap() {
            for twin in [
                format!("{}:{value}", Value::from(name.as_str())),
                format!("\"\\u{:04x}{}\":null", u32::from(name.as_bytes()[0]), &name[1..]),
            ] {
                let error = refused(&row, step, &twin, &ScriptedResponse::json(page.status, format!("{{{twin},{}", &body[1..])));
                assert!(is_unreadable(&page, &error), "{}: {twin}: {error:?}", row.request);
            }
        }
        if page.family == "key set" {
            continue; // what is no key of it is not looked into
        }
        let nested = format!("{{\"x\":[{{\"a\":1,\"a\":2}}],{}", &body[1..]);
        let error = refused(&row, step, "nested", &ScriptedResponse::json(page.status, nested));
        assert!(is_unreadable(&page, &error), "{}: {error:?}", row.request);
    }
}

#[test]
fn required_members_that_are_missing_or_of_another_type() {
    let mut met = std::collections::BTreeSet::new();
    for (row, step, page) in reading() {
        let required: Vec<_> = REQUIRED.iter().filter(|(family, ..)| *family == page.family).collect();
        assert!(!required.is_empty(), "no member is required of the family `{}`: add it to the list", page.family);
        met.insert(page.family);
        for (_, member, of) in required {
            let mut document = page.document.as_object().unwrap().clone();
            document.remove(*member).unwrap();
            let rest = Value::Object(document).to_string();
            let comma = if rest == "{}" { "" } else { "," };
            let mut bodies = vec![("missing", rest.clone())];
            bodies.extend(wrong(of).into_iter().map(|value| (value, format!("{{\"{member}\":{value}{comma}{}", &rest[1..]))));
            for (case, body) in bodies {
                // A response about a known client that brings a new token: it is not lost for the identifier.
                if row.request != "RegistrationRequest"
                    && page.family == "registration"
                    && *member == "client_id"
                    && body.contains("registration_access_token")
                {
                    continue;
                }
                let error = refused(&row, step, &format!("{member}: {case}"), &ScriptedResponse::json(page.status, body));
                let kind = if page.family == "metadata" { ErrorKind::Policy } else { ErrorKind::Malformed };
                assert!(is_unreadable(&page, &error) || error.kind() == kind, "{}: {member}: {case}: {error:?}", row.request);
                assert_fit(case, &error);
            }
        }
    }
    assert_eq!(met.len(), REQUIRED.iter().map(|(family, ..)| family).collect::<std::collections::BTreeSet<_>>().len());
}

#[test]
fn any_member_of_any_type_is_taken_or_refused_in_good_order() {
    for (row, step, page) in reading() {
        for name in page.document.as_object().unwrap().keys() {
            for value in ["null", "true", "0", "-1.5e3", "1e999", r#""""#, r#""\u0000\u202e""#, "[]", "{}", "[[]]", r#"[{"a":null}]"#] {
                let mut document = page.document.as_object().unwrap().clone();
                document.remove(name);
                let rest = Value::Object(document).to_string();
                let comma = if rest == "{}" { "" } else { "," };
                let body = format!("{{{}:{value}{comma}{}", Value::from(name.as_str()), &rest[1..]);
                let mut script = row.script();
                script.truncate(step + 1);
                script[step].1 = ScriptedResponse::json(page.status, body);
                let outcome = row.run(super::every_request::Way::Blocking, &script);
                if let Some(error) = outcome.error.filter(|_| outcome.problems.is_empty()) {
                    assert_fit(value, &error);
                }
            }
        }
    }
}

#[test]
fn another_endpoints_document() {
    for (row, step, page) in reading() {
        for (_, _, other) in every() {
            if other.family == page.family {
                continue;
            }
            let error =
                refused(&row, step, &format!("the answer of {}", other.family), &ScriptedResponse::json(page.status, &other.document));
            assert!(
                matches!(error.kind(), ErrorKind::Malformed | ErrorKind::Key | ErrorKind::Policy),
                "{}: {}: {error:?}",
                row.request,
                other.family
            );
            assert_fit(other.family, &error);
        }
    }
}

#[test]
fn h15_error_documents_with_hostile_words() {
    let long = "d".repeat(400_000);
    for (row, step, _) in every() {
        for words in [long.as_str(), r"\u0000\u001b[2J\r\n\u202e\u2028\u061c", "\u{e000}\u{10ffff}", "%s%n{}{0}"] {
            for member in ["error", "error_description", "error_uri"] {
                let other = if member == "error" { "" } else { r#""error":"e","# };
                let error = refused(&row, step, member, &ScriptedResponse::json(400, format!(r#"{{{other}"{member}":"{words}"}}"#)));
                assert_eq!(error.kind(), ErrorKind::Protocol, "{}: {member}", row.request);
                assert_well_told(&error);
                assert!(!error.to_string().contains(['\u{202e}', '\u{2028}', '\u{61c}', '\u{1b}']), "{error}");
            }
        }
    }
}

#[test]
fn h14_headers_that_nobody_should_send() {
    let (long, quoted) = ("x".repeat(100_000), "Bearer a=\"\\\"".repeat(1000));
    for (row, step, _) in every() {
        for name in ["www-authenticate", "retry-after", "date", "dpop-nonce", "cache-control", "location", "content-type"] {
            for value in ["", ",", "=", "\"", &long, &quoted, "99999999999999999999999999", "Sun, 99 Jun 2025 99:99:99 GMT"] {
                let error = refused(&row, step, name, &ScriptedResponse::json(401, "{").header(name, value));
                assert_eq!(error.kind(), ErrorKind::Http, "{}: {name}", row.request);
                assert_well_told(&error);
                assert!(error.challenges().len() <= 32);
            }
        }
    }
}

#[test]
fn what_is_not_read_may_be_anything() {
    let hostile = hostile();
    for (row, step, page) in every().into_iter().filter(|(_, _, page)| !page.is_read()) {
        for (name, body) in &hostile {
            let error = row.error(step, &ScriptedResponse::content(page.status, "text/html", body.clone()));
            assert!(error.is_none(), "{}: {name}: {error:?}", row.request);
        }
    }
}

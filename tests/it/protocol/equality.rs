//! Both ways are equal: every request, async and blocking, by its builder and by itself, over the same scripted answers; what is sent, what
//! is waited, and what comes of it are compared byte by byte.

use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::TransportErrorKind;

use super::every_request::{Outcome, Row, Way, rows};

type Script = Vec<(Expected, ScriptedResponse)>;

/// Runs all ways; the first stands for all once they are found equal.
#[track_caller]
fn equal(row: &Row, case: &str, script: &Script) -> Outcome {
    let first = row.run(Way::AsyncBuilder, script);
    for way in [Way::BlockingBuilder, Way::Async, Way::Blocking] {
        let other = row.run(way, script);
        let what = format!("{}, {case}: {:?} and {way:?}", row.request, Way::AsyncBuilder);
        assert_eq!(first.sent, other.sent, "{what} send the same");
        assert_eq!(first.waits, other.waits, "{what} wait the same");
        assert_eq!(first.told, other.told, "{what} end the same");
        assert_eq!(first.problems, other.problems, "{what} follow the script alike");
    }
    first
}

/// Failures of every kind, as often as the usual settings would try.
fn failures() -> Vec<(&'static str, Vec<ScriptedResponse>)> {
    let again = |answer: ScriptedResponse| vec![answer; 4];
    let broken = |kind| again(ScriptedResponse::error(kind));
    vec![
        ("an OAuth error", again(ScriptedResponse::json(400, r#"{"error":"invalid_request","error_description":"no"}"#))),
        ("a challenge", again(ScriptedResponse::status(401).header("www-authenticate", "Bearer realm=\"x\", error=\"invalid_token\""))),
        ("a server error", again(ScriptedResponse::content(500, "text/html", "<html>"))),
        ("a busy server", again(ScriptedResponse::status(503).header("retry-after", "7"))),
        ("a redirect", again(ScriptedResponse::status(307).header("location", "https://evil.example.com/"))),
        ("no connection", broken(TransportErrorKind::Connect)),
        ("no TLS", broken(TransportErrorKind::Tls)),
        ("a time-out", broken(TransportErrorKind::Timeout)),
        ("a broken connection", broken(TransportErrorKind::Interrupted)),
        ("no HTTP", broken(TransportErrorKind::Protocol)),
        ("anything else", broken(TransportErrorKind::Other)),
        ("no content type", again(ScriptedResponse::status(200).body("{}"))),
        ("an empty object", again(ScriptedResponse::json(200, "{}"))),
        ("no JSON", again(ScriptedResponse::json(200, "<html>"))),
        ("a body without end", again(ScriptedResponse::json(200, format!("{{\"a\":\"{}\"}}", "a".repeat(2 * 1024 * 1024))))),
        ("nothing", Vec::new()),
    ]
}

#[test]
fn both_ways_send_the_same_and_return_the_same_value() {
    for row in rows() {
        let outcome = equal(&row, "success", &row.script());
        assert!(outcome.error.is_none(), "{}: {:?}", row.request, outcome.error);
        assert_eq!(outcome.problems, Vec::<String>::new(), "{}", row.request);
        assert_eq!(outcome.sent.len(), row.steps.len(), "{}", row.request);
    }
}

#[test]
fn both_ways_end_with_the_same_error_at_every_exchange() {
    for row in rows() {
        for place in 0..row.steps.len() {
            for (case, answers) in failures() {
                let expected = &row.steps[place].expected;
                let mut script = row.script();
                script.truncate(place);
                script.extend(answers.into_iter().map(|answer| (expected.clone(), answer)));
                let outcome = equal(&row, case, &script);
                assert!(outcome.error.is_some() || !row.steps[place].page.is_read(), "{}, {case}: {}", row.request, outcome.told);
            }
        }
    }
}

#[test]
fn both_ways_try_again_the_same() {
    for row in rows() {
        for place in 0..row.steps.len() {
            for (case, answer) in [
                ("no connection at first", ScriptedResponse::error(TransportErrorKind::Connect)),
                ("a busy server at first", ScriptedResponse::status(503).header("retry-after", "7")),
                ("a time-out at first", ScriptedResponse::error(TransportErrorKind::Timeout)),
            ] {
                let mut script = row.script();
                script.insert(place, (row.steps[place].expected.clone(), answer));
                let outcome = equal(&row, case, &script);
                if case != "a time-out at first" {
                    assert_eq!(outcome.problems, Vec::<String>::new(), "{}, {case}", row.request);
                    assert!(outcome.error.is_none() && !outcome.waits.is_empty(), "{}, {case}: {}", row.request, outcome.told);
                }
            }
        }
    }
}

//! What is sent again, when, and how often.

use std::time::Duration;

use identity_model::environment::{Environment, SeededEntropy};
use identity_model::error::ErrorKind;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{AttemptTimeout, RetrySettings, TransportErrorKind};

use super::support::{JWKS, Run, TOKEN, both_ways, chain};

const KEYS: &str = r#"{"keys":[]}"#;
const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;

/// The usual settings, stated, so that the environment of the process has no say.
fn settings() -> RetrySettings {
    RetrySettings::default()
}

fn read(environment: Environment) -> JwksRequest {
    JwksRequest::builder().environment(environment).retry(settings()).address(JWKS).build()
}

fn token(environment: Environment) -> ClientCredentialsTokenRequest {
    let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(settings());
    builder.address(TOKEN).client_id("client").authentication(ClientAuthentication::secret_basic("s")).build()
}

fn script(expected: &Expected, answers: impl IntoIterator<Item = ScriptedResponse>) -> Vec<(Expected, ScriptedResponse)> {
    answers.into_iter().map(|answer| (expected.clone(), answer)).collect()
}

#[track_caller]
fn reads(answers: impl IntoIterator<Item = ScriptedResponse>) -> Run<identity_model::protocol::jwks::JwksResponse> {
    both_ways(read, &script(&Expected::get(JWKS), answers))
}

#[track_caller]
fn posts(answers: impl IntoIterator<Item = ScriptedResponse>) -> Run<identity_model::protocol::token::TokenResponse> {
    both_ways(token, &script(&Expected::post(TOKEN), answers))
}

/// The waits that the settings name for the chance of a run: each attempt draws its moment once, and a wait draws from the moment in
/// which the attempt before it failed.
fn between(base: Duration, wait: Duration) {
    assert!(base / 2 <= wait && wait <= base, "{wait:?} is not between a half and all of {base:?}");
}

#[test]
fn reading_is_repeated_after_every_passing_failure() {
    for failure in [
        ScriptedResponse::error(TransportErrorKind::Connect),
        ScriptedResponse::error(TransportErrorKind::Timeout),
        ScriptedResponse::error(TransportErrorKind::Interrupted),
        ScriptedResponse::status(429),
        ScriptedResponse::status(502),
        ScriptedResponse::status(503),
        ScriptedResponse::json(504, r#"{"error":"temporarily_unavailable"}"#),
    ] {
        let run = reads([failure.clone(), failure.clone(), failure, ScriptedResponse::json(200, KEYS)]);
        run.result.unwrap();
        assert_eq!(run.sent.len(), 4);
        assert_eq!(run.waits.len(), 3);
        for (wait, base) in run.waits.iter().zip([1, 2, 4]) {
            between(Duration::from_secs(base), *wait);
        }
    }
}

#[test]
fn reading_is_not_repeated_after_anything_else() {
    for failure in [
        ScriptedResponse::error(TransportErrorKind::Tls),
        ScriptedResponse::error(TransportErrorKind::Protocol),
        ScriptedResponse::error(TransportErrorKind::BodyTooLarge),
        ScriptedResponse::error(TransportErrorKind::Configuration),
        ScriptedResponse::error(TransportErrorKind::Other),
        ScriptedResponse::status(400),
        ScriptedResponse::status(401),
        ScriptedResponse::status(404),
        ScriptedResponse::status(408),
        ScriptedResponse::status(500),
        ScriptedResponse::status(501),
        ScriptedResponse::status(302),
        ScriptedResponse::json(200, "{"),
        ScriptedResponse::content(200, "text/html", "busy"),
    ] {
        let run = reads([failure]);
        assert_eq!((run.sent.len(), run.waits.len()), (1, 0));
        assert!(!run.result.unwrap_err().is_retryable());
    }
}

#[test]
fn the_last_failure_is_told_when_all_attempts_are_used_up() {
    let run = reads([
        ScriptedResponse::status(503),
        ScriptedResponse::status(502),
        ScriptedResponse::error(TransportErrorKind::Connect),
        ScriptedResponse::status(504),
    ]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16()), error.is_retryable()), (ErrorKind::Http, Some(504), true));
    let run = reads([
        ScriptedResponse::status(503),
        ScriptedResponse::status(502),
        ScriptedResponse::status(503),
        ScriptedResponse::error(TransportErrorKind::Timeout),
    ]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Transport, "timeout", true));
}

#[test]
fn a_token_request_is_repeated_only_when_nothing_of_it_was_processed() {
    let retry_after = |status: u16| ScriptedResponse::status(status).header("retry-after", "5");
    let soon = ScriptedResponse::status(429).header("retry-after", "soon");
    for failure in
        [ScriptedResponse::error(TransportErrorKind::Connect), retry_after(429), retry_after(503), ScriptedResponse::status(429), soon]
    {
        let run = posts([failure.clone(), failure, ScriptedResponse::json(200, GOOD)]);
        run.result.unwrap();
        assert_eq!((run.sent.len(), run.waits.len()), (3, 2));
    }
    for failure in [
        ScriptedResponse::error(TransportErrorKind::Timeout),
        ScriptedResponse::error(TransportErrorKind::Interrupted),
        ScriptedResponse::error(TransportErrorKind::Tls),
        ScriptedResponse::error(TransportErrorKind::Other),
        ScriptedResponse::status(503),
        retry_after(500),
        retry_after(502),
        retry_after(504),
    ] {
        let run = posts([failure]);
        assert_eq!((run.sent.len(), run.waits.len()), (1, 0));
        run.result.unwrap_err();
    }
}

/// A deadline that no wait comes near.
const FAR: Duration = Duration::from_secs(100_000);

#[test]
fn the_server_names_the_wait_in_seconds_or_as_a_date_and_120_seconds_are_the_most() {
    let read = |environment| JwksRequest::builder().environment(environment).retry(settings()).deadline(FAR).address(JWKS).build();
    for (value, wait) in [("5", 5), ("119", 119), ("120", 120), ("Sun, 15 Jun 2025 15:07:00 GMT", 20)] {
        let busy = || ScriptedResponse::status(503).header("retry-after", value);
        let run = both_ways(read, &script(&Expected::get(JWKS), [busy(), ScriptedResponse::json(200, KEYS)]));
        run.result.unwrap();
        assert_eq!(run.waits, [Duration::from_secs(wait)], "{value}");
        assert_eq!(posts([busy(), ScriptedResponse::json(200, GOOD)]).waits, [Duration::from_secs(wait)], "{value}");
    }
    for value in ["0", "Mon, 01 Jan 2001 00:00:00 GMT"] {
        let run = posts([ScriptedResponse::status(503).header("retry-after", value), ScriptedResponse::json(200, GOOD)]);
        between(Duration::from_secs(1), run.waits[0]);
    }
}

#[test]
fn o_retry_after_a_longer_wait_than_the_settings_allow_ends_at_once_with_the_servers_time() {
    let ends = |run: Run<identity_model::protocol::jwks::JwksResponse>, asked: u64, value: &str| {
        assert_eq!((run.sent.len(), run.waits.len()), (1, 0), "{value}");
        let error = run.result.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), ("unexpected_status", true));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(asked)));
        assert!(error.to_string().contains(&format!("asks to wait for {asked} s")), "{error}");
    };
    let busy = |value: &str| script(&Expected::get(JWKS), [ScriptedResponse::status(503).header("retry-after", value)]);
    let far = |retry: RetrySettings| {
        move |environment| JwksRequest::builder().environment(environment).retry(retry).deadline(FAR).address(JWKS).build()
    };
    // Longer than the longest delay of the settings.
    for (value, asked) in [("121", 121), ("3600", 3600), ("99999999999999999999999", u64::MAX), ("Sun, 15 Jun 2025 16:06:40 GMT", 3600)] {
        ends(both_ways(far(settings()), &busy(value)), asked, value);
    }
    let short = settings().with_longest_delay(Duration::from_secs(5));
    ends(both_ways(far(short), &busy("6")), 6, "6");
    // Longer than the time that is left.
    ends(both_ways(under(Duration::from_secs(10)), &busy("10")), 10, "10");
    // What the settings allow is waited for, however long.
    let patient = settings().with_longest_delay(Duration::from_secs(7200));
    let answers = [ScriptedResponse::status(503).header("retry-after", "3600"), ScriptedResponse::json(200, KEYS)];
    let run = both_ways(far(patient), &script(&Expected::get(JWKS), answers));
    assert_eq!((run.waits.as_slice(), run.result.is_ok()), (&[Duration::from_secs(3600)][..], true));
    // A token request is no different.
    let run = posts([ScriptedResponse::status(429).header("retry-after", "3600")]);
    assert_eq!((run.sent.len(), run.waits.len()), (1, 0));
    assert_eq!(run.result.unwrap_err().retry_after(), Some(Duration::from_secs(3600)));
}

#[test]
fn h_slow_without_a_deadline_no_attempt_begins_later_than_sixty_seconds_after_the_first() {
    // Waits of half a minute to a minute: the second would end behind the sixtieth second.
    let slow = settings().with_count(100).with_base_delay(Duration::from_secs(60)).with_longest_delay(Duration::from_secs(60));
    let usual = |environment| JwksRequest::builder().environment(environment).retry(slow).address(JWKS).build();
    let silent = |count| script(&Expected::get(JWKS), (0..count).map(|_| ScriptedResponse::error(TransportErrorKind::Timeout)));
    let run = both_ways(usual, &silent(2));
    assert_eq!((run.sent.len(), run.waits.len()), (2, 1));
    between(Duration::from_secs(60), run.waits[0]);
    assert_eq!(run.result.unwrap_err().code(), "timeout");
    // The client's own time-out counts for each of them.
    assert!(run.sent.iter().all(|request| request.as_request().extensions().get::<AttemptTimeout>().is_none()));
    // What the server asks for comes on top.
    let busy = || ScriptedResponse::status(503).header("retry-after", "110");
    assert_eq!(reads([busy(), busy(), ScriptedResponse::json(200, KEYS)]).waits, [110, 110].map(Duration::from_secs));
    // With a deadline of its own a request goes on for as long as that says.
    let patient =
        |environment| JwksRequest::builder().environment(environment).retry(slow.with_count(9)).deadline(FAR).address(JWKS).build();
    assert_eq!(both_ways(patient, &silent(10)).sent.len(), 10);
}

#[test]
fn the_settings_of_the_request_count() {
    for (retry, attempts) in [(RetrySettings::NONE, 1), (settings().with_count(1), 2), (settings().with_count(5), 6)] {
        let build = |environment| JwksRequest::builder().environment(environment).retry(retry).address(JWKS).build();
        let run = both_ways(build, &script(&Expected::get(JWKS), (0..attempts).map(|_| ScriptedResponse::status(503))));
        assert_eq!(run.sent.len(), attempts);
        run.result.unwrap_err();
    }
    let flat = settings().with_base_delay(Duration::ZERO);
    let build = |environment| JwksRequest::builder().environment(environment).retry(flat).address(JWKS).build();
    let run = both_ways(
        build,
        &script(&Expected::get(JWKS), [ScriptedResponse::status(503), ScriptedResponse::status(503), ScriptedResponse::json(200, KEYS)]),
    );
    assert_eq!(run.waits, [Duration::ZERO, Duration::ZERO]);
}

#[test]
fn the_jitter_is_drawn_from_the_environments_chance() {
    let waits = |seed| {
        let build = |environment: Environment| {
            let environment = environment.with_entropy(SeededEntropy::new(seed));
            JwksRequest::builder().environment(environment).retry(settings()).address(JWKS).build()
        };
        both_ways(build, &script(&Expected::get(JWKS), (0..4).map(|_| ScriptedResponse::status(503)))).waits
    };
    assert_eq!(waits(1), waits(1));
    assert_ne!(waits(1), waits(2));
}

#[test]
fn a_fresh_request_is_built_for_each_attempt() {
    let run = posts([ScriptedResponse::error(TransportErrorKind::Connect), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(run.sent[0].body(), run.sent[1].body());
    assert_eq!(run.sent[0].headers(), run.sent[1].headers());
    assert_eq!(run.sent[1].headers().get_all("authorization").iter().count(), 1);
}

fn under(deadline: Duration) -> impl Fn(Environment) -> JwksRequest {
    move |environment| {
        let builder = JwksRequest::builder().environment(environment).retry(settings());
        builder.attempt_timeout(Duration::from_secs(30)).deadline(deadline).address(JWKS).build()
    }
}

#[test]
fn h10_the_deadline_bounds_attempts_and_waits_together() {
    let seconds = Duration::from_secs;
    let timeouts = |run: &Run<_>| -> Vec<Option<Duration>> {
        run.sent.iter().map(|request| request.as_request().extensions().get::<AttemptTimeout>().map(|timeout| timeout.0)).collect()
    };
    let busy = || ScriptedResponse::status(503).header("retry-after", "10");

    let run = both_ways(under(seconds(45)), &script(&Expected::get(JWKS), [busy(), busy(), busy(), ScriptedResponse::json(200, KEYS)]));
    run.result.as_ref().unwrap();
    assert_eq!(timeouts(&run), [30, 30, 25, 15].map(|timeout| Some(seconds(timeout))));

    let run = both_ways(under(seconds(15)), &script(&Expected::get(JWKS), [busy(), busy()]));
    assert_eq!(run.waits, [seconds(10)], "a wait beyond the deadline is not begun");
    assert_eq!(timeouts(&run), [15, 5].map(|timeout| Some(seconds(timeout))));
    assert_eq!(run.result.unwrap_err().status().map(|status| status.as_u16()), Some(503));

    let run = both_ways(under(seconds(10)), &script(&Expected::get(JWKS), [busy()]));
    assert_eq!((run.waits.len(), run.result.unwrap_err().retry_after()), (0, Some(seconds(10))));
}

#[test]
fn h10_a_deadline_of_zero_sends_nothing() {
    let run = both_ways(under(Duration::ZERO), &[]);
    let error = run.result.unwrap_err();
    assert_eq!((run.sent.len(), error.kind(), error.code()), (0, ErrorKind::Transport, "timeout"));
    assert!(chain(&error).contains("the overall deadline of the request has passed"), "{}", chain(&error));
}

#[test]
fn without_a_timer_nothing_is_repeated_and_the_failure_is_seen() {
    let build =
        |environment: Environment| JwksRequest::builder().environment(environment.without_timer()).retry(settings()).address(JWKS).build();
    for (failure, kind, code) in [
        (ScriptedResponse::status(503), ErrorKind::Http, "unexpected_status"),
        (ScriptedResponse::error(TransportErrorKind::Connect), ErrorKind::Transport, "connect"),
        (ScriptedResponse::error(TransportErrorKind::Timeout), ErrorKind::Transport, "timeout"),
    ] {
        let run = both_ways(build, &script(&Expected::get(JWKS), [failure]));
        let error = run.result.unwrap_err();
        assert_eq!((error.kind(), error.code(), run.sent.len()), (kind, code, 1));
        assert!(error.is_retryable());
    }
}

/// What the child process of the test below does: it runs under an environment of its own.
#[test]
fn child_a_request_under_this_environment() {
    let Ok(expected) = std::env::var("IDENTITY_MODEL_CHILD") else { return };
    let build = |environment| JwksRequest::builder().environment(environment).address(JWKS).build();
    match expected.as_str() {
        "refuses" => {
            let error = both_ways(build, &[]).result.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "transport_configuration"));
            assert_eq!(
                error.to_string(),
                "configuration error: key set endpoint failed: nothing was sent: environment variable `IDENTITY_MODEL_HTTP_RETRY_COUNT`: expected a whole number from 0 to 100"
            );
            assert!(
                chain(&error).contains("environment variable `IDENTITY_MODEL_HTTP_RETRY_COUNT`: expected a whole number from 0 to 100")
            );
            both_ways(read, &script(&Expected::get(JWKS), [ScriptedResponse::json(200, KEYS)])).result.expect("explicit settings win");
        }
        _ => {
            let run = both_ways(build, &script(&Expected::get(JWKS), [ScriptedResponse::status(503), ScriptedResponse::status(503)]));
            assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Http);
            let build = |environment| {
                let builder = JwksRequest::builder().environment(environment).deadline(Duration::from_secs(100));
                builder.address(JWKS).build()
            };
            let run = both_ways(build, &script(&Expected::get(JWKS), [ScriptedResponse::json(200, KEYS)]));
            assert_eq!(run.sent[0].as_request().extensions().get(), Some(&AttemptTimeout(Duration::from_secs(60))));
        }
    }
}

#[test]
fn the_environment_of_the_process_is_read_and_explicit_settings_win_over_it() {
    for (count, expected) in [("many", "refuses"), ("1", "repeats once")] {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "protocol::retry::child_a_request_under_this_environment"])
            .envs([("IDENTITY_MODEL_CHILD", expected), ("IDENTITY_MODEL_HTTP_RETRY_COUNT", count), ("IDENTITY_MODEL_HTTP_TIMEOUT", "60")])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
    }
}

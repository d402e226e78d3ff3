//! Polling for tokens (RFC 8628 section 3.5, CIBA Core section 10.1): when, how often, and until when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::ErrorKind;
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::token::{CibaPolling, DeviceCodePolling, PollCancellation, PollProgress, TokenResponse};
use identity_model::testing::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::{AttemptTimeout, RetrySettings, TransportErrorKind};

use super::support::{Run, TOKEN, both_ways};

const GOOD: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;
const BEGIN: &str = "https://idp.example.com/begin";

fn device(environment: &Environment, expires_in: u64, interval: u64) -> DeviceAuthorizationResponse {
    let body = format!(
        r#"{{"device_code":"d","user_code":"u","verification_uri":"https://idp.example.com/","expires_in":{expires_in},"interval":{interval}}}"#
    );
    let http = ScriptedHttpClient::builder().post(BEGIN, ScriptedResponse::json(200, body)).build();
    DeviceAuthorizationRequest::builder()
        .environment(environment.clone())
        .retry(RetrySettings::NONE)
        .address(BEGIN)
        .client_id("tv")
        .send_blocking(&http)
        .unwrap()
}

fn backchannel(environment: &Environment, expires_in: u64, interval: u64) -> BackchannelAuthenticationResponse {
    let body = format!(r#"{{"auth_req_id":"r","expires_in":{expires_in},"interval":{interval}}}"#);
    let http = ScriptedHttpClient::builder().post(BEGIN, ScriptedResponse::json(200, body)).build();
    BackchannelAuthenticationRequest::builder()
        .environment(environment.clone())
        .retry(RetrySettings::NONE)
        .address(BEGIN)
        .client_id("tv")
        .hint(AuthenticationHint::LoginHint("alice".to_owned()))
        .scope(["openid"])
        .send_blocking(&http)
        .unwrap()
}

fn error(code: &str) -> ScriptedResponse {
    ScriptedResponse::json(400, format!(r#"{{"error":"{code}"}}"#))
}

/// Polls for a device and for CIBA by both drivers: the same responses must lead to the same waits.
#[track_caller]
fn polled(expires_in: u64, interval: u64, answers: Vec<ScriptedResponse>) -> Run<TokenResponse> {
    let script = |name: &str, value: &str| -> Vec<_> {
        answers.iter().map(|answer| (Expected::post(TOKEN).form(name, value).form("client_id", "tv"), answer.clone())).collect()
    };
    let of_device = both_ways(
        |environment: Environment| {
            let authorization = device(&environment, expires_in, interval);
            let builder = DeviceCodePolling::builder().environment(environment).address(TOKEN).client_id("tv");
            builder.authorization(authorization).build()
        },
        &script("device_code", "d"),
    );
    let of_ciba = both_ways(
        |environment: Environment| {
            let authorization = backchannel(&environment, expires_in, interval);
            let builder = CibaPolling::builder().environment(environment).address(TOKEN).client_id("tv");
            builder.authorization(authorization).build()
        },
        &script("auth_req_id", "r"),
    );
    assert_eq!(of_device.waits, of_ciba.waits);
    let outcome = |run: &Run<TokenResponse>| run.result.as_ref().map(|_| ()).map_err(|error| error.code());
    assert_eq!(outcome(&of_device), outcome(&of_ciba));
    of_device
}

fn seconds(waits: &[Duration]) -> Vec<u64> {
    waits.iter().map(Duration::as_secs).collect()
}

#[test]
fn v2_the_first_poll_comes_after_one_interval() {
    let run = polled(600, 7, vec![ScriptedResponse::json(200, GOOD)]);
    assert_eq!((seconds(&run.waits), run.result.unwrap().access_token().expose()), (vec![7], "a"));
    assert_eq!(seconds(&polled(600, 0, vec![ScriptedResponse::json(200, GOOD)]).waits), [5]);
}

#[test]
fn v3_pending_keeps_the_interval_and_slow_down_adds_five_seconds_for_good() {
    let pending = || error("authorization_pending");
    let run =
        polled(600, 5, vec![pending(), pending(), error("slow_down"), pending(), error("slow_down"), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(seconds(&run.waits), [5, 5, 5, 10, 10, 15]);
    assert!(run.result.is_ok());
}

#[test]
fn v3_anything_else_ends_the_loop() {
    for (answer, kind) in [
        (error("access_denied"), ErrorKind::Protocol),
        (error("expired_token"), ErrorKind::Protocol),
        (error("invalid_grant"), ErrorKind::Protocol),
        (error("transaction_failed"), ErrorKind::Protocol),
        (ScriptedResponse::status(400), ErrorKind::Http),
        (ScriptedResponse::status(501), ErrorKind::Http),
        (ScriptedResponse::status(404), ErrorKind::Http),
        (ScriptedResponse::json(200, "{}"), ErrorKind::Malformed),
        (ScriptedResponse::error(TransportErrorKind::Tls), ErrorKind::Transport),
    ] {
        let run = polled(600, 5, vec![error("authorization_pending"), answer]);
        assert_eq!((run.result.unwrap_err().kind(), run.waits.len()), (kind, 2));
    }
}

#[test]
fn v4_it_stops_when_the_codes_expire_whatever_the_server_says() {
    // Polls at 5, 10 and 15 s; the one at 20 s would be too late.
    let run = polled(20, 5, vec![error("authorization_pending"), error("authorization_pending"), error("authorization_pending")]);
    let failure = run.result.unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (ErrorKind::Flow, "poll_expired"));
    assert_eq!(seconds(&run.waits), [5, 5, 5]);
    assert_eq!(polled(3, 5, vec![]).result.unwrap_err().code(), "poll_expired", "before the first poll");
    assert_eq!(polled(0, 5, vec![]).result.unwrap_err().code(), "poll_expired");
}

#[test]
fn v5_a_busy_server_is_asked_again_when_it_says() {
    let busy = |status, after: &str| ScriptedResponse::status(status).header("retry-after", after);
    let run = polled(600, 5, vec![busy(503, "30"), busy(429, "2"), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(seconds(&run.waits), [5, 30, 5]);
    // 1 750 000 000 is 15:06:40 that day; the first poll comes five seconds later.
    let run = polled(600, 5, vec![busy(503, "Sun, 15 Jun 2025 15:07:15 GMT"), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(seconds(&run.waits), [5, 30]);
}

#[test]
fn v5_a_longer_retry_after_beside_pending_wins() {
    let pending = |after: &str| error("authorization_pending").header("retry-after", after);
    let run = polled(600, 5, vec![pending("20"), pending("1"), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(seconds(&run.waits), [5, 20, 5]);
}

#[test]
fn v5_a_lost_connection_doubles_the_interval() {
    let lost = || ScriptedResponse::error(TransportErrorKind::Timeout);
    let run = polled(
        3600,
        5,
        vec![
            lost(),
            ScriptedResponse::error(TransportErrorKind::Connect),
            lost(),
            error("authorization_pending"),
            ScriptedResponse::json(200, GOOD),
        ],
    );
    assert_eq!(seconds(&run.waits), [5, 10, 20, 40, 40]);
    let run = polled(3600, 100, vec![lost(), lost(), ScriptedResponse::json(200, GOOD)]);
    assert_eq!(seconds(&run.waits), [100, 120, 120], "up to two minutes");
}

#[test]
fn v4_it_can_be_cancelled_within_a_second() {
    let build = |environment: Environment| {
        let authorization = device(&environment, 600, 10);
        let cancellation = PollCancellation::new();
        let switch = cancellation.clone();
        let builder = DeviceCodePolling::builder().environment(environment).address(TOKEN).client_id("tv").authorization(authorization);
        let observe = move |progress: PollProgress| {
            if progress.next_poll.as_secs() == 7 {
                switch.cancel()
            }
        };
        builder.cancellation(cancellation).on_progress(observe).build()
    };
    let run = both_ways(build, &[]);
    let failure = run.result.unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (ErrorKind::Flow, "poll_cancelled"));
    assert_eq!(seconds(&run.waits), [1, 1, 1, 1]);
}

#[test]
fn v4_a_polling_that_was_cancelled_before_sends_nothing() {
    let build = |environment: Environment| {
        let authorization = backchannel(&environment, 600, 10);
        let cancellation = PollCancellation::new();
        cancellation.cancel();
        let builder = CibaPolling::builder().environment(environment).address(TOKEN).client_id("tv").authorization(authorization);
        builder.cancellation(cancellation).build()
    };
    let run = both_ways(build, &[]);
    assert_eq!((run.result.unwrap_err().code(), run.waits.len()), ("poll_cancelled", 0));
}

#[test]
fn whoever_watches_is_told_every_second() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let build = |environment: Environment| {
        let authorization = device(&environment, 60, 3);
        let seen = Arc::clone(&seen);
        seen.lock().unwrap().clear();
        let builder = DeviceCodePolling::builder().environment(environment).address(TOKEN).client_id("tv").authorization(authorization);
        let observe = move |progress: PollProgress| {
            seen.lock().unwrap().push((progress.remaining.as_secs(), progress.next_poll.as_secs(), progress.polls));
        };
        builder.on_progress(observe).build()
    };
    let script = [(Expected::post(TOKEN), error("authorization_pending")), (Expected::post(TOKEN), ScriptedResponse::json(200, GOOD))];
    let run = both_ways(build, &script);
    assert_eq!(seconds(&run.waits), [1, 1, 1, 1, 1, 1]);
    let expected = [(60, 3, 0), (59, 2, 0), (58, 1, 0), (57, 0, 0), (57, 3, 1), (56, 2, 1), (55, 1, 1), (54, 0, 1)];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn h10_a_deadline_bounds_all_polls_and_waits_together() {
    let polled = |deadline: u64, polls: usize| {
        let build = |environment: Environment| {
            let authorization = device(&environment, 60, 5);
            let builder = DeviceCodePolling::builder().environment(environment).deadline(Duration::from_secs(deadline));
            builder.address(TOKEN).client_id("tv").authorization(authorization).build()
        };
        let script: Vec<_> = (0..polls).map(|_| (Expected::post(TOKEN), error("authorization_pending"))).collect();
        let run = both_ways(build, &script);
        let left = |request: &RecordedRequest| request.as_request().extensions().get::<AttemptTimeout>().map(|timeout| timeout.0.as_secs());
        (run.result.unwrap_err(), run.sent.iter().filter_map(left).collect::<Vec<_>>())
    };
    let (failure, left) = polled(12, 2);
    assert_eq!((failure.kind(), failure.code()), (ErrorKind::Transport, "timeout"));
    assert_eq!(left, [7, 2], "an attempt has what is left");
    assert_eq!(polled(300, 11).0.code(), "poll_expired", "the end of the codes comes first");
}

#[test]
fn a_polling_without_a_timer_is_a_configuration_error() {
    let build = |environment: Environment| {
        let authorization = device(&environment, 600, 10);
        let builder = DeviceCodePolling::builder().environment(environment.without_timer()).address(TOKEN).client_id("tv");
        builder.authorization(authorization).build()
    };
    let error = both_ways(build, &[]).result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "driver"));
}

//! Keeping, renewing and pausing.

use std::time::Duration;

use identity_model::error::ErrorKind;
use identity_model::secret::AccessToken;
use identity_model::tokens::{TokenManager, TokenManagerSettings};
use serde_json::json;

use super::support::{Endpoint, House, MINUTE, Outcome, SECOND, SleepingClock, environment, request, text};

#[tokio::test]
async fn tm2_the_lifetime_counts_from_the_request_and_either_clock_ends_it() {
    let house = House::new([Outcome::lasting(3600)]);
    let sleeping = SleepingClock::new(&house.clock);
    let manager =
        TokenManager::builder().http(house.endpoint.clone()).environment(environment(&house.clock).with_clock(sleeping.clone())).build();
    let source = manager.source(request(["read"])).unwrap();
    assert_eq!(text(&source).await, "t1");
    sleeping.sleep(3589 * SECOND);
    assert_eq!(text(&source).await, "t1", "a second before the hard end by the clock of the day");
    sleeping.sleep(SECOND);
    assert_eq!(text(&source).await, "t2", "the machine slept past the hard end");
    house.clock.advance(3590 * SECOND);
    assert_eq!(text(&source).await, "t3", "the monotonic clock alone");
}

#[tokio::test]
async fn tm3_without_a_lifetime_a_token_is_used_for_five_minutes() {
    for expires_in in [None, Some(json!(null))] {
        let house = House::new([Outcome::Token { expires_in }]);
        let source = house.source();
        assert_eq!(text(&source).await, "t1");
        house.clock.advance(299 * SECOND);
        assert_eq!(text(&source).await, "t1");
        house.clock.advance(SECOND);
        assert_eq!(text(&source).await, "t2");
    }
}

#[tokio::test]
async fn tm3_a_token_that_lives_no_second_is_handed_out_and_not_kept() {
    let house = House::new([Outcome::lasting(0)]);
    let source = house.source();
    assert_eq!((text(&source).await, text(&source).await), ("t1".to_owned(), "t2".to_owned()));
}

#[tokio::test]
async fn tm3_no_token_is_used_for_more_than_a_day() {
    let house = House::new([Outcome::lasting(1_000_000_000_000)]);
    let source = house.source();
    assert_eq!(text(&source).await, "t1");
    house.clock.advance(24 * 60 * MINUTE - SECOND);
    assert_eq!(text(&source).await, "t1");
    house.clock.advance(SECOND);
    assert_eq!(text(&source).await, "t2");
}

#[tokio::test]
async fn tm4_the_jitter_is_drawn_once_a_token_and_moves_the_renewal_forward() {
    let house = House::with([Outcome::lasting(3600)], TokenManagerSettings::default());
    let mut renewals = Vec::new();
    for _ in 0..8 {
        let source = house.manager.source(request(["read"])).unwrap();
        let first = text(&source).await;
        let mut seconds = 3505;
        house.clock.advance(3505 * SECOND);
        while text(&source).await == first {
            house.clock.advance(SECOND);
            seconds += 1;
        }
        assert!((3510..=3540).contains(&seconds), "{seconds}");
        renewals.push(seconds);
    }
    renewals.dedup();
    assert!(renewals.len() > 3, "{renewals:?}");
}

#[tokio::test]
async fn tm5_between_the_ends_one_caller_renews_and_the_others_are_served_at_once() {
    let house = House::new([Outcome::lasting(3600)]);
    let source = house.source();
    assert_eq!(text(&source).await, "t1");
    house.clock.advance(3540 * SECOND);
    house.endpoint.close();
    let renewing = tokio::spawn({
        let source = source.clone();
        async move { text(&source).await }
    });
    house.endpoint.until_arrived(2).await;
    for _ in 0..10 {
        assert_eq!(text(&source).await, "t1");
    }
    house.endpoint.open();
    assert_eq!(renewing.await.unwrap(), "t2");
    assert_eq!((text(&source).await, house.endpoint.requests()), ("t2".to_owned(), 2));
}

#[tokio::test]
async fn tm5_while_the_endpoint_is_ill_the_old_token_serves_until_its_hard_end() {
    for ill in [Outcome::Unreachable, Outcome::error(503, "temporarily_unavailable"), Outcome::error(500, "server_error")] {
        let house = House::new([Outcome::lasting(3600), ill.clone()]);
        let source = house.source();
        assert_eq!(text(&source).await, "t1");
        house.clock.advance(3540 * SECOND);
        assert_eq!(text(&source).await, "t1", "{ill:?}");
        assert_eq!(house.endpoint.requests(), 2, "{ill:?}: it was tried");
        house.clock.advance(49 * SECOND);
        assert_eq!(text(&source).await, "t1", "{ill:?}");
        house.clock.advance(SECOND);
        source.token().await.unwrap_err();
        assert_eq!(house.endpoint.requests(), 3, "{ill:?}: the pause was over, so it was tried again");
    }
}

#[tokio::test]
async fn tm7_a_retryable_failure_is_not_repeated_for_a_second_doubling_to_thirty() {
    let house = House::new([Outcome::error(503, "temporarily_unavailable")]);
    let source = house.source();
    for (asked, seconds) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30)] {
        let error = source.token().await.unwrap_err();
        assert_eq!((house.endpoint.requests(), error.kind()), (asked, ErrorKind::Protocol));
        let paused = source.token().await.unwrap_err();
        let left = paused.retry_after().unwrap();
        assert!(left >= (seconds * SECOND).mul_f64(0.79) && left <= (seconds * SECOND).mul_f64(1.21), "{asked}: {left:?}");
        assert_eq!((paused.kind(), paused.code(), paused.is_retryable()), (error.kind(), error.code(), true));
        house.clock.advance(left - Duration::from_millis(1));
        source.token().await.unwrap_err();
        assert_eq!(house.endpoint.requests(), asked, "the pause is not over");
        house.clock.advance(Duration::from_millis(1));
    }
    house.endpoint.then([Outcome::lasting(60), Outcome::Unreachable]);
    house.clock.advance(MINUTE);
    assert_eq!(text(&source).await, "t1");
    house.clock.advance(MINUTE);
    source.token().await.unwrap_err();
    let left = source.token().await.unwrap_err().retry_after().unwrap();
    assert!(left <= Duration::from_millis(1210), "a success begins the count anew: {left:?}");
}

#[tokio::test]
async fn tm7_what_the_server_asks_for_wins_up_to_an_hour() {
    for (asked, kept) in [(7, 7), (100_000, 3600)] {
        let house = House::new([Outcome::Error { status: 503, error: "temporarily_unavailable", retry_after: Some(asked) }]);
        let source = house.source();
        source.token().await.unwrap_err();
        let paused = source.token().await.unwrap_err();
        assert_eq!((paused.retry_after(), house.endpoint.requests()), (Some(kept * SECOND), 1));
    }
}

#[tokio::test]
async fn tm7_what_only_another_configuration_cures_waits_for_a_minute() {
    for error in ["invalid_client", "unauthorized_client", "invalid_scope", "invalid_target"] {
        let house = House::new([Outcome::error(400, error), Outcome::lasting(60)]);
        let source = house.source();
        let first = source.token().await.unwrap_err();
        house.clock.advance(59 * SECOND);
        let paused = source.token().await.unwrap_err();
        assert_eq!((paused.code(), paused.retry_after(), house.endpoint.requests()), (first.code(), Some(SECOND), 1), "{error}");
        assert!(paused.oauth_error().is_some_and(|answer| answer.error() == error), "{error}");
        house.clock.advance(SECOND);
        assert_eq!(text(&source).await, "t1", "{error}");
    }
}

#[tokio::test]
async fn tm7_invalidating_reopens_at_once() {
    let house = House::new([Outcome::error(401, "invalid_client"), Outcome::lasting(60)]);
    let source = house.source();
    source.token().await.unwrap_err();
    source.invalidate();
    assert_eq!(text(&source).await, "t1");
    source.invalidate();
    assert_eq!(text(&source).await, "t2", "and drops the kept token");
}

#[tokio::test]
async fn tm8_a_rejected_token_is_replaced_once_it_is_old_enough() {
    let house = House::new([Outcome::lasting(3600)]);
    let source = house.source();
    let first = source.token().await.unwrap().access_token().clone();
    assert!(source.renew_after_rejection(&first).await.unwrap().is_none(), "younger than 30 s");
    house.clock.advance(30 * SECOND);
    let second = source.renew_after_rejection(&first).await.unwrap().unwrap();
    assert_eq!((second.access_token().expose(), house.endpoint.requests()), ("t2", 2));
    let again = source.renew_after_rejection(&first).await.unwrap().unwrap();
    assert_eq!((again.access_token().expose(), house.endpoint.requests()), ("t2", 2), "the kept one is another already");
    assert!(source.renew_after_rejection(second.access_token()).await.unwrap().is_none());
    assert_eq!(house.endpoint.requests(), 2);
    let foreign = source.renew_after_rejection(&AccessToken::new("of somewhere else")).await.unwrap().unwrap();
    assert_eq!((foreign.access_token().expose(), house.endpoint.requests()), ("t2", 2));
}

#[tokio::test]
async fn a_forced_renewal_replaces_the_token_whatever_its_age() {
    let house = House::new([Outcome::lasting(3600)]);
    let source = house.source();
    assert_eq!(text(&source).await, "t1");
    assert_eq!(source.force_renewal().await.unwrap().access_token().expose(), "t2");
    assert_eq!(text(&source).await, "t2");
    let source = source.clone();
    let blocking = tokio::task::spawn_blocking(move || source.force_renewal_blocking().unwrap().access_token().expose().to_owned());
    assert_eq!(blocking.await.unwrap(), "t3");
}

#[tokio::test]
async fn tm10_a_token_that_is_no_bearer_token_never_becomes_one_and_nothing_shows_it() {
    let endpoint = Endpoint::new([Outcome::lasting(60)]);
    let source = TokenManager::new(endpoint).source(request(["read"])).unwrap();
    let token = source.token().await.unwrap();
    let header = token.authorization_header().unwrap();
    assert!(header.is_sensitive() && header.to_str().unwrap() == "Bearer t1");
    assert!(!format!("{token:?} {source:?}").contains("t1"));
}

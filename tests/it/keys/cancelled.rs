//! The task that leads a fetch is dropped: at every await point, over and over, with its response held back.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use identity_model::cache::CacheSettings;
use identity_model::environment::{FixedClock, Timer};
use identity_model::testing::{Fault, ProviderEndpoint};

use super::support::{HOUR, House, poll_and_drop};
use super::tasks::{all_succeed, start};

const FOLLOWERS: usize = 200;
/// More polls than a validation over an open gate takes: both requests are await points, and the retry between them.
const POLLS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_leader_dropped_at_any_await_point_costs_no_second_request() {
    let mut finished = 0;
    for polls in 0..POLLS {
        let house = House::new();
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        finished += usize::from(poll_and_drop(validator.validate(&token), polls));
        all_succeed(start(&validator, &token, FOLLOWERS), FOLLOWERS).await;
        assert_eq!(house.requests(), (1, 1), "dropped after {polls} polls");
        assert_eq!(keys.key_set_statistics().failures, 0);
    }
    assert!((1..=POLLS - 3).contains(&finished), "{finished} of {POLLS} came to their end");
}

#[tokio::test]
async fn k5_a_fetch_goes_on_though_every_leader_is_dropped_after_one_poll() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    let leaders = (1..100).find(|_| poll_and_drop(validator.validate(&token), 1)).expect("each leader brings it one step further");
    assert!(leaders > 2);
    assert_eq!(house.requests(), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_followers_take_over_the_very_call_of_a_leader_that_is_aborted() {
    for step in [1, 2] {
        let house = House::closed();
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        let mut leader = start(&validator, &token, 1);
        house.gate.until_arrived(1).await;
        let mut followers = start(&validator, &token, FOLLOWERS);
        if step == 2 {
            house.gate.let_one_through();
            house.gate.until_arrived(2).await;
        }
        leader.shutdown().await;
        for _ in 0..FOLLOWERS / 2 {
            // Whoever was woken to take over may be among these.
            drop(start(&validator, &token, 1));
        }
        house.gate.open();
        let mut succeeded = 0;
        while let Some(outcome) = followers.join_next().await {
            succeeded += usize::from(outcome.unwrap());
        }
        assert_eq!(succeeded, FOLLOWERS);
        assert_eq!(house.requests(), (1, 1), "dropped in request {step}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_woken_follower_that_is_dropped_passes_the_lead_on() {
    for round in 0..50 {
        let house = House::closed();
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        let mut tasks: Vec<_> = (0..40)
            .map(|_| {
                let (validator, token) = (validator.clone(), token.clone());
                tokio::spawn(async move { validator.validate(&token).await.is_ok() })
            })
            .collect();
        house.gate.until_arrived(1).await;
        let last = tasks.pop().unwrap();
        // One after the other, leaders and followers alike, while the workers run.
        for task in &tasks {
            task.abort();
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
        }
        house.gate.open();
        assert!(last.await.unwrap());
        assert_eq!(house.requests(), (1, 1), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k4_a_leader_dropped_in_a_forced_refresh_costs_no_second_one() {
    for polls in 0..POLLS {
        let house = House::new();
        let keys = house.keys();
        let validator = house.validator(&keys);
        keys.refresh().await.unwrap();
        house.provider.rotate_keys();
        let token = house.token();
        poll_and_drop(validator.validate(&token), polls);
        all_succeed(start(&validator, &token, FOLLOWERS), FOLLOWERS).await;
        assert_eq!(house.requests(), (1, 2), "dropped after {polls} polls");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_leader_dropped_in_a_soft_refresh_hands_it_to_one_and_stops_nobody() {
    for polls in 0..POLLS {
        let house = House::new();
        let keys = house.keys();
        let validator = house.validator(&keys);
        keys.refresh().await.unwrap();
        house.clock.advance(HOUR);
        let token = house.token();
        poll_and_drop(validator.validate(&token), polls);
        all_succeed(start(&validator, &token, FOLLOWERS), FOLLOWERS).await;
        assert_eq!(house.requests(), (2, 2), "dropped after {polls} polls");
        assert_eq!(keys.key_set_statistics().refreshes, 1);
    }
}

/// Waits by yielding, then moves the clock: an await point in every wait.
struct YieldingTimer {
    clock: FixedClock,
    waited: Arc<AtomicUsize>,
}

#[async_trait]
impl Timer for YieldingTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::task::yield_now().await;
        self.sleep_blocking(duration);
    }

    fn sleep_blocking(&self, duration: Duration) {
        self.waited.fetch_add(1, Ordering::SeqCst);
        self.clock.advance(duration);
    }
}

#[tokio::test]
async fn k5_a_leader_dropped_while_it_waits_for_the_next_attempt_leaves_the_wait_behind() {
    for polls in 0..POLLS {
        let mut house = House::new();
        let waited = Arc::new(AtomicUsize::new(0));
        house.environment = house.environment.with_timer(YieldingTimer { clock: house.clock.clone(), waited: Arc::clone(&waited) });
        house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503).once());
        house.provider.inject(ProviderEndpoint::Jwks, Fault::cut_connection().once());
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        poll_and_drop(validator.validate(&token), polls);
        all_succeed(start(&validator, &token, FOLLOWERS), FOLLOWERS).await;
        assert_eq!(house.requests(), (2, 2), "dropped after {polls} polls");
        assert_eq!(waited.load(Ordering::SeqCst), 2, "each wait was waited, once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_client_that_panics_under_the_leading_task_wedges_nobody() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    house.gate.panic_times(1);
    let leader = start(&validator, &token, 1).join_next().await;
    assert!(leader.is_some_and(|outcome| outcome.is_err_and(|error| error.is_panic())));
    house.gate.open();
    all_succeed(start(&validator, &token, FOLLOWERS), FOLLOWERS).await;
    assert_eq!(house.requests(), (1, 1));
    assert_eq!(house.timer.waits().len(), 1, "the panic counts as a failed attempt");
}

#[tokio::test]
async fn a_fetch_that_everybody_left_is_not_gone_on_with_after_an_attempts_time() {
    for (age, expected) in [(Duration::from_millis(4999), (1, 1)), (Duration::from_secs(5), (2, 1))] {
        let house = House::closed();
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        poll_and_drop(validator.validate(&token), 2);
        house.clock.advance(age);
        house.gate.open();
        validator.validate(&token).await.unwrap();
        assert_eq!(house.requests(), expected);
    }
}

#[tokio::test]
async fn a_leader_that_nobody_polls_stops_the_others_for_a_minute_at_most() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    let mut stuck = Box::pin(validator.validate(&token));
    tokio::select! {
        biased;
        _ = &mut stuck => panic!("the gate is closed"),
        () = house.gate.until_arrived(1) => {}
    }
    let waiting = start(&validator, &token, FOLLOWERS);
    while keys.key_set_statistics().misses <= FOLLOWERS as u64 {
        tokio::task::yield_now().await;
    }
    house.gate.open();
    house.clock.advance(Duration::from_secs(60));
    validator.validate(&token).await.unwrap();
    all_succeed(waiting, FOLLOWERS).await;
    assert_eq!(house.requests(), (2, 1));
    assert!(stuck.await.is_ok(), "and takes the keys of the others once it is polled again");
    assert_eq!(house.requests(), (2, 1));
}

#[tokio::test]
async fn a_lone_follower_of_a_leader_that_is_not_polled_waits_for_the_deadline_at_most() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    let mut stuck = Box::pin(validator.validate(&token));
    tokio::select! {
        biased;
        _ = &mut stuck => panic!("the gate is closed"),
        () = house.gate.until_arrived(1) => {}
    }
    let follower = start(&validator, &token, 1);
    while keys.key_set_statistics().misses < 2 {
        tokio::task::yield_now().await;
    }
    tokio::task::yield_now().await;
    house.gate.open();
    house.clock.advance(Duration::from_secs(10));
    tokio::task::yield_now().await;
    assert_eq!(house.gate.arrived(), 1, "at the deadline itself the leader may still say why it failed");
    house.clock.advance(Duration::from_secs(1));
    all_succeed(follower, 1).await;
    assert_eq!(house.requests(), (2, 1), "it fetched for itself");
    assert!(stuck.await.is_ok());
    assert_eq!(house.requests(), (2, 1));
}

#[test]
fn a_thread_that_follows_a_leader_that_is_not_polled_waits_for_the_deadline_at_most() {
    let house = House::closed();
    let settings = CacheSettings::default().with_attempt_timeout(Duration::from_millis(50)).with_deadline(Duration::from_millis(50));
    let keys = house.keys_with(settings);
    let validator = house.validator(&keys);
    let token = house.token();
    let mut stuck = Box::pin(validator.validate(&token));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(stuck.as_mut().poll(&mut context).is_pending());
    house.gate.open();
    let began = std::time::Instant::now();
    validator.validate_blocking(&token).unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(house.requests(), (2, 1));
}

#[tokio::test]
async fn an_abandoned_fetch_keeps_nothing_alive() {
    for polls in 1..POLLS {
        let house = House::new();
        let keys = house.keys();
        let validator = house.validator(&keys);
        poll_and_drop(validator.validate(&house.token()), polls);
        assert!(house.gate.holders() > 1);
        drop((keys, validator));
        assert_eq!(house.gate.holders(), 1, "dropped after {polls} polls");
    }
}

//! A thousand tasks over one validator.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use identity_model::environment::{Entropy, EntropyError};
use identity_model::keys::TokenValidator;
use tokio::task::JoinSet;

use super::support::{AUDIENCE, HOUR, House, poll_and_drop};

const TASKS: usize = 1000;

/// Starts `count` validations of `token`.
pub(super) fn start(validator: &TokenValidator, token: &str, count: usize) -> JoinSet<bool> {
    let token: Arc<str> = token.into();
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (validator, token) = (validator.clone(), Arc::clone(&token));
        tasks.spawn(
            async move { validator.validate(&*token).await.is_ok_and(|token| token.audiences().any(|audience| audience == AUDIENCE)) },
        );
    }
    tasks
}

pub(super) async fn all_succeed(tasks: JoinSet<bool>, count: usize) {
    assert_eq!(tasks.join_all().await, vec![true; count]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_thousand_tasks_over_a_cold_cache_make_one_discovery_and_one_key_set_request() {
    let house = House::closed();
    let keys = house.keys();
    let tasks = start(&house.validator(&keys), &house.token(), TASKS);
    house.gate.until_arrived(1).await;
    house.gate.open();
    all_succeed(tasks, TASKS).await;
    assert_eq!(house.requests(), (1, 1));
    let statistics = keys.key_set_statistics();
    assert_eq!((statistics.hits + statistics.misses, statistics.refreshes, statistics.failures), (TASKS as u64, 0, 0));
}

#[tokio::test]
async fn k5_the_same_on_a_single_threaded_runtime() {
    let house = House::closed();
    let keys = house.keys();
    let tasks = start(&house.validator(&keys), &house.token(), TASKS);
    while keys.key_set_statistics().misses < TASKS as u64 {
        tokio::task::yield_now().await;
    }
    house.gate.open();
    all_succeed(tasks, TASKS).await;
    assert_eq!(house.requests(), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_while_one_refreshes_a_soft_key_set_nobody_else_waits() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let old = house.token();
    validator.validate(&old).await.unwrap();
    house.clock.advance(HOUR);
    house.gate.close();
    let token = house.token();
    let refreshing = start(&validator, &token, 1);
    house.gate.until_arrived(3).await;
    all_succeed(start(&validator, &token, TASKS), TASKS).await;
    assert_eq!(refreshing.len(), 1, "the answer is still held back");
    house.gate.open();
    all_succeed(refreshing, 1).await;
    // The discovery document has come of age as well.
    assert_eq!(house.requests(), (2, 2));
    assert_eq!(keys.key_set_statistics().refreshes, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_a_background_refresh_leaves_no_validation_waiting() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    keys.refresh().await.unwrap();
    house.clock.advance(HOUR);
    house.gate.close();
    let refreshing = tokio::spawn({
        let keys = keys.clone();
        async move { keys.refresh().await }
    });
    house.gate.until_arrived(3).await;
    all_succeed(start(&validator, &house.token(), TASKS), TASKS).await;
    house.gate.open();
    refreshing.await.unwrap().unwrap();
    assert_eq!(house.requests(), (2, 2));
    assert_eq!(keys.key_set_statistics().misses, 1, "nobody but the first refresh ever waited");
}

/// Counts the moments that an exchange is handed: each draws from here.
#[derive(Default)]
struct CountingEntropy(Arc<AtomicUsize>);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes()[0]);
        Ok(())
    }
}

#[tokio::test]
async fn with_fresh_keys_no_exchange_is_made_and_nothing_is_waited_for() {
    let mut house = House::new();
    let moments = Arc::new(AtomicUsize::new(0));
    house.environment = house.environment.with_entropy(CountingEntropy(Arc::clone(&moments)));
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    validator.validate(&token).await.unwrap();
    let warm = moments.load(Ordering::SeqCst);
    assert!(warm > 0);
    for _ in 0..10 {
        assert!(poll_and_drop(validator.validate(&token), 1), "done when it is first polled");
        validator.validate_blocking(&token).unwrap();
    }
    assert_eq!(moments.load(Ordering::SeqCst), warm);
    assert_eq!(keys.key_set_statistics().hits, 20);
}

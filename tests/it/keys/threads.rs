//! Threads over one validator, alone and together with tasks.

use std::sync::Barrier;
use std::thread;

use identity_model::keys::TokenValidator;

use super::support::House;
use super::tasks::{all_succeed, start};

const THREADS: usize = 64;

/// Runs `count` validations, each on a thread of its own, and `meanwhile` once all threads have started.
fn on_threads(validator: &TokenValidator, token: &str, count: usize, meanwhile: impl FnOnce()) {
    let started = Barrier::new(count + 1);
    thread::scope(|scope| {
        let validation = || {
            started.wait();
            validator.validate_blocking(token).map(|token| token.subject().map(str::to_owned))
        };
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(validation)).collect();
        started.wait();
        meanwhile();
        for thread in threads {
            assert_eq!(thread.join().unwrap().unwrap().as_deref(), Some("client"));
        }
    });
}

#[test]
fn k5_sixty_four_threads_over_a_cold_cache_make_one_discovery_and_one_key_set_request() {
    let house = House::closed();
    let keys = house.keys();
    on_threads(&house.validator(&keys), &house.token(), THREADS, || {
        house.gate.until_arrived_blocking(1);
        house.gate.open();
    });
    assert_eq!(house.requests(), (1, 1));
}

#[test]
fn k5_a_client_that_panics_under_its_leader_wedges_nobody() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    house.gate.panic_times(1);
    thread::scope(|scope| {
        let leader = scope.spawn(|| validator.validate_blocking(&token));
        leader.join().unwrap_err();
    });
    on_threads(&validator, &token, THREADS, || house.gate.open());
    assert_eq!(house.requests(), (1, 1));
    assert_eq!(house.timer.waits().len(), 1, "the panic counts as a failed attempt");
}

#[test]
fn k5_tasks_and_threads_wait_for_the_same_fetch() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let tasks = runtime.block_on(async {
        let tasks = start(&validator, &token, 100);
        house.gate.until_arrived(1).await;
        tasks
    });
    on_threads(&validator, &token, THREADS, || house.gate.open());
    runtime.block_on(all_succeed(tasks, 100));
    assert_eq!(house.requests(), (1, 1));
}

#[test]
fn k5_threads_outlive_the_runtime_of_the_task_that_led() {
    for led in [1, 2] {
        let house = House::closed();
        let keys = house.keys();
        let validator = house.validator(&keys);
        let token = house.token();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(async {
            drop(runtime.spawn({
                let (validator, token) = (validator.clone(), token.clone());
                async move { validator.validate(&token).await.map(drop) }
            }));
            house.gate.until_arrived(1).await;
            if led == 2 {
                house.gate.let_one_through();
                house.gate.until_arrived(2).await;
            }
        });
        on_threads(&validator, &token, THREADS, || {
            drop(runtime);
            house.gate.open();
        });
        // The call under way died with its runtime and was made once more, without a failure for anybody.
        assert_eq!(house.requests(), if led == 1 { (2, 1) } else { (1, 2) });
        assert_eq!(keys.key_set_statistics().failures, 0);
        assert!(house.timer.waits().is_empty(), "a call that was left behind is no failed attempt");
    }
}

#[test]
fn k5_another_runtime_never_waits_for_a_call_that_lives_on_the_first() {
    let house = House::closed();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let token = house.token();
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    // Alive, but nobody drives it any more.
    let idle = runtime();
    idle.block_on(async {
        tokio::select! {
            biased;
            _ = validator.validate(&token) => panic!("the gate is closed"),
            () = house.gate.until_arrived(1) => {}
        }
    });
    house.gate.open();
    runtime().block_on(async { all_succeed(start(&validator, &token, 100), 100).await });
    assert_eq!(house.requests(), (2, 1));
    drop(idle);
}

#[test]
fn a_blocking_call_without_a_blocking_client_is_a_configuration_error_and_leaves_the_fetch_to_others() {
    let house = House::new();
    let keys = identity_model::keys::ProviderKeys::builder()
        .authority(house.provider.issuer())
        .http(house.gate.clone())
        .environment(house.environment.clone())
        .build();
    let validator = house.validator(&keys);
    let token = house.token();
    let error = validator.validate_blocking(&token).unwrap_err();
    assert_eq!(error.kind(), identity_model::error::ErrorKind::Configuration);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(validator.validate(&token)).unwrap();
    validator.validate_blocking(&token).unwrap();
    house.clock.advance(super::support::HOUR);
    validator
        .validate_blocking(&house.token())
        .expect("keys that are past their soft age and still good serve where nobody can refresh them");
    assert_eq!(house.requests(), (1, 1));
}

/// The client that comes along keeps its timers and connections on the runtime it was called on: asked from another one, once that is gone,
/// they panic or stay silent for ever.
#[cfg(feature = "reqwest")]
#[test]
fn k5_a_call_of_reqwest_does_not_outlive_its_runtime() {
    use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider};
    use identity_model::transport::ReqwestClient;

    let provider = TestProvider::builder()
        .algorithms([identity_model::jose::SignatureAlgorithm::ES256])
        .client(TestClient::new("client").audiences([super::support::AUDIENCE]))
        .build();
    let _listener = provider.listen().unwrap();
    // A fetch that is given more time than the slowest machine takes for this test.
    let patient = identity_model::cache::CacheSettings::default();
    let patient = patient.with_attempt_timeout(super::support::SECOND * 60).with_deadline(super::support::SECOND * 120);
    let http = ReqwestClient::builder().no_proxy().build().unwrap();
    let keys = identity_model::keys::ProviderKeys::builder().authority(provider.issuer()).http(http).cache(patient).build();
    let validator = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience(super::support::AUDIENCE).build();
    let token = provider.mint_access_token(|token| token).expose().to_owned();
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for endpoint in [ProviderEndpoint::Discovery, ProviderEndpoint::Jwks] {
        provider.inject(endpoint, Fault::never_answer());
        let first = runtime();
        let asked = provider.requests(endpoint);
        drop(first.spawn({
            let (validator, token) = (validator.clone(), token.clone());
            async move { validator.validate(&token).await.map(drop) }
        }));
        while provider.requests(endpoint) == asked {
            thread::yield_now();
        }
        drop(first);
        provider.clear_faults();
        if endpoint == ProviderEndpoint::Discovery {
            // One step further only: the keys are held back next.
            provider.inject(ProviderEndpoint::Jwks, Fault::never_answer());
        }
    }
    let in_time = runtime().block_on(async { tokio::time::timeout(super::support::SECOND * 30, validator.validate(&token)).await });
    in_time.expect("nobody waits for a call that is gone").unwrap();
}

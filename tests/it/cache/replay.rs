//! How an exchange reaches a replay store, by either driver.

use std::time::{Duration, SystemTime};

use identity_model::cache::{BlockingReplayStore, MemoryReplayStore, ReplayGuard, ReplayKey, ReplayStore, StoreError};
use identity_model::drive::{run, run_blocking};
use identity_model::environment::Environment;
use identity_model::exchange::{Exchange, Port};
use identity_model::testing::ScriptedHttpClient;
use identity_model::{Error, ErrorKind};

struct Broken;

#[async_trait::async_trait]
impl ReplayStore for Broken {
    async fn remember(&self, _: &ReplayKey, _: SystemTime) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("the line is cut"))
    }

    async fn is_remembered(&self, _: &ReplayKey) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("the line is cut"))
    }
}

impl BlockingReplayStore for Broken {
    fn remember_blocking(&self, _: &ReplayKey, _: SystemTime) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("the line is cut"))
    }

    fn is_remembered_blocking(&self, _: &ReplayKey) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("the line is cut"))
    }
}

fn twice(guard: ReplayGuard) -> Exchange<(bool, bool), Error> {
    Exchange::new(|port: Port| async move {
        let (key, until) = (ReplayKey::new("login", ["one"]), port.now() + Duration::from_secs(60));
        Ok((port.remember(&guard, key.clone(), until).await?, port.remember(&guard, key, until).await?))
    })
}

#[tokio::test]
async fn l5_an_exchange_remembers_by_either_driver() {
    let (http, environment) = (ScriptedHttpClient::builder().build(), Environment::system());
    let guard = || ReplayGuard::from(MemoryReplayStore::default());
    assert_eq!(run(twice(guard()), &http, &environment).await.unwrap(), (true, false));
    assert_eq!(run_blocking(twice(guard()), &http, &environment).unwrap(), (true, false));
}

#[tokio::test]
async fn l5_a_store_that_fails_is_an_error_and_never_a_first_time() {
    let (http, environment) = (ScriptedHttpClient::builder().build(), Environment::system());
    let guard = ReplayGuard::new(Broken).with_blocking(Broken);
    let error = run(twice(guard.clone()), &http, &environment).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Store, "store_unavailable", true));
    let error = run_blocking(twice(guard), &http, &environment).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "store_unavailable"));
}

#[tokio::test]
async fn a_store_of_the_other_kind_is_a_configuration_error() {
    let (http, environment) = (ScriptedHttpClient::builder().build(), Environment::system());
    let error = run(twice(ReplayGuard::new_blocking(MemoryReplayStore::default())), &http, &environment).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("replay store"), "{error}");
    let error = run_blocking(twice(ReplayGuard::new(MemoryReplayStore::default())), &http, &environment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn l5_a_guard_looks_up_without_remembering() {
    let guard = ReplayGuard::from(MemoryReplayStore::default());
    let (key, until) = (ReplayKey::new("logout-token", ["one"]), SystemTime::now() + Duration::from_secs(60));
    for _ in 0..2 {
        assert!(!guard.is_remembered(&key).await.unwrap() && !guard.is_remembered_blocking(&key).unwrap());
    }
    assert!(guard.remember(&key, until).await.unwrap());
    assert!(guard.is_remembered(&key).await.unwrap() && guard.is_remembered_blocking(&key).unwrap());
    let one_way = ReplayGuard::new_blocking(MemoryReplayStore::default());
    assert_eq!(one_way.is_remembered(&key).await.unwrap_err().code(), "store_unavailable");
    assert_eq!(ReplayGuard::new(MemoryReplayStore::default()).is_remembered_blocking(&key).unwrap_err().code(), "store_unavailable");
}

//! The life of an entry, told by a clock that stands still.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::*;
use crate::environment::{Environment, FixedClock};
use crate::exchange::{Exchange, ExchangeError, Role};
use crate::keys::KeySourceError;
use crate::transport::{HttpClient, HttpRequest, HttpResponse, TransportError};

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);

struct Unused;

#[async_trait::async_trait]
impl HttpClient for Unused {
    async fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
        panic!("these fetches send nothing")
    }
}

/// A slot, its clock, and a source that counts how often it was asked.
struct Bench {
    slot: Arc<Slot<u64>>,
    clock: FixedClock,
    environment: Environment,
    clients: HttpClients,
    asked: Arc<AtomicU64>,
    down: Arc<std::sync::atomic::AtomicBool>,
}

impl Bench {
    fn new() -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH);
        let environment = Environment::system().with_clock(clock.clone());
        Self {
            slot: Slot::new(CacheSettings::default(), environment.clone(), SlotRules::default()),
            environment,
            clock,
            clients: HttpClients::new(Unused),
            asked: Arc::default(),
            down: Arc::default(),
        }
    }

    fn fetch(&self) -> impl FnOnce(Port) -> std::future::Ready<Result<Fetched<u64>, Error>> + Send + 'static {
        let (asked, down) = (Arc::clone(&self.asked), Arc::clone(&self.down));
        move |_port| {
            let number = asked.fetch_add(1, Ordering::SeqCst) + 1;
            std::future::ready(if down.load(Ordering::SeqCst) {
                Err(KeySourceError::UnknownIssuer.into())
            } else {
                Ok(Fetched { value: number, keep: Keep::BySettings { max_age: None } })
            })
        }
    }

    async fn complete(&self, handle: FetchHandle<Outcome<u64>>) -> Outcome<u64> {
        let exchange: Exchange<Outcome<u64>, ExchangeError> =
            Exchange::new(|port: Port| async move { port.join(&handle).await.ok().flatten().ok_or(ExchangeError::Stuck) });
        crate::drive::run(exchange, &Unused, &self.environment).await.unwrap()
    }

    async fn get(&self) -> Result<u64, Error> {
        match self.slot.look_up(&self.clients, self.fetch())? {
            Lookup::Hit(entry) => Ok(entry.value),
            Lookup::Join(handle) => match self.complete(handle).await {
                Ok(entry) => Ok(entry.value),
                Err(error) => self.slot.usable().map(|entry| entry.value).ok_or(error),
            },
        }
    }

    async fn newer_than(&self, seen: u64) -> Option<u64> {
        match self.slot.newer_than(seen, Want::MissingKey, &self.clients, self.fetch()) {
            Newer::Entry(entry) => Some(entry.value),
            Newer::Join { handle, .. } => self.complete(handle).await.ok().map(|entry| entry.value),
            Newer::NotNow => None,
        }
    }

    /// A handle for the fetch that a look-up joins.
    fn handle(&self) -> FetchHandle<Outcome<u64>> {
        match self.slot.look_up(&self.clients, self.fetch()) {
            Ok(Lookup::Join(handle)) => handle,
            other => panic!("{other:?}"),
        }
    }

    /// What a look-up finds without a fetch.
    fn hit(&self) -> Option<u64> {
        match self.slot.look_up(&self.clients, self.fetch()) {
            Ok(Lookup::Hit(entry)) => Some(entry.value),
            _ => None,
        }
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    fn go_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn k5_a_fresh_entry_is_read_and_a_soft_one_refreshed_by_who_meets_it() {
    let bench = Bench::new();
    assert_eq!(bench.get().await.unwrap(), 1);
    bench.clock.advance(HOUR - SECOND);
    assert_eq!(bench.get().await.unwrap(), 1);
    bench.clock.advance(SECOND);
    assert_eq!(bench.get().await.unwrap(), 2);
    assert_eq!(bench.asked(), 2);
    let statistics = bench.slot.statistics();
    assert_eq!((statistics.hits, statistics.misses, statistics.refreshes, statistics.failures), (1, 1, 1, 0));
}

#[tokio::test]
async fn k5_a_failed_refresh_keeps_the_last_good_entry_until_its_hard_age() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    bench.go_down(true);
    bench.clock.advance(HOUR);
    for _ in 0..10 {
        assert_eq!(bench.get().await.unwrap(), 1, "an outage stops nothing while the entry lives");
    }
    assert_eq!(bench.asked(), 2, "an outage is not hammered");
    bench.clock.advance(SECOND);
    assert_eq!(bench.get().await.unwrap(), 1);
    assert_eq!(bench.asked(), 3, "the failure is remembered for one second");
    bench.clock.advance(23 * HOUR);
    assert!(bench.get().await.is_err(), "past its hard age it is no longer used");
    bench.go_down(false);
    assert!(bench.get().await.is_err(), "callers in between get the same error");
    bench.clock.advance(30 * SECOND);
    assert_eq!(bench.get().await.unwrap(), bench.asked());
}

#[tokio::test]
async fn k4_an_unknown_key_refreshes_once_a_cool_down() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    assert_eq!(bench.newer_than(1).await, Some(2), "the cool-down never counts from an ordinary load");
    assert_eq!(bench.newer_than(1).await, Some(2), "a newer set is looked at before anything is fetched");
    assert_eq!(bench.newer_than(2).await, None);
    bench.clock.advance(5 * SECOND - Duration::from_nanos(1));
    assert_eq!(bench.newer_than(2).await, None);
    bench.clock.advance(Duration::from_nanos(1));
    assert_eq!(bench.newer_than(2).await, Some(3));
    assert_eq!(bench.asked(), 3);
}

#[tokio::test]
async fn k4_a_failed_forced_refresh_evicts_nothing() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    bench.go_down(true);
    assert_eq!(bench.newer_than(1).await, None);
    assert_eq!(bench.get().await.unwrap(), 1);
    bench.go_down(false);
    bench.clock.advance(5 * SECOND);
    assert_eq!(bench.newer_than(1).await, Some(3));
}

#[tokio::test]
async fn an_abandoned_fetch_is_taken_over_by_the_next_caller() {
    let bench = Bench::new();
    let Ok(Lookup::Join(handle)) = bench.slot.look_up(&bench.clients, bench.fetch()) else { panic!("nothing is there yet") };
    drop(handle);
    assert_eq!(bench.get().await.unwrap(), 1);
    assert_eq!(bench.asked(), 1);
}

#[test]
fn an_abandoned_fetch_does_not_keep_its_slot_alive() {
    let bench = Bench::new();
    let slot = Arc::downgrade(&bench.slot);
    assert!(bench.slot.look_up(&bench.clients, bench.fetch()).is_ok());
    drop(bench);
    assert!(slot.upgrade().is_none());
}

#[tokio::test]
async fn k5_between_handle_and_leading_others_go_on_with_the_soft_entry() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    bench.clock.advance(HOUR);
    let handle = bench.handle();
    assert_eq!(bench.hit(), Some(1), "one caller is about to refresh");
    drop(handle);
    assert_eq!(bench.hit(), None, "it went away, so the next one refreshes");
    assert_eq!(bench.get().await.unwrap(), 2);
    assert_eq!((bench.asked(), bench.slot.statistics().refreshes), (2, 1));
}

#[tokio::test]
async fn k5_the_hard_age_ends_the_use_of_an_entry_to_the_nanosecond() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    bench.go_down(true);
    bench.clock.advance(24 * HOUR - Duration::from_nanos(1));
    assert_eq!(bench.get().await.unwrap(), 1);
    bench.clock.advance(Duration::from_nanos(1));
    assert!(bench.get().await.is_err());
}

#[tokio::test]
async fn k5_one_failure_is_one_error_for_all_and_its_pause_doubles_to_thirty_seconds() {
    let bench = Bench::new();
    bench.go_down(true);
    let mut asked = 0;
    for pause in [1, 2, 4, 8, 16, 30, 30] {
        let first = bench.get().await.unwrap_err();
        asked += 1;
        bench.clock.advance(pause * SECOND - Duration::from_nanos(1));
        let second = bench.get().await.unwrap_err();
        assert_eq!((first.code(), first.to_string()), (second.code(), second.to_string()));
        assert_eq!(bench.asked(), asked, "{pause} s");
        bench.clock.advance(Duration::from_nanos(1));
    }
    bench.go_down(false);
    bench.get().await.unwrap();
    bench.go_down(true);
    bench.clock.advance(24 * HOUR);
    bench.get().await.unwrap_err();
    bench.clock.advance(SECOND);
    let asked = bench.asked();
    bench.get().await.unwrap_err();
    assert_eq!(bench.asked(), asked + 1, "after a success the pause is one second again");
    assert_eq!(bench.slot.statistics().failures, 9);
}

#[tokio::test]
async fn k4_the_cool_down_counts_from_the_last_forced_refresh_though_others_come_in_between() {
    let bench = Bench::new();
    bench.get().await.unwrap();
    assert_eq!(bench.newer_than(1).await, Some(2));
    bench.clock.advance(3 * SECOND);
    let refreshed = bench.slot.refresh(&bench.clients, bench.fetch()).unwrap();
    let Lookup::Join(handle) = refreshed else { panic!("a refresh never finds what is there") };
    assert_eq!(bench.complete(handle).await.unwrap().value, 3);
    assert_eq!(bench.newer_than(3).await, None);
    bench.clock.advance(2 * SECOND);
    assert_eq!(bench.newer_than(3).await, Some(4));
}

#[tokio::test]
async fn a_fetch_whose_exchange_panics_is_lost_and_the_next_one_is_not() {
    let bench = Arc::new(Bench::new());
    let broken = || async {
        let look_up = |port: Port| async move {
            if port.monotonic() == Duration::ZERO {
                panic!("a strategy that panics, as the test wants it")
            }
            Err(KeySourceError::UnknownIssuer.into())
        };
        let Ok(Lookup::Join(handle)) = bench.slot.look_up(&bench.clients, look_up) else { panic!("nothing is there yet") };
        handle
    };
    let handle = broken().await;
    let completed_fetch = tokio::spawn({
        let (bench, handle) = (Arc::clone(&bench), handle.clone());
        async move { bench.complete(handle).await }
    });
    assert!(completed_fetch.await.unwrap_err().is_panic());
    assert!(!handle.fetch().is_complete(), "the next leader finds that out");
    let exchange: Exchange<Option<Outcome<u64>>, ExchangeError> =
        Exchange::new(|port: Port| async move { Ok(port.join(&handle).await.unwrap()) });
    assert!(crate::drive::run(exchange, &Unused, &bench.environment).await.unwrap().is_none());
    assert_eq!(bench.get().await.unwrap(), 1);
}

#[tokio::test]
async fn a_look_up_that_loses_its_fetch_looks_once_more() {
    let bench = Bench::new();
    let lost = bench.handle();
    let Role::Leader(stopped) = lost.fetch().role() else { panic!("it has no leader") };
    let (slot, clients) = (Arc::clone(&bench.slot), bench.clients.clone());
    let fetches = [bench.fetch(), bench.fetch()].map(Some).map(Mutex::new);
    let fetches = Mutex::new(fetches.into_iter());
    let waiting: Exchange<Outcome<u64>, Error> = Exchange::new(|port: Port| async move {
        let fetch = || fetches.lock().unwrap().next().unwrap().into_inner().unwrap().unwrap();
        completed(|| slot.look_up(&clients, fetch()), &port).await
    });
    let environment = bench.environment.clone();
    let waiting = tokio::spawn(async move { crate::drive::run(waiting, &Unused, &environment).await });
    tokio::task::yield_now().await;
    bench.clock.advance(60 * SECOND);
    assert_eq!(bench.get().await.unwrap(), 1);
    assert_eq!(waiting.await.unwrap().unwrap().unwrap().value, 1);
    drop(stopped);
}

#[tokio::test]
async fn what_a_lost_fetch_brings_after_all_serves_its_own_caller_alone() {
    let bench = Bench::new();
    let late = bench.handle();
    bench.clock.advance(5 * SECOND);
    assert_eq!(bench.get().await.unwrap(), 1, "a fetch that nobody led for so long is given up");
    assert_eq!(bench.complete(late).await.unwrap().value, 2);
    assert_eq!(bench.get().await.unwrap(), 1);
    bench.clock.advance(5 * SECOND);
    assert_eq!(bench.hit(), Some(1));
}

#[test]
fn a_fresh_entry_is_read_while_the_lock_is_held() {
    let bench = Bench::new();
    let handle = bench.handle();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(bench.complete(handle)).unwrap();
    let held = bench.slot.state();
    let slot = Arc::clone(&bench.slot);
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(slot.fresh().map(|entry| entry.value)));
    let found = receiver.recv_timeout(Duration::from_secs(30)).expect("no lock is in the way");
    drop(held);
    assert_eq!(found, Some(1));
}

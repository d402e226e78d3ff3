//! The life of an entry, told by a clock that stands still.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::*;
use crate::environment::{Environment, FixedClock};
use crate::exchange::{Exchange, ExchangeError};
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
    clients: FlightClients,
    asked: Arc<AtomicU64>,
    down: Arc<std::sync::atomic::AtomicBool>,
}

impl Bench {
    fn new() -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH);
        Self {
            slot: Slot::new(CacheSettings::default()),
            environment: Environment::system().with_clock(clock.clone()),
            clock,
            clients: FlightClients { http: Some(Arc::new(Unused)), blocking: None },
            asked: Arc::default(),
            down: Arc::default(),
        }
    }

    fn now(&self) -> Duration {
        self.environment.clock().monotonic()
    }

    fn fetch(&self) -> impl FnOnce(Port) -> std::future::Ready<Result<Fetched<u64>, Error>> + Send + 'static {
        let (asked, down) = (Arc::clone(&self.asked), Arc::clone(&self.down));
        move |_port| {
            let number = asked.fetch_add(1, Ordering::SeqCst) + 1;
            std::future::ready(if down.load(Ordering::SeqCst) {
                Err(KeySourceError::UnknownIssuer.into())
            } else {
                Ok(Fetched { value: number, max_age: None })
            })
        }
    }

    async fn fly(&self, ticket: Ticket<Outcome<u64>>) -> Outcome<u64> {
        let exchange: Exchange<Outcome<u64>, ExchangeError> =
            Exchange::new(|port: Port| async move { port.join(&ticket).await.ok_or(ExchangeError::Stuck) });
        crate::drive::run(exchange, &Unused, &self.environment).await.unwrap()
    }

    async fn get(&self) -> Result<u64, Error> {
        match self.slot.look_up(self.now(), &self.clients, self.fetch())? {
            Lookup::Hit(entry) => Ok(entry.value),
            Lookup::Join(ticket) => match self.fly(ticket).await {
                Ok(entry) => Ok(entry.value),
                Err(error) => self.slot.usable(self.now()).map(|entry| entry.value).ok_or(error),
            },
        }
    }

    async fn newer_than(&self, seen: u64) -> Option<u64> {
        match self.slot.newer_than(seen, self.now(), &self.clients, self.fetch()) {
            Newer::Entry(entry) => Some(entry.value),
            Newer::Join(ticket, _) => self.fly(ticket).await.ok().map(|entry| entry.value),
            Newer::NotNow => None,
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
async fn an_abandoned_flight_is_taken_over_by_the_next_caller() {
    let bench = Bench::new();
    let Ok(Lookup::Join(ticket)) = bench.slot.look_up(bench.now(), &bench.clients, bench.fetch()) else { panic!("nothing is there yet") };
    drop(ticket);
    assert_eq!(bench.get().await.unwrap(), 1);
    assert_eq!(bench.asked(), 1);
}

#[test]
fn an_abandoned_flight_does_not_keep_its_slot_alive() {
    let bench = Bench::new();
    let slot = Arc::downgrade(&bench.slot);
    assert!(bench.slot.look_up(bench.now(), &bench.clients, bench.fetch()).is_ok());
    drop(bench);
    assert!(slot.upgrade().is_none());
}

//! Time and chance, injectable: a clock, a source of random bytes and a timer.
//!
//! [`Environment::system`] is what every builder starts with. Tests set a [`FixedClock`] and a [`SeededEntropy`], so that nothing sleeps
//! and nothing is left to chance.

use std::fmt;
use std::future::poll_fn;
#[cfg(feature = "tokio")]
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// Tells the time: of day, for tokens, and monotonic, for the age of what is cached.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> SystemTime;

    /// Time since an arbitrary start, never going backwards.
    fn monotonic(&self) -> Duration;
}

/// Yields random bytes, fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`] where the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// Waits, by a future or by blocking the thread.
#[async_trait]
pub trait Timer: Send + Sync {
    /// Waits for `duration` without blocking the thread.
    async fn sleep(&self, duration: Duration);

    /// Blocks the thread for `duration`.
    fn sleep_blocking(&self, duration: Duration);

    /// Becomes ready after `duration`: the limit of a wait for other callers that usually ends before. Default: never, so that a timer that
    /// moves a clock instead of waiting does not end such a wait at once. A timer that really waits implements this as
    /// [`sleep`](Self::sleep).
    async fn deadline(&self, duration: Duration) {
        let _ = duration;
        std::future::pending().await
    }
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system returned no random bytes")]
pub struct EntropyError;

/// Clock, entropy and timer as one value: cheap to clone, set by `.environment(…)` on any builder or client.
///
/// Defaults: the system's clock and random bytes; tokio's timer under the feature `tokio`, else none ([`timer`](Self::timer) is `None`
/// and whatever has to wait fails with a configuration error).
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::environment::{Environment, FixedClock};
///
/// let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
/// let environment = Environment::system().with_clock(clock.clone());
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(environment.clock().monotonic(), Duration::from_secs(60));
/// ```
#[derive(Clone)]
pub struct Environment {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    timer: Option<Arc<dyn Timer>>,
}

impl Environment {
    /// The system's clock, entropy and (under the feature `tokio`) tokio's timer.
    pub fn system() -> Self {
        static SYSTEM: LazyLock<Environment> =
            LazyLock::new(|| Environment { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), timer: system_timer() });
        SYSTEM.clone()
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same with another source of random bytes.
    #[must_use]
    pub fn with_entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// The same with another timer.
    #[must_use]
    pub fn with_timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Arc::new(timer));
        self
    }

    /// The same without a timer: whatever has to wait fails with a configuration error.
    #[must_use]
    pub fn without_timer(mut self) -> Self {
        self.timer = None;
        self
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The source of random bytes.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The timer, if there is one.
    pub fn timer(&self) -> Option<&dyn Timer> {
        self.timer.as_deref()
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("timer", &self.timer.is_some()).finish_non_exhaustive()
    }
}

#[cfg(feature = "tokio")]
fn system_timer() -> Option<Arc<dyn Timer>> {
    Some(Arc::new(TokioTimer))
}

#[cfg(not(feature = "tokio"))]
fn system_timer() -> Option<Arc<dyn Timer>> {
    None
}

/// Which runtime the caller runs on, where that can be told: a future with I/O in it makes progress on its own runtime alone.
#[cfg(feature = "tokio")]
pub(crate) fn runtime() -> Option<u64> {
    let handle = tokio::runtime::Handle::try_current().ok()?;
    Some(BuildHasherDefault::<DefaultHasher>::default().hash_one(handle.id()))
}

#[cfg(not(feature = "tokio"))]
pub(crate) fn runtime() -> Option<u64> {
    None
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// The system's random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// Waits on tokio's timer; blocking waits put the thread to sleep.
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
#[async_trait]
impl Timer for TokioTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn sleep_blocking(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    async fn deadline(&self, duration: Duration) {
        // Outside of a runtime, or on one without timers, a wait has no limit, which is better than no wait.
        let is_inside = tokio::runtime::Handle::try_current().is_ok();
        match is_inside.then(|| std::panic::catch_unwind(|| tokio::time::sleep(duration))) {
            Some(Ok(sleep)) => sleep.await,
            _ => std::future::pending().await,
        }
    }
}

/// A clock that stands still until it is told to move; clones share the time. Its monotonic time counts what it was advanced.
#[derive(Debug, Clone)]
pub struct FixedClock {
    start: SystemTime,
    advanced: Arc<AtomicU64>,
    /// Woken by every advance.
    waiting: Arc<Mutex<Vec<Waker>>>,
}

impl FixedClock {
    /// Stands at `now`.
    pub fn at(now: SystemTime) -> Self {
        Self { start: now, advanced: Arc::default(), waiting: Arc::default() }
    }

    /// Moves forward by `duration` (whole nanoseconds, at most 584 years in sum).
    pub fn advance(&self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.advanced.fetch_add(nanoseconds, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Becomes ready once the clock has been advanced to `end`.
    async fn reaches(&self, end: Duration) {
        poll_fn(|context| {
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(context.waker().clone());
            // Read after the waker is in place: an advance in between is seen.
            if self.monotonic() < end { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.start + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.advanced.load(Ordering::SeqCst))
    }
}

/// Bytes that look random and follow from a seed: the same run gives the same bytes. For tests only.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// Starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(counter.to_be_bytes()).finalize();
            for (byte, random) in chunk.iter_mut().zip(block) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// A timer that does not wait: it moves a [`FixedClock`] forward and remembers how long it was asked to wait.
#[derive(Debug, Clone)]
pub struct FixedTimer {
    clock: FixedClock,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl FixedTimer {
    /// Moves `clock` instead of waiting.
    pub fn moving(clock: &FixedClock) -> Self {
        Self { clock: clock.clone(), waits: Arc::default() }
    }

    /// Every wait so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Timer for FixedTimer {
    async fn sleep(&self, duration: Duration) {
        self.sleep_blocking(duration);
    }

    fn sleep_blocking(&self, duration: Duration) {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        self.clock.advance(duration);
    }

    /// A limit is no wait: it comes when the clock is advanced that far.
    async fn deadline(&self, duration: Duration) {
        self.clock.reaches(self.clock.monotonic().saturating_add(duration)).await;
    }
}

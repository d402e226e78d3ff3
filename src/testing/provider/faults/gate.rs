//! Holds answers back until the test lets them go.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use event_listener::{Event, Listener};

/// A gate before an endpoint's answers: shut until it is opened, then open for good. Clones are the same gate.
///
/// For tests of what happens meanwhile: callers that must share one fetch, keys that rotate under way, calls that are cancelled. A
/// request's [`AttemptTimeout`](crate::transport::AttemptTimeout) does not count behind it.
///
/// # Example
/// ```
/// use identity_model::testing::{Fault, Gate, ProviderEndpoint, TestProvider};
///
/// let provider = TestProvider::new();
/// let gate = Gate::new();
/// provider.inject(ProviderEndpoint::Jwks, Fault::hold(&gate));
/// let call = std::thread::spawn({
///     let provider = provider.clone();
///     move || provider.send_blocking(http::Request::get("https://idp.test/jwks").body(Default::default()).unwrap())
/// });
/// while gate.waiting() == 0 {
///     std::thread::yield_now();
/// }
/// gate.open();
/// assert_eq!(call.join().unwrap().unwrap().status(), 200);
/// ```
#[derive(Clone, Default)]
pub struct Gate(Arc<State>);

#[derive(Default)]
struct State {
    open: AtomicBool,
    waiting: AtomicUsize,
    opened: Event,
}

/// One that waits; leaving counts, by whatever way.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Gate {
    /// A gate that is shut.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everything through from now on.
    pub fn open(&self) {
        self.0.open.store(true, Ordering::SeqCst);
        self.0.opened.notify(usize::MAX);
    }

    /// How many answers are held back.
    pub fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::SeqCst)
    }

    fn is_open(&self) -> bool {
        self.0.open.load(Ordering::SeqCst)
    }

    pub(in crate::testing::provider) async fn pass(&self) {
        let _waiting = Waiting::new(&self.0.waiting);
        while !self.is_open() {
            let opened = self.0.opened.listen();
            if !self.is_open() {
                opened.await;
            }
        }
    }

    pub(in crate::testing::provider) fn pass_blocking(&self) {
        let _waiting = Waiting::new(&self.0.waiting);
        while !self.is_open() {
            let opened = self.0.opened.listen();
            if !self.is_open() {
                opened.wait();
            }
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("open", &self.is_open()).field("waiting", &self.waiting()).finish()
    }
}

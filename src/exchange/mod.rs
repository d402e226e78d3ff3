//! Sans-I/O: an [`Exchange`] says what to do next and is resumed with what came of it. It knows no socket, no clock and no runtime.
//!
//! A request turns into an exchange; its driver performs each [`Step`] and hands back an [`Event`] together with the [`Moment`]: the
//! time and fresh random bytes. The two drivers of this crate ([`drive`](crate::drive)) do so async and blocking, which is why both ways
//! behave alike; a program may drive one by hand with a client of any kind.
//!
//! ```text
//!              resume(event, moment)
//!   driver ───────────────────────────► Exchange ──── polls ────► async block over a Port
//!     ▲                                    │                            │
//!     │                                    │  Step    ◄── awaits ───────┘
//!     │   Send ─────► Answered             │
//!     │   Wait ─────► Waited               │
//!     │   Sign ─────► Signed               │     Join ─► SharedFetch ─┬─ Leader: drives the fetch of all callers
//!     │   Assert ───► Asserted             │                          ├─ Waiter: waits for the leader
//!     │   Remember ─► Remembered           │                          └─ Done
//!     │   Await ────► Awaited              │
//!     │   Join ─────► Joined               │
//!     └────────── performs ◄───────────────┘     Done(result) ends it
//! ```
//!
//! Inside, an exchange is an `async` block over a [`Port`]: the compiler makes the state machine, nothing is ever spawned or registered with
//! a runtime, and every `await` in it is one step. A [`SharedFetch`] shows how a fetch that many callers share is driven by hand.
//!
//! # Example
//! ```
//! use identity_model::environment::Environment;
//! use identity_model::exchange::{Event, Exchange, ExchangeError, Moment, Port, Step};
//! use std::time::Duration;
//!
//! let mut exchange: Exchange<&str, ExchangeError> = Exchange::new(|port: Port| async move {
//!     port.wait(Duration::from_secs(5)).await;
//!     Ok("done")
//! });
//! let environment = Environment::system();
//! let step = exchange.resume(Event::Start, Moment::of(&environment)?);
//! assert!(matches!(step, Step::Wait(pause) if pause == Duration::from_secs(5)));
//! let step = exchange.resume(Event::Waited, Moment::of(&environment)?);
//! assert!(matches!(step, Step::Done(Ok("done"))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod awaiting;
mod drive_error;
mod error;
mod event;
mod fetch_handle;
mod port;
mod remote;
pub(crate) mod replay;
mod resume;
mod shared_fetch;
mod shared_fetch_driver;
mod single_flight;
mod step;

pub use awaiting::AwaitOrder;
pub use drive_error::DriveError;
pub use error::ExchangeError;
pub use event::{Event, Moment};
pub(crate) use fetch_handle::FetchHandle;
pub use port::Port;
pub use remote::{
    AssertOrder, AssertionError, AssertionFactory, AssertionRequest, AssertionSource, BlockingAssertionFactory, ClientAssertion, SignOrder,
    SigningKeySource,
};
pub use replay::RememberOrder;
pub use resume::Exchange;
pub use shared_fetch::{NextAction, SharedFetch};
pub use shared_fetch_driver::{FetchCompletion, FetchDriver, Role};
pub use step::Step;
pub(crate) use step::shown_address;

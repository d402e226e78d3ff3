//! Sans-I/O: an [`Exchange`] says what to do next and is resumed with what came of it. It knows no socket, no clock and no runtime.
//!
//! A request turns into an exchange; whoever drives it performs each [`Step`] and hands back an [`Event`] together with the [`Moment`]: the
//! time and fresh random bytes. The two drivers of this crate ([`drive`](crate::drive)) do so async and blocking, which is why both ways
//! behave alike; a program may drive one by hand with a client of any kind.
//!
//! Inside, an exchange is an `async` block over a [`Port`]: the compiler makes the state machine, nothing is ever spawned or registered with
//! a runtime, and every `await` in it is one step.
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
mod port;
mod remote;
pub(crate) mod replay;
mod resume;
mod shared_fetch;
mod shared_fetch_driver;

pub use awaiting::AwaitOrder;
pub use port::Port;
pub use remote::{
    AssertOrder, AssertionError, AssertionFactory, AssertionRequest, AssertionSource, BlockingAssertionFactory, ClientAssertion, SignOrder,
    SigningKeySource,
};
pub use replay::RememberOrder;
pub(crate) use resume::shown_address;
pub use resume::{Event, Exchange, ExchangeError, Moment, Step};
pub use shared_fetch::{FetchHandle, Lookup, Role, SharedFetch};
pub use shared_fetch_driver::FetchDriver;
pub(crate) use shared_fetch_driver::NextAction;

//! The two drivers: they run an [`Exchange`](crate::exchange::Exchange) over an HTTP client, async or blocking.
//!
//! Each is one loop that performs steps; whatever the protocol decides, it decides inside the exchange, so both ways behave alike by
//! construction. A caller may drive an exchange by hand just as well, as the example of [`exchange`](crate::exchange) does.

mod asynchronous;
mod blocking;
mod dpop_proof;
mod key_set;
mod request_object;
mod requests;
mod send;
mod trace;

pub use asynchronous::run;
pub(crate) use asynchronous::run_with;
pub use blocking::run_blocking;
pub(crate) use blocking::run_blocking_with;
use send::{senders, senders_once};

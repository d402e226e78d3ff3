//! The login through the browser: begun with an address and a transaction, finished with what the browser comes back with; and what the
//! application keeps of it.

mod begin;
pub(in crate::client) mod finish;
mod merged;
mod options;
mod outcome;
pub(in crate::client) mod session;
mod stored;

pub(crate) use begin::begin;
pub(in crate::client) use begin::run_begin;
pub(crate) use finish::finish;
pub use merged::ClaimSource;
pub use options::LoginOptions;
pub use outcome::Login;
pub use session::LoginSession;

//! Logging out: begun by the client ([`EndSessionRequest`]), told by the provider behind the user's back ([`LogoutTokenRequest`],
//! [`LogoutNotice`]) or in an iframe of the browser ([`FrontchannelLogout`]).
//!
//! OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0, Front-Channel Logout 1.0. What receives the back-channel requests of a
//! provider, with its keys and a memory of what came before, is [`sessions::BackchannelLogout`](crate::sessions::BackchannelLogout).

mod back_channel;
mod end_session;
mod error;
mod front_channel;
mod notice;
mod response;
mod transaction;

pub use back_channel::LogoutTokenRequest;
pub use end_session::{BegunLogout, EndSessionRequest, EndSessionRequestBuilder};
pub use error::LogoutError;
pub use front_channel::{FrontchannelLogout, FrontchannelLogoutBuilder, FrontchannelNotice};
pub use notice::LogoutNotice;
pub use response::{logout_accepted, logout_rejected};
pub use transaction::{LogoutReturn, LogoutTransaction};

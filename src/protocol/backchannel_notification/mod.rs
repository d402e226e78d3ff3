//! What a provider calls a client for after a backchannel login: the ping and the push of CIBA Core 1.0 section 10.
//!
//! A [`NotificationReceiver`] is a pure value over `http::Request`: it fits behind any web server. It checks the bearer token in constant
//! time, then the request's identifier, and says what to answer. After a [ping](PingNotice) the tokens are fetched by a
//! [`CibaTokenRequest`](crate::protocol::token::CibaTokenRequest); a [push](PushNotice) brings them, and they come out once its ID token is
//! validated.

mod error;
mod push;
mod receiver;

pub use error::NotificationError;
pub use push::{PushNotice, PushedError, PushedTokens, UncheckedPush};
pub use receiver::{AwaitedAuthentication, NotificationReceiver, PingNotice};

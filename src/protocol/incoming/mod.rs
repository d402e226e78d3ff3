//! A request that an application receives, as far as the protocols have to know it: RFC 9110 section 7, RFC 7239, RFC 9449 section 4.3.
//!
//! Nothing of it is believed for its own sake: the URL that the application is called by comes from its configuration ([`PublicUrl`]), and
//! headers of proxies count only from those that are named ([`TrustedProxies`]).

mod forwarded;
mod proxies;
mod public_url;
mod request;

pub use forwarded::ForwardingHeaders;
pub(crate) use forwarded::{split_outside_of_quotes, unquoted};
pub use proxies::{TrustedProxies, TrustedProxiesError};
pub use public_url::{PublicUrl, PublicUrlError};
pub use request::IncomingRequest;

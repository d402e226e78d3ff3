//! What beginning a login yields.

use std::fmt;
use std::time::SystemTime;

use url::Url;

use super::request_object::RequestObject;
use super::transaction::LoginTransaction;

/// A login that was begun.
///
/// `Debug` shows neither the query of the address nor what the transaction holds.
#[non_exhaustive]
pub struct BegunLogin {
    /// Where to send the browser, now.
    pub url: Url,
    /// What its session keeps until the callback.
    pub transaction: LoginTransaction,
    /// The object that the application serves at the address it named; none where it is not by reference.
    pub request_object: Option<RequestObject>,
    /// The signed request object however it travels, for the record; none where none was made.
    pub signed_request: Option<RequestObject>,
    /// Until when the address is good: neither a pushed request nor a request object lives long.
    pub expires_at: SystemTime,
}

impl fmt::Debug for BegunLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.as_str().split('?').next().unwrap_or_default();
        f.debug_struct("BegunLogin")
            .field("url", &url)
            .field("transaction", &self.transaction)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

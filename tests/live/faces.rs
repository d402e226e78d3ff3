//! The two faces of the library: what is tested here is tested async and blocking.

use std::sync::LazyLock;
use std::time::Duration;

use identity_model::cache::CacheSettings;
use identity_model::keys::ProviderKeys;
use identity_model::transport::BlockingReqwestClient;
use identity_model::validation::ValidatedToken;
use identity_model::{Error, ReqwestClient, TokenValidator};

/// An async client; its connections belong to the runtime of one test.
pub(crate) fn http() -> ReqwestClient {
    ReqwestClient::new().unwrap()
}

/// The blocking client of all tests. It has a thread of its own, and it refuses to be made inside an async task.
pub(crate) fn blocking_http() -> BlockingReqwestClient {
    static CLIENT: LazyLock<BlockingReqwestClient> =
        LazyLock::new(|| std::thread::spawn(|| BlockingReqwestClient::new().unwrap()).join().unwrap());
    CLIENT.clone()
}

/// Runs `call` where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(call).await.unwrap()
}

/// One of the two.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Face {
    Async,
    Blocking,
}

impl Face {
    pub(crate) const BOTH: [Self; 2] = [Self::Async, Self::Blocking];
}

/// Sends a request by one face; for requests that can be sent only once.
macro_rules! send_by {
    ($face:expr, $request:expr) => {{
        let request = $request;
        match $face {
            crate::faces::Face::Async => request.send(&crate::faces::http()).await,
            crate::faces::Face::Blocking => crate::faces::blocking(move || request.send_blocking(&crate::faces::blocking_http())).await,
        }
    }};
}

/// Sends a complete builder by `send` and by `send_blocking`: both outcomes.
macro_rules! send_both {
    ($builder:expr) => {{
        let request = $builder.build();
        let asynchronous = request.send(&crate::faces::http()).await;
        let blocking = crate::faces::blocking(move || request.send_blocking(&crate::faces::blocking_http())).await;
        [asynchronous, blocking]
    }};
}

pub(crate) use {send_both, send_by};

/// The ages of a cache as they are, with time for a server that makes keys for other tests meanwhile, on a busy machine.
pub(crate) fn patient() -> CacheSettings {
    CacheSettings::default().with_attempt_timeout(Duration::from_secs(30)).with_deadline(Duration::from_secs(60))
}

/// The keys of a provider for both faces, in one cache.
pub(crate) fn provider_keys(authority: &str) -> ProviderKeys {
    ProviderKeys::builder().authority(authority).http(http()).blocking_http(blocking_http()).cache(patient()).build()
}

/// Validates `token` by `validate` and by `validate_blocking`, each with a validator that `validator` makes afresh.
pub(crate) async fn validate_both(validator: impl Fn() -> TokenValidator, token: &str) -> [Result<ValidatedToken, Error>; 2] {
    let asynchronous = validator().validate(token).await;
    let (validator, token) = (validator(), token.to_owned());
    [asynchronous, blocking(move || validator.validate_blocking(&token)).await]
}

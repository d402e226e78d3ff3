//! Requests of an application's own to a protected resource, by a token that is bound to a DPoP key: RFC 9449 sections 7 and 9.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::drive::{run, run_blocking};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::protocol::RequestError;
use crate::protocol::discovery::DiscoveryPolicy;
use crate::protocol::dpop::{DpopKey, ResourceCall};
use crate::secret::AccessToken;
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse};

/// Sends requests to protected resources: each with a new proof of the key, its access token by the scheme `DPoP`, and the resource's nonce.
///
/// RFC 9449 sections 7 and 9. Where the resource asks for its nonce (`use_dpop_nonce`), the request is sent once more, at once, with a new proof: it
/// was not processed. Nothing else is repeated, and the last response is returned as it is, whatever its status. The nonces of every response are
/// kept with the key, for resources apart from authorization servers. Cheap to clone.
///
/// Addresses are held against a policy, the strict one unless another is set: the token goes to `https` alone. A request states neither
/// `Authorization` nor `DPoP` by itself. Its body is held in memory, so that it can be sent again; for one that is streamed, take a
/// [`DpopProof`](crate::protocol::dpop::DpopProof) by hand.
///
/// # Example
/// ```
/// use bytes::Bytes;
/// use identity_model::protocol::dpop::DpopKey;
/// use identity_model::resource::DpopClient;
/// use identity_model::secret::AccessToken;
/// use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let challenge = r#"DPoP error="use_dpop_nonce", algs="ES256""#;
/// let items = || Expected::get("https://api.example.com/items").header("authorization", "DPoP t0ken").header_present("dpop");
/// let http = ScriptedHttpClient::builder()
///     .exchange(items(), ScriptedResponse::status(401).header("www-authenticate", challenge).header("dpop-nonce", "n-1"))
///     .exchange(items(), ScriptedResponse::json(200, "[]"))
///     .build();
///
/// let client = DpopClient::new(DpopKey::generate()?);
/// let request = http::Request::get("https://api.example.com/items").body(Bytes::new())?;
/// let response = client.send(&http, request, &AccessToken::new("t0ken")).await?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DpopClient(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    key: DpopKey,
    call: ResourceCall,
    environment: Environment,
}

impl DpopClient {
    /// Proves possession of this key, to which the access tokens are bound.
    pub fn new(key: impl Into<DpopKey>) -> Self {
        let key = key.into();
        Self(Arc::new(Inner { call: ResourceCall::new(key.clone()), key, environment: Environment::system() }))
    }

    /// The same with another policy for addresses. Default: [`DiscoveryPolicy::strict`].
    #[must_use]
    pub fn with_policy(&self, policy: DiscoveryPolicy) -> Self {
        self.changed(|call| call.options.policy = Some(policy))
    }

    /// The same with a limit for the body of a response, in bytes, decompressed. Default: 1 MiB.
    #[must_use]
    pub fn with_body_limit(&self, bytes: usize) -> Self {
        self.changed(|call| call.options.body_limit = Some(bytes))
    }

    /// The same with a limit for the time of one attempt. Default: the client's own time-out (30 s).
    #[must_use]
    pub fn with_attempt_timeout(&self, timeout: Duration) -> Self {
        self.changed(|call| call.options.attempt_timeout = Some(timeout))
    }

    /// The same for a resource whose metadata names the algorithms of proofs (`dpop_signing_alg_values_supported`, RFC 9728 section 2). Default: any.
    #[must_use]
    pub fn with_signing_algorithms(&self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.changed(|call| call.algorithms = Some(names.into_iter().map(Into::into).collect()))
    }

    /// The same for a resource that asks for its nonce in the body alone, without a challenge. Default: the challenge counts.
    #[must_use]
    pub fn with_nonce_in_body(&self) -> Self {
        self.changed(|call| call.options.dpop_mut().reads_nonce_from_body = true)
    }

    /// The same, and a proof that is rejected is repeated once with the time of the response's `Date`, where that is more than 30 s off.
    #[must_use]
    pub fn with_server_date(&self) -> Self {
        self.changed(|call| call.options.dpop_mut().follows_server_date = true)
    }

    /// The same with another clock and other random bytes.
    #[must_use]
    pub fn with_environment(&self, environment: Environment) -> Self {
        Self(Arc::new(Inner { environment, ..(*self.0).clone() }))
    }

    fn changed(&self, change: impl FnOnce(&mut ResourceCall)) -> Self {
        let mut inner = (*self.0).clone();
        change(&mut inner.call);
        Self(Arc::new(inner))
    }

    /// The key.
    pub fn key(&self) -> &DpopKey {
        &self.0.key
    }

    /// The exchange of one request, to be driven by hand.
    pub fn exchange(&self, request: HttpRequest, access_token: &AccessToken) -> Exchange<HttpResponse, RequestError> {
        self.0.call.exchange(request, access_token)
    }

    /// Sends a request with this access token.
    ///
    /// # Errors
    /// See [`Error`]: kind `Policy` or `Configuration` before anything is sent, `Key` where the token is bound to another key or the resource accepts
    /// no algorithm of this one, `Transport` where no response comes.
    pub async fn send(&self, client: &dyn HttpClient, request: HttpRequest, access_token: &AccessToken) -> Result<HttpResponse, Error> {
        run(self.exchange(request, access_token), client, &self.0.environment).await
    }

    /// Sends a request on the calling thread; the twin of [`send`](Self::send).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_blocking(
        &self,
        client: &dyn BlockingHttpClient,
        request: HttpRequest,
        access_token: &AccessToken,
    ) -> Result<HttpResponse, Error> {
        run_blocking(self.exchange(request, access_token), client, &self.0.environment)
    }
}

impl fmt::Debug for DpopClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopClient").field("key", &self.0.key).finish_non_exhaustive()
    }
}

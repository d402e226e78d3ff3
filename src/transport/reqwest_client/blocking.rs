//! The blocking client: the async one on a thread of its own, so that both behave alike in every respect.

use std::fmt;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::{Context, Poll, Waker};
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::coop::poll_proceed;

use super::ReqwestClient;
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

/// The blocking twin of [`ReqwestClient`]: the same settings, limits, defaults and errors, on the calling thread.
///
/// Clones share connections and may be used from any number of threads at once. One thread of the client's own does the input and
/// output; it ends with the last clone. Inside an async task the client cannot be built or used: that is answered with a configuration
/// error that names [`ReqwestClient`] (`spawn_blocking` and `block_in_place` are fine). It may be dropped anywhere.
///
/// # Errors
/// See [`TransportErrorKind`].
///
/// # Example
/// ```
/// use identity_model::transport::BlockingReqwestClient;
///
/// let http = BlockingReqwestClient::new()?;
/// let named = BlockingReqwestClient::builder().user_agent("reports/2.1").build_blocking()?;
/// # let _ = (http, named);
/// # Ok::<(), identity_model::transport::TransportError>(())
/// ```
#[derive(Clone)]
pub struct BlockingReqwestClient {
    jobs: UnboundedSender<Job>,
    client_certificate: bool,
}

struct Job {
    request: HttpRequest,
    answer: SyncSender<Result<HttpResponse, TransportError>>,
}

impl BlockingReqwestClient {
    /// Takes a ready (async) `reqwest::Client`.
    ///
    /// Danger: see [`ReqwestClient::danger_from_client`].
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`] inside an async task, or where the system gives no thread.
    pub fn danger_from_client(client: reqwest::Client) -> Result<Self, TransportError> {
        Self::around(|| Ok(ReqwestClient::danger_from_client(client)))
    }

    /// Whether the builder was given a client certificate (mutual TLS, RFC 8705).
    pub fn has_client_certificate(&self) -> bool {
        self.client_certificate
    }

    pub(super) fn around(client: impl FnOnce() -> Result<ReqwestClient, TransportError>) -> Result<Self, TransportError> {
        reject_async()?;
        let client = client()?;
        let client_certificate = client.has_client_certificate();
        let unavailable =
            |error| TransportError::new(TransportErrorKind::Configuration, "the system gives no thread for the client").with_source(error);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(unavailable)?;
        let (jobs, queue) = unbounded_channel();
        let thread = thread::Builder::new().name("identity-model-http".to_owned());
        thread.spawn(move || serve(&runtime, client, queue)).map_err(unavailable)?;
        Ok(Self { jobs, client_certificate })
    }
}

/// Runs every job as a task of its own until the last client is dropped.
fn serve(runtime: &Runtime, client: ReqwestClient, mut queue: UnboundedReceiver<Job>) {
    runtime.block_on(async move {
        while let Some(Job { request, answer }) = queue.recv().await {
            let client = client.clone();
            tokio::spawn(async move {
                // The caller waits until the response is there; no other could be gone.
                let _ = answer.send(client.send(request).await);
            });
        }
    });
}

impl BlockingHttpClient for BlockingReqwestClient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        reject_async()?;
        let stopped = || TransportError::new(TransportErrorKind::Other, "the client's thread has stopped");
        let (answer, answered) = sync_channel(1);
        self.jobs.send(Job { request, answer }).map_err(|_| stopped())?;
        answered.recv().map_err(|_| stopped())?
    }
}

fn reject_async() -> Result<(), TransportError> {
    if !inside_async() {
        return Ok(());
    }
    let message = "BlockingReqwestClient would block this async task; use ReqwestClient here, or call it inside `spawn_blocking`";
    Err(TransportError::new(TransportErrorKind::Configuration, message))
}

/// Whether this code runs inside the poll of a tokio task. A runtime handle alone does not tell: `spawn_blocking` has one too. But tokio
/// gives only polled tasks a budget (128 steps, a `u8`), and none where blocking is allowed; what is taken here is put back.
fn inside_async() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(budget) = poll_proceed(&mut context) else { return true };
    let is_limited = (0..=u8::MAX).any(|_| match poll_proceed(&mut context) {
        Poll::Ready(step) => {
            step.made_progress();
            false
        }
        Poll::Pending => true,
    });
    drop(budget);
    is_limited
}

impl fmt::Debug for BlockingReqwestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingReqwestClient").field("client_certificate", &self.client_certificate).finish_non_exhaustive()
    }
}

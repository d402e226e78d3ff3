//! The async driver.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::trace::Trace;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{
    DriveError, Event, Exchange, ExchangeError, FetchCompletion, FetchDriver, Moment, NextAction, Role, SharedFetch, Step,
};
use crate::transport::{HttpClient, HttpRequest, HttpResponse, Repeat, TransportError};

const NO_CLIENT: DriveError = DriveError::NoClient { needed: "async HTTP client" };

/// Runs `exchange` to its end over `client`, with the time, random bytes and timer of `environment`.
///
/// Dropping the future cancels the exchange and the HTTP call under way.
///
/// # Errors
/// What the exchange ends with, or a configuration error where a step cannot be performed (a wait without a timer). Without a timer no failed
/// attempt is repeated, so that the failure itself is seen.
pub async fn run<T, E>(exchange: Exchange<T, E>, client: &dyn HttpClient, environment: &Environment) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    run_with(exchange, Some(client), environment).await
}

/// The same where the exchange may have nothing to send: what it needs comes from shared fetches, which bring their clients. Without a
/// client, a request ends it with a configuration error.
pub(crate) async fn run_with<T, E>(
    mut exchange: Exchange<T, E>,
    client: Option<&dyn HttpClient>,
    environment: &Environment,
) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    if environment.timer().is_none() {
        exchange.forbid_waiting();
    }
    let mut event = Event::Start;
    let mut moment = Moment::of(environment).map_err(DriveError::from)?;
    loop {
        event = match exchange.resume(event, moment) {
            Step::Send { request, repeat } => Event::Answered(send(client.ok_or(NO_CLIENT)?, request, repeat).await),
            Step::Wait(duration) => wait(environment, duration).await?,
            Step::Join(fetch) => Event::Joined(join(&fetch, None).await),
            Step::Sign(order) => Event::Signed(order.sign().await.ok_or(DriveError::NoRemote { what: "signer", needed: "async" })?),
            Step::Assert(order) => {
                Event::Asserted(order.assertion().await.ok_or(DriveError::NoRemote { what: "assertion factory", needed: "async" })?)
            }
            Step::Remember(order) => {
                Event::Remembered(order.remember().await.ok_or(DriveError::NoRemote { what: "replay store", needed: "async" })?)
            }
            Step::Await(order) => {
                order.awaited().await;
                Event::Awaited
            }
            Step::Done(result) => return result.map_err(Error::from),
        };
        moment = moment.later(environment);
    }
}

async fn send(client: &dyn HttpClient, mut request: HttpRequest, repeat: Repeat) -> Result<HttpResponse, TransportError> {
    request.extensions_mut().insert(repeat);
    let trace = Trace::begin(&request);
    let response = client.send(request).await;
    trace.end(&response);
    response
}

async fn wait(environment: &Environment, duration: std::time::Duration) -> Result<Event, DriveError> {
    tracing::debug!(target: "identity_model", ?duration, "waiting");
    let mut sleep = environment.timer().ok_or(DriveError::NoTimer)?.sleep(duration);
    poll_fn(|context| {
        // Tokio's timer cannot be asked whether the runtime has one; what a panic leaves behind is dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| sleep.as_mut().poll(context)));
        polled.map_or(Poll::Ready(Err(DriveError::TimerPanicked)), |poll| poll.map(Ok))
    })
    .await?;
    Ok(Event::Waited)
}

/// Sees `fetch` completed: leads it where it has no leader, else waits for its completion or its leader's end. `outer` is the client of the
/// fetch that depends on this one, for a fetch that was made without an async client.
fn join<'a>(
    fetch: &'a SharedFetch,
    outer: Option<&'a Arc<dyn HttpClient>>,
) -> Pin<Box<dyn Future<Output = Result<(), DriveError>> + Send + 'a>> {
    // Boxed because the exchange of a fetch may join another fetch.
    Box::pin(async move {
        loop {
            match fetch.role() {
                Role::Done => return Ok(()),
                Role::Waiter(completion) => wait_for(completion, fetch).await,
                Role::Leader(driver) => {
                    let client = fetch.clients().http.as_ref().or(outer).ok_or(NO_CLIENT)?;
                    lead(driver, client, fetch.environment()).await?;
                }
            }
        }
    })
}

/// Waits for a change of the fetch. A leader whose future is alive but never polled would keep every other caller waiting: past the time limit of the
/// fetch it is given up, and those who waited begin a new fetch.
async fn wait_for(completion: FetchCompletion, fetch: &SharedFetch) {
    let Some(timer) = fetch.environment().timer() else { return completion.await };
    let mut limit = timer.deadline(completion.time_left());
    let mut completion = pin!(completion);
    let is_late = poll_fn(|context| match completion.as_mut().poll(context) {
        std::task::Poll::Ready(()) => std::task::Poll::Ready(false),
        std::task::Poll::Pending => limit.as_mut().poll(context).map(|()| true),
    });
    if is_late.await {
        fetch.abandon();
    }
}

/// Leads until the fetch is complete. The HTTP call in progress is kept in the fetch, so that it survives this future.
async fn lead(mut driver: FetchDriver, client: &Arc<dyn HttpClient>, environment: &Environment) -> Result<(), DriveError> {
    let here = crate::environment::runtime();
    // A call that lives on another runtime, one that is gone perhaps, might never end here.
    driver.drop_foreign_call(|runtime| runtime == here);
    loop {
        match driver.next_action(Moment::of(environment)?) {
            NextAction::Send { request, repeat } => {
                if !driver.is_call_in_progress() {
                    let client = Arc::clone(client);
                    driver.keep_call(Box::pin(async move { send(&*client, *request, repeat).await }), here);
                }
                let response = poll_fn(|context| driver.poll_call(context)).await;
                driver.note(Event::Answered(response));
            }
            NextAction::Wait(duration) => {
                let event = wait(environment, duration).await?;
                driver.note(event);
            }
            NextAction::Join(inner) => {
                join(&inner, Some(client)).await?;
                driver.note(Event::Joined(Ok(())));
            }
            NextAction::Done => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{FetchHandle, Port};
    use crate::transport::HttpClients;
    use async_trait::async_trait;
    use bytes::Bytes;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

    /// Answers when it is let to, and counts.
    struct Gate {
        asked: AtomicUsize,
        open: Notify,
    }

    #[async_trait]
    impl HttpClient for Gate {
        async fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.open.notified().await;
            Ok(http::Response::new(Bytes::from_static(b"keys")))
        }
    }

    fn handle(gate: &Arc<Gate>) -> FetchHandle<Bytes> {
        let http: Arc<dyn HttpClient> = gate.clone();
        FetchHandle::new(HttpClients { http: Some(http), blocking: None }, Environment::system(), MINUTE, |port: Port| async move {
            let request = http::Request::get("https://server/keys").body(Bytes::new()).unwrap();
            port.send(request, Repeat::Safe).await.unwrap().into_body()
        })
    }

    async fn fetch(handle: FetchHandle<Bytes>) -> Bytes {
        let exchange: Exchange<Bytes, ExchangeError> =
            Exchange::new(|port: Port| async move { port.join(&handle).await.ok().flatten().ok_or(ExchangeError::Stuck) });
        let nobody: Box<dyn HttpClient> = Box::new(Gate { asked: AtomicUsize::new(0), open: Notify::new() });
        run(exchange, &*nobody, &Environment::system()).await.unwrap()
    }

    #[tokio::test]
    async fn a_shared_fetch_survives_its_leader_with_the_very_call_under_way() {
        let gate = Arc::new(Gate { asked: AtomicUsize::new(0), open: Notify::new() });
        let handle = handle(&gate);
        let leader = tokio::spawn(fetch(handle.clone()));
        while gate.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let followers: Vec<_> = (0..100).map(|_| tokio::spawn(fetch(handle.clone()))).collect();
        tokio::task::yield_now().await;
        leader.abort();
        assert!(leader.await.unwrap_err().is_cancelled());
        tokio::task::yield_now().await;
        gate.open.notify_one();
        for follower in followers {
            assert_eq!(follower.await.unwrap(), "keys");
        }
        assert_eq!(gate.asked.load(Ordering::SeqCst), 1, "the call of the dropped leader was taken over, not repeated");
        assert_eq!(fetch(handle).await, "keys", "a completed fetch answers at once");
    }

    #[tokio::test]
    async fn a_shared_fetch_without_the_right_client_is_a_configuration_error_and_stays_open_for_others() {
        let handle: FetchHandle<u8> = FetchHandle::new(HttpClients::default(), Environment::system(), MINUTE, |port: Port| async move {
            port.wait(std::time::Duration::ZERO).await;
            1
        });
        let error = join(handle.fetch(), None).await.unwrap_err();
        assert_eq!(error, DriveError::NoClient { needed: "async HTTP client" });
        assert!(!handle.fetch().is_complete());
    }

    #[tokio::test]
    async fn a_wait_without_a_timer_is_a_configuration_error() {
        let exchange: Exchange<(), ExchangeError> = Exchange::new(|port: Port| async move {
            port.wait(std::time::Duration::from_secs(1)).await;
            Ok(())
        });
        let clock = crate::environment::FixedClock::at(std::time::SystemTime::UNIX_EPOCH);
        let environment = Environment::system().with_clock(clock).without_timer();
        let client = Gate { asked: AtomicUsize::new(0), open: Notify::new() };
        let error = run(exchange, &client, &environment).await.unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Configuration);
    }

    #[test]
    fn h_timers_a_wait_on_a_runtime_without_timers_is_a_configuration_error() {
        let exchange: Exchange<(), ExchangeError> = Exchange::new(|port: Port| async move {
            port.wait(std::time::Duration::from_secs(1)).await;
            Ok(())
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let client = Gate { asked: AtomicUsize::new(0), open: Notify::new() };
        let error = runtime.block_on(run(exchange, &client, &Environment::system())).unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Configuration);
        assert!(error.to_string().contains("enable_time"), "{error}");
    }
}

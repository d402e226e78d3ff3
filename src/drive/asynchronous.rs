//! The async driver.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;

use super::DriveError;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Event, Exchange, ExchangeError, FetchDriver, Moment, NextAction, Role, SharedFetch, Step};
use crate::transport::{HttpClient, HttpRequest, HttpResponse, Repeat, TransportError};

/// Runs `exchange` to its end over `client`, with the time, random bytes and timer of `environment`.
///
/// Dropping the future cancels the exchange and the HTTP call under way.
///
/// # Errors
/// What the exchange ends with, or a configuration error where a step cannot be performed (a wait without a timer). Without a timer no failed
/// attempt is repeated, so that the failure itself is seen.
pub async fn run<T, E>(mut exchange: Exchange<T, E>, client: &dyn HttpClient, environment: &Environment) -> Result<T, Error>
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
            Step::Send { request, repeat } => Event::Answered(send(client, request, repeat).await),
            Step::Wait(duration) => wait(environment, duration).await?,
            Step::Join(flight) => join(&flight, None, environment).await?,
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

/// Runs an exchange that sends nothing of its own: whatever it needs comes from flights, which bring their clients.
pub(crate) async fn run_shared<T, E>(exchange: Exchange<T, E>, environment: &Environment) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    run(exchange, &super::failure::NoClient, environment).await
}

async fn send(client: &dyn HttpClient, mut request: HttpRequest, repeat: Repeat) -> Result<HttpResponse, TransportError> {
    request.extensions_mut().insert(repeat);
    let trace = super::send::Trace::begin(&request);
    let answer = client.send(request).await;
    trace.end(&answer);
    answer
}

async fn wait(environment: &Environment, duration: std::time::Duration) -> Result<Event, DriveError> {
    tracing::debug!(target: "identity_model", ?duration, "waiting");
    environment.timer().ok_or(DriveError::NoTimer)?.sleep(duration).await;
    Ok(Event::Waited)
}

/// Sees `flight` landed: leads it if nobody does, else waits for the landing or for the leader's end. `outer` is the client of the flight
/// that needs this one, for a flight that its owner gave no async client.
fn join<'a>(
    flight: &'a SharedFetch,
    outer: Option<&'a Arc<dyn HttpClient>>,
    environment: &'a Environment,
) -> Pin<Box<dyn Future<Output = Result<Event, DriveError>> + Send + 'a>> {
    // Boxed because a flight's exchange may join another flight.
    Box::pin(async move {
        loop {
            match flight.board() {
                Role::Landed => return Ok(Event::Joined),
                Role::Follow(landing) => landing.await,
                Role::Lead(pilot) => {
                    let client = flight.clients().http.as_ref().or(outer).ok_or(DriveError::NoClient { needed: "async HTTP client" })?;
                    lead(pilot, client, environment).await?;
                }
            }
        }
    })
}

/// Flies until the landing. The HTTP call under way is kept in the flight, so that it survives this future.
async fn lead(mut pilot: FetchDriver, client: &Arc<dyn HttpClient>, environment: &Environment) -> Result<(), DriveError> {
    let here = crate::environment::runtime();
    // A call that lives on another runtime, one that is gone perhaps, might never end here.
    pilot.give_up_foreign_call(|runtime| runtime == here);
    loop {
        match pilot.duty(Moment::of(environment)?) {
            NextAction::Send(request, repeat) => {
                if !pilot.is_underway() {
                    let client = Arc::clone(client);
                    pilot.start(Box::pin(async move { send(&*client, *request, repeat).await }), here);
                }
                let answer = poll_fn(|context| pilot.poll_answer(context)).await;
                pilot.note(Event::Answered(answer));
            }
            NextAction::Wait(duration) => {
                let event = wait(environment, duration).await?;
                pilot.note(event);
            }
            NextAction::Join(inner) => {
                let event = join(&inner, Some(client), environment).await?;
                pilot.note(event);
            }
            NextAction::Rest => return Ok(()),
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

    fn ticket(gate: &Arc<Gate>) -> FetchHandle<Bytes> {
        let http: Arc<dyn HttpClient> = gate.clone();
        FetchHandle::new(HttpClients { http: Some(http), blocking: None }, |port: Port| async move {
            let request = http::Request::get("https://server/keys").body(Bytes::new()).unwrap();
            port.send(request, Repeat::Safe).await.unwrap().into_body()
        })
    }

    async fn fetch(ticket: FetchHandle<Bytes>) -> Bytes {
        let exchange: Exchange<Bytes, ExchangeError> =
            Exchange::new(|port: Port| async move { port.join(&ticket).await.ok_or(ExchangeError::Stuck) });
        let nobody: Box<dyn HttpClient> = Box::new(Gate { asked: AtomicUsize::new(0), open: Notify::new() });
        run(exchange, &*nobody, &Environment::system()).await.unwrap()
    }

    #[tokio::test]
    async fn a_flight_survives_its_leader_with_the_very_call_under_way() {
        let gate = Arc::new(Gate { asked: AtomicUsize::new(0), open: Notify::new() });
        let ticket = ticket(&gate);
        let leader = tokio::spawn(fetch(ticket.clone()));
        while gate.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let followers: Vec<_> = (0..100).map(|_| tokio::spawn(fetch(ticket.clone()))).collect();
        tokio::task::yield_now().await;
        leader.abort();
        assert!(leader.await.unwrap_err().is_cancelled());
        tokio::task::yield_now().await;
        gate.open.notify_one();
        for follower in followers {
            assert_eq!(follower.await.unwrap(), "keys");
        }
        assert_eq!(gate.asked.load(Ordering::SeqCst), 1, "the call of the dropped leader was taken over, not repeated");
        assert_eq!(fetch(ticket).await, "keys", "a landed flight answers at once");
    }

    #[tokio::test]
    async fn a_flight_without_the_right_client_is_a_configuration_error_and_stays_open_for_others() {
        let ticket: FetchHandle<u8> = FetchHandle::new(HttpClients::default(), |port: Port| async move {
            port.wait(std::time::Duration::ZERO).await;
            1
        });
        let error = join(ticket.flight(), None, &Environment::system()).await.unwrap_err();
        assert_eq!(error, DriveError::NoClient { needed: "async HTTP client" });
        assert!(!ticket.flight().is_over());
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
}

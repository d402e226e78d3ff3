//! The blocking driver: the same loop on the calling thread.

use std::sync::Arc;

use super::trace::Trace;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{DriveError, Event, Exchange, ExchangeError, FetchDriver, Moment, NextAction, Role, SharedFetch, Step};
use crate::transport::{BlockingHttpClient, HttpRequest, HttpResponse, Repeat, TransportError};

const NO_CLIENT: DriveError = DriveError::NoClient { needed: "blocking HTTP client" };

/// Runs `exchange` to its end over `client` on the calling thread; the twin of [`run`](super::run).
///
/// # Errors
/// What the exchange ends with, or a configuration error where a step cannot be performed (a wait without a timer). Without a timer no failed
/// attempt is repeated, so that the failure itself is seen.
pub fn run_blocking<T, E>(exchange: Exchange<T, E>, client: &dyn BlockingHttpClient, environment: &Environment) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    run_blocking_with(exchange, Some(client), environment)
}

/// The same where the exchange may have nothing to send; the twin of [`run_with`](super::run_with).
pub(crate) fn run_blocking_with<T, E>(
    mut exchange: Exchange<T, E>,
    client: Option<&dyn BlockingHttpClient>,
    environment: &Environment,
) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    exchange.forbid_awaiting();
    if environment.timer().is_none() {
        exchange.forbid_waiting();
    }
    let mut event = Event::Start;
    let mut moment = Moment::of(environment).map_err(DriveError::from)?;
    loop {
        event = match exchange.resume(event, moment) {
            Step::Send { request, repeat } => Event::Answered(send(client.ok_or(NO_CLIENT)?, request, repeat)),
            Step::Wait(duration) => wait(environment, duration)?,
            Step::Join(fetch) => Event::Joined(join(&fetch, None)),
            Step::Sign(order) => Event::Signed(order.sign_blocking().ok_or(DriveError::NoRemote { what: "signer", needed: "blocking" })?),
            Step::Assert(order) => {
                Event::Asserted(order.assertion_blocking().ok_or(DriveError::NoRemote { what: "assertion factory", needed: "blocking" })?)
            }
            Step::Remember(order) => {
                Event::Remembered(order.remember_blocking().ok_or(DriveError::NoRemote { what: "replay store", needed: "blocking" })?)
            }
            Step::Await(order) => return Err(DriveError::NoRemote { what: order.what(), needed: "blocking" }.into()),
            Step::Done(result) => return result.map_err(Error::from),
        };
        moment = moment.later(environment);
    }
}

fn send(client: &dyn BlockingHttpClient, mut request: HttpRequest, repeat: Repeat) -> Result<HttpResponse, TransportError> {
    request.extensions_mut().insert(repeat);
    let trace = Trace::begin(&request);
    let response = client.send(request);
    trace.end(&response);
    response
}

fn wait(environment: &Environment, duration: std::time::Duration) -> Result<Event, DriveError> {
    tracing::debug!(target: "identity_model", ?duration, "waiting");
    environment.timer().ok_or(DriveError::NoTimer)?.sleep_blocking(duration);
    Ok(Event::Waited)
}

fn join(fetch: &SharedFetch, outer: Option<&Arc<dyn BlockingHttpClient>>) -> Result<(), DriveError> {
    loop {
        match fetch.role() {
            Role::Done => return Ok(()),
            Role::Waiter(completion) => completion.wait_blocking(),
            Role::Leader(driver) => {
                let client = fetch.clients().blocking.as_ref().or(outer).ok_or(NO_CLIENT)?;
                lead(driver, client, fetch.environment())?;
            }
        }
    }
}

fn lead(mut driver: FetchDriver, client: &Arc<dyn BlockingHttpClient>, environment: &Environment) -> Result<(), DriveError> {
    // An async call that its task left behind: only a runtime could finish it.
    driver.drop_foreign_call(|_| false);
    loop {
        let event = match driver.next_action(Moment::of(environment)?) {
            NextAction::Send { request, repeat } => {
                driver.note_failed_attempt();
                Event::Answered(send(&**client, *request, repeat))
            }
            NextAction::Wait(duration) => wait(environment, duration)?,
            NextAction::Join(inner) => {
                join(&inner, Some(client))?;
                Event::Joined(Ok(()))
            }
            NextAction::Done => return Ok(()),
        };
        driver.note(event);
    }
}

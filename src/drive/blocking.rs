//! The blocking driver: the same loop on the calling thread.

use std::sync::Arc;

use event_listener::Listener;

use super::DriveError;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Event, Exchange, ExchangeError, FetchDriver, Moment, NextAction, Role, SharedFetch, Step};
use crate::transport::{BlockingHttpClient, HttpRequest, HttpResponse, Repeat, TransportError};

/// Runs `exchange` to its end over `client` on the calling thread; the twin of [`run`](super::run).
///
/// # Errors
/// What the exchange ends with, or a configuration error where a step cannot be performed (a wait without a timer). Without a timer no failed
/// attempt is repeated, so that the failure itself is seen.
pub fn run_blocking<T, E>(mut exchange: Exchange<T, E>, client: &dyn BlockingHttpClient, environment: &Environment) -> Result<T, Error>
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
            Step::Send { request, repeat } => Event::Answered(send(client, request, repeat)),
            Step::Wait(duration) => wait(environment, duration)?,
            Step::Join(flight) => join(&flight, None, environment)?,
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

/// Runs an exchange that sends nothing of its own: whatever it needs comes from flights, which bring their clients.
pub(crate) fn run_shared_blocking<T, E>(exchange: Exchange<T, E>, environment: &Environment) -> Result<T, Error>
where
    E: From<ExchangeError>,
    Error: From<E>,
{
    run_blocking(exchange, &super::failure::NoClient, environment)
}

fn send(client: &dyn BlockingHttpClient, mut request: HttpRequest, repeat: Repeat) -> Result<HttpResponse, TransportError> {
    request.extensions_mut().insert(repeat);
    let trace = super::send::Trace::begin(&request);
    let answer = client.send(request);
    trace.end(&answer);
    answer
}

fn wait(environment: &Environment, duration: std::time::Duration) -> Result<Event, DriveError> {
    tracing::debug!(target: "identity_model", ?duration, "waiting");
    environment.timer().ok_or(DriveError::NoTimer)?.sleep_blocking(duration);
    Ok(Event::Waited)
}

fn join(flight: &SharedFetch, outer: Option<&Arc<dyn BlockingHttpClient>>, environment: &Environment) -> Result<Event, DriveError> {
    loop {
        match flight.board() {
            Role::Landed => return Ok(Event::Joined),
            Role::Follow(landing) => landing.wait(),
            Role::Lead(pilot) => {
                let client = flight.clients().blocking.as_ref().or(outer).ok_or(DriveError::NoClient { needed: "blocking HTTP client" })?;
                lead(pilot, client, environment)?;
            }
        }
    }
}

fn lead(mut pilot: FetchDriver, client: &Arc<dyn BlockingHttpClient>, environment: &Environment) -> Result<(), DriveError> {
    // An async call that its task left behind: only a runtime could finish it.
    pilot.give_up_foreign_call(|_| false);
    loop {
        let event = match pilot.duty(Moment::of(environment)?) {
            NextAction::Send(request, repeat) => {
                pilot.note_failed_attempt();
                Event::Answered(send(&**client, *request, repeat))
            }
            NextAction::Wait(duration) => wait(environment, duration)?,
            NextAction::Join(inner) => join(&inner, Some(client), environment)?,
            NextAction::Rest => return Ok(()),
        };
        pilot.note(event);
    }
}

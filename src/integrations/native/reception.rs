//! The wait for the one request that counts, in turns that never wait themselves: between them an async or a blocking caller pauses.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::Duration;

use super::LoopbackError;
use super::connection::Connection;
use super::page::Page;
use super::request::Received;
use crate::environment::{Environment, Timer};

/// Polling interval: short enough not to be noticed, long enough to cost no CPU.
const PAUSE: Duration = Duration::from_millis(20);

/// Far more connections than a browser opens to one host.
const CONNECTIONS: usize = 64;

/// What a request amounts to.
pub(super) enum Verdict<T> {
    /// It is the one that was waited for.
    Answer(T, Page),
    /// It is not, and the wait goes on.
    Other(Page),
}

/// Says what a request amounts to.
pub(super) type Judge<'j, T> = Box<dyn FnMut(Received) -> Verdict<T> + Send + 'j>;

pub(super) struct Reception<'j, T> {
    listener: TcpListener,
    judge: Judge<'j, T>,
    connections: Vec<Connection>,
    /// What came, and the connection that still has to take its page.
    answer: Option<(T, Connection)>,
    environment: Environment,
    deadline: Duration,
}

impl<'j, T> Reception<'j, T> {
    pub(super) fn new(listener: TcpListener, judge: Judge<'j, T>, environment: Environment, time_out: Duration) -> Self {
        let deadline = environment.clock().monotonic().saturating_add(time_out);
        Self { listener, judge, connections: Vec::new(), answer: None, environment, deadline }
    }

    /// Waits without blocking the thread.
    pub(super) async fn wait(mut self) -> Result<T, LoopbackError> {
        loop {
            if let Some(answer) = self.turn()? {
                return Ok(answer);
            }
            timer(&self.environment)?.sleep(PAUSE).await;
        }
    }

    /// Waits on the calling thread.
    pub(super) fn wait_blocking(mut self) -> Result<T, LoopbackError> {
        loop {
            if let Some(answer) = self.turn()? {
                return Ok(answer);
            }
            timer(&self.environment)?.sleep_blocking(PAUSE);
        }
    }

    /// Goes on as far as that goes without waiting; the response once it is there and its page is delivered.
    fn turn(&mut self) -> Result<Option<T>, LoopbackError> {
        let now = self.environment.clock().monotonic();
        if self.answer.is_none() {
            if now >= self.deadline {
                return Err(LoopbackError::TimedOut);
            }
            self.accept(now)?;
            self.serve(now);
        }
        if let Some((_, connection)) = &mut self.answer {
            connection.turn(now, |_| Page::stray());
        }
        Ok(self.answer.take_if(|(_, connection)| connection.is_closed()).map(|(answer, _)| answer))
    }

    fn accept(&mut self, now: Duration) -> Result<(), LoopbackError> {
        loop {
            match self.listener.accept() {
                Ok((stream, peer)) => {
                    if peer.ip().is_loopback() {
                        self.make_room();
                        self.connections.extend(Connection::new(stream, now));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // One that went away while it was accepted.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A peer that holds many silent connections open keeps no other out: the oldest connection gives way to the newest.
    fn make_room(&mut self) {
        if self.connections.len() < CONNECTIONS {
            return;
        }
        let oldest = self.connections.iter().enumerate().min_by_key(|(_, connection)| connection.until());
        if let Some((position, _)) = oldest {
            self.connections.swap_remove(position);
        }
    }

    fn serve(&mut self, now: Duration) {
        let mut position = 0;
        while let Some(connection) = self.connections.get_mut(position) {
            let mut answer = None;
            connection.turn(now, |received| match (self.judge)(received) {
                Verdict::Answer(value, page) => {
                    answer = Some(value);
                    page
                }
                Verdict::Other(page) => page,
            });
            let is_closed = connection.is_closed();
            if let Some(value) = answer {
                // One request: no other is read from here on.
                self.answer = Some((value, self.connections.swap_remove(position)));
                self.connections.clear();
                return;
            }
            if is_closed {
                self.connections.swap_remove(position);
            } else {
                position += 1;
            }
        }
    }
}

fn timer(environment: &Environment) -> Result<&dyn Timer, LoopbackError> {
    environment.timer().ok_or(LoopbackError::Configuration { member: "environment", problem: "has no timer to wait with" })
}

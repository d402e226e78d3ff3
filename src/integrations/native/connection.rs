//! One connection of the browser: read without waiting, answered, closed so that the page arrives.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::page::Page;
use super::request::{self, Progress, Reader, Received};

/// How long a browser may take for its request, and for taking the page.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the other side may take to close after it was told that all was said.
const LINGER: Duration = Duration::from_secs(1);

pub(super) struct Connection {
    stream: TcpStream,
    state: State,
    /// Monotonic time at which it is given up.
    until: Duration,
}

enum State {
    Reading(Reader),
    Writing(Vec<u8>),
    /// All is written; what still comes is read away, since closing before would cost the other side the page.
    Closing,
    Closed,
}

impl Connection {
    /// Takes a connection over; `None` where it is broken already.
    pub(super) fn new(stream: TcpStream, now: Duration) -> Option<Self> {
        stream.set_nonblocking(true).ok()?;
        Some(Self { stream, state: State::Reading(Reader::default()), until: now.saturating_add(PATIENCE) })
    }

    /// Monotonic time at which it is given up.
    pub(super) fn until(&self) -> Duration {
        self.until
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// Goes on as far as that goes without waiting. `answer` gives the page for a request that was read whole.
    pub(super) fn turn(&mut self, now: Duration, answer: impl FnOnce(Received) -> Page) {
        if now >= self.until {
            self.state = State::Closed;
        }
        if let State::Reading(reader) = &mut self.state {
            let is_over = !take(&mut self.stream, |octets| reader.push(octets));
            let page = match reader.read() {
                Progress::Whole(received) => Some(answer(received)),
                Progress::Malformed => Some(Page::malformed()),
                Progress::TooLarge => Some(Page::too_large()),
                Progress::Partial => None,
            };
            match page {
                Some(page) => self.state = State::Writing(page.to_response()),
                None if is_over => self.state = State::Closed,
                None => {}
            }
        }
        if let State::Writing(rest) = &mut self.state {
            match give(&mut self.stream, rest) {
                Ok(true) => {
                    let _ = self.stream.shutdown(Shutdown::Write);
                    self.until = now.saturating_add(LINGER);
                    self.state = State::Closing;
                }
                Ok(false) => {}
                Err(()) => self.state = State::Closed,
            }
        }
        if matches!(self.state, State::Closing) && !take(&mut self.stream, |_| {}) {
            self.state = State::Closed;
        }
    }
}

/// Takes what is there, within the limits; whether more may come.
fn take(stream: &mut TcpStream, mut keep: impl FnMut(&[u8])) -> bool {
    let mut chunk = [0; 4096];
    let mut taken = 0;
    while taken <= request::HEAD_LIMIT + request::BODY_LIMIT {
        match stream.read(&mut chunk) {
            Ok(0) => return false,
            Ok(count) => {
                keep(chunk.get(..count).unwrap_or_default());
                taken += count;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
    true
}

/// Writes what can be written; whether that was all.
fn give(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Result<bool, ()> {
    while !rest.is_empty() {
        match stream.write(rest) {
            Ok(0) => return Err(()),
            Ok(count) => drop(rest.drain(..count.min(rest.len()))),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(_) => return Err(()),
        }
    }
    Ok(true)
}

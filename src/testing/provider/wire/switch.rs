//! Turns a listener off and on.

use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

/// How long a change of state may take before the test goes on regardless.
const PATIENCE: Duration = Duration::from_secs(5);

pub(in crate::testing::provider) enum Command {
    /// Goes down or comes back, and reports when done.
    Down(bool, mpsc::Sender<()>),
    Stop,
}

/// Turns a listener off and on.
#[derive(Clone)]
pub(in crate::testing::provider) struct Switch(UnboundedSender<Command>);

impl Switch {
    pub(in crate::testing::provider) fn new(commands: UnboundedSender<Command>) -> Self {
        Self(commands)
    }

    /// Returns when the port is closed or open.
    pub(in crate::testing::provider) fn set_down(&self, down: bool) {
        let (done, wait) = mpsc::channel();
        if self.0.send(Command::Down(down, done)).is_ok() {
            let _gone_or_done = wait.recv_timeout(PATIENCE);
        }
    }

    pub(in crate::testing::provider) fn is_alive(&self) -> bool {
        !self.0.is_closed()
    }

    /// Ends the listener's thread; does nothing where it is gone already.
    pub(in crate::testing::provider) fn stop(&self) {
        let _gone = self.0.send(Command::Stop);
    }
}

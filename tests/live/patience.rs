//! Polling without waiting: the clock moves by the waits, and the user decides during the second one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use identity_model::environment::{Environment, FixedClock, FixedTimer, Timer};
use serde_json::Value;
use tokio::runtime::Handle;

use crate::server::Issuer;

/// A clock that moves by waiting alone, and how long was waited.
pub(crate) struct Patience {
    pub(crate) clock: FixedClock,
    timer: FixedTimer,
}

impl Patience {
    /// It is now, and nobody has waited yet.
    pub(crate) fn new() -> Self {
        let clock = FixedClock::at(SystemTime::now());
        Self { timer: FixedTimer::moving(&clock), clock }
    }

    /// Every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.timer.waits()
    }

    /// Where the polling begins.
    pub(crate) fn environment(&self) -> Environment {
        Environment::system().with_clock(self.clock.clone()).with_timer(self.timer.clone())
    }

    /// The same with a user who answers through a side door of the server during the second wait.
    pub(crate) fn with_user(&self, issuer: &Issuer, action: &'static str, answer: Value) -> Environment {
        let issuer = issuer.clone();
        self.with_answer(move || {
            let (issuer, answer) = (issuer.clone(), answer.clone());
            async move {
                issuer.ask(action, &answer).await;
            }
        })
    }

    /// The same with a user who does `answer` during the second wait.
    pub(crate) fn with_answer<F: Future<Output = ()> + Send + 'static>(
        &self,
        answer: impl Fn() -> F + Send + Sync + 'static,
    ) -> Environment {
        let answer = Arc::new(move || Box::pin(answer()) as Pin<Box<dyn Future<Output = ()> + Send>>);
        self.environment().with_timer(UserTimer { timer: self.timer.clone(), answer, runtime: Handle::current() })
    }
}

struct UserTimer {
    timer: FixedTimer,
    answer: Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>,
    runtime: Handle,
}

#[async_trait]
impl Timer for UserTimer {
    async fn sleep(&self, duration: Duration) {
        self.timer.sleep(duration).await;
        if self.timer.waits().len() == 2 {
            (self.answer)().await;
        }
    }

    fn sleep_blocking(&self, duration: Duration) {
        self.timer.sleep_blocking(duration);
        if self.timer.waits().len() == 2 {
            self.runtime.block_on((self.answer)());
        }
    }
}

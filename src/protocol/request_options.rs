//! The members that all requests share.

use std::time::Duration;

use super::discovery::DiscoveryPolicy;
use super::extra_parameter::Extra;
use crate::environment::Environment;
use crate::transport::{BodyLimit, RetrySettings};

/// The members that all requests share; its setters stand on every builder.
#[derive(Clone, Default)]
pub(crate) struct RequestOptions {
    pub(crate) policy: Option<DiscoveryPolicy>,
    pub(crate) parameters: Vec<Extra>,
    pub(super) headers: Vec<(String, String)>,
    pub(crate) environment: Environment,
    pub(crate) retry: Option<RetrySettings>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) body_limit: Option<usize>,
}

impl RequestOptions {
    pub(crate) fn add_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// The options for a message that follows from this one: policy, environment and limits of time, without the caller's own parameters
    /// and headers, which were meant for the first.
    pub(crate) fn for_another_message(&self) -> Self {
        Self { parameters: Vec::new(), headers: Vec::new(), body_limit: None, ..self.clone() }
    }

    pub(crate) fn body_limit(&self, default: BodyLimit) -> usize {
        self.body_limit.unwrap_or(default.0)
    }
}

//! The members that all requests share.

use std::time::Duration;

use super::discovery::DiscoveryPolicy;
use super::dpop::{DpopKey, DpopOptions};
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
    dpop: Option<Box<DpopOptions>>,
}

impl RequestOptions {
    /// The options of a message that is sent once, whatever comes of it.
    pub(crate) fn unrepeated() -> Self {
        Self { retry: Some(RetrySettings::NONE), ..Self::default() }
    }

    /// What is said about DPoP, to be added to.
    pub(crate) fn dpop_mut(&mut self) -> &mut DpopOptions {
        self.dpop.get_or_insert_default()
    }

    /// What is said about DPoP, where anything is.
    pub(crate) fn dpop(&self) -> Option<&DpopOptions> {
        self.dpop.as_deref()
    }

    /// The key that tokens are bound to.
    pub(crate) fn dpop_key(&self) -> Option<&DpopKey> {
        self.dpop.as_ref()?.key.as_ref()
    }

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

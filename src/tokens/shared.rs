//! What a manager and all its sources share.

use std::sync::Arc;

use super::TokenManagerSettings;
use super::gate::Gate;
use super::table::Table;
use crate::environment::Environment;
use crate::transport::HttpClients;

/// What all sources of a manager share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) table: Table,
    pub(super) gate: Arc<Gate>,
    pub(super) settings: TokenManagerSettings,
    pub(super) clients: HttpClients,
    pub(super) environment: Environment,
}

//! How many token requests may be under way at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{TokenError, TokenManagerSettings};
use crate::error::Error;
use crate::exchange::Port;

/// How often a request that waits for its turn looks again: short against a token request, long against a look.
const TURN: Duration = Duration::from_millis(20);

/// Counts the requests under way, in all and by tenant.
#[derive(Debug)]
pub(super) struct Gate {
    counts: Mutex<Counts>,
    total: usize,
    per_tenant: usize,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    tenants: HashMap<Option<String>, usize>,
}

/// The right to have one request under way, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    gate: Arc<Gate>,
    tenant: Option<String>,
}

impl Gate {
    pub(super) fn new(settings: &TokenManagerSettings) -> Arc<Self> {
        let (total, per_tenant) = (settings.requests.max(1), settings.tenant_requests.max(1));
        Arc::new(Self { counts: Mutex::default(), total, per_tenant })
    }

    /// Waits for its turn until `deadline` has passed.
    pub(super) async fn enter(self: &Arc<Self>, tenant: &Option<String>, deadline: Duration, port: &Port) -> Result<Permit, Error> {
        let began = port.monotonic();
        loop {
            let refusal = match self.try_enter(tenant) {
                Ok(permit) => return Ok(permit),
                Err(refusal) => refusal,
            };
            if !port.can_wait() || port.monotonic().saturating_sub(began) >= deadline {
                return Err(refusal.into());
            }
            port.wait(TURN).await;
        }
    }

    fn try_enter(self: &Arc<Self>, tenant: &Option<String>) -> Result<Permit, TokenError> {
        let mut counts = self.counts();
        if counts.all >= self.total {
            let setter = "TokenManagerSettings::with_concurrent_requests";
            return Err(TokenError::TooManyRequests { limit: self.total, scope: "in all", setter });
        }
        let of_tenant = counts.tenants.entry(tenant.clone()).or_default();
        if *of_tenant >= self.per_tenant {
            let setter = "TokenManagerSettings::with_concurrent_tenant_requests";
            return Err(TokenError::TooManyRequests { limit: self.per_tenant, scope: "of one tenant", setter });
        }
        *of_tenant += 1;
        counts.all += 1;
        Ok(Permit { gate: Arc::clone(self), tenant: tenant.clone() })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.gate.counts();
        counts.all = counts.all.saturating_sub(1);
        if let Some(of_tenant) = counts.tenants.get_mut(&self.tenant) {
            *of_tenant = of_tenant.saturating_sub(1);
            if *of_tenant == 0 {
                counts.tenants.remove(&self.tenant);
            }
        }
    }
}

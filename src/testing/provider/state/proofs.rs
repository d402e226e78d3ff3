//! What the provider knows of proofs of possession: when it demands nonces, which proofs it has seen (RFC 9449).

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// When a [`TestProvider`](crate::testing::TestProvider) that knows DPoP demands its nonce in proofs (RFC 9449 section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DpopNonces {
    /// Never: a proof is in time by its `iat`, five minutes to either side.
    #[default]
    Never,
    /// In the first proof of each key; later ones are taken without or with any nonce. Every response brings one.
    Sometimes,
    /// In every proof, and the newest alone: every response of one kind of endpoint (authorization server, userinfo) brings another one.
    Always,
}

/// What the provider remembers of proofs.
#[derive(Default)]
pub(in crate::testing::provider) struct Proofs(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// Key and `jti` of every proof.
    used: HashSet<(String, String)>,
    /// The keys that have shown a nonce.
    greeted: HashSet<String>,
    /// How many nonces were handed out, by the authorization server and by userinfo.
    issued: [u64; 2],
}

impl Proofs {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The nonce of the authorization server, or of userinfo.
    pub(in crate::testing::provider) fn nonce(&self, is_resource: bool) -> String {
        let [server, resource] = self.memory().issued;
        if is_resource { format!("resource-nonce-{resource}") } else { format!("server-nonce-{server}") }
    }

    pub(in crate::testing::provider) fn renew(&self, is_resource: bool) {
        let mut memory = self.memory();
        let [server, resource] = &mut memory.issued;
        *(if is_resource { resource } else { server }) += 1;
    }

    /// Whether a proof was not seen before.
    pub(in crate::testing::provider) fn is_first(&self, thumbprint: String, id: &str) -> bool {
        self.memory().used.insert((thumbprint, id.to_owned()))
    }

    /// Whether the key has shown a nonce, now or before.
    pub(in crate::testing::provider) fn has_shown_nonce(&self, thumbprint: &str, shows_nonce: bool) -> bool {
        let mut memory = self.memory();
        if shows_nonce {
            memory.greeted.insert(thumbprint.to_owned());
        }
        memory.greeted.contains(thumbprint)
    }
}

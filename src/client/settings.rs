//! The settings of a client: identity, credentials, and what was registered with the provider.

use std::time::Duration;

use super::credentials::Credentials;
use super::dpop::ClientDpop;
use crate::cache::ReplayGuard;
use crate::jose::{ContentEncryptionAlgorithm, DecryptionKeys, KeyManagementAlgorithm, SignatureAlgorithm};
use crate::profile::Profile;
use crate::protocol::authorize::{RequestObjectSettings, ResponseMode, ResponseType};
use crate::validation::{ClaimValidators, ClockSkew, RulesAdjustment, TokenKind};

/// How long a login through the browser may live at most.
pub(super) const LONGEST_LOGIN: Duration = Duration::from_secs(24 * 60 * 60);

/// What is wrong with a lifetime above it.
pub(super) const LIFETIME_PROBLEM: &str = "is too long: a login lives 24 hours at most";

/// Everything that is the client's own.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) client_id: String,
    pub(crate) credentials: Credentials,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) post_logout_redirect_uri: Option<String>,
    pub(crate) scope: Vec<String>,
    pub(crate) validators: ClaimValidators,
    pub(crate) id_token: RegisteredAlgorithms,
    pub(crate) user_info: RegisteredAlgorithms,
    pub(crate) introspection: RegisteredAlgorithms,
    pub(crate) authorization: RegisteredAlgorithms,
    pub(crate) decryption_keys: Option<DecryptionKeys>,
    pub(crate) leeway: Duration,
    pub(crate) clock_skew: ClockSkew,
    pub(crate) default_max_age: Option<Duration>,
    pub(crate) require_auth_time: bool,
    pub(crate) uses_mtls_aliases: bool,
    pub(crate) dpop: Option<ClientDpop>,
    pub(crate) name_claim_type: String,
    pub(crate) role_claim_type: String,
    pub(crate) load_user_info: bool,
    pub(crate) ignores_auth_time_of_refresh: bool,
    pub(crate) id_token_rules: Option<RulesAdjustment>,
    pub(crate) logout_token_rules: Option<RulesAdjustment>,
    pub(crate) access_token_rules: Option<RulesAdjustment>,
    pub(crate) access_token_kind: TokenKind,
    pub(crate) response_type: ResponseType,
    pub(crate) response_mode: Option<ResponseMode>,
    pub(crate) request_object: Option<RequestObjectSettings>,
    pub(crate) pushed: Option<bool>,
    pub(crate) login_lifetime: Option<Duration>,
    /// Whether a login is one of OpenID Connect.
    pub(crate) is_openid: bool,
    pub(crate) profile: Option<Profile>,
    /// Which logins were finished. Callbacks are anonymous, so what they fill is not where logout tokens are remembered.
    pub(crate) finished_logins: ReplayGuard,
    pub(crate) used_logout_tokens: ReplayGuard,
}

impl Settings {
    /// Each kind of response and the setter of its encryption.
    pub(crate) fn registered_algorithms(&self) -> [(&'static str, RegisteredAlgorithms); 4] {
        [
            ("id_token_encrypted_response", self.id_token),
            ("userinfo_encrypted_response", self.user_info),
            ("introspection_encrypted_response", self.introspection),
            ("authorization_encrypted_response", self.authorization),
        ]
    }
}

/// How one kind of response is signed and encrypted, as it was registered.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RegisteredAlgorithms {
    pub(crate) signed: Option<SignatureAlgorithm>,
    pub(crate) encrypted: Option<(KeyManagementAlgorithm, ContentEncryptionAlgorithm)>,
}

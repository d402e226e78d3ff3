//! Rules that an application adds to those of a client: the options of a token beside issuer, audience, algorithms and all else that the
//! client itself is told by setters of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Settings;
use crate::jose::crypto::CryptoProvider;
use crate::jose::{KeySelection, TokenLimits};
use crate::validation::ExpectedAudience;
use crate::validation::claim_name::ClaimName;
use crate::validation::claim_presence::ClaimPresence;

/// The rules for one kind of token, as a client has made them, to be adjusted.
///
/// Handed to the function that [`id_token_rules`](crate::client::OidcClientBuilder::id_token_rules) and its like take. The methods are those of
/// [`TokenValidationOptionsBuilder`](crate::validation::TokenValidationOptionsBuilder) by the same names, with the same defaults; what the client
/// has a setter for (algorithms, leeway, claim types…) is said there. What weakens a check says `danger`.
///
/// # Example
/// ```
/// use identity_model::client::OidcClient;
/// use identity_model::jose::KeySelection;
///
/// let client = OidcClient::builder()
///     .issuer("https://idp.example.com")
///     .client_id("web")
///     .id_token_rules(|rules| rules.key_selection(KeySelection::TryEach { at_most: 4 }).required_claim("email"));
/// ```
#[must_use = "the function hands the adjusted rules back"]
pub struct TokenRules(Settings);

impl TokenRules {
    pub(super) fn new(settings: Settings) -> Self {
        Self(settings)
    }

    fn switches_mut(&mut self) -> &mut ClaimPresence {
        &mut self.0.switches
    }

    pub(super) fn into_settings(self) -> Settings {
        self.0
    }

    /// What to do where more than one key matches. Default: reject the token.
    pub fn key_selection(mut self, selection: KeySelection) -> Self {
        self.0.key_selection = selection;
        self
    }

    /// Who does the cryptography. Default: the compiled-in provider.
    pub fn provider(mut self, provider: Arc<dyn CryptoProvider>) -> Self {
        self.0.provider = Some(provider);
        self
    }

    /// How long a token and its header may be. Default: 256 KiB and 16 KiB.
    pub fn limits(mut self, limits: TokenLimits) -> Self {
        self.0.limits = limits;
        self
    }

    /// How long ago `iat` may be, the leeway on top. Default: as the flow says.
    pub fn max_issued_age(mut self, age: Duration) -> Self {
        self.0.max_issued_age = Some(age);
        self
    }

    /// How far away `exp` may be, the leeway on top. Default: any time.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.0.max_lifetime = Some(lifetime);
        self
    }

    /// The header's `typ` must be this one, beside the kind's own rule. Default: the kind's rule alone.
    pub fn token_type(mut self, token_type: impl Into<String>) -> Self {
        self.0.token_type = Some(token_type.into());
        self
    }

    /// The client that `azp` must name where it is present, one or several. Default: the client itself for an ID token, else not looked at.
    pub fn authorized_party(mut self, parties: impl Into<ExpectedAudience>) -> Self {
        self.0.authorized_party = Some(parties.into());
        self
    }

    /// The audiences that an ID token may have beside this client (OpenID Connect Core section 3.1.3.7 step 3). Default: none.
    pub fn trusted_audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.trusted_audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// Accepts an ID token with any audiences beside this client. Default: only [`trusted_audiences`](Self::trusted_audiences).
    pub fn danger_any_additional_audience(mut self) -> Self {
        self.0.any_additional_audience = true;
        self
    }

    /// How the principal counts as authenticated. Default: `Bearer` for access tokens, `OpenIdConnect` otherwise.
    pub fn authentication_type(mut self, authentication_type: impl Into<String>) -> Self {
        self.0.authentication_type = Some(authentication_type.into());
        self
    }

    /// The claim `name` must be there, whatever its value. May be said any number of times.
    pub fn required_claim(mut self, name: impl Into<String>) -> Self {
        self.0.required_claims.push(name.into());
        self
    }

    /// The scope `name` must be among those of an access token. May be said any number of times; each is demanded.
    pub fn required_scope(mut self, name: impl Into<String>) -> Self {
        self.0.required_scopes.push(name.into());
        self
    }

    /// Demands that an access token be bound to a key or certificate (`cnf`). Default: a bearer is fine.
    pub fn require_cnf(mut self) -> Self {
        self.0.switches.require(ClaimName::Cnf);
        self
    }

    /// Does not look at `cnf`: a token that was stolen from its holder is accepted as a plain bearer. Only behind a gateway that checks.
    pub fn danger_skip_cnf(mut self) -> Self {
        self.0.switches.skip(ClaimName::Cnf);
        self
    }
}

super::builder::switched_claims!(super::builder::switches, [] TokenRules);

impl fmt::Debug for TokenRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRules").field("kind", &self.0.kind).finish_non_exhaustive()
    }
}

/// A function that adjusts rules, kept until they are made.
#[derive(Clone)]
pub(crate) struct RulesAdjustment(Arc<dyn Fn(TokenRules) -> TokenRules + Send + Sync>);

impl RulesAdjustment {
    pub(crate) fn new(adjust: impl Fn(TokenRules) -> TokenRules + Send + Sync + 'static) -> Self {
        Self(Arc::new(adjust))
    }

    pub(super) fn apply(&self, rules: TokenRules) -> TokenRules {
        (self.0)(rules)
    }
}

impl fmt::Debug for RulesAdjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RulesAdjustment")
    }
}

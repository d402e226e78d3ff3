//! The rules of a validator: what holds for every token it judges.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::claim_name::{ClaimName, ClaimSet};
use super::claim_presence::ClaimPresence;
use super::expected::Expected;
use super::{
    AsyncClaimValidator, ClaimValidator, ExpectedAudience, ExpectedIssuer, TokenKind, ValidationError, ValidationErrorKind, ValidationStage,
};
use crate::jose::crypto::CryptoProvider;
use crate::jose::{
    AlgorithmSet, ContentEncryptionSet, DecryptionKeys, JoseError, JweDecrypter, JwsVerifier, KeyManagementSet, KeySelection, TokenLimits,
};

mod adjust;
mod builder;

pub(crate) use adjust::RulesAdjustment;
pub use adjust::TokenRules;

/// How this machine's clock stands against the issuer's, where that is known. Apart from the leeway, which forgives both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClockSkew {
    /// It is right.
    #[default]
    None,
    /// It is ahead by this much.
    Ahead(Duration),
    /// It is behind by this much.
    Behind(Duration),
}

/// The rules a token is judged by: cheap to clone, safe to share.
///
/// Starts from a kind ([`id_token`](Self::id_token), [`access_token`](Self::access_token)…), which brings what that kind demands;
/// issuer and audience have to be said. What belongs to one token alone (its nonce, the access token beside it, a proof of
/// possession) is added by the `with_…` methods, on a copy. The signature cannot be switched off; whatever weakens another rule has
/// `danger` in its name.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::jose::SignatureAlgorithm;
/// use identity_model::validation::TokenValidationOptions;
///
/// let options = TokenValidationOptions::id_token()
///     .issuer("https://issuer.example.com")
///     .audience("client-abc")
///     .algorithms([SignatureAlgorithm::RS256, SignatureAlgorithm::ES256])
///     .leeway(Duration::from_secs(5))
///     .required_claim("email")
///     .build();
/// let of_one_login = options.clone().with_nonce("n-0S6_WzA2Mj").with_max_age(Duration::from_secs(3600));
/// ```
#[derive(Clone)]
pub struct TokenValidationOptions {
    pub(super) rules: Arc<Rules>,
    pub(super) expected: Option<Box<Expected>>,
}

/// The finished rules.
pub(super) struct Rules {
    pub(super) settings: Settings,
    pub(super) required: ClaimSet,
    /// What an introspection response has to say.
    pub(super) required_of_answer: ClaimSet,
    pub(super) verifier: Result<JwsVerifier, JoseError>,
    /// Where there are keys to decrypt with.
    pub(super) decrypter: Option<Result<JweDecrypter, JoseError>>,
}

#[derive(Clone, bon::Builder)]
#[builder(
    builder_type(name = TokenValidationOptionsBuilder, vis = "pub", doc {
        /// Builds [`TokenValidationOptions`]: issuer and audience must be set, the rest has safe defaults.
    }),
    state_mod(name = token_validation_options_builder, vis = "pub(crate)"),
    start_fn(vis = "pub(super)"),
    finish_fn(name = assemble, vis = ""),
    on(String, into)
)]
pub(super) struct Settings {
    #[builder(start_fn)]
    pub(super) kind: TokenKind,
    #[builder(start_fn)]
    pub(super) front_channel: bool,
    #[builder(field)]
    pub(super) switches: ClaimPresence,
    #[builder(field)]
    pub(super) required_claims: Vec<String>,
    #[builder(field)]
    pub(super) required_scopes: Vec<String>,
    #[builder(field)]
    pub(super) validators: Vec<Arc<dyn ClaimValidator>>,
    #[builder(field)]
    pub(super) async_validators: Vec<Arc<dyn AsyncClaimValidator>>,
    #[builder(field)]
    pub(super) encryption_required: bool,
    #[builder(field)]
    pub(super) any_additional_audience: bool,
    /// Who may have made the token: one issuer, a list of them, or an [`ExpectedIssuer`].
    #[builder(with = |issuer: impl Into<ExpectedIssuer>| issuer.into())]
    pub(super) issuer: ExpectedIssuer,
    /// Whom the token must be for: the client id for an ID token, the resource's identifier for an access token; one or several.
    #[builder(with = |audience: impl Into<ExpectedAudience>| audience.into())]
    pub(super) audience: ExpectedAudience,
    /// The audiences that an ID token may have beside this client (OpenID Connect Core section 3.1.3.7 step 3); where all of them are among
    /// these, `azp` need not be there. Default: none, so an ID token with another audience is rejected.
    #[builder(default, with = |audiences: impl IntoIterator<Item = impl Into<String>>| audiences.into_iter().map(Into::into).collect())]
    pub(super) trusted_audiences: Vec<String>,
    /// The algorithms that are allowed. Default: those of the kind ([`TokenKind`]). HMAC only if it is named here. An empty set accepts
    /// no token.
    #[builder(with = |algorithms: impl Into<AlgorithmSet>| algorithms.into())]
    pub(super) algorithms: Option<AlgorithmSet>,
    /// What to do where more than one key fits, to verify or to decrypt with. Default: reject.
    #[builder(default)]
    pub(super) key_selection: KeySelection,
    /// Who does the cryptography. Default: the compiled-in provider.
    pub(super) provider: Option<Arc<dyn CryptoProvider>>,
    /// The application's keys to decrypt with. Encrypted tokens are accepted then, if what they hold is a signed token (OpenID Connect Core
    /// section 16.14); unencrypted ones still are, unless [`require_encryption`](Self::require_encryption) is said. The cryptography is
    /// that of each key. Default: none, so encrypted tokens are rejected.
    #[builder(with = |keys: impl Into<DecryptionKeys>| keys.into())]
    pub(super) decryption_keys: Option<DecryptionKeys>,
    /// The `alg` values allowed of encrypted tokens. Default: RSA-OAEP and ECDH-ES in all their variants; shared secrets only if they
    /// are named here. An empty set accepts no token where there are decryption keys.
    #[builder(default = KeyManagementSet::ASYMMETRIC, with = |algorithms: impl Into<KeyManagementSet>| algorithms.into())]
    pub(super) key_management_algorithms: KeyManagementSet,
    /// The `enc` values allowed of encrypted tokens. Default: all of the table. An empty set accepts no token where there are
    /// decryption keys.
    #[builder(default = ContentEncryptionSet::ALL, with = |algorithms: impl Into<ContentEncryptionSet>| algorithms.into())]
    pub(super) content_encryption_algorithms: ContentEncryptionSet,
    /// How long a token and its header may be. Default: 256 KiB and 16 KiB.
    #[builder(default)]
    pub(super) limits: TokenLimits,
    /// How far clocks may differ, either way. Default: 30 seconds.
    #[builder(default = Duration::from_secs(30))]
    pub(super) leeway: Duration,
    /// How this machine's clock is known to stand. Default: right.
    #[builder(default)]
    pub(super) clock_skew: ClockSkew,
    /// How long ago `iat` may be, the leeway on top. Default: any time, one hour for an ID token from the front channel, a week for one that
    /// was pushed (CIBA).
    pub(super) max_issued_age: Option<Duration>,
    /// How far away `exp` may be, the leeway on top. Default: any time, ten minutes for an authorization response (JARM section 2.1).
    pub(super) max_lifetime: Option<Duration>,
    /// The header's `typ` must be this one, beside the kind's own rule; for [`TokenKind::Other`] it is the only rule. Compared without
    /// case and without `application/`. Default: the kind's rule alone.
    pub(super) token_type: Option<String>,
    /// The client that `azp` must name where it is present, one or several. Default: for an ID token one of the audiences, else not
    /// looked at.
    #[builder(with = |parties: impl Into<ExpectedAudience>| parties.into())]
    pub(super) authorized_party: Option<ExpectedAudience>,
    /// The type of the claim that is the name of the [principal](super::ValidatedToken::principal). Default: `name`.
    #[builder(default = "name".to_owned())]
    pub(super) name_claim_type: String,
    /// The type of the claims that are its roles. Default: `role`.
    #[builder(default = "role".to_owned())]
    pub(super) role_claim_type: String,
    /// How the principal counts as authenticated. Default: `Bearer` for access tokens, `OpenIdConnect` otherwise.
    pub(super) authentication_type: Option<String>,
}

impl TokenValidationOptions {
    /// Rules for a kind of token.
    pub fn builder(kind: TokenKind) -> TokenValidationOptionsBuilder {
        Settings::builder(kind, false)
    }

    /// Rules for an ID token from the token endpoint ([`TokenKind::IdToken`]). The audience is the client id.
    pub fn id_token() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::IdToken)
    }

    /// Rules for an ID token that came through the browser (OpenID Connect Core sections 3.2.2.11 and 3.3.2.11): `nonce` has to be
    /// stated and fit, `c_hash` and `at_hash` have to be there for what came along, `iat` is at most an hour ago.
    pub fn front_channel_id_token() -> TokenValidationOptionsBuilder {
        Settings::builder(TokenKind::IdToken, true)
    }

    /// Rules for an access token of RFC 9068 ([`TokenKind::AccessToken`]).
    pub fn access_token() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::AccessToken)
    }

    /// Rules for an access token of a server without `at+jwt` ([`TokenKind::PlainAccessToken`]).
    pub fn plain_access_token() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::PlainAccessToken)
    }

    /// Rules for a logout token ([`TokenKind::LogoutToken`]). The audience is the client id. The caller remembers `jti`.
    pub fn logout_token() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::LogoutToken)
    }

    /// Rules for a signed authorization response ([`TokenKind::AuthorizationResponse`]). The audience is the client id.
    pub fn authorization_response() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::AuthorizationResponse)
    }

    /// Rules for a signed introspection response ([`TokenKind::IntrospectionResponse`]). The audience is the caller of the endpoint.
    pub fn introspection_response() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::IntrospectionResponse)
    }

    /// Rules for a signed UserInfo response ([`TokenKind::UserInfoResponse`]). The audience is the client id; algorithms must be stated.
    pub fn user_info_response() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::UserInfoResponse)
    }

    /// Rules for the claims that a claims provider makes ([`TokenKind::ClaimSource`]). The audience is the client id, where a source names one.
    pub fn claim_source() -> TokenValidationOptionsBuilder {
        Self::builder(TokenKind::ClaimSource)
    }

    /// The kind of token that is accepted.
    pub fn token_kind(&self) -> TokenKind {
        self.rules.settings.kind
    }

    /// The issuers that are accepted: where a validator for several finds the keys before anything is fetched.
    pub fn expected_issuer(&self) -> &ExpectedIssuer {
        &self.rules.settings.issuer
    }

    /// The audiences that are accepted.
    pub fn expected_audience(&self) -> &ExpectedAudience {
        &self.rules.settings.audience
    }

    /// The algorithms that are allowed; empty where the options accept no token.
    pub fn algorithms(&self) -> AlgorithmSet {
        self.rules.verifier.as_ref().map_or(AlgorithmSet::EMPTY, JwsVerifier::allowed)
    }

    /// Whether a validator has to be waited for: then only [`Verified::check_async`](super::Verified::check_async) accepts a token.
    pub fn has_async_validators(&self) -> bool {
        !self.rules.settings.async_validators.is_empty()
    }

    /// Whether the rules are the very same, not only equal: one set of options is a copy of the other, whatever is expected besides.
    /// Whether a claim that the kind demands may be absent, is not looked at, or another audience passes.
    pub(crate) fn is_weakened(&self) -> bool {
        let settings = &self.rules.settings;
        settings.any_additional_audience || settings.switches.is_weakened()
    }

    pub(crate) fn has_rules_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rules, &other.rules)
    }

    /// Rejects validators that have to be awaited, where nothing can be awaited.
    pub(crate) fn reject_async_validators(&self, stage: ValidationStage) -> Result<(), ValidationError> {
        let Some(validator) = self.rules.settings.async_validators.first() else { return Ok(()) };
        let rejected = ValidationError::new(ValidationErrorKind::Configuration, stage, self.token_kind());
        Err(rejected.by_validator(validator.name()).expecting("an async call: this validator has to be awaited"))
    }

    pub(super) fn expected(&self) -> &Expected {
        static NOTHING: LazyLock<Expected> = LazyLock::new(Expected::default);
        self.expected.as_deref().unwrap_or(&NOTHING)
    }

    pub(super) fn expect(mut self, change: impl FnOnce(&mut Expected)) -> Self {
        change(self.expected.get_or_insert_default());
        self
    }

    pub(super) fn skips(&self, name: ClaimName) -> bool {
        self.rules.settings.switches.skipped.contains(name)
    }
}

impl fmt::Debug for TokenValidationOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenValidationOptions")
            .field("kind", &self.rules.settings.kind)
            .field("issuer", &self.rules.settings.issuer)
            .field("audience", &self.rules.settings.audience)
            .field("algorithms", &self.algorithms())
            .finish_non_exhaustive()
    }
}

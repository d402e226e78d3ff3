//! The builder of a login transaction.

use std::time::{Duration, SystemTime};

use super::transaction_error::TransactionError;
use super::{LoginTransaction, ResponseMode, ResponseType};
use crate::builder_state::Unset;
use crate::encoding::epoch;
use crate::protocol::discovery::Address;
use crate::secret::{CodeVerifier, SecretText};

/// How long a login may take unless something else is said.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

#[derive(bon::Builder)]
#[builder(
    builder_type(name = LoginTransactionBuilder, vis = "pub", doc {
        /// Builds a [`LoginTransaction`].
    }),
    state_mod(name = login_transaction_builder, vis = "pub(crate)"),
    finish_fn(name = assemble, vis = ""),
    on(String, into)
)]
struct Parts {
    /// The provider's issuer, verbatim from its document: `iss` of the callback and of the ID token is compared with it.
    issuer: String,
    /// The client's identifier.
    client_id: String,
    /// The redirect URI of the authorization request; the token request repeats it byte for byte.
    redirect_uri: String,
    /// What was asked for. Default: `code`.
    #[builder(default)]
    response_type: ResponseType,
    /// How the response was asked to be returned. Default: not said, so as the response type has it.
    response_mode: Option<ResponseMode>,
    /// The state that was sent.
    #[builder(setters(name = sent_state, vis = ""), required)]
    state: Option<SecretText>,
    /// The nonce that was sent. Default: none, and then an ID token must not carry one.
    #[builder(into)]
    nonce: Option<SecretText>,
    /// The PKCE verifier; needed wherever a code comes back.
    #[builder(into)]
    code_verifier: Option<CodeVerifier>,
    /// The token endpoint; needed wherever a code comes back. Its mTLS alias is kept with it.
    #[builder(into)]
    token_endpoint: Option<Address>,
    /// The UserInfo endpoint. Default: none.
    #[builder(into)]
    userinfo_endpoint: Option<Address>,
    /// Where the provider's keys are. Default: not kept.
    #[builder(into)]
    jwks_uri: Option<Address>,
    /// Whether the server's metadata says `authorization_response_iss_parameter_supported`: then a callback without `iss` is rejected (RFC 9207
    /// section 2.4). Default: no; an `iss` that comes all the same is compared.
    #[builder(default)]
    expects_iss: bool,
    /// The `max_age` that was asked for, or the client's registered `default_max_age`. Default: none.
    max_age: Option<Duration>,
    /// Whether the client is registered with `require_auth_time`. Default: no.
    #[builder(default)]
    requires_auth_time: bool,
    /// The values of `acr` that were asked for as essential: the ID token must have one of them. Default: none.
    #[builder(default, with = |values: impl IntoIterator<Item = impl Into<String>>| values.into_iter().map(Into::into).collect())]
    essential_acr: Vec<String>,
    /// The scopes that were asked for. With `openid` among them an ID token has to come. Default: none.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// The thumbprint of the DPoP key that the code is bound to (RFC 9449 section 10). Default: not bound.
    dpop_thumbprint: Option<String>,
    /// When the login was begun.
    begun_at: SystemTime,
    /// How long it may take. Default: ten minutes.
    #[builder(default = LIFETIME)]
    lifetime: Duration,
}

impl<S: login_transaction_builder::State> LoginTransactionBuilder<S> {
    /// The state that was sent: the callback must bring it back.
    pub fn state(self, state: impl Into<SecretText>) -> LoginTransactionBuilder<login_transaction_builder::SetState<S>>
    where
        S::State: Unset,
    {
        self.sent_state(Some(state.into()))
    }

    /// No state was sent: a callback must not carry one, and nothing but PKCE and the nonce ties it to this browser.
    pub fn danger_no_state(self) -> LoginTransactionBuilder<login_transaction_builder::SetState<S>>
    where
        S::State: Unset,
    {
        self.sent_state(None)
    }

    /// The transaction.
    ///
    /// # Errors
    /// [`TransactionError::Setting`] that names the member at fault.
    pub fn build(self) -> Result<LoginTransaction, TransactionError>
    where
        S: login_transaction_builder::IsComplete,
    {
        let parts = self.assemble();
        let kept = |address: Address| Address::kept(address.as_str(), &parts.issuer, address.alias().map(str::to_owned));
        let begun_at = epoch::seconds(parts.begun_at);
        let transaction = LoginTransaction {
            token_endpoint: parts.token_endpoint.map(kept),
            userinfo_endpoint: parts.userinfo_endpoint.map(kept),
            // Keys are never fetched by way of an alias (RFC 8705 section 5).
            jwks_uri: parts.jwks_uri.map(|address| Address::kept(address.as_str(), &parts.issuer, None)),
            issuer: parts.issuer,
            client_id: parts.client_id,
            redirect_uri: parts.redirect_uri,
            response_type: parts.response_type,
            response_mode: parts.response_mode,
            state: parts.state,
            nonce: parts.nonce,
            code_verifier: parts.code_verifier,
            expects_iss: parts.expects_iss,
            max_age: parts.max_age,
            requires_auth_time: parts.requires_auth_time,
            essential_acr: parts.essential_acr,
            scope: parts.scope.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect(),
            dpop_thumbprint: parts.dpop_thumbprint,
            begun_at,
            expires_at: begun_at.saturating_add(i64::try_from(parts.lifetime.as_secs()).unwrap_or(i64::MAX)),
        };
        transaction.sound()
    }
}

impl LoginTransaction {
    /// By hand, for an authorization request that was made by hand.
    pub fn builder() -> LoginTransactionBuilder {
        Parts::builder()
    }
}

//! The way out that the client begins: the address at the provider that the browser is sent to.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use bon::Builder;
use url::Url;

use super::LogoutTransaction;
use crate::constants::parameters;
use crate::encoding::base64url;
use crate::encoding::form::Form;
use crate::environment::Environment;
use crate::protocol::discovery::{Address, DiscoveryPolicy};
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;
use crate::protocol::parameters::{Extra, Parameters};
use crate::protocol::request::{RequestOptions, with_query};
use crate::secret::{IdentityToken, SecretText};

const ENDPOINT: &str = "end session endpoint";

/// The members of the request, none of which an extra parameter may stand for.
const OWN: [&str; 6] = [
    parameters::ID_TOKEN_HINT,
    parameters::LOGOUT_HINT,
    parameters::CLIENT_ID,
    parameters::POST_LOGOUT_REDIRECT_URI,
    parameters::STATE,
    parameters::UI_LOCALES,
];

/// Sends the user to the provider to log out there too.
///
/// OpenID Connect RP-Initiated Logout 1.0 section 2. Nothing is sent by this crate: [`begin`](Self::begin) makes the address for the browser and
/// what the application keeps until the user is back. The application ends its own session itself, before it redirects. One of `client_id` and
/// `id_token_hint` is needed, so that the provider knows whose user he is; with the hint most providers do not ask again. The address is
/// held against the policy as every other; its own query is kept, a fragment is dropped. A `state` of 256 random bits is added where the user
/// is to come back. Default: he is not.
///
/// # Errors
/// [`begin`](Self::begin) fails with [`RequestError::Policy`] where the policy rejects the address, with [`RequestError::Configuration`]
/// for a request that cannot be right, with [`RequestError::Entropy`] where there are no random bytes.
///
/// # Example
/// ```
/// use identity_model::protocol::logout::EndSessionRequest;
/// use identity_model::secret::IdentityToken;
///
/// let begun = EndSessionRequest::builder()
///     .address("https://idp.example.com/logout") // or `disco.end_session_endpoint()?`
///     .client_id("app")
///     .id_token_hint(IdentityToken::new("header.payload.signature")) // the one that the login ended with
///     .post_logout_redirect_uri("https://app.example.com/goodbye")
///     .begin()?;
/// assert!(begun.url().starts_with("https://idp.example.com/logout?id_token_hint=header.payload.signature&client_id=app&"));
/// let to_keep = serde_json::to_string(begun.transaction())?;
/// # assert!(to_keep.contains("goodbye"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct EndSessionRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The end-session endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier. Default: the provider reads it from the ID token.
    client_id: Option<String>,
    /// The ID token that the login ended with, expired or not. Default: none.
    #[builder(into)]
    id_token_hint: Option<IdentityToken>,
    /// Where the user comes back to, byte for byte as it was registered. Default: he stays at the provider.
    post_logout_redirect_uri: Option<String>,
    /// Who is about to log out: a name, an address, or the `sid` of their session. Default: not named.
    logout_hint: Option<String>,
    /// The languages of the provider's pages, best first (BCP 47). Default: the provider's choice.
    #[builder(default, with = |locales: impl IntoIterator<Item = impl Into<String>>| locales.into_iter().map(Into::into).collect())]
    ui_locales: Vec<String>,
    /// How long the user may take to come back. Default: 15 minutes.
    #[builder(default = Duration::from_secs(15 * 60))]
    lifetime: Duration,
}

impl<S: end_session_request_builder::State> EndSessionRequestBuilder<S> {
    /// The policy that the address is held against. Default: that of the address, if it came from a discovery document, else
    /// [`DiscoveryPolicy::strict`].
    pub fn policy(mut self, policy: DiscoveryPolicy) -> Self {
        self.options.policy = Some(policy);
        self
    }

    /// An extra parameter. The name of a member of the request is an error, an empty value is not sent.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.parameters.push(Extra::one(name.into(), value.into()));
        self
    }

    /// An extra parameter that is added once for each of `values`.
    pub fn parameter_values<V: Into<String>>(mut self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.options.parameters.push(Extra::several(name.into(), values));
        self
    }

    /// Clock and random bytes. Default: the system's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.options.environment = environment;
        self
    }

    /// Builds the request and begins the logout.
    ///
    /// # Errors
    /// As [`EndSessionRequest::begin`].
    pub fn begin(self) -> Result<BegunLogout, RequestError>
    where
        S: end_session_request_builder::IsComplete,
    {
        self.build().begin()
    }
}

impl EndSessionRequest {
    /// The address for the browser, and what to keep until the user is back. Each call draws a state of its own.
    ///
    /// # Errors
    /// See [`EndSessionRequest`].
    pub fn begin(&self) -> Result<BegunLogout, RequestError> {
        self.check()?;
        let endpoint = self.options.accept(ENDPOINT, &self.address.without_fragment())?;
        // Said by the address already, it would be said twice.
        let said = Form::parse(endpoint.url().query().unwrap_or_default())
            .map_err(|_| RequestError::configuration("address", "has a query that cannot be read"))?;
        if let Some(name) = OWN.into_iter().find(|name| said.contains(name)) {
            return Err(RequestError::configuration("address", format!("has `{name}` in its query, which the request states itself")));
        }
        let mut bytes = [0; 32];
        self.options.environment.entropy().fill(&mut bytes)?;
        let state = SecretText::new(base64url::encode(bytes));
        let form = self.parameters(&state).finish(&self.options.parameters)?;
        let transaction = LogoutTransaction {
            state,
            issuer: endpoint.server().map(|server| server.issuer.to_string()),
            post_logout_redirect_uri: self.post_logout_redirect_uri.clone(),
            expires_at: self.expires_at(),
        };
        Ok(BegunLogout { url: with_query(endpoint.url().as_str(), &form), transaction })
    }

    fn check(&self) -> Result<(), RequestError> {
        let is_missing = |text: Option<&str>| text.is_none_or(str::is_empty);
        if is_missing(self.client_id.as_deref()) && is_missing(self.id_token_hint.as_ref().map(IdentityToken::expose)) {
            return Err(RequestError::configuration("client_id", "is needed where there is no `id_token_hint`"));
        }
        if let Some(uri) = &self.post_logout_redirect_uri {
            let is_sound = Url::parse(uri).is_ok() && !uri.chars().any(|c| c.is_whitespace() || c.is_control());
            if !is_sound || uri.contains('#') {
                return Err(RequestError::configuration("post_logout_redirect_uri", "is not an absolute URI without a fragment"));
            }
        }
        for extra in &self.options.parameters {
            if OWN.contains(&extra.name()) {
                let name = escaped(extra.name(), 100);
                return Err(RequestError::configuration(
                    format!("parameter `{name}`"),
                    "is a member of the request with a setter of its own",
                ));
            }
        }
        Ok(())
    }

    fn parameters(&self, state: &SecretText) -> Parameters {
        let mut list = Parameters::new();
        list.add(parameters::ID_TOKEN_HINT, self.id_token_hint.as_ref().map(IdentityToken::expose).unwrap_or_default());
        list.add(parameters::LOGOUT_HINT, self.logout_hint.as_deref().unwrap_or_default());
        list.add(parameters::CLIENT_ID, self.client_id.as_deref().unwrap_or_default());
        list.add(parameters::UI_LOCALES, &self.ui_locales.join(" "));
        if let Some(uri) = &self.post_logout_redirect_uri {
            list.add(parameters::POST_LOGOUT_REDIRECT_URI, uri);
            list.add(parameters::STATE, state.expose());
        }
        list
    }

    /// Seconds since 1970.
    fn expires_at(&self) -> u64 {
        let now = self.options.environment.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now.saturating_add(self.lifetime).as_secs()
    }
}

/// A logout that was begun: where the browser is sent, and what is kept until it is back.
#[derive(Clone)]
pub struct BegunLogout {
    url: String,
    transaction: LogoutTransaction,
}

impl BegunLogout {
    /// The address at the provider: for the `Location` of a redirect, never for a log, since it holds the ID token.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the application keeps until the user is back.
    pub fn transaction(&self) -> &LogoutTransaction {
        &self.transaction
    }

    /// Both.
    pub fn into_parts(self) -> (String, LogoutTransaction) {
        (self.url, self.transaction)
    }
}

impl fmt::Debug for BegunLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("BegunLogout").field("url", &address).field("transaction", &self.transaction).finish()
    }
}

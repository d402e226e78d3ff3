//! The exchange that every authenticated endpoint shares: authenticate afresh, post the form, judge the answer.

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::client_auth::{AuthenticationContext, ClientAuthentication};
use super::discovery::{Address, Endpoint};
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{RequestOptions, with_form};
use super::response::{Accepted, Expectation, Quirks};
use crate::document::SECRET_MEMBERS;
use crate::encoding::form::Form;
use crate::exchange::Port;
use crate::secret::ClientSecret;
use crate::transport::{BodyLimit, HttpRequest, Repeat};

/// A form that a client posts, with its authentication.
#[derive(Debug, Clone)]
pub(crate) struct AuthenticatedPost {
    pub(crate) endpoint: &'static str,
    pub(crate) address: Address,
    /// `None` only where the grant itself says who the client is (RFC 7521 section 4.1).
    pub(crate) client_id: Option<String>,
    pub(crate) authentication: ClientAuthentication,
    pub(crate) options: RequestOptions,
    pub(crate) repeat: Repeat,
    /// What the call can read, for `Accept`.
    pub(crate) accept: &'static str,
    pub(crate) success: StatusCode,
    pub(crate) media_types: &'static [&'static str],
}

impl AuthenticatedPost {
    /// Posts `own` parameters and the caller's extras until there is an answer to read, and reads it with `read`. Whatever goes wrong is kept
    /// clear of the client's secret.
    pub(crate) async fn send<T>(
        &self,
        own: impl Fn(&mut Parameters),
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let endpoint = self.options.accept(self.endpoint, &self.address)?;
        // An alias is as much an address as the one it stands for: the policy in force judges it too.
        let endpoint = self.options.accept(self.endpoint, &Address::from(self.authentication.endpoint(endpoint)?))?;
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, self.endpoint, self.repeat, body_limit, port)?;
        let expectation = Expectation {
            endpoint: self.endpoint,
            success: self.success,
            media_types: self.media_types,
            body_limit,
            quirks: Quirks::of(endpoint.policy()),
        };
        loop {
            let (request, form) = self.build(&endpoint, &own, port).await?;
            if let Some(response) = attempts.send(request, port).await? {
                let outcome = expectation.accept(response, port.now()).and_then(|accepted| read(accepted, &expectation));
                return outcome.map_err(|error| self.without_secrets(error, &form));
            }
        }
    }

    async fn build(&self, endpoint: &Endpoint, own: impl Fn(&mut Parameters), port: &Port) -> Result<(HttpRequest, Form), RequestError> {
        let mut list = Parameters::new();
        own(&mut list);
        let context = AuthenticationContext { endpoint, client_id: self.client_id.as_deref(), port };
        let authorization = self.authentication.apply(&context, &mut list).await?;
        let mut builder = self.options.request(Method::POST, endpoint.url().as_str(), self.accept)?;
        if let Some(value) = authorization {
            builder = builder.header(AUTHORIZATION, value);
        }
        let form = list.finish(&self.options.parameters)?;
        Ok((with_form(builder, &form)?, form))
    }

    /// What a server echoes of the secrets it was sent stays out of the error.
    fn without_secrets(&self, error: RequestError, form: &Form) -> RequestError {
        let sent = form.iter().filter(|(name, _)| SECRET_MEMBERS.contains(name)).map(|(_, value)| value);
        let secret = self.authentication.secret().map(ClientSecret::expose);
        sent.chain(secret).fold(error, |error, secret| error.hiding(Some(secret)))
    }
}

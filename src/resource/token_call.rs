//! One request to an API with a managed token: where it may go, and when it is sent again (RFC 6750 section 3.1, RFC 9449 section 9).

use http::header::{AUTHORIZATION, LOCATION};
use http::{Method, StatusCode, Uri};
use url::Url;

use super::ApiClientError;
use super::resource_challenge::ResourceChallenge;
use crate::constants::{authentication_schemes, error_codes};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::discovery::{DiscoveryPolicy, Endpoint};
use crate::protocol::dpop::{Replay, ResourceCall, reject_reserved};
use crate::tokens::{ManagedToken, TokenSource};
use crate::transport::{HttpRequest, HttpResponse};

/// How an API is called.
#[derive(Debug, Clone)]
pub(super) struct TokenCall {
    pub(super) source: TokenSource,
    /// Base addresses, each an origin with or without a path; at least one.
    pub(super) bases: Vec<String>,
    /// The policy of the application, with all bases but the first as additional ones.
    pub(super) policy: DiscoveryPolicy,
    pub(super) call: ResourceCall,
    pub(super) redirects: u8,
}

impl TokenCall {
    pub(super) fn exchange(&self, request: HttpRequest, replay: Replay) -> Exchange<HttpResponse, Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(request, replay, &port).await })
    }

    async fn run(&self, mut request: HttpRequest, replay: Replay, port: &Port) -> Result<HttpResponse, Error> {
        reject_reserved(&request)?;
        self.direct(&mut request)?;
        let mut token = self.source.token_on(port).await?;
        let scheme = if self.call.options.dpop_key().is_some() { authentication_schemes::DPOP } else { authentication_schemes::BEARER };
        let mut attempts = self.call.attempts(&request, token.access_token(), replay, port)?;
        let (mut is_renewed, mut hops) = (false, 0);
        loop {
            let mut attempt = request.clone();
            if scheme == authentication_schemes::BEARER {
                attempt.headers_mut().insert(AUTHORIZATION, token.authorization_header()?);
            }
            let Some(response) = attempts.send(attempt, port).await? else { continue };
            if hops < self.redirects && self.follow(&mut request, &response) {
                hops += 1;
                continue;
            }
            if is_renewed || !asks_for_another_token(&response, scheme) {
                return Ok(response);
            }
            let Some(other) = self.another(&token, replay, port).await else { return Ok(response) };
            if scheme == authentication_schemes::DPOP {
                attempts.present(other.access_token())?;
            }
            token = other;
            is_renewed = true;
        }
    }

    /// The token that replaces a rejected one. Without one the response of the API stands.
    async fn another(&self, rejected: &ManagedToken, replay: Replay, port: &Port) -> Option<ManagedToken> {
        if replay == Replay::Impossible {
            tracing::warn!(target: "identity_model", "retry_skipped: the API rejected the token, and the body of the request cannot be sent again");
            return None;
        }
        self.source.replacement_on(rejected.access_token(), port).await.unwrap_or_else(|error| {
            let code = error.code();
            tracing::warn!(target: "identity_model", code, "renewal_failed: the API rejected the token, and no other could be obtained");
            None
        })
    }

    /// Holds the address of a request against the allowed ones, and gives the request the spelling that was judged.
    fn direct(&self, request: &mut HttpRequest) -> Result<(), Error> {
        let endpoint = self.accept(&request.uri().to_string())?;
        let unsendable = || ApiClientError::AddressNotAllowed { allowed: self.bases.clone(), source: None };
        let (uri, parsed) = endpoint.target().ok_or_else(unsendable)?;
        *request.uri_mut() = uri;
        request.extensions_mut().insert(parsed);
        Ok(())
    }

    fn accept(&self, address: &str) -> Result<Endpoint, ApiClientError> {
        let first = self.bases.first().map(String::as_str).unwrap_or_default();
        self.policy
            .check_endpoint("address", address, first)
            .map_err(|violation| ApiClientError::AddressNotAllowed { allowed: self.bases.clone(), source: Some(violation) })
    }

    /// Directs the request to where a redirect leads, if it may go there: a request without an effect, to the same origin.
    fn follow(&self, request: &mut HttpRequest, response: &HttpResponse) -> bool {
        if ![Method::GET, Method::HEAD].contains(request.method()) || !is_redirect(response.status()) {
            return false;
        }
        let Some(target) = redirect_target(request.uri(), response) else { return false };
        let mut next = request.clone();
        *next.uri_mut() = target;
        if self.direct(&mut next).is_err() {
            return false;
        }
        *request = next;
        true
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// `Location`, resolved, where it stays on the origin.
fn redirect_target(from: &Uri, response: &HttpResponse) -> Option<Uri> {
    let mut lines = response.headers().get_all(LOCATION).iter();
    let location = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?;
    let from = Url::parse(&from.to_string()).ok()?;
    let mut target = from.join(location).ok().filter(|target| target.origin() == from.origin())?;
    target.set_fragment(None);
    target.as_str().parse().ok()
}

/// Whether another token may be accepted where this one was not: 401, and no challenge says that something else is wrong.
fn asks_for_another_token(response: &HttpResponse, scheme: &str) -> bool {
    if response.status() != StatusCode::UNAUTHORIZED {
        return false;
    }
    let challenges = ResourceChallenge::all(response.headers());
    let mut own = challenges.iter().filter(|challenge| challenge.is_scheme(scheme)).peekable();
    if own.peek().is_none() {
        return challenges.is_empty();
    }
    own.all(|challenge| matches!(challenge.error(), None | Some(error_codes::INVALID_TOKEN)))
}

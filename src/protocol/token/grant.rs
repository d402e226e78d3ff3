//! What every grant shares: its place, its client, scope and resources, and how the response is read.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::StatusCode;

use super::expected_token::ExpectedToken;
use super::{TokenFingerprint, TokenResponse};
use crate::constants::{media_types, parameters, token_type_identifiers};
use crate::encoding::digest::sha256;
use crate::exchange::{Exchange, Port};
use crate::protocol::authenticated::{AuthenticatedPost, PreparedMessage};
use crate::protocol::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use crate::protocol::authorize::is_verifier;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::dpop::DpopKey;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;
use crate::protocol::parameters::{Extra, Parameters};
use crate::protocol::request::RequestOptions;
use crate::secret::{AuthorizationCode, CodeVerifier, RefreshToken};
use crate::transport::Repeat;

pub(crate) const ENDPOINT: &str = "token endpoint";

/// What a grant sends, without what is its own.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) grant_type: String,
    pub(super) address: Address,
    pub(super) client_id: Option<String>,
    pub(super) authentication: ClientAuthentication,
    pub(super) scope: Vec<String>,
    pub(super) resource: Vec<String>,
    pub(super) authorization_details: Vec<AuthorizationDetail>,
    pub(super) options: RequestOptions,
    /// Whether what is issued may be no access token (`N_A`, RFC 8693 section 2.2.1) and has to name its type.
    pub(super) is_exchange: bool,
    /// The type that was asked for.
    pub(super) requested_token_type: Option<String>,
    /// What is wrong with the request already.
    pub(super) fault: Option<RequestError>,
}

impl Grant {
    pub(super) fn new(grant_type: &str, address: &Address, authentication: &ClientAuthentication, options: &RequestOptions) -> Self {
        Self {
            grant_type: grant_type.to_owned(),
            address: address.clone(),
            client_id: None,
            authentication: authentication.clone(),
            scope: Vec::new(),
            resource: Vec::new(),
            authorization_details: Vec::new(),
            options: options.clone(),
            is_exchange: false,
            requested_token_type: None,
            fault: None,
        }
    }

    /// A parameter without which there is no request: it must not be empty.
    pub(super) fn demanding(mut self, name: &'static str, value: &str) -> Self {
        if value.is_empty() {
            self.fault.get_or_insert(RequestError::configuration(name, "is empty"));
        }
        self
    }

    /// A refresh token that is bound to a DPoP key is sent with that key alone (RFC 9449 section 5).
    pub(super) fn bound_refresh_token(mut self, token: &RefreshToken) -> Self {
        let key = self.options.dpop_key().map(DpopKey::thumbprint);
        if let Some(bound_to) = token.dpop_thumbprint().filter(|bound_to| key != Some(bound_to)) {
            let found = key.map_or_else(|| "no key".to_owned(), |key| format!("the key `{key}`"));
            let problem = format!("the refresh token is bound to the DPoP key `{bound_to}`, the request has {found}");
            self.fault.get_or_insert(RequestError::DpopKey { problem });
        }
        self
    }

    /// The same of a code (RFC 9449 section 10).
    pub(super) fn bound_code(mut self, code: &AuthorizationCode) -> Self {
        let key = self.options.dpop_key().map(DpopKey::thumbprint);
        if let Some(bound_to) = code.dpop_thumbprint().filter(|bound_to| key != Some(bound_to)) {
            let found = key.map_or_else(|| "no key".to_owned(), |key| format!("`{key}`"));
            self.fault.get_or_insert(RequestError::CodeBinding { expected: bound_to.to_owned(), found });
        }
        self
    }

    /// RFC 7636 section 4.1: 43 to 128 unreserved characters.
    pub(super) fn verified_by(mut self, verifier: &CodeVerifier) -> Self {
        if !is_verifier(verifier) {
            self.fault.get_or_insert(RequestError::configuration("code_verifier", "is not 43 to 128 unreserved characters"));
        }
        self
    }

    /// A token of any type, or of the one that is asked for.
    pub(super) fn exchanging_for(mut self, requested_token_type: &Option<String>) -> Self {
        self.is_exchange = true;
        self.requested_token_type = requested_token_type.clone().filter(|text| !text.is_empty());
        self
    }

    pub(super) fn client(mut self, client_id: impl Into<Option<String>>) -> Self {
        self.client_id = client_id.into();
        self
    }

    pub(super) fn scope(mut self, scope: Vec<String>) -> Self {
        self.scope = scope;
        self
    }

    pub(super) fn resource(mut self, resource: Vec<String>) -> Self {
        self.resource = resource;
        self
    }

    /// RFC 9396 section 6: each of them says its type.
    pub(super) fn authorization_details(mut self, details: Vec<AuthorizationDetail>) -> Self {
        if !are_typed(&details) {
            self.fault.get_or_insert(RequestError::configuration("authorization_details", "holds a detail with an empty type"));
        }
        self.authorization_details = details;
        self
    }

    /// What every attempt and every exchange of the request has in common, made once. `own` adds the parameters that are the grant's own.
    pub(super) fn prepare(self, own: impl FnOnce(&mut Parameters)) -> PreparedGrant {
        let (scopes, asked) = (self.scopes(), self.asked_scopes());
        let mut list = Parameters::new();
        list.add(parameters::GRANT_TYPE, &self.grant_type);
        own(&mut list);
        list.add(parameters::SCOPE, &scopes.join(" "));
        list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
        list.add(parameters::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address,
            client_id: self.client_id,
            authentication: self.authentication,
            options: self.options,
            repeat: Repeat::IfUnsent,
            accept: media_types::JSON,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
            prepared: Some(PreparedMessage::default()),
        };
        PreparedGrant {
            fault: self.fault,
            post,
            list,
            asked: asked.into(),
            is_exchange: self.is_exchange,
            requested_token_type: self.requested_token_type,
        }
    }

    /// What this request has in common with every request that the same token would answer.
    pub(super) fn fingerprint(&self, own: impl Fn(&mut Parameters)) -> Result<TokenFingerprint, RequestError> {
        let endpoint = self.options.accept(ENDPOINT, &self.address)?;
        let mut list = Parameters::new();
        list.add(parameters::GRANT_TYPE, &self.grant_type);
        own(&mut list);
        let mut scopes = self.asked_scopes();
        scopes.sort_unstable();
        scopes.dedup();
        list.add(parameters::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
        list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
        let form = list.finish(&self.options.parameters)?;
        let mut pairs: Vec<(&str, &str)> = form.iter().filter(|(name, _)| *name != parameters::SCOPE).collect();
        pairs.sort_unstable();
        let client = self.client_id.as_deref().unwrap_or_default();
        let mut text = Vec::new();
        // Lengths before the members: no value can pass for a part of another.
        let mut member = |value: &str| {
            text.extend_from_slice(&(value.len() as u64).to_be_bytes());
            text.extend_from_slice(value.as_bytes());
        };
        let key = self.options.dpop_key().map_or("", DpopKey::thumbprint);
        [endpoint.as_str(), client, self.authentication.method(), key].into_iter().for_each(&mut member);
        scopes.iter().for_each(|scope| member(scope));
        member("");
        for (name, value) in pairs {
            member(name);
            member(value);
        }
        Ok(TokenFingerprint { digest: sha256(&text), policy: endpoint.policy().clone() })
    }

    /// The scopes of the setter, each by itself, however the caller grouped them.
    fn scopes(&self) -> Vec<String> {
        words(self.scope.iter().map(String::as_str))
    }

    /// The scopes asked for: those of the setter, else those that the caller added as an extra parameter.
    fn asked_scopes(&self) -> Vec<String> {
        let extras = self.options.parameters.iter().filter(|extra| extra.name() == parameters::SCOPE);
        let scopes = self.scopes();
        if scopes.is_empty() { words(extras.flat_map(Extra::values)) } else { scopes }
    }
}

/// A grant that is ready to be posted, authenticated afresh for every attempt.
pub(super) struct PreparedGrant {
    fault: Option<RequestError>,
    pub(super) post: AuthenticatedPost,
    list: Parameters,
    asked: Arc<[String]>,
    is_exchange: bool,
    requested_token_type: Option<String>,
}

impl PreparedGrant {
    /// The exchange of a request that is made of this grant alone.
    pub(super) fn exchange(self: Arc<Self>) -> Exchange<TokenResponse, RequestError> {
        Exchange::new(|port: Port| async move { self.run(&port).await })
    }

    /// The same as part of another exchange.
    pub(super) async fn run(&self, port: &Port) -> Result<TokenResponse, RequestError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        self.post
            .send(
                |list: &mut Parameters| list.clone_from(&self.list),
                port,
                |accepted, expectation| {
                    let expected = ExpectedToken {
                        requested_scope: &self.asked,
                        is_exchange: self.is_exchange,
                        dpop: self.post.options.dpop(),
                        is_public: matches!(self.post.authentication, ClientAuthentication::None),
                    };
                    let response = TokenResponse::read(accepted, &expected, expectation)?;
                    self.check_trust(&response)?;
                    Ok(response)
                },
            )
            .await
    }

    /// RFC 8693 section 2.2.1: a refresh token outlives every other, so it is none to be had where another type was asked for.
    fn check_trust(&self, response: &TokenResponse) -> Result<(), RequestError> {
        const MEMBER: &str = "issued_token_type";
        let Some(requested) = &self.requested_token_type else { return Ok(()) };
        if requested == token_type_identifiers::REFRESH_TOKEN || response.issued_token_type() != Some(token_type_identifiers::REFRESH_TOKEN)
        {
            return Ok(());
        }
        let found = token_type_identifiers::REFRESH_TOKEN.to_owned();
        Err(RequestError::Mismatch { endpoint: ENDPOINT.into(), member: MEMBER, expected: escaped(requested, 255), found })
    }
}

/// The prepared grant of a request, once it was sent for the first time; a copy of the request shares it.
#[derive(Clone, Default)]
pub(super) struct Preparation(OnceLock<Arc<PreparedGrant>>);

impl Preparation {
    pub(super) fn get_or_prepare(&self, prepare: impl FnOnce() -> PreparedGrant) -> Arc<PreparedGrant> {
        Arc::clone(self.0.get_or_init(|| Arc::new(prepare())))
    }
}

impl fmt::Debug for Preparation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() { "made" } else { "not made" })
    }
}

fn words<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.flat_map(str::split_ascii_whitespace).map(str::to_owned).collect()
}

/// Makes a grant's request sendable: `token_request!(Request, Builder, builder, this => grant, list => parameters of its own)`. The request keeps
/// its [`Preparation`] in a member `preparation` marked `#[builder(skip)]`.
macro_rules! token_request {
    ($request:ident, $builder:ident, $state:ident, $this:ident => $grant:expr, $list:ident => $own:expr) => {
        crate::protocol::request::request_setters!($builder, $state);
        crate::protocol::dpop::dpop_token_setters!($builder, $state);

        impl crate::protocol::Request for $request {
            type Response = super::TokenResponse;

            fn exchange(&self) -> crate::exchange::Exchange<super::TokenResponse, crate::protocol::RequestError> {
                let $this = self;
                let prepared = self.preparation.get_or_prepare(|| {
                    let grant: super::grant::Grant = $grant;
                    grant.prepare(|$list: &mut crate::protocol::parameters::Parameters| $own)
                });
                prepared.exchange()
            }

            fn environment(&self) -> &crate::environment::Environment {
                &self.options.environment
            }
        }
    };
}

/// The same for what may be sent once.
macro_rules! token_request_once {
    ($request:ident, $builder:ident, $state:ident, $this:ident => $grant:expr, $list:ident => $own:expr) => {
        crate::protocol::request::request_setters!($builder, $state);
        crate::protocol::dpop::dpop_token_setters!($builder, $state);

        impl crate::protocol::RequestOnce for $request {
            type Response = super::TokenResponse;

            fn into_exchange(self) -> crate::exchange::Exchange<super::TokenResponse, crate::protocol::RequestError> {
                let $this = &self;
                let grant: super::grant::Grant = $grant;
                std::sync::Arc::new(grant.prepare(|$list: &mut crate::protocol::parameters::Parameters| $own)).exchange()
            }

            fn environment(&self) -> &crate::environment::Environment {
                &self.options.environment
            }
        }
    };
}

/// The same for a request whose tokens may be kept and asked for again.
macro_rules! repeatable_token_request {
    ($request:ident, $builder:ident, $state:ident, $this:ident => $grant:expr, $list:ident => $own:expr) => {
        super::grant::token_request!($request, $builder, $state, $this => $grant, $list => $own);

        impl super::repeatable::Sealed for $request {}

        impl super::RepeatableTokenRequest for $request {
            fn fingerprint(&self) -> Result<super::TokenFingerprint, crate::protocol::RequestError> {
                let $this = self;
                let grant: super::grant::Grant = $grant;
                grant.fingerprint(|$list: &mut crate::protocol::parameters::Parameters| $own)
            }

            fn dpop_key(&self) -> Option<&crate::protocol::dpop::DpopKey> {
                self.options.dpop_key()
            }

            fn exchange_within(
                &self,
                deadline: std::time::Duration,
            ) -> crate::exchange::Exchange<super::TokenResponse, crate::protocol::RequestError> {
                let mut bounded = Self { preparation: Default::default(), ..self.clone() };
                bounded.options.deadline = Some(bounded.options.deadline.map_or(deadline, |own| own.min(deadline)));
                crate::protocol::Request::exchange(&bounded)
            }
        }
    };
}

pub(super) use {repeatable_token_request, token_request, token_request_once};

//! What a client asks about tokens and users, and what it takes back: UserInfo, introspection, revocation, registration.

use std::sync::Arc;

use super::core::Core;
use super::terms::{Terms, expected_issuer};
use super::{ClientRequest, Login, LoginSession};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::keys::TokenValidator;
use crate::protocol::client_metadata::ClientMetadata;
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::protocol::registration::{RegistrationRequest, RegistrationResponse};
use crate::protocol::revocation::{RevocationRequest, RevocationResponse};
use crate::protocol::token::TokenResponse;
use crate::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use crate::protocol::{Request, RequestError, ResponseVerifier};
use crate::secret::AccessToken;
use crate::validation::{ExpectedAudience, TokenValidationOptions, ValidatedToken};

impl Core {
    pub(crate) fn discovery(self: &Arc<Self>) -> Exchange<DiscoveryDocumentResponse, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move { core.documents.load(&port).await })
    }

    pub(crate) fn access_token_validator(self: &Arc<Self>, audience: ExpectedAudience) -> Exchange<TokenValidator, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let document = core.documents.load(&port).await?;
            let options = TokenValidationOptions::access_token()
                .issuer(expected_issuer(&document)?)
                .audience(audience)
                .leeway(core.settings.leeway)
                .clock_skew(core.settings.clock_skew)
                .name_claim_type(&core.settings.name_claim_type)
                .role_claim_type(&core.settings.role_claim_type)
                .build();
            Ok(TokenValidator::with_options(core.keys.clone(), options))
        })
    }

    pub(crate) fn userinfo(self: &Arc<Self>, request: ClientRequest<UserInfoRequest>) -> Exchange<UserInfoResponse, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            terms.user_info(request, &port).await
        })
    }

    pub(crate) fn introspect(self: &Arc<Self>, request: ClientRequest<IntrospectionRequest>) -> Exchange<IntrospectionResponse, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let request = request.complete(&terms, metadata::INTROSPECTION_ENDPOINT)?;
            let rules = if request.is_verified() { None } else { terms.introspection_rules()? };
            terms
                .verified(rules, |verifier| verifier.map_or_else(|| request.clone(), |verifier| request.verified_with(verifier)), &port)
                .await
        })
    }

    pub(crate) fn revoke(self: &Arc<Self>, request: ClientRequest<RevocationRequest>) -> Exchange<RevocationResponse, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let request = request.complete(&terms, metadata::REVOCATION_ENDPOINT)?;
            Ok(port.perform(request.exchange()).await?)
        })
    }

    pub(crate) fn register(
        self: &Arc<Self>,
        client_metadata: ClientMetadata,
        initial_access_token: Option<AccessToken>,
    ) -> Exchange<RegistrationResponse, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let document = core.documents.load(&port).await?;
            let address = match core.settings.uses_mtls_aliases {
                true => document.mtls_endpoint(metadata::REGISTRATION_ENDPOINT)?,
                false => document.registration_endpoint()?,
            };
            let request = RegistrationRequest::builder()
                .environment(core.environment().clone())
                .address(address)
                .metadata(client_metadata)
                .maybe_initial_access_token(initial_access_token)
                .build();
            Ok(port.perform(request.exchange()).await?)
        })
    }
}

impl Terms {
    pub(super) async fn user_info(&self, request: ClientRequest<UserInfoRequest>, port: &Port) -> Result<UserInfoResponse, Error> {
        let request = request.complete(self, metadata::USERINFO_ENDPOINT)?;
        let rules = if request.is_verified() { None } else { self.user_info_rules()? };
        self.verified(rules, |verifier| verifier.map_or_else(|| request.clone(), |verifier| request.verified_with(verifier)), port).await
    }

    /// The login of these tokens, with what the UserInfo endpoint says where the client was set to ask.
    pub(super) async fn with_user_info(
        &self,
        id_token: ValidatedToken,
        tokens: Option<TokenResponse>,
        session: LoginSession,
        port: &Port,
    ) -> Result<Login, Error> {
        let user_info = match self.settings().load_user_info && session.access_token().is_some() {
            true => Some(self.user_info((&session).into(), port).await?),
            false => None,
        };
        Ok(Login::new(id_token, tokens, user_info, session))
    }

    /// Asks, and has a signed answer verified with the provider's keys: once more with newer ones where it was signed with one that is not
    /// known yet.
    async fn verified<R, T>(
        &self,
        rules: Option<TokenValidationOptions>,
        request: impl Fn(Option<ResponseVerifier>) -> R,
        port: &Port,
    ) -> Result<T, Error>
    where
        R: Request<Response = T>,
    {
        let Some(rules) = rules else {
            let exchange = request(None).exchange();
            return Ok(port.perform(exchange).await?);
        };
        let mut newer_than = None;
        let mut rejected: Option<RequestError> = None;
        loop {
            let found = self.verifier(&rules, newer_than, port).await?;
            let (verifier, version) = match (found, rejected.take()) {
                (Some(found), _) => found,
                (None, Some(error)) => return Err(error.into()),
                (None, None) => return Err(super::ClientError::configuration("client_secret", "does not verify the answer").into()),
            };
            let exchange = request(Some(verifier)).exchange();
            match port.perform(exchange).await {
                Err(error) if newer_than.is_none() && error.validation().is_some_and(|error| error.wants_newer_keys()) => {
                    newer_than = Some(version);
                    rejected = Some(error);
                }
                outcome => return Ok(outcome?),
            }
        }
    }
}

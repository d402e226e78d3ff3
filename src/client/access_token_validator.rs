//! The validator of the provider's access tokens, for the resource server beside the client (RFC 9068).

use std::sync::Arc;

use super::context::expected_issuer;
use super::inner::ClientInner;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::keys::TokenValidator;
use crate::validation::{ExpectedAudience, TokenValidationOptions};

pub(crate) fn access_token_validator(client: &Arc<ClientInner>, audience: ExpectedAudience) -> Exchange<TokenValidator, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let document = client.document(&port).await?;
        let settings = &client.settings;
        let options = TokenValidationOptions::builder(settings.access_token_kind)
            .issuer(expected_issuer(&document)?)
            .audience(audience)
            .leeway(settings.leeway)
            .clock_skew(settings.clock_skew)
            .name_claim_type(&settings.name_claim_type)
            .role_claim_type(&settings.role_claim_type)
            .maybe_algorithms(settings.allowed_algorithms())
            .build_adjusted(settings.access_token_rules.as_ref());
        Ok(TokenValidator::with_options(client.keys.clone(), options))
    })
}

//! The receiver of the provider's back-channel logout requests (OpenID Connect Back-Channel Logout 1.0).

use std::sync::Arc;

use super::context::FlowContext;
use super::inner::ClientInner;
use super::{rules, verification};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::keys::TokenValidator;
use crate::sessions::BackchannelLogout;

pub(crate) fn backchannel_logout(client: &Arc<ClientInner>) -> Exchange<BackchannelLogout, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let rules = rules::logout_token(&context)?;
        let keys = verification::key_source(&context, rules.algorithms())?;
        let validator = TokenValidator::with_options(keys, rules).with_environment(client.environment().clone());
        BackchannelLogout::with_validator(validator, client.settings.used_logout_tokens.clone())
    })
}

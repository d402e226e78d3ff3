//! The rules by which a client validates what its provider signs: algorithms from the registration, then from the metadata, then the
//! default of the specification; never from the token (RFC 8725 section 3.1).

use std::time::Duration;

use super::context::{FlowContext, expected_issuer};
use super::error::ClientError;
use super::settings::RegisteredAlgorithms;
use crate::constants::metadata;
use crate::error::Error;
use crate::jose::{AlgorithmSet, ContentEncryptionSet, KeyManagementSet};
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::validation::{RulesAdjustment, TokenKind, TokenValidationOptions, TokenValidationOptionsBuilder};

const INTROSPECTION_SIGNING: &str = metadata::INTROSPECTION_SIGNING_ALG_VALUES_SUPPORTED;
const AUTHORIZATION_SIGNING: &str = metadata::AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED;
const USERINFO_SIGNING: &str = metadata::USERINFO_SIGNING_ALG_VALUES_SUPPORTED;
const ID_TOKEN_SIGNING: &str = metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED;

/// The rules for an ID token from the token endpoint, but for what one login expects of it.
pub(super) fn id_token(context: &FlowContext, max_issued_age: Option<Duration>) -> Result<TokenValidationOptions, Error> {
    let builder = TokenValidationOptions::id_token().claim_validators(&context.settings().validators);
    let adjustment = context.settings().id_token_rules.as_ref();
    like_id_tokens(context, requiring_auth_time(context, builder), max_issued_age, adjustment)
}

/// The same for a login that asks for nothing in particular: the registered `default_max_age` counts.
pub(super) fn login(context: &FlowContext, max_issued_age: Option<Duration>) -> Result<TokenValidationOptions, Error> {
    let rules = id_token(context, max_issued_age)?;
    Ok(match context.settings().default_max_age {
        Some(max_age) => rules.with_max_age(max_age),
        None => rules,
    })
}

/// The rules for an ID token from the front channel. Where a code comes with it, the second token says it all and is the one that the
/// application's own rules see; the first may say less (OpenID Connect Core section 3.3.3.6).
pub(super) fn front_channel_id_token(context: &FlowContext, comes_with_code: bool) -> Result<TokenValidationOptions, Error> {
    let mut builder = TokenValidationOptions::front_channel_id_token();
    if context.settings().holds("FA2") {
        builder = builder.require_s_hash();
    }
    if !comes_with_code {
        builder = builder.claim_validators(&context.settings().validators);
    }
    like_id_tokens(context, requiring_auth_time(context, builder), None, context.settings().id_token_rules.as_ref())
}

/// The rules for a logout token, which is signed and encrypted as ID tokens are (OpenID Connect Back-Channel Logout 1.0 section 2.4).
pub(super) fn logout_token(context: &FlowContext) -> Result<TokenValidationOptions, Error> {
    like_id_tokens(context, TokenValidationOptions::logout_token(), None, context.settings().logout_token_rules.as_ref())
}

/// The rules for what is signed like an ID token: same keys, same algorithms, same encryption.
fn like_id_tokens(
    context: &FlowContext,
    builder: TokenValidationOptionsBuilder,
    max_issued_age: Option<Duration>,
    adjustment: Option<&RulesAdjustment>,
) -> Result<TokenValidationOptions, Error> {
    let registered = context.settings().id_token;
    let default = TokenKind::IdToken.default_algorithms();
    let algorithms = algorithms(context, registered, ID_TOKEN_SIGNING, "id_token_signed_response_alg", default)?;
    complete(context, builder, registered, algorithms, max_issued_age, adjustment)
}

fn requiring_auth_time(context: &FlowContext, builder: TokenValidationOptionsBuilder) -> TokenValidationOptionsBuilder {
    if context.settings().require_auth_time { builder.require_auth_time() } else { builder }
}

/// The rules for a signed UserInfo response, where one was registered; plain JSON otherwise.
pub(super) fn user_info(context: &FlowContext) -> Result<Option<TokenValidationOptions>, Error> {
    let registered = context.settings().user_info;
    if registered.signed.is_none() && registered.encrypted.is_none() {
        return Ok(None);
    }
    let algorithms = algorithms(context, registered, USERINFO_SIGNING, "userinfo_signed_response_alg", AlgorithmSet::EMPTY)?;
    let builder = TokenValidationOptions::user_info_response();
    complete(context, builder, registered, algorithms, None, None).map(Some)
}

/// The rules for a signed introspection response, where one was registered; plain JSON otherwise.
pub(super) fn introspection(context: &FlowContext) -> Result<Option<TokenValidationOptions>, Error> {
    let registered = context.settings().introspection;
    if registered.signed.is_none() && registered.encrypted.is_none() {
        return Ok(None);
    }
    let default = TokenKind::IntrospectionResponse.default_algorithms();
    let algorithms = algorithms(context, registered, INTROSPECTION_SIGNING, "introspection_signed_response_alg", default)?;
    let builder = TokenValidationOptions::introspection_response();
    complete(context, builder, registered, algorithms, None, None).map(Some)
}

/// The rules for a signed authorization response (JARM section 2.4).
pub(super) fn authorization_response(context: &FlowContext) -> Result<TokenValidationOptions, Error> {
    let registered = context.settings().authorization;
    let default = TokenKind::AuthorizationResponse.default_algorithms();
    let algorithms = algorithms(context, registered, AUTHORIZATION_SIGNING, "authorization_signed_response_alg", default)?;
    complete(context, TokenValidationOptions::authorization_response(), registered, algorithms, None, None)
}

/// The algorithms that are allowed: the registered one, else those of the metadata, else the default.
fn algorithms(
    context: &FlowContext,
    registered: RegisteredAlgorithms,
    list: &'static str,
    setter: &'static str,
    default: AlgorithmSet,
) -> Result<AlgorithmSet, ClientError> {
    if let Some(algorithm) = registered.signed {
        return Ok(AlgorithmSet::only(algorithm));
    }
    let limit = context.settings().allowed_algorithms();
    let stated = stated_algorithms(&context.document, list);
    let is_limited = stated.is_some() || limit.is_some();
    let allowed = limit.map_or(stated.unwrap_or(default), |limit| limit.intersection(stated.unwrap_or(default)));
    if is_limited && allowed.is_empty() && !default.is_empty() {
        return Err(ClientError::NoCommonAlgorithm { list, setter });
    }
    Ok(allowed)
}

/// The algorithms of a document's list, where it has one. A shared secret signs only what was registered to be signed with it.
fn stated_algorithms(document: &DiscoveryDocumentResponse, list: &str) -> Option<AlgorithmSet> {
    if !document.states(list) {
        return None;
    }
    let names = document.try_get_string_array(list);
    let (known, _) = AlgorithmSet::from_names(names.iter().map(String::as_str));
    Some(known.intersection(AlgorithmSet::ASYMMETRIC))
}

/// The same rules by the algorithms of a newer document, where the document decides and its list has changed.
pub(super) fn by_newer_document(
    context: &FlowContext,
    document: &DiscoveryDocumentResponse,
    rules: &TokenValidationOptions,
) -> Option<TokenValidationOptions> {
    let settings = context.settings();
    let (registered, list) = match rules.token_kind() {
        TokenKind::IdToken | TokenKind::LogoutToken => (settings.id_token, ID_TOKEN_SIGNING),
        TokenKind::AuthorizationResponse => (settings.authorization, AUTHORIZATION_SIGNING),
        _ => return None,
    };
    let kept = stated_algorithms(&context.document, list).unwrap_or_else(|| rules.token_kind().default_algorithms());
    let within = |set: AlgorithmSet| settings.allowed_algorithms().map_or(set, |limit| limit.intersection(set));
    let (kept, newer) = (within(kept), within(stated_algorithms(document, list)?));
    // Rules by other algorithms than the document's are the application's own.
    (registered.signed.is_none() && rules.algorithms() == kept && newer != kept).then(|| rules.with_algorithms(newer))
}

/// Completes `builder` by what the provider and the settings of the client say.
fn complete(
    context: &FlowContext,
    builder: TokenValidationOptionsBuilder,
    registered: RegisteredAlgorithms,
    algorithms: AlgorithmSet,
    max_issued_age: Option<Duration>,
    adjustment: Option<&RulesAdjustment>,
) -> Result<TokenValidationOptions, Error> {
    let settings = context.settings();
    let mut builder = builder
        .issuer(expected_issuer(&context.document)?)
        .audience(context.client_id())
        .algorithms(algorithms)
        .leeway(settings.leeway)
        .clock_skew(settings.clock_skew)
        .name_claim_type(&settings.name_claim_type)
        .role_claim_type(&settings.role_claim_type)
        .maybe_decryption_keys(settings.decryption_keys.clone())
        .maybe_key_management_algorithms(registered.encrypted.map(|(algorithm, _)| KeyManagementSet::only(algorithm)))
        .maybe_content_encryption_algorithms(registered.encrypted.map(|(_, content)| ContentEncryptionSet::only(content)))
        .maybe_max_issued_age(max_issued_age);
    if registered.encrypted.is_some() {
        builder = builder.require_encryption();
    }
    Ok(builder.build_adjusted(adjustment))
}

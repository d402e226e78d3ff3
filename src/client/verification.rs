//! Verification of what a provider signs: the keys, loaded before something is spent, and the ID token of a token response.

use super::context::FlowContext;
use super::error::ClientError;
use super::rules;
use crate::constants::{metadata, token_types};
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::{AlgorithmSet, ContentEncryptionSet, JsonWebKey, JweDecrypter, KeyManagementSet, TokenLimits};
use crate::keys::KeySource;
use crate::protocol::token::TokenResponse;
use crate::protocol::{RequestError, UnverifiedResponse};
use crate::secret::IdentityToken;
use crate::validation::{TokenValidationOptions, ValidatedToken, ValidationErrorKind};

/// Loads the provider's keys before something is spent whose answer they verify: a code, a refresh token, a device code. Nothing is loaded
/// where a shared secret verifies, or where the provider states no key set.
///
/// # Errors
/// As loading the keys: nothing was spent, and the same call can be made again.
pub(super) async fn load_keys(context: &FlowContext, rules: &TokenValidationOptions, port: &Port) -> Result<(), Error> {
    let by_secret = !rules.algorithms().is_empty() && rules.algorithms().intersection(AlgorithmSet::ASYMMETRIC).is_empty();
    if !by_secret && context.document.states(metadata::JWKS_URI) {
        context.client.keys.load(port).await?;
    }
    Ok(())
}

/// Whose keys verify a signature by one of these algorithms: the provider's, or the secret that both sides share.
pub(super) fn key_source(context: &FlowContext, algorithms: AlgorithmSet) -> Result<KeySource, ClientError> {
    if algorithms.is_empty() || !algorithms.intersection(AlgorithmSet::ASYMMETRIC).is_empty() {
        return Ok(context.client.keys.clone().into());
    }
    secret_key(context).map(KeySource::key)
}

/// Validates a token by `rules`, following the provider's keys. An algorithm that the kept metadata do not state asks for newer metadata once:
/// a provider that changes its algorithm states that at the same time.
pub(super) async fn validate(
    context: &FlowContext,
    token: &str,
    rules: &TokenValidationOptions,
    port: &Port,
) -> Result<ValidatedToken, Error> {
    let error = match key_source(context, rules.algorithms())?.validate(token, rules, port).await {
        Err(error) if is_foreign_algorithm(&error) => error,
        outcome => return outcome,
    };
    let newer = context.client.documents.newest(port).await;
    match newer.and_then(|document| rules::by_newer_document(context, &document, rules)) {
        Some(rules) => key_source(context, rules.algorithms())?.validate(token, &rules, port).await,
        None => Err(error),
    }
}

fn is_foreign_algorithm(error: &Error) -> bool {
    error.validation().is_some_and(|error| error.kind() == ValidationErrorKind::AlgorithmNotAllowed)
}

/// The ID token of a token response, validated by `rules` and against the access token beside it; `None` where there is none.
pub(super) async fn id_token_of(
    context: &FlowContext,
    tokens: &TokenResponse,
    rules: TokenValidationOptions,
    port: &Port,
) -> Result<Option<ValidatedToken>, Error> {
    let Some(id_token) = tokens.id_token() else { return Ok(None) };
    let rules = match tokens.token_type().eq_ignore_ascii_case(token_types::N_A) {
        true => rules,
        false => rules.with_access_token(tokens.access_token()),
    };
    validate(context, id_token.expose(), &rules, port).await.map(Some)
}

/// The signed token inside of a validated one that came encrypted, which is all that another party can read (OpenID Connect Core section
/// 3.1.2.1); any other as it is.
pub(super) fn signed_text(context: &FlowContext, token: &IdentityToken) -> IdentityToken {
    let settings = context.settings();
    let (Some(keys), 5) = (&settings.decryption_keys, token.expose().split('.').count()) else { return token.clone() };
    let algorithms = settings.id_token.encrypted.map_or(KeyManagementSet::ASYMMETRIC, |(algorithm, _)| KeyManagementSet::only(algorithm));
    let decrypter = JweDecrypter::new(keys.clone(), algorithms, ContentEncryptionSet::ALL);
    let nested = decrypter.and_then(|decrypter| decrypter.decrypt_nested(token.expose(), TokenLimits::default()));
    nested.map_or_else(|_| token.clone(), |nested| IdentityToken::from(nested.unverified_token()))
}

/// A signed response, read once by `send` and verified by `rules`, following the keys.
pub(super) async fn verified<T>(
    context: &FlowContext,
    rules: &TokenValidationOptions,
    send: impl Future<Output = Result<UnverifiedResponse<T>, RequestError>>,
    port: &Port,
) -> Result<T, Error> {
    key_source(context, rules.algorithms())?.verify_response(rules, send, port).await
}

fn secret_key(context: &FlowContext) -> Result<JsonWebKey, ClientError> {
    let missing = || ClientError::configuration("client_secret", "is needed to verify what is signed with an HMAC algorithm");
    let secret = context.settings().credentials.secret().ok_or_else(missing)?;
    JsonWebKey::from_secret(secret.expose().as_bytes()).map_err(|error| ClientError::configuration("client_secret", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeySourceError;

    #[test]
    fn an_error_that_is_no_rejected_algorithm_asks_for_no_newer_document() {
        assert!(!is_foreign_algorithm(&KeySourceError::UnknownIssuer.into()));
    }
}

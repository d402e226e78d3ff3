//! Verification of what a provider signs: the keys, loaded before something is spent, and the ID token of a token response.

use super::context::FlowContext;
use super::error::ClientError;
use crate::constants::{metadata, token_types};
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::{AlgorithmSet, JsonWebKey, JsonWebKeySet};
use crate::keys::KeySource;
use crate::protocol::token::TokenResponse;
use crate::protocol::{Request, RequestError, ResponseVerifier};
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// Loads the provider's keys before something is spent whose answer they verify: a code, a refresh token, a device code. Nothing is loaded
/// where a shared secret verifies, or where the provider states no key set.
///
/// # Errors
/// As loading the keys: nothing was spent, and the same call can be made again.
pub(super) async fn load_keys(context: &FlowContext, rules: &TokenValidationOptions, port: &Port) -> Result<(), Error> {
    let by_secret = !rules.algorithms().is_empty() && rules.algorithms().intersection(AlgorithmSet::ASYMMETRIC).is_empty();
    if !by_secret && context.document.states(metadata::JWKS_URI) {
        context.client.keys.clone().load(port).await?;
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

/// Validates a token by `rules`, following the provider's keys.
pub(super) async fn validate(
    context: &FlowContext,
    token: &str,
    rules: &TokenValidationOptions,
    port: &Port,
) -> Result<ValidatedToken, Error> {
    key_source(context, rules.algorithms())?.validate(token, rules, port).await
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

/// Sends a request whose response may have to be signed. A signed one is verified with the provider's keys: once more with newer ones where
/// it was signed with one that is not known yet.
pub(super) async fn verified<R, T>(
    context: &FlowContext,
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
        let found = verifier(context, &rules, newer_than, port).await?;
        let (verifier, version) = match (found, rejected.take()) {
            (Some(found), _) => found,
            (None, Some(error)) => return Err(error.into()),
            (None, None) => return Err(ClientError::configuration("client_secret", "does not verify the response").into()),
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

/// The keys of the moment for a response that is verified as it arrives, and which version they are.
async fn verifier(
    context: &FlowContext,
    options: &TokenValidationOptions,
    newer_than: Option<u64>,
    port: &Port,
) -> Result<Option<(ResponseVerifier, u64)>, Error> {
    if options.algorithms().intersection(AlgorithmSet::ASYMMETRIC).is_empty() {
        let keys = JsonWebKeySet::from_keys([secret_key(context)?]);
        return Ok(newer_than.is_none().then(|| (ResponseVerifier::new(keys, options.clone()), 0)));
    }
    let keys = context.client.keys.clone();
    let snapshot = match newer_than {
        None => keys.load(port).await?,
        Some(seen) => match keys.newer_than(seen, port).await {
            Some(newest) => newest.snapshot,
            None => return Ok(None),
        },
    };
    Ok(Some((ResponseVerifier::new(snapshot.value.clone(), options.clone()), snapshot.version)))
}

fn secret_key(context: &FlowContext) -> Result<JsonWebKey, ClientError> {
    let missing = || ClientError::configuration("client_secret", "is needed to verify what is signed with an HMAC algorithm");
    let secret = context.settings().credentials.secret().ok_or_else(missing)?;
    JsonWebKey::from_secret(secret.expose().as_bytes()).map_err(|error| ClientError::configuration("client_secret", error.to_string()))
}

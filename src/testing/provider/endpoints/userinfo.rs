//! The userinfo endpoint: OpenID Connect Core section 5.3, with bearer tokens as RFC 6750 has them.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::testing::provider::ForgedKind;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::{ErrorResponse, content_response, json_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let signed = config.userinfo_algorithm.map(|algorithm| json!([algorithm.name()]));
    Map::from_iter(signed.map(|algorithms| ("userinfo_signing_alg_values_supported".to_owned(), algorithms)))
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let missing = || ErrorResponse::bearer(StatusCode::UNAUTHORIZED, None, "no bearer token");
    let proved = credentials(call.request, "DPoP").filter(|_| shared.config.dpop.is_some());
    let text = proved.or_else(|| credentials(call.request, "Bearer")).ok_or_else(missing)?;
    let invalid = |why: &str| match proved {
        Some(_) => ErrorResponse::dpop("invalid_token", why),
        None => ErrorResponse::bearer(StatusCode::UNAUTHORIZED, Some("invalid_token"), why),
    };
    let token = shared.issued.find(text).filter(|token| token.usage == TokenUse::Access).ok_or_else(|| invalid("the token is unknown"))?;
    // A bound token needs the proof of its key, and one that is not bound passes by no other scheme than `Bearer`.
    let shown = proved.and_then(|_| call.dpop_thumbprint());
    if shared.config.dpop.is_some() && (token.grant.bound_key() != shown.as_deref() || proved.is_some() != shown.is_some()) {
        return Err(invalid("the token is bound to another key"));
    }
    if token.expires_at <= shared.config.environment.clock().now() {
        return Err(invalid("the token has expired"));
    }
    let scopes = &token.grant.scopes;
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(ErrorResponse::bearer(StatusCode::FORBIDDEN, Some("insufficient_scope"), "the token lacks the scope openid"));
    }
    let user = token.grant.subject.as_deref().and_then(|subject| shared.config.user(subject));
    let user = user.ok_or_else(|| invalid("the token stands for no user"))?;
    let mut claims = user.released_claims(scopes);
    if let Some(login) = &token.grant.login {
        claims.extend(user.named_claims(&login.userinfo_claims));
    }
    let client = shared.client(&token.grant.client_id);
    let login = client.as_ref().map(|client| &client.login);
    let encrypter = login.and_then(|login| login.userinfo_encrypter.as_ref());
    let algorithm = login.and_then(|login| login.userinfo_algorithm).or(shared.config.userinfo_algorithm);
    let Some(algorithm) = algorithm.or(encrypter.map(|_| shared.config.default_algorithm())) else {
        return Ok(json_response(StatusCode::OK, &Value::Object(claims)));
    };
    claims.insert("iss".to_owned(), json!(shared.issuer()));
    claims.insert("aud".to_owned(), json!(token.grant.client_id));
    let secret = client.as_ref().and_then(|client| client.secrets.first().cloned());
    let mut draft = TokenDraft::new(algorithm, shared.now_seconds(), None, claims).secret(secret);
    if let Some(encrypter) = encrypter {
        draft = draft.encrypted_with(encrypter);
    }
    let jwt = call.forged(ForgedKind::UserInfo, draft).sign(&shared.keys).map_err(ErrorResponse::server_error)?;
    Ok(content_response(StatusCode::OK, "application/jwt", jwt.into()))
}

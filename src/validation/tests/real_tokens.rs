//! The claims of tokens as widespread servers issue them, where client and API share one identifier: each passes as what it is, and as the other
//! kind only where nothing in it tells (rule J19).

use serde_json::{Map, Value, json};

use super::harness::*;
use crate::validation::TokenKind;

/// A server and its token, the claims beside `iss`, `sub`, `aud`, `exp` and `iat`, and what the token passes as.
type Row = (&'static str, Value, &'static [TokenKind]);

const ID: &[TokenKind] = &[TokenKind::IdToken];
const ACCESS: &[TokenKind] = &[TokenKind::PlainAccessToken];
const EITHER: &[TokenKind] = &[TokenKind::IdToken, TokenKind::PlainAccessToken];

fn rows_of_users() -> Vec<Row> {
    let (azp, at) = (CLIENT, NOW - 100);
    vec![
        (
            "Keycloak, ID token",
            json!({"typ": "ID", "azp": azp, "jti": "j", "auth_time": at, "nonce": "n", "sid": "s", "at_hash": "h", "acr": "1"}),
            ID,
        ),
        (
            "Keycloak, access token",
            json!({"typ": "Bearer", "azp": azp, "jti": "j", "auth_time": at, "nonce": "n", "sid": "s", "acr": "1", "scope": "openid",
                   "realm_access": {"roles": ["a"]}}),
            ACCESS,
        ),
        ("Keycloak, access token of a service", json!({"typ": "Bearer", "azp": azp, "jti": "j", "acr": "1", "client_id": azp}), ACCESS),
        ("Keycloak, refresh token", json!({"typ": "Refresh", "azp": azp, "jti": "j", "nonce": "n", "sid": "s", "scope": "openid"}), &[]),
        ("Entra v1, ID token", json!({"amr": ["pwd"], "nonce": "n", "tid": "t", "oid": "o", "unique_name": "u", "ver": "1.0"}), ID),
        (
            "Entra v1, access token",
            json!({"acr": "1", "amr": ["pwd"], "appid": azp, "appidacr": "1", "scp": "user", "tid": "t", "oid": "o", "ver": "1.0"}),
            ACCESS,
        ),
        ("Entra v2, ID token", json!({"nonce": "n", "tid": "t", "oid": "o", "sid": "s", "roles": ["a"], "ver": "2.0"}), ID),
        (
            "Entra v2, access token",
            json!({"azp": azp, "azpacr": "1", "scp": "user", "roles": ["a"], "sid": "s", "tid": "t", "oid": "o", "ver": "2.0"}),
            ACCESS,
        ),
        (
            "Entra, access token of a daemon",
            json!({"azp": azp, "azpacr": "1", "roles": ["a"], "tid": "t", "oid": "o", "ver": "2.0"}),
            EITHER,
        ),
        ("Azure AD B2C, ID token", json!({"nonce": "n", "auth_time": at, "idp": "i", "tfp": "p", "ver": "1.0"}), ID),
        ("Azure AD B2C, access token", json!({"nonce": "n", "azp": azp, "scp": "read", "tfp": "p", "ver": "1.0"}), EITHER),
        (
            "Cognito, ID token",
            json!({"token_use": "id", "auth_time": at, "jti": "j", "event_id": "e", "cognito:username": "u", "at_hash": "h"}),
            ID,
        ),
        (
            "Cognito, access token",
            json!({"token_use": "access", "auth_time": at, "jti": "j", "client_id": azp, "scope": "openid", "username": "u"}),
            ACCESS,
        ),
        ("Google, ID token of the code flow", json!({"azp": azp, "at_hash": "h", "nonce": "n", "email": "e", "hd": "d"}), ID),
        ("Google, ID token of a button", json!({"azp": azp, "email": "e", "nbf": at, "jti": "j"}), EITHER),
        ("Apple, ID token", json!({"c_hash": "h", "email": "e", "auth_time": at, "nonce_supported": true}), ID),
        ("Okta, ID token", json!({"ver": 1, "jti": "j", "amr": ["pwd"], "idp": "i", "nonce": "n", "auth_time": at, "at_hash": "h"}), ID),
        ("Okta, access token", json!({"ver": 1, "jti": "j", "cid": azp, "uid": "u", "scp": ["openid"], "auth_time": at}), ACCESS),
        ("Auth0, ID token", json!({"nickname": "n", "updated_at": "t", "sid": "s", "nonce": "n"}), ID),
        ("Auth0, ID token without nonce", json!({"nickname": "n", "updated_at": "t", "sid": "s"}), ID),
        ("Auth0, access token", json!({"azp": azp, "scope": "openid", "permissions": []}), ACCESS),
        ("Auth0, access token without RBAC", json!({"azp": azp, "scope": "openid"}), EITHER),
    ]
}

fn rows_of_software() -> Vec<Row> {
    let (azp, at) = (CLIENT, NOW - 100);
    vec![
        ("ZITADEL, ID token", json!({"client_id": azp, "azp": azp, "auth_time": at, "amr": ["pwd"], "at_hash": "h", "sid": "s"}), ID),
        ("ZITADEL, access token", json!({"client_id": azp, "jti": "j", "nbf": at}), ACCESS),
        ("Spring, ID token", json!({"azp": azp, "auth_time": at, "nonce": "n", "jti": "j", "sid": "s"}), ID),
        ("Spring, access token", json!({"nbf": at, "scope": ["openid"], "jti": "j"}), EITHER),
        ("Hydra, ID token", json!({"at_hash": "h", "auth_time": at, "jti": "j", "nonce": "n", "rat": at, "sid": "s"}), ID),
        ("Hydra, access token", json!({"client_id": azp, "ext": {}, "jti": "j", "nbf": at, "scp": ["openid"]}), ACCESS),
        ("Duende, ID token", json!({"nbf": at, "amr": ["pwd"], "nonce": "n", "at_hash": "h", "sid": "s", "auth_time": at, "idp": "l"}), ID),
        (
            "Duende, access token",
            json!({"nbf": at, "scope": ["openid"], "amr": ["pwd"], "client_id": azp, "auth_time": at, "sid": "s", "jti": "j"}),
            // Told by `typ` `at+jwt`, which this server sets.
            EITHER,
        ),
        ("WSO2, ID token", json!({"isk": "k", "at_hash": "h", "c_hash": "h", "amr": ["p"], "nbf": at, "azp": azp, "sid": "s"}), ID),
        ("WSO2, access token", json!({"aut": "APPLICATION_USER", "client_id": azp, "azp": azp, "scope": "openid", "jti": "j"}), ACCESS),
        ("GitHub Actions", json!({"jti": "j", "ref": "r", "repository": "o/r", "actor": "a", "environment": "e", "nbf": at}), EITHER),
        ("GitLab CI", json!({"jti": "j", "ref": "r", "project_path": "p", "user_login": "u", "pipeline_id": "1", "nbf": at}), EITHER),
        ("Kubernetes, service account", json!({"jti": "j", "nbf": at, "kubernetes.io": {"namespace": "n"}}), EITHER),
    ]
}

#[test]
fn j19_tokens_of_widespread_servers_pass_as_what_they_are() {
    for (token, more, accepted) in [rows_of_users(), rows_of_software()].concat() {
        let mut claims: Map<String, Value> = sound(TokenKind::IdToken).1.as_object().unwrap().clone();
        claims.extend(more.as_object().unwrap().clone());
        for kind in EITHER {
            for typ in [None, Some("JWT")] {
                let outcome = judge_typed(typ, &Value::from(claims.clone()), &rules(*kind));
                let expected = if accepted.contains(kind) { "ok" } else { "wrong_token_kind" };
                expect(outcome, expected, (token, kind, typ));
            }
        }
    }
}

//! What is measured: keys, tokens, a key set, a discovery document. Made anew on each run.

use std::collections::BTreeMap;
use std::time::SystemTime;

use identity_model::encoding::base64url;
use identity_model::jose::{JsonWebKey, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://idp.example.com";
pub const AUDIENCE: &str = "https://api.example.com/reports";

/// The columns of the table.
pub const ALGORITHMS: [SignatureAlgorithm; 6] = [
    SignatureAlgorithm::RS256,
    SignatureAlgorithm::PS256,
    SignatureAlgorithm::ES256,
    SignatureAlgorithm::ES384,
    SignatureAlgorithm::EDDSA,
    SignatureAlgorithm::HS256,
];

/// What biscuit and huskarl do not read themselves of the claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnClaims {
    pub client_id: String,
    pub scope: String,
    pub auth_time: u64,
    pub acr: String,
    pub amr: Vec<String>,
    pub sid: String,
    pub tenant: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub roles: Vec<String>,
}

/// The claims of the token, typed and owned, without `flatten`, which costs: what a careful application writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: u64,
    pub nbf: u64,
    pub iat: u64,
    pub jti: String,
    pub client_id: String,
    pub scope: String,
    pub auth_time: u64,
    pub acr: String,
    pub amr: Vec<String>,
    pub sid: String,
    pub tenant: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub roles: Vec<String>,
}

/// The same claims, their texts borrowed from the token where the crate lets its users do so.
#[derive(Debug, Clone, Deserialize)]
#[expect(dead_code, reason = "read to be comparable")]
pub struct BorrowedClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub aud: &'a str,
    pub exp: u64,
    pub nbf: u64,
    pub iat: u64,
    pub jti: &'a str,
    pub client_id: &'a str,
    pub scope: &'a str,
    pub auth_time: u64,
    pub acr: &'a str,
    #[serde(borrow)]
    pub amr: Vec<&'a str>,
    pub sid: &'a str,
    pub tenant: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub email_verified: bool,
    #[serde(borrow)]
    pub roles: Vec<&'a str>,
}

/// One column: a key and a token that it signed.
pub struct Column {
    pub algorithm: SignatureAlgorithm,
    pub key: PrivateKey,
    /// The key as the key set of a provider shows it (of a shared secret: with its octets).
    pub jwk: Value,
    pub token: String,
    /// The same key and claims, ended an hour ago.
    pub expired: String,
    /// From another issuer.
    pub foreign: String,
    /// Its header names a critical extension.
    pub forged: String,
}

impl Column {
    pub fn new(algorithm: SignatureAlgorithm) -> Self {
        let key_id = format!("{}-2026-11-a1b2c3d4", algorithm.name().to_lowercase());
        let (key, jwk) = if algorithm.is_symmetric() {
            let secret: [u8; 32] = std::array::from_fn(|index| index as u8 * 7 + 3);
            let jwk = json!({"kty": "oct", "kid": key_id, "alg": algorithm.name(), "use": "sig", "k": base64url::encode(secret)});
            (PrivateKey::from_jwk(jwk.to_string().as_bytes()).expect("a secret"), jwk)
        } else {
            let key = PrivateKey::generate(algorithm).expect("a new key").with_key_id(&key_id).expect("a key id");
            let mut jwk: Value = serde_json::from_str(key.public_jwk().to_json()).expect("a key in JSON");
            jwk["use"] = "sig".into();
            jwk["alg"] = algorithm.name().into();
            (key, jwk)
        };
        let now = now();
        let changed = |name: &str, value: Value| {
            let mut claims = claims(now);
            claims[name] = value;
            sign(&key, algorithm, &claims)
        };
        let token = sign(&key, algorithm, &claims(now));
        let (_, rest) = token.split_once('.').expect("three parts");
        let forged_header = json!({"alg": algorithm.name(), "kid": key_id, "typ": "at+jwt", "crit": ["b64"], "b64": false});
        Self {
            algorithm,
            expired: changed("exp", (now - 3000).into()),
            foreign: changed("iss", "https://other.example.com".into()),
            forged: format!("{}.{rest}", base64url::encode(forged_header.to_string())),
            token,
            jwk,
            key,
        }
    }

    /// A token of this key from another issuer.
    pub fn token_of(&self, issuer: &str) -> String {
        let mut claims = claims(now());
        claims["iss"] = issuer.into();
        sign(&self.key, self.algorithm, &claims)
    }

    /// What is signed.
    pub fn message(&self) -> &[u8] {
        self.token.rsplit_once('.').expect("three parts").0.as_bytes()
    }

    /// The signature's octets.
    pub fn signature(&self) -> Vec<u8> {
        base64url::decode(self.token.rsplit_once('.').expect("three parts").1).expect("base64url")
    }

    /// A member of the key, decoded.
    pub fn number(&self, member: &str) -> Vec<u8> {
        base64url::decode(self.jwk[member].as_str().expect("a string")).expect("base64url")
    }

    /// A key set with this key and another one.
    pub fn key_set(&self) -> String {
        let other = PrivateKey::generate(SignatureAlgorithm::ES256).expect("a new key").with_key_id("another").expect("a key id");
        let other: Value = serde_json::from_str(other.public_jwk().to_json()).expect("a key in JSON");
        json!({"keys": [other, self.jwk]}).to_string()
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

fn sign(key: &PrivateKey, algorithm: SignatureAlgorithm, claims: &Value) -> String {
    let signer = key.signer(algorithm).expect("a signer");
    sign_compact_blocking(&JwsHeader::new().typ("at+jwt"), claims.to_string().as_bytes(), &signer).expect("a token")
}

/// Eighteen claims; with header and an RSA signature a token of a bit over 1 KB.
fn claims(now: u64) -> Value {
    json!({
        "iss": ISSUER, "sub": "248289761001", "aud": AUDIENCE, "exp": now + 3600, "nbf": now - 600, "iat": now - 600,
        "jti": "0b1f6c9e5d3a4f27", "client_id": "reports-web", "scope": "openid profile reports:read reports:write",
        "auth_time": now - 900, "acr": "urn:example:loa:2", "amr": ["pwd", "otp"], "sid": "9c1c7a32e0c14fd0",
        "tenant": "acme", "name": "Alice Example", "email": "alice@example.com", "email_verified": true,
        "roles": ["reader", "writer", "approver"],
    })
}

/// Ten keys as a large provider publishes them: eight RSA, two P-256, with what usually stands beside the numbers.
pub fn ten_keys(rsa: &JsonWebKey, ec: &JsonWebKey) -> String {
    let member = |key: &JsonWebKey| serde_json::from_str::<Value>(key.to_json()).expect("a key in JSON");
    let keys: Vec<Value> = (0..10)
        .map(|index| {
            let mut key = member(if index < 8 { rsa } else { ec });
            key["kid"] = format!("signing-key-2026-{index:02}").into();
            key["use"] = "sig".into();
            key["alg"] = if index < 8 { "RS256" } else { "ES256" }.into();
            key
        })
        .collect();
    json!({ "keys": keys }).to_string()
}

/// A discovery document of about 6.5 KB, with the members of a large provider.
pub fn discovery_document(issuer: &str, jwks_uri: &str) -> String {
    let mut members = BTreeMap::<String, Value>::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("issuer", issuer.into());
    set("jwks_uri", jwks_uri.into());
    for name in [
        "authorization",
        "token",
        "userinfo",
        "end_session",
        "introspection",
        "revocation",
        "registration",
        "device_authorization",
        "pushed_authorization_request",
        "backchannel_authentication",
    ] {
        set(&format!("{name}_endpoint"), format!("{issuer}/protocol/openid-connect/{name}").into());
    }
    let algorithms =
        json!(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"]);
    let wrapping = json!(["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"]);
    let content = json!(["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM"]);
    for name in [
        "id_token",
        "userinfo",
        "request_object",
        "authorization",
        "introspection",
        "token_endpoint_auth",
        "revocation_endpoint_auth",
        "introspection_endpoint_auth",
        "backchannel_authentication_request",
        "dpop",
        "client_assertion",
    ] {
        set(&format!("{name}_signing_alg_values_supported"), algorithms.clone());
    }
    for name in ["id_token", "userinfo", "request_object", "authorization", "introspection"] {
        set(&format!("{name}_encryption_alg_values_supported"), wrapping.clone());
        set(&format!("{name}_encryption_enc_values_supported"), content.clone());
    }
    let methods = json!(["private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt", "tls_client_auth"]);
    for name in ["token", "revocation", "introspection"] {
        set(&format!("{name}_endpoint_auth_methods_supported"), methods.clone());
    }
    set("response_types_supported", json!(["code", "none", "id_token", "code id_token", "id_token token", "code id_token token"]));
    set("response_modes_supported", json!(["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt"]));
    set("subject_types_supported", json!(["public", "pairwise"]));
    set(
        "grant_types_supported",
        json!(["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"]),
    );
    set("code_challenge_methods_supported", json!(["S256"]));
    set("scopes_supported", json!(["openid", "profile", "email", "address", "phone", "offline_access", "reports:read", "reports:write"]));
    let claims = ["sub", "name", "given_name", "family_name", "email", "email_verified", "locale", "picture", "acr", "auth_time", "sid"];
    set("claims_supported", json!(claims));
    for name in ["claims_parameter", "request_parameter", "request_uri_parameter", "backchannel_logout", "frontchannel_logout"] {
        set(&format!("{name}_supported"), true.into());
    }
    set(
        "mtls_endpoint_aliases",
        json!({"token_endpoint": format!("{issuer}/mtls/token"), "userinfo_endpoint": format!("{issuer}/mtls/userinfo")}),
    );
    // A server that serves several locales lists them; they fill the document up to its usual length.
    let locales: Vec<String> =
        ["de", "en", "fr", "es", "it", "nl", "pt", "pl", "cs", "da", "sv", "fi", "nb", "hu", "ro", "tr", "el", "ja", "ko", "zh"]
            .iter()
            .flat_map(|language| [(*language).to_owned(), format!("{language}-x-formal"), format!("{language}-x-plain")])
            .collect();
    set("ui_locales_supported", json!(locales));
    set("acr_values_supported", json!(["urn:example:loa:1", "urn:example:loa:2", "urn:example:loa:3", "phr", "phrh", "mfa", "pwd", "otp"]));
    set("prompt_values_supported", json!(["none", "login", "consent", "select_account", "create"]));
    set("display_values_supported", json!(["page", "popup", "touch", "wap"]));
    for name in ["op_policy_uri", "op_tos_uri"] {
        set(name, format!("{issuer}/legal/{name}").into());
    }
    set("service_documentation", format!("{issuer}/documentation").into());
    json!(members).to_string()
}

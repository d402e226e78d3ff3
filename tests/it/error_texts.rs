//! What errors say: in one line the kind, where, what was expected and found, and the call that helps; every code is on its page.

use std::io;
use std::time::{Duration, SystemTime};

use identity_model::client::ClientError;
use identity_model::encoding::base64url;
use identity_model::error::Error;
use identity_model::exchange::DriveError;
use identity_model::jose::{JsonWebKey, JsonWebKeySet, JwsHeader, KeySelection, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::keys::KeySourceError;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryDocumentResponse, DiscoveryPolicy, MetadataProfile};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::{RetrySettings, TransportError, TransportErrorKind};
use identity_model::validation::{Binding, TokenValidationOptions, ValidationError, validate};
use serde_json::{Value, json};

const TOKEN: &str = "https://idp.example.com/token";
const ISSUER: &str = "https://idp.example.com";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000)
}

/// The error of a token request that is answered with this.
fn token_error(address: &str, authentication: ClientAuthentication, answer: ScriptedResponse) -> Error {
    let http = ScriptedHttpClient::builder().exchange(Expected::post(address), answer).build();
    let request = ClientCredentialsTokenRequest::builder().address(address).client_id("app").authentication(authentication);
    request.retry(RetrySettings::NONE).send_blocking(&http).unwrap_err()
}

fn key(algorithm: SignatureAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm).unwrap()
}

fn sign(key: &PrivateKey, algorithm: SignatureAlgorithm, header: JwsHeader, claims: &Value) -> String {
    sign_compact_blocking(&header, claims.to_string().as_bytes(), &key.signer(algorithm).unwrap()).unwrap()
}

fn keys(key: &PrivateKey) -> JsonWebKeySet {
    JsonWebKeySet::from_keys([key.public_jwk().clone()])
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "api", "sub": "alice", "exp": 1_750_000_600, "iat": 1_750_000_000, "scope": "a b", "client_id": "app" })
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

macro_rules! rules {
    () => {
        TokenValidationOptions::builder(identity_model::validation::TokenKind::PlainAccessToken).issuer(ISSUER).audience("api")
    };
}

/// The verdict about a token with these claims.
fn judged(claims: &Value, options: TokenValidationOptions) -> Result<(), ValidationError> {
    let key = key(SignatureAlgorithm::ES256);
    validate(&sign(&key, SignatureAlgorithm::ES256, JwsHeader::new(), claims), &keys(&key), &options, now()).map(drop)
}

fn rejected(claims: &Value, options: TokenValidationOptions) -> String {
    judged(claims, options).unwrap_err().to_string()
}

#[test]
fn h_shown_the_line_of_an_error_says_kind_endpoint_address_and_the_innermost_reason() {
    let answer = || {
        ScriptedResponse::computed(|_| {
            let cause = io::Error::new(io::ErrorKind::ConnectionRefused, "connection\nrefused");
            Err(TransportError::new(TransportErrorKind::Connect, "no connection").with_source(cause))
        })
    };
    let error = token_error(TOKEN, ClientAuthentication::none(), answer());
    assert_eq!(
        error.to_string(),
        "transport error: token endpoint at `https://idp.example.com/token` failed: no response: no connection: connection\\nrefused"
    );
    let error = token_error("https://idp.example.com:8443/token?key=canary", ClientAuthentication::secret_basic("canary"), answer());
    assert!(error.to_string().contains("at `https://idp.example.com:8443/token` failed"), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
    let twice = ScriptedResponse::json(200, r#"{"access_token":"a","access_token":"b"}"#);
    let line = token_error(TOKEN, ClientAuthentication::none(), twice).to_string();
    assert!(
        line.starts_with("malformed input: token endpoint at `https://idp.example.com/token` failed") && line.contains("twice"),
        "{line}"
    );
    let line = Error::from(DriveError::NoTimer).to_string();
    assert_eq!(line.matches("no timer").count(), 1, "{line}");
}

#[test]
fn d_404_says_what_was_asked_and_what_is_usually_there() {
    let address = "https://idp.example.com/realms/x/.well-known/openid-configuration";
    let http =
        ScriptedHttpClient::builder().exchange(Expected::get(address), ScriptedResponse::content(404, "text/html", "not here")).build();
    let request = DiscoveryDocumentRequest::builder().address("https://idp.example.com/realms/x").retry(RetrySettings::NONE);
    let line = request.send_blocking(&http).unwrap_err().to_string();
    let expected = format!("discovery at `{address}` failed: HTTP 404 (expected 200); check the authority");
    assert!(line.contains(&expected) && line.contains("`<authority>/.well-known/openid-configuration`"), "{line}");
}

#[test]
fn t_shown_blanks_and_empty_values_can_be_seen_and_are_escaped_once() {
    for (value, shown) in [("api ", r#"found "api ""#), ("", r#"found """#), ("a\"\n", r#"found "a\"\n""#)] {
        let line = rejected(&changed("aud", json!(value)), rules!().build());
        assert!(line.contains(shown), "{line}");
    }
    let line = rejected(&changed("iss", json!("https://idp.example.com/")), rules!().build());
    assert!(line.contains(r#"expected "https://idp.example.com", found "https://idp.example.com/""#), "{line}");
}

#[test]
fn k_alg_message_and_s_remedies_name_the_setter() {
    let key = key(SignatureAlgorithm::PS256);
    let token = sign(&key, SignatureAlgorithm::PS256, JwsHeader::new(), &claims());
    let id_token = TokenValidationOptions::id_token().issuer(ISSUER).audience("api").algorithms(SignatureAlgorithm::RS256).build();
    for (options, setter) in
        [(rules!().algorithms(SignatureAlgorithm::RS256).build(), ".algorithms([…])"), (id_token, ".id_token_signed_response_alg(…)")]
    {
        let line = validate(&token, &keys(&key), &options, now()).unwrap_err().to_string();
        assert!(line.contains(r#"expected "RS256", found "PS256""#) && line.contains(setter), "{line}");
    }
    let line = rejected(&changed("cnf", json!({ "jkt": "thumbprint" })), rules!().build());
    assert!(line.contains("`.with_binding(…)`"), "{line}");
}

#[test]
fn t_five_dotted_parts_without_enc_are_no_jwe() {
    let header = base64url::encode(br#"{"alg":"RS256"}"#);
    let error = validate(&format!("{header}.a.b.c.d"), &JsonWebKeySet::default(), &rules!().build(), now()).unwrap_err();
    assert!(error.to_string().contains("not a JWE: `enc` is missing"), "{error}");
    assert_eq!(error.code(), "token_not_jwe");
}

#[test]
fn t_kid_source_an_unknown_kid_is_in_the_message() {
    let key = key(SignatureAlgorithm::ES256);
    let token = sign(&key, SignatureAlgorithm::ES256, JwsHeader::new().key_id("2024-a"), &claims());
    let set = JsonWebKeySet::from_keys([key.public_jwk().with_key_id("2023-b").unwrap()]);
    let error = validate(&token, &set, &rules!().build(), now()).unwrap_err();
    assert!(error.to_string().contains(r#"no key matches: `kid` "2024-a" is unknown (set of 1 key)"#), "{error}");
}

#[test]
fn s_opaque_hint_tokens_that_are_no_jwt_lead_to_introspection() {
    for token in ["ory_at_x.y", "opaque", "a.b.c.d"] {
        let error = validate(token, &JsonWebKeySet::default(), &rules!().build(), now()).unwrap_err();
        assert!(error.to_string().contains("opaque token") && error.to_string().contains("introspecting"), "{error}");
    }
}

#[test]
fn s_aud_hint_a_missing_audience_has_three_ways() {
    let line = rejected(&without("aud"), rules!().build());
    for way in ["mapper", "introspect", ".danger_allow_missing_aud()"] {
        assert!(line.contains(way), "{line}");
    }
}

#[test]
fn s_scope_none_is_said() {
    let line = rejected(&without("scope"), rules!().required_scope("c").build());
    assert!(line.contains("the token states no scope") && !line.contains("found"), "{line}");
    let line = rejected(&claims(), rules!().required_scope("c").build());
    assert!(line.contains(r#"expected "c", found "a b""#), "{line}");
}

#[test]
fn s_method_tried_is_named_with_its_alternatives() {
    let refusal = || ScriptedResponse::json(401, r#"{"error":"invalid_client"}"#);
    for (authentication, tried, other) in [
        (ClientAuthentication::secret_basic("s3cret"), "`client_secret_basic`", "secret_post(…)"),
        (ClientAuthentication::secret_post("s3cret"), "`client_secret_post`", "secret_basic_raw(…)"),
        (ClientAuthentication::none(), "did not authenticate", ".authentication(…)"),
    ] {
        let line = token_error(TOKEN, authentication, refusal()).to_string();
        assert!(line.contains(tried) && line.contains(other) && !line.contains("s3cret"), "{line}");
    }
    let line = token_error(TOKEN, ClientAuthentication::none(), ScriptedResponse::json(400, r#"{"error":"invalid_scope"}"#)).to_string();
    assert!(!line.contains("authenticat"), "{line}");
}

#[test]
fn s_wrong_secret_is_told_by_one_method_whatever_the_code() {
    let failed = |status, code: &str| {
        let answer = ScriptedResponse::json(status, json!({ "error": code, "error_description": "Authentication failed." }));
        let error = token_error(TOKEN, ClientAuthentication::secret_basic("s3cret"), answer);
        error.oauth_error().unwrap().is_client_authentication_failure()
    };
    for (status, code) in [(401, "invalid_client"), (400, "invalid_client"), (401, "unauthorized_client"), (401, "invalid_request")] {
        assert!(failed(status, code), "{status} {code}");
    }
    for (status, code) in [
        (400, "unauthorized_client"),
        (400, "invalid_grant"),
        (400, "invalid_request"),
        (403, "access_denied"),
        (503, "temporarily_unavailable"),
    ] {
        assert!(!failed(status, code), "{status} {code}");
    }
}

#[test]
fn s_not_listed_and_s_introspect_address_name_the_way_to_state_an_endpoint() {
    let document = json!({ "issuer": ISSUER, "jwks_uri": "https://idp.example.com/jwks" });
    let document = DiscoveryDocumentResponse::parse(document.to_string(), ISSUER, DiscoveryPolicy::strict()).unwrap();
    for missing in [document.introspection_endpoint(), document.revocation_endpoint(), document.registration_endpoint()] {
        let line = Error::from(missing.unwrap_err()).to_string();
        assert!(line.starts_with("policy violation: ") && line.contains("is missing") && line.contains("`.address(…)`"), "{line}");
    }
}

#[test]
fn every_cause_is_reached() {
    assert!(Error::from(DriveError::NoTimer).find::<DriveError>().is_some());
    assert!(Error::from(KeySourceError::UnknownIssuer).find::<KeySourceError>().is_some());
    assert!(Error::from(ClientError::MissingIdToken).find::<ClientError>().is_some());
}

/// With every feature: the codes of native applications are on the page too.
#[cfg(feature = "native")]
#[test]
fn every_code_is_on_the_page_about_trouble_under_its_kind() {
    use std::collections::BTreeSet;

    use identity_model::error::codes;
    use identity_model::integrations::native::{BrowserError, LoopbackError};

    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/troubleshooting.md")).unwrap();
    let sections = page.split("\n## ").skip(1).flat_map(|section| {
        let (kind, rows) = section.split_once('\n').unwrap();
        let codes = rows.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        codes.map(|(code, _)| (kind.to_owned(), code.to_owned())).collect::<Vec<_>>()
    });
    let listed: BTreeSet<(String, String)> = sections.collect();
    let native = BrowserError::CODES.iter().chain(LoopbackError::CODES).copied();
    let existing: BTreeSet<_> = codes().chain(native).map(|(code, kind)| (format!("{kind:?}"), code.to_owned())).collect();
    let missing: Vec<_> = existing.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&existing).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not on the page: {missing:?}\nno such code: {gone:?}");
    assert!(existing.len() > 200);
}

/// A rejection that has a remedy: its code, the call that the message names, and the same input without and with that call.
struct Remedy {
    code: &'static str,
    call: &'static str,
    rejected: fn() -> Result<(), Error>,
    allowed: fn() -> Result<(), Error>,
}

fn bound() -> Value {
    changed("cnf", json!({ "jkt": "thumbprint" }))
}

/// A token of one of two keys without `kid`.
fn of_two_keys(options: TokenValidationOptions) -> Result<(), Error> {
    let (one, two) = (key(SignatureAlgorithm::ES256), key(SignatureAlgorithm::ES256));
    let unnamed = |key: &PrivateKey| {
        let mut jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
        jwk.as_object_mut().unwrap().remove("kid");
        JsonWebKey::from_json(jwk.to_string().as_bytes()).unwrap()
    };
    let set = JsonWebKeySet::from_keys([&one, &two].map(unnamed));
    let token = sign(&one, SignatureAlgorithm::ES256, JwsHeader::new().without_key_id(), &claims());
    Ok(validate(&token, &set, &options, now()).map(drop)?)
}

fn document(policy: DiscoveryPolicy, members: Value) -> Result<(), Error> {
    let mut document = json!({ "issuer": ISSUER, "jwks_uri": "https://idp.example.com/jwks" });
    document.as_object_mut().unwrap().extend(members.as_object().cloned().unwrap());
    DiscoveryDocumentResponse::parse(document.to_string(), ISSUER, policy)?.validate()?;
    Ok(())
}

macro_rules! policy {
    ($($call:tt)*) => {
        DiscoveryPolicy::builder().metadata_profile(MetadataProfile::KeysOnly)$($call)*.build()
    };
}

fn elsewhere() -> Value {
    json!({ "token_endpoint": "https://other.example.com/token" })
}

fn private() -> Value {
    json!({ "token_endpoint": "https://10.0.0.1/token" })
}

const REMEDIES: &[Remedy] = &[
    Remedy {
        code: "algorithm_not_allowed",
        call: ".algorithms(",
        rejected: || Ok(judged(&claims(), rules!().algorithms(SignatureAlgorithm::RS256).build())?),
        allowed: || Ok(judged(&claims(), rules!().algorithms(SignatureAlgorithm::ES256).build())?),
    },
    Remedy {
        code: "key_ambiguous",
        call: ".key_selection(KeySelection::TryEach)",
        rejected: || of_two_keys(rules!().build()),
        allowed: || of_two_keys(rules!().key_selection(KeySelection::TryEach { at_most: 2 }).build()),
    },
    Remedy {
        code: "bound_token",
        call: ".with_binding(",
        rejected: || Ok(judged(&bound(), rules!().build())?),
        allowed: || Ok(judged(&bound(), rules!().build().with_binding(Binding::none().with_key_thumbprint("thumbprint")))?),
    },
    Remedy {
        code: "bound_token",
        call: ".danger_skip_cnf()",
        rejected: || Ok(judged(&bound(), rules!().build())?),
        allowed: || Ok(judged(&bound(), rules!().danger_skip_cnf().build())?),
    },
    Remedy {
        code: "claim_missing",
        call: ".danger_allow_missing_aud()",
        rejected: || Ok(judged(&without("aud"), rules!().build())?),
        allowed: || Ok(judged(&without("aud"), rules!().danger_allow_missing_aud().build())?),
    },
    Remedy {
        code: "https_required",
        call: ".danger_allow_http()",
        rejected: || Ok(DiscoveryPolicy::strict().check_address("http://idp.example.com/token").map(drop)?),
        allowed: || Ok(policy!(.danger_allow_http()).check_address("http://idp.example.com/token").map(drop)?),
    },
    Remedy {
        code: "endpoint_host",
        call: ".additional_endpoint_base_address(",
        rejected: || document(policy!(), elsewhere()),
        allowed: || document(policy!(.additional_endpoint_base_address("https://other.example.com")), elsewhere()),
    },
    Remedy {
        code: "private_address",
        call: ".danger_allow_private_addresses()",
        rejected: || document(policy!(.danger_any_endpoint_host()), private()),
        allowed: || document(policy!(.danger_any_endpoint_host().danger_allow_private_addresses()), private()),
    },
    Remedy {
        code: "missing_member",
        call: ".metadata_profile(MetadataProfile::KeysOnly)",
        rejected: || document(DiscoveryPolicy::strict(), json!({})),
        allowed: || document(policy!(), json!({})),
    },
    Remedy {
        code: "missing_key_set",
        call: ".require_key_set(false)",
        rejected: || document(policy!(), json!({ "jwks_uri": null })),
        allowed: || document(policy!(.require_key_set(false)), json!({ "jwks_uri": null })),
    },
];

#[test]
fn every_remedy_that_is_named_works() {
    for remedy in REMEDIES {
        let error = (remedy.rejected)().unwrap_err();
        assert_eq!(error.code(), remedy.code, "{error}");
        assert!(error.to_string().contains(remedy.call), "{}: the message does not name `{}`: {error}", remedy.code, remedy.call);
        (remedy.allowed)().unwrap_or_else(|error| panic!("{}: `{}` does not help: {error}", remedy.code, remedy.call));
    }
}

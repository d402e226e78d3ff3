//! Published documents and contracts, read from outside: the responses of Duende.IdentityModel by file, the cases of identity-model-spec by id.

use std::path::{Path, PathBuf};

use identity_model::constants::token_type_identifiers;
use identity_model::encoding::base64;
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{JsonWebKeySet, SignatureAlgorithm};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
use identity_model::protocol::registration::RegistrationRequest;
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenExchangeRequest, TokenResponse};
use identity_model::protocol::userinfo::{ExpectedSubject, UserInfoRequest};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use identity_model::validation::TokenValidationOptions;
use serde_json::Value;

use super::support::{TOKEN, USERINFO, answered, both_ways, chain};
use crate::vectors;

const INTROSPECT: &str = "https://server.example.com/introspect";
const REVOKE: &str = "https://server.example.com/revoke";

/// The files of the two publishers.
struct Files(PathBuf);

impl Files {
    fn find(test: &str) -> Option<Self> {
        // One folder has both, or the test is skipped.
        vectors::folder(test, "duende")?;
        vectors::folder(test, "identity-model-spec").map(Self)
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.0.join(path)).unwrap()
    }

    fn duende(&self, name: &str, status: u16) -> ScriptedResponse {
        ScriptedResponse::content(status, "application/json", self.bytes(&format!("duende/{name}")))
    }

    fn fixture(&self, name: &str, status: u16) -> ScriptedResponse {
        ScriptedResponse::content(
            status,
            "application/json; charset=utf-8",
            self.bytes(&format!("identity-model-spec/test-fixtures/{name}")),
        )
    }
}

macro_rules! request {
    ($request:ident, $address:expr $(, $setter:ident($value:expr))*) => {
        |environment: Environment| {
            let builder = $request::builder().environment(environment).retry(RetrySettings::NONE);
            builder.address($address)$(.$setter($value))*.build()
        }
    };
}

#[track_caller]
fn introspected(answer: ScriptedResponse) -> Result<IntrospectionResponse, Error> {
    let basic = ClientAuthentication::secret_basic("s");
    let build = request!(IntrospectionRequest, INTROSPECT, client_id("api"), authentication(basic.clone()), token("t"));
    answered(build, Expected::post(INTROSPECT).form("token", "t"), answer)
}

/// Cases of a capability that are run below; the file must not hold one more.
#[track_caller]
fn assert_all(folder: &Path, capability: &str, known: &[&str]) {
    let file = vectors::json(folder, &format!("identity-model-spec/conformance/{capability}.json"));
    let published: Vec<&str> = file["tests"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect();
    assert_eq!(published, known, "{capability}");
}

#[test]
fn every_published_case_of_these_capabilities_is_known_here() {
    let Some(Files(folder)) = Files::find("published cases") else { return };
    assert_all(&folder, "introspection", &["INTR-001", "INTR-002", "INTR-003", "INTR-004", "INTR-005", "INTR-006"]);
    assert_all(&folder, "revocation", &["REV-001", "REV-002", "REV-003", "REV-004", "REV-005"]);
    assert_all(&folder, "token-exchange", &["EXCH-001", "EXCH-002", "EXCH-003", "EXCH-004", "EXCH-005", "EXCH-006"]);
    assert_all(&folder, "client-credentials", &["CC-001", "CC-002", "CC-003", "CC-004", "CC-005", "CC-006"]);
    assert_all(&folder, "userinfo", &["UI-001", "UI-002", "UI-003", "UI-004", "UI-005", "UI-006", "UI-007", "UI-008"]);
}

#[test]
fn intr_001_002_active_and_inactive_tokens() {
    let Some(files) = Files::find("INTR-001") else { return };
    let active = introspected(files.fixture("introspection/active-response.json", 200)).unwrap();
    assert!(active.is_active() && active.has_scope("dolphin"));
    assert_eq!((active.client_id(), active.username(), active.token_type()), (Some("l238j323ds-23ij4"), Some("jdoe"), Some("Bearer")));
    assert_eq!((active.subject(), active.issuer()), (Some("Z5O3upPC88QrAjx00dis"), Some("https://server.example.com/")));
    assert_eq!(active.audiences(), ["https://protected.example.net/resource"]);
    assert!(active.token_id().is_some() && active.expires_at() > active.issued_at() && active.not_before() == active.issued_at());
    assert_eq!(active.try_get_str("extension_field"), Some("twenty-seven"));
    assert!(introspected(files.fixture("introspection/active-minimal.json", 200)).unwrap().is_active());
    assert!(!introspected(files.fixture("introspection/inactive-response.json", 200)).unwrap().is_active());
}

#[test]
fn intr_003_cc_002_003_basic_in_the_header_and_post_in_the_body() {
    let Some(_) = Files::find("INTR-003") else { return };
    let active = || ScriptedResponse::json(200, r#"{"active":true}"#);
    let basic = ClientAuthentication::secret_basic("a b");
    let build = request!(IntrospectionRequest, INTROSPECT, client_id("c:d"), authentication(basic.clone()), token("t"));
    let header = format!("Basic {}", base64::encode("c%3Ad:a+b"));
    let expected =
        Expected::post(INTROSPECT).header("authorization", header.as_str()).without_form("client_id").without_form("client_secret");
    answered(build, expected, active()).unwrap();
    let post = ClientAuthentication::secret_post("a b");
    let build = request!(IntrospectionRequest, INTROSPECT, client_id("c:d"), authentication(post.clone()), token("t"));
    let expected = Expected::post(INTROSPECT).without_header("authorization").form("client_id", "c:d").form("client_secret", "a b");
    answered(build, expected, active()).unwrap();

    let build = request!(ClientCredentialsTokenRequest, TOKEN, client_id("c:d"), authentication(basic.clone()));
    let expected = Expected::post(TOKEN).header("authorization", header.as_str()).without_form("client_id").without_form("client_secret");
    answered(build, expected, ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"Bearer"}"#)).unwrap();
    let build = request!(ClientCredentialsTokenRequest, TOKEN, client_id("c:d"), authentication(post.clone()));
    let expected = Expected::post(TOKEN).without_header("authorization").form("client_id", "c:d").form("client_secret", "a b");
    answered(build, expected, ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"Bearer"}"#)).unwrap();
}

#[test]
fn intr_004_rev_002_the_hint_is_sent_beside_the_token() {
    let Some(files) = Files::find("INTR-004") else { return };
    for hint in ["access_token", "refresh_token"] {
        let build = request!(IntrospectionRequest, INTROSPECT, client_id("api"), token("t"), token_type_hint(hint));
        let expected = Expected::post(INTROSPECT).form("token", "t").form("token_type_hint", hint);
        answered(build, expected, files.fixture("introspection/active-minimal.json", 200)).unwrap();
        let build = request!(RevocationRequest, REVOKE, client_id("app"), token("t"), token_type_hint(hint));
        let expected = Expected::post(REVOKE).form("token", "t").form("token_type_hint", hint);
        answered(build, expected, files.fixture("revocation/revoke-success-empty.json", 200)).unwrap();
    }
}

#[track_caller]
fn assert_oauth(error: &Error, code: &str, status: u16) {
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let oauth = error.oauth_error().unwrap();
    assert_eq!((oauth.error(), oauth.status().as_u16(), oauth.error_description().is_some()), (code, status, true));
}

#[test]
fn intr_005_rev_001_003_004_errors_and_the_success_that_says_nothing() {
    let Some(files) = Files::find("INTR-005") else { return };
    assert_oauth(&introspected(files.fixture("introspection/error-invalid-client.json", 401)).unwrap_err(), "invalid_client", 401);
    let revoked = |answer| answered(request!(RevocationRequest, REVOKE, client_id("app"), token("t")), Expected::post(REVOKE), answer);
    assert!(revoked(files.fixture("revocation/revoke-success-empty.json", 200)).is_ok());
    assert!(revoked(files.fixture("revocation/revoke-success-empty-object.json", 200)).is_ok());
    let unsupported = files.fixture("revocation/error-unsupported-token-type.json", 400);
    assert_oauth(&revoked(unsupported).unwrap_err(), "unsupported_token_type", 400);
    assert_oauth(&revoked(files.fixture("revocation/error-invalid-client.json", 401)).unwrap_err(), "invalid_client", 401);
}

#[test]
fn intr_006_rev_005_endpoints_come_from_discovery() {
    let Some(files) = Files::find("INTR-006") else { return };
    let disco = |path: &str| {
        let document = files.bytes(&format!("identity-model-spec/test-fixtures/{path}"));
        DiscoveryDocumentResponse::parse(document, "https://server.example.com", DiscoveryPolicy::strict()).unwrap()
    };
    let endpoint = disco("introspection/discovery-with-introspection.json").introspection_endpoint().unwrap();
    let build = request!(IntrospectionRequest, &endpoint, client_id("api"), token("t"));
    answered(build, Expected::post(INTROSPECT), ScriptedResponse::json(200, r#"{"active":false}"#)).unwrap();
    let endpoint = disco("revocation/discovery-with-revocation.json").revocation_endpoint().unwrap();
    let build = request!(RevocationRequest, &endpoint, client_id("app"), token("t"));
    answered(build, Expected::post(REVOKE), ScriptedResponse::status(200)).unwrap();
}

#[track_caller]
fn exchanged(answer: ScriptedResponse) -> Result<TokenResponse, Error> {
    let build = request!(
        TokenExchangeRequest,
        TOKEN,
        client_id("gw"),
        subject_token("s"),
        subject_token_type(token_type_identifiers::ACCESS_TOKEN)
    );
    let expected = Expected::post(TOKEN)
        .form("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .form("subject_token", "s")
        .form("subject_token_type", token_type_identifiers::ACCESS_TOKEN);
    answered(build, expected, answer)
}

#[test]
fn exch_001_002_005_006_answers_of_an_exchange() {
    let Some(files) = Files::find("EXCH-001") else { return };
    for name in ["impersonation", "delegation"] {
        let token = exchanged(files.fixture(&format!("token-exchange/exchange-{name}-success.json"), 200)).unwrap();
        assert!(token.access_token().expose().contains(name));
        assert_eq!((token.issued_token_type(), token.token_type()), (Some(token_type_identifiers::ACCESS_TOKEN), "Bearer"));
        assert_eq!(token.expires_in().map(|life| life.as_secs()), Some(3600));
    }
    let other = exchanged(files.fixture("token-exchange/exchange-n_a-token-type.json", 200)).unwrap();
    assert_eq!((other.token_type(), other.issued_token_type()), ("N_A", Some(token_type_identifiers::SAML2)));
    for code in ["invalid_grant", "invalid_request"] {
        let error = exchanged(files.fixture(&format!("token-exchange/exchange-error-{}.json", code.replace('_', "-")), 400)).unwrap_err();
        assert_oauth(&error, code, 400);
    }
}

#[test]
fn exch_002_004_requests_as_published() {
    let Some(Files(folder)) = Files::find("EXCH-002") else { return };
    for name in ["delegation", "impersonation"] {
        let wanted = vectors::json(&folder, &format!("identity-model-spec/test-fixtures/token-exchange/exchange-request-{name}.json"));
        let text = |member: &str| wanted[member].as_str().unwrap_or_default().to_owned();
        let list = |member: &str| wanted[member].as_str().map(str::to_owned).into_iter().collect::<Vec<_>>();
        let build = |environment: Environment| {
            let builder =
                TokenExchangeRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN).client_id("gw");
            let builder = builder.subject_token(text("subject_token")).subject_token_type(text("subject_token_type"));
            let builder = builder.audience(list("audience")).scope(list("scope")).resource(list("resource"));
            let builder = builder.maybe_requested_token_type(wanted["requested_token_type"].as_str());
            match wanted["actor_token"].as_str() {
                Some(actor) => builder.actor_token(actor, text("actor_token_type")).build(),
                None => builder.build(),
            }
        };
        let answer = r#"{"access_token":"a","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;
        let run = both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, answer))]);
        run.result.unwrap();
        let mut sent: Vec<_> = run.sent[0].form().into_iter().filter(|(name, _)| name != "client_id").collect();
        let members = wanted.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with('_'));
        let mut expected: Vec<_> = members.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected, "{name}");
    }
}

#[test]
fn exch_003_token_types_are_sent_verbatim() {
    let Some(Files(folder)) = Files::find("EXCH-003") else { return };
    let file = vectors::json(&folder, "identity-model-spec/test-fixtures/token-exchange/token-type-uris.json");
    let types: Vec<&str> = file["token_type_uris"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(types.len(), 6);
    for token_type in types {
        let build = request!(TokenExchangeRequest, TOKEN, client_id("gw"), subject_token("s"), subject_token_type(token_type));
        let answer = r#"{"access_token":"a","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;
        answered(build, Expected::post(TOKEN).form("subject_token_type", token_type), ScriptedResponse::json(200, answer)).unwrap();
    }
}

#[test]
fn cc_001_004_005_006_client_credentials() {
    let Some(_) = Files::find("CC-001") else { return };
    let build = |environment: Environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE).address(TOKEN);
        builder.client_id("c").scope(["a", "b"]).parameter("extra", "1").build()
    };
    let expected = || Expected::post(TOKEN).form("grant_type", "client_credentials").form("scope", "a b").form("extra", "1");
    let good = ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer","expires_in":3600,"scope":"a"}"#);
    let token = answered(build, expected(), good).unwrap();
    assert_eq!((token.access_token().expose(), token.granted_scope()), ("t", ["a".to_owned()].as_slice()));
    let bad = ScriptedResponse::json(400, r#"{"error":"invalid_scope","error_description":"d","error_uri":"https://e.example.com"}"#);
    let error = answered(build, expected(), bad).unwrap_err();
    assert_oauth(&error, "invalid_scope", 400);
    assert_eq!(error.oauth_error().and_then(|error| error.error_uri()), Some("https://e.example.com"));
}

#[test]
fn ui_001_to_008_the_claims_of_a_user() {
    let Some(files) = Files::find("UI-001") else { return };
    let ask = |subject: &'static str, answer| {
        let build = request!(UserInfoRequest, USERINFO, access_token("t"), expected_subject(subject));
        answered(build, Expected::get(USERINFO).header("authorization", "Bearer t"), answer)
    };
    let user = ask("248289761001", files.fixture("userinfo/standard-claims.json", 200)).unwrap();
    assert_eq!(
        (user.subject(), user.try_get_str("email"), user.try_get_boolean("email_verified")),
        ("248289761001", Some("janedoe@example.com"), Some(true))
    );
    assert_eq!(
        user.try_get_value("address").and_then(|address| address["locality"].as_str().map(str::to_owned)).as_deref(),
        Some("Los Angeles")
    );
    assert_eq!((user.try_get_i64("updated_at"), user.try_get_str("department")), (Some(1_700_000_000), Some("Engineering")));
    let error = ask("somebody else", files.fixture("userinfo/standard-claims.json", 200)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    let error = ask("s", ScriptedResponse::status(401).header("www-authenticate", r#"Bearer error="invalid_token""#)).unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.challenges().len()), (Some(401), 1));
    for status in [403, 500] {
        let error = ask("s", ScriptedResponse::content(status, "text/html", "<html>")).unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(status)));
    }
}

#[test]
fn duende_introspection_documents() {
    let Some(files) = Files::find("duende introspection") else { return };
    for name in [
        "success_introspection_response.json",
        "legacy_success_introspection_response.json",
        "success_introspection_response_no_issuer.json",
    ] {
        let response = introspected(files.duende(name, 200)).unwrap();
        assert!(response.is_active(), "{name}");
        assert_eq!(response.scope(), ["api1", "api2"], "{name}");
        assert_eq!(response.audiences(), ["https://idsvr/resources", "api1"], "{name}");
        assert_eq!(response.issuer().is_some(), !name.contains("no_issuer"), "{name}");
        assert_eq!((response.client_id(), response.subject()), (Some("client"), Some("1")), "{name}");
        assert!(response.try_get_value("realm_access").is_some(), "{name}");
    }
}

#[test]
fn n3_duende_signed_introspection_is_read_and_not_trusted() {
    let Some(files) = Files::find("duende introspection JWT") else { return };
    let body = files.bytes("duende/success_introspection_response.jwt");
    let jwt = || ScriptedResponse::content(200, "application/token-introspection+jwt", body.clone());
    assert_eq!(introspected(jwt()).unwrap_err().code(), "unexpected_content_type");
    let options = TokenValidationOptions::introspection_response();
    let options = options.issuer("https://as.example.com/").audience("https://rs.example.com/resource").build();
    let verifier = ResponseVerifier::new(JsonWebKeySet::default(), options);
    let build = request!(IntrospectionRequest, INTROSPECT, client_id("api"), token("t"), verified_by(verifier.clone()));
    let error = answered(build, Expected::post(INTROSPECT), jwt()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Key, "key_unknown_kid"), "well-formed, and its key is not known");
}

#[test]
fn u4_duende_signed_userinfo_is_read_and_not_trusted() {
    let Some(files) = Files::find("duende userinfo JWT") else { return };
    let body = files.bytes("duende/success_userinfo_response.jwt");
    for algorithm in [SignatureAlgorithm::RS256, SignatureAlgorithm::HS256] {
        let options =
            TokenValidationOptions::user_info_response().issuer("https://identity.example.com").audience("https://app.example.com");
        let verifier = ResponseVerifier::new(JsonWebKeySet::default(), options.algorithms(algorithm).build());
        let build = request!(UserInfoRequest, USERINFO, access_token("t"), expected_subject("248289761001"), verified_by(verifier.clone()));
        let error = answered(build, Expected::get(USERINFO), ScriptedResponse::content(200, "application/jwt", body.clone())).unwrap_err();
        assert!(error.validation().is_some(), "{}", chain(&error));
    }
}

#[test]
fn duende_userinfo_device_ciba_and_pushed_authorization() {
    let Some(files) = Files::find("duende answers") else { return };
    let anybody = || ExpectedSubject::danger_any();
    let build = request!(UserInfoRequest, USERINFO, access_token("t"), expected_subject(anybody()));
    assert_eq!(
        answered(build, Expected::get(USERINFO), files.duende("success_userinfo_response.json", 200)).unwrap().subject(),
        "88421113"
    );

    let address = "https://www.example.com/begin";
    let build = || request!(DeviceAuthorizationRequest, address, client_id("tv"));
    let device = answered(build(), Expected::post(address), files.duende("success_device_authorization_response.json", 200)).unwrap();
    assert_eq!((device.user_code(), device.interval().as_secs(), device.expires_in().as_secs()), ("WDJB-MJHT", 10, 1800));
    let error = answered(build(), Expected::post(address), files.duende("failure_device_authorization_response.json", 400)).unwrap_err();
    assert_eq!(error.oauth_error().and_then(|error| error.document().try_get_str("custom")), Some("custom"));

    let hint = || AuthenticationHint::LoginHint("alice".to_owned());
    let build = request!(BackchannelAuthenticationRequest, address, client_id("tv"), hint(hint()), scope(["openid"]));
    let pending = answered(build, Expected::post(address), files.duende("success_ciba_response.json", 200)).unwrap();
    assert_eq!((pending.request_id().expose().len(), pending.interval().as_secs()), (36, 2));

    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let parameters = || AuthorizationParameters::builder().redirect_uri("https://app.example.com").code_challenge(challenge).build();
    let build = request!(PushedAuthorizationRequest, address, client_id("app"), authorization(parameters()));
    let pushed = answered(build, Expected::post(address), files.duende("success_par_response.json", 201)).unwrap();
    assert_eq!((pushed.request_uri().expose(), pushed.expires_in().as_secs()), ("urn:ietf:params:oauth:request_uri:123456", 600));
}

#[test]
fn duende_registration_and_revocation() {
    let Some(files) = Files::find("duende registration") else { return };
    let address = "https://server.example.com/connect/register";
    let build = || request!(RegistrationRequest, address, metadata(ClientMetadata::default()));
    let client = answered(build(), Expected::post(address), files.duende("success_registration_response.json", 201)).unwrap();
    assert_eq!((client.client_id(), client.client_secret().is_some()), ("s6BhdRkqt3", true));
    assert_eq!(client.redirect_uris().len(), 2);
    assert!(client.client_secret_expires_at().is_some() && client.states_client_secret_expiry());
    assert_eq!(client.management().map(|client| client.registration_access_token().expose()), Some("this.is.an.access.token.value.ffx83"));
    assert_eq!(client.try_get_str("client_name#ja-Jpan-JP"), Some("クライアント名"));
    let error = answered(build(), Expected::post(address), files.duende("failure_registration_response.json", 400)).unwrap_err();
    assert_oauth(&error, "invalid_redirect_uri", 400);
    assert_eq!(error.oauth_error().and_then(|error| error.document().try_get_str("custom")), Some("custom"));

    let build = request!(RevocationRequest, REVOKE, client_id("app"), token("t"));
    let error = answered(build, Expected::post(REVOKE), files.duende("failure_token_revocation_response.json", 400)).unwrap_err();
    assert_eq!(error.oauth_error().map(|error| error.error()), Some("error"));
}

//! Metadata as real providers publish it, and where they publish it.

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::BearerCredential;
use identity_model::protocol::discovery::{
    DiscoveryDocumentPath, DiscoveryDocumentRequest, DiscoveryDocumentResponse, DiscoveryPolicy, IssuerTemplateStrategy, KeySetLoading,
    MetadataProfile, PolicyViolationKind,
};
use identity_model::testing::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedResponse, TestProvider};
use identity_model::transport::RetrySettings;
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

use crate::protocol::support::{Run, both_ways};

fn lazy(policy: &DiscoveryPolicy) -> DiscoveryPolicy {
    policy.to_builder().key_set_loading(KeySetLoading::Lazy).build()
}

fn found(address: &str, policy: &DiscoveryPolicy, script: &[(&str, ScriptedResponse)]) -> Run<DiscoveryDocumentResponse> {
    let build = |environment: Environment| {
        let builder = DiscoveryDocumentRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(address).policy(policy.clone()).build()
    };
    let script: Vec<_> = script.iter().map(|(url, answer)| (Expected::get(*url), answer.clone())).collect();
    both_ways(build, &script)
}

fn document(issuer: &str, base: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

fn access_tokens(keys: ProviderKeys) -> TokenValidator {
    TokenValidator::with_options(
        keys,
        TokenValidationOptions::access_token().issuer("https://idp.test").audience("https://idp.test").build(),
    )
}

fn told(error: &Error) -> String {
    crate::protocol::support::chain(error)
}

#[test]
fn d_query_of_an_explicit_discovery_address_is_kept() {
    let base = "https://login.example.com/T/v2.0";
    let address = format!("{base}/.well-known/openid-configuration?appid=A");
    let run = found(&address, &lazy(&DiscoveryPolicy::strict()), &[(&address, ScriptedResponse::json(200, document(base, base)))]);
    let disco = run.result.unwrap();
    assert_eq!((disco.authority(), disco.address(), disco.issuer().unwrap()), (base, address.as_str(), base));
    // The rule for the issuer is the same as without one.
    let other = document(&format!("{base}?appid=A"), base);
    let run = found(&address, &lazy(&DiscoveryPolicy::strict()), &[(&address, ScriptedResponse::json(200, other))]);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Policy);
    // A query belongs to the address of a document, never to an authority; a fragment to none.
    for wrong in [format!("{base}?p=x"), format!("{base}/.well-known/openid-configuration#x"), format!("{base}/.well-known/other?x=1")] {
        assert_eq!(found(&wrong, &lazy(&DiscoveryPolicy::strict()), &[]).result.unwrap_err().kind(), ErrorKind::Configuration, "{wrong}");
    }
    let b2c = "https://x.b2clogin.com/tfp/T/v2.0/.well-known/openid-configuration?p=POLICY";
    let body = document("https://x.b2clogin.com/tfp/T/v2.0", "https://x.b2clogin.com/tfp/T/v2.0");
    assert!(found(b2c, &lazy(&DiscoveryPolicy::strict()), &[(b2c, ScriptedResponse::json(200, body))]).result.is_ok());
    let inserted = "https://as.example.com/.well-known/oauth-authorization-server/t?x=1";
    let policy = DiscoveryPolicy::builder().discovery_document_path(DiscoveryDocumentPath::OAuthAuthorizationServer).build();
    let body = document("https://as.example.com/t", "https://as.example.com/t");
    assert!(found(inserted, &lazy(&policy), &[(inserted, ScriptedResponse::json(200, body))]).result.is_ok());
}

#[test]
fn d_query_is_kept_by_provider_keys() {
    let address = "https://idp.test/.well-known/openid-configuration?appid=A";
    let provider = TestProvider::new();
    let keys = provider.key_set().to_json();
    let body = document("https://idp.test", "https://idp.test");
    let http = ScriptedHttpClient::builder()
        .get(address, ScriptedResponse::json(200, body))
        .get("https://idp.test/jwks", ScriptedResponse::json(200, keys))
        .build();
    let validator = access_tokens(ProviderKeys::new_blocking(address, http.clone()));
    validator.validate_blocking(&provider.mint_access_token(|token| token)).unwrap();
    assert_eq!(http.problems(), Vec::<String>::new());
}

#[test]
fn d_8414_keys_are_optional_for_an_authorization_server() {
    let base = "https://as.example.com";
    let policy = DiscoveryPolicy::builder().metadata_profile(MetadataProfile::AuthorizationServer).build();
    let mut body = json!({ "issuer": base, "authorization_endpoint": format!("{base}/a"), "token_endpoint": format!("{base}/t") });
    let address = format!("{base}/.well-known/openid-configuration");
    let disco = found(base, &policy, &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap();
    assert_eq!((disco.key_set().is_none(), disco.token_endpoint().unwrap().as_str()), (true, "https://as.example.com/t"));
    body["response_types_supported"] = json!(["code"]);
    let whole = found(base, &policy, &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap();
    whole.validate().unwrap();
    assert!(!policy.require_key_set() && DiscoveryPolicy::strict().require_key_set());
    let strict = policy.to_builder().require_key_set(true).build();
    let error = found(base, &strict, &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap_err();
    assert_eq!(error.policy_violation().unwrap().kind(), PolicyViolationKind::MissingKeySet);
    let openid = found(base, &DiscoveryPolicy::strict(), &[(&address, ScriptedResponse::json(200, &body))]).result;
    assert_eq!(openid.unwrap_err().policy_violation().unwrap().kind(), PolicyViolationKind::MissingKeySet);
}

const TENANT: &str = "https://as.example.com/tenant1";
const INSERTED: &str = "https://as.example.com/.well-known/oauth-authorization-server/tenant1";
const OPENID_INSERTED: &str = "https://as.example.com/.well-known/openid-configuration/tenant1";
const OPENID: &str = "https://as.example.com/tenant1/.well-known/openid-configuration";
const APPENDED: &str = "https://as.example.com/tenant1/.well-known/oauth-authorization-server";

fn anywhere() -> DiscoveryPolicy {
    lazy(&DiscoveryPolicy::builder().discovery_document_path(DiscoveryDocumentPath::anywhere()).build())
}

#[test]
fn d_places_are_asked_in_order_until_one_has_a_document() {
    let good = || ScriptedResponse::json(200, document(TENANT, TENANT));
    let missing = || ScriptedResponse::status(404);
    assert!(found(TENANT, &anywhere(), &[(INSERTED, good())]).result.is_ok());
    for nothing in [
        missing(),
        ScriptedResponse::status(405),
        ScriptedResponse::status(410),
        ScriptedResponse::json(404, r#"{"error":"not_found"}"#),
        ScriptedResponse::content(200, "text/html; charset=utf-8", "<html>"),
        ScriptedResponse::content(404, "text/html", "<html>"),
    ] {
        let run = found(TENANT, &anywhere(), &[(INSERTED, nothing), (OPENID_INSERTED, good())]);
        assert_eq!(run.result.unwrap().address(), OPENID_INSERTED);
    }
    let last = found(TENANT, &anywhere(), &[(INSERTED, missing()), (OPENID_INSERTED, missing()), (OPENID, good())]);
    assert_eq!((last.result.unwrap().authority(), last.sent.len()), (TENANT, 3));
    // Everything else is final.
    for (answer, kind) in [
        (ScriptedResponse::status(500), ErrorKind::Http),
        (ScriptedResponse::status(401), ErrorKind::Http),
        (ScriptedResponse::json(200, "{"), ErrorKind::Malformed),
        (ScriptedResponse::json(200, document("https://evil.example", TENANT)), ErrorKind::Policy),
        (ScriptedResponse::content(200, "text/plain", "x"), ErrorKind::Http),
    ] {
        let run = found(TENANT, &anywhere(), &[(INSERTED, answer)]);
        assert_eq!((run.result.unwrap_err().kind(), run.sent.len()), (kind, 1));
    }
    // An address in full is the only place.
    let named = found(OPENID, &anywhere(), &[(OPENID, missing())]);
    assert_eq!((named.result.unwrap_err().kind(), named.sent.len()), (ErrorKind::Http, 1));
    let two = DiscoveryDocumentPath::any_of([".well-known/a", ".well-known/b"]);
    let policy = lazy(&DiscoveryPolicy::builder().discovery_document_path(two).build());
    let b = format!("{TENANT}/.well-known/b");
    assert!(found(TENANT, &policy, &[(&format!("{TENANT}/.well-known/a"), missing()), (&b, good())]).result.is_ok());
}

#[test]
fn s_prefix_8414_every_address_tried_is_named() {
    let missing = || ScriptedResponse::status(404);
    let all = [(INSERTED, missing()), (OPENID_INSERTED, missing()), (OPENID, missing())];
    let good = (APPENDED, ScriptedResponse::json(200, document(TENANT, TENANT)));
    assert!(found(TENANT, &anywhere(), &[&all[..], &[good]].concat()).result.is_ok());
    let error = found(TENANT, &anywhere(), &[&all[..], &[(APPENDED, missing())]].concat()).result.unwrap_err();
    let text = told(&error);
    for address in [INSERTED, OPENID_INSERTED, OPENID, APPENDED] {
        assert!(text.contains(address), "{text}");
    }
    assert_eq!((error.kind(), error.http_error().map(|error| error.status().as_u16())), (ErrorKind::Http, Some(404)));
}

#[test]
fn d_template_host_is_said_and_the_preset_of_entra_v1_accepts_it() {
    let base = "https://login.microsoftonline.com/common";
    let address = format!("{base}/.well-known/openid-configuration");
    let template = "https://sts.windows.net/{tenantid}/";
    let answer = || ScriptedResponse::json(200, document(template, &format!("{base}/oauth2")));
    let strategy = IssuerTemplateStrategy::new(template).unwrap();
    let policy = |strategy: IssuerTemplateStrategy| lazy(&DiscoveryPolicy::builder().authority_validation_strategy(strategy).build());
    let error = found(base, &policy(strategy.clone()), &[(&address, answer())]).result.unwrap_err();
    let text = told(&error);
    assert!(text.contains("host and port of https://login.microsoftonline.com/common") && text.contains(".on_another_host()"), "{text}");
    assert!(found(base, &policy(strategy.on_another_host()), &[(&address, answer())]).result.is_ok());
    let preset = lazy(&DiscoveryPolicy::entra_v1("common").unwrap());
    let disco = found(base, &preset, &[(&address, answer())]).result.unwrap();
    assert_eq!(disco.policy().expected_token_issuer(template, Some("t-1")).unwrap(), "https://sts.windows.net/t-1/");
    let other = ScriptedResponse::json(200, document("https://evil.example/{tenantid}/", base));
    assert!(found(base, &preset, &[(&address, other)]).result.is_err(), "the template itself stays exact");
}

#[test]
fn d_no_issuer_the_first_error_names_all_that_is_needed() {
    let base = "https://ehr.example.com/fhir";
    let address = format!("{base}/.well-known/smart-configuration");
    let mut body = document(base, base);
    body.as_object_mut().unwrap().remove("issuer");
    let policy = DiscoveryPolicy::builder().discovery_document_path(".well-known/smart-configuration").build();
    let error = found(base, &lazy(&policy), &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap_err();
    let remedy = error.policy_violation().unwrap().remedy().unwrap().to_string();
    assert_eq!(remedy, format!(r#".metadata_member("issuer", "{base}")"#));
    let stated = lazy(&policy).to_builder().metadata_member("issuer", base).build();
    let disco = found(base, &stated, &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap();
    assert_eq!(disco.issuer().unwrap(), base);
    disco.validate().unwrap();
}

#[test]
fn d_at_hand_metadata_is_stated_whole_or_member_by_member() {
    // Facebook's document has no token endpoint: the preset brings it, and every endpoint is there.
    let document = r#"{"issuer":"https://www.facebook.com","authorization_endpoint":"https://facebook.com/dialog/oauth/",
        "jwks_uri":"https://www.facebook.com/.well-known/oauth/openid/jwks/","response_types_supported":["id_token","token id_token"],
        "subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"]}"#;
    let disco = DiscoveryDocumentResponse::parse(document, "https://www.facebook.com", DiscoveryPolicy::facebook()).unwrap();
    assert_eq!(disco.token_endpoint().unwrap().as_str(), "https://graph.facebook.com/oauth/access_token");
    disco.validate().unwrap();

    // A member that the document has is replaced; one that the application states may stand anywhere, over HTTPS.
    let base = "https://idp.example.com";
    let address = format!("{base}/.well-known/openid-configuration");
    let stated = |value: &str| lazy(&DiscoveryPolicy::builder().metadata_member("introspection_endpoint", value).build());
    let answer = || ScriptedResponse::json(200, self::document(base, base));
    for value in ["https://admin.internal.example:4445/introspect", "https://10.0.0.7/introspect"] {
        let disco = found(base, &stated(value), &[(&address, answer())]).result.unwrap();
        assert_eq!(disco.introspection_endpoint().unwrap().as_str(), value);
    }
    let plain = found(base, &stated("http://admin.example:4445/introspect"), &[(&address, answer())]).result.unwrap();
    assert_eq!(plain.introspection_endpoint().unwrap_err().kind(), PolicyViolationKind::HttpsRequired);

    // Nothing at all is fetched where the application states the whole.
    let members = self::document(base, base);
    let policy = DiscoveryPolicy::builder().metadata(members.as_object().unwrap().clone()).build();
    let run = found(base, &lazy(&policy), &[]);
    assert_eq!((run.result.unwrap().token_endpoint().unwrap().as_str(), run.sent.len()), ("https://idp.example.com/token", 0));
    let eager = found(base, &policy, &[("https://idp.example.com/jwks", ScriptedResponse::json(200, r#"{"keys":[]}"#))]);
    assert!(eager.result.unwrap().key_set().is_some());

    let provider = TestProvider::new();
    let http =
        ScriptedHttpClient::builder().get("https://keys.example/jwk", ScriptedResponse::json(200, provider.key_set().to_json())).build();
    let at_hand = DiscoveryPolicy::builder().metadata([("issuer", "https://idp.test"), ("jwks_uri", "https://keys.example/jwk")]).build();
    let keys = ProviderKeys::builder().authority("https://idp.test").policy(at_hand).blocking_http(http).build();
    let validator = access_tokens(keys);
    validator.validate_blocking(&provider.mint_access_token(|token| token)).unwrap();
}

#[test]
fn d_k8s_base_that_the_caller_named_is_allowed_whatever_its_class() {
    let (issuer, server) = ("https://kubernetes.default.svc.cluster.local", "https://172.18.0.2:6443");
    let policy = DiscoveryPolicy::kubernetes(issuer, Some(server)).unwrap();
    {
        let good = "https://172.18.0.2:6443/openid/v1/jwks";
        assert_eq!(policy.check_endpoint("jwks_uri", good, issuer).unwrap().as_str(), good);
    }
    for (bad, kind) in [
        ("https://172.18.0.3:6443/openid/v1/jwks", PolicyViolationKind::PrivateAddress),
        ("https://172.18.0.2:10250/openid/v1/jwks", PolicyViolationKind::PrivateAddress),
        ("http://172.18.0.2:6443/openid/v1/jwks", PolicyViolationKind::HttpsRequired),
    ] {
        assert_eq!(policy.check_endpoint("jwks_uri", bad, issuer).unwrap_err().kind(), kind, "{bad}");
    }
    let denying = policy.to_builder().deny_private_addresses().build();
    let denied = denying.check_endpoint("jwks_uri", "https://172.18.0.2:6443/openid/v1/jwks", issuer).unwrap_err();
    assert_eq!(denied.kind(), PolicyViolationKind::DeniedAddress, "what denies them all wins");
}

fn authorization(request: &RecordedRequest) -> Option<&str> {
    request.header("authorization")
}

#[test]
fn d_k8s_bearer_is_read_anew_from_its_file_and_sent_nowhere_else() {
    let issuer = "https://kubernetes.default.svc.cluster.local";
    let address = format!("{issuer}/.well-known/openid-configuration");
    let file = std::env::temp_dir().join(format!("identity-model-token-{}", std::process::id()));
    std::fs::write(&file, "first-token\n").unwrap();
    let policy = DiscoveryPolicy::kubernetes(issuer, Some("https://172.18.0.2:6443")).unwrap();
    let policy = policy.to_builder().credential(BearerCredential::file(&file)).build();
    let body = |jwks: &str| ScriptedResponse::json(200, json!({ "issuer": issuer, "jwks_uri": jwks }));
    let keys = || ScriptedResponse::json(200, r#"{"keys":[]}"#);
    let own = "https://172.18.0.2:6443/openid/v1/jwks";
    let run = found(issuer, &policy, &[(&address, body(own)), (own, keys())]);
    run.result.unwrap();
    assert_eq!(run.sent.iter().map(authorization).collect::<Vec<_>>(), [Some("Bearer first-token"); 2]);
    assert!(run.sent.iter().all(|request| request.headers()["authorization"].is_sensitive()));
    std::fs::write(&file, "second-token").unwrap();
    let run = found(issuer, &policy, &[(&address, body(own)), (own, keys())]);
    assert_eq!(run.sent.iter().map(authorization).collect::<Vec<_>>(), [Some("Bearer second-token"); 2], "re-read");
    // Keys on a host that only the document names are asked for without it, and so is every other endpoint.
    let lax = policy.to_builder().danger_any_endpoint_host().build();
    let elsewhere = "https://keys.evil.example/jwks";
    let run = found(issuer, &lax, &[(&address, body(elsewhere)), (elsewhere, keys())]);
    assert_eq!(run.sent.iter().map(authorization).collect::<Vec<_>>(), [Some("Bearer second-token"), None]);
    assert!(!format!("{policy:?}").contains("second-token"));
    std::fs::remove_file(&file).unwrap();
    let error = found(issuer, &policy, &[]).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
}

#[test]
fn d_realm_blank_is_encoded() {
    let authority =
        |realm: &str| DiscoveryPolicy::keycloak("https://kc.example.com", realm).map(|policy| policy.authority().unwrap().to_owned());
    assert_eq!(authority("My Realm").unwrap(), "https://kc.example.com/realms/My%20Realm");
    assert_eq!(authority("plain").unwrap(), "https://kc.example.com/realms/plain");
    assert_eq!(authority("a/b?c#d%").unwrap(), "https://kc.example.com/realms/a%2Fb%3Fc%23d%25");
    assert_eq!(authority("Größe").unwrap(), "https://kc.example.com/realms/Gr%C3%B6%C3%9Fe");
    for wrong in ["", "..", ".", "a\nb"] {
        assert!(authority(wrong).is_err(), "{wrong:?}");
    }
    let base = "https://kc.example.com/realms/My%20Realm";
    let address = format!("{base}/.well-known/openid-configuration");
    let policy = lazy(&DiscoveryPolicy::keycloak("https://kc.example.com", "My Realm").unwrap());
    let body = document(base, &format!("{base}/protocol/openid-connect"));
    found(base, &policy, &[(&address, ScriptedResponse::json(200, body))]).result.unwrap().validate().unwrap();
}

#[test]
fn d_keycloak_two_names_by_one_builder() {
    let (outer, inner) = ("https://auth.example.com/realms/x", "http://keycloak:8080/realms/x");
    let address = format!("{inner}/.well-known/openid-configuration");
    let policy = DiscoveryPolicy::keycloak("https://auth.example.com", "x").unwrap().to_builder().metadata_address(inner).build();
    let mut body = document(outer, &format!("{outer}/protocol/openid-connect"));
    body["token_endpoint"] = json!(format!("{inner}/protocol/openid-connect/token"));
    body["jwks_uri"] = json!(format!("{inner}/protocol/openid-connect/certs"));
    let keys = (format!("{inner}/protocol/openid-connect/certs"), ScriptedResponse::json(200, r#"{"keys":[]}"#));
    for requested in [outer, "https://auth.example.com/realms/x/"] {
        let script = [(address.as_str(), ScriptedResponse::json(200, &body)), (keys.0.as_str(), keys.1.clone())];
        let disco = found(requested, &policy, &script).result.unwrap();
        assert_eq!((disco.issuer().unwrap(), disco.authority()), (outer, outer));
        disco.validate().unwrap();
    }
    // Plain HTTP is allowed to that very host and port, to nothing else.
    for other in ["http://keycloak:9090/realms/x/token", "http://other:8080/realms/x/token", "http://auth.example.com/realms/x/token"] {
        assert_eq!(
            policy.check_endpoint("token_endpoint", other, outer).unwrap_err().kind(),
            PolicyViolationKind::HttpsRequired,
            "{other}"
        );
    }
    let base = policy.check_endpoint("token_endpoint", "http://keycloak:8080/realms/other/token", outer).unwrap_err();
    assert_eq!(base.kind(), PolicyViolationKind::EndpointBase);
    // Without a preset authority the address of the request says whom the document speaks for.
    let bare = lazy(&DiscoveryPolicy::builder().metadata_address(inner).build());
    assert_eq!(found(outer, &bare, &[(&address, ScriptedResponse::json(200, &body))]).result.unwrap().authority(), outer);
    let other = found("https://auth.example.com/realms/y", &bare, &[(&address, ScriptedResponse::json(200, &body))]);
    assert_eq!(other.result.unwrap_err().policy_violation().unwrap().kind(), PolicyViolationKind::IssuerMismatch);
    // An inner address in the place of the issuer is rejected with the call that is meant.
    let error = found(inner, &lazy(&DiscoveryPolicy::strict()), &[]).result.unwrap_err();
    assert!(told(&error).contains(&format!(r#".metadata_address("{address}")"#)), "{}", told(&error));
}

#[test]
fn t_slug_presets_of_github() {
    let root = "https://token.actions.githubusercontent.com";
    let issuer = format!("{root}/acme");
    let policy = DiscoveryPolicy::github_actions_enterprise("acme").unwrap();
    let provider = TestProvider::new();
    let body = json!({ "issuer": root, "jwks_uri": format!("{root}/.well-known/jwks") });
    let http = ScriptedHttpClient::builder()
        .get(format!("{root}/.well-known/openid-configuration"), ScriptedResponse::json(200, body))
        .get(format!("{root}/.well-known/jwks"), ScriptedResponse::json(200, provider.key_set().to_json()))
        .build();
    let keys = ProviderKeys::builder().authority(&issuer).policy(policy).blocking_http(http.clone()).build();
    let rules = TokenValidationOptions::plain_access_token()
        .issuer(issuer.as_str())
        .audience("sts")
        .algorithms([SignatureAlgorithm::RS256, SignatureAlgorithm::ES256])
        .build();
    let rules = TokenValidator::with_options(keys, rules);
    let token = provider.mint_access_token(|token| token.header("typ", "JWT").claim("iss", issuer.as_str()).claim("aud", "sts"));
    rules.validate_blocking(&token).unwrap();
    assert_eq!(http.problems(), Vec::<String>::new());
    for wrong in ["", "a/b", "..", "a b"] {
        assert!(DiscoveryPolicy::github_actions_enterprise(wrong).is_err(), "{wrong:?}");
    }
    let server = DiscoveryPolicy::github_enterprise_server("ghes.example.com").unwrap();
    assert_eq!(server.authority(), Some("https://ghes.example.com/_services/token"));
}

//! Real documents (rows 28 and 29): what the strict policy says to them, that its remedies lead on, and that presets accept their own.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;

struct Provider {
    name: String,
    entry: Value,
    document: Value,
}

impl Provider {
    fn text(&self, member: &str) -> &str {
        self.entry[member].as_str().unwrap()
    }

    fn violation(&self, policy: &DiscoveryPolicy) -> Option<PolicyViolation> {
        accept(policy, self.text("discovery_url"), &self.document).err()
    }
}

/// Every provider of the index that has a document; none (and one line) where the vectors are not there.
fn providers() -> Vec<Provider> {
    let vectors = std::env::var_os("IDENTITY_MODEL_VECTORS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"), PathBuf::from)
        .join("providers");
    let Ok(index) = std::fs::read(vectors.join("index.json")) else {
        let required = std::env::var_os("IDENTITY_MODEL_REQUIRE_VECTORS").is_some_and(|value| value != "0");
        assert!(!required, "no provider documents below {}", vectors.display());
        println!("skipped: no provider documents below {}", vectors.display());
        return Vec::new();
    };
    let index: Value = serde_json::from_slice(&index).unwrap();
    let entries = index["providers"].as_array().unwrap();
    let providers: Vec<_> = entries
        .iter()
        .filter_map(|entry| {
            let name = entry["name"].as_str().unwrap();
            let bytes = std::fs::read(vectors.join(name).join("openid-configuration.json")).ok()?;
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            Some(Provider { name: name.to_owned(), entry: entry.clone(), document: serde_json::from_slice(bytes).unwrap() })
        })
        .collect();
    assert_eq!(providers.len(), 42);
    providers
}

/// What the strict policy rejects, and the calls that lead to acceptance, one after the other.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "authentik",
        &[
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/authorize")"#,
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/device")"#,
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/introspect")"#,
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/revoke")"#,
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/token")"#,
            r#".additional_endpoint_base_address("https://localhost:8080/application/o/userinfo")"#,
        ],
    ),
    (
        "azure-b2c-legacy",
        &[
            r#".authority_validation_strategy(OneOfIssuersStrategy::new(["https://sts.windows.net/6babcaad-604b-40ac-a9d7-9fd97c0b779f/"]))"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f/my-policy/oauth2/v2.0")"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f/my-policy/openid")"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/common/discovery")"#,
        ],
    ),
    ("cognito", &[r#".additional_endpoint_base_address("https://micronautguides.auth.eu-west-1.amazoncognito.com")"#]),
    (
        "descope",
        &[
            r#".additional_endpoint_base_address("https://api.descope.com/P2v9EBlmO4XTrOwMRfsY1jeUONxU/.well-known")"#,
            ".metadata_profile(MetadataProfile::KeysOnly)",
        ],
    ),
    ("dropbox", &[r#".additional_endpoint_base_address("https://api.dropboxapi.com")"#]),
    (
        "entra-common",
        &[
            r#".authority_validation_strategy(IssuerTemplateStrategy::new("https://login.microsoftonline.com/{tenantid}/v2.0")?)"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/common/oauth2/v2.0")"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/common")"#,
            r#".additional_endpoint_base_address("https://graph.microsoft.com")"#,
        ],
    ),
    ("entra-v1-tenant", &[r#".additional_endpoint_base_address("https://login.microsoftonline.com")"#]),
    (
        "entra-v2-tenant",
        &[
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/3cd6563a-bbcf-4e30-bbc6-ea3445c75c79/oauth2/v2.0")"#,
            r#".additional_endpoint_base_address("https://login.microsoftonline.com/3cd6563a-bbcf-4e30-bbc6-ea3445c75c79")"#,
            r#".additional_endpoint_base_address("https://graph.microsoft.com")"#,
        ],
    ),
    ("facebook", &[r#".additional_endpoint_base_address("https://facebook.com")"#, ".metadata_profile(MetadataProfile::KeysOnly)"]),
    ("facebook-subjecttypes", &[".metadata_profile(MetadataProfile::KeysOnly)"]),
    ("github-actions", &[".metadata_profile(MetadataProfile::KeysOnly)"]),
    (
        "google",
        &[
            r#".additional_endpoint_base_address("https://oauth2.googleapis.com")"#,
            r#".additional_endpoint_base_address("https://openidconnect.googleapis.com")"#,
            r#".additional_endpoint_base_address("https://www.googleapis.com")"#,
        ],
    ),
    (
        "google-2019",
        &[
            r#".additional_endpoint_base_address("https://oauth2.googleapis.com")"#,
            r#".additional_endpoint_base_address("https://openidconnect.googleapis.com")"#,
            r#".additional_endpoint_base_address("https://www.googleapis.com")"#,
        ],
    ),
    ("keycloak", &[".danger_allow_http()"]),
    (
        "kubernetes",
        &[r#".additional_endpoint_base_address("https://api-int.crc.testing:6443")"#, ".metadata_profile(MetadataProfile::KeysOnly)"],
    ),
    ("linkedin", &[r#".additional_endpoint_base_address("https://api.linkedin.com")"#]),
    ("okta-preview", &[r#".additional_endpoint_base_address("https://dev-265911.oktapreview.com/oauth2/v1")"#]),
    (
        "ory-hydra",
        &[".danger_allow_http()", r#".additional_endpoint_base_address("http://client-register")"#, "malformed_address userinfo_endpoint"],
    ),
];

#[test]
fn row_29_strict_names_the_very_call_until_the_document_is_accepted() {
    for provider in providers() {
        let mut policy = DiscoveryPolicy::strict();
        let mut calls = Vec::new();
        while let Some(violation) = provider.violation(&policy) {
            assert!(calls.len() < 20, "{}: {violation}", provider.name);
            let Some(remedy) = violation.remedy() else {
                calls.push(format!("{} {}", violation.kind().code(), violation.member()));
                break;
            };
            assert!(violation.to_string().contains(&format!("`{remedy}`")), "{violation}");
            calls.push(remedy.to_string());
            policy = with_tolerance(&policy, remedy);
            assert_ne!(provider.violation(&policy).as_ref(), Some(&violation), "{}: {remedy} did not help", provider.name);
        }
        let expected = REFUSED.iter().find(|(name, _)| *name == provider.name).map_or(&[][..], |(_, calls)| calls);
        assert_eq!(calls, expected, "{}", provider.name);
    }
}

#[test]
fn row_29_a_violation_names_member_and_address() {
    for provider in providers() {
        let Some(violation) = provider.violation(&DiscoveryPolicy::strict()) else { continue };
        let value = &provider.document[violation.member()];
        match violation.kind() {
            PolicyViolationKind::MissingMember => assert!(value.is_null()),
            PolicyViolationKind::HttpsRequired if violation.member() == "address" => {
                assert_eq!(violation.address(), Some(provider.text("discovery_url")));
            }
            _ => assert_eq!(violation.address(), value.as_str(), "{}: {violation}", provider.name),
        }
    }
}

/// The preset of a provider, by its name in the index.
fn presets() -> Vec<(&'static str, DiscoveryPolicy)> {
    let b2c = "6babcaad-604b-40ac-a9d7-9fd97c0b779f";
    let fallible = [
        ("entra-common", DiscoveryPolicy::entra("common")),
        ("entra-v2-tenant", DiscoveryPolicy::entra("3cd6563a-bbcf-4e30-bbc6-ea3445c75c79")),
        ("entra-v1-tenant", DiscoveryPolicy::entra_v1("f24341ef-7a6f-4cff-abb7-99a11ab11127")),
        ("azure-b2c-legacy", DiscoveryPolicy::azure_b2c_legacy(b2c, "my-policy")),
        ("cognito", DiscoveryPolicy::cognito("eu-west-1", "eu-west-1_ZLiEFD4b6", Some("micronautguides.auth.eu-west-1.amazoncognito.com"))),
        ("auth0", DiscoveryPolicy::auth0("dev-66191jdr.eu.auth0.com")),
        ("auth0-minified", DiscoveryPolicy::auth0("micronautguides.eu.auth0.com")),
        ("okta-org", DiscoveryPolicy::okta("dev-120913.okta.com", None)),
        ("okta-preview", DiscoveryPolicy::okta("dev-265911.oktapreview.com", Some("default"))),
        ("descope", DiscoveryPolicy::descope("P2v9EBlmO4XTrOwMRfsY1jeUONxU")),
        ("egi-checkin", DiscoveryPolicy::keycloak("https://aai.egi.eu/auth/", "egi")),
        ("authentik", DiscoveryPolicy::authentik("https://localhost:8080", "app")),
        ("kubernetes", DiscoveryPolicy::kubernetes("https://kubernetes.default.svc", Some("https://api-int.crc.testing:6443"))),
    ];
    let keycloak = DiscoveryPolicy::keycloak("http://keycloak.local.alerta.io:9090/auth", "master").unwrap();
    let mut presets: Vec<_> = fallible.into_iter().map(|(name, policy)| (name, policy.unwrap())).collect();
    presets.extend([
        ("google", DiscoveryPolicy::google()),
        ("google-2019", DiscoveryPolicy::google()),
        ("keycloak", keycloak.to_builder().danger_allow_http().build()),
        ("github-actions", DiscoveryPolicy::github_actions()),
        ("dropbox", DiscoveryPolicy::dropbox()),
        ("linkedin", DiscoveryPolicy::linkedin()),
        ("facebook", DiscoveryPolicy::facebook()),
    ]);
    presets
}

#[test]
fn row_28_presets_accept_their_documents_and_tolerate_no_more_than_they_need() {
    let providers = providers();
    for (name, policy) in presets() {
        let Some(provider) = providers.iter().find(|provider| provider.name == name) else { continue };
        assert_eq!(provider.violation(&policy), None, "{name}");
        let needed = policy.needed_tolerances(|policy| provider.violation(policy).is_none());
        assert_eq!(needed, policy.tolerances(), "{name}");
        let own_address = accept(&policy, policy.authority().unwrap(), &provider.document);
        assert_eq!(own_address, Ok(()), "{name}");
    }
}

#[test]
fn row_28_presets_accept_nobody_elses_documents() {
    let providers = providers();
    for (name, policy) in presets() {
        let family = |other: &str| other.split('-').next() == name.split('-').next() && name.starts_with("google");
        for other in providers.iter().filter(|provider| provider.name != name && !family(&provider.name)) {
            assert!(other.violation(&policy).is_some(), "the preset {name} accepts {}", other.name);
        }
    }
}

#[test]
fn presets_refuse_arguments_that_are_no_segment_or_host() {
    for bad in ["a/b", "..", "", ".", "a b", "a@b", "a?b", "a#b", "a\\b", "%2e%2e", "a:1"] {
        assert!(DiscoveryPolicy::entra(bad).is_err(), "{bad}");
        assert!(DiscoveryPolicy::entra_v1(bad).is_err(), "{bad}");
        assert!(DiscoveryPolicy::azure_b2c_legacy("tenant", bad).is_err(), "{bad}");
        assert!(DiscoveryPolicy::azure_b2c_legacy(bad, "flow").is_err(), "{bad}");
        assert!(DiscoveryPolicy::cognito(bad, "pool", None).is_err(), "{bad}");
        assert!(DiscoveryPolicy::cognito("region", bad, None).is_err(), "{bad}");
        assert!(DiscoveryPolicy::okta("a.okta.com", Some(bad)).is_err(), "{bad}");
        assert!(DiscoveryPolicy::descope(bad).is_err(), "{bad}");
        let realm = DiscoveryPolicy::keycloak("https://a", bad);
        let is_encoded = realm.is_ok_and(|policy| policy.authority().unwrap().matches('/').count() == 4);
        assert_eq!(is_encoded, !["..", "", "."].contains(&bad), "{bad}: a realm may have any name, as one segment");
        assert!(DiscoveryPolicy::authentik("https://a", bad).is_err(), "{bad}");
    }
    for bad in ["a/b", "", "a b", "a@b", "a?b", "a#b", "a\\b", "https://a", "a/"] {
        assert!(DiscoveryPolicy::auth0(bad).is_err(), "{bad}");
        assert!(DiscoveryPolicy::okta(bad, None).is_err(), "{bad}");
        assert!(DiscoveryPolicy::cognito("region", "pool", Some(bad)).is_err(), "{bad}");
    }
    for bad in ["a", "", "https://u@a", "https://a?x"] {
        assert!(DiscoveryPolicy::keycloak(bad, "realm").is_err(), "{bad}");
        assert!(DiscoveryPolicy::kubernetes(bad, None).is_err(), "{bad}");
        assert!(DiscoveryPolicy::kubernetes("https://a", Some(bad)).is_err(), "{bad}");
    }
}

#[test]
fn entra_consumers_expects_the_issuer_of_personal_accounts() {
    let policy = DiscoveryPolicy::entra("consumers").unwrap();
    let issuer = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
    assert_eq!(policy.check_issuer(Some(issuer), policy.authority().unwrap()), Ok(()));
    assert!(policy.check_issuer(Some("https://login.microsoftonline.com/{tenantid}/v2.0"), policy.authority().unwrap()).is_err());
}

#[test]
fn d2_the_index_says_which_issuers_match() {
    for provider in providers() {
        let matches = provider.entry["issuer_matches_configured"].as_bool().unwrap();
        for address in [provider.text("discovery_url"), provider.text("configured_issuer")] {
            let endpoint = DiscoveryEndpoint::parse(address, &DiscoveryDocumentPath::default()).unwrap();
            let policy = DiscoveryPolicy::strict();
            let verdict = policy.check_issuer(provider.document["issuer"].as_str(), endpoint.authority());
            assert_eq!(verdict.is_ok(), matches, "{} {address}", provider.name);
            assert_eq!(endpoint.url(), provider.text("discovery_url"));
        }
    }
}

#[test]
fn the_index_says_which_members_are_missing_or_mistyped() {
    for provider in providers() {
        let violations = DiscoveryPolicy::strict().check_required_members(|member| shape(&provider.document[member]), None);
        let members = |kind| violations.iter().filter(|v| v.kind() == kind).map(PolicyViolation::member).collect::<BTreeSet<_>>();
        let missing: BTreeSet<_> = provider.entry["missing_required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let mistyped: BTreeSet<_> = provider.entry["wrong_type"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members(PolicyViolationKind::MissingMember), missing, "{}", provider.name);
        assert_eq!(members(PolicyViolationKind::WrongType), mistyped, "{}", provider.name);
        assert_eq!(violations.len(), missing.len() + mistyped.len(), "{}", provider.name);
    }
}

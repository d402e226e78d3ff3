//! Real documents and key sets through the real request: everything parses, the strict policy names what it takes, presets take it.

use std::collections::BTreeSet;

use identity_model::error::Error;
use identity_model::protocol::discovery::{
    DiscoveryDocumentResponse, DiscoveryPolicy, KeySetLoading, PolicyViolation, PolicyViolationKind, Tolerance,
};
use identity_model::testing::ScriptedResponse;
use serde_json::Value;

use super::support::*;
use crate::vectors;

struct Provider {
    name: String,
    entry: Value,
    document: Option<Vec<u8>>,
    keys: Option<Vec<u8>>,
}

impl Provider {
    fn text(&self, member: &str) -> &str {
        self.entry[member].as_str().unwrap()
    }

    fn value(&self) -> Value {
        let document = self.document.as_ref().unwrap();
        serde_json::from_slice(document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document)).unwrap()
    }

    /// Served where the index says, without keys.
    fn discover(&self, policy: &DiscoveryPolicy) -> Result<DiscoveryDocumentResponse, Error> {
        let policy = policy.to_builder().key_set_loading(KeySetLoading::Never).build();
        let url = self.text("discovery_url");
        let scheme_allowed = url.starts_with("https:") || !policy.require_https();
        let answer = (url, ScriptedResponse::content(200, "application/json", self.document.clone().unwrap()));
        let exchanges = if scheme_allowed { vec![answer] } else { Vec::new() };
        send(&request(url, policy), &exchanges)
    }

    /// The first thing that a policy rejects.
    fn violation(&self, policy: &DiscoveryPolicy) -> Option<PolicyViolation> {
        match self.discover(policy) {
            Ok(disco) => disco.validate().err().map(|violations| violations.first().clone()),
            Err(error) => Some(error.policy_violation().unwrap_or_else(|| panic!("{}: {}", self.name, chain(&error))).clone()),
        }
    }

    /// The strict policy with every tolerance that its violations name, and the first violation that names none.
    fn accepted_policy(&self) -> (DiscoveryPolicy, Vec<String>, Option<PolicyViolation>) {
        let mut policy = DiscoveryPolicy::strict();
        let mut calls = Vec::new();
        while let Some(violation) = self.violation(&policy) {
            let Some(remedy) = violation.remedy() else { return (policy, calls, Some(violation)) };
            assert!(violation.to_string().contains(&format!("`{remedy}`")), "{violation}");
            calls.push(remedy.to_string());
            policy = with_tolerance(&policy, remedy);
            assert!(calls.len() < 20, "{}: {calls:?}", self.name);
        }
        (policy, calls, None)
    }
}

fn providers(test: &str) -> Vec<Provider> {
    let Some(folder) = vectors::folder(test, "providers").map(|folder| folder.join("providers")) else { return Vec::new() };
    let index = vectors::json(&folder, "index.json");
    let entries = index["providers"].as_array().unwrap();
    assert_eq!(entries.len(), 43);
    let provider = |entry: &Value| {
        let name = entry["name"].as_str().unwrap().to_owned();
        let read = |file| std::fs::read(folder.join(&name).join(file)).ok();
        let (document, keys) = (read("openid-configuration.json"), read("jwks.json"));
        Provider { name, entry: entry.clone(), document, keys }
    };
    entries.iter().map(provider).collect()
}

fn documents(test: &str) -> impl Iterator<Item = Provider> {
    providers(test).into_iter().filter(|provider| provider.document.is_some())
}

/// Believes everything that can be believed.
fn open_door() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().danger_allow_http().danger_any_issuer().build()
}

#[test]
fn every_document_parses_and_keeps_its_members() {
    for provider in documents("documents") {
        let disco = provider.discover(&open_door()).unwrap_or_else(|error| panic!("{}: {}", provider.name, chain(&error)));
        let value = provider.value();
        assert_eq!(disco.document().to_value(), value, "{}", provider.name);
        assert_eq!(disco.issuer().unwrap(), provider.text("document_issuer"), "{}", provider.name);
        let algorithms: Vec<_> =
            provider.entry["id_token_algs"].as_array().into_iter().flatten().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(disco.id_token_signing_alg_values_supported(), algorithms, "{}", provider.name);
    }
}

#[test]
fn d2_the_issuer_rule_is_as_the_index_says() {
    for provider in documents("issuers") {
        let http = DiscoveryPolicy::danger_development();
        let result = provider.discover(&http);
        if provider.entry["issuer_matches_configured"] == true {
            result.unwrap_or_else(|error| panic!("{}: {}", provider.name, chain(&error)));
            continue;
        }
        let error = result.unwrap_err();
        let violation = error.policy_violation().unwrap();
        assert_eq!((violation.kind(), violation.member()), (PolicyViolationKind::IssuerMismatch, "issuer"), "{}", provider.name);
        assert_eq!(violation.address(), Some(provider.text("document_issuer")));
        assert!(matches!(violation.remedy(), Some(Tolerance::Issuer(_) | Tolerance::IssuerTemplate(_))), "{violation}");
    }
}

#[test]
fn required_members_are_as_the_index_says() {
    for provider in documents("required members") {
        let disco = provider.discover(&open_door()).unwrap();
        let violations: Vec<_> =
            disco.validate_required_members().err().into_iter().flat_map(|all| all.iter().cloned().collect::<Vec<_>>()).collect();
        let of = |kinds: &[PolicyViolationKind]| {
            let named = violations.iter().filter(|violation| kinds.contains(&violation.kind()));
            named.map(|violation| violation.member().to_owned()).collect::<BTreeSet<_>>()
        };
        let missing = of(&[PolicyViolationKind::MissingMember, PolicyViolationKind::MissingKeySet, PolicyViolationKind::IssuerMissing]);
        let expected = provider.entry["missing_required"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned());
        assert_eq!(missing, expected.collect(), "{}", provider.name);
        let expected = provider.entry["wrong_type"].as_object().unwrap().keys().cloned();
        assert_eq!(of(&[PolicyViolationKind::WrongType]), expected.collect(), "{}", provider.name);
    }
}

#[test]
fn row_29_strict_refuses_and_its_remedies_lead_to_acceptance() {
    let mut refused = BTreeSet::new();
    let mut hopeless = Vec::new();
    for provider in documents("strict") {
        let (policy, calls, rest) = provider.accepted_policy();
        if !calls.is_empty() {
            refused.insert(provider.name.clone());
        }
        match rest {
            Some(violation) => hopeless.push((provider.name.clone(), violation.kind().code(), violation.member().to_owned())),
            None => {
                let disco = provider.discover(&policy).unwrap();
                // A base address found later may cover an earlier one, which is needed no more.
                let (needed, tolerances) = (disco.tolerances_needed(), policy.tolerances());
                assert!(needed.iter().all(|tolerance| tolerances.contains(tolerance)), "{}: {calls:?}", provider.name);
                assert_eq!(needed.is_empty(), tolerances.is_empty(), "{}: {calls:?}", provider.name);
            }
        }
    }
    if refused.is_empty() {
        return;
    }
    let spread = [
        "authentik",
        "azure-b2c-legacy",
        "cognito",
        "descope",
        "dropbox",
        "entra-common",
        "entra-v1-tenant",
        "entra-v2-tenant",
        "facebook",
        "google",
        "google-2019",
        "kubernetes",
        "linkedin",
        "okta-preview",
    ];
    let plain_http = ["keycloak", "ory-hydra"];
    let incomplete = ["facebook-subjecttypes", "github-actions"];
    assert_eq!(refused, spread.into_iter().chain(plain_http).chain(incomplete).map(str::to_owned).collect());
    assert_eq!(hopeless, [("ory-hydra".to_owned(), "malformed_address", "userinfo_endpoint".to_owned())], "a relative address");
}

#[test]
fn row_29_a_violation_names_member_and_address_of_the_document() {
    for provider in documents("violations") {
        let Some(violation) = provider.violation(&DiscoveryPolicy::strict()) else { continue };
        let value = provider.value();
        let expected = match violation.member() {
            "address" => Some(provider.text("discovery_url")),
            member => value[member].as_str(),
        };
        assert_eq!(violation.address(), expected, "{}: {violation}", provider.name);
    }
}

/// The presets, by the names of the index.
fn presets() -> Vec<(&'static str, DiscoveryPolicy)> {
    vec![
        ("authentik", DiscoveryPolicy::authentik("https://localhost:8080", "app").unwrap()),
        ("auth0", DiscoveryPolicy::auth0("dev-66191jdr.eu.auth0.com").unwrap()),
        ("azure-b2c-legacy", DiscoveryPolicy::azure_b2c_legacy("6babcaad-604b-40ac-a9d7-9fd97c0b779f", "my-policy").unwrap()),
        (
            "cognito",
            DiscoveryPolicy::cognito("eu-west-1", "eu-west-1_ZLiEFD4b6", Some("micronautguides.auth.eu-west-1.amazoncognito.com")).unwrap(),
        ),
        ("descope", DiscoveryPolicy::descope("P2v9EBlmO4XTrOwMRfsY1jeUONxU").unwrap()),
        ("dropbox", DiscoveryPolicy::dropbox()),
        ("egi-checkin", DiscoveryPolicy::keycloak("https://aai.egi.eu/auth/", "egi").unwrap()),
        ("entra-common", DiscoveryPolicy::entra("common").unwrap()),
        ("entra-v1-tenant", DiscoveryPolicy::entra_v1("f24341ef-7a6f-4cff-abb7-99a11ab11127").unwrap()),
        ("entra-v2-tenant", DiscoveryPolicy::entra("3cd6563a-bbcf-4e30-bbc6-ea3445c75c79").unwrap()),
        ("facebook", DiscoveryPolicy::facebook()),
        ("github-actions", DiscoveryPolicy::github_actions()),
        ("google", DiscoveryPolicy::google()),
        ("kubernetes", DiscoveryPolicy::kubernetes("https://kubernetes.default.svc", Some("https://api-int.crc.testing:6443")).unwrap()),
        ("linkedin", DiscoveryPolicy::linkedin()),
        ("okta-preview", DiscoveryPolicy::okta("dev-265911.oktapreview.com", Some("default")).unwrap()),
    ]
}

#[test]
fn row_28_presets_accept_their_documents_and_need_all_they_tolerate() {
    let providers: Vec<_> = documents("presets").collect();
    for (name, policy) in presets() {
        let Some(provider) = providers.iter().find(|provider| provider.name == name) else { continue };
        let disco = provider.discover(&policy).unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
        assert_eq!(disco.validate(), Ok(()), "{name}");
        assert_eq!(disco.tolerances_needed(), policy.tolerances(), "{name}");
    }
}

#[test]
fn every_key_set_loads_with_its_document_and_keeps_what_is_usable() {
    let mut skipped = Vec::new();
    let mut count = 0;
    for provider in documents("key sets") {
        let Some(keys) = &provider.keys else { continue };
        let (policy, _, rest) = provider.accepted_policy();
        assert_eq!(rest, None, "{}", provider.name);
        let jwks_uri = provider.value()["jwks_uri"].as_str().unwrap().to_owned();
        let exchanges = [
            (provider.text("discovery_url"), ScriptedResponse::content(200, "application/json", provider.document.clone().unwrap())),
            (jwks_uri.as_str(), ScriptedResponse::content(200, "application/json", keys.clone())),
        ];
        let disco = send(&request(provider.text("discovery_url"), policy), &exchanges)
            .unwrap_or_else(|error| panic!("{}: {}", provider.name, chain(&error)));
        let set = disco.key_set().unwrap();
        let listed = provider.entry["jwks_keys"].as_array().unwrap();
        assert_eq!(set.keys().len() + set.skipped().len(), listed.len(), "{}", provider.name);
        for key in set.keys() {
            assert!(listed.iter().any(|entry| entry["kid"].as_str() == key.key_id()), "{}: {:?}", provider.name, key.key_id());
        }
        let usable = set.keys().iter().filter(|key| !key.verifies().is_empty()).count();
        assert!(usable > 0, "{}", provider.name);
        skipped.extend(set.skipped().iter().map(|key| format!("{} {}: {}", provider.name, key.index, key.reason)));
        count += 1;
    }
    if count > 0 {
        assert_eq!(count, 28);
        let weak = "the key member `n` must be 2048 to 8192 bits long, found 1024 bits";
        assert_eq!(skipped, [0, 2, 3].map(|index| format!("yahoo {index}: {weak}")));
    }
}

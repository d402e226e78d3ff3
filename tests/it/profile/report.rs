//! The report: its shape, its order, its table; rules that are switched off, and rules of the application's own.

use identity_model::profile::{ClientConfiguration, Profile, ProfileEvidence, ProfileRule, RuleOutcome, RuleResult, Verdict};
use serde_json::json;

use super::support::{examine, kept, results};

#[test]
fn the_report_has_the_shape_that_is_documented() {
    let mut settings = kept();
    settings.assertion_audience = Some("https://idp.test/token".to_owned());
    let report = examine(&Profile::fapi2_security(), &ProfileEvidence::new().configuration(&settings));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["profiles"], json!(["fapi2-security"]));
    assert_eq!((&json["subject"], &json["client_id"], &json["issuer"]), (&json!("client"), &json!("fapi"), &json!("https://idp.test")));
    assert_eq!((&json["stage"], &json["at"], &json["verdict"]), (&json!("build"), &json!(1_800_000_000), &json!("refused")));
    let finding = json["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "PF8").unwrap();
    assert_eq!(
        finding,
        &json!({
            "id": "PF8", "clause": "FAPI2-SP 5.3.3.1-5", "severity": "shall", "result": "fail", "when": "build", "check": "A3",
            "summary": "aud of client assertions is the issuer, as text",
            "found": "https://idp.test/token", "wanted": "https://idp.test", "remedy": ".with_audience(AssertionAudience::Issuer)",
        })
    );
}

#[test]
fn findings_are_ordered_by_the_number_of_their_rule() {
    let settings = kept();
    let report = examine(&Profile::fapi2_message_signing(), &ProfileEvidence::new().configuration(&settings));
    let numbers: Vec<u32> = report.findings().iter().map(|finding| finding.id().trim_start_matches("PF").parse().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.contains(&9) && numbers.contains(&10), "{numbers:?}");
}

#[test]
fn a_rule_that_is_switched_off_is_named() {
    let mut settings = kept();
    settings.pushed = Some(false);
    let profile = Profile::fapi2_security();
    assert_eq!(examine(&profile, &ProfileEvidence::new().configuration(&settings)).verdict(), Verdict::Refused);
    let profile = profile.danger_without_rule("PF4");
    let report = examine(&profile, &ProfileEvidence::new().configuration(&settings));
    assert_eq!(report.verdict(), Verdict::Accepted);
    assert_eq!(results(&report, "PF4"), [RuleResult::NotChecked]);
    let found = report.of_rule("PF4").next().unwrap().found().unwrap().to_owned();
    assert_eq!(found, "switched off by .danger_without_rule(\"PF4\")");
    assert!(!profile.holds("PF4") && profile.holds("PF5"));
}

#[test]
fn profiles_add_up_and_contradict_each_other_openly() {
    let settings = kept();
    let both = Profile::fapi2_security().and(Profile::atproto());
    assert_eq!(both.names().collect::<Vec<_>>(), ["fapi2-security", "atproto"]);
    let report = examine(&both, &ProfileEvidence::new().configuration(&settings));
    assert_eq!(report.verdict(), Verdict::Refused, "AT Protocol wants no openid");
    assert!(report.failures().any(|finding| finding.id() == "PF28"));
    let mut public = settings;
    public.authentication_methods = vec!["none".to_owned()];
    let report = examine(&both, &ProfileEvidence::new().configuration(&public));
    assert_eq!(results(&report, "PF7"), [RuleResult::Fail, RuleResult::Pass], "`none` is for AT Protocol alone");
    assert_eq!(both.allowed_algorithms().unwrap().to_string(), "ES256", "what both allow");
}

#[test]
fn an_application_states_rules_of_its_own() {
    let rule = ProfileRule::new("BANK-7", "rulebook 7", "redirects to the bank alone").on_configuration(|client| {
        let uri = client.redirect_uri.as_deref().unwrap_or("none");
        RuleOutcome::check(uri.starts_with("https://bank.test/"), uri, "https://bank.test/…").remedy(".redirect_uri(…)")
    });
    let profile = Profile::named("bank").rule(rule);
    let settings = kept();
    let report = examine(&profile, &ProfileEvidence::new().configuration(&settings));
    assert_eq!(report.verdict(), Verdict::Refused);
    let [finding] = report.findings() else { panic!("one rule") };
    assert_eq!(
        (finding.found(), finding.wanted(), finding.remedy()),
        (Some(super::support::CALLBACK), Some("https://bank.test/…"), Some(".redirect_uri(…)"))
    );
    let softened = Profile::named("bank").rule(profile.rules()[0].clone().should());
    assert_eq!(examine(&softened, &ProfileEvidence::new().configuration(&settings)).verdict(), Verdict::Accepted);
}

#[test]
fn the_table_says_rule_clause_and_what_was_found() {
    let client = ClientConfiguration::new("https://idp.test", "web");
    let table = examine(&Profile::fapi2_security(), &ProfileEvidence::new().configuration(&client)).to_string();
    assert!(table.starts_with("client `web` at https://idp.test under fapi2-security: refused\n"), "{table}");
    let line = table.lines().find(|line| line.starts_with("PF6 ")).unwrap();
    for part in ["build", "fail", "shall", "FAPI2-SP 5.3.3.1-1", "bearer tokens", "DPoP or mutual TLS", ".dpop("] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn foreign_text_cannot_break_the_table() {
    let client = ClientConfiguration::new("https://idp.test", "web\nPF1 pass \u{1b}[31m");
    let report = examine(&Profile::rfc9700(), &ProfileEvidence::new().configuration(&client));
    assert!(report.to_string().lines().next().unwrap().contains("web\\nPF1 pass \\u{1b}[31m"));
}

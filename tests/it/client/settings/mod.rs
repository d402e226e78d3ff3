//! Every setting of the builder in every flow that it governs: what it changes is seen in what is sent or accepted.
//!
//! A row runs its flows twice, at two providers that do the same, by a client without the setting and by one with it. What is seen has to be
//! what the row says of either, so a flow that ignores the setting fails.

mod flows;
mod messages;
mod proofs;
mod tokens;

use std::collections::BTreeSet;

use identity_model::Error;
use identity_model::client::OidcClient;
use identity_model::testing::TestProviderBuilder;

use self::flows::{Flow, Seen, run};
use super::support::House;

type Client = Result<OidcClient, Error>;

/// A setting, the flows that it governs, and how that shows.
pub(super) struct Row {
    /// The setter.
    setting: &'static str,
    flows: &'static [Flow],
    provider: fn(TestProviderBuilder) -> TestProviderBuilder,
    /// What the provider does otherwise, from the moment the flow in question begins.
    faults: fn(&House, Flow),
    without: fn(&House) -> Client,
    with: fn(&House) -> Client,
    see: fn(&Seen) -> String,
    /// What is seen without the setting and with it.
    expected: (&'static str, &'static str),
}

impl Row {
    /// A row of a provider without a fault and of a client that says nothing else; what shows is how the flow ends.
    const fn new(
        setting: &'static str,
        flows: &'static [Flow],
        with: fn(&House) -> Client,
        expected: (&'static str, &'static str),
    ) -> Self {
        let provider: fn(TestProviderBuilder) -> TestProviderBuilder = |provider| provider;
        let faults: fn(&House, Flow) = |_, _| ();
        Self { setting, flows, provider, faults, without: |house| begun!(house).build(), with, see: |seen| seen.outcome.clone(), expected }
    }

    const fn provider(self, provider: fn(TestProviderBuilder) -> TestProviderBuilder) -> Self {
        Self { provider, ..self }
    }

    const fn faults(self, faults: fn(&House, Flow)) -> Self {
        Self { faults, ..self }
    }

    const fn without(self, without: fn(&House) -> Client) -> Self {
        Self { without, ..self }
    }

    const fn see(self, see: fn(&Seen) -> String) -> Self {
        Self { see, ..self }
    }

    async fn seen(&self, flow: Flow, client: fn(&House) -> Client) -> String {
        let house = House::with(self.provider);
        match client(&house) {
            Ok(client) => (self.see)(&run(flow, &house, &client, self.faults).await),
            Err(error) => format!("not built: {error}"),
        }
    }
}

#[tokio::test]
async fn every_setting_changes_every_flow_that_it_governs() {
    let mut wrong = Vec::new();
    for row in tokens::ROWS.iter().chain(messages::ROWS).chain(proofs::ROWS) {
        for flow in row.flows {
            let found = (row.seen(*flow, row.without).await, row.seen(*flow, row.with).await);
            if (found.0.as_str(), found.1.as_str()) != row.expected {
                wrong.push(format!("{} in {flow:?}: expected {:?}, found {found:?}", row.setting, row.expected));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

/// Settings without a row, and why.
const ELSEWHERE: [(&str, &str); 3] = [
    ("danger_allow_other_auth_time_on_refresh", "it takes a session with an `auth_time`: `s_auth_time_…` of the field cases"),
    ("http", "without it there is no async client to build, so every row shows it"),
    ("blocking_http", "without it there is no blocking client to build; the tests of both faces show it"),
];

#[test]
fn no_setting_of_the_builder_is_without_a_row() {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/client/builder.rs")).unwrap();
    let parts = source.split_once("struct Parts {").unwrap().1.split_once("\n}").unwrap().0;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let fields = parts.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(':')).map(|(name, _)| name);
    let mut settings: BTreeSet<&str> = fields.filter(|name| is_name(name)).collect();
    assert!(settings.len() > 30, "{settings:?}");
    // Set by three setters, each with a row of its own.
    assert!(settings.remove("validators"));
    settings.extend(["claim_validator", "claim_rule", "async_claim_validator"]);
    let rows = tokens::ROWS.iter().chain(messages::ROWS).chain(proofs::ROWS).map(|row| row.setting);
    let shown: BTreeSet<&str> = rows.chain(ELSEWHERE.map(|(setting, _)| setting)).collect();
    assert_eq!(shown, settings);
}

//! The settings of tokens that are bound to a key.

use std::sync::LazyLock;

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::dpop::DpopKey;
use identity_model::testing::{DpopNonces, TestClient, TestProviderBuilder};
use serde_json::Value;

use super::flows::{Flow, Seen};
use super::{Client, Row};
use crate::client::support::{CLIENT, House, SECRET};

/// The flows whose requests carry a proof.
const PROVED: &[Flow] = &[
    Flow::Code,
    Flow::Hybrid,
    Flow::Implicit,
    Flow::Signed,
    Flow::Device,
    Flow::Backchannel,
    Flow::Refresh,
    Flow::ClientCredentials,
    Flow::Exchange,
    Flow::UserInfo,
];
/// The flows that end with tokens of the token endpoint.
const GRANTS: &[Flow] = &[Flow::Code, Flow::Hybrid, Flow::Signed, Flow::Refresh, Flow::ClientCredentials, Flow::Exchange];
const BROWSER: &[Flow] = &[Flow::Code, Flow::Hybrid, Flow::Signed];

fn private_key() -> PrivateKey {
    static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap());
    KEY.clone()
}

fn key() -> DpopKey {
    DpopKey::from_private_key(private_key()).unwrap()
}

fn binding(provider: TestProviderBuilder) -> TestProviderBuilder {
    provider.dpop(DpopNonces::Sometimes)
}

fn of_the_same_key(provider: TestProviderBuilder) -> TestProviderBuilder {
    let public: Value = serde_json::from_str(private_key().public_jwk().to_json()).unwrap();
    binding(provider.client(TestClient::new(CLIENT).secret(SECRET).public_key(public)))
}

fn bound(house: &House) -> Client {
    begun!(house).dpop(key()).build()
}

/// Whether every request that may carry a proof does.
fn proofs(seen: &Seen) -> String {
    let mut asked =
        seen.sent.iter().filter(|request| ["/token", "/par", "/device", "/userinfo"].iter().any(|end| request.url().ends_with(end)));
    asked.all(|request| request.header("dpop").is_some()).to_string()
}

/// The key that an authorization request is bound to by its own parameter.
fn stated_key(seen: &Seen) -> String {
    let pushed = seen.sent.iter().find(|request| request.url().ends_with("/par")).and_then(|request| request.form_value("dpop_jkt"));
    pushed.is_some_and(|stated| stated == key().thumbprint()).to_string()
}

pub(super) const ROWS: &[Row] = &[
    Row::new("dpop", PROVED, bound, ("false", "true")).provider(binding).see(proofs),
    Row::new("dpop", &[Flow::Registration], bound, ("false", "true")).provider(binding).see(|seen| {
        let asked = seen.sent.iter().find_map(|request| serde_json::from_slice::<Value>(request.body()).ok());
        asked.is_some_and(|asked| asked["dpop_bound_access_tokens"] == true).to_string()
    }),
    Row::new("bind_code", BROWSER, |house| begun!(house).dpop(key()).bind_code(true).build(), ("false", "true"))
        .provider(binding)
        .without(bound)
        .see(stated_key),
    Row::new(
        "danger_allow_bearer_downgrade",
        GRANTS,
        |house| begun!(house).dpop(key()).danger_allow_bearer_downgrade(true).build(),
        ("answer_mismatch", "ok"),
    )
    .without(bound),
    Row::new(
        "danger_share_key",
        GRANTS,
        |house| {
            let signer = private_key().signer(SignatureAlgorithm::ES256).unwrap();
            anonymous!(house).client_key(signer).dpop(key()).danger_share_key(true).build()
        },
        ("request_configuration", "ok"),
    )
    .provider(of_the_same_key)
    .without(|house| anonymous!(house).client_key(private_key().signer(SignatureAlgorithm::ES256).unwrap()).dpop(key()).build()),
];

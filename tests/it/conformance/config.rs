//! `oidcc-client-config-certification-test-plan`: metadata and keys are read where they are, and when they are needed.

use identity_model::testing::{Fault, ProviderEndpoint};

use super::support::{Plan, Rp, plan};

plan! { Plan::BASIC;
    oidcc_client_test_idtoken_sig_none = idtoken_sig_none;
}

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    let rp = Rp::at(Plan::BASIC, |provider| {
        let provider = provider.endpoint_address(ProviderEndpoint::Token, "https://idp.test/elsewhere/token");
        provider.endpoint_address(ProviderEndpoint::Authorization, "https://idp.test/elsewhere/authorize")
    });
    rp.log_in().await.unwrap();
    assert_eq!(rp.provider.requests(ProviderEndpoint::Discovery), 1);
}

/// `jwks_uri` is another one each time.
#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    for number in 0..3 {
        let address = format!("https://idp.test/keys/{number}");
        let rp = Rp::at(Plan::BASIC, |provider| provider.endpoint_address(ProviderEndpoint::Jwks, &address));
        rp.log_in().await.unwrap();
        assert_eq!(rp.provider.recorded_at(ProviderEndpoint::Jwks)[0].url(), address);
    }
}

/// Nothing follows the metadata of somebody else.
#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let rp = Rp::new(Plan::BASIC).fault(ProviderEndpoint::Discovery, Fault::issuer_mismatch());
    let after = [ProviderEndpoint::PushedAuthorization, ProviderEndpoint::Authorization, ProviderEndpoint::Token, ProviderEndpoint::Jwks];
    rp.assert_refused_before("issuer_mismatch", &after).await;
}

/// The key is new when the token arrives: the set is fetched again, at once.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    let rp = Rp::new(Plan::BASIC);
    rp.client.keys().refresh().await.unwrap();
    let rp = rp.fault(ProviderEndpoint::Token, Fault::rotate_keys().once());
    rp.log_in().await.unwrap();
    assert_eq!(rp.provider.requests(ProviderEndpoint::Jwks), 2);
}

/// Two logins in a row, and the keys rotate between.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    let rp = Rp::new(Plan::BASIC);
    rp.log_in().await.unwrap();
    rp.provider.rotate_keys();
    rp.log_in().await.unwrap();
    assert_eq!(rp.provider.requests(ProviderEndpoint::Jwks), 2);
}

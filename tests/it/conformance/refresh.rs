//! `oidcc-client-refreshtoken-test-plan`: a refreshed ID token speaks of the same user and the same issuer (I13).

use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint};

use super::support::{Plan, Rp};

#[tokio::test]
async fn oidcc_client_test_refresh_token() {
    let rp = Rp::new(Plan::BASIC);
    let session = rp.log_in().await.unwrap().into_session();
    let refreshed = rp.client.refresh(&session).await.unwrap();
    let session = refreshed.session().unwrap();
    assert!(refreshed.id_token().is_some());
    rp.client.userinfo(session).await.unwrap();
    let used = rp.provider.recorded_at(ProviderEndpoint::UserInfo);
    let token = refreshed.tokens().access_token().expose();
    assert_eq!(used.last().unwrap().header("authorization"), Some(format!("Bearer {token}").as_str()));
}

async fn refused(forgery: Forgery, code: &str) {
    let rp = Rp::new(Plan::BASIC);
    let session = rp.log_in().await.unwrap().into_session();
    let asked = rp.provider.requests(ProviderEndpoint::UserInfo);
    let rp = rp.fault(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, forgery));
    assert_eq!(rp.client.refresh(&session).await.unwrap_err().code(), code);
    assert_eq!(rp.provider.requests(ProviderEndpoint::UserInfo), asked);
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_issuer() {
    refused(Forgery::WrongIssuer, "issuer_mismatch").await;
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_sub() {
    refused(Forgery::WrongSubject, "previous_token_mismatch").await;
}

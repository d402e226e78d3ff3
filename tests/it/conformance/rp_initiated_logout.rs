//! `oidcc-client-rp-initiated-logout-rp-*`: out at the provider, and back with the right state; with each response type.

use identity_model::Error;
use identity_model::protocol::logout::LogoutReturn;
use identity_model::testing::{Fault, ProviderEndpoint};

use super::support::{Plan, SECRET};

/// Where the user comes back to.
pub(super) const GOODBYE: &str = "https://rp.example.com/goodbye";

/// The variants of the logout plans.
pub(super) const PLANS: [Plan; 3] = [Plan::BASIC, Plan::HYBRID, Plan::IMPLICIT];

async fn log_out(plan: Plan, fault: Option<Fault>) -> Result<(), Error> {
    let rp = rp_with!(plan, |provider| provider, |client| client.client_secret(SECRET).post_logout_redirect_uri(GOODBYE).build());
    let session = rp.log_in().await?.into_session();
    if let Some(fault) = fault {
        rp.provider.inject(ProviderEndpoint::EndSession, fault);
    }
    let (url, transaction) = rp.client.begin_logout(&session).await?.into_parts();
    let answer = rp.browser.open(url);
    let [request] = &rp.provider.recorded_at(ProviderEndpoint::EndSession)[..] else { panic!("one logout") };
    let sent = |name: &str| request.query().into_iter().find(|(own, _)| own == name).map(|(_, value)| value);
    assert_eq!(sent("id_token_hint").as_deref(), Some(session.id_token().expose()));
    assert_eq!(sent("post_logout_redirect_uri").as_deref(), Some(GOODBYE));
    assert!(answer.location().starts_with(GOODBYE));
    let silent =
        rp.log_in_with(identity_model::client::LoginOptions::new().prompt([identity_model::protocol::authorize::Prompt::None])).await;
    assert_eq!(silent.unwrap_err().code(), "authorization_error", "the session at the provider is over");
    rp.client.finish_logout(transaction, LogoutReturn::from_url(answer.location())?).await
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    for plan in PLANS {
        log_out(plan, None).await.unwrap();
    }
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_other_state() {
    for plan in PLANS {
        assert_eq!(log_out(plan, Some(Fault::wrong_state())).await.unwrap_err().code(), "logout_state_mismatch");
    }
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    for plan in PLANS {
        assert_eq!(log_out(plan, Some(Fault::missing_state())).await.unwrap_err().code(), "logout_state_missing");
    }
}

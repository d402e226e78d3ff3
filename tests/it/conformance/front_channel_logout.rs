//! `oidcc-client-front-channel-logout-rp-*`: a frame of the provider's page tells the client that its user is gone.

use identity_model::protocol::logout::{FrontchannelLogout, LogoutReturn};
use identity_model::testing::ProviderEndpoint;

use super::rp_initiated_logout::{GOODBYE, PLANS};
use super::support::{Plan, Rp, SECRET, registration};

const GONE: &str = "https://rp.example.com/frontchannel_logout";

fn rp(plan: Plan) -> Rp {
    rp_with!(plan, |provider| provider.client(registration().frontchannel_logout_uri(GONE)), |client| {
        client.client_secret(SECRET).post_logout_redirect_uri(GOODBYE).build()
    })
}

/// The request that the frame makes, judged for the session of this browser.
fn framed(rp: &Rp, address: &str, session_id: Option<&str>) -> Result<(), &'static str> {
    let logout = FrontchannelLogout::builder().uri(GONE).issuer(rp.provider.issuer()).session_required(true).build();
    let request = http::Request::get(address).body(()).unwrap();
    let notice = logout.read(&request).map_err(|error| error.code())?;
    let page = logout.page();
    assert!(page.headers()["cache-control"].to_str().unwrap().contains("no-store"));
    notice.check(&rp.provider.issuer(), session_id).map_err(|error| error.code())
}

#[tokio::test]
async fn oidcc_client_test_rp_frontchannel_rpinitlogout() {
    for plan in PLANS {
        rp_initiated(&rp(plan)).await;
    }
}

async fn rp_initiated(rp: &Rp) {
    let session = rp.log_in().await.unwrap().into_session();
    let (url, transaction) = rp.client.begin_logout(&session).await.unwrap().into_parts();
    let page = rp.browser.open(url);
    let [frame] = &page.frames()[..] else { panic!("one frame: {}", page.page()) };
    framed(rp, frame, session.sid()).unwrap();
    rp.client.finish_logout(transaction, LogoutReturn::from_url(page.location()).unwrap()).await.unwrap();

    assert_eq!(framed(rp, frame, Some("another-session")), Err("logout_session_mismatch"));
    assert_eq!(framed(rp, &frame.replace("idp.test", "elsewhere.test"), session.sid()), Err("logout_issuer_mismatch"));
    assert_eq!(framed(rp, GONE, session.sid()), Err("logout_session_missing"));
}

#[tokio::test]
async fn oidcc_client_test_rp_frontchannel_opinitlogout() {
    for plan in PLANS {
        op_initiated(&rp(plan)).await;
    }
}

async fn op_initiated(rp: &Rp) {
    let session = rp.log_in().await.unwrap().into_session();
    let page = rp.browser.open(rp.provider.address(ProviderEndpoint::EndSession));
    assert_eq!(page.redirect(), None);
    let [frame] = &page.frames()[..] else { panic!("one frame: {}", page.page()) };
    framed(rp, frame, session.sid()).unwrap();
}

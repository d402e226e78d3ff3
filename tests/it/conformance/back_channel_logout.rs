//! `oidcc-client-back-channel-logout-rp-*`: a logout token ends the session (200), a wrong one does not (400), and neither answer is stored.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::logout::LogoutReturn;
use identity_model::sessions::{BackchannelLogout, MemorySessions};
use identity_model::testing::{Forgery, TestProviderBuilder, TokenDraft};
use identity_model::transport::{BlockingHttpClient, HttpRequest, HttpResponse, TransportError};

use super::rp_initiated_logout::{GOODBYE, PLANS};
use super::support::{CLIENT, Plan, Rp, SECRET, registration};

const LOGOUT: &str = "https://rp.example.com/backchannel_logout";
const SESSION: &str = "session-of-the-application";

/// A relying party whose user is logged in, with what receives logout tokens.
struct LoggedIn {
    rp: Rp,
    receiver: BackchannelLogout,
    sessions: MemorySessions,
    login: identity_model::client::Login,
}

impl LoggedIn {
    async fn new(plan: Plan) -> Self {
        Self::at(plan, |provider| provider).await
    }

    async fn at(plan: Plan, change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> Self {
        let provider = |provider: TestProviderBuilder| change(provider.client(registration().backchannel_logout_uri(LOGOUT)));
        let rp = rp_with!(plan, provider, |client| client.client_secret(SECRET).post_logout_redirect_uri(GOODBYE).build());
        let login = rp.log_in().await.unwrap();
        let sessions = MemorySessions::new(10);
        sessions.begin_with(SESSION, login.id_token(), SystemTime::now() + Duration::from_secs(3600)).unwrap();
        Self { receiver: rp.client.backchannel_logout().await.unwrap(), rp, sessions, login }
    }

    async fn receive(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> Response<Bytes> {
        let request = self.rp.provider.backchannel_logout_request(CLIENT, change);
        let response = self.receiver.respond(&request, &self.sessions).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        response
    }

    async fn assert_refused(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) {
        assert_eq!(self.receive(change).await.status(), 400);
        assert!(self.sessions.is_live(SESSION), "the session stays");
    }
}

async fn assert_refused(forgery: Forgery) {
    for plan in PLANS {
        LoggedIn::new(plan).await.assert_refused(|token| token.forge(&forgery)).await;
    }
}

/// What stands at the client's address: it is asked by the provider while the user is on the way out.
struct Application(Arc<OnceLock<(BackchannelLogout, MemorySessions)>>, Arc<OnceLock<u16>>);

impl BlockingHttpClient for Application {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (receiver, sessions) = self.0.get().unwrap();
        let response = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(receiver.respond(&request, sessions));
        self.1.set(response.status().as_u16()).unwrap();
        Ok(response)
    }
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    for plan in PLANS {
        let (place, status) = (Arc::new(OnceLock::new()), Arc::new(OnceLock::new()));
        let application = Application(Arc::clone(&place), Arc::clone(&status));
        let LoggedIn { rp, receiver, sessions, login } = LoggedIn::at(plan, |provider| provider.outgoing_http(application)).await;
        assert!(place.set((receiver, sessions.clone())).is_ok());
        let (url, transaction) = rp.client.begin_logout(login.session()).await.unwrap().into_parts();
        assert!(sessions.is_live(SESSION));
        let answer = rp.browser.open(url);
        assert_eq!((status.get().copied(), sessions.is_live(SESSION)), (Some(200), false));
        rp.client.finish_logout(transaction, LogoutReturn::from_url(answer.location()).unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    assert_refused(Forgery::AlgorithmNone).await;
}

/// Signed with an algorithm that was not registered.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    let provider = |provider: TestProviderBuilder| {
        let client = registration().backchannel_logout_uri(LOGOUT).id_token_signed_with(SignatureAlgorithm::RS256);
        provider.client(client)
    };
    let rp = rp_with!(Plan::BASIC, provider, |client| {
        client.client_secret(SECRET).id_token_signed_response_alg(SignatureAlgorithm::RS256).build()
    });
    let receiver = rp.client.backchannel_logout().await.unwrap();
    let sessions = MemorySessions::new(1);
    let respond = async |forgery: &Forgery| {
        let request = rp.provider.backchannel_logout_request(CLIENT, |token| token.forge(forgery));
        receiver.respond(&request, &sessions).await.status().as_u16()
    };
    for algorithm in [SignatureAlgorithm::ES256, SignatureAlgorithm::PS256, SignatureAlgorithm::HS256] {
        assert_eq!(respond(&Forgery::SignedWith(algorithm)).await, 400, "{}", algorithm.name());
    }
    assert_eq!(respond(&Forgery::SignedWith(SignatureAlgorithm::RS256)).await, 200);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    assert_refused(Forgery::WrongIssuer).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    assert_refused(Forgery::WrongAudience).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    assert_refused(Forgery::without_claim("events")).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    assert_refused(Forgery::WrongEvent).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    assert_refused(Forgery::claim("nonce", "n-0S6_WzA2Mj")).await;
}

/// Beyond the plan: about nobody, of a stranger's key, too old, and the same token twice.
#[tokio::test]
async fn what_else_is_wrong_with_a_logout_token() {
    let logged_in = LoggedIn::new(Plan::BASIC).await;
    logged_in.assert_refused(|token| token.without_claim("sub").without_claim("sid")).await;
    logged_in.assert_refused(|token| token.forge(&Forgery::WrongKey)).await;
    logged_in.assert_refused(|token| token.forge(&Forgery::Expired)).await;
    logged_in.assert_refused(|token| token.without_claim("jti")).await;
    let other = |token: TokenDraft| token.claim("sub", "bob").claim("sid", "another").claim("jti", "same");
    assert_eq!(logged_in.receive(other).await.status(), 200, "about a session that is not here");
    logged_in.assert_refused(other).await;
    assert_eq!(logged_in.receive(|token| token).await.status(), 200);
    assert!(!logged_in.sessions.is_live(SESSION));
}

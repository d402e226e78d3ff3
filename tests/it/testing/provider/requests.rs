//! The provider and the library's own requests, one against the other.

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryDocumentResponse};
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{Fault, Gate, ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::HttpClient;

use super::support::*;

async fn discover(http: &dyn HttpClient, provider: &TestProvider) -> Result<DiscoveryDocumentResponse, Error> {
    DiscoveryDocumentRequest::builder().address(provider.issuer()).environment(fixed().2).send(http).await
}

async fn authenticated(provider: &TestProvider, authentication: ClientAuthentication) -> Result<TokenResponse, Error> {
    ClientCredentialsTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(authentication)
        .scope(["a", "b"])
        .send(provider)
        .await
}

async fn whole_chain(http: &dyn HttpClient, provider: &TestProvider) {
    let disco = discover(http, provider).await.unwrap();
    let token = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id(TestProvider::CLIENT_ID)
        .authentication(ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET))
        .scope(["a"])
        .send(http)
        .await
        .unwrap();
    assert_eq!(verify(provider, token.access_token().expose()).unwrap().1["scope"], "a");
    let userinfo = UserInfoRequest::builder()
        .address(disco.try_get_str("userinfo_endpoint").unwrap())
        .access_token(provider.access_token_for_user(TestProvider::SUBJECT))
        .expected_subject(TestProvider::SUBJECT)
        .send(http)
        .await
        .unwrap();
    assert_eq!(userinfo.try_get_str("name"), Some("Alice Adams"));
}

#[tokio::test]
async fn discovery_token_and_userinfo_in_memory() {
    let provider = TestProvider::new();
    whole_chain(&provider, &provider).await;
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn discovery_token_and_userinfo_over_sockets() {
    use identity_model::transport::ReqwestClient;
    let provider = TestProvider::new();
    let plain = provider.listen().unwrap();
    whole_chain(&ReqwestClient::builder().no_proxy().build().unwrap(), &provider).await;
    drop(plain);
    let secure = provider.listen_tls().unwrap();
    let trusting = ReqwestClient::builder().no_proxy().root_certificate_pem(secure.certificate_pem().unwrap()).build().unwrap();
    whole_chain(&trusting, &provider).await;
}

#[test]
fn discovery_and_token_blocking() {
    let provider = TestProvider::new();
    let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send_blocking(&provider).unwrap();
    let token = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id(TestProvider::CLIENT_ID)
        .authentication(ClientAuthentication::secret_post(TestProvider::CLIENT_SECRET))
        .send_blocking(&provider)
        .unwrap();
    assert_eq!(verify(&provider, token.access_token().expose()).unwrap().1["sub"], TestProvider::CLIENT_ID);
}

#[tokio::test]
async fn refusals_arrive_as_oauth_errors() {
    let provider = TestProvider::new();
    let error = authenticated(&provider, ClientAuthentication::secret_basic("wrong")).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_client");
    assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.challenges().len()), (ErrorKind::Protocol, 401, 1));
    let error = authenticated(&provider, ClientAuthentication::none()).await.unwrap_err();
    assert_eq!((error.oauth_error().unwrap().error(), error.challenges().len()), ("invalid_client", 0));

    let client = TestClient::new(TestProvider::CLIENT_ID).secret("s").scopes(["a"]);
    let provider = TestProvider::builder().client(client).build();
    let error = authenticated(&provider, ClientAuthentication::secret_post("s")).await.unwrap_err();
    assert_eq!((error.oauth_error().unwrap().error(), error.status().unwrap().as_u16()), ("invalid_scope", 400));
}

#[tokio::test]
async fn faults_of_metadata_arrive_as_their_kind_of_error() {
    for (fault, kind) in [
        (Fault::member("issuer", "https://elsewhere.test"), ErrorKind::Policy),
        (Fault::without_member("issuer"), ErrorKind::Policy),
        (Fault::duplicate_member("issuer", "https://elsewhere.test"), ErrorKind::Malformed),
        (Fault::truncated_body(), ErrorKind::Malformed),
        (Fault::content_type("text/html"), ErrorKind::Http),
        (Fault::redirect(302, "https://elsewhere.test"), ErrorKind::Http),
        (Fault::oversized_body(2 << 20), ErrorKind::Transport),
        (Fault::cut_connection(), ErrorKind::Transport),
        (Fault::status(500), ErrorKind::Http),
    ] {
        let provider = TestProvider::new();
        provider.inject(ProviderEndpoint::Discovery, fault.clone());
        assert_eq!(discover(&provider, &provider).await.unwrap_err().kind(), kind, "{fault:?}");
        assert_eq!(provider.requests(ProviderEndpoint::Jwks), 0, "nothing is asked after a bad document: {fault:?}");
    }
}

#[tokio::test]
async fn a_passing_outage_is_waited_for() {
    let provider = TestProvider::new();
    let (_, timer, environment) = fixed();
    provider.inject(ProviderEndpoint::Discovery, Fault::status(503).and(Fault::retry_after(40)).once());
    DiscoveryDocumentRequest::builder().address(provider.issuer()).environment(environment).send(&provider).await.unwrap();
    assert_eq!(timer.waits(), [std::time::Duration::from_secs(40)]);
    assert_eq!(provider.requests(ProviderEndpoint::Discovery), 2);
}

#[tokio::test]
async fn a_gate_holds_answers_back() {
    let provider = TestProvider::new();
    let gate = Gate::new();
    provider.inject(ProviderEndpoint::Jwks, Fault::none().once());
    provider.inject(ProviderEndpoint::Jwks, Fault::hold(&gate));
    let fetch = || HttpClient::send(&provider, get(provider.address(ProviderEndpoint::Jwks)));
    assert_eq!(fetch().await.unwrap().status(), 200);
    let (mut first, mut second) = (fetch(), fetch());
    for call in [&mut first, &mut second] {
        assert!(std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending())).await);
    }
    assert_eq!(gate.waiting(), 2);
    drop(first);
    assert_eq!(gate.waiting(), 1);
    gate.open();
    assert_eq!(second.await.unwrap().status(), 200);
    assert_eq!((gate.waiting(), provider.requests(ProviderEndpoint::Jwks)), (0, 3));
}

//! Tokens that are bound to a key, from the login to the resource: RFC 9449 and RFC 8705 with a provider, its nonces never, sometimes and always.

use identity_model::ErrorKind;
use identity_model::cache::MemoryReplayStore;
use identity_model::environment::Environment;
use identity_model::keys::{ProviderKeys, TokenIntrospection, TokenValidator};
use identity_model::protocol::authorize::{Callback, LoginRequest};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::protocol::dpop::{DpopKey, DpopProof, DpopVerifier};
use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
use identity_model::protocol::mtls::CertificateThumbprint;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, RefreshTokenRequest};
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::resource::RequestValidator;
use identity_model::secret::{AccessToken, RefreshToken};
use identity_model::testing::{
    AccessTokenFormat, DpopNonces, Fault, ProviderEndpoint, TestClient, TestProvider, TestProviderBuilder, TestUser,
};

const CALLBACK: &str = "https://app.example.com/callback";
const NONCES: [DpopNonces; 3] = [DpopNonces::Never, DpopNonces::Sometimes, DpopNonces::Always];

fn provider(nonces: DpopNonces) -> TestProviderBuilder {
    TestProvider::builder()
        .client(TestClient::new("app").audiences(["orders"]))
        .client(TestClient::new("service").secret("s3cret").audiences(["orders"]))
        .user(TestUser::new("alice"))
        .dpop(nonces)
}

/// The user signs in and comes back.
fn callback(http: &TestProvider, url: &str) -> Callback {
    let location = http.authorize(url).location().to_owned();
    Callback::from_query(location.split_once('?').unwrap().1).unwrap()
}

/// How often an endpoint was asked.
fn asked(provider: &TestProvider, endpoint: ProviderEndpoint) -> usize {
    provider.requests(endpoint)
}

#[tokio::test]
async fn a_login_its_refresh_and_userinfo_are_bound_to_one_key() {
    for nonces in NONCES {
        let http = provider(nonces).build();
        let document = DiscoveryDocumentRequest::builder().address(http.issuer()).send(&http).await.unwrap();
        let key = DpopKey::generate().unwrap();
        let login = LoginRequest::builder().dpop(&key).provider(&document).client_id("app").redirect_uri(CALLBACK);
        let begun = login.send(&http).await.unwrap();
        let callback = callback(&http, begun.url.as_str());
        let (request, pending) = begun.transaction.check(&callback, std::time::SystemTime::now()).unwrap().into_token_request();
        let tokens = request.dpop(&key).send(&http).await.unwrap();
        assert_eq!(tokens.access_token().dpop_thumbprint(), Some(key.thumbprint()), "{nonces:?}");
        assert!(pending.id_token(&tokens).unwrap().is_some());
        let refresh_token = tokens.refresh_token().unwrap();
        let refreshed = RefreshTokenRequest::builder()
            .dpop(&key)
            .address(document.token_endpoint().unwrap())
            .client_id("app")
            .refresh_token(refresh_token)
            .send(&http)
            .await
            .unwrap();
        let user = UserInfoRequest::builder()
            .dpop(&key)
            .address(document.userinfo_endpoint().unwrap())
            .access_token(refreshed.access_token())
            .expected_subject("alice")
            .send(&http)
            .await
            .unwrap();
        assert_eq!(user.subject(), "alice");
        // One more request for the first nonce of each kind of server, and none after that: each response brings the next.
        let (server, resource) = (asked(&http, ProviderEndpoint::PushedAuthorization), asked(&http, ProviderEndpoint::UserInfo));
        let expected = match nonces {
            DpopNonces::Never => (1, 1),
            DpopNonces::Sometimes => (2, 1),
            _ => (2, 2),
        };
        assert_eq!((server, resource), expected, "{nonces:?}");
        assert_eq!(asked(&http, ProviderEndpoint::Token), 2, "{nonces:?}");
    }
}

async fn service_token(http: &TestProvider, key: &DpopKey) -> AccessToken {
    let request = ClientCredentialsTokenRequest::builder().dpop(key).address(http.address(ProviderEndpoint::Token)).client_id("service");
    let tokens = request.authentication(ClientAuthentication::secret_basic("s3cret")).send(http).await.unwrap();
    tokens.access_token().clone()
}

fn orders() -> DpopVerifier {
    DpopVerifier::new(PublicUrl::new("https://api.example.com").unwrap(), MemoryReplayStore::default()).unwrap()
}

fn introspection(http: &TestProvider) -> TokenIntrospection {
    TokenIntrospection::builder()
        .address(http.address(ProviderEndpoint::Introspection))
        .client_id("service")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .http(http.clone())
        .build()
}

/// A validator for tokens of either form.
fn resource(http: &TestProvider, format: AccessTokenFormat) -> RequestValidator {
    let tokens = match format {
        AccessTokenFormat::Opaque => TokenValidator::introspecting(introspection(http)).issuer(http.issuer()).audience("orders").build(),
        _ => {
            TokenValidator::builder().keys(ProviderKeys::new(http.issuer(), http.clone())).issuer(http.issuer()).audience("orders").build()
        }
    };
    RequestValidator::new(orders(), tokens)
}

/// The status that a request is answered with.
async fn status(
    validator: &RequestValidator,
    authorization: String,
    proof: Option<String>,
    certificate: Option<CertificateThumbprint>,
) -> u16 {
    let builder = http::Request::get("/orders").header("authorization", authorization);
    let builder = match proof {
        Some(proof) => builder.header("dpop", proof),
        None => builder,
    };
    let (parts, ()) = builder.body(()).unwrap().into_parts();
    let request = IncomingRequest::from_parts(&parts);
    let request = match certificate {
        Some(certificate) => request.with_certificate(certificate),
        None => request,
    };
    validator.validate(&request).await.map_or_else(|rejection| rejection.status().as_u16(), |_| 200)
}

#[tokio::test]
async fn n4_s3_a_bound_token_passes_with_the_proof_of_its_key_alone_be_it_a_jwt_or_opaque() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let http = provider(DpopNonces::Always).access_token_format(format).build();
        let (key, other) = (DpopKey::generate().unwrap(), DpopKey::generate().unwrap());
        let token = service_token(&http, &key).await;
        let validator = resource(&http, format);
        let prove = |key: &DpopKey| {
            let proof = DpopProof::new("GET", "https://api.example.com/orders").unwrap().access_token(&token);
            Some(proof.sign_blocking(key, &Environment::system()).unwrap())
        };
        let (dpop, bearer) = (format!("DPoP {}", token.expose()), format!("Bearer {}", token.expose()));
        assert_eq!(status(&validator, dpop.clone(), prove(&key), None).await, 200, "{format:?}");
        assert_eq!(status(&validator, dpop.clone(), prove(&other), None).await, 401, "{format:?}");
        assert_eq!(status(&validator, dpop, None, None).await, 401, "{format:?}");
        assert_eq!(status(&validator, bearer.clone(), None, None).await, 401, "{format:?}");
        assert_eq!(status(&validator, bearer, prove(&key), None).await, 401, "{format:?}");
    }
}

#[tokio::test]
async fn mb2_mb4_a_certificate_bound_token_passes_with_its_certificate_alone_be_it_a_jwt_or_opaque() {
    let certificate = CertificateThumbprint::of_pem(crate::resource::support::CERTIFICATE).unwrap();
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let client = TestClient::new("service").secret("s3cret").audiences(["orders"]).certificate_thumbprint(certificate.to_string());
        let http = TestProvider::builder().client(client).access_token_format(format).build();
        let request = ClientCredentialsTokenRequest::builder().address(http.address(ProviderEndpoint::Token)).client_id("service");
        let tokens = request.authentication(ClientAuthentication::secret_basic("s3cret")).send(&http).await.unwrap();
        assert_eq!(tokens.token_type(), "Bearer");
        let bearer = format!("Bearer {}", tokens.access_token().expose());
        let validator = resource(&http, format);
        assert_eq!(status(&validator, bearer.clone(), None, Some(certificate)).await, 200, "{format:?}");
        assert_eq!(status(&validator, bearer, None, None).await, 401, "{format:?}");
    }
}

#[tokio::test]
async fn t3_a_server_that_knows_nothing_of_dpop_is_noticed() {
    let http = TestProvider::builder().client(TestClient::new("service").secret("s3cret")).build();
    let request = || {
        let builder = ClientCredentialsTokenRequest::builder().dpop(DpopKey::generate().unwrap());
        let builder = builder.address(http.address(ProviderEndpoint::Token)).client_id("service");
        builder.authentication(ClientAuthentication::secret_basic("s3cret"))
    };
    let error = request().send(&http).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    let kept = request().danger_allow_bearer_downgrade().send(&http).await.unwrap();
    assert_eq!(kept.access_token().dpop_thumbprint(), None);
}

#[tokio::test]
async fn a_client_that_has_to_prove_a_key_gets_nothing_without_one() {
    let client = TestClient::new("service").secret("s3cret").dpop_bound_access_tokens();
    let http = TestProvider::builder().client(client).dpop(DpopNonces::Never).build();
    let request = ClientCredentialsTokenRequest::builder().address(http.address(ProviderEndpoint::Token)).client_id("service");
    let error = request.authentication(ClientAuthentication::secret_basic("s3cret")).send(&http).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_dpop_proof");
    service_token(&http, &DpopKey::generate().unwrap()).await;
}

#[tokio::test]
async fn dc12_the_provider_refuses_a_public_clients_refresh_token_under_another_key() {
    let http = provider(DpopNonces::Never).build();
    let document = DiscoveryDocumentRequest::builder().address(http.issuer()).send(&http).await.unwrap();
    let key = DpopKey::generate().unwrap();
    let login = LoginRequest::builder().dpop(&key).provider(&document).client_id("app").redirect_uri(CALLBACK);
    let begun = login.send(&http).await.unwrap();
    let callback = callback(&http, begun.url.as_str());
    let (request, _) = begun.transaction.check(&callback, std::time::SystemTime::now()).unwrap().into_token_request();
    let tokens = request.dpop(&key).send(&http).await.unwrap();
    // As text it no longer names its key, and the server's check is what is left.
    let stolen = RefreshToken::new(tokens.refresh_token().unwrap().expose());
    let builder = RefreshTokenRequest::builder().dpop(DpopKey::generate().unwrap()).address(document.token_endpoint().unwrap());
    let error = builder.client_id("app").refresh_token(stolen).send(&http).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_grant");
}

#[tokio::test]
async fn dc8_no_proof_is_sent_twice_though_attempts_fail() {
    let http = provider(DpopNonces::Always).environment(Environment::system()).build();
    http.inject(ProviderEndpoint::Token, Fault::status(503).and(Fault::retry_after(0)).times(2));
    let key = DpopKey::generate().unwrap();
    service_token(&http, &key).await;
    let recorded = http.recorded_at(ProviderEndpoint::Token);
    let proofs: Vec<String> = recorded.iter().map(|request| request.header("dpop").unwrap().to_owned()).collect();
    let distinct: std::collections::HashSet<&String> = proofs.iter().collect();
    assert_eq!((proofs.len(), distinct.len()), (4, 4));
}

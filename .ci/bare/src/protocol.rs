//! The protocol over a client of one's own, without any runtime.

use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use identity_model::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, UserInfoRequest};

const ISSUER: &str = "https://idp.example.com";

/// Answers at once and remembers what it was asked.
#[derive(Default)]
struct OwnClient(Mutex<Vec<String>>);

impl OwnClient {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let address = request.uri().to_string();
        let body = match address.strip_prefix(ISSUER).unwrap() {
            "/.well-known/openid-configuration" => format!(
                r#"{{"issuer":"{ISSUER}","token_endpoint":"{ISSUER}/token","userinfo_endpoint":"{ISSUER}/me","jwks_uri":"{ISSUER}/jwks"}}"#
            ),
            "/jwks" => r#"{"keys":[]}"#.to_owned(),
            "/token" => r#"{"access_token":"t","token_type":"Bearer","expires_in":300}"#.to_owned(),
            _ => r#"{"sub":"alice"}"#.to_owned(),
        };
        self.0.lock().unwrap().push(address);
        http::Response::builder().header("content-type", "application/json").body(body.into()).unwrap()
    }
}

#[async_trait::async_trait]
impl HttpClient for OwnClient {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(&request))
    }
}

impl BlockingHttpClient for OwnClient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(&request))
    }
}

/// Nothing here ever waits: one poll is enough.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something waits for a runtime"),
    }
}

#[test]
fn async_requests_need_no_runtime() {
    let http = OwnClient::default();
    run(async {
        let disco = DiscoveryDocumentRequest::builder().address(ISSUER).send(&http).await.unwrap();
        let token = ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id("reports")
            .authentication(ClientAuthentication::secret_basic("s3cret"))
            .send(&http)
            .await
            .unwrap();
        let user = UserInfoRequest::builder()
            .address(disco.userinfo_endpoint().unwrap())
            .access_token(token.access_token().expose())
            .expected_subject("alice")
            .send(&http)
            .await
            .unwrap();
        assert_eq!(user.subject(), "alice");
    });
    let asked = ["/.well-known/openid-configuration", "/jwks", "/token", "/me"].map(|path| format!("{ISSUER}{path}"));
    assert_eq!(*http.0.lock().unwrap(), asked);
}

#[test]
fn blocking_requests_need_no_runtime() {
    let http = OwnClient::default();
    let disco = DiscoveryDocumentRequest::builder().address(ISSUER).send_blocking(&http).unwrap();
    let request = ClientCredentialsTokenRequest::builder().address(disco.token_endpoint().unwrap()).client_id("reports");
    assert_eq!(request.send_blocking(&http).unwrap().access_token().expose(), "t");
}

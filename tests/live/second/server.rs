//! The second server: its issuer, its user, and the codes she gets.

use bytes::Bytes;
use identity_model::encoding::digest::sha256_base64url;
use identity_model::encoding::form::Form;
use identity_model::keys::ProviderKeys;
use identity_model::protocol::discovery::DiscoveryDocumentResponse;
use identity_model::protocol::token::{AuthorizationCodeTokenRequest, TokenResponse};
use identity_model::secret::AuthorizationCode;
use identity_model::transport::{HttpClient, HttpResponse};
use identity_model::{ClientAuthentication, DiscoveryDocumentRequest, Error};
use serde_json::{Value, json};
use url::Url;

use crate::faces::{Face, http, provider_keys, send_by};

pub(crate) const SECRET: &str = "service-secret-of-at-least-32-characters";
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:49152/callback";
pub(crate) const RESOURCE: &str = "https://reports.example.com";
pub(crate) const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";

/// The issuer of the second server.
#[derive(Clone)]
pub(crate) struct Second {
    pub(crate) url: String,
}

impl Second {
    /// The issuer that `tests/live/second/run` has started.
    pub(crate) fn here() -> Self {
        let url = std::env::var("IDENTITY_MODEL_SECOND_ISSUER");
        Self { url: url.expect("IDENTITY_MODEL_SECOND_ISSUER names a provider: `tests/live/second/run` starts one") }
    }

    /// Its discovery document, under the strict policy.
    pub(crate) async fn discover(&self) -> DiscoveryDocumentResponse {
        DiscoveryDocumentRequest::builder().address(&self.url).send(&http()).await.unwrap()
    }

    /// Its keys, for both faces.
    pub(crate) fn keys(&self) -> ProviderKeys {
        provider_keys(&self.url)
    }

    /// Carol's browser, logged in.
    pub(crate) async fn carol(&self) -> Session {
        Session { url: self.url.clone(), cookie: self.cookie("carol", "carols-password").await }
    }

    /// A client of the test's own, by the administrator's hand.
    pub(crate) async fn add_client(&self, metadata: &Value) {
        let cookie = self.cookie("admin", "password").await;
        self.ask("client/", &cookie, metadata).await;
    }

    async fn cookie(&self, username: &str, password: &str) -> String {
        let response = self.ask("auth/", "", &json!({ "username": username, "password": password })).await;
        response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    async fn ask(&self, path: &str, cookie: &str, body: &Value) -> HttpResponse {
        let address = format!("{}/{path}", self.url.strip_suffix("oidc").unwrap());
        let request = http::Request::post(address).header("content-type", "application/json").header("cookie", cookie);
        let response = http().send(request.body(Bytes::from(body.to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{}", String::from_utf8_lossy(response.body()));
        response
    }

    /// What Carol's browser is sent back with after a request that adds or replaces `parameters`.
    pub(crate) async fn log_in(&self, client_id: &str, response_type: &str, parameters: &[(&str, &str)]) -> Url {
        let challenge = sha256_base64url(VERIFIER);
        let mut form = Form::new();
        for (name, value) in [
            ("client_id", client_id),
            ("response_type", response_type),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid reports"),
            ("state", "a-state"),
            ("nonce", "a-nonce"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ] {
            form.push(name, value);
        }
        for (name, value) in parameters {
            form.push(*name, *value);
        }
        self.carol().await.authorize(&form).await
    }

    /// A login by the code flow, and its tokens.
    pub(crate) async fn tokens(&self, client_id: &str, face: Face) -> TokenResponse {
        let arrived = self.log_in(client_id, "code", &[]).await;
        let code = answer(&arrived).first("code").unwrap().to_owned();
        self.redeem(client_id, face, &code, VERIFIER).await.unwrap()
    }

    /// Exchanges a code.
    pub(crate) async fn redeem(&self, client_id: &str, face: Face, code: &str, verifier: &str) -> Result<TokenResponse, Error> {
        let request = AuthorizationCodeTokenRequest::builder()
            .address(self.discover().await.token_endpoint().unwrap())
            .client_id(client_id)
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .code(AuthorizationCode::danger_unchecked(code))
            .redirect_uri(REDIRECT_URI)
            .code_verifier(verifier)
            .build();
        send_by!(face, request)
    }
}

/// A browser that is logged in.
#[derive(Clone)]
pub(crate) struct Session {
    url: String,
    cookie: String,
}

impl Session {
    /// Sends an authorization request; where it leads. Without `g_continue` this server shows its page first.
    pub(crate) async fn authorize(&self, parameters: &Form) -> Url {
        let response = self.open(&format!("auth?{}&g_continue", parameters.to_query())).await;
        assert_eq!(response.status(), 302);
        Url::parse(response.headers()["location"].to_str().unwrap()).unwrap()
    }

    /// Agrees to what the user code stands for.
    pub(crate) async fn approve_device(&self, user_code: &str) {
        self.expect(&format!("device?code={user_code}&g_continue"), "prompt=deviceComplete").await;
    }

    /// Agrees to the backchannel request with this binding message, or cancels it.
    pub(crate) async fn answer_backchannel(&self, binding_message: &str, is_denied: bool) {
        let list: Value = serde_json::from_slice(self.open("ciba_user_list").await.body()).unwrap();
        let asked = list.as_array().unwrap().iter().find(|asked| asked["binding_message"] == binding_message).unwrap();
        let id = asked["user_req_id"].as_str().unwrap();
        let (decision, told) = if is_denied { ("cancel", "ciba_message=cancelled") } else { ("g_continue", "ciba_message=complete") };
        self.expect(&format!("ciba_user_check?user_req_id={id}&{decision}"), told).await;
    }

    async fn expect(&self, path: &str, told: &str) {
        let response = self.open(path).await;
        let location = response.headers()["location"].to_str().unwrap();
        assert!(location.contains(told), "{location}");
    }

    async fn open(&self, path: &str) -> HttpResponse {
        let request = http::Request::get(format!("{}/{path}", self.url)).header("cookie", &self.cookie);
        http().send(request.body(Bytes::new()).unwrap()).await.unwrap()
    }
}

/// The parameters that a browser came back with, in the query: this server puts them there for every response type.
pub(crate) fn answer(arrived: &Url) -> Form {
    let form = Form::parse(arrived.query().unwrap()).unwrap();
    assert_eq!(form.first("state"), Some("a-state"), "{form:?}");
    form
}

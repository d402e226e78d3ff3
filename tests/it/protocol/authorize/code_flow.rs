//! A login by hand with every response type and mode, and with the faults of the provider of tests.

use http::Method;
use identity_model::encoding::form::Form;
use identity_model::environment::SystemEntropy;
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::authorize::{
    Callback, CheckedCallback, CodeChallenge, LoginTransaction, ReceivedCallback, ResponseMode, ResponsePlace, ResponseType,
};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::secret::CodeVerifier;
use identity_model::testing::{Authorized, Fault, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::validation::{TokenValidationOptions, ValidatedToken};

use super::support::{NONCE, STATE};

const CALLBACK: &str = "https://app.test/cb?tenant=a%20b";

/// A provider, a client that is registered there, and a login by hand.
struct Scene {
    provider: TestProvider,
    response_type: ResponseType,
    response_mode: Option<ResponseMode>,
    verifier: CodeVerifier,
}

impl Scene {
    fn new(response_type: ResponseType, response_mode: Option<ResponseMode>) -> Self {
        let client = TestClient::new("app").secret("s3cret").redirect_uris([CALLBACK]);
        let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
        Self { provider, response_type, response_mode, verifier: CodeVerifier::random(&SystemEntropy).unwrap() }
    }

    fn begin(&self) -> (String, LoginTransaction) {
        let document = DiscoveryDocumentRequest::builder().address(self.provider.issuer()).send_blocking(&self.provider).unwrap();
        let challenge = CodeChallenge::s256(&self.verifier);
        let mut parameters = vec![
            ("client_id", "app"),
            ("response_type", self.response_type.as_str()),
            ("redirect_uri", CALLBACK),
            ("scope", "openid"),
            ("state", STATE),
            ("nonce", NONCE),
        ];
        if self.response_type.returns_code() {
            parameters.extend([("code_challenge", challenge.value().unwrap()), ("code_challenge_method", "S256")]);
        }
        parameters.extend(self.response_mode.map(|mode| ("response_mode", mode.as_str())));
        let url = format!("{}?{}", self.provider.address(ProviderEndpoint::Authorization), Form::from_iter(parameters).to_query());
        let login = LoginTransaction::builder()
            .issuer(document.issuer().unwrap())
            .client_id("app")
            .redirect_uri(CALLBACK)
            .response_type(self.response_type)
            .maybe_response_mode(self.response_mode)
            .state(STATE)
            .nonce(NONCE)
            .code_verifier(self.verifier.clone())
            .token_endpoint(document.token_endpoint().unwrap())
            .scope(["openid"])
            .expects_iss(document.try_get_boolean("authorization_response_iss_parameter_supported").unwrap_or_default())
            .begun_at(std::time::SystemTime::now())
            .build()
            .unwrap();
        // Through a session, as in life.
        (url, serde_json::from_str(&serde_json::to_string(&login).unwrap()).unwrap())
    }

    fn callback(&self, answer: &Authorized) -> Callback {
        let mode = self.response_mode.unwrap_or(self.response_type.default_mode());
        match mode.place(self.response_type) {
            ResponsePlace::Form => {
                Callback::from_form(&Method::POST, Some("application/x-www-form-urlencoded"), answer.form_body()).unwrap()
            }
            ResponsePlace::Query | ResponsePlace::Fragment => Callback::from_url(answer.location()).unwrap(),
        }
    }

    fn validator(&self, options: TokenValidationOptions) -> TokenValidator {
        TokenValidator::with_options(ProviderKeys::new_blocking(self.provider.issuer(), self.provider.clone()), options)
    }

    /// The user, and what of the login can be redeemed.
    fn receive(&self, received: ReceivedCallback) -> (Option<ValidatedToken>, Option<CheckedCallback>) {
        let (issuer, now) = (self.provider.issuer(), std::time::SystemTime::now());
        match received {
            ReceivedCallback::Checked(checked) => (None, Some(checked)),
            ReceivedCallback::Signed(signed) => {
                let rules = TokenValidationOptions::authorization_response().issuer(issuer).audience("app").build();
                let token = self.validator(rules).validate_blocking(signed.response().expose()).unwrap();
                (None, Some(signed.accept(&token, now).unwrap()))
            }
            ReceivedCallback::FrontChannel(received) => {
                let rules = TokenValidationOptions::front_channel_id_token().issuer(issuer).audience("app").build();
                let validator = self.validator(rules);
                let options = received.id_token_options(validator.options().clone());
                let token = validator.validate_blocking_with(received.id_token(), &options).unwrap();
                let login = received.accept(token, now).unwrap();
                (Some(login.id_token().clone()), login.into_checked())
            }
            other => panic!("{other:?}"),
        }
    }

    fn redeem(&self, checked: CheckedCallback) -> ValidatedToken {
        let (request, login) = checked.into_token_request();
        let tokens = request.authentication(ClientAuthentication::secret_basic("s3cret")).send_blocking(&self.provider).unwrap();
        let rules = TokenValidationOptions::id_token().issuer(self.provider.issuer()).audience("app").build();
        let validator = self.validator(rules);
        let id_token = login.id_token(&tokens).unwrap().unwrap();
        let token = validator.validate_blocking_with(id_token, &login.id_token_options(validator.options().clone(), &tokens)).unwrap();
        login.accept(&token, &tokens, std::time::SystemTime::now()).unwrap();
        token
    }
}

#[test]
fn z9_every_response_type_and_mode_ends_with_the_same_user() {
    let modes = ResponseMode::ALL.iter().copied().map(Some).chain([None]);
    let mut logins = 0;
    for response_mode in modes {
        for response_type in ResponseType::ALL.iter().copied() {
            let is_login = response_type.returns_code() || response_type.returns_id_token();
            let mode = response_mode.unwrap_or(response_type.default_mode());
            let in_query = response_type != ResponseType::Code && mode.place(response_type) == ResponsePlace::Query;
            if !is_login || in_query || (mode.is_jwt() && response_type != ResponseType::Code) {
                continue;
            }
            let scene = Scene::new(response_type, response_mode);
            let (url, login) = scene.begin();
            let callback = scene.callback(&scene.provider.authorize(url));
            assert!(login.is_answered_by(&callback));
            let (user, checked) = scene.receive(login.receive(&callback, std::time::SystemTime::now()).unwrap());
            let subjects: Vec<_> = user.into_iter().chain(checked.map(|checked| scene.redeem(checked))).collect();
            assert!(subjects.iter().all(|token| token.subject() == subjects[0].subject()), "{response_type} {response_mode:?}");
            assert_eq!(subjects.len(), usize::from(response_type.returns_code()) + usize::from(response_type.returns_id_token()));
            logins += 1;
        }
    }
    assert_eq!(logins, 23, "every combination that is a login");
}

#[test]
fn z3_to_z8_faults_of_the_provider_are_refused_and_no_code_is_redeemed() {
    for (fault, code) in [
        (Fault::wrong_issuer(), "callback_issuer_mismatch"),
        (Fault::missing_issuer(), "callback_issuer_missing"),
        (Fault::wrong_state(), "callback_state_mismatch"),
        (Fault::missing_state(), "callback_state_missing"),
        (Fault::missing_code(), "callback_missing_parameter"),
        (Fault::deny(), "authorization_error"),
        (Fault::duplicate_parameter("state", "x"), "callback_duplicate_parameter"),
        (Fault::parameter("id_token", "x"), "callback_unexpected_parameter"),
        (Fault::parameter("response", "x"), "callback_response_unexpected"),
    ] {
        let scene = Scene::new(ResponseType::Code, None);
        let (url, login) = scene.begin();
        scene.provider.inject(ProviderEndpoint::Authorization, fault);
        let callback = scene.callback(&scene.provider.authorize(url));
        let error = login.check(&callback, std::time::SystemTime::now()).unwrap_err();
        assert_eq!(error.code(), code);
    }
}

#[test]
fn m1_the_answer_of_a_provider_that_signs_otherwise_is_refused() {
    let client = TestClient::new("app").secret("s3cret").redirect_uris([CALLBACK]);
    let client = client.authorization_response_signed_with(SignatureAlgorithm::ES256);
    let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    let scene = Scene { provider, ..Scene::new(ResponseType::Code, Some(ResponseMode::Jwt)) };
    let (url, login) = scene.begin();
    let callback = scene.callback(&scene.provider.authorize(url));
    let ReceivedCallback::Signed(signed) = login.receive(&callback, std::time::SystemTime::now()).unwrap() else { panic!() };
    let rules = TokenValidationOptions::authorization_response().issuer(scene.provider.issuer()).audience("app").build();
    let error = scene.validator(rules).validate_blocking(signed.response().expose()).unwrap_err();
    assert_eq!(error.code(), "algorithm_not_allowed");
}

//! Back-channel logout from the request to the end of the session: rules L2 to L6, and the conformance modules of back-channel logout.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Request, Response};
use identity_model::cache::{BlockingReplayStore, MemoryReplayStore, ReplayKey, ReplayStore, StoreError};
use identity_model::environment::{Environment, FixedClock};
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{DecryptionKeys, SignatureAlgorithm};
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::logout::LogoutNotice;
use identity_model::sessions::{BackchannelLogout, BlockingSessionRegistry, MemorySessions, SessionRegistry};
use identity_model::testing::{Forgery, ProviderEndpoint, TestProvider, TokenDraft};
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

mod encrypted;
mod order;
mod replays;

const CLIENT: &str = "app";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A provider, a receiver for its requests and a session of alice's with the `sid` of her login.
struct Scene {
    provider: TestProvider,
    clock: FixedClock,
    environment: Environment,
    sessions: MemorySessions,
}

impl Scene {
    fn new() -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let environment = Environment::system().with_clock(clock.clone());
        let provider = TestProvider::builder().environment(environment.clone()).build();
        let sessions = MemorySessions::default().with_environment(environment.clone());
        let scene = Self { provider, clock, environment, sessions };
        scene.log_in("session", "alice", Some("08a5"));
        scene
    }

    fn log_in(&self, id: &str, subject: &str, sid: Option<&str>) {
        let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_760_000_000);
        self.sessions.begin(id, &self.provider.issuer(), subject, sid, until).unwrap();
    }

    fn keys(&self) -> ProviderKeys {
        ProviderKeys::builder()
            .authority(self.provider.issuer())
            .http(self.provider.clone())
            .blocking_http(self.provider.clone())
            .environment(self.environment.clone())
            .build()
    }

    fn receiver(&self) -> BackchannelLogout {
        BackchannelLogout::builder()
            .keys(self.keys())
            .issuer(self.provider.issuer())
            .client_id(CLIENT)
            .environment(self.environment.clone())
            .build()
    }

    fn remembering(&self, store: identity_model::cache::ReplayGuard) -> BackchannelLogout {
        BackchannelLogout::builder()
            .keys(self.keys())
            .issuer(self.provider.issuer())
            .client_id(CLIENT)
            .replay_store(store)
            .environment(self.environment.clone())
            .build()
    }

    fn token(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> String {
        let token = self.provider.mint_access_token(|token| {
            let token = token.without_claim("client_id").without_claim("scope").header("typ", "logout+jwt");
            let token = token.claim("aud", CLIENT).claim("sub", "alice").claim("sid", "08a5").claim("events", json!({ EVENT: {} }));
            change(token.expires_in(120))
        });
        token.expose().to_owned()
    }

    /// Asks both faces, each with a receiver of its own, and looks at the response.
    async fn judge(&self, token: &str) -> Result<LogoutNotice, Error> {
        let request = posted(token);
        let outcome = self.receiver().receive(&request).await.map(|received| received.notice().clone());
        let blocking = self.receiver().receive_blocking(&request).map(|received| received.notice().clone());
        assert_eq!(told(&outcome), told(&blocking));
        if let Err(error) = &outcome {
            let answer = BackchannelLogout::error_response(error);
            assert_refused(&answer);
        }
        outcome
    }

    /// A rejected token ends no session, and is answered with 400.
    async fn refuses(&self, token: &str) -> &'static str {
        let answer = self.receiver().respond(&posted(token), &self.sessions).await;
        assert_refused(&answer);
        let answer = self.receiver().respond_blocking(&posted(token), &self.sessions);
        assert_refused(&answer);
        assert!(self.sessions.is_live("session"));
        self.judge(token).await.unwrap_err().code()
    }
}

fn posted(token: &str) -> Request<String> {
    let request = Request::post("/logout").header("content-type", "application/x-www-form-urlencoded");
    request.body(format!("logout_token={token}")).unwrap()
}

fn told(outcome: &Result<LogoutNotice, Error>) -> String {
    format!("{outcome:?}")
}

fn assert_refused(answer: &Response<bytes::Bytes>) {
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let document: Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(document["error"].is_string() && document["error_description"].is_string(), "{document}");
}

fn forged(forgery: &Forgery) -> impl FnOnce(TokenDraft) -> TokenDraft {
    move |token| token.forge(forgery)
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout() {
    let scene = Scene::new();
    scene.log_in("other session", "alice", Some("ffff"));
    scene.log_in("other user", "bob", Some("0000"));
    let answer = scene.receiver().respond(&posted(&scene.token(|token| token)), &scene.sessions).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!scene.sessions.is_live("session"));
    assert!(scene.sessions.is_live("other session") && scene.sessions.is_live("other user"));
}

#[tokio::test]
async fn rp_backchannel_alg_none() {
    let scene = Scene::new();
    let unsigned = scene.token(forged(&Forgery::AlgorithmNone));
    assert_eq!(scene.refuses(&unsigned).await, "token_unsigned");
    assert_eq!(scene.refuses(&format!("{unsigned}c2lnbmF0dXJl")).await, "algorithm_not_allowed");
}

#[tokio::test]
async fn rp_backchannel_wrong_alg() {
    let scene = Scene::new();
    assert_eq!(scene.refuses(&scene.token(|token| token.algorithm(SignatureAlgorithm::ES256))).await, "algorithm_not_allowed");
    assert_eq!(scene.refuses(&scene.token(forged(&Forgery::HmacWithPublicKey))).await, "algorithm_not_allowed");
}

#[tokio::test]
async fn rp_backchannel_wrong_iss() {
    let scene = Scene::new();
    let fetched = scene.provider.requests(ProviderEndpoint::Jwks);
    assert_eq!(scene.refuses(&scene.token(forged(&Forgery::claim("iss", "https://evil.example")))).await, "issuer_mismatch");
    assert_eq!(scene.provider.requests(ProviderEndpoint::Jwks), fetched, "no keys are fetched for a foreign token");
}

#[tokio::test]
async fn rp_backchannel_wrong_aud() {
    let scene = Scene::new();
    assert_eq!(scene.refuses(&scene.token(forged(&Forgery::claim("aud", "another")))).await, "audience_mismatch");
}

#[tokio::test]
async fn rp_backchannel_no_event() {
    let scene = Scene::new();
    assert_eq!(scene.refuses(&scene.token(forged(&Forgery::without_claim("events")))).await, "claim_missing");
}

#[tokio::test]
async fn rp_backchannel_wrong_event() {
    let scene = Scene::new();
    for events in [json!({"http://schemas.openid.net/event/other": {}}), json!({ EVENT: null }), json!({ EVENT: "" }), json!([EVENT])] {
        assert_eq!(scene.refuses(&scene.token(forged(&Forgery::claim("events", events)))).await, "logout_event_missing");
    }
}

#[tokio::test]
async fn rp_backchannel_with_nonce() {
    let scene = Scene::new();
    assert_eq!(scene.refuses(&scene.token(forged(&Forgery::claim("nonce", "n-0S6")))).await, "nonce_unexpected");
}

#[tokio::test]
async fn l3_type_signature_and_times() {
    let scene = Scene::new();
    for (forgery, code) in [
        (Forgery::header("typ", "at+jwt"), "wrong_token_kind"),
        (Forgery::header("typ", "secevent+jwt"), "wrong_token_kind"),
        (Forgery::WrongKey, "signature_invalid"),
        (Forgery::WrongSignature, "signature_invalid"),
        (Forgery::Expired, "expired"),
        (Forgery::NotYetValid, "not_yet_valid"),
        (Forgery::IssuedInTheFuture, "issued_in_future"),
    ] {
        assert_eq!(scene.refuses(&scene.token(forged(&forgery))).await, code, "{forgery:?}");
    }
    for typ in ["logout+jwt", "JWT", "application/logout+jwt"] {
        scene.judge(&scene.token(|token| token.header("typ", typ))).await.unwrap();
    }
    scene.judge(&scene.token(|token| token.without_header("typ"))).await.unwrap();
    let id_token = scene.provider.mint_id_token(|token| token.claim("aud", CLIENT));
    assert_eq!(scene.refuses(id_token.expose()).await, "claim_missing", "an ID token is no logout token");
}

#[tokio::test]
async fn l3_the_algorithm_is_that_of_the_clients_id_tokens() {
    let scene = Scene::new();
    let receiver = BackchannelLogout::builder()
        .keys(scene.keys())
        .issuer(scene.provider.issuer())
        .client_id(CLIENT)
        .algorithms([SignatureAlgorithm::ES256])
        .environment(scene.environment.clone())
        .build();
    let received = receiver.receive(&posted(&scene.token(|token| token.algorithm(SignatureAlgorithm::ES256)))).await;
    received.unwrap().ended().await.unwrap();
    let error = receiver.receive(&posted(&scene.token(|token| token))).await.unwrap_err();
    assert_eq!(error.code(), "algorithm_not_allowed");
}

#[tokio::test]
async fn l4_required_claims_and_whom_it_is_about() {
    let scene = Scene::new();
    for claim in ["iss", "aud", "iat", "jti", "exp", "events"] {
        let error = scene.judge(&scene.token(|token| token.without_claim(claim))).await.unwrap_err();
        assert_eq!((error.code(), error.validation().unwrap().claim()), ("claim_missing", Some(claim)));
    }
    let notice = scene.judge(&scene.token(|token| token.without_claim("sid"))).await.unwrap();
    assert_eq!((notice.subject(), notice.session_id()), (Some("alice"), None));
    let notice = scene.judge(&scene.token(|token| token.without_claim("sub"))).await.unwrap();
    assert_eq!((notice.subject(), notice.session_id(), notice.issuer()), (None, Some("08a5"), scene.provider.issuer().as_str()));
    assert_eq!(scene.refuses(&scene.token(|token| token.without_claim("sub").without_claim("sid"))).await, "claim_missing");
}

#[tokio::test]
async fn l5_the_sessions_that_are_meant_end_and_no_others() {
    type Change = fn(TokenDraft) -> TokenDraft;
    // Alice with this `sid`, with another, with none known; bob with the same `sid`; what is left of them.
    let cases: [(Change, [bool; 4]); 4] = [
        (|token| token, [false, true, false, true]),
        (|token| token.without_claim("sub"), [false, true, true, false]),
        (|token| token.without_claim("sid"), [false, false, false, true]),
        (|token| token.claim("sub", "carol"), [true, true, true, true]),
    ];
    for (change, left) in cases {
        let scene = Scene::new();
        scene.log_in("another sid", "alice", Some("ffff"));
        scene.log_in("no sid", "alice", None);
        scene.log_in("bob", "bob", Some("08a5"));
        scene.sessions.begin("elsewhere", "https://elsewhere.example.com", "alice", Some("08a5"), far()).unwrap();
        let answer = scene.receiver().respond(&posted(&scene.token(change)), &scene.sessions).await;
        assert_eq!(answer.status(), 200, "also where there is no such session");
        let live = ["session", "another sid", "no sid", "bob"].map(|id| scene.sessions.is_live(id));
        assert_eq!(live, left);
        assert!(scene.sessions.is_live("elsewhere"), "another provider's session");
    }
}

#[tokio::test]
async fn l6_a_logout_that_fails_is_answered_with_400() {
    struct Broken;
    #[async_trait::async_trait]
    impl SessionRegistry for Broken {
        async fn end(&self, _: &LogoutNotice) -> Result<(), StoreError> {
            Err(StoreError::unavailable("secret of the database"))
        }
    }
    impl BlockingSessionRegistry for Broken {
        fn end_blocking(&self, _: &LogoutNotice) -> Result<(), StoreError> {
            Err(StoreError::unavailable("secret of the database"))
        }
    }
    let scene = Scene::new();
    let answers = [
        scene.receiver().respond(&posted(&scene.token(|token| token)), &Broken).await,
        scene.receiver().respond_blocking(&posted(&scene.token(|token| token)), &Broken),
    ];
    for answer in answers {
        assert_refused(&answer);
        let body = String::from_utf8(answer.into_body().to_vec()).unwrap();
        assert!(body.contains("server_error") && !body.contains("secret"), "{body}");
    }
}

#[tokio::test]
async fn l6_keys_that_cannot_be_had_are_answered_with_400_and_end_nothing() {
    let scene = Scene::new();
    let token = scene.token(|token| token);
    scene.provider.go_down();
    let answer = scene.receiver().respond(&posted(&token), &scene.sessions).await;
    assert_refused(&answer);
    assert!(scene.sessions.is_live("session"));
}

#[tokio::test]
async fn l6_the_answer_does_not_say_what_is_wrong_with_a_token() {
    let scene = Scene::new();
    let mut bodies = Vec::new();
    for forgery in [Forgery::WrongKey, Forgery::claim("aud", "another"), Forgery::Expired, Forgery::claim("nonce", "n")] {
        let answer = scene.receiver().respond(&posted(&scene.token(forged(&forgery))), &scene.sessions).await;
        bodies.push(answer.into_body());
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

#[test]
fn a_validator_for_another_kind_of_token_is_a_configuration_error() {
    let scene = Scene::new();
    let options = TokenValidationOptions::id_token().issuer(scene.provider.issuer()).audience(CLIENT).build();
    let validator = TokenValidator::with_options(scene.keys(), options);
    let error = BackchannelLogout::with_validator(validator, MemoryReplayStore::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("ID token"), "{error}");
}

fn far() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_760_000_000)
}

#[tokio::test]
async fn s_logout_exp_a_token_without_exp_is_accepted_up_to_a_stated_age_and_its_replay_refused() {
    let scene = Scene::new();
    let sent = scene.token(|draft| draft.without_claim("exp"));
    assert_eq!(scene.refuses(&sent).await, "claim_missing");
    let lax = || {
        let builder = BackchannelLogout::builder().keys(scene.keys()).issuer(scene.provider.issuer()).client_id(CLIENT);
        builder.environment(scene.environment.clone()).danger_allow_missing_exp(Duration::from_secs(120)).build()
    };
    let receiver = lax();
    let received = receiver.receive(&posted(&sent)).await.unwrap();
    let issued = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
    assert_eq!(received.notice().acceptable_until(), issued + Duration::from_secs(150), "`iat`, the greatest age and the leeway");
    assert_eq!(receiver.respond(&posted(&sent), &scene.sessions).await.status(), 200);
    assert!(!scene.sessions.is_live("session"));
    scene.clock.advance(Duration::from_secs(149));
    assert_eq!(receiver.respond(&posted(&sent), &scene.sessions).await.status(), 400, "a replay, for as long as it could be accepted");
    assert_eq!(lax().respond_blocking(&posted(&sent), &scene.sessions).status(), 200, "where it was not remembered");
    scene.clock.advance(Duration::from_secs(2));
    assert_eq!(lax().receive(&posted(&sent)).await.unwrap_err().code(), "issued_too_long_ago");
}

//! A logout token counts once: rule L5.

use super::*;

#[tokio::test]
async fn l5_a_token_counts_once_for_as_long_as_it_would_be_accepted() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    let token = scene.token(|token| token);
    receiver.receive(&posted(&token)).await.unwrap().ended().await.unwrap();
    // `exp` is two minutes away, the leeway thirty seconds.
    for seconds in [0, 119, 30] {
        scene.clock.advance(Duration::from_secs(seconds));
        let error = receiver.receive(&posted(&token)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "logout_token_replayed"), "{seconds}");
        assert_refused(&BackchannelLogout::error_response(&error));
        let error = receiver.receive_blocking(&posted(&token)).unwrap_err();
        assert_eq!(error.code(), "logout_token_replayed");
    }
    scene.clock.advance(Duration::from_secs(1));
    assert_eq!(receiver.receive(&posted(&token)).await.unwrap_err().code(), "expired");
}

#[tokio::test]
async fn l5_a_replay_does_not_end_the_next_session() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    let token = scene.token(|token| token.without_claim("sid"));
    assert_eq!(receiver.respond(&posted(&token), &scene.sessions).await.status(), 200);
    assert!(!scene.sessions.is_live("session"));
    scene.log_in("session", "alice", Some("next"));
    assert_refused(&receiver.respond(&posted(&token), &scene.sessions).await);
    assert!(scene.sessions.is_live("session"));
}

#[tokio::test]
async fn l5_the_same_jti_in_another_token_is_a_replay_and_another_jti_is_none() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    receiver.receive(&posted(&scene.token(|token| token.claim("jti", "one")))).await.unwrap().ended().await.unwrap();
    receiver.receive(&posted(&scene.token(|token| token.claim("jti", "two")))).await.unwrap().ended_blocking().unwrap();
    let again = scene.token(|token| token.claim("jti", "one").claim("sub", "bob").expires_in(60));
    assert_eq!(receiver.receive(&posted(&again)).await.unwrap_err().code(), "logout_token_replayed");
}

#[tokio::test]
async fn l5_a_refused_token_is_not_remembered() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    let refused = scene.token(|token| token.claim("jti", "one").claim("nonce", "n"));
    receiver.receive(&posted(&refused)).await.unwrap_err();
    receiver.receive(&posted(&scene.token(|token| token.claim("jti", "one")))).await.unwrap().ended().await.unwrap();
}

/// Fails, and counts what it is asked.
#[derive(Clone, Default)]
struct Broken(Arc<std::sync::atomic::AtomicUsize>);

#[async_trait::async_trait]
impl ReplayStore for Broken {
    async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        self.remember_blocking(key, expires_at)
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        self.is_remembered_blocking(key)
    }
}

impl BlockingReplayStore for Broken {
    fn remember_blocking(&self, _: &ReplayKey, _: SystemTime) -> Result<bool, StoreError> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Err(StoreError::unavailable("the line is cut"))
    }

    fn is_remembered_blocking(&self, _: &ReplayKey) -> Result<bool, StoreError> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Err(StoreError::unavailable("the line is cut"))
    }
}

#[tokio::test]
async fn l5_a_store_that_fails_loses_no_logout() {
    for blocking in [false, true] {
        let scene = Scene::new();
        let store = Broken::default();
        let receiver = scene.remembering(identity_model::cache::ReplayGuard::new(store.clone()).with_blocking(store.clone()));
        let request = posted(&scene.token(|token| token));
        let answer = match blocking {
            true => receiver.respond_blocking(&request, &scene.sessions),
            false => receiver.respond(&request, &scene.sessions).await,
        };
        assert_refused(&answer);
        assert!(!scene.sessions.is_live("session"), "the provider is told to deliver again, the session is over");
        assert_eq!(store.0.load(std::sync::atomic::Ordering::SeqCst), 2, "asked before, told after");
        let error = receiver.receive(&request).await.unwrap().ended().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "store_unavailable"));
    }
}

#[tokio::test]
async fn l5_a_full_store_forgets_nothing_and_loses_no_logout() {
    let scene = Scene::new();
    let receiver = scene.remembering(MemoryReplayStore::new(1).with_environment(scene.environment.clone()).into());
    let first = scene.token(|token| token);
    receiver.receive(&posted(&first)).await.unwrap().ended().await.unwrap();
    let next = posted(&scene.token(|token| token));
    assert_eq!(receiver.receive(&next).await.unwrap().ended().await.unwrap_err().code(), "store_full");
    assert_refused(&receiver.respond(&next, &scene.sessions).await);
    assert!(!scene.sessions.is_live("session"));
    assert_eq!(receiver.receive(&posted(&first)).await.unwrap_err().code(), "logout_token_replayed");
}

#[tokio::test]
async fn l5_a_jti_is_its_issuers_own() {
    let scene = Scene::new();
    let elsewhere = TestProvider::builder().issuer("https://elsewhere.test").environment(scene.environment.clone()).build();
    let store = MemoryReplayStore::default().with_environment(scene.environment.clone());
    let receiver = |provider: &TestProvider| {
        let keys =
            ProviderKeys::builder().authority(provider.issuer()).http(provider.clone()).environment(scene.environment.clone()).build();
        let builder = BackchannelLogout::builder().keys(keys).issuer(provider.issuer()).client_id(CLIENT);
        builder.replay_store(store.clone()).environment(scene.environment.clone()).build()
    };
    let token =
        |provider: &TestProvider| provider.mint_logout_token(|token| token.claim("aud", CLIENT).claim("jti", "one").claim("sub", "alice"));
    let (here, there) = (receiver(&scene.provider), receiver(&elsewhere));
    here.receive(&posted(&token(&scene.provider))).await.unwrap().ended().await.unwrap();
    there.receive(&posted(&token(&elsewhere))).await.unwrap().ended().await.unwrap();
    for (receiver, provider) in [(here, &scene.provider), (there, &elsewhere)] {
        assert_eq!(receiver.receive(&posted(&token(provider))).await.unwrap_err().code(), "logout_token_replayed");
    }
}

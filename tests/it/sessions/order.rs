//! The sessions end first, the token is remembered after: a delivery that failed or was given up can be made again (rules L5 and L6).

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use identity_model::transport::{HttpClient, HttpRequest, HttpResponse, TransportError};

use super::*;

/// The places at which something fails, once.
#[derive(Clone)]
struct FailsOnce {
    sessions: MemorySessions,
    left: Arc<AtomicUsize>,
}

impl FailsOnce {
    fn new(scene: &Scene) -> Self {
        Self { sessions: scene.sessions.clone(), left: Arc::new(AtomicUsize::new(1)) }
    }

    fn fails(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

#[async_trait::async_trait]
impl SessionRegistry for FailsOnce {
    async fn end(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
        self.end_blocking(notice)
    }
}

impl BlockingSessionRegistry for FailsOnce {
    fn end_blocking(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
        if self.fails() {
            return Err(StoreError::unavailable("the line is cut"));
        }
        self.sessions.end_blocking(notice)
    }
}

#[tokio::test]
async fn l5_a_logout_that_failed_succeeds_when_it_is_delivered_again() {
    for blocking in [false, true] {
        let scene = Scene::new();
        let (receiver, registry) = (scene.receiver(), FailsOnce::new(&scene));
        let request = posted(&scene.token(|token| token));
        let deliver = async || match blocking {
            true => receiver.respond_blocking(&request, &registry),
            false => receiver.respond(&request, &registry).await,
        };
        assert_refused(&deliver().await);
        assert!(scene.sessions.is_live("session"), "its registry has failed");
        assert_eq!(deliver().await.status(), 200, "blocking: {blocking}");
        assert!(!scene.sessions.is_live("session"));
        assert_refused(&deliver().await);
    }
}

/// A registry that is never done, and one that is done at once.
struct Hangs(tokio::sync::Notify);

#[async_trait::async_trait]
impl SessionRegistry for Hangs {
    async fn end(&self, _: &LogoutNotice) -> Result<(), StoreError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn l5_a_delivery_whose_provider_hung_up_succeeds_when_it_is_made_again() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    let request = posted(&scene.token(|token| token));
    let hangs = Hangs(tokio::sync::Notify::new());
    tokio::select! {
        _ = receiver.respond(&request, &hangs) => panic!("it is never done"),
        () = hangs.0.notified() => {}
    }
    assert!(scene.sessions.is_live("session"));
    assert_eq!(receiver.respond(&request, &scene.sessions).await.status(), 200);
    assert!(!scene.sessions.is_live("session"));
}

/// A store that never answers when it is to remember.
struct Forgetful(MemoryReplayStore, tokio::sync::Notify);

#[async_trait::async_trait]
impl ReplayStore for Forgetful {
    async fn remember(&self, _: &ReplayKey, _: SystemTime) -> Result<bool, StoreError> {
        self.1.notify_one();
        std::future::pending().await
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        self.0.is_remembered(key).await
    }
}

#[tokio::test]
async fn l5_a_delivery_that_was_given_up_while_it_was_remembered_has_ended_the_session() {
    let scene = Scene::new();
    let store = Arc::new(Forgetful(MemoryReplayStore::default(), tokio::sync::Notify::new()));
    struct Shared(Arc<Forgetful>);
    #[async_trait::async_trait]
    impl ReplayStore for Shared {
        async fn remember(&self, key: &ReplayKey, until: SystemTime) -> Result<bool, StoreError> {
            self.0.remember(key, until).await
        }
        async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
            self.0.is_remembered(key).await
        }
    }
    let receiver = scene.remembering(identity_model::cache::ReplayGuard::new(Shared(Arc::clone(&store))));
    let request = posted(&scene.token(|token| token));
    tokio::select! {
        _ = receiver.respond(&request, &scene.sessions) => panic!("it is never done"),
        () = store.1.notified() => {}
    }
    assert!(!scene.sessions.is_live("session"));
}

#[tokio::test]
async fn l5_a_token_that_was_received_by_hand_is_remembered_when_its_sessions_have_ended() {
    let scene = Scene::new();
    let receiver = scene.receiver();
    let request = posted(&scene.token(|token| token));
    drop(receiver.receive(&request).await.unwrap());
    drop(receiver.receive_blocking(&request).unwrap());
    let (received, beside) = (receiver.receive(&request).await.unwrap(), receiver.receive(&request).await.unwrap());
    SessionRegistry::end(&scene.sessions, received.notice()).await.unwrap();
    received.ended().await.unwrap();
    beside.ended_blocking().unwrap(); // another delivery at the same moment has ended them too
    assert_eq!(receiver.receive(&request).await.unwrap_err().code(), "logout_token_replayed");
}

/// Lets its caller wait once at every turn, so that there is a point at which it can be given up.
struct Waits<T>(T);

async fn a_turn() {
    let mut has_waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[async_trait::async_trait]
impl HttpClient for Waits<TestProvider> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        a_turn().await;
        let response = HttpClient::send(&self.0, request).await;
        a_turn().await;
        response
    }
}

#[async_trait::async_trait]
impl SessionRegistry for Waits<MemorySessions> {
    async fn end(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
        a_turn().await;
        self.0.end_blocking(notice)?;
        a_turn().await;
        Ok(())
    }
}

#[async_trait::async_trait]
impl ReplayStore for Waits<MemoryReplayStore> {
    async fn remember(&self, key: &ReplayKey, until: SystemTime) -> Result<bool, StoreError> {
        a_turn().await;
        let is_new = ReplayStore::remember(&self.0, key, until).await;
        a_turn().await;
        is_new
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        a_turn().await;
        ReplayStore::is_remembered(&self.0, key).await
    }
}

/// Polls `call` so often, then gives it up.
fn given_up_after<T>(polls: usize, mut call: Pin<Box<dyn Future<Output = T> + '_>>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match call.as_mut().poll(&mut context) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    })
}

#[tokio::test]
async fn l5_a_delivery_that_is_given_up_at_any_point_loses_no_logout() {
    for by_hand in [false, true] {
        let (mut given_up, mut ended_before) = (0, 0);
        loop {
            let scene = Scene::new();
            let keys = ProviderKeys::builder().authority(scene.provider.issuer()).http(Waits(scene.provider.clone()));
            let receiver = BackchannelLogout::builder()
                .keys(keys.environment(scene.environment.clone()).build())
                .issuer(scene.provider.issuer())
                .client_id(CLIENT)
                .replay_store(identity_model::cache::ReplayGuard::new(Waits(
                    MemoryReplayStore::default().with_environment(scene.environment.clone()),
                )))
                .environment(scene.environment.clone())
                .build();
            let (request, registry) = (posted(&scene.token(|token| token)), Waits(scene.sessions.clone()));
            let deliver = || async {
                if !by_hand {
                    return receiver.respond(&request, &registry).await.status() == 200;
                }
                let Ok(received) = receiver.receive(&request).await else { return false };
                registry.end(received.notice()).await.unwrap();
                received.ended().await.is_ok()
            };
            if let Some(is_done) = given_up_after(given_up, Box::pin(deliver())) {
                assert!(is_done && !scene.sessions.is_live("session"));
                break;
            }
            let has_ended = !scene.sessions.is_live("session");
            let is_done = given_up_after(1_000, Box::pin(deliver())).unwrap();
            assert!(!scene.sessions.is_live("session"), "given up after {given_up} polls");
            assert!(is_done || has_ended, "given up after {given_up} polls: it was refused and has ended nothing");
            ended_before += usize::from(has_ended);
            given_up += 1;
        }
        assert!(given_up >= 8 && ended_before >= 2, "{given_up} {ended_before}");
    }
}

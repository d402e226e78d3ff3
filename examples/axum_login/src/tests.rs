//! The way in, the refresh and the ways out as browsers meet them: two tabs at a time, buttons that are pressed twice, and addresses that anybody
//! can make a browser open.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use identity_model::testing::{Fault, Gate, ProviderEndpoint, TestProvider};
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

use crate::app::App;
use crate::embedded;
use crate::settings::Settings;
use crate::store::Sessions;

const URL: &str = "http://app.test";

/// The application, and a browser in front of it that keeps its cookie.
struct Scene {
    provider: TestProvider,
    app: App,
    router: Router,
    cookie: Mutex<Option<String>>,
    _settings: Settings,
}

/// What the browser was answered.
#[derive(Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    location: String,
    page: String,
}

impl Scene {
    fn new() -> Self {
        let provider = embedded::provider(URL);
        let settings = Settings::embedded(URL.to_owned(), provider.listen().unwrap());
        let app = App::new(&settings).unwrap();
        Self { provider, router: app.clone().router(&settings), app, cookie: Mutex::default(), _settings: settings }
    }

    fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn open(&self, method: &str, address: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(address.strip_prefix(URL).unwrap_or(address));
        if let Some(cookie) = self.cookie() {
            request = request.header(COOKIE, cookie);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for set in response.headers().get_all(SET_COOKIE) {
            let set = set.to_str().unwrap();
            let pair = set.split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = (!set.contains("Max-Age=0")).then_some(pair);
        }
        let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        Answer { status: response.status(), location, page: text(response).await }
    }

    async fn get(&self, address: &str) -> Answer {
        self.open("GET", address).await
    }

    async fn post(&self, address: &str) -> Answer {
        self.open("POST", address).await
    }

    /// Begins a login: the address with which the provider sends the browser back.
    async fn begin(&self) -> String {
        let begun = self.get("/login").await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.page);
        self.provider.authorize(&begun.location).location().to_owned()
    }

    async fn log_in(&self) {
        let callback = self.begin().await;
        assert_eq!(self.get(&callback).await.location, "/profile");
    }

    async fn is_logged_in(&self) -> bool {
        self.get("/profile").await.page.contains("Alice Example")
    }

    fn requests(&self) -> usize {
        self.provider.requests(ProviderEndpoint::Token)
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

/// Carries on once a response waits at the gate.
async fn waiting(gate: &Gate) {
    while gate.waiting() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_stray_callback_ends_neither_a_login_nor_a_session() {
    let scene = Scene::new();
    let strays =
        ["/callback", "/callback?x=1", "/callback?state=other&code=c", "/callback?error=access_denied", "/callback?code=%FF&code=2"];
    for address in strays {
        assert_eq!(scene.get(address).await.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(scene.cookie(), None, "{address}");
    }
    let callback = scene.begin().await;
    for address in strays {
        assert_eq!(scene.get(address).await.status, StatusCode::BAD_REQUEST, "{address}");
    }
    assert_eq!(scene.get(&callback).await.location, "/profile");
    for address in strays.into_iter().chain([callback.as_str(), "/logged-out", "/logged-out?state=s", "/frontchannel-logout?sid=s"]) {
        assert_eq!(scene.get(address).await.status, StatusCode::BAD_REQUEST, "{address}");
    }
    assert!(scene.is_logged_in().await);
    assert_eq!(scene.requests(), 1);
}

#[tokio::test]
async fn two_tabs_log_in_one_after_the_other() {
    let scene = Scene::new();
    let (first, second) = (scene.begin().await, scene.begin().await);
    let anonymous = scene.cookie();
    assert_eq!(scene.get(&first).await.location, "/profile");
    assert_ne!(scene.cookie(), anonymous, "another identifier");
    assert_eq!(scene.get(&second).await.location, "/profile");
    assert!(scene.is_logged_in().await);
}

#[tokio::test]
async fn a_login_that_another_tab_begins_while_one_is_finished_is_kept() {
    for is_refused in [false, true] {
        let scene = Scene::new();
        let (first, gate) = (scene.begin().await, Gate::new());
        let held = Fault::hold(&gate);
        let fault = if is_refused { held.and(Fault::error(400, "invalid_grant")) } else { held };
        scene.provider.inject(ProviderEndpoint::Token, fault.once());
        let (finished, second) = tokio::join!(scene.get(&first), async {
            waiting(&gate).await;
            let second = scene.begin().await;
            gate.open();
            second
        });
        assert_eq!(finished.location.is_empty(), is_refused, "{finished:?}");
        assert_eq!(scene.get(&second).await.location, "/profile", "the first was refused: {is_refused}");
        assert!(scene.is_logged_in().await);
    }
}

#[tokio::test]
async fn a_second_click_on_refresh_finds_the_work_done() {
    let scene = Scene::new();
    scene.log_in().await;
    let gate = Gate::new();
    scene.provider.inject(ProviderEndpoint::Token, Fault::hold(&gate).once());
    let (first, second, ()) = tokio::join!(scene.post("/refresh"), scene.post("/refresh"), async {
        waiting(&gate).await;
        gate.open();
    });
    assert_eq!((first.location.as_str(), second.location.as_str()), ("/profile", "/profile"));
    assert_eq!(scene.requests(), 2, "the login, and one refresh");
    assert!(scene.is_logged_in().await);
    assert_eq!(scene.post("/refresh").await.location, "/profile", "the tokens that are kept are the new ones");
    assert_eq!(scene.requests(), 3);
}

#[tokio::test]
async fn a_page_of_another_tab_brings_no_old_tokens_back() {
    let scene = Scene::new();
    scene.log_in().await;
    scene.post("/refresh").await;
    let gate = Gate::new();
    scene.provider.inject(ProviderEndpoint::Token, Fault::hold(&gate).once());
    // It has read the session before the refresh, and is answered after it: by then what it has read is old.
    let id: Id = scene.cookie().unwrap().strip_prefix("axum_login=").unwrap().parse().unwrap();
    let before = scene.app.sessions.load(&id).await.unwrap().unwrap();
    let (refreshed, page, ()) = tokio::join!(scene.post("/refresh"), scene.get("/profile"), async {
        waiting(&gate).await;
        gate.open();
    });
    assert_eq!((refreshed.location.as_str(), page.status), ("/profile", StatusCode::OK));
    scene.app.sessions.save(&before).await.unwrap();
    assert!(scene.get("/profile").await.page.contains("You have new tokens."));
    assert!(!scene.get("/profile").await.page.contains("You have new tokens."), "said once");
    assert_eq!(scene.post("/refresh").await.location, "/profile", "the refresh token is good once");
}

#[tokio::test]
async fn a_logout_during_a_refresh_stays_a_logout() {
    let scene = Scene::new();
    scene.log_in().await;
    let gate = Gate::new();
    scene.provider.inject(ProviderEndpoint::Token, Fault::hold(&gate).once());
    let (_, left) = tokio::join!(scene.post("/refresh"), async {
        waiting(&gate).await;
        let left = scene.post("/logout").await;
        gate.open();
        left
    });
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert!(!scene.is_logged_in().await);
}

#[tokio::test]
async fn a_login_goes_on_when_another_tab_notices_that_the_session_is_over() {
    for is_refused in [false, true] {
        let scene = Scene::new();
        scene.log_in().await;
        let callback = scene.begin().await;
        if is_refused {
            scene.provider.inject(ProviderEndpoint::Token, Fault::error(400, "invalid_grant").once());
            assert_eq!(scene.post("/refresh").await.status, StatusCode::UNAUTHORIZED);
        } else {
            end_all(&scene).await;
        }
        assert!(!scene.is_logged_in().await);
        assert_eq!(scene.get(&callback).await.location, "/profile");
        assert!(scene.is_logged_in().await);
    }
}

/// The provider ends Alice's sessions behind the back.
async fn end_all(scene: &Scene) {
    let token = scene.provider.backchannel_logout_request(embedded::CLIENT_ID, |token| token.without_claim("sid"));
    let request = Request::post("/backchannel-logout").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = scene.router.clone().oneshot(request.body(Body::from(token.into_body())).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_logout_that_returns_late_ends_no_session_that_has_begun_since() {
    let scene = Scene::new();
    scene.log_in().await;
    let left = scene.post("/logout").await;
    let returned = scene.provider.browser().open(&left.location).location().to_owned();
    assert!(!scene.is_logged_in().await);
    scene.log_in().await;
    assert_eq!(scene.get(&returned).await.status, StatusCode::OK);
    assert!(scene.is_logged_in().await);
    assert_eq!(scene.get(&returned).await.status, StatusCode::BAD_REQUEST, "it was the return once");
}

#[tokio::test]
async fn a_browser_has_few_logins_under_way_and_the_newest_count() {
    let scene = Scene::new();
    let mut callbacks = Vec::new();
    for _ in 0..7 {
        callbacks.push(scene.begin().await);
    }
    assert_eq!(scene.app.sessions.len(), 1);
    for (number, callback) in callbacks.iter().enumerate() {
        let answer = scene.get(callback).await;
        assert_eq!(answer.location == "/profile", number >= 2, "{number}: {answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_of_browsers_that_never_came_back_are_purged() {
    let settings = Settings::embedded(URL.to_owned(), embedded::provider(URL).listen().unwrap());
    let app = App::new(&settings).unwrap();
    let now = OffsetDateTime::now_utc();
    for seconds in [-1, 1_800] {
        let expiry_date = now + tower_sessions::cookie::time::Duration::seconds(seconds);
        app.sessions.create(&mut Record { id: Id::default(), data: Default::default(), expiry_date }).await.unwrap();
    }
    assert_eq!(app.sessions.len(), 2);
    let purging = tokio::spawn(app.clone().purge());
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(app.sessions.len(), 1, "what has expired is gone, what has not stays");
    purging.abort();
}

#[tokio::test]
async fn a_session_that_has_ended_does_not_come_back_by_a_late_save() {
    let sessions = Sessions::default();
    let mut record =
        Record { id: Id::default(), data: Default::default(), expiry_date: OffsetDateTime::now_utc() + Duration::from_secs(60) };
    sessions.create(&mut record).await.unwrap();
    sessions.delete(&record.id).await.unwrap();
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), None);
}

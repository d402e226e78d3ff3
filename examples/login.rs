//! A web application whose users log in: login, callback, a page for the user, logout.
//!
//! Without arguments it starts a provider of its own and a user with a browser who goes through it once; `support::Target` says how to name
//! a real one, where `http://127.0.0.1:8080/callback` and `http://127.0.0.1:8080/` are registered: then open `http://127.0.0.1:8080/`.

mod support;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::TcpListener;
use std::process::ExitCode;

use identity_model::Error;
use identity_model::blocking::OidcClient;
use identity_model::client::{LoginOptions, LoginSession};
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use identity_model::protocol::logout::{LogoutReturn, LogoutTransaction};
use identity_model::testing::{TestClient, TestProvider, TestUser};
use identity_model::transport::BlockingReqwestClient;

use support::Target;
use support::web::{Answer, escaped, new_cookie, serve, user};

fn main() -> ExitCode {
    support::finish(run())
}

fn run() -> Result<(), Box<dyn StdError>> {
    let target = Target::from_arguments_or(provider)?;
    let listener = TcpListener::bind(("127.0.0.1", if target.embedded.is_some() { 0 } else { 8080 }))?;
    let home = format!("http://{}", listener.local_addr()?);
    let client = OidcClient::builder()
        .issuer(&target.issuer)
        .policy(target.policy())
        .client_id(&target.client_id)
        .authentication(target.authentication())
        .scope(if target.scope.is_empty() { vec!["openid".to_owned(), "profile".to_owned()] } else { target.scope.clone() })
        .redirect_uri(format!("{home}/callback"))
        .post_logout_redirect_uri(format!("{home}/"))
        .blocking_http(BlockingReqwestClient::new()?)
        .build_blocking()?;
    println!("open     {home}/");
    let user = target.embedded.as_ref().map(|embedded| user(home.clone(), embedded.provider()));
    let mut app = App { client, home, sessions: HashMap::new() };
    serve(&listener, user.as_ref(), |cookie, path| app.handle(cookie, path))?;
    Ok(())
}

/// What the server keeps for one browser, under its cookie.
#[derive(Default)]
struct Session {
    login_begun: Option<LoginTransaction>,
    user: Option<LoginSession>,
    logout_begun: Option<LogoutTransaction>,
}

struct App {
    client: OidcClient,
    home: String,
    sessions: HashMap<String, Session>,
}

impl App {
    fn handle(&mut self, cookie: String, path: &str) -> (String, Result<Answer, Error>) {
        let cookie = if self.sessions.contains_key(&cookie) { cookie } else { new_cookie() };
        let mut session = self.sessions.remove(&cookie).unwrap_or_default();
        let was_logged_in = session.user.is_some();
        let outcome = match path.split('?').next().unwrap_or_default() {
            "/login" => self.login(&mut session),
            "/callback" => self.callback(&mut session, path),
            "/logout" => self.logout(&mut session),
            _ => self.home(&mut session, path),
        };
        // Who logs in gets a new cookie: a holder of the old one stays logged out.
        let cookie = if session.user.is_some() && !was_logged_in { new_cookie() } else { cookie };
        self.sessions.insert(cookie.clone(), session);
        (cookie, outcome)
    }

    fn login(&self, session: &mut Session) -> Result<Answer, Error> {
        let begun = self.client.begin_login(LoginOptions::new())?;
        session.login_begun = Some(begun.transaction);
        Ok(Answer::Redirect(begun.url.into()))
    }

    fn callback(&self, session: &mut Session, path: &str) -> Result<Answer, Error> {
        // Taken out of the session: a second callback finds none.
        let Some(transaction) = session.login_begun.take() else {
            return Ok(Answer::Page("No login was begun in this browser.".to_owned()));
        };
        let callback = Callback::from_url(format!("{}{path}", self.home))?;
        session.user = Some(self.client.finish_login(transaction, callback)?.into_session());
        Ok(Answer::Redirect("/".to_owned()))
    }

    fn logout(&self, session: &mut Session) -> Result<Answer, Error> {
        let Some(user) = session.user.take() else { return Ok(Answer::Redirect("/".to_owned())) };
        let (url, transaction) = self.client.begin_logout(&user)?.into_parts();
        session.logout_begun = Some(transaction);
        Ok(Answer::Redirect(url))
    }

    fn home(&self, session: &mut Session, path: &str) -> Result<Answer, Error> {
        if let Some(transaction) = session.logout_begun.take() {
            self.client.finish_logout(transaction, LogoutReturn::from_url(&format!("{}{path}", self.home))?)?;
            return Ok(Answer::Page("Goodbye. <a href=/login>Log in</a>".to_owned()));
        }
        Ok(Answer::Page(match &session.user {
            Some(user) => format!("Hello {}. <a href=/logout>Log out</a>", escaped(user.subject())),
            None => "Hello. <a href=/login>Log in</a>".to_owned(),
        }))
    }
}

fn provider() -> TestProvider {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    TestProvider::builder().client(client).user(TestUser::new("alice")).build()
}

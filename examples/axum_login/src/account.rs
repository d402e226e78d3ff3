//! Who is logged in, what the provider says about them, and how their tokens are renewed.

use std::time::SystemTime;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use identity_model::client::{Login, LoginSession};
use serde_json::{Map, Value};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use crate::app::{App, fresh};
use crate::pages::{self, Profile};
use crate::trouble::Trouble;

/// The user, in the session: with the tokens, so it never leaves the server.
const USER: &str = "user";

/// What the provider said about the user, in the ID token and at the UserInfo endpoint: claims, for people to look at.
const CLAIMS: &str = "claims";

/// A word for the next page.
const NOTICE: &str = "notice";

/// Claims that are about the login and not about the user.
const ABOUT_LOGIN: [&str; 15] =
    ["iss", "aud", "azp", "exp", "iat", "nbf", "jti", "auth_time", "acr", "amr", "nonce", "sid", "at_hash", "c_hash", "s_hash"];

/// Keeps what is needed of a login.
pub(crate) async fn remember(session: &Session, login: &Login) -> Result<(), SessionError> {
    let mut claims: Map<String, Value> = serde_json::from_str(login.session().claims_json()).unwrap_or_default();
    if let Some(Value::Object(user_info)) = login.user_info().map(|user_info| user_info.document().to_value()) {
        claims.extend(user_info);
    }
    session.insert(CLAIMS, claims).await?;
    session.insert(USER, login.session()).await
}

/// Who is logged in; the session lasts longer for it. None where the provider has ended the login since.
pub(crate) async fn user(app: &App, session: &Session) -> Result<Option<LoginSession>, SessionError> {
    let Some(user) = session.get(USER).await? else { return Ok(None) };
    if session.id().is_some_and(|id| app.live.is_live(&id.to_string())) {
        session.set_expiry(session.expiry());
        return Ok(Some(user));
    }
    forget(app, session);
    Ok(None)
}

/// The user is gone: from the session, and from the list of those that are good. A login that another tab has begun goes on.
pub(crate) fn forget(app: &App, session: &Session) {
    if let Some(id) = session.id() {
        app.live.forget(&id.to_string());
    }
    app.sessions.change(session.id(), |data| [USER, CLAIMS, NOTICE].map(|name| data.remove(name)));
}

pub(crate) async fn home(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let user = user(&app, &session).await?;
    let name = match &user {
        Some(user) => Some(name(user, &claims(&session).await?)),
        None => None,
    };
    Ok(pages::home(&app.issuer, name.as_deref()).into_response())
}

pub(crate) async fn profile(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let Some(user) = user(&app, &session).await? else { return Ok(Redirect::to("/").into_response()) };
    let notice = app.sessions.change(session.id(), |data| data.remove(NOTICE)).flatten();
    let claims = claims(&session).await?;
    let name = name(&user, &claims);
    let told = claims.into_iter().map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    let (about_login, about_user) = told.partition(|(name, _)| ABOUT_LOGIN.contains(&name.as_str()));
    let profile = Profile {
        name: &name,
        issuer: user.issuer(),
        about_user,
        about_login,
        scope: user.granted_scope(),
        expiry: expiry(&user),
        can_refresh: user.refresh_token().is_some(),
        notice: notice.as_ref().and_then(Value::as_str),
    };
    Ok(pages::profile(&profile).into_response())
}

/// New tokens for old ones. A refresh token may be good only once, so the new session takes the place of the old one at once.
///
/// A double click sends two requests: the second waits for the first, and finds its work done.
pub(crate) async fn refresh(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let Some(before) = user(&app, &session).await? else { return Ok(Redirect::to("/").into_response()) };
    let lock = app.lock_of(&session);
    let _guard = lock.lock().await;
    let Some(user): Option<LoginSession> = fresh(&session, USER).await? else { return Ok(Redirect::to("/").into_response()) };
    if user.refresh_token() != before.refresh_token() || user.access_token() != before.access_token() {
        return Ok(Redirect::to("/profile").into_response());
    }
    let refreshed = match app.client.refresh(&user).await {
        Ok(refreshed) => refreshed,
        // The provider says that this login is over: then it is over here as well.
        Err(error) if error.oauth_error().is_some_and(|error| error.error() == "invalid_grant") => {
            forget(&app, &session);
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    let user = serde_json::to_value(refreshed.session().unwrap_or(&user)).map_err(SessionError::from)?;
    // Before the lock is free: the next one reads what this one has written. A user who has logged out meanwhile stays logged out.
    app.sessions.change(session.id(), |data| {
        if let Some(kept) = data.get_mut(USER) {
            *kept = user;
            data.insert(NOTICE.to_owned(), "You have new tokens.".into());
        }
    });
    Ok(Redirect::to("/profile").into_response())
}

async fn claims(session: &Session) -> Result<Map<String, Value>, SessionError> {
    Ok(session.get(CLAIMS).await?.unwrap_or_default())
}

/// What to call the user.
fn name(user: &LoginSession, claims: &Map<String, Value>) -> String {
    let told = ["name", "preferred_username", "email"].into_iter().find_map(|claim| claims.get(claim)?.as_str());
    told.unwrap_or(user.subject()).to_owned()
}

/// When the access token expires, in words.
fn expiry(user: &LoginSession) -> String {
    let Some(at) = user.expires_at() else { return "The provider does not say how long the access token is good.".to_owned() };
    match at.duration_since(SystemTime::now()).map_or(0, |left| left.as_secs()) {
        0 => "The access token has expired.".to_owned(),
        seconds if seconds < 120 => format!("The access token is good for {seconds} seconds."),
        seconds => format!("The access token is good for {} minutes.", seconds / 60),
    }
}

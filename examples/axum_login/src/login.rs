//! The way in: to the provider, and back with a code.

use std::time::{Duration, SystemTime};

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use identity_model::client::LoginOptions;
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use crate::account;
use crate::app::App;
use crate::store::Data;
use crate::trouble::Trouble;

/// The logins that are under way, in the session of the browser that began them: one for each tab.
const LOGINS: &str = "logins";

/// So many tabs may be on their way; the oldest gives way to the newest.
const MOST_LOGINS: usize = 5;

/// A login is good for so long, whatever the browser does.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Sends the browser to the provider. What the response has to match stays here, in the session.
pub(crate) async fn begin(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let begun = app.client.begin_login(LoginOptions::new()).await?;
    let mut login = Some(begun.transaction);
    let kept = app.sessions.change(session.id(), |data| {
        let mut logins = under_way(data);
        logins.drain(..(logins.len() + 1).saturating_sub(MOST_LOGINS));
        logins.extend(login.take());
        keep(data, &logins)
    });
    kept.transpose()?;
    // A browser that is new here gets a session.
    if let Some(login) = login {
        session.insert(LOGINS, [login]).await?;
    }
    Ok(Redirect::to(begun.url.as_str()).into_response())
}

/// The browser is back. The login that this answers leaves the session, so it is used once, however this ends; what answers none of them uses
/// up none: any site can make a browser come here.
pub(crate) async fn finish(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Result<Response, Trouble> {
    let callback = Callback::from_query(query.unwrap_or_default())?;
    let answered = app.sessions.change(session.id(), |data| {
        let mut logins = under_way(data);
        let answered = logins.iter().position(|login| login.is_answered_by(&callback)).ok_or(Trouble::NoLogin)?;
        let login = logins.remove(answered);
        keep(data, &logins)?;
        Ok::<_, Trouble>(login)
    });
    let login = app.client.finish_login(answered.unwrap_or(Err(Trouble::NoLogin))?, callback).await?;

    // The session gets another identifier: the old one is worthless now. What other tabs have begun meanwhile is kept.
    let before = session.id();
    session.load().await?;
    session.cycle_id().await?;
    account::remember(&session, &login).await?;
    session.save().await?;
    if let Some(before) = before {
        app.live.forget(&before.to_string());
    }
    let id = session.id().ok_or(Trouble::NoLogin)?.to_string();
    app.live.begin_with(id, login.id_token(), SystemTime::now() + LIFETIME)?;
    Ok(Redirect::to("/profile").into_response())
}

/// The logins that have not expired, the oldest first.
fn under_way(data: &Data) -> Vec<LoginTransaction> {
    let mut logins: Vec<LoginTransaction> =
        data.get(LOGINS).and_then(|logins| serde_json::from_value(logins.clone()).ok()).unwrap_or_default();
    logins.retain(|login| !login.is_expired(SystemTime::now()));
    logins
}

fn keep(data: &mut Data, logins: &[LoginTransaction]) -> Result<(), SessionError> {
    data.insert(LOGINS.to_owned(), serde_json::to_value(logins)?);
    Ok(())
}

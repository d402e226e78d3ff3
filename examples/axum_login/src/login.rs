//! The way in: to the provider, and back with a code.

use std::time::{Duration, SystemTime};

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use identity_model::client::LoginOptions;
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use tower_sessions::Session;

use crate::account;
use crate::app::{App, fresh};
use crate::trouble::Trouble;

/// The logins that are under way, in the session of the browser that began them: one for each tab.
const LOGINS: &str = "logins";

/// So many tabs may be on their way; the oldest gives way to the newest.
const MOST_LOGINS: usize = 5;

/// A login is good for so long, whatever the browser does.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Sends the browser to the provider. What the answer has to match stays here, in the session.
pub(crate) async fn begin(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let begun = app.client.begin_login(LoginOptions::new()).await?;
    let lock = app.lock_of(&session);
    let _guard = lock.lock().await;
    let mut logins: Vec<LoginTransaction> = fresh(&session, LOGINS).await?.unwrap_or_default();
    logins.retain(|login| !login.is_expired(SystemTime::now()));
    logins.drain(..(logins.len() + 1).saturating_sub(MOST_LOGINS));
    logins.push(begun.transaction);
    session.insert(LOGINS, logins).await?;
    session.save().await?;
    Ok(Redirect::to(begun.url.as_str()).into_response())
}

/// The browser is back. The login that this answers leaves the session, so it is used once, however this ends; what answers none of them uses
/// up none: anybody can make a browser come here.
pub(crate) async fn finish(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Result<Response, Trouble> {
    let callback = Callback::from_query(query.unwrap_or_default())?;
    let transaction = {
        let lock = app.lock_of(&session);
        let _guard = lock.lock().await;
        let mut logins: Vec<LoginTransaction> = fresh(&session, LOGINS).await?.unwrap_or_default();
        let answered = logins.iter().position(|login| login.is_answered_by(&callback)).ok_or(Trouble::NoLogin)?;
        let transaction = logins.remove(answered);
        session.insert(LOGINS, logins).await?;
        session.save().await?;
        transaction
    };
    let login = app.client.finish_login(transaction, callback).await?;

    // The session gets another identifier: who knew the old one knows nothing now.
    session.cycle_id().await?;
    account::remember(&session, &login).await?;
    session.save().await?;
    let id = session.id().ok_or(Trouble::NoLogin)?.to_string();
    app.live.begin_with(id, login.id_token(), SystemTime::now() + LIFETIME)?;
    Ok(Redirect::to("/profile").into_response())
}

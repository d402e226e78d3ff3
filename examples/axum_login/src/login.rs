//! The way in: to the provider, and back with a code.

use std::time::{Duration, SystemTime};

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use identity_model::client::LoginOptions;
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use tower_sessions::Session;

use crate::account;
use crate::app::{App, take};
use crate::trouble::Trouble;

/// The login that is under way, in the session of the browser that began it.
const LOGIN: &str = "login";

/// A login is good for so long, whatever the browser does.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Sends the browser to the provider. What the answer has to match stays here, in the session.
pub(crate) async fn begin(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let begun = app.client.begin_login(LoginOptions::new()).await?;
    session.insert(LOGIN, begun.transaction).await?;
    Ok(Redirect::to(begun.url.as_str()).into_response())
}

/// The browser is back. The transaction leaves the session, so it is used once, however this ends.
pub(crate) async fn finish(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Result<Response, Trouble> {
    let transaction: LoginTransaction = take(&session, LOGIN).await?.ok_or(Trouble::NoLogin)?;
    let callback = Callback::from_query(query.unwrap_or_default())?;
    let login = app.client.finish_login(transaction, callback).await?;

    // The session gets another identifier: who knew the old one knows nothing now.
    session.cycle_id().await?;
    account::remember(&session, &login).await?;
    session.save().await?;
    let id = session.id().ok_or(Trouble::NoLogin)?.to_string();
    app.live.begin_with(id, login.id_token(), SystemTime::now() + LIFETIME)?;
    Ok(Redirect::to("/profile").into_response())
}

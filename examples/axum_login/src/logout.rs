//! The three ways out: the user's own, the provider's behind the user's back, and the provider's through the browser.

use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use identity_model::protocol::logout::{LogoutError, LogoutReturn, LogoutTokenRequest, LogoutTransaction};
use identity_model::sessions::BackchannelLogout;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use crate::account;
use crate::app::{App, fresh};
use crate::pages;
use crate::trouble::Trouble;

/// The logout that is under way.
const LOGOUT: &str = "logout";

/// The user wants to leave: first from here, then from the provider. A POST, so that no picture on another site logs the user out.
pub(crate) async fn begin(State(app): State<App>, session: Session) -> Result<Response, Trouble> {
    let Some(user) = account::user(&app, &session).await? else { return Ok(Redirect::to("/").into_response()) };
    account::forget(&app, &session);
    let (url, transaction) = match app.client.begin_logout(&user).await {
        Ok(begun) => begun.into_parts(),
        // Some providers have no address to log out at.
        Err(error) if error.code() == "missing_member" => return Ok(pages::logged_out(&app.issuer, false).into_response()),
        Err(error) => return Err(error.into()),
    };
    let transaction = serde_json::to_value(transaction).map_err(SessionError::from)?;
    app.sessions.change(session.id(), |data| data.insert(LOGOUT.to_owned(), transaction));
    Ok(Redirect::to(&url).into_response())
}

/// The provider has sent the browser back.
pub(crate) async fn finish(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Result<Response, Trouble> {
    let returned = LogoutReturn::from_query(&query.unwrap_or_default())?;
    let transaction: LogoutTransaction = fresh(&session, LOGOUT).await?.ok_or(Trouble::NoLogout)?;
    // It leaves the session once this is its return: any site can make a browser come here. What another tab has begun since stays.
    app.client.finish_logout(transaction, returned).await?;
    app.sessions.change(session.id(), |data| data.remove(LOGOUT));
    Ok(pages::logged_out(&app.issuer, true).into_response())
}

/// The provider itself says that a login is over. No browser, no cookie: the token says whose, and every check is made before it is believed.
pub(crate) async fn backchannel(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let limit = LogoutTokenRequest::BODY_LIMIT;
    let Ok(body) = to_bytes(body, limit).await else { return LogoutError::TooLarge { limit }.response().map(Body::from) };
    match app.backchannel().await {
        Ok(receiver) => receiver.respond(&Request::from_parts(parts, body), &app.live).await,
        Err(error) => BackchannelLogout::error_response(&error),
    }
    .map(Body::from)
}

/// The provider's logout page shows this address in a frame. The session of this browser ends if it is the one that is named; browsers send its
/// cookie into the frame only where both are on one site, so the back channel is the one to rely on.
pub(crate) async fn frontchannel(State(app): State<App>, session: Session, method: Method, uri: Uri) -> Result<Response, Trouble> {
    let notice = match app.frontchannel.read_parts(&method, &uri) {
        Ok(notice) => notice,
        Err(error) => return Ok(error.response().map(Body::from)),
    };
    if let Some(user) = account::user(&app, &session).await?
        && notice.check(user.issuer(), user.sid()).is_ok()
    {
        account::forget(&app, &session);
    }
    Ok(app.frontchannel.page().map(Body::from))
}

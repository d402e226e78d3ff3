//! Who is signed in: by the browser's session, or because a user signs in now. No password and no consent is asked for.

use crate::testing::provider::login::asked::Asked;
use crate::testing::provider::state::flows::Session;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::cookie;
use crate::testing::provider::wire::response::ErrorResponse;

/// The cookie that says which browser it is.
pub(in crate::testing::provider) const SESSION_COOKIE: &str = "test_provider_session";

/// The cookie that a page may read which watches the session (OpenID Connect Session Management 1.0 section 3.2).
pub(in crate::testing::provider) const STATE_COOKIE: &str = "test_provider_state";

/// A browser with a user.
pub(in crate::testing::provider) struct SignedIn {
    /// The value of the cookie.
    pub(in crate::testing::provider) cookie: String,
    pub(in crate::testing::provider) session: Session,
}

/// The session of the request, or a new one.
pub(in crate::testing::provider) fn sign_in(call: &Call<'_>, client_id: &str, asked: &Asked) -> Result<SignedIn, ErrorResponse> {
    let shared = call.shared;
    let wanted = wanted_user(call, asked)?;
    let found = cookie(call.request, SESSION_COOKIE).and_then(|name| Some((name, shared.flows.sessions.find(name)?)));
    let found = found.filter(|(_, session)| wanted.as_deref().is_none_or(|wanted| session.subject == wanted));
    let is_stale = |session: &Session| asked.max_age.is_some_and(|age| shared.now_seconds().saturating_sub(session.auth_time) > age);
    let must_ask = |session: &Session| asked.prompts("login") || asked.max_age == Some(0) || is_stale(session);
    let (cookie, mut session) = match found {
        Some((name, session)) if !must_ask(&session) => (name.to_owned(), session),
        _ if asked.prompts("none") => return Err(ErrorResponse::oauth("login_required", "the user would have to sign in")),
        Some((name, session)) => (name.to_owned(), Session { auth_time: shared.now_seconds(), ..session }),
        None => (shared.random_text(32)?, new_session(call, wanted)?),
    };
    if !session.clients.iter().any(|client| client == client_id) {
        session.clients.push(client_id.to_owned());
    }
    shared.flows.sessions.add(cookie.clone(), session.clone());
    Ok(SignedIn { cookie, session })
}

/// The user whom the request or the test wants; any user otherwise.
fn wanted_user(call: &Call<'_>, asked: &Asked) -> Result<Option<String>, ErrorResponse> {
    let shared = call.shared;
    if let Some(subject) = &asked.subject {
        return Ok(Some(subject.clone()));
    }
    if let Some(hint) = &asked.id_token_hint {
        let known = shared.hinted(hint).ok_or_else(|| ErrorResponse::invalid_request("id_token_hint is no ID token of this provider"))?;
        return Ok(Some(known.subject));
    }
    let hint = asked.login_hint.as_deref();
    let hinted = hint.and_then(|hint| shared.config.users.iter().find(|user| user.is_meant_by(hint)));
    Ok(hinted.map(|user| user.subject.clone()).or_else(|| shared.chosen_user()))
}

fn new_session(call: &Call<'_>, wanted: Option<String>) -> Result<Session, ErrorResponse> {
    let shared = call.shared;
    let nobody = || ErrorResponse::oauth("access_denied", "there is no such user");
    let user = match wanted {
        Some(subject) => shared.config.user(&subject),
        None => shared.config.users.first(),
    };
    Ok(Session {
        id: shared.random_text(16)?,
        subject: user.ok_or_else(nobody)?.subject.clone(),
        auth_time: shared.now_seconds(),
        browser_state: shared.random_text(16)?,
        clients: Vec::new(),
    })
}

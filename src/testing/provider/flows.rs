//! What is under way: codes, assertions, and requests that wait for a user.

use std::time::{Duration, SystemTime};

use super::store::Store;
use super::tokens::Grant;

/// Everything that is under way.
#[derive(Default)]
pub(super) struct Flows {
    /// Codes by their text.
    pub(super) codes: Store<Code>,
    /// The family of each code and refresh token that was used up: whoever shows it again loses everything.
    pub(super) spent: Store<String>,
    /// Assertions that tests vouched for, and for whom they stand.
    pub(super) assertions: Store<String>,
    /// The `jti` of every client assertion, after the client.
    pub(super) assertion_ids: Store<()>,
    /// By `request_uri`.
    pub(super) pushed: Store<Pushed>,
    /// By `device_code`.
    pub(super) devices: Store<Pending>,
    /// By `auth_req_id`.
    pub(super) backchannel: Store<Pending>,
    /// Who is signed in, by the browser's cookie.
    pub(super) sessions: Store<Session>,
    /// Grants that tests made known, and for whom they stand.
    pub(super) grants: Store<Option<String>>,
    /// Request objects by the address they are served at.
    pub(super) request_objects: Store<String>,
    /// Whom an ID token that was issued speaks of, by its text: what an `id_token_hint` is checked against.
    pub(super) issued_id_tokens: Store<IssuedIdToken>,
}

/// A browser that is signed in.
#[derive(Clone)]
pub(super) struct Session {
    /// The claim `sid`.
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) auth_time: i64,
    /// What the browser shows a page that watches the session (OpenID Connect Session Management 1.0 section 3.2).
    pub(super) browser_state: String,
    /// The clients that were logged in.
    pub(super) clients: Vec<String>,
}

/// An ID token that was issued.
#[derive(Clone)]
pub(super) struct IssuedIdToken {
    pub(super) client_id: String,
    pub(super) subject: String,
    pub(super) session_id: Option<String>,
}

/// An authorization code (RFC 6749 section 4.1.2) that was handed out.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_challenge: Option<String>,
    pub(super) expires_at: SystemTime,
}

/// An authorization request that was pushed (RFC 9126 section 2).
pub(super) struct Pushed {
    pub(super) parameters: Vec<(String, String)>,
    pub(super) expires_at: SystemTime,
}

/// What the user said.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Decision {
    Waiting,
    Approved(String),
    Denied,
}

/// A request that waits for a user on another device (RFC 8628, CIBA Core 1.0).
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) grant: Grant,
    pub(super) user_code: String,
    pub(super) decision: Decision,
    pub(super) expires_at: SystemTime,
    /// What the client wants to be told with (CIBA Core 1.0 section 7.1).
    pub(super) notification_token: Option<String>,
    pub(super) interval: Duration,
    pub(super) polled_at: Option<SystemTime>,
}

/// What a poll is told.
pub(super) enum Polled {
    Refused(&'static str),
    Granted(Box<Grant>),
}

impl Pending {
    /// RFC 8628 section 3.5, CIBA Core section 11.
    pub(super) fn poll(&mut self, now: SystemTime) -> Polled {
        if self.expires_at <= now {
            return Polled::Refused("expired_token");
        }
        match &self.decision {
            Decision::Denied => Polled::Refused("access_denied"),
            Decision::Approved(subject) => {
                let mut grant = self.grant.clone();
                grant.subject = Some(subject.clone());
                Polled::Granted(Box::new(grant))
            }
            Decision::Waiting => {
                let is_early = self.polled_at.is_some_and(|last| now < last + self.interval);
                self.polled_at = Some(now);
                if !is_early {
                    return Polled::Refused("authorization_pending");
                }
                self.interval += Duration::from_secs(5);
                Polled::Refused("slow_down")
            }
        }
    }
}

//! What is under way: codes, assertions, and requests that wait for a user.

use std::time::{Duration, SystemTime};

use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::store::Store;

/// Everything that is under way.
#[derive(Default)]
pub(in crate::testing::provider) struct Flows {
    /// Codes by their text.
    pub(in crate::testing::provider) codes: Store<Code>,
    /// The family of each code and refresh token that was used up: presenting it again revokes the whole family.
    pub(in crate::testing::provider) spent: Store<String>,
    /// Assertions that tests vouched for, and for whom they stand.
    pub(in crate::testing::provider) assertions: Store<String>,
    /// The `jti` of every client assertion, after the client.
    pub(in crate::testing::provider) assertion_ids: Store<()>,
    /// By `request_uri`.
    pub(in crate::testing::provider) pushed: Store<Pushed>,
    /// By `device_code`.
    pub(in crate::testing::provider) devices: Store<Pending>,
    /// By `auth_req_id`.
    pub(in crate::testing::provider) backchannel: Store<Pending>,
    /// Who is signed in, by the browser's cookie.
    pub(in crate::testing::provider) sessions: Store<Session>,
    /// Grants that tests made known, and for whom they stand.
    pub(in crate::testing::provider) grants: Store<Option<String>>,
    /// Request objects by the address they are served at.
    pub(in crate::testing::provider) request_objects: Store<String>,
    /// Whom an ID token that was issued speaks of, by its text: what an `id_token_hint` is checked against.
    pub(in crate::testing::provider) issued_id_tokens: Store<IssuedIdToken>,
}

/// A browser that is signed in.
#[derive(Clone)]
pub(in crate::testing::provider) struct Session {
    /// The claim `sid`.
    pub(in crate::testing::provider) id: String,
    pub(in crate::testing::provider) subject: String,
    pub(in crate::testing::provider) auth_time: i64,
    /// What the browser shows a page that watches the session (OpenID Connect Session Management 1.0 section 3.2).
    pub(in crate::testing::provider) browser_state: String,
    /// The clients that were logged in.
    pub(in crate::testing::provider) clients: Vec<String>,
}

/// An ID token that was issued.
#[derive(Clone)]
pub(in crate::testing::provider) struct IssuedIdToken {
    pub(in crate::testing::provider) client_id: String,
    pub(in crate::testing::provider) subject: String,
    pub(in crate::testing::provider) session_id: Option<String>,
}

/// An authorization code (RFC 6749 section 4.1.2) that was handed out.
#[derive(Clone)]
pub(in crate::testing::provider) struct Code {
    pub(in crate::testing::provider) grant: Grant,
    pub(in crate::testing::provider) redirect_uri: Option<String>,
    pub(in crate::testing::provider) code_challenge: Option<String>,
    /// The key that it is bound to (RFC 9449 section 10).
    pub(in crate::testing::provider) dpop_jkt: Option<String>,
    pub(in crate::testing::provider) expires_at: SystemTime,
}

/// An authorization request that was pushed (RFC 9126 section 2).
pub(in crate::testing::provider) struct Pushed {
    pub(in crate::testing::provider) parameters: Vec<(String, String)>,
    pub(in crate::testing::provider) expires_at: SystemTime,
}

/// What the user said.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::testing::provider) enum Decision {
    Waiting,
    Approved(String),
    Denied,
}

/// A request that waits for a user on another device (RFC 8628, CIBA Core 1.0).
#[derive(Clone)]
pub(in crate::testing::provider) struct Pending {
    pub(in crate::testing::provider) grant: Grant,
    pub(in crate::testing::provider) user_code: String,
    pub(in crate::testing::provider) decision: Decision,
    pub(in crate::testing::provider) expires_at: SystemTime,
    /// What the client wants to be told with (CIBA Core 1.0 section 7.1).
    pub(in crate::testing::provider) notification_token: Option<String>,
    pub(in crate::testing::provider) interval: Duration,
    pub(in crate::testing::provider) polled_at: Option<SystemTime>,
}

/// What a poll is told.
pub(in crate::testing::provider) enum Polled {
    Refused(&'static str),
    Granted(Box<Grant>),
}

impl Pending {
    /// RFC 8628 section 3.5, CIBA Core section 11.
    pub(in crate::testing::provider) fn poll(&mut self, now: SystemTime) -> Polled {
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

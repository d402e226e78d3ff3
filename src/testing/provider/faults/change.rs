//! What a fault changes: the response as a whole, a header, the body, a token, the parameters of a redirect.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::testing::provider::{ForgedKind, Forgery, Gate};

#[derive(Clone)]
pub(in crate::testing::provider) enum Change {
    Status(StatusCode),
    Error(StatusCode, String),
    Header(HeaderName, HeaderValue),
    Body(Edit),
    Forge(ForgedKind, Forgery),
    /// Changes the parameters of a redirect or a posted form; before they are signed, where they are.
    Parameters(ParameterEdit),
    /// The same once they are signed.
    SentParameters(ParameterEdit),
    RotateKeys,
    Delay(Duration),
    Hold(Gate),
    Cut,
    Refuse,
    Silence,
}

/// A change to the parameters of a response that goes through the browser.
pub(in crate::testing::provider) type ParameterEdit = Arc<dyn Fn(&mut Vec<(String, String)>) + Send + Sync>;

#[derive(Clone)]
pub(in crate::testing::provider) enum Edit {
    Replace(Bytes),
    Truncate,
    Pad(usize),
    Duplicate(String, Value),
    Json(Arc<dyn Fn(&mut Value) + Send + Sync>),
}

impl Edit {
    pub(in crate::testing::provider) fn apply(&self, body: &Bytes) -> Bytes {
        match self {
            Self::Replace(other) => other.clone(),
            Self::Truncate => body.slice(..body.len() / 2),
            Self::Pad(length) => {
                let mut padded = body.to_vec();
                padded.resize((*length).max(body.len()), b' ');
                padded.into()
            }
            Self::Duplicate(name, value) => duplicate(body, name, value),
            Self::Json(change) => {
                let Ok(mut document) = serde_json::from_slice(body) else { return body.clone() };
                change(&mut document);
                document.to_string().into()
            }
        }
    }
}

fn duplicate(body: &Bytes, name: &str, value: &Value) -> Bytes {
    let Some(rest) = body.strip_prefix(b"{") else { return body.clone() };
    let comma = if rest.trim_ascii_start().starts_with(b"}") { "" } else { "," };
    let member = format!("{{{}:{value}{comma}", json!(name));
    [member.as_bytes(), rest].concat().into()
}

//! Rich authorization details (RFC 9396): what a token is to allow, in more than words.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One element of `authorization_details`: an object whose `type` says what its other members mean.
///
/// RFC 9396 section 2. `Debug` shows the type and the names of the members, for the values may say a lot about a person.
///
/// # Example
/// ```
/// use identity_model::protocol::authorization_details::AuthorizationDetail;
/// use serde_json::json;
///
/// let detail = AuthorizationDetail::new("payment_initiation")
///     .actions(["initiate"])
///     .locations(["https://bank.example.com/payments"])
///     .member("instructedAmount", json!({ "currency": "EUR", "amount": "123.50" }));
/// assert_eq!(detail.detail_type(), "payment_initiation");
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationDetail {
    #[serde(rename = "type")]
    detail_type: String,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl AuthorizationDetail {
    /// A detail of this `type`, which must not be empty when it is sent.
    pub fn new(detail_type: impl Into<String>) -> Self {
        Self { detail_type: detail_type.into(), members: Map::new() }
    }

    /// Sets a member; one of the name `type` changes nothing.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if name != "type" {
            self.members.insert(name, value.into());
        }
        self
    }

    /// Where the resource is: `locations` (section 2.2).
    #[must_use]
    pub fn locations(self, locations: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.list("locations", locations)
    }

    /// What is done there: `actions` (section 2.2).
    #[must_use]
    pub fn actions(self, actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.list("actions", actions)
    }

    /// Kinds of data asked for: `datatypes` (section 2.2).
    #[must_use]
    pub fn datatypes(self, datatypes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.list("datatypes", datatypes)
    }

    /// One resource in particular: `identifier` (section 2.2).
    #[must_use]
    pub fn identifier(self, identifier: impl Into<String>) -> Self {
        self.member("identifier", identifier.into())
    }

    /// Types or levels of privilege: `privileges` (section 2.2).
    #[must_use]
    pub fn privileges(self, privileges: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.list("privileges", privileges)
    }

    /// `type`.
    pub fn detail_type(&self) -> &str {
        &self.detail_type
    }

    /// The member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// All members but `type`.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    fn list(self, name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.member(name, values)
    }
}

impl fmt::Debug for AuthorizationDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<&String> = self.members.keys().collect();
        f.debug_struct("AuthorizationDetail").field("type", &self.detail_type).field("members", &members).finish()
    }
}

/// The parameter's value; empty where there are no details.
pub(crate) fn to_parameter(details: &[AuthorizationDetail]) -> String {
    if details.is_empty() { String::new() } else { json!(details).to_string() }
}

/// Whether each of them says its type.
pub(crate) fn are_typed(details: &[AuthorizationDetail]) -> bool {
    details.iter().all(|detail| !detail.detail_type.is_empty())
}

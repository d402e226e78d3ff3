//! The `claims` parameter: OpenID Connect Core 1.0 section 5.5.

use std::fmt;

use serde_json::{Map, Value};

use crate::constants::parameters;
use crate::protocol::error::RequestError;

/// One claim that is asked for: how badly, and with which value.
///
/// OpenID Connect Core 1.0 section 5.5.1. Default: voluntary, any value. `Debug` shows the names of the members.
#[derive(Clone, PartialEq, Default)]
pub struct ClaimRequest {
    members: Map<String, Value>,
}

impl ClaimRequest {
    /// Asked for, but the login may do without.
    pub fn voluntary() -> Self {
        Self::default()
    }

    /// The login cannot do without: `essential`.
    pub fn essential() -> Self {
        Self::default().member("essential", true)
    }

    /// With this very value.
    #[must_use]
    pub fn value(self, value: impl Into<Value>) -> Self {
        self.member("value", value)
    }

    /// With one of these values, best first.
    #[must_use]
    pub fn values(self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.member("values", values)
    }

    /// Any other member, by its name.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    fn into_json(self) -> Value {
        if self.members.is_empty() { Value::Null } else { Value::Object(self.members) }
    }
}

/// The single claims that an authorization request asks for, beside those of the scopes.
///
/// OpenID Connect Core 1.0 section 5.5: claims of the UserInfo response and of the ID token, each by itself. What the application already has as JSON
/// turns into it by `into()`, and is checked when it is sent. `Debug` shows the names of the claims, for the values may say a lot about a person.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::{ClaimRequest, ClaimsRequest};
/// use serde_json::json;
///
/// let claims = ClaimsRequest::new()
///     .userinfo("given_name", ClaimRequest::essential())
///     .userinfo("picture", ClaimRequest::voluntary())
///     .id_token("acr", ClaimRequest::essential().values(["urn:mace:incommon:iap:silver"]));
/// assert_eq!(
///     claims.as_json(),
///     &json!({
///         "userinfo": { "given_name": { "essential": true }, "picture": null },
///         "id_token": { "acr": { "essential": true, "values": ["urn:mace:incommon:iap:silver"] } },
///     })
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct ClaimsRequest(Value);

impl ClaimsRequest {
    /// Nothing asked for yet.
    pub fn new() -> Self {
        Self(Value::Object(Map::new()))
    }

    /// Asks for a claim of the UserInfo response.
    #[must_use]
    pub fn userinfo(self, name: impl Into<String>, claim: ClaimRequest) -> Self {
        self.ask("userinfo", name.into(), claim)
    }

    /// Asks for a claim of the ID token.
    #[must_use]
    pub fn id_token(self, name: impl Into<String>, claim: ClaimRequest) -> Self {
        self.ask("id_token", name.into(), claim)
    }

    /// The JSON of the parameter.
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// The values of `acr` without which the login cannot do (section 5.5.1.1); empty where there are none.
    pub fn essential_acr_values(&self) -> Vec<&str> {
        let acr = self.0.pointer("/id_token/acr");
        let Some(acr) = acr.filter(|acr| acr.get("essential").and_then(Value::as_bool) == Some(true)) else { return Vec::new() };
        let values = acr.get("values").and_then(Value::as_array).into_iter().flatten();
        acr.get("value").into_iter().chain(values).filter_map(Value::as_str).collect()
    }

    fn ask(mut self, place: &str, name: String, claim: ClaimRequest) -> Self {
        if let Some(places) = self.0.as_object_mut() {
            let place = places.entry(place).or_insert_with(|| Value::Object(Map::new()));
            if let Some(claims) = place.as_object_mut() {
                claims.insert(name, claim.into_json());
            }
        }
        self
    }

    pub(crate) fn check(&self) -> Result<(), RequestError> {
        let reject = |problem: &str| Err(RequestError::configuration(parameters::CLAIMS, problem));
        let Some(places) = self.0.as_object() else { return reject("is no JSON object") };
        for place in ["userinfo", "id_token"] {
            match places.get(place) {
                None | Some(Value::Null) => {}
                Some(Value::Object(claims)) if claims.values().all(|claim| claim.is_null() || claim.is_object()) => {}
                Some(Value::Object(_)) => return reject("asks for a claim by something else than `null` or an object"),
                Some(_) => return reject("holds something else than an object in the place of `userinfo` or `id_token`"),
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ClaimRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

impl fmt::Debug for ClaimsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |claims: &Value| claims.as_object().map(|claims| claims.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let places = self.0.as_object().into_iter().flatten();
        f.debug_map().entries(places.map(|(place, claims)| (place, names(claims)))).finish()
    }
}

impl Default for ClaimsRequest {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Value> for ClaimsRequest {
    fn from(json: Value) -> Self {
        Self(json)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_are_asked_for_as_openid_connect_says() {
        let claims = ClaimsRequest::new()
            .userinfo("sub", ClaimRequest::voluntary().value("248289761001"))
            .id_token("auth_time", ClaimRequest::essential())
            .id_token("auth_time", ClaimRequest::essential().member("purpose", "step-up"));
        let expected = json!({
            "userinfo": { "sub": { "value": "248289761001" } },
            "id_token": { "auth_time": { "essential": true, "purpose": "step-up" } }
        });
        assert_eq!(claims.as_json(), &expected);
        assert!(claims.check().is_ok() && ClaimsRequest::default().check().is_ok());
    }

    #[test]
    fn json_of_another_shape_is_refused() {
        for json in [json!([]), json!("x"), json!({ "userinfo": [] }), json!({ "id_token": { "acr": "1" } }), json!(null)] {
            let error = ClaimsRequest::from(json.clone()).userinfo("a", ClaimRequest::voluntary()).check().unwrap_err();
            assert!(error.to_string().starts_with("`claims` "), "{json} {error}");
        }
        assert!(ClaimsRequest::from(json!({ "userinfo": null, "verified_claims": [1] })).check().is_ok());
    }

    #[test]
    fn an_essential_acr_is_found() {
        let of = |json: Value| ClaimsRequest::from(json).essential_acr_values().join(" ");
        assert_eq!(of(json!({ "id_token": { "acr": { "essential": true, "values": ["a", "b"] } } })), "a b");
        assert_eq!(of(json!({ "id_token": { "acr": { "essential": true, "value": "a" } } })), "a");
        assert_eq!(of(json!({ "id_token": { "acr": { "values": ["a"] } } })), "");
        assert_eq!(of(json!({ "userinfo": { "acr": { "essential": true, "value": "a" } } })), "");
    }
}

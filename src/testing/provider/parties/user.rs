//! A user as the provider knows it.

use serde_json::{Map, Value, json};

use crate::secret::{AccessToken, Password, constant_time_eq};

/// A user of a [`TestProvider`](crate::testing::provider::TestProvider): a subject and what userinfo says about it.
///
/// OpenID Connect Core section 5.1. A standard claim is released by its scope (`profile`, `email`, `address`, `phone`; section 5.4), any
/// other always.
///
/// # Example
/// ```
/// use identity_model::testing::TestUser;
///
/// let user = TestUser::new("248289761001").claim("name", "Jane Doe").claim("email", "jane@example.com");
/// # let _ = user;
/// ```
#[derive(Debug, Clone)]
pub struct TestUser {
    pub(in crate::testing::provider) subject: String,
    claims: Map<String, Value>,
    password: Option<Password>,
}

/// Which scope releases which claims (OpenID Connect Core section 5.4).
const RELEASED: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

impl TestUser {
    /// A user without claims but `sub`.
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), claims: Map::new(), password: None }
    }

    /// Sets a claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Lets them sign in by the password grant (RFC 6749 section 4.3). Default: they cannot.
    #[must_use]
    pub fn password(mut self, password: impl Into<Password>) -> Self {
        self.password = Some(password.into());
        self
    }

    pub(in crate::testing::provider) fn has_any_password(&self) -> bool {
        self.password.is_some()
    }

    pub(in crate::testing::provider) fn has_password(&self, text: &str) -> bool {
        self.password.as_ref().is_some_and(|password| constant_time_eq(password.expose().as_bytes(), text.as_bytes()))
    }

    /// Lets userinfo pass on claims that another provider has signed (OpenID Connect Core section 5.6.2.1): `names` are in `jwt`.
    #[must_use]
    pub fn aggregated_claims(self, source: &str, names: impl IntoIterator<Item = impl Into<String>>, jwt: impl Into<String>) -> Self {
        self.foreign_claims(source, names, json!({ "JWT": jwt.into() }))
    }

    /// Lets userinfo name claims that are to be fetched elsewhere with an access token (OpenID Connect Core section 5.6.2.2).
    #[must_use]
    pub fn distributed_claims(
        self,
        source: &str,
        names: impl IntoIterator<Item = impl Into<String>>,
        endpoint: impl Into<String>,
        access_token: &AccessToken,
    ) -> Self {
        self.foreign_claims(source, names, json!({ "endpoint": endpoint.into(), "access_token": access_token.expose() }))
    }

    fn foreign_claims(mut self, source: &str, names: impl IntoIterator<Item = impl Into<String>>, place: Value) -> Self {
        let mut members = |member: &str, pairs: Vec<(String, Value)>| {
            let entry = self.claims.entry(member.to_owned()).or_insert_with(|| json!({}));
            if let Value::Object(entries) = entry {
                entries.extend(pairs);
            }
        };
        members("_claim_names", names.into_iter().map(|name| (name.into(), json!(source))).collect());
        members("_claim_sources", vec![(source.to_owned(), place)]);
        self
    }

    /// Everything that is known of the user.
    pub(in crate::testing::provider) fn all_claims(&self) -> Map<String, Value> {
        let mut claims = self.claims.clone();
        claims.insert("sub".to_owned(), self.subject.clone().into());
        claims
    }

    /// Those of the named claims that the user has.
    pub(in crate::testing::provider) fn named_claims(&self, names: &[String]) -> Map<String, Value> {
        self.claims.iter().filter(|(name, _)| names.contains(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Whether a `login_hint` means this user: by subject, e-mail address, telephone number or preferred name.
    pub(in crate::testing::provider) fn is_meant_by(&self, hint: &str) -> bool {
        let names = ["email", "phone_number", "preferred_username"];
        self.subject == hint || names.iter().any(|name| self.claims.get(*name).and_then(Value::as_str) == Some(hint))
    }

    /// `sub` and the claims that the scopes release.
    pub(in crate::testing::provider) fn released_claims(&self, scopes: &[String]) -> Map<String, Value> {
        let released = |name: &str| {
            let owner = RELEASED.iter().find(|(_, claims)| claims.contains(&name));
            owner.is_none_or(|(scope, _)| scopes.iter().any(|granted| granted == scope))
        };
        let mut claims: Map<String, Value> =
            self.claims.iter().filter(|(name, _)| released(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
        claims.insert("sub".to_owned(), self.subject.clone().into());
        claims
    }
}

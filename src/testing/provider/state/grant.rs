//! What is granted, and what was handed out for it.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::testing::provider::TestClient;

/// How access tokens are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// A signed JWT of type `at+jwt` (RFC 9068).
    #[default]
    Jwt,
    /// Random text that only the provider can read.
    Opaque,
}

/// What becomes of refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RefreshTokens {
    /// Each is good once and replaced by the next; one that comes again takes the whole family down (RFC 9700 section 4.14.2).
    #[default]
    Rotated,
    /// One for all times.
    Kept,
    /// None are issued.
    Withheld,
}

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(in crate::testing::provider) struct Grant {
    pub(in crate::testing::provider) client_id: String,
    /// The user; none for a client in its own name.
    pub(in crate::testing::provider) subject: Option<String>,
    pub(in crate::testing::provider) scopes: Vec<String>,
    pub(in crate::testing::provider) audience: Vec<String>,
    pub(in crate::testing::provider) claims: Map<String, Value>,
    /// What all tokens of one authorization have in common; none for a client in its own name.
    pub(in crate::testing::provider) family: Option<String>,
    /// That of the authorization request, for its ID token.
    pub(in crate::testing::provider) nonce: Option<String>,
    /// What came of the user's login, where there was one.
    pub(in crate::testing::provider) login: Option<Login>,
    /// What the tokens are bound to: `cnf` (RFC 7800 section 3.1).
    pub(in crate::testing::provider) confirmation: Option<Value>,
}

/// What a login adds to the tokens that come of it.
#[derive(Debug, Clone)]
pub(in crate::testing::provider) struct Login {
    /// The claim `sid`.
    pub(in crate::testing::provider) session_id: String,
    /// Where it was asked for.
    pub(in crate::testing::provider) auth_time: Option<i64>,
    pub(in crate::testing::provider) acr: Option<String>,
    /// Claims that the request named for the ID token (OpenID Connect Core section 5.5).
    pub(in crate::testing::provider) id_token_claims: Vec<String>,
    /// Claims that the request named for userinfo.
    pub(in crate::testing::provider) userinfo_claims: Vec<String>,
    /// What was granted of it (RFC 9396 section 7).
    pub(in crate::testing::provider) authorization_details: Option<Value>,
}

impl Grant {
    pub(in crate::testing::provider) fn of_client(client: &TestClient, scopes: Vec<String>, audience: Vec<String>) -> Self {
        Self {
            client_id: client.id.clone(),
            subject: None,
            scopes,
            audience,
            claims: client.claims.clone(),
            family: None,
            nonce: None,
            login: None,
            confirmation: client.certificate_thumbprint.as_ref().map(|thumbprint| json!({ "x5t#S256": thumbprint })),
        }
    }

    /// Binds the tokens to a DPoP key.
    pub(in crate::testing::provider) fn bind(&mut self, thumbprint: &str) {
        let mut confirmation = self.confirmation.take().unwrap_or_else(|| json!({}));
        if let Value::Object(members) = &mut confirmation {
            members.insert("jkt".to_owned(), thumbprint.into());
        }
        self.confirmation = Some(confirmation);
    }

    /// The DPoP key that the tokens are bound to.
    pub(in crate::testing::provider) fn bound_key(&self) -> Option<&str> {
        self.confirmation.as_ref()?.get("jkt")?.as_str()
    }
}

/// What a token that was handed out is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testing::provider) enum TokenUse {
    Access,
    Refresh,
}

/// A token that was handed out.
#[derive(Debug)]
pub(in crate::testing::provider) struct IssuedToken {
    pub(in crate::testing::provider) usage: TokenUse,
    pub(in crate::testing::provider) grant: Grant,
    /// What introspection tells about it.
    pub(in crate::testing::provider) claims: Map<String, Value>,
    pub(in crate::testing::provider) expires_at: SystemTime,
}

//! The one text that a login transaction is kept as: JSON with the number of its format.

use std::fmt;
use std::time::Duration;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LoginTransaction;
use super::transaction_error::TransactionError;
use crate::document::Document;
use crate::protocol::discovery::Address;
use crate::sealing::{SealContext, SealError, SealPurpose, SealingKey};
use crate::secret::{CodeVerifier, SecretText};

/// The number of the format. A member that older versions may overlook needs no new one.
const VERSION: i64 = 1;

/// The members that leave the document when it is read.
const SECRETS: &[&str] = &["state", "nonce", "code_verifier"];

/// The members of the text, in their order.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct Members<'t> {
    version: i64,
    issuer: &'t str,
    client_id: &'t str,
    redirect_uri: &'t str,
    response_type: &'static str,
    response_mode: Option<&'static str>,
    state: Option<&'t str>,
    nonce: Option<&'t str>,
    code_verifier: Option<&'t str>,
    token_endpoint: Option<&'t str>,
    token_endpoint_alias: Option<&'t str>,
    userinfo_endpoint: Option<&'t str>,
    userinfo_endpoint_alias: Option<&'t str>,
    jwks_uri: Option<&'t str>,
    #[serde(skip_serializing_if = "is_false")]
    expects_iss: bool,
    max_age: Option<u64>,
    #[serde(skip_serializing_if = "is_false")]
    requires_auth_time: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    essential_acr: &'t [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    scope: &'t [String],
    dpop_thumbprint: Option<&'t str>,
    begun_at: i64,
    expires_at: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl LoginTransaction {
    /// The transaction as text: what serde writes, for a session that is no serde format. It holds the verifier.
    pub fn to_text(&self) -> SecretText {
        let (token, userinfo) = (self.token_endpoint.as_ref(), self.userinfo_endpoint.as_ref());
        let members = Members {
            version: VERSION,
            issuer: &self.issuer,
            client_id: &self.client_id,
            redirect_uri: &self.redirect_uri,
            response_type: self.response_type.as_str(),
            response_mode: self.response_mode.map(super::ResponseMode::as_str),
            state: self.state.as_ref().map(SecretText::expose),
            nonce: self.nonce.as_ref().map(SecretText::expose),
            code_verifier: self.code_verifier.as_ref().map(CodeVerifier::expose),
            token_endpoint: token.map(Address::as_str),
            token_endpoint_alias: token.and_then(Address::alias),
            userinfo_endpoint: userinfo.map(Address::as_str),
            userinfo_endpoint_alias: userinfo.and_then(Address::alias),
            jwks_uri: self.jwks_uri.as_ref().map(Address::as_str),
            expects_iss: self.expects_iss,
            max_age: self.max_age.map(|age| age.as_secs()),
            requires_auth_time: self.requires_auth_time,
            essential_acr: &self.essential_acr,
            scope: &self.scope,
            dpop_thumbprint: self.dpop_thumbprint.as_deref(),
            begun_at: self.begun_at,
            expires_at: self.expires_at,
        };
        // Strings, numbers and lists of strings: there is nothing in it that JSON could not hold.
        SecretText::new(serde_json::to_string(&members).unwrap_or_default())
    }

    /// The transaction sealed, for a place outside of the server: a plain cookie. Neither the user nor anyone on the network path can read or alter it.
    ///
    /// `name` is the name of the cookie, or the key under which it is stored: under another it does not open. A login of a few scopes takes some
    /// 1,000 characters; a cookie may have 4,096 with its name and attributes (RFC 6265 section 6.1).
    ///
    /// # Errors
    /// [`SealError::Entropy`], [`SealError::Crypto`].
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::authorize::LoginTransaction;
    /// use identity_model::sealing::SealingKey;
    ///
    /// # let transaction = LoginTransaction::builder().issuer("https://idp.example.com").client_id("app").redirect_uri("https://app.example.com/callback")
    /// #     .token_endpoint("https://idp.example.com/token").state("af0ifjsldkj").code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    /// #     .begun_at(std::time::UNIX_EPOCH).build()?;
    /// # let secret = [7; 32]; // 32 random octets from the application's settings
    /// let key = SealingKey::new("2026-11", secret)?;
    /// let cookie = transaction.seal(&key, "__Host-login")?;
    /// let transaction = LoginTransaction::open(&cookie, &key, "__Host-login")?;
    /// assert!(LoginTransaction::open(&cookie, &key, "__Host-session").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seal(&self, key: &SealingKey, name: &str) -> Result<String, SealError> {
        key.seal_text(&SealContext::new(SealPurpose::Transaction, name), self.to_text().expose().as_bytes())
    }

    /// Opens what [`seal`](Self::seal) has sealed.
    ///
    /// # Errors
    /// [`TransactionError::Seal`] where it does not open; else as [`from_text`](Self::from_text).
    pub fn open(sealed: &str, key: &SealingKey, name: &str) -> Result<Self, TransactionError> {
        let text = key.open_text(&SealContext::new(SealPurpose::Transaction, name), sealed)?;
        Self::from_text(std::str::from_utf8(&text).map_err(|_| SealError::Malformed)?)
    }

    /// Reads what [`to_text`](Self::to_text) or serde has written.
    ///
    /// # Errors
    /// [`TransactionError`]: no such text, a newer format, a member that is not as it must be.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::authorize::LoginTransaction;
    ///
    /// let error = LoginTransaction::from_text(r#"{"version":2}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "unknown format of the login transaction: expected 1, found 2");
    /// ```
    pub fn from_text(text: &str) -> Result<Self, TransactionError> {
        let (document, mut secrets) = Document::open(text.to_owned(), SECRETS)?;
        match document.optional_i64("version")? {
            Some(VERSION) => {}
            Some(found) => return Err(TransactionError::Version { found, known: VERSION }),
            None => return Err(TransactionError::Member { member: "version", expected: "the number of its format" }),
        }
        let issuer = document.required_str("issuer")?.to_owned();
        let address = |name: &str, alias: Option<&str>| -> Result<Option<Address>, TransactionError> {
            let alias = alias.map(|alias| document.optional_str(alias)).transpose()?.flatten().map(str::to_owned);
            Ok(document.optional_str(name)?.map(|text| Address::kept(text, &issuer, alias)))
        };
        let strings = |name| -> Result<Vec<String>, TransactionError> { Ok(document.try_get(name)?.unwrap_or_default()) };
        let transaction = Self {
            client_id: document.required_str("client_id")?.to_owned(),
            redirect_uri: document.required_str("redirect_uri")?.to_owned(),
            response_type: word(document.required_str("response_type")?, "response_type")?,
            response_mode: document.optional_str("response_mode")?.map(|text| word(text, "response_mode")).transpose()?,
            state: secrets.take_non_empty("state")?,
            nonce: secrets.take_non_empty("nonce")?,
            code_verifier: secrets.take_non_empty("code_verifier")?,
            token_endpoint: address("token_endpoint", Some("token_endpoint_alias"))?,
            userinfo_endpoint: address("userinfo_endpoint", Some("userinfo_endpoint_alias"))?,
            jwks_uri: address("jwks_uri", None)?,
            expects_iss: document.optional_boolean("expects_iss")?.unwrap_or_default(),
            max_age: document.try_get::<u64>("max_age")?.map(Duration::from_secs),
            requires_auth_time: document.optional_boolean("requires_auth_time")?.unwrap_or_default(),
            essential_acr: strings("essential_acr")?,
            scope: strings("scope")?,
            dpop_thumbprint: document.optional_str("dpop_thumbprint")?.map(str::to_owned),
            begun_at: seconds(&document, "begun_at")?,
            expires_at: seconds(&document, "expires_at")?,
            issuer,
        };
        transaction.sound()
    }
}

fn word<T: std::str::FromStr>(text: &str, member: &'static str) -> Result<T, TransactionError> {
    text.parse().map_err(|_| TransactionError::Member { member, expected: "a value that is known here" })
}

fn seconds(document: &Document, member: &'static str) -> Result<i64, TransactionError> {
    document.optional_i64(member)?.ok_or(TransactionError::Member { member, expected: "a number of seconds" })
}

impl Serialize for LoginTransaction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.to_text().expose())
    }
}

/// Reads one text, whatever holds it; an error tells what is wrong and never what is in it.
struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = LoginTransaction;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a login transaction")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LoginTransaction, E> {
        LoginTransaction::from_text(text).map_err(|error| match std::error::Error::source(&error) {
            Some(source) => E::custom(format_args!("{error}: {source}")),
            None => E::custom(error),
        })
    }
}

impl<'de> Deserialize<'de> for LoginTransaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

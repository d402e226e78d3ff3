//! What a client registered for logins and logouts (OpenID Connect Dynamic Client Registration 1.0 section 2, and the logout
//! specifications).

use crate::jose::{JweEncrypter, SignatureAlgorithm};

/// What a client is known by beyond its requests for tokens.
#[derive(Debug, Clone, Default)]
pub(in crate::testing::provider) struct ClientLogin {
    pub(in crate::testing::provider) post_logout_redirect_uris: Vec<String>,
    pub(in crate::testing::provider) frontchannel_logout_uri: Option<String>,
    pub(in crate::testing::provider) backchannel_logout_uri: Option<String>,
    pub(in crate::testing::provider) id_token_algorithm: Option<SignatureAlgorithm>,
    pub(in crate::testing::provider) userinfo_algorithm: Option<SignatureAlgorithm>,
    pub(in crate::testing::provider) authorization_response_algorithm: Option<SignatureAlgorithm>,
    pub(in crate::testing::provider) request_object_algorithm: Option<String>,
    pub(in crate::testing::provider) id_token_encrypter: Option<JweEncrypter>,
    pub(in crate::testing::provider) userinfo_encrypter: Option<JweEncrypter>,
    pub(in crate::testing::provider) introspection_encrypter: Option<JweEncrypter>,
    pub(in crate::testing::provider) authorization_response_encrypter: Option<JweEncrypter>,
    pub(in crate::testing::provider) delivery: Delivery,
    pub(in crate::testing::provider) notification_endpoint: Option<String>,
    pub(in crate::testing::provider) default_max_age: Option<i64>,
    pub(in crate::testing::provider) require_auth_time: bool,
}

/// How the tokens of a backchannel request reach the client (CIBA Core 1.0 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::testing::provider) enum Delivery {
    #[default]
    Poll,
    Ping,
    Push,
}

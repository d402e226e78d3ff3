//! The settings of a client for logins and logouts (OpenID Connect Dynamic Client Registration 1.0 section 2, and the logout
//! specifications).

use crate::jose::{JweEncrypter, SignatureAlgorithm};
use crate::testing::provider::TestClient;
use crate::testing::provider::parties::client_login::Delivery;

/// Logins and logouts.
impl TestClient {
    /// The only addresses it may be sent back to after a logout. Default: any.
    #[must_use]
    pub fn post_logout_redirect_uris(mut self, addresses: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.login.post_logout_redirect_uris = addresses.into_iter().map(Into::into).collect();
        self
    }

    /// Where a frame of the provider's logout page tells it that the user is gone (OpenID Connect Front-Channel Logout 1.0 section 2).
    /// Default: nowhere.
    #[must_use]
    pub fn frontchannel_logout_uri(mut self, address: impl Into<String>) -> Self {
        self.login.frontchannel_logout_uri = Some(address.into());
        self
    }

    /// Where logout tokens are posted (OpenID Connect Back-Channel Logout 1.0 section 2.2). Default: nowhere.
    #[must_use]
    pub fn backchannel_logout_uri(mut self, address: impl Into<String>) -> Self {
        self.login.backchannel_logout_uri = Some(address.into());
        self
    }

    /// What its ID tokens and logout tokens are signed with; HS256, HS384 and HS512 sign with its secret. Default: the provider's first
    /// algorithm.
    #[must_use]
    pub fn id_token_signed_with(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.login.id_token_algorithm = Some(algorithm);
        self
    }

    /// Gets userinfo as a JWT signed with this algorithm. Default: as the provider does it for all.
    #[must_use]
    pub fn userinfo_signed_with(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.login.userinfo_algorithm = Some(algorithm);
        self
    }

    /// What its authorization responses are signed with in the `jwt` response modes (JARM section 3). Default: the provider's first
    /// algorithm.
    #[must_use]
    pub fn authorization_response_signed_with(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.login.authorization_response_algorithm = Some(algorithm);
        self
    }

    /// The only algorithm that its request objects may be signed with, by its registered name; `none` counts. Default: any, `none` as well.
    #[must_use]
    pub fn request_object_signed_with(mut self, algorithm: impl Into<String>) -> Self {
        self.login.request_object_algorithm = Some(algorithm.into());
        self
    }

    /// Encrypts its ID tokens once they are signed. Default: they are not encrypted.
    #[must_use]
    pub fn id_token_encrypted_with(mut self, encrypter: JweEncrypter) -> Self {
        self.login.id_token_encrypter = Some(encrypter);
        self
    }

    /// Encrypts its userinfo, once it is signed by [`userinfo_signed_with`](Self::userinfo_signed_with) or else with the provider's first
    /// algorithm. Default: it is not encrypted.
    #[must_use]
    pub fn userinfo_encrypted_with(mut self, encrypter: JweEncrypter) -> Self {
        self.login.userinfo_encrypter = Some(encrypter);
        self
    }

    /// Encrypts the signed responses of introspection (RFC 9701 section 5). Default: they are not encrypted.
    #[must_use]
    pub fn introspection_encrypted_with(mut self, encrypter: JweEncrypter) -> Self {
        self.login.introspection_encrypter = Some(encrypter);
        self
    }

    /// Encrypts its authorization responses in the `jwt` response modes (JARM section 2.2). Default: they are not encrypted.
    #[must_use]
    pub fn authorization_response_encrypted_with(mut self, encrypter: JweEncrypter) -> Self {
        self.login.authorization_response_encrypter = Some(encrypter);
        self
    }

    /// Is told at this address that a backchannel request was decided, and fetches its tokens then (CIBA Core 1.0 section 10.2).
    /// Default: it polls.
    #[must_use]
    pub fn pinged_at(mut self, address: impl Into<String>) -> Self {
        self.login.delivery = Delivery::Ping;
        self.login.notification_endpoint = Some(address.into());
        self
    }

    /// Gets the tokens of a backchannel request at this address (CIBA Core 1.0 section 10.3). Default: it polls.
    #[must_use]
    pub fn pushed_to(mut self, address: impl Into<String>) -> Self {
        self.login.delivery = Delivery::Push;
        self.login.notification_endpoint = Some(address.into());
        self
    }

    /// How old a login may be where the request does not say. Default: any age.
    #[must_use]
    pub fn default_max_age(mut self, seconds: u32) -> Self {
        self.login.default_max_age = Some(seconds.into());
        self
    }

    /// Puts `auth_time` into each of its ID tokens. Default: where `max_age` or the `claims` parameter asks for it.
    #[must_use]
    pub fn require_auth_time(mut self) -> Self {
        self.login.require_auth_time = true;
        self
    }
}

//! Sets up how a provider treats logins.

use std::sync::Arc;

use crate::jose::{KeyManagementAlgorithm, PrivateKey};
use crate::testing::provider::TestProviderBuilder;
use crate::testing::provider::handles::provider::minted;
use crate::transport::BlockingHttpClient;

/// Logins.
impl TestProviderBuilder {
    /// Takes authorization requests only where they were pushed (RFC 9126 section 5), and says so in the metadata. Default: not needed.
    pub fn require_pushed_authorization(mut self) -> Self {
        self.config.required_pushed_authorization = true;
        self
    }

    /// Takes authorization requests only as signed request objects (RFC 9101 section 10.5), and says so in the metadata. Default: not
    /// needed, and unsigned ones are taken as well.
    pub fn require_signed_request_objects(mut self) -> Self {
        self.config.required_signed_request_objects = true;
        self
    }

    /// Hands out codes without PKCE, and takes the method `plain`: for a provider as they once were. Default: S256 has to be there
    /// (RFC 9700 section 2.1.1).
    pub fn optional_pkce(mut self) -> Self {
        self.config.optional_pkce = true;
        self
    }

    /// Takes request objects that are encrypted by this algorithm as well, to a key that it makes and publishes as `enc-1`. Default: none.
    ///
    /// # Panics
    /// Where such a key cannot be made: the test is written wrongly.
    #[track_caller]
    pub fn encrypted_request_objects(mut self, algorithm: KeyManagementAlgorithm) -> Self {
        let key = minted(PrivateKey::generate_for_encryption(algorithm).and_then(|key| key.with_key_id("enc-1")));
        self.config.decryption_key = Some((algorithm, key));
        self
    }

    /// How the provider itself reaches clients: it fetches request objects by `request_uri`, and posts logout tokens when a session ends.
    /// It is called on a thread of its own. Default: not at all; request objects may be
    /// [handed over](crate::testing::TestProvider::serve_request_object), logout tokens be
    /// [sent](crate::testing::TestProvider::send_backchannel_logout) by the test.
    pub fn outgoing_http(mut self, http: impl BlockingHttpClient + 'static) -> Self {
        self.config.outgoing = Some(Arc::new(http));
        self
    }

    /// The authentication context classes that it can vouch for. Default: whichever is asked for.
    pub fn acr_values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.acr_values = Some(values.into_iter().map(Into::into).collect());
        self
    }
}

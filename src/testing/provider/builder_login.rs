//! Sets up how a provider treats logins.

use super::TestProviderBuilder;

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

    /// The authentication context classes that it can vouch for. Default: whichever is asked for.
    pub fn acr_values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.acr_values = Some(values.into_iter().map(Into::into).collect());
        self
    }
}

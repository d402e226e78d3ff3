//! The provider of the program's own: so that there is something to see without registering anywhere.

use identity_model::testing::{TestClient, TestProvider, TestUser};

pub(crate) const CLIENT_ID: &str = "reports";
pub(crate) const CLIENT_SECRET: &str = "the secret of the reports";

/// A provider whose only user is Alice: she is logged in there and agrees to everything.
pub(crate) fn provider(url: &str) -> TestProvider {
    let client = TestClient::new(CLIENT_ID).secret(CLIENT_SECRET).redirect_uris([format!("{url}/callback")]);
    let client = client.backchannel_logout_uri(format!("{url}/backchannel-logout"));
    let alice = TestUser::new("alice").claim("name", "Alice Example").claim("email", "alice@example.com").claim("email_verified", true);
    TestProvider::builder().client(client).user(alice).build()
}

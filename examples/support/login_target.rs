//! At which provider `provider_login` logs in, and as which client.

use identity_model::protocol::discovery::{DiscoveryPolicy, MetadataProfile};
use identity_model::testing::{ProviderListener, TestClient, TestProvider, TestUser};

use super::policies::{self, Outcome};

const REDIRECT_URI: &str = "http://localhost:8400/callback";

/// A provider, by the policy for it, and a client registered there.
pub(crate) struct LoginTarget {
    pub(crate) policy: DiscoveryPolicy,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) scope: Vec<String>,
    /// The program's own provider.
    pub(crate) embedded: Option<ProviderListener>,
}

impl LoginTarget {
    /// `--preset NAME [ARGUMENT…] --client-id ID [--client-secret SECRET] [--redirect-uri URI] [--scope "S …"]`, or nothing: then a provider is
    /// started on a loopback port.
    pub(crate) fn from_arguments() -> Outcome<Self> {
        let arguments = policies::arguments();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (name, rest) = match words.as_slice() {
            [] => return Self::embedded(),
            ["--preset", name, rest @ ..] => (*name, rest),
            _ => return Err("usage: --preset NAME [ARGUMENT…] --client-id ID …".into()),
        };
        let (of_preset, options) = rest.split_at(rest.iter().position(|word| word.starts_with("--")).unwrap_or(rest.len()));
        let option = |name: &str| options.chunks_exact(2).find(|pair| pair.first() == Some(&name)).and_then(|pair| pair.last()).copied();
        Ok(Self {
            policy: for_login(name, policies::preset(name, of_preset)?),
            client_id: option("--client-id").ok_or("--client-id is needed")?.to_owned(),
            client_secret: option("--client-secret").map(str::to_owned),
            redirect_uri: option("--redirect-uri").unwrap_or(REDIRECT_URI).to_owned(),
            scope: option("--scope").unwrap_or("openid profile email").split_whitespace().map(str::to_owned).collect(),
            embedded: None,
        })
    }

    fn embedded() -> Outcome<Self> {
        let client = TestClient::new("app").secret("s3cret").redirect_uris([REDIRECT_URI]);
        let user = TestUser::new("alice").claim("name", "Alice Example").claim("email", "alice@example.com");
        let provider = TestProvider::builder().client(client).user(user).build().listen()?;
        println!("no --preset given: a provider of this program's own listens at {}", provider.url());
        Ok(Self {
            policy: DiscoveryPolicy::builder().authority(provider.url()).build(),
            client_id: "app".to_owned(),
            client_secret: Some("s3cret".to_owned()),
            redirect_uri: REDIRECT_URI.to_owned(),
            scope: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            embedded: Some(provider),
        })
    }
}

/// The preset for Descope is for verifying tokens: it neither knows the endpoints of a login nor asks for them.
fn for_login(name: &str, preset: DiscoveryPolicy) -> DiscoveryPolicy {
    if name != "descope" {
        return preset;
    }
    let builder = preset.to_builder().additional_endpoint_base_address("https://api.descope.com/oauth2/v1");
    builder.metadata_profile(MetadataProfile::OpenIdProvider).build()
}

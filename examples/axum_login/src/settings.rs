//! Where the application runs and where its users come from.

use std::error::Error;
use std::net::SocketAddr;

use identity_model::DiscoveryPolicy;
use identity_model::testing::ProviderListener;

use crate::embedded;

/// What the arguments say.
pub(crate) struct Settings {
    /// The application as browsers see it, without a slash at the end.
    pub(crate) url: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    pub(crate) scope: Vec<String>,
    pub(crate) policy: DiscoveryPolicy,
    /// The provider of the program's own, which lives as long as this.
    _embedded: Option<ProviderListener>,
}

impl Settings {
    /// Where to listen: `--listen`, or port 3000 of this machine alone.
    pub(crate) fn address() -> Result<SocketAddr, Box<dyn Error>> {
        Ok(argument("--listen").as_deref().unwrap_or("127.0.0.1:3000").parse()?)
    }

    /// The rest; `listening` is where the program listens already.
    pub(crate) fn from_arguments(listening: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let url = argument("--url").unwrap_or_else(|| format!("http://{listening}")).trim_end_matches('/').to_owned();
        let scope = argument("--scope").unwrap_or_else(|| "openid profile email offline_access".to_owned());
        let scope = scope.split_whitespace().map(str::to_owned).collect();
        let policy =
            arguments("--allow").fold(DiscoveryPolicy::builder(), |policy, base| policy.additional_endpoint_base_address(base)).build();
        let Some(issuer) = argument("--issuer") else {
            let provider = embedded::provider(&url).listen()?;
            return Ok(Self { scope, policy, ..Self::embedded(url, provider) });
        };
        let client_id = argument("--client-id").ok_or("--issuer wants a --client-id as well")?;
        Ok(Self { url, issuer, client_id, client_secret: argument("--client-secret"), scope, policy, _embedded: None })
    }

    /// Users come from a provider that lives in this program.
    pub(crate) fn embedded(url: String, provider: ProviderListener) -> Self {
        Self {
            url,
            issuer: provider.url().to_owned(),
            client_id: embedded::CLIENT_ID.to_owned(),
            client_secret: Some(embedded::CLIENT_SECRET.to_owned()),
            scope: ["openid", "profile", "email", "offline_access"].map(str::to_owned).into(),
            policy: DiscoveryPolicy::strict(),
            _embedded: Some(provider),
        }
    }

    /// Whether browsers come by HTTPS: only then is a cookie marked `Secure`.
    pub(crate) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }
}

/// The values that follow `name`.
fn arguments(name: &str) -> impl Iterator<Item = String> {
    let all: Vec<String> = std::env::args().skip(1).collect();
    all.windows(2)
        .filter_map(|pair| if let [key, value] = pair { (key == name).then(|| value.clone()) } else { None })
        .collect::<Vec<_>>()
        .into_iter()
}

fn argument(name: &str) -> Option<String> {
    arguments(name).next()
}

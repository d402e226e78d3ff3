//! What the examples share: where to go, as arguments or the environment say, or a provider of the program's own.
#![allow(dead_code, reason = "each example uses a part")]

pub(crate) mod login_target;
pub(crate) mod policies;
pub(crate) mod web;

use std::error::Error as StdError;
use std::process::ExitCode;

use identity_model::ClientAuthentication;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::{ProviderListener, TestProvider};

/// A provider and a client registered there.
///
/// Arguments: `--issuer URL --client-id ID [--client-secret SECRET] [--scope "S …"] [--resource R]… [--audience A] [--allow BASE]…`, or the
/// environment: `DISCO_ADDRESS`, `CLIENT_ID`, `CLIENT_SECRET`, `SCOPE`, `TEST_AUDIENCE`. Without an issuer a provider is started on a
/// loopback port.
#[derive(Default)]
pub(crate) struct Target {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    pub(crate) scope: Vec<String>,
    pub(crate) resource: Vec<String>,
    pub(crate) audience: Vec<String>,
    /// Further base addresses that endpoints may stand under.
    pub(crate) allowed: Vec<String>,
    /// The program's own provider.
    pub(crate) embedded: Option<ProviderListener>,
}

impl Target {
    pub(crate) fn from_arguments() -> Result<Self, Box<dyn StdError>> {
        Self::from_arguments_or(TestProvider::new)
    }

    /// The same with another provider to be started, which knows the client and the secret of [`TestProvider::new`] or needs none.
    pub(crate) fn from_arguments_or(provider: impl FnOnce() -> TestProvider) -> Result<Self, Box<dyn StdError>> {
        let target = Self::without_client(provider)?;
        if target.client_id.is_empty() {
            return Err("--client-id (or CLIENT_ID) is needed".into());
        }
        Ok(target)
    }

    /// The same where there need be no client yet.
    pub(crate) fn without_client(provider: impl FnOnce() -> TestProvider) -> Result<Self, Box<dyn StdError>> {
        let mut target = Self::from_environment();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} wants a value"))?;
            match name.as_str() {
                "--issuer" => target.issuer = value,
                "--client-id" => target.client_id = value,
                "--client-secret" => target.client_secret = Some(value),
                "--scope" => target.scope = words(&value),
                "--resource" => target.resource.push(value),
                "--audience" => target.audience = vec![value],
                "--allow" => target.allowed.push(value),
                _ => return Err(format!("unknown argument {name}").into()),
            }
        }
        if target.issuer.is_empty() {
            return Self::embedded(&provider());
        }
        if target.audience.is_empty() {
            target.audience.clone_from(&target.resource);
        }
        Ok(target)
    }

    fn from_environment() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            issuer: variable("DISCO_ADDRESS").unwrap_or_default(),
            client_id: variable("CLIENT_ID").unwrap_or_default(),
            client_secret: variable("CLIENT_SECRET"),
            scope: variable("SCOPE").map(|scope| words(&scope)).unwrap_or_default(),
            audience: variable("TEST_AUDIENCE").into_iter().collect(),
            ..Self::default()
        }
    }

    fn embedded(provider: &TestProvider) -> Result<Self, Box<dyn StdError>> {
        let listener = provider.listen()?;
        println!("no --issuer given: a provider of this program's own listens at {}", listener.url());
        Ok(Self {
            issuer: listener.url().to_owned(),
            client_id: TestProvider::CLIENT_ID.to_owned(),
            client_secret: Some(TestProvider::CLIENT_SECRET.to_owned()),
            audience: vec![listener.url().to_owned()],
            embedded: Some(listener),
            ..Self::default()
        })
    }

    pub(crate) fn policy(&self) -> DiscoveryPolicy {
        self.allowed.iter().fold(DiscoveryPolicy::builder(), |policy, base| policy.additional_endpoint_base_address(base)).build()
    }

    pub(crate) fn authentication(&self) -> ClientAuthentication {
        self.client_secret.as_deref().map_or(ClientAuthentication::none(), ClientAuthentication::secret_basic)
    }
}

/// Prints why a program failed, down to the cause, and says so by the exit status.
pub(crate) fn finish(outcome: Result<(), Box<dyn StdError>>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    println!("failed: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        println!("        because: {cause}");
        source = cause.source();
    }
    ExitCode::FAILURE
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

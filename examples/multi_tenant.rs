//! Tokens of many tenants: one provider whose issuer is a template, and several providers of which the token's issuer picks one.
//!
//! Needs nothing: the providers live in the memory of the program, and each of them is the HTTP client that reaches it.

use std::error::Error;

use identity_model::keys::{KeySource, ProviderKeys};
use identity_model::protocol::discovery::{DiscoveryPolicy, IssuerTemplateStrategy};
use identity_model::secret::AccessToken;
use identity_model::testing::{ProviderEndpoint, TestClient, TestProvider};
use identity_model::validation::ExpectedIssuer;
use identity_model::{Error as IdentityError, TokenValidator};

const TEMPLATE: &str = "https://login.example.com/{tenantid}/v2.0";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("one provider, an issuer for each tenant ({TEMPLATE})");
    issuer_template().await?;
    println!("several providers");
    several_providers().await
}

/// As Microsoft Entra does for applications of many tenants: `DiscoveryPolicy::entra("organizations")` is the policy for it.
async fn issuer_template() -> Result<(), Box<dyn Error>> {
    let login = TestProvider::builder()
        .issuer("https://login.example.com/common/v2.0")
        .metadata("issuer", TEMPLATE)
        .client(TestClient::new("portal").audiences(["portal-api"]))
        .build();
    // The document may name the template, and nothing else.
    let policy = DiscoveryPolicy::builder().authority_validation_strategy(IssuerTemplateStrategy::new(TEMPLATE)?).build();
    let keys = ProviderKeys::builder().authority("https://login.example.com/common/v2.0").policy(policy).http(login.clone()).build();
    // The tenants that are customers. Without `with_tenants` every tenant of the provider is let in.
    let issuer = ExpectedIssuer::template(TEMPLATE).with_tenants(["acme", "globex"]);
    let validator = TokenValidator::builder().keys(keys).issuer(issuer).audience("portal-api").build();

    let token_of = |named: &'static str, tid: &'static str| {
        login.mint_access_token(move |token| token.claim("iss", TEMPLATE.replace("{tenantid}", named)).claim("tid", tid))
    };
    accepted("a customer", validator.validate(&token_of("acme", "acme")).await)?;
    accepted("another one", validator.validate(&token_of("globex", "globex")).await)?;
    refused("a tenant that is no customer", validator.validate(&token_of("initech", "initech")).await)?;
    refused("an issuer that is not its `tid`", validator.validate(&token_of("acme", "globex")).await)
}

/// Each issuer has a provider of its own; its keys verify its tokens and no others.
async fn several_providers() -> Result<(), Box<dyn Error>> {
    let at = |issuer: &str| TestProvider::builder().issuer(issuer).client(TestClient::new("portal").audiences(["portal-api"])).build();
    let (staff, partners) = (at("https://staff.example.com"), at("https://partners.example.net"));
    let keys_of = |provider: &TestProvider| (provider.issuer(), ProviderKeys::new(provider.issuer(), provider.clone()));
    let validator = TokenValidator::builder()
        .keys(KeySource::providers([keys_of(&staff), keys_of(&partners)]))
        .issuer([staff.issuer(), partners.issuer()])
        .audience("portal-api")
        .build();

    let token_of = |provider: &TestProvider| provider.mint_access_token(|token| token);
    accepted("of the staff", validator.validate(&token_of(&staff)).await)?;
    println!("          partners were asked for keys {} times", partners.requests(ProviderEndpoint::Jwks));
    accepted("of a partner", validator.validate(&token_of(&partners)).await)?;

    let stranger = at("https://stranger.example.org");
    refused("of a stranger", validator.validate(&token_of(&stranger)).await)?;
    // A partner who signs in the name of the staff. EC keys are each provider's own.
    let imposter: AccessToken = partners.mint_access_token(|token| {
        token.algorithm(identity_model::jose::SignatureAlgorithm::ES256).claim("iss", "https://staff.example.com")
    });
    refused("of a partner in the name of the staff", validator.validate(&imposter).await)
}

fn accepted(what: &str, outcome: Result<identity_model::validation::ValidatedToken, IdentityError>) -> Result<(), Box<dyn Error>> {
    let validated = outcome?;
    println!("accepted  {what}: {:?}", validated.issuer());
    Ok(())
}

fn refused(what: &str, outcome: Result<identity_model::validation::ValidatedToken, IdentityError>) -> Result<(), Box<dyn Error>> {
    let Err(error) = outcome else { return Err(format!("{what} was accepted").into()) };
    println!("refused   {what}: {}: {error}", error.code());
    Ok(())
}

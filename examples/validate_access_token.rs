//! The front door of an API: access tokens of RFC 9068, with keys that are discovered, cached and followed when they rotate.
//!
//! Needs nothing: the provider is the program's own and listens on a loopback port. One token is good, one is good after the keys have
//! changed, four are rejected.

use std::error::Error;

use identity_model::keys::ProviderKeys;
use identity_model::testing::{Forgery, TestClient, TestProvider};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, ReqwestClient, TokenValidator};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = TestClient::new("reports").secret("s3cret").scopes(["reports:read"]).audiences(["reports-api"]);
    let provider = TestProvider::builder().client(client).build();
    let listener = provider.listen()?;
    let authority = listener.url();

    // Once, when the API starts. Nothing is sent before the first token comes.
    let http = ReqwestClient::new()?;
    let keys = ProviderKeys::new(authority, http.clone());
    let validator = TokenValidator::builder().keys(keys.clone()).issuer(authority).audience("reports-api").build();

    // What a caller of the API does.
    let disco = DiscoveryDocumentRequest::builder().address(authority).send(&http).await?;
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint()?)
        .client_id("reports")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .build();
    let token = request.send(&http).await?;

    // What the API does with each call.
    let validated = validator.validate(token.access_token()).await?;
    println!("accepted  subject {:?}, scope reports:read {}", validated.subject(), validated.has_scope("reports:read"));

    // The token names a key that is not there yet: the set is fetched once more.
    provider.rotate_keys();
    let token = request.send(&http).await?;
    let validated = validator.validate(token.access_token()).await?;
    println!("accepted  after a rotation, key {:?}", validated.key_id());

    let refused = [
        ("for another API", provider.mint_access_token(|token| token.claim("aud", "billing-api"))),
        ("over", provider.mint_access_token(|token| token.expires_in(-60))),
        ("signed by a stranger", provider.mint_access_token(|token| token.forge(&Forgery::WrongKey))),
        ("not signed at all", provider.mint_access_token(|token| token.forge(&Forgery::AlgorithmNone))),
    ];
    for (what, token) in refused {
        let Err(error) = validator.validate(&token).await else { return Err(format!("a token {what} was accepted").into()) };
        let refusal = error.validation().ok_or("refused for another reason than the token")?;
        println!("refused   a token {what}");
        println!("          to the caller: 401, {}", refusal.public_message());
        println!("          to the log:    {}: {error}", error.code());
    }
    println!("key sets  {:?}", keys.key_set_statistics());
    Ok(())
}

//! Tokens that are bound to a key (RFC 9449), from the client to the resource and back: nothing is needed, an embedded provider plays the
//! authorization server.
//!
//! ```sh
//! cargo run --example dpop
//! ```

use identity_model::cache::MemoryReplayStore;
use identity_model::environment::Environment;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::dpop::{DpopKey, DpopProof, DpopVerifier, NonceSecret, ServerNonces};
use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::resource::RequestValidator;
use identity_model::testing::{DpopNonces, ProviderEndpoint, TestClient, TestProvider};

const API: &str = "https://api.example.com";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = TestClient::new("reports").secret("s3cret").audiences(["orders"]);
    let provider = TestProvider::builder().client(client).dpop(DpopNonces::Always).build();

    // The client: one key for this authorization server. Proof, nonce and repetition are the request's affair.
    let key = DpopKey::generate()?;
    let tokens = ClientCredentialsTokenRequest::builder()
        .dpop(&key)
        .address(provider.address(ProviderEndpoint::Token))
        .client_id("reports")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .send(&provider)
        .await?;
    let token = tokens.access_token();
    println!("token of type {} for the key {}", tokens.token_type(), token.dpop_thumbprint().unwrap_or("none"));

    // The resource: called by this URL, with nonces of its own.
    let environment = Environment::system();
    let nonces = ServerNonces::new(API, NonceSecret::generate(&environment)?);
    let verifier = DpopVerifier::new(PublicUrl::new(API)?, MemoryReplayStore::default())?.with_nonces(nonces);
    let keys = ProviderKeys::new(provider.issuer(), provider.clone());
    let validator =
        RequestValidator::new(verifier, TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience("orders").build());

    // A request by hand; `DpopClient` does all of this, the response to the nonce included.
    let mut nonce: Option<String> = None;
    for attempt in 1..=3 {
        let proof = DpopProof::new("GET", &format!("{API}/orders"))?.access_token(token);
        let proof = match &nonce {
            Some(nonce) => proof.nonce(nonce),
            None => proof,
        };
        // The third attempt is a thief's: the token is right, the key is not.
        let (own, thiefs) = (&key, DpopKey::generate()?);
        let header = proof.sign(if attempt == 3 { &thiefs } else { own }, &environment).await?;
        let (parts, ()) = http::Request::get("/orders")
            .header("Authorization", format!("DPoP {}", token.expose()))
            .header("DPoP", header)
            .body(())?
            .into_parts();
        match validator.validate(&IncomingRequest::from_parts(&parts)).await {
            Ok(validated) => println!("attempt {attempt}: accepted for {}", validated.token().subject().unwrap_or("nobody")),
            Err(rejection) => {
                println!("attempt {attempt}: {} ({})", rejection.status(), rejection.code());
                for challenge in rejection.headers().get_all("www-authenticate") {
                    println!("  WWW-Authenticate: {}", challenge.to_str()?);
                }
                if let Some(value) = rejection.headers().get("dpop-nonce") {
                    nonce = Some(value.to_str()?.to_owned());
                }
            }
        }
    }
    Ok(())
}

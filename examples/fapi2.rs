//! A login under FAPI 2.0 Security Profile: pushed request, DPoP, `private_key_jwt`. Nothing is needed, an embedded provider plays the bank.
//!
//! ```sh
//! cargo run --example fapi2
//! ```

use identity_model::client::{LoginOptions, OidcClient};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::profile::Profile;
use identity_model::protocol::authorize::Callback;
use identity_model::protocol::dpop::DpopKey;
use identity_model::testing::{DpopNonces, TestClient, TestProvider, TestUser};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The client's key for assertions; its public half is registered.
    let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
    let public: serde_json::Value = serde_json::from_str(key.public_jwk().to_json())?;
    let bank = TestProvider::builder()
        .issuer("https://bank.example.com")
        .client(
            TestClient::new("budget").public_key(public).redirect_uris(["https://budget.example.com/callback"]).dpop_bound_access_tokens(),
        )
        .user(TestUser::new("alice").claim("name", "Alice Adams"))
        .algorithms([SignatureAlgorithm::ES256])
        .dpop(DpopNonces::Always)
        .require_pushed_authorization()
        .build();

    let client = OidcClient::builder()
        .issuer(bank.issuer())
        .client_id("budget")
        .redirect_uri("https://budget.example.com/callback")
        .scope(["openid", "profile"])
        .client_key(key.signer(SignatureAlgorithm::ES256)?)
        .dpop(DpopKey::generate()?) // binds the tokens; another key than that of the assertions
        .id_token_signed_response_alg(SignatureAlgorithm::ES256) // as it is registered
        .profile(Profile::fapi2_security())
        .http(bank.clone()) // ReqwestClient::new()?
        .build()?;

    let begun = client.begin_login(LoginOptions::new()).await?;
    println!("the browser goes to {}", begun.url);
    let callback = Callback::from_url(bank.authorize(&begun.url).location())?;
    let login = client.finish_login(begun.transaction, callback).await?;
    let thumbprint = login.access_token().and_then(|token| token.dpop_thumbprint()).unwrap_or("none");
    println!("{} logged in; the access token is bound to the key {thumbprint}", login.subject());
    println!("userinfo: {:?}", client.userinfo(login.session()).await?.try_get_string("name"));

    // A client that would be weaker is not built.
    let weaker = OidcClient::builder()
        .issuer(bank.issuer())
        .client_id("budget")
        .client_secret("s3cret")
        .profile(Profile::fapi2_security())
        .http(bank)
        .build();
    if let Err(error) = weaker {
        println!("refused: {error}");
    }
    Ok(())
}

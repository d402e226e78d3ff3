//! The end of a login: an ID token judged by what was sent with the request, then the user's claims under the same subject.
//!
//! Needs nothing: the provider is the program's own and listens on a loopback port. One ID token is good, four are rejected.

use std::error::Error;
use std::time::Duration;

use identity_model::keys::ProviderKeys;
use identity_model::testing::{Forgery, TestClient, TestProvider, TestUser};
use identity_model::validation::TokenValidationOptions;
use identity_model::{DiscoveryDocumentRequest, ReqwestClient, TokenValidator, UserInfoRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let user = TestUser::new("alice").claim("name", "Alice Adams").claim("email", "alice@example.com");
    let provider = TestProvider::builder().client(TestClient::new("web-shop")).user(user).build();
    let listener = provider.listen()?;
    let http = ReqwestClient::new()?;

    // What holds for every login: issuer, audience (the client id), the name of the claims that are roles.
    let options = TokenValidationOptions::id_token().issuer(listener.url()).audience("web-shop").role_claim_type("groups").build();
    let validator = TokenValidator::with_options(ProviderKeys::new(listener.url(), http.clone()), options);

    // What holds for this login alone: its nonce, and how long ago the user may have signed in.
    let this_login = validator.options().clone().with_nonce("n-0S6_WzA2Mj").with_max_age(Duration::from_secs(600));
    let sent = |nonce: &'static str| {
        provider.mint_id_token(move |token| {
            let authenticated_at = token.issued_at() - 30;
            token.claim("nonce", nonce).claim("auth_time", authenticated_at).claim("name", "Alice Adams").claim("groups", "buyers")
        })
    };
    let validated = validator.validate_with(&sent("n-0S6_WzA2Mj"), &this_login).await?;
    let principal = validated.principal();
    println!("accepted  {:?}, by {:?}", principal.name(), principal.identity().and_then(|identity| identity.authentication_type()));
    println!("          in the role `buyers`: {}", principal.is_in_role("buyers"));

    // The claims of userinfo count only for the subject of the ID token.
    let disco = DiscoveryDocumentRequest::builder().address(listener.url()).send(&http).await?;
    let subject = validated.subject().ok_or("an ID token without a subject")?;
    let user = UserInfoRequest::builder()
        .address(disco.userinfo_endpoint()?)
        .access_token(provider.access_token_for_user("alice"))
        .expected_subject(subject)
        .send(&http)
        .await?;
    println!("userinfo  {:?}", user.try_get_str("email"));

    let mint = |nonce: &'static str, age: i64| {
        provider.mint_id_token(move |token| {
            let authenticated_at = token.issued_at() - age;
            token.claim("nonce", nonce).claim("auth_time", authenticated_at)
        })
    };
    let unsigned = provider.mint_id_token(|token| token.forge(&Forgery::AlgorithmNone));
    let for_another = provider.mint_id_token(|token| token.claim("aud", "other-shop"));
    let refused = [
        ("of another login", mint("n-of-somebody-else", 30)),
        ("of a login of yesterday", mint("n-0S6_WzA2Mj", 86_400)),
        ("without a signature", unsigned),
        ("for another client", for_another),
    ];
    for (what, token) in refused {
        let Err(error) = validator.validate_with(&token, &this_login).await else {
            return Err(format!("an ID token {what} was accepted").into());
        };
        println!("refused   an ID token {what}: {}: {error}", error.code());
    }
    Ok(())
}

//! Where several parties meet: WebFinger, claims that another provider vouches for, and tokens encrypted to the client.

use identity_model::jose::{
    CompactJwe, ContentEncryptionAlgorithm, DecryptionKeys, JweDecrypter, JweEncrypter, KeyManagementAlgorithm, PrivateKey, TokenLimits,
};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient, TestProvider, TestUser};
use serde_json::json as value;

use super::support::*;

#[test]
fn webfinger_names_the_issuer_at_the_origin() {
    let provider = TestProvider::builder().issuer("https://idp.test/tenant").build();
    assert_eq!(provider.address(ProviderEndpoint::WebFinger), "https://idp.test/.well-known/webfinger");
    let ask = |query: &str| provider.send_blocking(get(format!("https://idp.test/.well-known/webfinger?{query}"))).unwrap();
    let answer = ask("resource=acct%3Ajoe%40idp.test&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer");
    assert_eq!(answer.headers()["content-type"], "application/jrd+json");
    assert_eq!(
        json(&answer),
        value!({
            "subject": "acct:joe@idp.test",
            "links": [{"rel": "http://openid.net/specs/connect/1.0/issuer", "href": "https://idp.test/tenant"}],
        })
    );
    assert_eq!(json(&ask("resource=acct%3Ajoe%40idp.test&rel=other"))["links"], value!([]));
    assert_eq!(ask("").status(), 400);
}

#[test]
fn claims_come_from_another_provider_with_a_token() {
    let other =
        TestProvider::builder().issuer("https://bank.test").user(TestUser::new("alice-at-the-bank").claim("credit_score", 650)).build();
    let token = other.access_token_for_user("alice-at-the-bank");
    let jwt = other.mint_claims("alice-at-the-bank", |token| token);
    let user = TestUser::new("alice").aggregated_claims("src1", ["address", "phone_number"], &jwt).distributed_claims(
        "src2",
        ["credit_score"],
        other.address(ProviderEndpoint::Claims),
        &token,
    );
    let provider = TestProvider::builder().client(TestClient::new("client").secret("secret")).user(user).build();
    let userinfo = bearer(get(provider.address(ProviderEndpoint::UserInfo)), provider.access_token_for_user("alice").expose());
    assert_eq!(
        json(&provider.send_blocking(userinfo).unwrap()),
        value!({
            "sub": "alice",
            "_claim_names": {"address": "src1", "phone_number": "src1", "credit_score": "src2"},
            "_claim_sources": {"src1": {"JWT": jwt}, "src2": {"endpoint": "https://bank.test/claims", "access_token": token.expose()}},
        })
    );

    let fetch = |token: &str| other.send_blocking(bearer(get("https://bank.test/claims"), token)).unwrap();
    let answer = fetch(token.expose());
    assert_eq!(answer.headers()["content-type"], "application/jwt");
    let (_, claims) = verify(&other, std::str::from_utf8(answer.body()).unwrap()).unwrap();
    assert_eq!((&claims["iss"], &claims["credit_score"]), (&value!("https://bank.test"), &value!(650)));
    assert_eq!(fetch("unknown").status(), 401);
    assert_eq!(ask(&other, ProviderEndpoint::Claims).unwrap().status(), 401);
    other.inject(ProviderEndpoint::Claims, Fault::forge(ForgedKind::Claims, Forgery::WrongKey));
    assert!(verify(&other, std::str::from_utf8(fetch(token.expose()).body()).unwrap()).is_err());
}

#[test]
fn tokens_are_encrypted_to_the_client() {
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A128GCM);
    let key = PrivateKey::generate_for_encryption(alg).unwrap();
    let encrypter = JweEncrypter::new(key.public_jwk(), alg, enc).unwrap();
    let client = TestClient::new("client")
        .secret("secret")
        .id_token_encrypted_with(encrypter.clone())
        .userinfo_encrypted_with(encrypter.clone())
        .authorization_response_encrypted_with(encrypter);
    let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    let decrypter = JweDecrypter::new(DecryptionKeys::from(key), alg, enc).unwrap();
    let opened = |text: &str| {
        let jwe = CompactJwe::parse(text, TokenLimits::default()).unwrap();
        let jws = String::from_utf8(decrypter.decrypt(&jwe).unwrap().into_plaintext()).unwrap();
        verify(&provider, &jws).unwrap().1
    };
    let answer = provider.authorize(login_url(&provider, &[("response_mode", "jwt")]));
    let response = opened(&answer.parameter("response").unwrap());
    assert_eq!(response["state"], "the-state");
    let document = json(&redeem(&provider, response["code"].as_str().unwrap()));
    assert_eq!(opened(document["id_token"].as_str().unwrap())["nonce"], "the-nonce");
    let userinfo = bearer(get(provider.address(ProviderEndpoint::UserInfo)), document["access_token"].as_str().unwrap());
    let userinfo = provider.send_blocking(userinfo).unwrap();
    assert_eq!(opened(std::str::from_utf8(userinfo.body()).unwrap())["sub"], "alice");
}

#[test]
fn a_resource_says_where_to_read_what_it_wants() {
    let provider = TestProvider::builder().issuer("https://idp.test/tenant").user(TestUser::new("alice")).build();
    let metadata = "https://idp.test/.well-known/oauth-protected-resource/tenant/resource";
    assert_eq!(provider.address(ProviderEndpoint::ResourceMetadata), metadata);
    let refused = ask(&provider, ProviderEndpoint::Resource).unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.headers()["www-authenticate"].to_str().unwrap()),
        (401, format!("Bearer resource_metadata=\"{metadata}\"").as_str())
    );
    let document = json(&ask(&provider, ProviderEndpoint::ResourceMetadata).unwrap());
    assert_eq!(document["resource"], "https://idp.test/tenant/resource");
    assert_eq!(document["authorization_servers"], value!(["https://idp.test/tenant"]));
    let call = |token: &str| provider.send_blocking(bearer(get("https://idp.test/tenant/resource"), token)).unwrap();
    assert_eq!(json(&call(provider.access_token_for_user("alice").expose()))["sub"], "alice");
    assert!(call("unknown").headers()["www-authenticate"].to_str().unwrap().ends_with("error=\"invalid_token\""));
    provider.inject(ProviderEndpoint::Resource, Fault::step_up("gold", 60).once());
    let stepped = call(provider.access_token_for_user("alice").expose());
    let challenge = stepped.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("insufficient_user_authentication") && challenge.contains("acr_values=\"gold\", max_age=\"60\""));
}

//! What each response type brings, and how its parts are bound together.

use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient, TestProvider, TestUser};

use super::support::*;

#[test]
fn each_response_type_brings_its_parts() {
    let provider = TestProvider::new();
    for response_type in ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token", "id_token code"] {
        let answer = provider.authorize(login_url(&provider, &[("response_type", response_type)]));
        let has = |part: &str| response_type.split(' ').any(|word| word == part);
        assert_eq!(answer.location().contains("/cb#"), response_type != "code", "{response_type}");
        assert_eq!(answer.parameter("code").is_some(), has("code"), "{response_type}");
        assert_eq!(answer.parameter("access_token").is_some(), has("token"), "{response_type}");
        assert_eq!(answer.parameter("token_type").is_some(), has("token"), "{response_type}");
        assert_eq!(answer.parameter("id_token").is_some(), has("id_token"), "{response_type}");
        assert_eq!(answer.parameter("state").as_deref(), Some("the-state"), "{response_type}");
        let Some(id_token) = answer.parameter("id_token") else { continue };
        let (_, claims) = verify(&provider, &id_token).unwrap();
        assert_eq!(claims["nonce"], "the-nonce");
        let hash = |name: &str| claims[name].as_str().map(str::to_owned);
        assert_eq!(hash("c_hash"), answer.parameter("code").map(|code| half_hash(&code)), "{response_type}");
        assert_eq!(hash("at_hash"), answer.parameter("access_token").map(|token| half_hash(&token)), "{response_type}");
        assert_eq!(hash("s_hash"), has("code").then(|| half_hash("the-state")), "{response_type}");
        if let Some(code) = answer.parameter("code") {
            let second = id_token_claims(&provider, &code);
            assert_eq!((&second["sub"], &second["sid"]), (&claims["sub"], &claims["sid"]));
        }
    }
}

#[test]
fn an_id_token_alone_holds_what_userinfo_would_say() {
    let provider = TestProvider::new();
    let claims = |response_type: &str| {
        let answer = provider.authorize(login_url(&provider, &[("response_type", response_type), ("scope", "openid email")]));
        verify(&provider, &answer.parameter("id_token").unwrap()).unwrap().1
    };
    assert_eq!(claims("id_token")["email"], "alice@idp.test");
    assert_eq!(claims("id_token").get("name"), None);
    assert_eq!(claims("code id_token").get("email"), None);
}

#[test]
fn forgeries_of_the_front_channel_leave_the_token_endpoint_alone() {
    let provider = TestProvider::new();
    let forgery = Forgery::claim("c_hash", "AAAAAAAAAAAAAAAAAAAAAA");
    provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::IdToken, forgery));
    let answer = provider.authorize(login_url(&provider, &[("response_type", "code id_token")]));
    assert_eq!(verify(&provider, &answer.parameter("id_token").unwrap()).unwrap().1["c_hash"], "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(id_token_claims(&provider, &answer.parameter("code").unwrap()).get("c_hash"), None);
}

#[test]
fn keys_may_rotate_just_before_the_token_is_signed() {
    let provider = TestProvider::new();
    let before = provider.key_ids();
    let code = provider.authorize(login_url(&provider, &[])).parameter("code").unwrap();
    provider.inject(ProviderEndpoint::Token, Fault::rotate_keys().once());
    let document = json(&redeem(&provider, &code));
    let (header, _) = verify(&provider, document["id_token"].as_str().unwrap()).unwrap();
    assert!(!before.contains(&header["kid"].as_str().unwrap().to_owned()));
}

#[test]
fn a_client_chooses_what_its_id_tokens_are_signed_with() {
    let secret = "a-secret-of-more-than-thirty-two-bytes";
    let client = |algorithm| TestClient::new("client").secret(secret).id_token_signed_with(algorithm);
    for (algorithm, name) in [(SignatureAlgorithm::ES256, "ES256"), (SignatureAlgorithm::HS256, "HS256")] {
        let provider = TestProvider::builder().client(client(algorithm)).user(TestUser::new("alice")).build();
        let token = || provider.authorize(login_url(&provider, &[("response_type", "id_token")])).parameter("id_token").unwrap();
        let key = identity_model::jose::JsonWebKey::from_secret(secret.as_bytes()).unwrap();
        let verifier = identity_model::jose::JwsVerifier::new([SignatureAlgorithm::HS256]).unwrap();
        let verified = |text: &str| {
            let jws = identity_model::jose::CompactJws::parse(text, Default::default()).unwrap();
            assert_eq!(jws.header().algorithm_name(), name);
            if name == "HS256" { verifier.verify_with_key(&jws, &key).is_ok() } else { verify(&provider, text).is_ok() }
        };
        assert!(verified(&token()), "{name}");
        for forgery in [Forgery::WrongSignature, Forgery::WrongKey] {
            provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::IdToken, forgery.clone()).once());
            assert!(!verified(&token()), "{name} {forgery:?}");
        }
    }
}

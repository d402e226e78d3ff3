//! What was registered about signatures and encryption decides, then the metadata, then the default; never the token (rule J3).

use identity_model::client::{LoginSession, OidcClient};
use identity_model::constants::metadata;
use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint};
use identity_model::{Error, ErrorKind};
use serde_json::json;

use super::support::{Both, House, SECRET, USER, both, facts};

/// A session by a device login of this client.
async fn session(house: &House, client: Result<OidcClient, Error>) -> Result<(Both, LoginSession), Error> {
    let client = client?;
    let begun = client.device_login(["openid", "profile"]).await?;
    house.provider.approve_device(begun.authorization().user_code(), USER);
    let login = client.finish_device_login(begun).await?;
    Ok((Both::of(client), login.into_session()))
}

#[tokio::test]
async fn j3_the_registered_algorithm_counts_before_the_metadata() {
    let house = House::new();
    session(&house, begun!(house).id_token_signed_response_alg(SignatureAlgorithm::RS256).build()).await.unwrap();
    let error = session(&house, begun!(house).id_token_signed_response_alg(SignatureAlgorithm::ES256).build()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "algorithm_not_allowed"));
}

#[tokio::test]
async fn j3_the_metadata_count_before_the_default() {
    let list = metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED;
    let house = House::with(|provider| provider.metadata(list, json!(["ES256"])));
    let error = session(&house, begun!(house).build()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "algorithm_not_allowed"), "it signs with RS256 all the same");

    let house = House::with(|provider| provider.algorithms([SignatureAlgorithm::ES256]).metadata(list, json!(null)));
    let policy = identity_model::DiscoveryPolicy::builder();
    let policy = policy.metadata_profile(identity_model::protocol::discovery::MetadataProfile::KeysOnly).build();
    let error = session(&house, begun!(house).policy(policy).build()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "algorithm_not_allowed"), "nothing stated: RS256 alone");
}

#[tokio::test]
async fn j4_neither_none_nor_hmac_is_taken_from_the_metadata() {
    let list = metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED;
    let house = House::with(|provider| provider.metadata(list, json!(["none", "HS256"])));
    let error = session(&house, begun!(house).build()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "no_common_algorithm"));
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0], "no token is asked for that could not be judged");
}

#[tokio::test]
async fn j4_hmac_is_verified_with_the_secret_where_it_was_registered() {
    use identity_model::jose::{JwsHeader, PrivateKey, sign_compact_blocking};
    let house = House::new();
    let signed_with = |secret: &str| {
        let signer = PrivateKey::from_secret(secret.as_bytes()).unwrap().signer(SignatureAlgorithm::HS256).unwrap();
        let claims = json!({"iss": "https://idp.test", "sub": USER, "aud": "web", "iat": 1_750_000_000, "exp": 1_750_000_300});
        sign_compact_blocking(&JwsHeader::new(), claims.to_string().as_bytes(), &signer).unwrap()
    };
    let builder = || begun!(house).id_token_signed_response_alg(SignatureAlgorithm::HS256);
    house.provider.inject(ProviderEndpoint::Token, Fault::none().once());
    house.provider.clear_faults();
    house.provider.inject(ProviderEndpoint::Token, Fault::member("id_token", signed_with(SECRET)).once());
    session(&house, builder().build()).await.unwrap();
    house.provider.inject(ProviderEndpoint::Token, Fault::member("id_token", signed_with("another-secret-of-32-characters!")).once());
    let error = session(&house, builder().build()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Key), "{error:?}");

    let public = anonymous!(house).id_token_signed_response_alg(SignatureAlgorithm::HS256).build().unwrap();
    let minted = house.provider.mint_id_token(|token| token);
    house.provider.inject(ProviderEndpoint::Token, Fault::member("id_token", minted.expose()));
    let error = public.client_credentials(["reports:read"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "a public client gets no token for itself: {error}");
}

#[tokio::test]
async fn u2_u4_signed_userinfo_is_demanded_where_it_was_registered_and_follows_rotation() {
    let house = House::with(|provider| provider.signed_userinfo(SignatureAlgorithm::RS256));
    let (client, kept) = session(&house, begun!(house).userinfo_signed_response_alg(SignatureAlgorithm::RS256).build()).await.unwrap();
    for outcome in both!(client, userinfo(&kept)) {
        assert_eq!(outcome.unwrap().try_get_str("name"), Some("Alice"));
    }
    house.clock.advance(std::time::Duration::from_secs(10));
    house.provider.rotate_keys();
    let before = house.provider.requests(ProviderEndpoint::UserInfo);
    for outcome in both!(client, userinfo(&kept)) {
        outcome.unwrap();
    }
    assert_eq!(house.provider.requests(ProviderEndpoint::UserInfo) - before, 2, "each answer is read once and verified after");
    house.provider.inject(ProviderEndpoint::UserInfo, Fault::forge(ForgedKind::UserInfo, Forgery::WrongSignature));
    for outcome in both!(client, userinfo(&kept)) {
        assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::Validation | ErrorKind::Key));
    }
    house.provider.clear_faults();
    let json = Fault::content_type("application/json").and(Fault::body(r#"{"sub":"alice"}"#));
    house.provider.inject(ProviderEndpoint::UserInfo, json);
    for outcome in both!(client, userinfo(&kept)) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Http);
    }
}

#[tokio::test]
async fn u4_userinfo_as_a_token_is_refused_where_none_was_registered() {
    let house = House::with(|provider| provider.signed_userinfo(SignatureAlgorithm::RS256));
    let (client, kept) = session(&house, begun!(house).build()).await.unwrap();
    for outcome in both!(client, userinfo(&kept)) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Http);
    }
}

#[tokio::test]
async fn n3_signed_introspection_is_demanded_and_verified_where_it_was_registered() {
    let house = House::new();
    let (client, kept) = session(&house, begun!(house).introspection_signed_response_alg(SignatureAlgorithm::RS256).build()).await.unwrap();
    let token = kept.access_token().unwrap();
    for outcome in both!(client, introspect(token)) {
        assert!(outcome.unwrap().signed_response().is_some());
    }
    house.provider.inject(ProviderEndpoint::Introspection, Fault::forge(ForgedKind::Introspection, Forgery::WrongSignature));
    for outcome in both!(client, introspect(token)) {
        assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::Validation | ErrorKind::Key));
    }
}

#[tokio::test]
async fn i5_i6_auth_time_is_demanded_where_it_was_registered() {
    let house = House::new();
    let error = session(&house, begun!(house).require_auth_time(true).build()).await.unwrap_err();
    assert_eq!(error.validation().unwrap().claim(), Some("auth_time"));
    let max_age = std::time::Duration::from_secs(60);
    let error = session(&house, begun!(house).default_max_age(max_age).build()).await.unwrap_err();
    assert_eq!(error.validation().unwrap().claim(), Some("auth_time"));
    let old = Forgery::claim("auth_time", 1_750_000_000 - 1000);
    house.provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, old));
    let error = session(&house, begun!(house).default_max_age(max_age).build()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "authentication_too_old"));
    session(&house, begun!(house).require_auth_time(true).build()).await.unwrap();
}

#[test]
fn settings_that_cannot_work_are_refused_when_the_client_is_built() {
    use identity_model::jose::{ContentEncryptionAlgorithm as Content, KeyManagementAlgorithm as Management};
    let house = House::new();
    let refusals = [
        begun!(house).redirect_uri("/callback").build(),
        begun!(house).post_logout_redirect_uri("app.example.com").build(),
        begun!(house).id_token_encrypted_response(Management::RSA_OAEP_256, Content::A256GCM).build(),
        unregistered!(house).client_id("").build(),
        identity_model::client::OidcClient::builder()
            .provider(identity_model::DiscoveryPolicy::strict())
            .client_id("web")
            .http(house.provider.clone())
            .build(),
    ];
    let members = ["redirect_uri", "post_logout_redirect_uri", "id_token_encrypted_response", "client_id", "issuer"];
    for (refusal, member) in refusals.into_iter().zip(members) {
        let error = refusal.unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"));
        assert!(error.to_string().starts_with(&format!("configuration error: `{member}`")), "{error}");
    }
}

#[test]
fn a_preset_brings_its_authority_along() {
    let house = House::new();
    let builder = identity_model::client::OidcClient::builder().provider(identity_model::DiscoveryPolicy::google());
    let client = builder.client_id("web").http(house.provider.clone()).build().unwrap();
    assert_eq!(client.keys().authority(), "https://accounts.google.com");
}

#[tokio::test]
async fn s_alg_changes_an_algorithm_outside_of_the_kept_metadata_asks_for_them_once() {
    let house = House::new();
    let list = metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED;
    for is_blocking in [false, true] {
        let (_, kept) = session(&house, begun!(house).build()).await.unwrap();
        // A client that read the metadata before the provider changed its algorithm.
        house.provider.inject(ProviderEndpoint::Discovery, Fault::member(list, json!(["ES256"])).once());
        let client = Both::of(begun!(house).build().unwrap());
        let asked = house.provider.requests(ProviderEndpoint::Discovery);
        let renewed = match is_blocking {
            false => client.asynchronous.refresh(&kept).await,
            true => client.blocking.refresh(&kept),
        };
        let renewed = renewed.unwrap().session().cloned().unwrap();
        assert_eq!(house.provider.requests(ProviderEndpoint::Discovery), asked + 2, "at first, and for the algorithm");

        // What the metadata do not state after that either stays rejected, and is not asked about again.
        house.provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::AlgorithmNone).once());
        assert_ne!(client.asynchronous.refresh(&renewed).await.unwrap_err().kind(), ErrorKind::Transport);
        assert_eq!(house.provider.requests(ProviderEndpoint::Discovery), asked + 2, "the cool-down");
    }
}

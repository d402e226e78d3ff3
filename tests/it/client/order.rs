//! What is spent, when, and by which policy: a code, a login, a secret go out once, and not before what judges the response is there.

use std::time::Duration;

use identity_model::client::{LoginOptions, LoginSession};
use identity_model::jose::PrivateKey;
use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::authorize::{LoginTransaction, ResponseMode, ResponseType};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, RefreshTokens, TestProviderBuilder};
use identity_model::{DiscoveryPolicy, ErrorKind};
use serde_json::{Value, json};

use super::login::{callback, id_token};
use super::support::{Both, House, REDIRECT, SECRET, USER, both, facts};

/// Logs in by one face and hands out what is kept.
async fn session(house: &House, client: &Both, options: LoginOptions) -> LoginSession {
    let begun = client.asynchronous.begin_login(options).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    client.asynchronous.finish_login(begun.transaction, callback).await.unwrap().into_session()
}

fn client(house: &House) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap())
}

#[tokio::test]
async fn a_login_is_used_up_only_once_its_signed_answer_or_its_front_token_was_verified() {
    let forged = |kind| Fault::forge(kind, Forgery::WrongSignature);
    for (options, kind) in [
        (LoginOptions::new().response_mode(ResponseMode::Jwt), ForgedKind::AuthorizationResponse),
        (LoginOptions::new().response_type(ResponseType::CodeIdToken), ForgedKind::IdToken),
        (LoginOptions::new().response_type(ResponseType::IdToken), ForgedKind::IdToken),
    ] {
        let house = House::new();
        let client = client(&house);
        let begun = client.asynchronous.begin_login(options.pushed(false)).await.unwrap();
        let kept = serde_json::to_string(&begun.transaction).unwrap();
        let kept = || serde_json::from_str::<LoginTransaction>(&kept).unwrap();
        house.provider.inject(ProviderEndpoint::Authorization, forged(kind).times(2));
        for blocking in [false, true] {
            let strangers = callback(&house.provider.authorize(&begun.url));
            let outcome = match blocking {
                false => client.asynchronous.finish_login(kept(), strangers).await,
                true => client.blocking.finish_login(kept(), strangers),
            };
            assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::Validation | ErrorKind::Key), "{kind:?}");
        }
        let right = callback(&house.provider.authorize(&begun.url));
        client.asynchronous.finish_login(kept(), right).await.unwrap_or_else(|error| panic!("{kind:?}: {error:?}"));
    }
}

/// The ends of the addresses that were asked, in order.
fn asked(house: &House) -> Vec<String> {
    house.provider.recorded().iter().map(|request| request.url().rsplit('/').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_keys_are_there_before_a_code_of_any_kind_is_spent() {
    for response_type in [ResponseType::Code, ResponseType::CodeIdToken] {
        let house = House::new();
        let options = LoginOptions::new().response_type(response_type);
        let begun = client(&house).asynchronous.begin_login(options).await.unwrap();
        let callback = callback(&house.provider.authorize(&begun.url));
        house.provider.clear_recorded();
        client(&house).asynchronous.finish_login(begun.transaction, callback).await.unwrap();
        assert_eq!(asked(&house), ["openid-configuration", "jwks", "token"], "{response_type}");
    }
    let house = House::new();
    let begun = house.client().asynchronous.device_login(["openid"]).await.unwrap();
    house.provider.approve_device(begun.authorization().user_code(), USER);
    house.provider.clear_recorded();
    house.client().blocking.finish_device_login(begun).unwrap();
    assert_eq!(asked(&house), ["openid-configuration", "jwks", "token"]);
}

#[tokio::test]
async fn o_order_a_code_is_not_spent_while_the_keys_cannot_be_fetched() {
    for (response_type, response_mode) in
        [(ResponseType::Code, None), (ResponseType::CodeIdToken, None), (ResponseType::Code, Some(ResponseMode::Jwt))]
    {
        let house = House::new();
        let builder = || begun!(house).redirect_uri(REDIRECT).response_type(response_type).maybe_response_mode(response_mode);
        let begun = builder().build().unwrap().begin_login(LoginOptions::new()).await.unwrap();
        let callback = callback(&house.provider.authorize(&begun.url));
        let kept = serde_json::to_string(&begun.transaction).unwrap();
        let kept = || serde_json::from_str::<LoginTransaction>(&kept).unwrap();
        house.provider.inject(ProviderEndpoint::Jwks, Fault::status(503));
        let cold = Both::of(builder().build().unwrap());
        for error in both!(cold, finish_login(kept(), callback.clone())).map(|outcome| outcome.unwrap_err()) {
            assert!(error.is_retryable(), "{error:?}");
        }
        assert_eq!(house.requests([ProviderEndpoint::Token]), [0], "{response_type}");
        house.provider.clear_faults();
        house.clock.advance(Duration::from_secs(30));
        // The very same callback is good once the keys are there.
        assert_eq!(cold.asynchronous.finish_login(kept(), callback).await.unwrap().subject(), USER, "{response_type}");
    }
}

#[tokio::test]
async fn o_order_nothing_that_can_be_spent_is_spent_while_the_keys_cannot_be_fetched() {
    let house = House::new();
    let kept = session(&house, &client(&house), LoginOptions::new()).await;
    let begun = house.client().asynchronous.device_login(["openid"]).await.unwrap();
    house.provider.approve_device(begun.authorization().user_code(), USER);
    house.provider.clear_recorded();
    house.provider.inject(ProviderEndpoint::Jwks, Fault::status(503));
    let cold = house.client();
    for error in both!(cold, refresh(&kept)).map(|outcome| outcome.unwrap_err()) {
        assert!(error.is_retryable(), "{error:?}");
    }
    for error in both!(cold, finish_device_login(begun.clone())).map(|outcome| outcome.unwrap_err()) {
        assert!(error.is_retryable(), "{error:?}");
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
    house.provider.clear_faults();
    house.clock.advance(Duration::from_secs(30));
    cold.asynchronous.refresh(&kept).await.unwrap();
    cold.blocking.finish_device_login(begun).unwrap();
}

#[tokio::test]
async fn the_policy_of_the_document_is_that_of_every_request_of_a_login() {
    let house = House::with(|provider| provider.issuer("http://idp.test"));
    let policy = DiscoveryPolicy::builder().danger_allow_http().build();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).policy(policy).load_user_info(true).build().unwrap());
    for response_type in [ResponseType::Code, ResponseType::CodeIdToken] {
        session(&house, &client, LoginOptions::new().response_type(response_type)).await;
    }
    assert_eq!(house.requests([ProviderEndpoint::Token, ProviderEndpoint::UserInfo]), [2, 2]);
}

#[tokio::test]
async fn what_came_with_a_login_stays_in_its_session() {
    for (response_type, has_token) in [
        (ResponseType::Code, true),
        (ResponseType::CodeIdToken, true),
        (ResponseType::DangerIdTokenToken, true),
        (ResponseType::IdToken, false),
    ] {
        let house = House::new();
        let client = client(&house);
        let begun = client.asynchronous.begin_login(LoginOptions::new().response_type(response_type)).await.unwrap();
        let answer = house.provider.authorize(&begun.url);
        let login = client.asynchronous.finish_login(begun.transaction, callback(&answer)).await.unwrap();
        let session = login.session();
        assert!(session.session_state().is_some(), "{response_type}");
        assert_eq!(session.session_state().map(str::to_owned), answer.parameter("session_state"), "{response_type}");
        let in_an_hour = house.environment.clock().now() + Duration::from_secs(3600);
        assert_eq!(session.expires_at(), has_token.then_some(in_an_hour), "{response_type}");
        assert_eq!(session.access_token().is_some(), has_token, "{response_type}");
    }
}

#[tokio::test]
async fn i13_the_nonce_of_the_login_is_kept_for_every_refresh() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let client = client(&house);
    let mut kept = session(&house, &client, LoginOptions::new()).await;
    let state = kept.session_state().unwrap().to_owned();
    let claims: Value = serde_json::from_str(kept.claims_json()).unwrap();
    for round in 0..2 {
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Token, id_token("nonce", Some(json!("another"))));
        for outcome in both!(client, refresh(&kept)) {
            let error = outcome.unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Validation, "previous_token_mismatch"), "{round}");
            assert_eq!(error.validation().unwrap().claim(), Some("nonce"));
        }
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Token, id_token("nonce", Some(claims["nonce"].clone())));
        for outcome in both!(client, refresh(&kept)) {
            outcome.unwrap();
        }
        // The provider leaves the nonce out, and the next one is still held against the login's.
        house.provider.clear_faults();
        kept = client.asynchronous.refresh(&kept).await.unwrap().into_session().unwrap();
        assert_eq!(kept.session_state(), Some(state.as_str()));
    }
}

#[tokio::test]
async fn a_refresh_with_an_id_token_and_without_a_refresh_token_leaves_the_old_one_in_force() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let client = client(&house);
    let kept = session(&house, &client, LoginOptions::new()).await;
    for outcome in both!(client, refresh(&kept)) {
        let refreshed = outcome.unwrap();
        assert!(refreshed.id_token().is_some() && refreshed.tokens().refresh_token().is_none());
        let renewed = refreshed.into_session().unwrap();
        assert_ne!(renewed.id_token(), kept.id_token());
        assert_eq!(renewed.refresh_token(), kept.refresh_token());
        client.asynchronous.refresh(&renewed).await.unwrap();
    }
}

#[tokio::test]
async fn i4_a_nonce_out_of_nowhere_ends_a_device_login() {
    let house = House::new();
    let client = house.client();
    let begin = async || {
        let begun = client.asynchronous.device_login(["openid"]).await.unwrap();
        house.provider.approve_device(begun.authorization().user_code(), USER);
        begun
    };
    house.provider.inject(ProviderEndpoint::Token, id_token("nonce", Some(json!("n"))));
    let (first, second) = (begin().await, begin().await);
    let outcomes = [client.asynchronous.finish_device_login(first).await, client.blocking.finish_device_login(second)];
    for outcome in outcomes {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "nonce_unexpected"));
    }
}

/// A client as the server registered it, with what the server made of it.
async fn registered(house: &House, member: &str, value: Value) -> identity_model::protocol::registration::RegistrationResponse {
    house.provider.inject(ProviderEndpoint::Registration, Fault::member(member, value).once());
    let metadata = ClientMetadata::builder().redirect_uris([REDIRECT]).build();
    house.client().asynchronous.register(metadata, None).await.unwrap()
}

#[tokio::test]
async fn i5_require_auth_time_of_a_registration_counts_on_every_channel() {
    let house = House::new();
    let registration = registered(&house, "require_auth_time", json!(true)).await;
    let client = unregistered!(house).redirect_uri(REDIRECT).from_registration(registration).build().unwrap();
    for response_type in [ResponseType::Code, ResponseType::CodeIdToken, ResponseType::IdToken] {
        let begun = client.begin_login(LoginOptions::new().response_type(response_type)).await.unwrap();
        let callback = callback(&house.provider.authorize(&begun.url));
        let error = client.finish_login(begun.transaction, callback).await.unwrap_err();
        assert_eq!(error.validation().and_then(|error| error.claim()), Some("auth_time"), "{response_type}: {error:?}");
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [1], "on the front channel before the code is redeemed");
}

fn aliases(provider: TestProviderBuilder) -> TestProviderBuilder {
    let aliases = json!({
        "token_endpoint": "https://mtls.idp.test/token", "registration_endpoint": "https://mtls.idp.test/register",
        "userinfo_endpoint": "https://mtls.idp.test/userinfo", "jwks_uri": "https://mtls.idp.test/jwks",
    });
    provider.metadata("mtls_endpoint_aliases", aliases)
}

#[tokio::test]
async fn d6_who_authenticates_by_certificate_goes_to_the_aliases_however_that_was_settled() {
    let house = House::with(aliases);
    let policy = DiscoveryPolicy::builder().additional_endpoint_base_address("https://mtls.idp.test").build();
    let by_setting = |method| anonymous!(house).policy(policy.clone()).authentication(method).build().unwrap();
    let mut clients = vec![
        ("tls_client_auth", by_setting(ClientAuthentication::tls_client_auth())),
        ("self_signed", by_setting(ClientAuthentication::self_signed_tls())),
    ];
    for (member, value) in [
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("self_signed_tls_client_auth")),
        ("use_mtls_endpoint_aliases", json!(true)),
        ("tls_client_certificate_bound_access_tokens", json!(true)),
    ] {
        let registration = registered(&house, member, value).await;
        clients.push((member, unregistered!(house).policy(policy.clone()).from_registration(registration).build().unwrap()));
    }
    for (what, client) in clients {
        for outcome in both!(Both::of(client.clone()), client_credentials(["reports:read"])) {
            assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Transport, "connect"), "{what}: the provider is not at the alias");
        }
        let request = || UserInfoRequest::builder().access_token("token").expected_subject(USER);
        for outcome in both!(Both::of(client.clone()), userinfo(request())) {
            assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Transport, "connect"), "{what}: nor is UserInfo");
        }
        client.keys().refresh().await.unwrap_or_else(|error| panic!("{what}: keys have no alias: {error}"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn g2_the_registered_authentication_counts_and_not_the_one_that_was_set() {
    let house = House::new();
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    for (method, jwks, expected) in
        [("client_secret_post", None, "client_secret"), ("private_key_jwt", Some(json!({ "keys": [public] })), "client_assertion")]
    {
        let metadata = ClientMetadata::builder().redirect_uris([REDIRECT]).token_endpoint_auth_method(method).maybe_jwks(jwks).build();
        let registration = house.client().asynchronous.register(metadata, None).await.unwrap();
        let builder = unregistered!(house).from_registration(registration).authentication(ClientAuthentication::secret_basic(SECRET));
        let client = Both::of(builder.client_key(key.signer(SignatureAlgorithm::ES256).unwrap()).build().unwrap());
        for outcome in both!(client, client_credentials(["reports:read"])) {
            outcome.unwrap();
            assert!(house.last_parameter(ProviderEndpoint::Token, expected).is_some(), "{method}");
            assert_eq!(house.provider.recorded_at(ProviderEndpoint::Token).last().unwrap().header("authorization"), None, "{method}");
        }
    }
}

//! The login through the browser, from its beginning to its end.

use std::time::Duration;

use identity_model::cache::CacheSettings;
use identity_model::client::{LoginOptions, LoginSession};
use identity_model::encoding::challenge::Challenge;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{
    BegunLogin, Callback, LoginTransaction, Prompt, RequestObjectSettings, ResponseMode, ResponseType, StepUp, ThirdPartyLogin,
};
use identity_model::testing::{Authorized, ProviderEndpoint, TestClient};
use identity_model::{Error, ErrorKind};
use serde_json::{Value, json};

use super::support::{Both, CLIENT, House, REDIRECT, SECRET, USER, facts};

/// The callback, wherever the provider put it.
pub(super) fn callback(answer: &Authorized) -> Callback {
    if answer.redirect().is_some() {
        return Callback::from_url(answer.location()).unwrap();
    }
    let media_type = Some("application/x-www-form-urlencoded");
    Callback::from_form(&http::Method::POST, media_type, answer.form_body().as_bytes()).unwrap()
}

/// A whole login, by the face that is asked for.
async fn login(house: &House, client: &Both, blocking: bool, options: LoginOptions) -> Result<LoginSession, Error> {
    let begun = match blocking {
        false => client.asynchronous.begin_login(options).await?,
        true => client.blocking.begin_login(options)?,
    };
    let callback = callback(&house.provider.authorize(&begun.url));
    let login = match blocking {
        false => client.asynchronous.finish_login(begun.transaction, callback).await?,
        true => client.blocking.finish_login(begun.transaction, callback)?,
    };
    assert_eq!(login.id_token().subject(), Some(login.subject()));
    Ok(login.into_session())
}

fn query(begun: &BegunLogin, name: &str) -> Option<String> {
    begun.url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// What was pushed for this login.
fn pushed(house: &House, begun: &BegunLogin) -> Vec<(String, String)> {
    house.provider.take_pushed_authorization(&query(begun, "request_uri").unwrap()).unwrap()
}

fn value<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn a_user_logs_in_and_out_with_a_few_lines() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).scope(["profile", "email"]).build().unwrap());
    for blocking in [false, true] {
        let session = login(&house, &client, blocking, LoginOptions::new()).await.unwrap();
        assert_eq!((session.subject(), session.client_id()), (USER, CLIENT));
        assert_eq!(session.granted_scope(), ["openid", "profile", "email"]);
        assert!(session.access_token().is_some() && session.refresh_token().is_some() && session.expires_at().is_some());
    }
    assert_eq!(house.requests([ProviderEndpoint::Discovery, ProviderEndpoint::Jwks]), [1, 1]);
}

#[tokio::test]
async fn a_login_goes_on_in_another_instance_of_the_application() {
    let house = House::new();
    let builder = || begun!(house).redirect_uri(REDIRECT);
    let begun = builder().build().unwrap().begin_login(LoginOptions::new()).await.unwrap();
    let kept = serde_json::to_string(&begun.transaction).unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let transaction: LoginTransaction = serde_json::from_str(&kept).unwrap();
    let login = builder().build_blocking().unwrap().finish_login(transaction, callback).unwrap();
    assert_eq!(login.subject(), USER);
}

#[tokio::test]
async fn r7_the_request_is_pushed_where_the_provider_offers_it() {
    let house = House::new();
    let begin = async |options: LoginOptions| {
        let client = begun!(house).redirect_uri(REDIRECT).build().unwrap();
        client.begin_login(options).await.unwrap()
    };
    let begun = begin(LoginOptions::new().prompt([Prompt::Login]).login_hint("alice")).await;
    assert_eq!(begun.url.query_pairs().count(), 2, "client_id and request_uri alone: {}", begun.url.path());
    let parameters = pushed(&house, &begun);
    assert_eq!(value(&parameters, "prompt"), Some("login"));
    assert_eq!(value(&parameters, "login_hint"), Some("alice"));
    assert_eq!(value(&parameters, "code_challenge_method"), Some("S256"));
    let [request] = &house.provider.recorded_at(ProviderEndpoint::PushedAuthorization)[..] else { panic!("one push") };
    assert!(request.header("authorization").is_some(), "a pushed request is authenticated");

    let begun = begin(LoginOptions::new().pushed(false)).await;
    assert!(query(&begun, "request_uri").is_none() && query(&begun, "state").is_some());
}

#[tokio::test]
async fn r7_a_provider_that_demands_what_the_client_cannot_is_refused() {
    let house = House::with(|provider| provider.require_pushed_authorization());
    let client = begun!(house).redirect_uri(REDIRECT).pushed(false).build().unwrap();
    assert_eq!(client.begin_login(LoginOptions::new()).await.unwrap_err().kind(), ErrorKind::Configuration);

    let house = House::with(|provider| provider.require_signed_request_objects());
    let client = begun!(house).redirect_uri(REDIRECT).build().unwrap();
    assert_eq!(client.begin_login(LoginOptions::new()).await.unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(house.requests([ProviderEndpoint::PushedAuthorization]), [0]);
}

#[tokio::test]
async fn r4_a_signed_request_object_goes_along_and_the_login_ends_well() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    for pushed in [true, false] {
        let house = House::with(|provider| {
            let client = TestClient::new(CLIENT).secret(SECRET).public_key(public.clone());
            provider.client(client).require_signed_request_objects()
        });
        let settings = RequestObjectSettings::signed(key.signer(SignatureAlgorithm::ES256).unwrap());
        let builder = begun!(house).redirect_uri(REDIRECT).request_object(settings).pushed(pushed);
        let client = Both::of(builder.build().unwrap());
        for blocking in [false, true] {
            assert_eq!(login(&house, &client, blocking, LoginOptions::new()).await.unwrap().subject(), USER);
        }
    }
}

#[tokio::test]
async fn every_response_mode_and_every_response_type_that_logs_in() {
    let house = House::new();
    let types = [
        (ResponseType::Code, &[None, Some(ResponseMode::Query), Some(ResponseMode::Fragment), Some(ResponseMode::FormPost)][..]),
        (ResponseType::Code, &[Some(ResponseMode::Jwt), Some(ResponseMode::QueryJwt), Some(ResponseMode::FormPostJwt)]),
        (ResponseType::IdToken, &[None, Some(ResponseMode::FormPost)]),
        (ResponseType::CodeIdToken, &[None, Some(ResponseMode::FormPost)]),
        (ResponseType::DangerCodeIdTokenToken, &[None]),
        (ResponseType::DangerIdTokenToken, &[None]),
    ];
    for (response_type, modes) in types {
        for mode in modes {
            let builder = begun!(house).redirect_uri(REDIRECT).response_type(response_type).maybe_response_mode(*mode);
            let client = Both::of(builder.build().unwrap());
            for blocking in [false, true] {
                let session = login(&house, &client, blocking, LoginOptions::new()).await;
                let session = session.unwrap_or_else(|error| panic!("{response_type} {mode:?}: {error:?}"));
                assert_eq!(session.subject(), USER);
                assert_eq!(session.refresh_token().is_some(), response_type.returns_code(), "{response_type}");
            }
        }
    }
}

#[tokio::test]
async fn j3_the_algorithm_of_signed_answers_is_the_registered_one() {
    let house = House::with(|provider| {
        provider.client(TestClient::new(CLIENT).secret(SECRET).authorization_response_signed_with(SignatureAlgorithm::ES256))
    });
    for (algorithm, expected) in [(SignatureAlgorithm::ES256, None), (SignatureAlgorithm::PS256, Some("algorithm_not_allowed"))] {
        let builder = begun!(house).redirect_uri(REDIRECT).response_mode(ResponseMode::Jwt);
        let client = Both::of(builder.authorization_signed_response_alg(algorithm).build().unwrap());
        for blocking in [false, true] {
            let outcome = login(&house, &client, blocking, LoginOptions::new()).await;
            assert_eq!(outcome.err().map(|error| error.code()), expected);
        }
    }
}

#[tokio::test]
async fn m2_k4_a_key_that_is_not_known_yet_is_looked_for_once() {
    let house = House::new();
    for mode in [None, Some(ResponseMode::Jwt)] {
        let client = Both::of(begun!(house).redirect_uri(REDIRECT).maybe_response_mode(mode).build().unwrap());
        login(&house, &client, false, LoginOptions::new()).await.unwrap();
        house.provider.rotate_keys();
        let before = house.requests([ProviderEndpoint::Jwks]);
        login(&house, &client, false, LoginOptions::new()).await.unwrap();
        assert_eq!(house.requests([ProviderEndpoint::Jwks])[0], before[0] + 1);
    }
}

#[tokio::test]
async fn i7_an_essential_acr_is_asked_for_and_demanded() {
    let house = House::with(|provider| provider.acr_values(["phr"]));
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    for blocking in [false, true] {
        let session = login(&house, &client, blocking, LoginOptions::new().essential_acr(["phr"])).await.unwrap();
        assert_eq!(session.claim("acr").as_deref(), Some("phr"));
        let error = login(&house, &client, blocking, LoginOptions::new().essential_acr(["phrh"])).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Protocol), "{error:?}");
    }
    let begun = client.asynchronous.begin_login(LoginOptions::new().essential_acr(["phr"])).await.unwrap();
    let claims: Value = serde_json::from_str(value(&pushed(&house, &begun), "claims").unwrap()).unwrap();
    assert_eq!(claims, json!({ "id_token": { "acr": { "essential": true, "values": ["phr"] } } }));
}

#[tokio::test]
async fn a_step_up_becomes_the_next_login() {
    let house = House::new();
    let client = begun!(house).redirect_uri(REDIRECT).build().unwrap();
    let line = r#"Bearer error="insufficient_user_authentication", acr_values="phr phrh", max_age="5""#;
    let step_up = StepUp::from_challenges(&Challenge::parse([line])).unwrap().unwrap();
    let begun = client.begin_login(&step_up).await.unwrap();
    let parameters = pushed(&house, &begun);
    assert_eq!((value(&parameters, "acr_values"), value(&parameters, "max_age")), (Some("phr phrh"), Some("5")));
}

#[tokio::test]
async fn i5_i6_max_age_of_a_login_and_of_the_registration() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let hour = Duration::from_secs(3600);
    login(&house, &client, false, LoginOptions::new().max_age(hour)).await.unwrap();
    house.provider.inject(ProviderEndpoint::Token, id_token("auth_time", Some(json!(1_750_000_000 - 7200))));
    let error = login(&house, &client, false, LoginOptions::new().max_age(hour)).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "authentication_too_old"));
    login(&house, &client, false, LoginOptions::new()).await.unwrap();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).default_max_age(hour).build().unwrap());
    let error = login(&house, &client, true, LoginOptions::new()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "authentication_too_old"));
}

/// Forges a claim of the ID token, or leaves it out.
pub(super) fn id_token(claim: &str, value: Option<Value>) -> identity_model::testing::Fault {
    use identity_model::testing::{Fault, ForgedKind, Forgery};
    let forgery = value.map_or_else(|| Forgery::WithoutClaim(claim.to_owned()), |value| Forgery::claim(claim, value));
    Fault::forge(ForgedKind::IdToken, forgery)
}

#[tokio::test]
async fn a_login_that_a_third_party_starts_is_for_the_issuer_that_it_names() {
    let house = House::new();
    let client = begun!(house).redirect_uri(REDIRECT).build().unwrap();
    let endpoint = ThirdPartyLogin::builder().issuers(["https://idp.test", "https://elsewhere.test"]).build();
    let initiated = |issuer: &str| {
        let request = http::Request::get(format!("/start-login?iss={issuer}&login_hint=alice")).body("").unwrap();
        endpoint.read(&request).unwrap()
    };
    let begun = client.begin_login(&initiated("https://idp.test")).await.unwrap();
    assert_eq!(value(&pushed(&house, &begun), "login_hint"), Some("alice"));
    let error = client.begin_login(&initiated("https://elsewhere.test")).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_login"));
    assert_eq!(house.requests([ProviderEndpoint::PushedAuthorization]), [1]);
}

#[tokio::test]
async fn userinfo_comes_with_the_login_where_it_was_wanted() {
    let house = House::new();
    let client = begun!(house).redirect_uri(REDIRECT).scope(["email"]).load_user_info(true).build().unwrap();
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let login = client.finish_login(begun.transaction, callback).await.unwrap();
    assert_eq!(login.user_info().unwrap().try_get_str("email"), Some("alice@example.com"));
    assert_eq!(login.principal().find_first("sub").map(|claim| claim.value()), Some(USER));
}

#[tokio::test]
async fn a_login_without_a_redirect_uri_is_refused_before_anything_is_sent() {
    let house = House::new();
    let client = house.client();
    for error in [
        client.asynchronous.begin_login(LoginOptions::new()).await.unwrap_err(),
        client.blocking.begin_login(LoginOptions::new()).unwrap_err(),
    ] {
        assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Discovery]), [0]);
    client.asynchronous.begin_login(LoginOptions::new().redirect_uri(REDIRECT)).await.unwrap();
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn a_whole_session_over_sockets_login_refresh_userinfo_logout() {
    /// What no fetch takes, however busy the machine.
    const LONG: Duration = Duration::from_secs(300);
    let house = House::with(|provider| provider);
    let listener = house.provider.listen().unwrap();
    let http = identity_model::ReqwestClient::builder().no_proxy().timeout(LONG).build().unwrap();
    let client = identity_model::client::OidcClient::builder()
        .issuer(house.provider.issuer())
        .client_id(CLIENT)
        .client_secret(SECRET)
        .redirect_uri(REDIRECT)
        .post_logout_redirect_uri("https://app.example.com/goodbye")
        .environment(house.environment.clone())
        .cache(CacheSettings::default().with_attempt_timeout(LONG).with_deadline(LONG))
        .http(http)
        .build()
        .unwrap();
    let begun = client.begin_login(LoginOptions::new().scope(["openid", "profile"])).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let session = client.finish_login(begun.transaction, callback).await.unwrap().into_session();
    let session = client.refresh(&session).await.unwrap().into_session().unwrap();
    assert_eq!(client.userinfo(&session).await.unwrap().try_get_str("name"), Some("Alice"));
    let begun = client.begin_logout(&session).await.unwrap();
    assert!(begun.url().starts_with(&house.provider.issuer()));
    drop(listener);
}

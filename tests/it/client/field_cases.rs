//! What real providers and users do to logins, refreshes and logouts: each test is named after its row of the field cases.

use std::sync::{Arc, Mutex};

use identity_model::ErrorKind;
use identity_model::client::{ClaimSource, LoginOptions, LoginSession, LogoutOptions};
use identity_model::jose::{
    ContentEncryptionAlgorithm as Content, DecryptionKeys, JweEncrypter, KeyManagementAlgorithm as Management, KeySelection, PrivateKey,
    SignatureAlgorithm,
};
use identity_model::protocol::authorize::{Callback, ResponseType};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, RefreshTokens, TestClient};
use serde_json::{Value, json};

use super::login::{callback, id_token};
use super::support::{Both, CLIENT, House, REDIRECT, SECRET, USER, both, facts};

fn client(house: &House) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap())
}

async fn login(house: &House, client: &Both, options: LoginOptions) -> Result<identity_model::client::Login, identity_model::Error> {
    let begun = client.asynchronous.begin_login(options).await?;
    let callback = callback(&house.provider.authorize(&begun.url));
    client.asynchronous.finish_login(begun.transaction, callback).await
}

async fn session(house: &House, client: &Both) -> LoginSession {
    login(house, client, LoginOptions::new()).await.unwrap().into_session()
}

/// The ID token of the token endpoint with these claims beside its own.
fn stating(claims: &[(&str, Value)]) -> Fault {
    let forge = |(name, value): &(&str, Value)| Fault::forge(ForgedKind::IdToken, Forgery::claim(*name, value.clone()));
    claims.iter().map(forge).reduce(Fault::and).unwrap()
}

fn pushed(house: &House, name: &str) -> Option<String> {
    house.last_parameter(ProviderEndpoint::PushedAuthorization, name)
}

#[tokio::test]
async fn l_scope_openid_stays_among_the_scopes_of_a_login() {
    let house = House::new();
    let client = client(&house);
    for (asked, sent) in [(&["profile"][..], "openid profile"), (&["email openid"], "email openid"), (&[], "openid")] {
        login(&house, &client, LoginOptions::new().scope(asked.iter().copied())).await.unwrap();
        assert_eq!(pushed(&house, "scope").as_deref(), Some(sent));
    }
}

#[tokio::test]
async fn l_refresh_thin_keeps_what_a_thin_id_token_does_not_repeat() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let client = client(&house);
    let rich = [("name", json!("Alice")), ("email", json!("alice@example.com")), ("groups", json!(["a", "b"])), ("acr", json!("phr"))];
    house.provider.inject(ProviderEndpoint::Token, stating(&rich).once());
    let mut kept = session(&house, &client).await;
    for round in 0..2 {
        kept = client.asynchronous.refresh(&kept).await.unwrap().into_session().unwrap();
        let principal = kept.principal();
        assert_eq!((principal.name(), kept.claim("email").as_deref()), (Some("Alice"), Some("alice@example.com")), "{round}");
        assert_eq!(principal.find_all("groups").map(|claim| claim.value().to_owned()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(kept.claim_source("name"), Some(ClaimSource::EarlierIdToken));
        assert_eq!(kept.claim_source("sub"), Some(ClaimSource::IdToken));
        assert!(!kept.claims_json().contains("Alice"), "the present token says it not");
        assert_eq!(kept.claim_source("c_hash"), None);
        kept = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
    }
    // What the new token says wins, whole.
    house.provider.inject(ProviderEndpoint::Token, stating(&[("groups", json!(["c"])), ("name", json!("Alicia"))]).once());
    let renewed = client.blocking.refresh(&kept).unwrap().into_session().unwrap();
    assert_eq!(renewed.principal().find_all("groups").map(|claim| claim.value().to_owned()).collect::<Vec<_>>(), ["c"]);
    assert_eq!((renewed.claim("name").as_deref(), renewed.claim_source("name")), (Some("Alicia"), Some(ClaimSource::IdToken)));
    assert_eq!(renewed.claim("email").as_deref(), Some("alice@example.com"));
}

#[tokio::test]
async fn l_refresh_thin_claims_about_one_token_do_not_outlive_it() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let client = client(&house);
    house.provider.inject(ProviderEndpoint::Token, stating(&[("jti", json!("one")), ("nbf", json!(1_750_000_000))]).once());
    let kept = session(&house, &client).await;
    assert_eq!(kept.claim("jti").as_deref(), Some("one"));
    let renewed = client.asynchronous.refresh(&kept).await.unwrap().into_session().unwrap();
    assert_eq!((renewed.claim("jti"), renewed.claim_source("nbf")), (None, None));
}

#[tokio::test]
async fn l_userinfo_reaches_the_principal_and_the_session_and_the_id_token_wins() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let builder = begun!(house).redirect_uri(REDIRECT).load_user_info(true).scope(["profile", "email"]);
    let client = Both::of(builder.build().unwrap());
    house.provider.inject(ProviderEndpoint::Token, stating(&[("email", json!("of-the-token@example.com"))]).once());
    let login = login(&house, &client, LoginOptions::new()).await.unwrap();
    assert_eq!(login.principal().name(), Some("Alice"));
    assert_eq!(login.principal().find_all("email").map(|claim| claim.value()).collect::<Vec<_>>(), ["of-the-token@example.com"]);
    assert_eq!(login.id_token().principal().name(), None);
    let session = login.into_session();
    assert_eq!((session.claim_source("name"), session.claim_source("email")), (Some(ClaimSource::UserInfo), Some(ClaimSource::IdToken)));
    assert!(session.user_info_json().unwrap().contains("alice@example.com"));
    let renewed = client.asynchronous.refresh(&session).await.unwrap().into_session().unwrap();
    assert_eq!(renewed.principal().name(), Some("Alice"), "a refresh keeps it");
    assert_eq!(renewed.claim_source("email"), Some(ClaimSource::EarlierIdToken));
}

#[tokio::test]
async fn a_session_holds_every_claim_once() {
    let house = House::new();
    let client = client(&house);
    let kept = session(&house, &client).await;
    let stored = serde_json::to_string(&kept).unwrap();
    let tokens = [kept.id_token().expose(), kept.access_token().unwrap().expose(), kept.refresh_token().unwrap().expose()];
    let of_tokens: usize = tokens.iter().map(|token| token.len()).sum();
    let rest = stored.len() - of_tokens - kept.session_state().unwrap().len();
    assert!(rest < 200, "{rest} octets beside the tokens: {stored}");
    assert_eq!(stored.matches(kept.issuer()).count(), 1, "the provider, and no claim beside the token");
}

/// A client whose ID tokens are encrypted to it.
fn encrypted() -> (House, Both) {
    let key = PrivateKey::generate_for_encryption(Management::ECDH_ES_A128KW).unwrap().with_key_id("enc").unwrap();
    let encrypter = JweEncrypter::new(key.public_jwk(), Management::ECDH_ES_A128KW, Content::A256GCM).unwrap();
    let house = House::with(|provider| provider.client(TestClient::new(CLIENT).secret(SECRET).id_token_encrypted_with(encrypter)));
    let builder = begun!(house).redirect_uri(REDIRECT).decryption_keys(DecryptionKeys::from_keys([key]));
    let builder = builder.id_token_encrypted_response(Management::ECDH_ES_A128KW, Content::A256GCM);
    let client = Both::of(builder.build().unwrap());
    (house, client)
}

#[tokio::test]
async fn o_hint_encrypted_the_hint_is_the_signed_token() {
    let (house, client) = encrypted();
    for response_type in [ResponseType::Code, ResponseType::IdToken] {
        let login = login(&house, &client, LoginOptions::new().response_type(response_type)).await.unwrap();
        let session = login.into_session();
        let hint = session.id_token().expose().to_owned();
        assert_eq!(hint.split('.').count(), 3, "{response_type}");
        let begun = client.asynchronous.begin_logout(&session).await.unwrap();
        assert!(begun.url().contains(&format!("id_token_hint={hint}")), "{}", begun.url());
        if response_type.returns_code() {
            let renewed = client.asynchronous.refresh(&session).await.unwrap().into_session().unwrap();
            assert_eq!(renewed.id_token().expose().split('.').count(), 3);
            assert_ne!(renewed.id_token(), session.id_token());
        }
        let back: LoginSession = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
        assert_eq!((back.subject(), back == session), (USER, true));
    }
}

#[tokio::test]
async fn s_refresh_lost_the_tokens_come_out_with_the_error() {
    let house = House::new();
    let client = client(&house);
    let kept = session(&house, &client).await;
    house.provider.inject(ProviderEndpoint::Token, id_token("sub", Some(json!("mallory"))).once());
    let error = client.asynchronous.refresh(&kept).await.unwrap_err();
    assert_eq!((error.kind(), error.validation().unwrap().claim()), (ErrorKind::Validation, Some("sub")));
    let tokens = error.issued_tokens().unwrap();
    let spent = client.asynchronous.refresh(&kept).await.unwrap_err();
    assert_eq!(spent.oauth_error().unwrap().error(), "invalid_grant", "the old one was spent");
    assert!(spent.issued_tokens().is_none());
    assert_ne!(tokens.refresh_token(), kept.refresh_token());
    let shown = format!("{error} {error:?}");
    for secret in [tokens.refresh_token().unwrap().expose(), tokens.access_token().expose()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn o_order_a_failing_userinfo_does_not_lose_the_tokens() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).load_user_info(true).build().unwrap());
    house.provider.inject(ProviderEndpoint::UserInfo, Fault::error(403, "insufficient_scope").once());
    let error = login(&house, &client, LoginOptions::new()).await.unwrap_err();
    assert_eq!((error.code(), error.oauth_error().unwrap().error()), ("oauth_error", "insufficient_scope"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert!(error.issued_tokens().unwrap().refresh_token().is_some());
    house.provider.inject(ProviderEndpoint::Token, id_token("nonce", Some(json!("another"))));
    let error = login(&house, &client, LoginOptions::new()).await.unwrap_err();
    assert!(error.issued_tokens().is_none(), "who is nobody gets no tokens");
}

#[tokio::test]
async fn s_auth_time_another_one_is_taken_where_that_was_said_and_else_the_tokens_come_out() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    house.provider.inject(ProviderEndpoint::Token, id_token("auth_time", Some(json!(1_749_999_000))).once());
    let strict = client(&house);
    let lenient = Both::of(begun!(house).redirect_uri(REDIRECT).danger_allow_other_auth_time_on_refresh(true).build().unwrap());
    let kept = session(&house, &strict).await;
    house.provider.inject(ProviderEndpoint::Token, id_token("auth_time", Some(json!(1_749_999_900))));
    for error in both!(strict, refresh(&kept)).map(|outcome| outcome.unwrap_err()) {
        assert_eq!(facts(&error), (ErrorKind::Validation, "previous_token_mismatch"));
        assert!(error.issued_tokens().is_some());
    }
    for outcome in both!(lenient, refresh(&kept)) {
        outcome.unwrap();
    }
    house.provider.clear_faults();
    house.provider.inject(ProviderEndpoint::Token, id_token("sub", Some(json!("mallory"))));
    for error in both!(lenient, refresh(&kept)).map(|outcome| outcome.unwrap_err()) {
        assert_eq!(error.validation().unwrap().claim(), Some("sub"), "nothing else is forgiven");
    }
}

#[tokio::test]
async fn l_cognito_logout_a_parameter_of_the_providers_own_goes_with_the_logout() {
    let house = House::new();
    let options = LogoutOptions::anybody().parameter("logout_uri", "https://app.example.com/bye").parameter("response_type", "code");
    for outcome in both!(client(&house), begin_logout(options.clone())) {
        let begun = outcome.unwrap();
        assert!(begun.url().contains("logout_uri=https%3A%2F%2Fapp.example.com%2Fbye"), "{}", begun.url());
        assert!(begun.url().contains("response_type=code") && begun.url().contains("client_id=web"), "{}", begun.url());
    }
}

#[tokio::test]
async fn s_no_return_a_logout_can_leave_out_return_and_hint() {
    let house = House::new();
    let builder = begun!(house).redirect_uri(REDIRECT).post_logout_redirect_uri("https://app.example.com/bye");
    let client = Both::of(builder.build().unwrap());
    let kept = session(&house, &client).await;
    let url = async |options: LogoutOptions| client.asynchronous.begin_logout(options).await.unwrap().url().to_owned();
    let whole = url((&kept).into()).await;
    assert!(whole.contains("post_logout_redirect_uri=") && whole.contains("state=") && whole.contains("id_token_hint="), "{whole}");
    let without = url(LogoutOptions::anybody().without_return()).await;
    assert!(!without.contains("post_logout_redirect_uri") && !without.contains("state="), "{without}");
    let hintless = url(LogoutOptions::session(&kept).without_id_token_hint()).await;
    assert!(!hintless.contains("id_token_hint") && hintless.contains("post_logout_redirect_uri="), "{hintless}");
    let other = url(LogoutOptions::session(&kept).id_token_hint("a.b.c")).await;
    assert!(other.contains("id_token_hint=a.b.c"), "{other}");
}

#[tokio::test]
async fn s_userinfo_none_is_plain_json() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Registration, Fault::member("userinfo_signed_response_alg", "none"));
    let metadata = || ClientMetadata::builder().client_name("Reports").build();
    let client = unregistered!(house).redirect_uri(REDIRECT).load_user_info(true).register(metadata(), None).await.unwrap();
    let login = login(&house, &Both::of(client), LoginOptions::new()).await.unwrap();
    assert_eq!(login.user_info().unwrap().subject(), USER);
    house.provider.clear_faults();
    let unsigned = Fault::member("id_token_signed_response_alg", "none");
    house.provider.inject(ProviderEndpoint::Registration, unsigned);
    let error = unregistered!(house).redirect_uri(REDIRECT).register(metadata(), None).await.unwrap_err();
    assert_eq!(error.code(), "client_configuration", "an ID token is signed");
}

#[tokio::test]
async fn s_register_scope_the_scopes_are_registered_and_left_out_where_they_are_refused() {
    let house = House::new();
    let metadata = || ClientMetadata::builder().client_name("Reports").build();
    let builder = || unregistered!(house).redirect_uri(REDIRECT).scope(["profile"]);
    let scope = || {
        let requests = house.provider.recorded_at(ProviderEndpoint::Registration);
        let bodies = requests.iter().map(|request| serde_json::from_slice::<Value>(request.body()).unwrap());
        let scopes: Vec<Value> = bodies.map(|body| body["scope"].clone()).collect();
        house.provider.clear_recorded();
        scopes
    };
    builder().register(metadata(), None).await.unwrap();
    assert_eq!(scope(), [json!("openid profile")]);
    builder().register_blocking(ClientMetadata::builder().scope(["email"]).build(), None).unwrap();
    assert_eq!(scope(), [json!("email")]);
    house.provider.inject(ProviderEndpoint::Registration, Fault::error(400, "invalid_client_metadata").once());
    builder().register(metadata(), None).await.unwrap();
    assert_eq!(scope(), [json!("openid profile"), Value::Null]);
    house.provider.inject(ProviderEndpoint::Registration, Fault::error(401, "invalid_token").once());
    builder().register(metadata(), None).await.unwrap_err();
    assert_eq!(scope().len(), 1, "another refusal is final");
}

#[tokio::test]
async fn l_par_refused_and_s_par_public_the_error_names_the_call_that_helps() {
    for fault in [Fault::status(404), Fault::error(401, "invalid_client")] {
        let house = House::new();
        house.provider.inject(ProviderEndpoint::PushedAuthorization, fault);
        let client = client(&house);
        for outcome in both!(client, begin_login(LoginOptions::new())) {
            let error = outcome.unwrap_err();
            assert!(error.to_string().contains(".pushed(false)"), "{error}");
            assert!(error.status().is_some_and(|status| status.is_client_error()));
        }
        login(&house, &client, LoginOptions::new().pushed(false)).await.unwrap();
    }
    let house = House::with(|provider| provider.require_pushed_authorization());
    house.provider.inject(ProviderEndpoint::PushedAuthorization, Fault::status(404));
    let error = client(&house).asynchronous.begin_login(LoginOptions::new()).await.unwrap_err();
    assert!(!error.to_string().contains(".pushed(false)"), "a provider that demands it has no such way out: {error}");
}

#[tokio::test]
async fn l_userinfo_jwt_and_s_userinfo_jwt_the_error_names_the_setter() {
    let house = House::with(|provider| provider.signed_userinfo(SignatureAlgorithm::RS256));
    let client = client(&house);
    let kept = session(&house, &client).await;
    for outcome in both!(client, userinfo(&kept)) {
        let error = outcome.unwrap_err();
        assert!(error.to_string().contains(".userinfo_signed_response_alg("), "{error}");
    }
    let client = begun!(house).userinfo_signed_response_alg(SignatureAlgorithm::RS256).build().unwrap();
    assert_eq!(client.userinfo(&kept).await.unwrap().subject(), USER);
}

#[tokio::test]
async fn l_callback_extra_a_parameter_of_the_providers_own_is_reachable_and_called_unverified() {
    let house = House::new();
    let client = client(&house);
    for response_type in [ResponseType::Code, ResponseType::IdToken] {
        let begun = client.asynchronous.begin_login(LoginOptions::new().response_type(response_type)).await.unwrap();
        let user = Fault::parameter("user", r#"{"name":{"firstName":"Alice"}}"#);
        house.provider.inject(ProviderEndpoint::Authorization, user.once());
        let callback = callback(&house.provider.authorize(&begun.url));
        let login = client.asynchronous.finish_login(begun.transaction, callback).await.unwrap();
        assert_eq!(login.unverified_parameter("user"), Some(r#"{"name":{"firstName":"Alice"}}"#), "{response_type}");
        assert_eq!((login.unverified_parameter("code"), login.unverified_parameter("id_token")), (None, None));
    }
    let begun = client.asynchronous.begin_login(LoginOptions::new().pushed(false)).await.unwrap();
    let state = begun.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let query = format!("error=access_denied&error_reason=user_denied&state={state}&iss=https://idp.test");
    let error = client.asynchronous.finish_login(begun.transaction, Callback::from_query(query).unwrap()).await.unwrap_err();
    assert_eq!(error.authorization_error().unwrap().unverified_parameter("error_reason"), Some("user_denied"));
    assert_eq!(error.authorization_error().unwrap().unverified_parameter("state"), None);
}

#[tokio::test]
async fn the_rules_of_id_tokens_reach_every_option_and_every_face() {
    let house = House::new();
    house.provider.add_key(SignatureAlgorithm::RS256);
    house.provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::MissingKeyId));
    let try_each = Both::of(
        begun!(house)
            .redirect_uri(REDIRECT)
            .id_token_rules(|rules| rules.key_selection(KeySelection::TryEach { at_most: 4 }))
            .build()
            .unwrap(),
    );
    let error = login(&house, &client(&house), LoginOptions::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key, "{error:?}");
    login(&house, &try_each, LoginOptions::new()).await.unwrap();
    for blocking in [false, true] {
        let begun = try_each.asynchronous.device_login(["openid"]).await.unwrap();
        house.provider.approve_device(begun.authorization().user_code(), USER);
        let outcome = match blocking {
            false => try_each.asynchronous.finish_device_login(begun).await,
            true => try_each.blocking.finish_device_login(begun),
        };
        assert_eq!(outcome.unwrap().subject(), USER);
    }
    house.provider.clear_faults();
    let without_expiry = id_token("exp", None);
    house.provider.inject(ProviderEndpoint::Token, without_expiry);
    let tolerant = Both::of(begun!(house).redirect_uri(REDIRECT).id_token_rules(|rules| rules.danger_allow_missing_exp()).build().unwrap());
    login(&house, &tolerant, LoginOptions::new()).await.unwrap();
    assert_eq!(login(&house, &client(&house), LoginOptions::new()).await.unwrap_err().code(), "claim_missing");
}

/// The setters that a client has by itself, so that its rules do not say them a second time.
const OF_THE_CLIENT: [&str; 22] = [
    "issuer",
    "audience",
    "algorithms",
    "decryption_keys",
    "key_management_algorithms",
    "content_encryption_algorithms",
    "leeway",
    "clock_skew",
    "name_claim_type",
    "role_claim_type",
    "claim_validator",
    "claim_validators",
    "claim_rule",
    "async_claim_validator",
    "require_encryption",
    "danger_any_issuer",
    "danger_any_audience",
    "build",
    "build_adjusted",
    "switches_mut",
    "kind",
    "with_algorithms",
];

#[test]
fn the_rules_of_a_client_have_every_option_that_it_has_no_setter_for() {
    let read = |path: &str| std::fs::read_to_string(format!("{}/src/validation/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let methods = |text: &str| -> Vec<String> {
        let names = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        names.filter(|name| !name.starts_with('$') && name.len() > 2).map(str::to_owned).collect()
    };
    let options = read("options.rs");
    let members = options.split_once("struct Settings {").unwrap().1.split_once("\n}").unwrap().0;
    let skipped = [
        "front_channel",
        "switches",
        "required_claims",
        "required_scopes",
        "validators",
        "async_validators",
        "encryption_required",
        "any_additional_audience",
    ];
    let members =
        members.lines().filter_map(|line| line.trim().strip_prefix("pub(super) ")?.split_once(':')).map(|(name, _)| name.to_owned());
    let members = members.filter(|name| !skipped.contains(&name.as_str()));
    let known = methods(&read("options/adjust.rs"));
    let wanted = methods(read("options/builder.rs").split("macro_rules!").next().unwrap()).into_iter().chain(members);
    let missing: Vec<String> = wanted.filter(|name| !OF_THE_CLIENT.contains(&name.as_str()) && !known.contains(name)).collect();
    assert!(missing.is_empty(), "not in `TokenRules`: {missing:?}");
    assert!(known.len() > 12, "{known:?}");
}

#[tokio::test]
async fn scopes_are_any_iterator_and_a_session_is_what_dereferences_to_one() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let client = client(&house);
    let scopes: Vec<String> = vec!["reports:read".to_owned()];
    for outcome in both!(client, client_credentials(&scopes)) {
        assert_eq!(outcome.unwrap().granted_scope(), scopes);
    }
    client.asynchronous.client_credentials(scopes.iter().map(String::as_str)).await.unwrap();
    client.asynchronous.device_login(vec!["openid"]).await.unwrap();
    client.asynchronous.device_login("openid profile".split(' ')).await.unwrap();

    let shared = Arc::new(session(&house, &client).await);
    client.asynchronous.refresh(&shared).await.unwrap();
    client.asynchronous.userinfo(&shared).await.unwrap();
    client.asynchronous.begin_logout(&shared).await.unwrap();
    let guarded = Mutex::new(LoginSession::clone(&shared));
    client.blocking.refresh(&guarded.lock().unwrap()).unwrap();
    client.blocking.userinfo(&guarded.lock().unwrap()).unwrap();
}

#[tokio::test]
async fn s_decrypt_hint_names_the_setter_of_the_keys() {
    let (house, _) = encrypted();
    let client = client(&house);
    let error = login(&house, &client, LoginOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "encrypted_token");
    assert!(error.to_string().contains("`.decryption_keys(…)`"), "{error}");
}

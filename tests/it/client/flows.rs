//! The flows without a browser: each by both faces, with what the client fills in.

use identity_model::ErrorKind;
use identity_model::constants::token_type_identifiers;
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, PollCancellation, TokenExchangeRequest};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};

use super::support::{CLIENT, House, SECRET, USER, both, facts};

#[tokio::test]
async fn client_credentials_by_scopes_or_by_the_whole_request() {
    let house = House::new();
    let client = house.client();
    for outcome in both!(client, client_credentials(["reports:read", "reports:write"])) {
        assert_eq!(outcome.unwrap().granted_scope(), ["reports:read", "reports:write"]);
        assert_eq!(house.last_parameter(ProviderEndpoint::Token, "scope").as_deref(), Some("reports:read reports:write"));
    }
    let request = || ClientCredentialsTokenRequest::builder().resource(["https://api.example.com/"]).parameter("tenant", "north");
    for outcome in both!(client, client_credentials(request())) {
        outcome.unwrap();
        assert_eq!(house.last_parameter(ProviderEndpoint::Token, "resource").as_deref(), Some("https://api.example.com/"));
        assert_eq!(house.last_parameter(ProviderEndpoint::Token, "tenant").as_deref(), Some("north"));
    }
}

#[tokio::test]
async fn an_exchange_trades_a_token() {
    let house = House::new();
    let client = house.client();
    let token = house.provider.access_token_for_user(USER);
    let request = || TokenExchangeRequest::builder().subject_token(token.expose()).subject_token_type(token_type_identifiers::ACCESS_TOKEN);
    for outcome in both!(client, exchange_token(request())) {
        assert_eq!(outcome.unwrap().issued_token_type(), Some(token_type_identifiers::ACCESS_TOKEN));
    }
}

#[tokio::test]
async fn tokens_are_looked_at_and_revoked_by_themselves() {
    let house = House::new();
    let client = house.client();
    let [first, second] = both!(client, client_credentials(["reports:read"])).map(|outcome| outcome.unwrap().access_token().clone());
    for token in [&first, &second] {
        for outcome in both!(client, introspect(token)) {
            assert!(outcome.unwrap().is_active());
            assert_eq!(house.last_parameter(ProviderEndpoint::Introspection, "token_type_hint").as_deref(), Some("access_token"));
        }
    }
    client.asynchronous.revoke(&first).await.unwrap();
    client.blocking.revoke(&second).unwrap();
    for token in [&first, &second] {
        for outcome in both!(client, introspect(IntrospectionRequest::builder().token(token.expose()))) {
            assert!(!outcome.unwrap().is_active());
        }
    }
}

#[tokio::test]
async fn a_device_login_ends_with_a_validated_id_token() {
    let house = House::new();
    let client = house.client();
    for blocking in [false, true] {
        let begun = match blocking {
            false => client.asynchronous.device_login(["openid", "profile"]).await,
            true => client.blocking.device_login(["openid", "profile"]),
        };
        let begun = begun.unwrap();
        assert!(house.provider.approve_device(begun.authorization().user_code(), USER));
        let login = match blocking {
            false => client.asynchronous.finish_device_login(begun).await,
            true => client.blocking.finish_device_login(begun),
        };
        let login = login.unwrap();
        assert_eq!((login.subject(), login.id_token().subject()), (USER, Some(USER)));
        assert_eq!(login.granted_scope(), ["openid", "profile"]);
        assert!(login.refresh_token().is_some() && login.tokens().is_some() && login.user_info().is_none());
    }
}

#[tokio::test]
async fn a_device_login_that_is_denied_or_cancelled_says_so() {
    let house = House::new();
    let client = house.client();
    let begun = client.asynchronous.device_login(["openid"]).await.unwrap();
    house.provider.deny_device(begun.authorization().user_code());
    let denied = client.asynchronous.finish_device_login(begun).await.unwrap_err();
    assert_eq!(denied.oauth_error().unwrap().error(), "access_denied");

    let begun = client.blocking.device_login(["openid"]).unwrap();
    let cancellation = PollCancellation::new();
    let cancel = cancellation.clone();
    let begun = begun.cancelled_by(cancellation).on_progress(move |progress| {
        if progress.polls == 1 {
            cancel.cancel();
        }
    });
    let cancelled = client.blocking.finish_device_login(begun).unwrap_err();
    assert_eq!(facts(&cancelled), (ErrorKind::Flow, "poll_cancelled"));
}

#[tokio::test]
async fn t8_a_device_login_without_openid_is_refused_before_the_device_endpoint_is_asked() {
    let house = House::new();
    let client = house.client();
    for outcome in both!(client, device_login(["profile"])) {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Configuration, "client_configuration"));
    }
    for outcome in both!(client, device_login(DeviceAuthorizationRequest::builder())) {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Configuration, "client_configuration"));
    }
    assert_eq!(house.requests([ProviderEndpoint::DeviceAuthorization]), [0]);
}

#[tokio::test]
async fn t8_a_login_without_its_id_token_is_none() {
    let house = House::new();
    let client = house.client();
    let begun = client.asynchronous.device_login(["openid"]).await.unwrap();
    house.provider.approve_device(begun.authorization().user_code(), USER);
    house.provider.inject(ProviderEndpoint::Token, Fault::without_member("id_token"));
    let error = client.asynchronous.finish_device_login(begun).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "missing_id_token"));
}

/// A backchannel login that the user approves.
async fn backchannel(house: &House, fault: Option<Fault>) -> [Result<String, identity_model::Error>; 2] {
    let client = house.client();
    let request = || {
        let hint = AuthenticationHint::LoginHint(USER.to_owned());
        BackchannelAuthenticationRequest::builder().hint(hint).scope(["openid"])
    };
    let [first, second] = both!(client, backchannel_login(request())).map(Result::unwrap);
    for begun in [&first, &second] {
        assert!(house.provider.approve_backchannel(begun.authorization().request_id().expose(), USER));
    }
    if let Some(fault) = fault {
        house.provider.inject(ProviderEndpoint::Token, fault);
    }
    let (first, second) = (client.asynchronous.finish_backchannel_login(first).await, client.blocking.finish_backchannel_login(second));
    [first, second].map(|outcome| outcome.map(|login| login.subject().to_owned()))
}

#[tokio::test]
async fn a_backchannel_login_ends_with_a_validated_id_token() {
    for outcome in backchannel(&House::new(), None).await {
        assert_eq!(outcome.unwrap(), USER);
    }
}

#[tokio::test]
async fn i12_an_id_token_that_names_another_backchannel_request_is_refused() {
    let forgery = Forgery::claim("urn:openid:params:jwt:claim:auth_req_id", "somebody-elses");
    for outcome in backchannel(&House::new(), Some(Fault::forge(ForgedKind::IdToken, forgery))).await {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "auth_req_id_mismatch"));
    }
}

#[tokio::test]
async fn i11_the_id_token_of_a_backchannel_login_is_a_fresh_one() {
    let house = House::new();
    let old = Forgery::claim("iat", 1_750_000_000 - 2 * 3600);
    for outcome in backchannel(&house, Some(Fault::forge(ForgedKind::IdToken, old))).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Validation);
    }
}

#[tokio::test]
async fn i4_the_id_token_of_a_login_without_a_nonce_must_not_carry_one() {
    for outcome in backchannel(&House::new(), Some(Fault::forge(ForgedKind::IdToken, Forgery::claim("nonce", "n")))).await {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "nonce_unexpected"));
    }
}

#[tokio::test]
async fn i9_the_access_token_is_held_against_at_hash() {
    for outcome in backchannel(&House::new(), Some(Fault::forge(ForgedKind::IdToken, Forgery::claim("at_hash", "AAAA")))).await {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "hash_mismatch"));
    }
}

#[tokio::test]
async fn i8_the_signature_of_an_id_token_counts_although_it_came_from_the_token_endpoint() {
    for forgery in [Forgery::WrongSignature, Forgery::WrongKey, Forgery::AlgorithmNone, Forgery::HmacWithPublicKey] {
        for outcome in backchannel(&House::new(), Some(Fault::forge(ForgedKind::IdToken, forgery.clone()))).await {
            let error = outcome.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Key | ErrorKind::Malformed), "{forgery:?}: {error:?}");
            assert!(error.validation().is_some());
        }
    }
}

#[tokio::test]
async fn an_access_token_of_this_provider_is_validated_for_a_resource() {
    let house = House::new();
    let client = house.client();
    let token = house.provider.mint_access_token(|token| token.claim("aud", "reports-api"));
    let [first, second] = both!(client, access_token_validator("reports-api")).map(Result::unwrap);
    assert_eq!(first.validate(&token).await.unwrap().issuer(), Some("https://idp.test"));
    second.validate_blocking(&token).unwrap();
    for validator in both!(client, access_token_validator("another-api")).map(Result::unwrap) {
        assert_eq!(validator.validate(&token).await.unwrap_err().code(), "audience_mismatch");
    }
    assert_eq!(house.requests([ProviderEndpoint::Discovery, ProviderEndpoint::Jwks]), [1, 1]);
}

#[tokio::test]
async fn a_failed_discovery_ends_a_flow_before_anything_else_is_sent() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::member("issuer", "https://elsewhere.test"));
    let client = house.client();
    for outcome in both!(client, client_credentials(["reports:read"])) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Policy);
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn an_endpoint_that_the_provider_does_not_have_is_a_missing_member() {
    let house = House::with(|provider| provider.metadata("introspection_endpoint", serde_json::Value::Null));
    let client = house.client();
    let token = TestProvider::new().mint_access_token(|token| token);
    for outcome in both!(client, introspect(&token)) {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Policy, "missing_member"));
    }
}

#[tokio::test]
async fn an_id_token_that_comes_unasked_is_judged_all_the_same() {
    let house = House::new();
    let forged = house.provider.mint_id_token(|token| token.forge(&Forgery::WrongSignature));
    house.provider.inject(ProviderEndpoint::Token, Fault::member("id_token", forged.expose()));
    let client = house.client();
    for outcome in both!(client, client_credentials(["reports:read"])) {
        assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::Validation | ErrorKind::Key));
    }
}

#[test]
fn nothing_secret_shows() {
    let house = House::new();
    let client = house.client();
    let shown = format!("{:?} {:?} {:?}", client.asynchronous, client.blocking, begun!(house).build().unwrap());
    assert!(shown.contains(CLIENT) && !shown.contains(SECRET), "{shown}");
}

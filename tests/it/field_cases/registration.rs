//! Registrations as real servers answer them: the client comes out, whatever else is wrong.

use std::time::{Duration, SystemTime};

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientReadRequest, ClientUpdateRequest, RegisteredClient};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

use crate::protocol::support::answered;

const ADDRESS: &str = "https://idp.example.com/register";
const CLIENT: &str = "https://idp.example.com/register/c1";

fn registered(status: u16, asked_method: Option<&str>, body: &Value) -> Result<RegistrationResponse, Error> {
    let metadata = ClientMetadata::builder().maybe_token_endpoint_auth_method(asked_method.map(str::to_owned)).build();
    let build = |environment| {
        let builder = RegistrationRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(ADDRESS).metadata(metadata.clone()).build()
    };
    answered(build, Expected::post(ADDRESS), ScriptedResponse::json(status, body))
}

fn unusable(response: &RegistrationResponse) -> Vec<&str> {
    response.unusable_members().iter().map(|unusable| unusable.member()).collect()
}

#[test]
fn e_register_a_client_without_all_of_its_management_is_returned() {
    let cases = [
        (json!({ "client_id": "c1", "registration_client_uri": CLIENT }), "registration_access_token"),
        (json!({ "client_id": "c1", "registration_access_token": "t" }), "registration_client_uri"),
        (
            json!({ "client_id": "c1", "registration_client_uri": "/register/c1", "registration_access_token": "t" }),
            "registration_client_uri",
        ),
        (json!({ "client_id": "c1", "registration_client_uri": ["x"], "registration_access_token": "t" }), "registration_client_uri"),
        (json!({ "client_id": "c1", "registration_client_uri": CLIENT, "registration_access_token": 7 }), "registration_access_token"),
    ];
    for (body, member) in cases {
        let response = registered(201, None, &body).unwrap();
        assert_eq!((response.client_id(), response.management()), ("c1", None), "{body}");
        assert!(unusable(&response).contains(&member), "{body}: {:?}", response.unusable_members());
        assert!(!response.unusable_members()[0].reason().to_string().is_empty());
    }
    let tokened = registered(201, None, &json!({ "client_id": "c1", "registration_access_token": "t" })).unwrap();
    assert_eq!(tokened.registration_access_token().map(|token| token.expose()), Some("t"));
    assert_eq!(registered(200, None, &json!({ "client_id": "c1" })).unwrap().client_id(), "c1");
    assert_eq!(registered(201, None, &json!({ "client_name": "x" })).unwrap_err().kind(), ErrorKind::Malformed, "no client at all");
}

#[test]
fn e_register_an_empty_secret_is_none_and_without_a_method_there_is_no_authentication() {
    let response =
        registered(201, Some("none"), &json!({ "client_id": "c1", "client_secret": "", "token_endpoint_auth_method": "none" })).unwrap();
    assert!(response.client_secret().is_none() && response.unusable_members().is_empty());
    assert_eq!(response.authentication().unwrap().method(), "none");
    for body in [json!({ "client_id": "c1" }), json!({ "client_id": "c1", "client_secret": "", "token_endpoint_auth_method": null })] {
        let response = registered(201, Some("none"), &body).unwrap();
        assert_eq!((response.token_endpoint_auth_method(), response.authentication().unwrap().method()), ("none", "none"), "{body}");
    }
    assert_eq!(registered(201, None, &json!({ "client_id": "c1" })).unwrap().token_endpoint_auth_method(), "none");
    let secret = registered(201, Some("none"), &json!({ "client_id": "c1", "client_secret": "s" })).unwrap();
    assert_eq!(secret.token_endpoint_auth_method(), "client_secret_basic", "a secret was issued to be used");
    let keyed = registered(201, Some("private_key_jwt"), &json!({ "client_id": "c1" })).unwrap();
    assert_eq!(keyed.token_endpoint_auth_method(), "private_key_jwt");
    let error = keyed.authentication().unwrap_err();
    assert!(error.to_string().contains("ClientAuthentication::private_key_jwt"), "{error}");
}

#[test]
fn e_register_a_scope_as_a_list_and_times_as_text_are_read() {
    let body = json!({
        "client_id": "c1", "client_secret": "s", "scope": ["openid", "profile"], "client_id_issued_at": "1750000000",
        "client_secret_expires_at": "1760000000", "redirect_uris": "https://app.example.com/cb",
    });
    let response = registered(201, None, &body).unwrap();
    assert!(response.unusable_members().is_empty(), "{:?}", response.unusable_members());
    assert_eq!(response.scope(), Some("openid profile"));
    let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!((response.client_id_issued_at(), response.client_secret_expires_at()), (at(1_750_000_000), at(1_760_000_000)));
    assert_eq!(response.redirect_uris(), ["https://app.example.com/cb"]);
    let zero = registered(201, None, &json!({ "client_id": "c1", "client_secret": "s", "client_secret_expires_at": "0" })).unwrap();
    assert_eq!((zero.client_secret_expires_at(), zero.unusable_members().len()), (None, 0));
    let never = registered(201, None, &json!({ "client_id": "c1", "client_secret": "s", "client_secret_expires_at": "never" })).unwrap();
    assert_eq!((never.client_secret_expires_at(), unusable(&never)), (None, vec!["client_secret_expires_at"]));
    let odd = registered(201, None, &json!({ "client_id": "c1", "grant_types": 5, "scope": {}, "response_types": {} })).unwrap();
    assert_eq!((odd.grant_types(), odd.response_types()), (vec!["authorization_code".to_owned()], vec!["code".to_owned()]));
    assert_eq!(unusable(&odd), ["scope", "grant_types", "response_types"]);
}

fn known() -> RegisteredClient {
    RegisteredClient::new("c1", CLIENT, "old-token")
}

fn read(environment: Environment) -> ClientReadRequest {
    ClientReadRequest::builder().environment(environment).retry(RetrySettings::NONE).client(known()).build()
}

#[test]
fn s_update_token_a_new_token_without_an_address_is_used_at_the_address_of_before() {
    let update = |environment| {
        let builder = ClientUpdateRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.client(known()).metadata(ClientMetadata::default()).build()
    };
    let answer = |body: &Value| answered(update, Expected::new("PUT", CLIENT), ScriptedResponse::json(200, body)).unwrap();
    let response = answer(&json!({ "client_id": "c1", "registration_access_token": "new-token" }));
    assert_eq!(response.management(), Some(&RegisteredClient::new("c1", CLIENT, "new-token")));
    // Whatever else is wrong, the token is handed out: the old one is of no use any more.
    for body in [
        json!({ "client_id": "c1", "registration_access_token": "new-token", "registration_client_uri": "relative", "grant_types": 1 }),
        json!({ "client_id": "c1", "registration_access_token": "new-token", "client_secret": {}, "client_secret_expires_at": "x" }),
        json!({ "registration_access_token": "new-token", "scope": 1 }),
    ] {
        assert_eq!(answer(&body).management().unwrap().registration_access_token().expose(), "new-token", "{body}");
    }
}

#[test]
fn s_read_no_token_the_token_that_was_used_goes_on() {
    let answer = |body: &Value| answered(read, Expected::get(CLIENT), ScriptedResponse::json(200, body)).unwrap();
    let response = answer(&json!({ "client_id": "c1", "registration_client_uri": CLIENT }));
    assert_eq!(response.management().unwrap().registration_access_token().expose(), "old-token");
    assert!(response.unusable_members().is_empty());
    let moved = answer(&json!({ "client_id": "c1", "registration_client_uri": "https://idp.example.com/clients/c1" }));
    assert_eq!(moved.management().unwrap().registration_client_uri().as_str(), "https://idp.example.com/clients/c1");
}

#[test]
fn a_registration_is_kept_as_text_and_authenticates_by_what_it_says() {
    let body = json!({
        "client_id": "c1", "client_secret": "s3cret-of-the-client", "token_endpoint_auth_method": "client_secret_post",
        "registration_client_uri": CLIENT, "registration_access_token": "management-token", "scope": "a b", "x": { "y": 1 },
    });
    let response = registered(201, None, &body).unwrap();
    let kept = response.to_text();
    assert!(!format!("{response:?}{kept:?}").contains("s3cret-of-the-client"));
    let again = RegistrationResponse::from_text(kept.expose(), &DiscoveryPolicy::strict()).unwrap();
    assert_eq!(
        again.management().map(RegisteredClient::registration_access_token),
        response.management().map(RegisteredClient::registration_access_token)
    );
    assert_eq!((again.scope(), again.try_get_value("x")), (Some("a b"), Some(json!({ "y": 1 }))));
    match again.authentication().unwrap() {
        ClientAuthentication::SecretPost { secret } => assert_eq!(secret.expose(), "s3cret-of-the-client"),
        other => panic!("{other:?}"),
    }
    let method = |method: &str, secret: Option<&str>| {
        let text = json!({ "client_id": "c1", "token_endpoint_auth_method": method, "client_secret": secret }).to_string();
        RegistrationResponse::from_text(&text, &DiscoveryPolicy::strict()).unwrap().authentication().map(|found| found.method())
    };
    let long = "0123456789abcdef0123456789abcdef";
    for name in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
        assert_eq!(method(name, Some(long)).unwrap(), name);
        assert_eq!(method(name, None).unwrap_err().code(), "request_configuration", "{name}");
    }
    for name in ["none", "tls_client_auth", "self_signed_tls_client_auth"] {
        assert_eq!(method(name, None).unwrap(), name);
    }
    assert!(method("client_secret_jwt", Some("short")).is_err());
    assert!(method("something_else", Some(long)).unwrap_err().to_string().contains("token_endpoint_auth_method"));
    assert_eq!(RegistrationResponse::from_text("{}", &DiscoveryPolicy::strict()).unwrap_err().code(), "malformed_answer");
    assert_eq!(RegistrationResponse::from_text("no JSON", &DiscoveryPolicy::strict()).unwrap_err().code(), "malformed_answer");
    // The policy has its say about the address for management.
    let private = json!({ "client_id": "c1", "registration_client_uri": "http://idp.example.com/c1", "registration_access_token": "t" });
    let response = RegistrationResponse::from_text(&private.to_string(), &DiscoveryPolicy::strict()).unwrap();
    assert_eq!((response.management(), unusable(&response)), (None, vec!["registration_client_uri"]));
}

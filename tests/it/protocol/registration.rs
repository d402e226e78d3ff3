//! Registration of clients (RFC 7591) and its management (RFC 7592).

use std::time::{Duration, SystemTime};

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientDeleteRequest, ClientReadRequest, ClientUpdateRequest, RegisteredClient};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{RetrySettings, TransportErrorKind};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{answered, both_ways, chain, unsent, wire};

const ADDRESS: &str = "https://idp.example.com/register";
const CLIENT: &str = "https://idp.example.com/register/c1";

fn request(metadata: ClientMetadata) -> impl Fn(Environment) -> RegistrationRequest {
    move |environment| {
        let builder = RegistrationRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(ADDRESS).metadata(metadata.clone()).build()
    }
}

#[track_caller]
fn answer(body: &str) -> Result<RegistrationResponse, Error> {
    answered(request(ClientMetadata::default()), Expected::post(ADDRESS), ScriptedResponse::json(201, body))
}

#[track_caller]
fn refused(body: &str, member: &str) {
    let error = answer(body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed, "{body}");
    assert!(chain(&error).contains(&format!("`{member}`")), "{body}: {}", chain(&error));
}

/// The client comes out, and this member alone is said to be of no use.
#[track_caller]
fn unusable(body: &str, member: &str) -> RegistrationResponse {
    let response = answer(body).unwrap();
    let named: Vec<_> = response.unusable_members().iter().map(|unusable| unusable.member()).collect();
    assert_eq!((response.client_id(), named.as_slice()), ("c1", [member].as_slice()), "{body}");
    assert!(response.unusable_members()[0].to_string().contains(&format!("`{member}`")));
    response
}

fn known() -> RegisteredClient {
    RegisteredClient::new("c1", CLIENT, "old-token")
}

fn read(environment: Environment) -> ClientReadRequest {
    ClientReadRequest::builder().environment(environment).retry(RetrySettings::NONE).client(known()).build()
}

#[test]
fn g1_metadata_is_posted_as_json_with_the_initial_token() {
    let metadata = ClientMetadata::builder()
        .client_name("Reports")
        .redirect_uris(["https://app.example.com/cb"])
        .grant_types(["authorization_code", "refresh_token"])
        .scope(["openid", "profile"])
        .token_endpoint_auth_method("private_key_jwt")
        .jwks(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "x", "y": "y" }] }))
        .software_statement("h.c.s")
        .dpop_bound_access_tokens(true)
        .member("client_name#de", "Berichte")
        .member("client_name", "Reports")
        .build();
    let build = |environment| {
        let builder = RegistrationRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(ADDRESS).metadata(metadata.clone()).initial_access_token("initial").build()
    };
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::json(201, r#"{"client_id":"c1"}"#))]);
    run.result.unwrap();
    assert!(run.sent[0].headers()["authorization"].is_sensitive());
    let body: Value = serde_json::from_slice(run.sent[0].body()).unwrap();
    assert_eq!(
        body,
        json!({
            "client_name": "Reports",
            "redirect_uris": ["https://app.example.com/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid profile",
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [{ "kty": "EC", "crv": "P-256", "x": "x", "y": "y" }] },
            "software_statement": "h.c.s",
            "dpop_bound_access_tokens": true,
            "client_name#de": "Berichte",
        })
    );
    let head = wire(&run.sent[0]);
    assert_snapshot!(head.split("\n\n").next().unwrap(), @r"
    POST https://idp.example.com/register
    accept: application/json
    authorization: Bearer initial
    content-type: application/json
    ");
}

#[test]
fn g3_metadata_that_must_not_be_sent_is_refused_unsent() {
    let keys = json!({ "keys": [{ "kty": "EC", "d": "secret" }] });
    for (metadata, member) in [
        (ClientMetadata::builder().member("client_id", "x").build(), "client_id"),
        (ClientMetadata::builder().member("client_secret", "x").build(), "client_secret"),
        (ClientMetadata::builder().member("client_id_issued_at", 1).build(), "client_id_issued_at"),
        (ClientMetadata::builder().member("client_secret_expires_at", 1).build(), "client_secret_expires_at"),
        (ClientMetadata::builder().member("registration_access_token", "x").build(), "registration_access_token"),
        (ClientMetadata::builder().member("registration_client_uri", "x").build(), "registration_client_uri"),
        (ClientMetadata::builder().client_name("a").member("client_name", "b").build(), "client_name"),
        (ClientMetadata::builder().member("x", 1).member("x", 2).build(), "x"),
        (ClientMetadata::builder().jwks(json!({ "keys": [] })).jwks_uri("https://a.example.com").build(), "jwks"),
        (ClientMetadata::builder().jwks(keys).build(), "jwks"),
    ] {
        let error = unsent(request(metadata.clone()));
        assert_eq!(error.kind(), ErrorKind::Configuration, "{member}");
        assert!(error.to_string().starts_with(&format!("configuration error: metadata `{member}`")), "{error}");
        let error = unsent(|environment| {
            let builder = ClientUpdateRequest::builder().environment(environment).retry(RetrySettings::NONE);
            builder.client(known()).metadata(metadata.clone()).build()
        });
        assert_eq!(error.kind(), ErrorKind::Configuration, "{member}");
    }
}

#[test]
fn g1_client_id_and_secret_hold_something() {
    let response =
        answer(r#"{"client_id":"c1","client_secret":"s","client_secret_expires_at":1800000000,"client_id_issued_at":7}"#).unwrap();
    assert_eq!((response.client_id(), response.client_secret().map(|secret| secret.expose())), ("c1", Some("s")));
    assert_eq!(response.client_secret_expires_at(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)));
    assert_eq!(response.client_id_issued_at(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(7)));
    assert_eq!(response.try_get_str("client_secret"), None);
    for body in ["{}", r#"{"client_id":""}"#, r#"{"client_id":null}"#, r#"{"client_id":1}"#] {
        refused(body, "client_id");
    }
    for secret in ["1", "[]"] {
        unusable(&format!(r#"{{"client_id":"c1","client_secret":{secret},"client_secret_expires_at":0}}"#), "client_secret");
    }
}

#[test]
fn g1_the_expiry_of_a_secret_is_a_number_and_absent_is_never_but_told() {
    let never = answer(r#"{"client_id":"c1","client_secret":"s","client_secret_expires_at":0}"#).unwrap();
    assert_eq!((never.client_secret_expires_at(), never.states_client_secret_expiry()), (None, true));
    let silent = answer(r#"{"client_id":"c1","client_secret":"s"}"#).unwrap();
    assert_eq!((silent.client_secret_expires_at(), silent.states_client_secret_expiry()), (None, false));
    for value in ["-1", r#""soon""#, "true"] {
        let body = format!(r#"{{"client_id":"c1","client_secret":"s","client_secret_expires_at":{value}}}"#);
        assert_eq!(unusable(&body, "client_secret_expires_at").client_secret_expires_at(), None, "{value}");
    }
    let body = r#"{"client_id":"c1","client_secret":"s","client_secret_expires_at":1e999}"#;
    assert_eq!(answer(body).unwrap_err().kind(), ErrorKind::Malformed, "no JSON number at all");
}

#[test]
fn g1_g2_a_null_member_says_nothing() {
    let silent = answer(
        r#"{"client_id":"c1","client_secret":"s","client_secret_expires_at":null,"client_id_issued_at":null,"grant_types":null,
            "response_types":null,"redirect_uris":null,"token_endpoint_auth_method":null,"scope":null,"id_token_signed_response_alg":null}"#,
    )
    .unwrap();
    assert_eq!((silent.client_secret_expires_at(), silent.states_client_secret_expiry()), (None, false));
    assert_eq!((silent.grant_types(), silent.response_types()), (vec!["authorization_code".to_owned()], vec!["code".to_owned()]));
    assert_eq!((silent.token_endpoint_auth_method(), silent.id_token_signed_response_alg()), ("client_secret_basic", "RS256"));
}

#[test]
fn g2_what_the_server_made_of_it_is_adopted() {
    let asked = ClientMetadata::builder().token_endpoint_auth_method("private_key_jwt").grant_types(["password"]).build();
    let body = r#"{"client_id":"c1","token_endpoint_auth_method":"client_secret_post","grant_types":["client_credentials"],
        "response_types":[],"redirect_uris":["https://other.example.com/cb"],"id_token_signed_response_alg":"ES256","scope":"read"}"#;
    let response = answered(request(asked.clone()), Expected::post(ADDRESS), ScriptedResponse::json(201, body)).unwrap();
    assert_eq!(response.token_endpoint_auth_method(), "client_secret_post");
    assert_eq!((response.grant_types(), response.response_types()), (vec!["client_credentials".to_owned()], vec![]));
    assert_eq!(response.redirect_uris(), ["https://other.example.com/cb"]);
    assert_eq!((response.id_token_signed_response_alg(), response.scope()), ("ES256", Some("read")));
    assert_eq!(response.metadata().get("grant_types"), Some(&json!(["client_credentials"])));

    // Silent, it has the defaults of the specification; but a client without a secret cannot have `client_secret_basic`.
    let silent = answered(request(asked), Expected::post(ADDRESS), ScriptedResponse::json(201, r#"{"client_id":"c1"}"#)).unwrap();
    assert_eq!((silent.token_endpoint_auth_method(), silent.id_token_signed_response_alg()), ("private_key_jwt", "RS256"));
    assert_eq!((silent.grant_types(), silent.response_types()), (vec!["authorization_code".to_owned()], vec!["code".to_owned()]));
    for member in ["grant_types", "response_types", "redirect_uris"] {
        unusable(&format!(r#"{{"client_id":"c1","{member}":1}}"#), member);
    }
    unusable(r#"{"client_id":"c1","token_endpoint_auth_method":["none"]}"#, "token_endpoint_auth_method");
}

#[test]
fn g1_h3_success_is_a_201_or_the_200_in_its_place() {
    for status in [202, 204, 302] {
        let error =
            answered(request(ClientMetadata::default()), Expected::post(ADDRESS), ScriptedResponse::json(status, r#"{"client_id":"c1"}"#));
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Http, "{status}");
    }
    for code in ["invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement", "unapproved_software_statement"] {
        let reply = ScriptedResponse::json(400, format!(r#"{{"error":"{code}"}}"#));
        let error = answered(request(ClientMetadata::default()), Expected::post(ADDRESS), reply).unwrap_err();
        assert_eq!((error.kind(), error.oauth_error().map(|error| error.error())), (ErrorKind::Protocol, Some(code)));
    }
}

#[test]
fn g3_address_and_token_for_management_come_both_or_neither() {
    let body = format!(r#"{{"client_id":"c1","registration_client_uri":"{CLIENT}","registration_access_token":"t"}}"#);
    let response = answer(&body).unwrap();
    let client = response.management().unwrap();
    assert_eq!((client.client_id(), client.registration_client_uri().as_str()), ("c1", CLIENT));
    assert_eq!(client.registration_access_token().expose(), "t");
    assert!(answer(r#"{"client_id":"c1"}"#).unwrap().management().is_none());
    unusable(&format!(r#"{{"client_id":"c1","registration_client_uri":"{CLIENT}"}}"#), "registration_access_token");
    unusable(r#"{"client_id":"c1","registration_access_token":"t"}"#, "registration_client_uri");
    unusable(
        &format!(r#"{{"client_id":"c1","registration_client_uri":"{CLIENT}","registration_access_token":""}}"#),
        "registration_access_token",
    );
}

#[test]
fn g3_h16_the_address_for_management_is_held_against_the_policy() {
    for (address, code) in [
        ("http://idp.example.com/register/c1", "https_required"),
        ("https://127.0.0.1/register/c1", "private_address"),
        ("https://10.0.0.1/register/c1", "private_address"),
        ("https://169.254.169.254/latest", "link_local_address"),
        ("file:///etc/passwd", "malformed_address"),
        ("/register/c1", "malformed_address"),
        ("https://user@idp.example.com/", "malformed_address"),
    ] {
        let body = json!({ "client_id": "c1", "registration_client_uri": address, "registration_access_token": "t" }).to_string();
        let registration = unusable(&body, "registration_client_uri");
        let error = registration.unusable_members()[0].reason();
        assert!(registration.management().is_none(), "{address}");
        assert_eq!(error.policy_violation().map(|violation| violation.member()), Some("registration_client_uri"));
        if code != "malformed_address" {
            assert_eq!(error.code(), code, "{address}");
        }
    }
    let policy = DiscoveryPolicy::builder().danger_allow_http().build();
    let build = |environment| {
        let builder = RegistrationRequest::builder().environment(environment).retry(RetrySettings::NONE).policy(policy.clone());
        builder.address(ADDRESS).metadata(ClientMetadata::default()).build()
    };
    let body = r#"{"client_id":"c1","registration_client_uri":"http://idp.example.com/c1","registration_access_token":"t"}"#;
    let response = answered(build, Expected::post(ADDRESS), ScriptedResponse::json(201, body)).unwrap();
    // What the policy accepted stays accepted, without saying it again.
    let client = response.management().unwrap().clone();
    let build =
        |environment| ClientReadRequest::builder().environment(environment).retry(RetrySettings::NONE).client(client.clone()).build();
    assert!(answered(build, Expected::get("http://idp.example.com/c1"), ScriptedResponse::json(200, r#"{"client_id":"c1"}"#)).is_ok());
}

#[test]
fn g3_a_rotated_token_replaces_the_old_one_and_silence_keeps_it() {
    let body = format!(
        r#"{{"client_id":"c1","client_secret":"new","client_secret_expires_at":0,"registration_client_uri":"{CLIENT}","registration_access_token":"new-token"}}"#
    );
    let expected = || Expected::get(CLIENT).header("authorization", "Bearer old-token").body("");
    let response = answered(read, expected(), ScriptedResponse::json(200, body)).unwrap();
    assert_eq!(response.management().unwrap().registration_access_token().expose(), "new-token");
    assert_eq!(response.client_secret().unwrap().expose(), "new");
    let response = answered(read, expected(), ScriptedResponse::json(200, r#"{"client_id":"c1"}"#)).unwrap();
    assert_eq!(response.management(), Some(&known()));
}

#[test]
fn g3_an_update_sends_client_id_and_the_full_set_alone() {
    let before = format!(
        r#"{{"client_id":"c1","client_secret":"s","client_secret_expires_at":0,"client_id_issued_at":1,"registration_client_uri":"{CLIENT}",
            "registration_access_token":"t2","client_name":"Reports","redirect_uris":["https://app.example.com/cb"],"nothing":null,"x":{{"y":1}}}}"#
    );
    let registration = answered(read, Expected::get(CLIENT), ScriptedResponse::json(200, before)).unwrap();
    let client = registration.management().unwrap().clone();
    let metadata = registration.metadata().with_member("client_name", "News").without_member("x");
    let build = |environment| {
        let builder = ClientUpdateRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.client(client.clone()).metadata(metadata.clone()).build()
    };
    let script = [(Expected::new("PUT", CLIENT), ScriptedResponse::json(200, r#"{"client_id":"c1","client_name":"News"}"#))];
    let run = both_ways(build, &script);
    assert_eq!(run.result.unwrap().try_get_str("client_name"), Some("News"));
    let body: Value = serde_json::from_slice(run.sent[0].body()).unwrap();
    assert_eq!(body, json!({ "client_id": "c1", "client_name": "News", "redirect_uris": ["https://app.example.com/cb"] }));
    assert_eq!(run.sent[0].header("authorization"), Some("Bearer t2"));
}

#[test]
fn g3_an_answer_about_another_client_is_refused() {
    let error = answered(read, Expected::get(CLIENT), ScriptedResponse::json(200, r#"{"client_id":"c2"}"#)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    let error = answered(read, Expected::get(CLIENT), ScriptedResponse::json(202, r#"{"client_id":"c1"}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Http);
    let gone = ScriptedResponse::status(401).header("www-authenticate", "Bearer error=\"invalid_token\"");
    let error = answered(read, Expected::get(CLIENT), gone).unwrap_err();
    assert_eq!(error.challenges()[0].parameter("error"), Some("invalid_token"));
}

#[test]
fn g3_a_deletion_is_a_204_or_another_status_that_says_done() {
    let build = |environment| ClientDeleteRequest::builder().environment(environment).retry(RetrySettings::NONE).client(known()).build();
    let expected = || Expected::new("DELETE", CLIENT).header("authorization", "Bearer old-token").without_header("content-type").body("");
    for status in [200, 202, 204] {
        assert_eq!(answered(build, expected(), ScriptedResponse::status(status)).unwrap().head().status(), status);
    }
    for status in [206, 302, 404, 405] {
        assert_eq!(answered(build, expected(), ScriptedResponse::status(status)).unwrap_err().kind(), ErrorKind::Http, "{status}");
    }
    let error = answered(build, expected(), ScriptedResponse::json(403, r#"{"error":"access_denied"}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[test]
fn h11_a_token_that_no_header_can_carry_is_refused_unsent_and_unseen() {
    for token in ["", "canary token", "canary\r\nx-evil: 1"] {
        let error = unsent(|environment| {
            let client = RegisteredClient::new("c1", CLIENT, token);
            ClientReadRequest::builder().environment(environment).retry(RetrySettings::NONE).client(client).build()
        });
        assert!(error.to_string().starts_with("configuration error: `registration_access_token` "), "{error}");
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[test]
fn g1_g3_a_software_statement_that_the_server_repeats_is_hidden() {
    let statement = "eyJhbGciOiJSUzI1NiJ9.eyJzb2Z0d2FyZV9pZCI6IjRORUIxIn0.c2lnbmVk";
    let metadata = || ClientMetadata::builder().client_name("Reports").software_statement(statement).build();
    let echo = format!(r#"{{"error":"invalid_software_statement","error_description":"the statement {statement} has expired"}}"#);
    let registered = answered(request(metadata()), Expected::post(ADDRESS), ScriptedResponse::json(400, &echo)).unwrap_err();
    let build = |environment| {
        let builder = ClientUpdateRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.client(known()).metadata(metadata()).build()
    };
    let updated = answered(build, Expected::new("PUT", CLIENT), ScriptedResponse::json(400, &echo)).unwrap_err();
    for error in [registered, updated] {
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_software_statement");
        let shown = format!("{} {error:?}", chain(&error));
        assert!(shown.contains("has expired") && !shown.contains("eyJ"), "{shown}");
    }
}

#[test]
fn g3_a_deletion_that_may_have_been_done_is_not_sent_again() {
    let delete =
        |environment| ClientDeleteRequest::builder().environment(environment).retry(RetrySettings::default()).client(known()).build();
    let read = |environment| ClientReadRequest::builder().environment(environment).retry(RetrySettings::default()).client(known()).build();
    for (failure, attempts) in [(TransportErrorKind::Timeout, 1), (TransportErrorKind::Interrupted, 1), (TransportErrorKind::Connect, 2)] {
        let expected = || Expected::new("DELETE", CLIENT);
        let run =
            both_ways(delete, &[(expected(), ScriptedResponse::error(failure)), (expected(), ScriptedResponse::status(204))][..attempts]);
        assert_eq!((run.sent.len(), run.result.is_ok()), (attempts, attempts == 2), "{failure:?}");
    }
    let answers = [ScriptedResponse::error(TransportErrorKind::Timeout), ScriptedResponse::json(200, r#"{"client_id":"c1"}"#)];
    let run = both_ways(read, &answers.map(|answer| (Expected::get(CLIENT), answer)));
    assert_eq!(run.sent.len(), 2, "reading is");
    run.result.unwrap();
}

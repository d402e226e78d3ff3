//! One issuer, tokens in the header.

use std::time::Duration;

use http::Method;
use identity_model::resource::{AllowedOrigins, ResourceServer, RouteRequirements};
use identity_model::testing::Forgery;
use serde_json::{Value, json};

use super::support::{House, METADATA, RESOURCE, accepted, bearing, challenge, head, invalid_token, orders, rejected, shown};

#[tokio::test]
async fn rs1_without_credentials_or_by_another_scheme_the_caller_is_told_what_to_bring() {
    let (house, nothing) = (House::new(), vec![challenge("")]);
    let api = house.api();
    let requests = [
        head("/orders", &[]),
        head("/orders", &[("authorization", "Basic eDp5")]),
        head("/orders", &[("authorization", "DPoP abc")]),
        head("/orders?access_token=abc", &[("authorization", "Basic eDp5")]),
    ];
    for request in &requests {
        assert_eq!(rejected(&api, request, &orders()).await, (401, nothing.clone(), Value::Null), "{request:?}");
    }
    let plain = ResourceServer::builder().validator(house.validator()).realm("orders").build().unwrap();
    let (_, lines, _) = rejected(&plain, &head("/orders", &[]), &RouteRequirements::new()).await;
    assert_eq!(lines, [r#"Bearer realm="orders""#], "never without a parameter");
}

#[tokio::test]
async fn rs2_what_carries_no_token_that_can_be_read_is_an_invalid_request() {
    let house = House::new();
    let api = house.api();
    let two = [("authorization", "Bearer a"), ("authorization", "Bearer a")];
    let requests = [
        head("/", &[("authorization", "Bearer")]),
        head("/", &[("authorization", "Bearer ")]),
        head("/", &[("authorization", "Bearer a b")]),
        head("/", &[("authorization", "Bearer a,b")]),
        head("/", &[("authorization", "bearer \"a\"")]),
        head("/", &two),
        head("/?access_token=b", &[("authorization", "Bearer a")]),
        head("/?x=%&%61ccess_token=b", &[("authorization", "Bearer a")]),
    ];
    for request in &requests {
        let (status, lines, body) = rejected(&api, request, &orders()).await;
        assert_eq!((status, lines), (400, vec![challenge("invalid_request")]), "{request:?}");
        assert_eq!(body["error"], "invalid_request");
    }
}

#[tokio::test]
async fn rs4_every_token_that_is_not_accepted_is_answered_alike() {
    let house = House::new();
    let api = house.api();
    let tokens = [
        house.token(|token| token.expires_in(-3600)),
        house.token(|token| token.claim("aud", "https://other.example.com")),
        house.token(|token| token.claim("iss", "https://other.example.com")),
        house.token(|token| token.header("typ", "JWT")),
        house.token(|token| token.header("kid", "unknown")),
        house.token(|token| token.without_claim("exp")),
        house.token(|token| token.forge(&Forgery::AlgorithmNone)),
        house.provider.mint_id_token(|token| token).expose().to_owned(),
        "a.b.c".to_owned(),
        "opaque".to_owned(),
        format!("{}x", house.token(|token| token)),
    ];
    for token in &tokens {
        assert_eq!(rejected(&api, &bearing(token), &orders()).await, invalid_token(), "{token}");
    }
    let rejection = api.authenticate(&bearing(&tokens[0]), &orders()).await.unwrap_err();
    assert!(rejection.error().code().contains("expired"), "the log learns what the caller does not: {:?}", rejection.error());
    let other_spelling = house.token(|token| token.header("typ", "application/at+jwt"));
    assert_eq!(accepted(&api, &bearing(&other_spelling), &orders()).await.subject(), Some("alice"));
}

#[tokio::test]
async fn a_caller_with_a_good_token_passes_however_the_scheme_is_written() {
    let house = House::new();
    let (api, token) = (house.api(), house.token(|token| token));
    for scheme in ["Bearer ", "bearer ", "BEARER  "] {
        let request = head("/orders", &[("authorization", &format!("{scheme}{token}"))]);
        let caller = accepted(&api, &request, &orders()).await;
        assert_eq!((caller.subject(), caller.issuer()), (Some("alice"), Some("https://idp.example.com")));
        assert!(caller.response_headers().is_empty());
    }
}

#[tokio::test]
async fn rs5_a_missing_scope_is_forbidden_and_all_that_the_route_needs_are_named() {
    let house = House::new();
    let api = house.api();
    let route = RouteRequirements::new().scope(["orders:read", "orders:write"]);
    for scope in [json!("orders:read"), json!("orders:write"), json!("orders"), json!("ORDERS:READ orders:write"), json!("")] {
        let token = house.token(|token| token.claim("scope", scope.clone()));
        let (status, lines, body) = rejected(&api, &bearing(&token), &route).await;
        let expected =
            format!(r#"Bearer realm="api", error="insufficient_scope", scope="orders:read orders:write", resource_metadata="{METADATA}""#);
        assert_eq!((status, lines, &body["error"]), (403, vec![expected], &json!("insufficient_scope")), "{scope}");
    }
    let token = house.token(|token| token.claim("scope", "orders:write other orders:read"));
    accepted(&api, &bearing(&token), &route).await;
}

#[tokio::test]
async fn rs6_a_guard_forbids_without_an_error_and_a_hidden_route_is_not_found() {
    let house = House::new();
    let api = house.api();
    let tenant = |token: &identity_model::validation::ValidatedToken| token.try_get_str("tenant") == Some("acme");
    let (route, hidden) = (orders().guard(tenant), orders().guard(tenant).hidden());
    let (own, other) = (house.token(|token| token.claim("tenant", "acme")), house.token(|token| token.claim("tenant", "umbrella")));
    accepted(&api, &bearing(&own), &route).await;
    accepted(&api, &bearing(&own), &hidden).await;
    assert_eq!(rejected(&api, &bearing(&other), &route).await, (403, vec![], Value::Null));
    let not_found = api.authenticate(&bearing(&other), &hidden).await.unwrap_err();
    assert!(not_found.headers().is_empty());
    assert_eq!(shown(not_found), (404, vec![], Value::Null));
    assert_eq!(rejected(&api, &head("/", &[]), &hidden).await.0, 401, "only who is authenticated learns that there is nothing");
    let unscoped = house.token(|token| token.claim("tenant", "umbrella").claim("scope", "other"));
    assert_eq!(rejected(&api, &bearing(&unscoped), &hidden).await.0, 403);
}

#[tokio::test]
async fn rs7_another_or_a_more_recent_authentication_is_asked_for() {
    let house = House::new();
    let api = house.api();
    let now = 1_800_000_000_i64;
    let route = orders().acr_values(["urn:mfa", "urn:key"]).max_age(Duration::from_secs(300));
    let token = |acr: Option<&str>, auth_time: Option<i64>| {
        house.token(|mut token| {
            if let Some(acr) = acr {
                token = token.claim("acr", acr);
            }
            match auth_time {
                Some(at) => token.claim("auth_time", at),
                None => token,
            }
        })
    };
    let expected = format!(
        r#"Bearer realm="api", error="insufficient_user_authentication", scope="orders:read", acr_values="urn:mfa urn:key", max_age="300", resource_metadata="{METADATA}""#
    );
    for (acr, auth_time) in
        [(None, Some(now)), (Some("urn:password"), Some(now)), (Some("urn:mfa"), None), (Some("urn:mfa"), Some(now - 331))]
    {
        let (status, lines, body) = rejected(&api, &bearing(&token(acr, auth_time)), &route).await;
        assert_eq!(
            (status, lines, &body["error"]),
            (401, vec![expected.clone()], &json!("insufficient_user_authentication")),
            "{acr:?} {auth_time:?}"
        );
    }
    for (acr, auth_time) in [("urn:mfa", now), ("urn:key", now - 330)] {
        accepted(&api, &bearing(&token(Some(acr), Some(auth_time))), &route).await;
    }
}

#[tokio::test]
async fn rs9_a_token_that_is_bound_to_a_key_is_no_bearer_token() {
    let house = House::new();
    let api = house.api();
    for confirmation in [
        json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        json!({ "x5t#S256": "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0" }),
    ] {
        let token = house.token(|token| token.claim("cnf", confirmation.clone()));
        assert_eq!(rejected(&api, &bearing(&token), &orders()).await, invalid_token(), "{confirmation}");
    }
}

#[tokio::test]
async fn rs12_where_nobody_can_tell_the_caller_is_to_come_again() {
    let house = House::new();
    let api = house.api();
    let token = house.token(|token| token);
    house.provider.go_down();
    let rejection = api.authenticate(&bearing(&token), &orders()).await.unwrap_err();
    let retry_after: u64 = rejection.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(retry_after >= 1);
    assert_eq!(rejection.headers()["cache-control"], "no-store");
    assert_eq!(shown(rejection), (503, vec![], Value::Null));
    house.provider.come_back();
    house.clock.advance(Duration::from_secs(60));
    accepted(&api, &bearing(&token), &orders()).await;
    house.provider.go_down();
    accepted(&api, &bearing(&house.token(|token| token)), &orders()).await;
}

#[tokio::test]
async fn rs15_an_optional_route_takes_anonymous_callers_and_no_bad_token() {
    let house = House::new();
    let (api, route) = (house.api(), orders().optional());
    assert!(api.authenticate(&head("/", &[]), &route).await.unwrap().is_none());
    assert!(api.authenticate(&head("/", &[("authorization", "Basic eDp5")]), &route).await.unwrap().is_none());
    accepted(&api, &bearing(&house.token(|token| token)), &route).await;
    assert_eq!(rejected(&api, &bearing("a.b.c"), &route).await, invalid_token());
    assert_eq!(rejected(&api, &head("/", &[("authorization", "Bearer")]), &route).await.0, 400);
}

#[tokio::test]
async fn rs16_a_preflight_passes_and_a_page_can_read_a_rejection() {
    let house = House::new();
    let listed = AllowedOrigins::Listed(vec!["https://app.example.com".to_owned()]);
    let api = house.builder().allowed_origins(listed).build().unwrap();
    let mut preflight = head("/orders", &[("origin", "https://app.example.com"), ("access-control-request-method", "GET")]);
    preflight.method = Method::OPTIONS;
    assert!(api.authenticate(&preflight, &orders()).await.unwrap().is_none());
    let mut other = head("/orders", &[("origin", "https://app.example.com")]);
    other.method = Method::OPTIONS;
    let rejection = api.authenticate(&other, &orders()).await.unwrap_err();
    assert_eq!(rejection.status(), 401, "an OPTIONS of another kind is a request like any");
    assert_eq!(rejection.headers()["access-control-allow-origin"], "https://app.example.com");
    assert_eq!(rejection.headers()["access-control-expose-headers"], "WWW-Authenticate, DPoP-Nonce, Retry-After");
    assert_eq!(rejection.headers()["vary"], "Origin");
    let foreign = api.authenticate(&head("/orders", &[("origin", "https://evil.example")]), &orders()).await.unwrap_err();
    assert!(!foreign.headers().contains_key("access-control-allow-origin"));
    let any = house.builder().allowed_origins(AllowedOrigins::Any).build().unwrap();
    let rejection = any.authenticate(&head("/orders", &[("origin", "https://evil.example")]), &orders()).await.unwrap_err();
    assert_eq!(rejection.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn rs17_no_rejection_is_stored_and_the_metadata_is_public() {
    let house = House::new();
    let api = house.builder().scopes_supported(["orders:read", "orders:write"]).build().unwrap();
    let unscoped = house.token(|token| token.claim("scope", "other"));
    for request in [head("/", &[]), bearing(&unscoped), bearing("a.b.c"), head("/", &[("authorization", "Bearer")])] {
        let rejection = api.authenticate(&request, &orders()).await.unwrap_err();
        assert_eq!(rejection.headers()["cache-control"], "no-store", "{}", rejection.status());
    }
    let metadata = api.metadata().unwrap().with_member("resource_name", "Orders").with_member("resource", "https://evil.example");
    assert_eq!(metadata.path(), "/.well-known/oauth-protected-resource/v1");
    let response = metadata.to_response();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &http::HeaderValue::from_static("application/json"))
    );
    let document: Value = serde_json::from_slice(response.body()).unwrap();
    let expected = json!({
        "resource": RESOURCE, "authorization_servers": ["https://idp.example.com"], "scopes_supported": ["orders:read", "orders:write"],
        "bearer_methods_supported": ["header"], "resource_name": "Orders",
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn rs19_a_rejection_has_a_status_for_grpc() {
    let house = House::new();
    let (api, guarded) = (house.api(), RouteRequirements::new().guard(|_| false));
    let token = house.token(|token| token);
    let status = async |request, route: &RouteRequirements| api.authenticate(&request, route).await.unwrap_err().grpc_status();
    assert_eq!(status(head("/", &[]), &orders()).await, 16);
    assert_eq!(status(head("/", &[("authorization", "Bearer")]), &orders()).await, 3);
    assert_eq!(status(bearing(&token), &guarded).await, 7);
    assert_eq!(status(bearing(&token), &guarded.clone().hidden()).await, 5);
    let cold = House::new();
    cold.provider.go_down();
    assert_eq!(cold.api().authenticate(&bearing(&token), &orders()).await.unwrap_err().grpc_status(), 14);
}

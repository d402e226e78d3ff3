//! What each endpoint answers when nothing is wrong, and which requests it rejects.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{AccessTokenFormat, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::transport::{HttpClient, TransportErrorKind};
use serde_json::json as value;

use super::support::*;

#[test]
fn both_metadata_documents_name_every_endpoint() {
    let provider = TestProvider::builder().issuer("https://idp.test/tenant").metadata("service_documentation", "https://docs.test").build();
    for path in ["/tenant/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/tenant"] {
        let response = provider.send_blocking(get(format!("https://idp.test{path}"))).unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        let document = json(&response);
        assert_eq!(document["issuer"], "https://idp.test/tenant");
        assert_eq!(document["jwks_uri"], "https://idp.test/tenant/jwks");
        assert_eq!(document["token_endpoint"], "https://idp.test/tenant/token");
        assert_eq!(document["userinfo_endpoint"], "https://idp.test/tenant/userinfo");
        assert_eq!(document["grant_types_supported"].as_array().unwrap().len(), 8);
        for member in [
            "introspection_endpoint",
            "revocation_endpoint",
            "device_authorization_endpoint",
            "backchannel_authentication_endpoint",
            "pushed_authorization_request_endpoint",
            "registration_endpoint",
        ] {
            assert!(document[member].as_str().unwrap().starts_with("https://idp.test/tenant/"), "{member}");
        }
        assert_eq!(document["id_token_signing_alg_values_supported"], value!(["RS256", "PS256", "ES256", "ES384", "EdDSA"]));
        assert_eq!(document["service_documentation"], "https://docs.test");
    }
}

#[test]
fn an_issuer_keeps_its_slash_and_its_endpoints_have_one_only() {
    let provider = TestProvider::builder().issuer("https://idp.test/").build();
    let document = json(&provider.send_blocking(get("https://idp.test/.well-known/openid-configuration")).unwrap());
    assert_eq!(document["issuer"], "https://idp.test/");
    assert_eq!(document["jwks_uri"], "https://idp.test/jwks");
}

#[test]
fn an_endpoint_can_live_on_another_origin_and_a_member_be_left_out() {
    let provider = TestProvider::builder()
        .endpoint_address(ProviderEndpoint::Jwks, "https://keys.test/all")
        .metadata("userinfo_endpoint", value!(null))
        .build();
    let document = json(&ask(&provider, ProviderEndpoint::Discovery).unwrap());
    assert_eq!(document["jwks_uri"], "https://keys.test/all");
    assert_eq!(document.get("userinfo_endpoint"), None);
    assert_eq!(provider.send_blocking(get("https://keys.test/all")).unwrap().status(), 200);
    assert_eq!(provider.send_blocking(get("https://idp.test/jwks")).unwrap().status(), 404);
}

#[tokio::test]
async fn another_origin_is_a_connect_error_and_another_path_is_not_found() {
    let provider = TestProvider::new();
    for url in ["https://elsewhere.test/jwks", "http://idp.test/jwks", "https://idp.test:8443/jwks", "/jwks"] {
        assert_eq!(provider.send_blocking(get(url)).unwrap_err().kind(), TransportErrorKind::Connect, "{url}");
    }
    assert_eq!(HttpClient::send(&provider, get("https://idp.test:443/jwks")).await.unwrap().status(), 200);
    assert_eq!(HttpClient::send(&provider, get("https://idp.test/nothing")).await.unwrap().status(), 404);
    assert_eq!((provider.requests(ProviderEndpoint::Jwks), provider.recorded().len()), (1, 2));
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let provider = TestProvider::new();
    let response = provider.send_blocking(get("https://idp.test/token")).unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
}

#[test]
fn keys_have_the_media_type_and_the_cache_lifetime_that_were_set() {
    let plain = ask(&TestProvider::new(), ProviderEndpoint::Jwks).unwrap();
    assert_eq!(plain.headers()[CONTENT_TYPE], "application/json");
    assert!(!plain.headers().contains_key(CACHE_CONTROL));
    let provider = TestProvider::builder().key_set_media_type().key_set_cache_control("max-age=90").build();
    let response = ask(&provider, ProviderEndpoint::Jwks).unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/jwk-set+json");
    assert_eq!(response.headers()[CACHE_CONTROL], "max-age=90");
}

#[test]
fn client_credentials_yield_a_signed_token_of_rfc_9068() {
    let (_, _, environment) = fixed();
    let client = TestClient::new("reports")
        .secret("s3cret")
        .scopes(["reports:read", "reports:write"])
        .audiences(["reports-api"])
        .claim("tenant", "north");
    let provider = TestProvider::builder().client(client).access_token_lifetime(Duration::from_secs(300)).environment(environment).build();
    let form = [("grant_type", "client_credentials"), ("scope", "reports:read")];
    let response = provider.send_blocking(basic(post("https://idp.test/token", &form), "reports", "s3cret")).unwrap();
    assert_eq!((response.status().as_u16(), response.headers()[CACHE_CONTROL].to_str().unwrap()), (200, "no-store"));
    let document = json(&response);
    assert_eq!(
        (&document["token_type"], &document["expires_in"], &document["scope"]),
        (&value!("Bearer"), &value!(300), &value!("reports:read"))
    );

    let (header, mut claims) = verify(&provider, document["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(header, value!({"alg": "RS256", "kid": "rs256-1", "typ": "at+jwt"}));
    assert_eq!(claims["jti"].take().as_str().unwrap().len(), 22);
    let expected = value!({
        "iss": "https://idp.test", "sub": "reports", "aud": "reports-api", "client_id": "reports", "iat": NOW, "exp": NOW + 300,
        "scope": "reports:read", "tenant": "north", "jti": null
    });
    assert_eq!(claims, expected);
}

#[test]
fn resources_become_the_audience() {
    let provider = TestProvider::new();
    let form = [("grant_type", "client_credentials"), ("resource", "https://a.test"), ("resource", "https://b.test")];
    let (_, claims) = verify(&provider, json(&token(&provider, &form))["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims["aud"], value!(["https://a.test", "https://b.test"]));
    let (_, claims) = verify(&provider, &access_token(&provider)).unwrap();
    assert_eq!(claims["aud"], "https://idp.test");
}

#[test]
fn opaque_tokens_say_nothing() {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    let provider = TestProvider::builder().client(client).access_token_format(AccessTokenFormat::Opaque).build();
    let token = access_token(&provider);
    assert!(!token.contains('.') && token.len() == 43, "{token}");
    assert_ne!(token, access_token(&provider));
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined.
#[test]
fn a1_basic_credentials_are_form_decoded() {
    let pairs = [
        ("foo", "bar"),
        ("foo", "very+secret"),
        ("firstname lastname", "bar"),
        ("firstname:lastname", "bar:bar2"),
        ("sören:müller", "bar:bar2"),
        (":/&%%(/(&/) %&%&/%/&", ")(/)(/&  /%/&%$&$$&"),
        ("a=b", "c=d&e"),
    ];
    for (id, secret) in pairs {
        let provider = TestProvider::builder().client(TestClient::new(id).secret(secret)).build();
        let form = [("grant_type", "client_credentials")];
        let send = |request| provider.send_blocking(request).unwrap().status().as_u16();
        assert_eq!(send(basic(post("https://idp.test/token", &form), id, secret)), 200, "{id}");
        assert_eq!(send(basic(post("https://idp.test/token", &form), id, "wrong")), 401, "{id}");
        let [grant] = form;
        assert_eq!(send(post("https://idp.test/token", &[grant, ("client_id", id), ("client_secret", secret)])), 200, "{id}");
        assert_eq!(send(post("https://idp.test/token", &[grant, ("client_id", id), ("client_secret", "wrong")])), 401, "{id}");
        assert_eq!(send(post("https://idp.test/token", &[grant, ("client_id", id)])), 401, "{id}");
    }
}

#[test]
fn a_public_client_names_itself_and_a_method_can_be_shut() {
    let provider = TestProvider::builder()
        .client(TestClient::new("public"))
        .client(TestClient::new("header").secret("s").authentication_methods(["client_secret_basic"]))
        .build();
    let send = |form: &[(&str, &str)]| provider.send_blocking(post("https://idp.test/token", form)).unwrap().status().as_u16();
    assert_eq!(send(&[("grant_type", "client_credentials"), ("client_id", "public")]), 200);
    assert_eq!(send(&[("grant_type", "client_credentials"), ("client_id", "header"), ("client_secret", "s")]), 401);
}

#[test]
fn refusals_are_those_of_the_specification() {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET).scopes(["read"]).audiences(["api"]);
    let provider = TestProvider::builder().client(client).build();
    let refusal = |form: &[(&str, &str)]| {
        let response = token(&provider, form);
        (response.status().as_u16(), json(&response)["error"].as_str().unwrap().to_owned())
    };
    let grant = ("grant_type", "client_credentials");
    for (form, code) in [
        (&[grant, ("scope", "read write")][..], "invalid_scope"),
        (&[grant, ("resource", "https://other.test")], "invalid_target"),
        (&[("grant_type", "magic")], "unsupported_grant_type"),
        (&[("scope", "read")], "invalid_request"),
        (&[grant, ("scope", "read"), ("scope", "read")], "invalid_request"),
        (&[grant, ("client_id", "other")], "invalid_request"),
        (&[grant, ("client_secret", TestProvider::CLIENT_SECRET)], "invalid_request"),
    ] {
        assert_eq!(refusal(form), (400, code.to_owned()), "{form:?}");
    }

    let wrong = provider.send_blocking(basic(post("https://idp.test/token", &[grant]), "client", "wrong")).unwrap();
    assert_eq!((wrong.status().as_u16(), json(&wrong)["error"].as_str().unwrap()), (401, "invalid_client"));
    assert!(wrong.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
    let nobody = provider.send_blocking(post("https://idp.test/token", &[grant])).unwrap();
    assert_eq!((nobody.status().as_u16(), nobody.headers().get(WWW_AUTHENTICATE)), (401, None));
}

#[test]
fn hostile_requests_are_refused_and_nothing_panics() {
    let provider = TestProvider::new();
    for authorization in ["Basic", "Basic !", "Basic Og==", "Basic /////w==", "Bearer x", "", "Basic Zm9v"] {
        let mut request = post("https://idp.test/token", &[("grant_type", "client_credentials")]);
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        assert_eq!(provider.send_blocking(request).unwrap().status(), 401, "{authorization}");
    }
    let mut request = post("https://idp.test/token", &[]);
    *request.body_mut() = vec![0xff, b'=', b'%', b'&', b'&', b'='].into();
    assert_eq!(provider.send_blocking(request).unwrap().status(), 401);
    let mut request = post("https://idp.test/token", &[("grant_type", "client_credentials")]);
    request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    assert_eq!(provider.send_blocking(request).unwrap().status(), 400);
}

#[test]
fn userinfo_releases_claims_by_scope() {
    let user = TestUser::new("bob").claim("name", "Bob").claim("email", "bob@idp.test").claim("locker", 7);
    let provider = TestProvider::builder().user(user).build();
    let ask = |token: &str| json(&provider.send_blocking(bearer(get("https://idp.test/userinfo"), token)).unwrap());
    let all = provider.access_token_for_user("bob");
    assert_eq!(ask(all.expose()), value!({"sub": "bob", "name": "Bob", "email": "bob@idp.test", "locker": 7}));
    let some = provider.access_token_for_user_with_scopes("bob", ["openid", "email"]);
    assert_eq!(ask(some.expose()), value!({"sub": "bob", "email": "bob@idp.test", "locker": 7}));
}

#[test]
fn userinfo_refuses_what_is_no_users_token() {
    let (clock, _, environment) = fixed();
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    let provider = TestProvider::builder().client(client).user(TestUser::new("bob")).environment(environment).build();
    let ask = |request| {
        let response = provider.send_blocking(request).unwrap();
        (response.status().as_u16(), response.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned()))
    };
    let userinfo = || get("https://idp.test/userinfo");
    let challenge = |code: &str| Some(format!("Bearer realm=\"test provider\", error=\"{code}\""));
    assert_eq!(ask(userinfo()), (401, Some("Bearer realm=\"test provider\"".to_owned())));
    assert_eq!(ask(bearer(userinfo(), "made-up")), (401, challenge("invalid_token")));
    assert_eq!(ask(bearer(userinfo(), &access_token(&provider))), (403, challenge("insufficient_scope")));
    assert_eq!(ask(bearer(userinfo(), provider.access_token_for_user("nobody").expose())), (401, challenge("invalid_token")));
    let token = provider.access_token_for_user("bob");
    assert_eq!(ask(bearer(userinfo(), token.expose())), (200, None));
    clock.advance(Duration::from_secs(3600));
    assert_eq!(ask(bearer(userinfo(), token.expose())), (401, challenge("invalid_token")));
}

#[test]
fn userinfo_can_be_signed() {
    let provider = TestProvider::builder().user(TestUser::new("bob")).signed_userinfo(SignatureAlgorithm::ES256).build();
    let token = provider.access_token_for_user("bob");
    let response = provider.send_blocking(bearer(get("https://idp.test/userinfo"), token.expose())).unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/jwt");
    let (header, claims) = verify(&provider, std::str::from_utf8(response.body()).unwrap()).unwrap();
    assert_eq!(header["alg"], "ES256");
    assert_eq!(claims, value!({"sub": "bob", "iss": "https://idp.test", "aud": "client"}));
}

#[test]
fn requests_are_recorded_with_their_form() {
    let provider = TestProvider::new();
    access_token(&provider);
    let [request] = &provider.recorded_at(ProviderEndpoint::Token)[..] else { panic!("one request") };
    assert_eq!(request.form_value("grant_type").as_deref(), Some("client_credentials"));
    assert_eq!(request.url(), "https://idp.test/token");
    provider.clear_recorded();
    assert_eq!((provider.requests(ProviderEndpoint::Token), provider.recorded().len()), (0, 0));
}

#[tokio::test]
async fn a_thousand_tasks_are_counted_exactly() {
    let provider = TestProvider::builder().algorithms([SignatureAlgorithm::EDDSA]).client(TestClient::new("c")).build();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let provider = provider.clone();
        let request = post("https://idp.test/token", &[("grant_type", "client_credentials"), ("client_id", "c")]);
        tasks.spawn(async move { HttpClient::send(&provider, request).await.unwrap().status().as_u16() });
    }
    assert!(tasks.join_all().await.into_iter().all(|status| status == 200));
    assert_eq!(provider.requests(ProviderEndpoint::Token), 1000);
}

#[test]
fn sixty_four_threads_see_one_provider() {
    let provider = TestProvider::builder().algorithms([SignatureAlgorithm::ES256]).build();
    std::thread::scope(|scope| {
        for number in 0..64 {
            let provider = provider.clone();
            scope.spawn(move || {
                if number % 8 == 0 {
                    provider.rotate_keys();
                }
                let token = provider.mint_access_token(|token| token);
                assert_eq!(token.expose().split('.').count(), 3);
                assert_eq!(key_set(&provider).keys().len(), 1);
            });
        }
    });
    assert_eq!(provider.requests(ProviderEndpoint::Jwks), 64);
    assert_eq!(provider.key_ids(), ["es256-9"]);
}

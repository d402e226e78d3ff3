//! A secret that recurs: every public type that can hold one is formatted in every way, and none may show it.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use identity_model::document::{Document, SECRET_MEMBERS};
use identity_model::encoding::challenge::Challenge;
use identity_model::encoding::form::Form;
use identity_model::encoding::{base64, base64url};
use identity_model::environment::Environment;
use identity_model::error::Error;
use identity_model::exchange::{ClientAssertion, Event, Moment, Step};
use identity_model::jose::{
    CompactJws, JsonWebKey, JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, TokenLimits, UnsignedJws, sign_compact_blocking,
};
use identity_model::keys::{ProviderKeys, TokenIntrospection, TokenValidator};
use identity_model::protocol::Request;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::authorize::{
    AuthorizationOptions, AuthorizationRequest, Callback, ClaimRequest, CodeChallenge, LoginProvider, LoginRequest, LoginTransaction,
    ReceivedCallback, RequestObjectSettings, ResponseMode, ResponseType,
};
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::discovery::{Address, DiscoveryDocumentRequest, DiscoveryEndpoint, DiscoveryPolicy};
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::pushed_authorization::{PushedAuthorization, PushedAuthorizationRequest};
use identity_model::protocol::registration::RegistrationRequest;
use identity_model::protocol::registration_management::{ClientReadRequest, RegisteredClient};
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::secret::{
    AccessToken, ClientSecret, CodeVerifier, IdentityToken, RefreshToken, RequestUri, SecretText, SecurityAssertion,
};
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider};
use identity_model::transport::RetrySettings;
use identity_model::validation::{Inspected, SecurityToken, TokenValidationOptions, danger_read_unverified};
use serde_json::json;

/// The secret. Long enough to be told from chance in any encoding.
const CANARY: &str = "c4n4ry-c4n4ry-c4n4ry-c4n4ry-c4n4ry";
const TOKEN: &str = "https://idp.example.com/token";
const USERINFO: &str = "https://idp.example.com/userinfo";

/// The traces that the secret leaves in a text: itself, its bytes, and what base64 makes of its middle wherever it begins.
fn traces() -> Vec<String> {
    let mut traces = vec!["c4n4ry".to_owned(), "99, 52, 110, 52, 114, 121".to_owned(), "63346e347279".to_owned()];
    for offset in 0..3 {
        let shifted = format!("{}{CANARY}", " ".repeat(offset));
        for encoded in [base64::encode(&shifted), base64url::encode(&shifted)] {
            traces.push(encoded.get(4..24).unwrap().to_owned());
        }
    }
    traces
}

#[track_caller]
fn assert_unseen(text: &str) {
    for trace in traces() {
        assert!(!text.contains(&trace), "`{trace}` shows in: {text}");
    }
}

/// `Debug` in both forms.
#[track_caller]
fn silent(value: &dyn Debug) {
    assert_unseen(&format!("{value:?}\n{value:#?}"));
}

#[track_caller]
fn silent_in_display(value: &dyn Display) {
    assert_unseen(&value.to_string());
}

/// An error and every source of it, in every form.
#[track_caller]
fn silent_error(error: &(dyn StdError + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        silent(&error);
        silent_in_display(&error);
        next = error.source();
    }
}

fn token_request() -> ClientCredentialsTokenRequest {
    ClientCredentialsTokenRequest::builder()
        .retry(RetrySettings::NONE)
        .parameter("custom", CANARY)
        .parameter_values("several", [CANARY])
        .header("x-api-key", CANARY)
        .address(format!("{TOKEN}?key={CANARY}"))
        .client_id("client")
        .authentication(ClientAuthentication::secret_post(CANARY))
        .build()
}

fn user_request() -> UserInfoRequest {
    UserInfoRequest::builder().retry(RetrySettings::NONE).address(USERINFO).access_token(CANARY).expected_subject("s").build()
}

fn scripted(expected: Expected, answer: ScriptedResponse) -> ScriptedHttpClient {
    ScriptedHttpClient::builder().exchange(expected, answer).build()
}

#[test]
fn the_traces_are_found_where_they_are() {
    for encoded in [base64::encode(CANARY), base64::encode(format!("client:{CANARY}")), base64url::encode(format!("12{CANARY}"))] {
        assert!(traces().iter().any(|trace| encoded.contains(trace)), "{encoded}");
    }
    assert!(std::panic::catch_unwind(|| silent(&CANARY)).is_err());
    assert!(std::panic::catch_unwind(|| silent(&CANARY.as_bytes())).is_err());
}

#[test]
fn secrets_and_what_holds_them() {
    silent(&ClientSecret::new(CANARY));
    silent(&AccessToken::new(CANARY));
    silent(&RefreshToken::new(CANARY));
    silent(&IdentityToken::new(CANARY));
    silent(&SecretText::new(CANARY));
    silent(&RequestUri::new(CANARY));
    silent(&SecurityAssertion::new(CANARY));
    silent(&ClientAuthentication::secret_basic(CANARY));
    silent(&ClientAuthentication::secret_basic_raw(CANARY));
    silent(&ClientAuthentication::secret_post(CANARY));
    silent(&ClientAuthentication::secret_jwt(CANARY, SignatureAlgorithm::HS256).unwrap());
    silent(&ClientAssertion::jwt(CANARY));
    silent(&Event::Asserted(Ok(ClientAssertion::jwt(CANARY))));
    silent(&Event::Signed(Ok(CANARY.into())));
    silent(&Form::from_iter([("client_secret", CANARY)]));
    silent(&Form::parse(format!("{CANARY}=%zz")).unwrap_err());
    silent(&Challenge::parse([format!("Negotiate {CANARY}")]));
}

#[test]
fn requests_and_their_exchanges() {
    let moment = || Moment::of(&Environment::system()).unwrap();
    silent(&token_request());
    silent(&user_request());
    let address = format!("https://user:{CANARY}@idp.example.com/keys?key={CANARY}#{CANARY}");
    silent(&Address::from(address.as_str()));
    silent(&JwksRequest::builder().address(address.as_str()).build());
    silent(&DiscoveryDocumentRequest::builder().address(address.as_str()).build());
    silent(&DiscoveryPolicy::strict().check_address(&format!("{TOKEN}?key={CANARY}")).unwrap());

    let mut exchange = token_request().exchange();
    silent(&exchange);
    let step = exchange.resume(Event::Start, moment());
    assert!(matches!(step, Step::Send { .. }));
    silent(&step);
    let mut response = http::Response::new(bytes::Bytes::from(format!(r#"{{"access_token":"{CANARY}","token_type":"Bearer"}}"#)));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response.headers_mut().insert("set-cookie", http::HeaderValue::from_static(CANARY));
    response.headers_mut().insert("dpop-nonce", http::HeaderValue::from_static(CANARY));
    let event = Event::Answered(Ok(response));
    silent(&event);
    let step = exchange.resume(event, moment());
    assert!(matches!(step, Step::Done(Ok(_))));
    silent(&step);
    silent(&user_request().exchange().resume(Event::Start, moment()));
    silent(&Moment { random: *CANARY.as_bytes().first_chunk().unwrap(), ..moment() });
}

/// The way to the authorization endpoint: state, nonce and verifier, the request object, the address, the reference.
#[test]
fn authorization_requests_and_logins_that_begin() {
    let verifier = CodeVerifier::new(CANARY.repeat(2));
    for challenge in [CodeChallenge::s256(&verifier), CodeChallenge::danger_plain(&verifier), CodeChallenge::from(CANARY)] {
        silent(&challenge);
    }
    let options = AuthorizationOptions::new()
        .id_token_hint(CANARY)
        .parameter("x", CANARY)
        .claims(json!({ "id_token": { "a": { "value": CANARY } } }));
    silent(&options);
    silent(&ClaimRequest::essential().value(CANARY));
    let request = AuthorizationRequest::builder()
        .address(format!("https://idp.example.com/authorize?key={CANARY}"))
        .client_id("c")
        .response_type(ResponseType::Code)
        .redirect_uri("https://app.example.com")
        .code_challenge(CodeChallenge::danger_plain(&verifier))
        .state(CANARY)
        .nonce(CANARY)
        .options(options.clone())
        .build();
    silent(&request);
    silent_error(&request.clone().url_with_object_at(CANARY, &request.sign_blocking(&unsigned()).unwrap()).unwrap_err());
    let object = request.sign_blocking(&unsigned()).unwrap();
    silent(&object);
    silent(&unsigned());
    silent(&PushedAuthorization::from(&object));
    silent(&PushedAuthorization::from(&request));

    let provider = || {
        let builder = LoginProvider::builder().issuer("https://idp.example.com").authorization_endpoint(format!("{USERINFO}?k={CANARY}"));
        builder.token_endpoint(TOKEN).pushed_authorization_request_endpoint(TOKEN).build()
    };
    silent(&provider());
    let login = || {
        let builder = LoginRequest::builder().retry(RetrySettings::NONE).provider(provider()).client_id("c");
        builder.redirect_uri("https://app.example.com").authentication(ClientAuthentication::secret_post(CANARY)).options(options.clone())
    };
    silent(&login().build());
    let pushed = ScriptedResponse::json(201, json!({ "request_uri": CANARY, "expires_in": 60 }));
    let begun = login().send_blocking(&scripted(Expected::post(TOKEN), pushed)).unwrap();
    assert!(begun.url.as_str().contains(CANARY));
    silent(&begun);
    for answer in [
        ScriptedResponse::json(400, json!({ "error": "e", "error_description": format!("bad {CANARY}") })),
        ScriptedResponse::json(201, json!({ "request_uri": [CANARY], "expires_in": CANARY })),
    ] {
        silent_error(&login().send_blocking(&scripted(Expected::post(TOKEN), answer)).unwrap_err());
    }
    for wrong in [
        login().parameter("state", CANARY),
        login().parameter("request", CANARY),
        login().max_age(Duration::ZERO).parameter("max_age", CANARY),
    ] {
        silent_error(&wrong.send_blocking(&ScriptedHttpClient::builder().build()).unwrap_err());
    }
}

fn unsigned() -> RequestObjectSettings {
    RequestObjectSettings::danger_unsigned().with_audience("https://idp.example.com")
}

/// The requests of the other endpoints, each with the secret in every place for one.
#[test]
fn other_requests_and_their_answers() {
    let retry = RetrySettings::NONE;
    let at = |answer| scripted(Expected::post(TOKEN), answer);
    let members: serde_json::Map<_, _> = SECRET_MEMBERS.iter().map(|name| ((*name).to_owned(), json!(CANARY))).collect();
    let answer = |status, more: serde_json::Value| {
        let mut body = members.clone();
        body.extend(more.as_object().cloned().unwrap_or_default());
        ScriptedResponse::json(status, serde_json::Value::Object(body))
    };
    let client = || RegisteredClient::new("c", "https://idp.example.com/c", CANARY);
    silent(&client());

    let request = IntrospectionRequest::builder().retry(retry).address(TOKEN).client_id("c").token(CANARY).build();
    silent(&request);
    let active = answer(200, json!({ "active": true, "sub": "s", "cnf": { "jkt": CANARY }, "x": CANARY }));
    silent(&request.send_blocking(&at(active)).unwrap());
    let request = RevocationRequest::builder().retry(retry).address(TOKEN).client_id("c").token(CANARY).build();
    silent(&request);
    silent(&request.send_blocking(&at(answer(200, json!({})))).unwrap());

    let parameters = AuthorizationParameters::builder().redirect_uri("https://app.example.com").code_challenge("x".repeat(43));
    let parameters = parameters.state(CANARY).nonce(CANARY).id_token_hint(CANARY).build();
    let request = PushedAuthorizationRequest::builder().retry(retry).address(TOKEN).client_id("c").authorization(parameters).build();
    silent(&request);
    silent(&request.send_blocking(&at(answer(201, json!({ "expires_in": 60 })))).unwrap());
    silent(&PushedAuthorization::RequestObject(SecurityAssertion::new(CANARY)));

    let metadata = ClientMetadata::builder().software_statement(CANARY).member("x", CANARY).build();
    let request = RegistrationRequest::builder().retry(retry).address(TOKEN).metadata(metadata).initial_access_token(CANARY).build();
    silent(&request);
    let registered = answer(201, json!({ "client_id": "c", "registration_client_uri": "https://idp.example.com/c", "x": CANARY }));
    let response = request.send_blocking(&at(registered)).unwrap();
    silent(&response);
    silent(&response.metadata());
    silent(&response.management());
    silent(&ClientReadRequest::builder().client(client()).build());

    let device = json!({ "user_code": "u", "verification_uri": "https://idp.example.com", "expires_in": 60 });
    let request = DeviceAuthorizationRequest::builder().retry(retry).address(TOKEN).client_id("c").build();
    silent(&request.send_blocking(&at(answer(200, device))).unwrap());
    let hint = AuthenticationHint::LoginHintToken(SecretText::new(CANARY));
    let request = BackchannelAuthenticationRequest::builder().retry(retry).address(TOKEN).client_id("c").hint(hint).scope(["openid"]);
    let request = request.user_code(CANARY).client_notification_token(CANARY).build();
    silent(&request);
    silent(&request.send_blocking(&at(answer(200, json!({ "expires_in": 60 })))).unwrap());
}

/// What each of them fails with when the server repeats the secret.
#[test]
fn errors_of_the_other_requests() {
    let retry = RetrySettings::NONE;
    let pushed = AuthorizationParameters::builder().redirect_uri("https://app.example.com").code_challenge("x".repeat(43));
    let pushed = PushedAuthorization::from(pushed.state(CANARY).nonce(CANARY).build());
    let hint = || AuthenticationHint::LoginHintToken(SecretText::new(CANARY));
    let secrets = || scripted(Expected::post(TOKEN), ScriptedResponse::json(400, json!({ "error": CANARY, "error_description": CANARY })));
    for authorization in [pushed, PushedAuthorization::RequestObject(SecurityAssertion::new(CANARY))] {
        let request = PushedAuthorizationRequest::builder().retry(retry).address(TOKEN).client_id("c").authorization(authorization);
        silent_error(&request.send_blocking(&secrets()).unwrap_err());
    }
    let request = BackchannelAuthenticationRequest::builder().retry(retry).address(TOKEN).client_id("c").hint(hint()).scope(["openid"]);
    silent_error(&request.user_code(CANARY).send_blocking(&secrets()).unwrap_err());
    let metadata = ClientMetadata::builder().software_statement(CANARY).build();
    let request = RegistrationRequest::builder().retry(retry).address(TOKEN).metadata(metadata);
    silent_error(&request.send_blocking(&secrets()).unwrap_err());
    for answer in [
        ScriptedResponse::json(400, json!({ "error": "e", "error_description": format!("bad {CANARY}") })),
        ScriptedResponse::content(500, "text/html", CANARY),
        ScriptedResponse::json(200, json!({ "active": CANARY, "request_uri": [CANARY], "client_secret": [CANARY] })),
        ScriptedResponse::json(
            201,
            json!({ "client_id": "c", "request_uri": CANARY, "client_secret": CANARY, "registration_access_token": CANARY }),
        ),
    ] {
        let at = || scripted(Expected::post(TOKEN), answer.clone());
        let errors = [
            IntrospectionRequest::builder().retry(retry).address(TOKEN).client_id("c").token(CANARY).send_blocking(&at()).err(),
            RevocationRequest::builder().retry(retry).address(TOKEN).client_id("c").token(CANARY).send_blocking(&at()).err(),
            RegistrationRequest::builder()
                .retry(retry)
                .address(TOKEN)
                .metadata(ClientMetadata::default())
                .initial_access_token(CANARY)
                .send_blocking(&at())
                .err(),
        ];
        errors.into_iter().flatten().for_each(|error| silent_error(&error));
    }
}

#[test]
fn responses_and_documents() {
    let members: serde_json::Map<_, _> = SECRET_MEMBERS.iter().map(|name| ((*name).to_owned(), json!(CANARY))).collect();
    let mut body = serde_json::Value::Object(members);
    silent(&Document::open_answer(body.to_string()).unwrap());
    silent(&Document::parse(json!({ "any": CANARY, "nested": { "deep": [CANARY] } }).to_string()).unwrap());

    body["token_type"] = json!("Bearer");
    body["unknown"] = json!(CANARY);
    let http = scripted(Expected::post(format!("{TOKEN}?key={CANARY}")), ScriptedResponse::json(200, body));
    let response = token_request().send_blocking(&http).unwrap();
    assert_eq!(response.access_token().expose(), CANARY);
    silent(&response);
    silent(&response.head());
    silent(&http);
    silent(&http.requests());

    let http = scripted(Expected::get(USERINFO), ScriptedResponse::json(200, json!({ "sub": "s", "phone_number": CANARY })));
    silent(&user_request().send_blocking(&http).unwrap());
    silent(&http.requests());

    let keys = json!({ "keys": [{ "kty": "oct", "k": base64url::encode(CANARY) }, { "kty": "EC", "d": CANARY }] });
    let http = scripted(Expected::get("https://idp.example.com/jwks"), ScriptedResponse::json(200, keys));
    silent(&JwksRequest::builder().address("https://idp.example.com/jwks").send_blocking(&http).unwrap());
}

/// What the two requests fail with for a response that repeats the secret.
fn errors(answer: &ScriptedResponse) -> [Error; 2] {
    let http = scripted(Expected::post(format!("{TOKEN}?key={CANARY}")), answer.clone());
    let token = token_request().send_blocking(&http).unwrap_err();
    let http = scripted(Expected::get(USERINFO), answer.clone());
    [token, user_request().send_blocking(&http).unwrap_err()]
}

#[test]
fn errors_of_answers_that_repeat_the_secret() {
    for answer in [
        ScriptedResponse::content(500, "text/html", format!("<p>{CANARY}</p>")),
        ScriptedResponse::content(400, "text/plain", CANARY),
        ScriptedResponse::content(200, "text/plain", CANARY),
        ScriptedResponse::json(201, json!({ "access_token": CANARY })),
        ScriptedResponse::status(302).header("location", &format!("https://idp.example.com/?token={CANARY}")),
        ScriptedResponse::json(400, json!({ "error": "invalid_grant", "error_description": CANARY, "error_uri": CANARY, "token": CANARY })),
        ScriptedResponse::json(401, json!({ "error": "invalid_token", "error_description": format!("the token `{CANARY}` is bad") })),
        ScriptedResponse::json(400, json!({ "error": CANARY })),
        ScriptedResponse::json(200, json!({ "access_token": CANARY, "token_type": CANARY, "sub": 1 })),
        ScriptedResponse::json(200, json!({ "access_token": CANARY, "expires_in": CANARY, "sub": 1 })),
        ScriptedResponse::status(401).header("www-authenticate", &format!("Bearer error_description=\"{CANARY}\", Negotiate {CANARY}")),
        ScriptedResponse::json(200, format!(r#"{{"access_token":"{CANARY}","access_token":"{CANARY}"}}"#)),
        ScriptedResponse::json(200, format!(r#"{{"access_token":"{CANARY}"#)),
        ScriptedResponse::json(200, format!(r#"{{"access_token":"{CANARY}"}} {CANARY}"#)),
        ScriptedResponse::json(200, format!(r#""{CANARY}""#)),
        ScriptedResponse::json(200, format!(r#"["{CANARY}"]"#)),
        ScriptedResponse::json(200, CANARY),
        ScriptedResponse::json(200, json!({ "access_token": [CANARY] })),
        ScriptedResponse::json(200, json!({ "access_token": CANARY, "token_type": { "x": CANARY }, "sub": [CANARY] })),
        ScriptedResponse::json(200, json!({ "access_token": CANARY, "token_type": "mac", "scope": { "x": CANARY }, "sub": "" })),
        ScriptedResponse::json(
            200,
            json!({ "access_token": CANARY, "token_type": "Bearer", "authorization_details": [CANARY], "sub": null }),
        ),
        ScriptedResponse::json(200, json!({ "access_token": CANARY, "refresh_token": [CANARY], "sub": 1 })),
    ] {
        for error in errors(&answer) {
            silent_error(&error);
            silent(&error.http_error());
            silent(&error.oauth_error());
        }
    }
}

#[test]
fn errors_of_requests_that_cannot_be_sent() {
    let http = ScriptedHttpClient::builder().build();
    let builder = || ClientCredentialsTokenRequest::builder().retry(RetrySettings::NONE);
    let errors = [
        builder().address(format!("https://user:{CANARY}@idp.example.com/")).client_id("c").send_blocking(&http).unwrap_err(),
        builder().address(format!("http://idp.example.com/?key={CANARY}")).client_id("c").send_blocking(&http).unwrap_err(),
        builder().address(format!("https://169.254.169.254/?key={CANARY}")).client_id("c").send_blocking(&http).unwrap_err(),
        builder().header("authorization", CANARY).address(TOKEN).client_id("c").send_blocking(&http).unwrap_err(),
        builder().header("x-key", format!("{CANARY}\n")).address(TOKEN).client_id("c").send_blocking(&http).unwrap_err(),
        builder().parameter("grant_type", CANARY).address(TOKEN).client_id("c").send_blocking(&http).unwrap_err(),
        builder().parameter("client_secret", CANARY).address(TOKEN).client_id("c").send_blocking(&http).unwrap_err(),
        UserInfoRequest::builder()
            .address(USERINFO)
            .access_token(format!("{CANARY}\n"))
            .expected_subject("s")
            .send_blocking(&http)
            .unwrap_err(),
    ];
    for error in errors {
        silent_error(&error);
    }
    let address = format!("https://user:{CANARY}@idp.example.com/?x={CANARY}");
    silent_error(&DiscoveryEndpoint::parse(&address, &Default::default()).unwrap_err());
    silent_error(&DiscoveryDocumentRequest::builder().address(address).send_blocking(&http).unwrap_err());
}

#[test]
fn keys_and_what_is_wrong_with_them() {
    let oct = json!({ "kty": "oct", "kid": "1", "k": base64url::encode(CANARY) }).to_string();
    let key = PrivateKey::from_secret(CANARY.as_bytes()).unwrap();
    silent(&key);
    silent(&key.public_jwk());
    silent(&key.expose_jwk());
    silent(&key.signer(SignatureAlgorithm::HS256).unwrap());
    silent(&PrivateKey::from_jwk(oct.as_bytes()).unwrap());
    silent(&JsonWebKey::from_secret(CANARY.as_bytes()).unwrap());
    silent(&JsonWebKey::from_json(oct.as_bytes()).map_err(|error| silent_error(&error)));
    silent(&JsonWebKeySet::from_json(format!(r#"{{"keys":[{oct}]}}"#).as_bytes()).unwrap());

    let encoded = base64url::encode(CANARY);
    for jwk in [
        json!({ "kty": "oct", "k": CANARY.repeat(2) + "=" }),
        json!({ "kty": "oct", "k": [encoded] }),
        json!({ "kty": "EC", "crv": "P-256", "x": encoded, "y": encoded, "d": encoded }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded, "d": encoded }),
        json!({ "kty": "RSA", "n": encoded, "e": "AQAB", "d": encoded, "p": encoded, "q": encoded, "dp": encoded, "dq": encoded, "qi": encoded }),
        json!({ "kty": "RSA", "d": encoded }),
        json!(CANARY),
    ] {
        let jwk = jwk.to_string();
        silent_error(&PrivateKey::from_jwk(jwk.as_bytes()).unwrap_err());
        let _ = JsonWebKey::from_json(jwk.as_bytes()).map(|key| silent(&key)).map_err(|error| silent_error(&error));
    }
    for pem in [
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64::encode(CANARY)),
        format!("-----BEGIN PRIVATE KEY-----\n{CANARY}!\n-----END PRIVATE KEY-----\n"),
        format!("-----BEGIN PRIVATE KEY-----\n{CANARY}"),
        CANARY.to_owned(),
    ] {
        silent_error(&PrivateKey::from_pem(&pem).unwrap_err());
        silent_error(&JsonWebKey::from_pem(&pem).unwrap_err());
    }
    silent_error(&PrivateKey::from_der(CANARY.as_bytes()).unwrap_err());
}

#[test]
fn tokens_at_every_stage_of_their_validation() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let claims = json!({ "iss": "https://idp", "aud": "api", "sub": "s", "client_id": "c", "jti": "j", "iat": 1_700_000_000, "exp": 4_102_444_800_u64, "email": CANARY });
    let header = JwsHeader::new().typ("at+jwt");
    let token = sign_compact_blocking(&header, claims.to_string().as_bytes(), &key.signer(SignatureAlgorithm::ES256).unwrap()).unwrap();
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);

    silent(&UnsignedJws::new(&header, claims.to_string().as_bytes(), SignatureAlgorithm::ES256, None).unwrap());
    silent(&CompactJws::parse(&token, TokenLimits::default()).unwrap());
    silent(&danger_read_unverified(&token).unwrap());
    let options = TokenValidationOptions::access_token().issuer("https://idp").audience("api").build();
    let inspected = Inspected::new(&token, &options, SystemTime::now()).unwrap();
    silent(&inspected);
    silent(&inspected.verify(&keys).unwrap());
    let validator = TokenValidator::builder().keys(keys.clone()).issuer("https://idp").audience("api").build();
    silent(&validator);
    silent(&validator.validate_blocking(&token).unwrap());

    let security_token = SecurityToken::new(token.as_str());
    silent(&security_token);
    silent(&SecurityToken::new(CANARY));
    let answer = json!({ "active": true, "iss": "https://idp", "aud": "api", "sub": CANARY, "email": CANARY, "exp": 4_102_444_800_u64 });
    let http = ScriptedHttpClient::builder().post("https://idp/introspect", ScriptedResponse::json(200, answer.to_string())).build();
    let introspection = TokenIntrospection::builder()
        .address("https://idp/introspect")
        .client_id("api")
        .authentication(ClientAuthentication::secret_basic(CANARY))
        .answer_cache(8, Duration::from_secs(60))
        .blocking_http(http)
        .build();
    let validator = TokenValidator::introspecting(introspection.clone()).issuer("https://idp").audience("api").build();
    silent(&validator.validate_blocking(CANARY).unwrap());
    silent(&introspection);
    silent(&validator);
    let elsewhere = TokenValidator::introspecting(introspection).issuer("https://idp").audience("other").build();
    silent_error(&elsewhere.validate_blocking(CANARY).unwrap_err());
    silent_error(&elsewhere.validate_blocking(&format!("{CANARY} {CANARY}")).unwrap_err());

    let strict = TokenValidator::builder().keys(keys).issuer("https://idp").audience("other").build();
    silent_error(&strict.validate_blocking(&token).unwrap_err());
    for bad in [
        CANARY.to_owned(),
        format!("{CANARY}.{CANARY}.{CANARY}"),
        format!("{}.{}.", base64url::encode(CANARY), base64url::encode(CANARY)),
        format!("{token}x"),
    ] {
        silent_error(&strict.validate_blocking(&bad).unwrap_err());
    }
}

/// A login that holds the secret as its state, nonce and verifier, and comes back with it as its code and tokens.
fn login(response_type: ResponseType, response_mode: Option<ResponseMode>) -> LoginTransaction {
    let builder = LoginTransaction::builder().issuer("https://idp.example.com").client_id("c").redirect_uri("https://app.example.com/cb");
    let builder = builder.response_type(response_type).maybe_response_mode(response_mode).token_endpoint(TOKEN);
    let builder = builder.state(CANARY).nonce(CANARY).code_verifier(CANARY.repeat(2)).begun_at(SystemTime::now());
    builder.build().unwrap()
}

#[test]
fn logins_and_their_callbacks_at_every_stage() {
    let tokens = "token_type=Bearer&expires_in=60";
    for (response_type, response_mode, rest) in [
        (ResponseType::Code, None, format!("code={CANARY}&own={CANARY}&session_state={CANARY}")),
        (ResponseType::Code, Some(ResponseMode::Jwt), format!("response={CANARY}")),
        (ResponseType::CodeIdToken, None, format!("code={CANARY}&id_token={CANARY}")),
        (ResponseType::DangerCodeToken, None, format!("code={CANARY}&access_token={CANARY}&{tokens}")),
        (ResponseType::DangerCodeIdTokenToken, None, format!("code={CANARY}&id_token={CANARY}&access_token={CANARY}&{tokens}")),
    ] {
        let transaction = login(response_type, response_mode);
        silent(&transaction);
        silent(&transaction.to_text());
        silent(&transaction.replay_key());
        let callback = Callback::from_url(format!("https://a/?state={CANARY}&{rest}#state={CANARY}&{rest}")).unwrap();
        silent(&callback);
        let received = transaction.receive(&callback, SystemTime::now()).unwrap();
        silent(&received);
        if let ReceivedCallback::Checked(checked) = received {
            let (request, pending) = checked.into_token_request();
            silent(&request.build());
            silent(&pending);
        }
    }
    silent(&Callback::from_query(format!("{CANARY}={CANARY}")).unwrap());
}

#[test]
fn errors_of_callbacks_and_of_logins_that_cannot_be_read() {
    for query in [
        format!("state={CANARY}x&code={CANARY}"),
        format!("code={CANARY}"),
        format!("state={CANARY}&state={CANARY}"),
        format!("state={CANARY}&code={CANARY}&code={CANARY}"),
        format!("state={CANARY}&response={CANARY}"),
        format!("state={CANARY}&id_token={CANARY}&code={CANARY}"),
        format!("state={CANARY}&access_token={CANARY}"),
        format!("state={CANARY}&code={CANARY}%00"),
        format!("state={CANARY}&error={CANARY}&error_description=sent+{CANARY}&error_uri=https://a/{CANARY}"),
        format!("state={CANARY}"),
    ] {
        let login = login(ResponseType::Code, None);
        let error = login.check(&Callback::from_query(&query).unwrap(), SystemTime::now()).unwrap_err();
        silent_error(&error);
        silent(&error.authorization_error());
        silent_error(&Error::from(error));
    }
    silent_error(&Callback::from_query(format!("state={CANARY}%zz")).unwrap_err());
    let good = login(ResponseType::Code, None).to_text();
    let mut members: serde_json::Value = serde_json::from_str(good.expose()).unwrap();
    for (name, value) in
        [("code_verifier", json!(CANARY)), ("state", json!([CANARY])), ("begun_at", json!(CANARY)), ("scope", json!(CANARY))]
    {
        let kept = std::mem::replace(&mut members[name], value);
        let text = members.to_string();
        silent_error(&LoginTransaction::from_text(&text).unwrap_err());
        silent_error(&serde_json::from_value::<LoginTransaction>(json!(text)).unwrap_err());
        members[name] = kept;
    }
    for text in [CANARY.to_owned(), format!("{{\"state\":\"{CANARY}\""), format!("{{\"{CANARY}\":1}}")] {
        silent_error(&LoginTransaction::from_text(&text).unwrap_err());
    }
}

#[test]
fn providers_of_tests_and_what_they_recorded() {
    let client = TestClient::new("client").secret(CANARY);
    silent(&client);
    let builder = TestProvider::builder().client(client);
    silent(&builder);
    let provider = builder.build();
    let request = ClientCredentialsTokenRequest::builder().address(provider.address(identity_model::testing::ProviderEndpoint::Token));
    let request = request.client_id("client").authentication(ClientAuthentication::secret_basic(CANARY));
    let token = request.send_blocking(&provider).unwrap();
    silent(&token);
    silent(&provider);
    silent(&provider.recorded());
    silent(&ProviderKeys::new_blocking(provider.issuer(), provider.clone()));
}

#[cfg(feature = "reqwest")]
#[test]
fn clients_with_a_certificate_a_proxy_and_headers() {
    use identity_model::transport::ReqwestClient;

    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64::encode(CANARY));
    let builders = [
        ReqwestClient::builder().client_certificate_pem(&pem),
        ReqwestClient::builder().client_certificate_der([CANARY], CANARY),
        ReqwestClient::builder().proxy(format!("http://user:{CANARY}@proxy.example.com")).default_header("x-api-key", CANARY),
        ReqwestClient::builder().proxy(format!("nonsense {CANARY}")),
        ReqwestClient::builder().default_header("x-api-key", format!("{CANARY}\n")),
        ReqwestClient::builder().root_certificate_pem(&pem),
    ];
    for builder in builders {
        silent(&builder);
        match builder.build() {
            Ok(client) => silent(&client),
            Err(error) => silent_error(&error),
        }
    }
}

/// Collects every field of every event.
struct Listener(Arc<Mutex<String>>);

impl tracing::Subscriber for Listener {
    fn enabled(&self, _metadata: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        attributes.record(&mut Note(&self.0));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _span: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Note(&self.0));
    }

    fn record_follows_from(&self, _span: &tracing::span::Id, _follows: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Note(&self.0));
    }

    fn enter(&self, _span: &tracing::span::Id) {}

    fn exit(&self, _span: &tracing::span::Id) {}
}

struct Note<'l>(&'l Mutex<String>);

impl tracing::field::Visit for Note<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?}\n"));
    }
}

#[test]
fn what_is_traced() {
    let heard = Arc::new(Mutex::new(String::new()));
    tracing::subscriber::with_default(Listener(Arc::clone(&heard)), || {
        errors(&ScriptedResponse::content(500, "text/html", CANARY));
        errors(&ScriptedResponse::json(200, json!({ "error": CANARY })));
        errors(&ScriptedResponse::error(identity_model::transport::TransportErrorKind::Timeout));
    });
    let heard = heard.lock().unwrap();
    assert!(heard.contains(TOKEN) && heard.contains("status=500"), "{heard}");
    assert_unseen(&heard);
}

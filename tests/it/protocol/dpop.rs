//! The client's side of DPoP: rules DC1 to DC21, P1 to P9, T3.

use std::time::Duration;

use bytes::Bytes;
use identity_model::encoding::{base64url, digest::sha256_base64url};
use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::PrivateKey;
use identity_model::protocol::authorize::LoginRequest;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::protocol::dpop::DpopKey;
use identity_model::protocol::registration::RegistrationRequest;
use identity_model::protocol::token::{
    AuthorizationCodeTokenRequest, ClientCredentialsTokenRequest, DeviceCodePolling, RefreshTokenRequest, TokenExchangeRequest,
    TokenResponse,
};
use identity_model::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use identity_model::resource::DpopClient;
use identity_model::secret::{AccessToken, AuthorizationCode, CodeVerifier, RefreshToken};
use identity_model::testing::{Expected, RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

use super::support::{Run, TOKEN, USERINFO, World, both_ways};

/// RFC 8037 appendix A.1: its signatures are the same each time.
const KEY: &[u8] = br#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const JKT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
const OTHER: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

/// A key that has seen no nonce yet.
fn key() -> DpopKey {
    DpopKey::from_jwk(KEY).unwrap()
}

/// A token request with a key, its retry settings stated.
macro_rules! grant {
    ($environment:expr, $key:expr) => {
        ClientCredentialsTokenRequest::builder()
            .environment($environment)
            .retry(RetrySettings::default())
            .dpop($key)
            .address(TOKEN)
            .client_id("client")
    };
}

fn token_of(token_type: &str) -> ScriptedResponse {
    ScriptedResponse::json(200, json!({"access_token": "a", "token_type": token_type, "refresh_token": "r"}).to_string())
}

fn wants_nonce(status: u16) -> ScriptedResponse {
    ScriptedResponse::json(status, r#"{"error":"use_dpop_nonce"}"#)
}

fn with_nonce(response: ScriptedResponse, nonce: &str) -> ScriptedResponse {
    response.header("dpop-nonce", nonce)
}

fn posts(answers: impl IntoIterator<Item = ScriptedResponse>) -> Run<TokenResponse> {
    let script: Vec<_> = answers.into_iter().map(|answer| (Expected::post(TOKEN).header_present("dpop"), answer)).collect();
    both_ways(|environment| grant!(environment, &key()).build(), &script)
}

/// Header and claims of the proof that was sent.
fn proof(request: &RecordedRequest) -> (Value, Value) {
    assert_eq!(request.headers().get_all("dpop").iter().count(), 1);
    let proof = request.header("dpop").expect("a proof was sent");
    let part = |place: usize| serde_json::from_slice(&base64url::decode(proof.split('.').nth(place).unwrap()).unwrap()).unwrap();
    (part(0), part(1))
}

fn claims(request: &RecordedRequest) -> Value {
    proof(request).1
}

/// The names of all members, sorted.
fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// A client that is asked for tokens, or for nothing at all.
fn script(is_sent: bool, token_type: &str) -> ScriptedHttpClient {
    let builder = ScriptedHttpClient::builder();
    if is_sent { builder.post(TOKEN, token_of(token_type)).build() } else { builder.build() }
}

fn nonces(sent: &[RecordedRequest]) -> Vec<Value> {
    sent.iter().map(|request| claims(request)["nonce"].clone()).collect()
}

#[test]
fn dc3_dc4_dc5_p1_a_proof_says_what_it_is_for() {
    let run = posts([token_of("DPoP")]);
    let (header, claims) = proof(&run.sent[0]);
    assert_eq!(names(&header), ["alg", "jwk", "typ"]);
    assert_eq!((&header["typ"], &header["alg"], &header["jwk"]["crv"]), (&json!("dpop+jwt"), &json!("EdDSA"), &json!("Ed25519")));
    assert!(header["jwk"].get("d").is_none());
    assert_eq!(names(&claims), ["htm", "htu", "iat", "jti"]);
    assert_eq!((&claims["htm"], &claims["htu"], &claims["iat"]), (&json!("POST"), &json!(TOKEN), &json!(1_750_000_000)));
    assert_eq!(base64url::decode(claims["jti"].as_str().unwrap()).unwrap().len(), 16);
}

#[test]
fn dc4_further_claims_are_stated_by_their_setter() {
    let build = |environment| grant!(environment, &key()).dpop_claim("tenant", "acme").build();
    let run = both_ways(build, &[(Expected::post(TOKEN), token_of("DPoP"))]);
    assert_eq!(claims(&run.sent[0])["tenant"], "acme");
    let run = both_ways(|environment| grant!(environment, &key()).dpop_claim("ath", "x").build(), &[]);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn dc9_t3_the_token_is_of_the_type_that_was_asked_for() {
    for token_type in ["DPoP", "dpop", "DPOP"] {
        let response = posts([token_of(token_type)]).result.unwrap();
        assert_eq!(response.access_token().dpop_thumbprint(), Some(JKT));
        assert_eq!(response.refresh_token().unwrap().dpop_thumbprint(), Some(JKT), "of a public client");
    }
    for token_type in ["Bearer", "bearer"] {
        let error = posts([token_of(token_type)]).result.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
        assert!(error.to_string().contains(r#"expected "DPoP""#), "{error}");
    }
    assert_eq!(posts([token_of("mac")]).result.unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn dc9_a_downgrade_to_bearer_tokens_has_to_be_allowed() {
    let build = |environment| grant!(environment, &key()).danger_allow_bearer_downgrade().build();
    let run = both_ways(build, &[(Expected::post(TOKEN), token_of("bearer"))]);
    let response = run.result.unwrap();
    assert_eq!((response.access_token().dpop_thumbprint(), response.refresh_token().unwrap().dpop_thumbprint()), (None, None));
}

#[test]
fn t3_a_bound_token_that_nobody_asked_for_is_refused() {
    let build = |environment| ClientCredentialsTokenRequest::builder().environment(environment).address(TOKEN).client_id("client").build();
    let run = both_ways(build, &[(Expected::post(TOKEN).without_header("dpop"), token_of("DPoP"))]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_member"));
    assert!(error.to_string().contains("no DPoP proof was sent"), "{error}");
}

#[test]
fn dc9_not_applicable_is_for_what_is_no_access_token() {
    const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
    const ID: &str = "urn:ietf:params:oauth:token-type:id_token";
    let exchange = |issued: &'static str, token_type: &'static str| {
        let build = |environment| {
            TokenExchangeRequest::builder()
                .environment(environment)
                .dpop(key())
                .address(TOKEN)
                .client_id("client")
                .subject_token("s")
                .subject_token_type(ACCESS)
                .build()
        };
        let body = json!({"access_token": "a", "token_type": token_type, "issued_token_type": issued}).to_string();
        both_ways(build, &[(Expected::post(TOKEN), ScriptedResponse::json(200, body))]).result
    };
    assert_eq!(exchange(ID, "N_A").unwrap().access_token().dpop_thumbprint(), None);
    assert_eq!(exchange(ACCESS, "DPoP").unwrap().access_token().dpop_thumbprint(), Some(JKT));
    for (token_type, code) in [("N_A", "malformed_member"), ("Bearer", "answer_mismatch")] {
        let error = exchange(ACCESS, token_type).map(drop).unwrap_err();
        assert_eq!(error.code(), code, "{token_type}: {error}");
    }
}

#[test]
fn dc8_dc15_p4_the_nonce_of_an_authorization_server_is_answered_once_at_once() {
    for status in [400, 401] {
        let run = posts([with_nonce(wants_nonce(status), "n-1"), token_of("DPoP")]);
        run.result.unwrap();
        assert!(run.waits.is_empty(), "at once");
        assert_eq!(nonces(&run.sent), [Value::Null, json!("n-1")]);
        assert_ne!(claims(&run.sent[0])["jti"], claims(&run.sent[1])["jti"], "a new proof");
        assert_eq!(run.sent[0].form(), run.sent[1].form(), "the same request");
    }
}

#[test]
fn dc17_p5_there_is_no_second_repetition() {
    let run = posts([with_nonce(wants_nonce(400), "n-1"), with_nonce(wants_nonce(400), "n-2")]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "use_dpop_nonce"));
    assert_eq!(run.sent.len(), 2);
}

#[test]
fn dc14_dc15_p5_without_one_usable_new_nonce_there_is_no_repetition() {
    let two = wants_nonce(400).header("dpop-nonce", "n-1").header("dpop-nonce", "n-2");
    for response in [wants_nonce(400), with_nonce(wants_nonce(400), "a\"b"), with_nonce(wants_nonce(400), ""), two] {
        let run = posts([response]);
        assert_eq!((run.sent.len(), run.result.unwrap_err().kind()), (1, ErrorKind::Protocol));
    }
    for response in [
        with_nonce(wants_nonce(403), "n-1"),
        with_nonce(ScriptedResponse::json(400, r#"{"error":"invalid_request"}"#), "n-1"),
        with_nonce(ScriptedResponse::content(400, "text/plain", r#"{"error":"use_dpop_nonce"}"#), "n-1"),
    ] {
        let run = posts([response]);
        assert_eq!(run.sent.len(), 1);
        run.result.unwrap_err();
    }
}

#[test]
fn dc15_the_nonce_that_was_sent_is_no_new_one() {
    let run = {
        let build = |environment: Environment| {
            let key = key();
            let http = ScriptedHttpClient::builder().post(TOKEN, with_nonce(token_of("DPoP"), "n-1")).build();
            grant!(environment.clone(), &key).send_blocking(&http).unwrap();
            grant!(environment, &key).build()
        };
        both_ways(build, &[(Expected::post(TOKEN), with_nonce(wants_nonce(400), "n-1"))])
    };
    assert_eq!((run.sent.len(), nonces(&run.sent)), (1, vec![json!("n-1")]));
    run.result.unwrap_err();
}

#[test]
fn dc15_dc8_a_repetition_has_an_assertion_of_its_own() {
    let private = PrivateKey::generate(identity_model::jose::SignatureAlgorithm::EDDSA).unwrap();
    let build = |environment| {
        let signer = private.signer(identity_model::jose::SignatureAlgorithm::EDDSA).unwrap();
        let authentication = ClientAuthentication::private_key_jwt(signer)
            .with_audience(identity_model::protocol::client_auth::AssertionAudience::Exactly("https://idp.example.com".to_owned()));
        grant!(environment, &key()).authentication(authentication).build()
    };
    let run = both_ways(build, &[(Expected::post(TOKEN), with_nonce(wants_nonce(400), "n-1")), (Expected::post(TOKEN), token_of("DPoP"))]);
    let response = run.result.unwrap();
    assert_eq!(response.refresh_token().unwrap().dpop_thumbprint(), None, "a confidential client's refresh token is bound to the client");
    let jti = |request: &RecordedRequest| {
        let assertion = request.form_value("client_assertion").unwrap();
        let claims: Value = serde_json::from_slice(&base64url::decode(assertion.split('.').nth(1).unwrap()).unwrap()).unwrap();
        claims["jti"].clone()
    };
    assert_ne!(jti(&run.sent[0]), jti(&run.sent[1]));
}

#[test]
fn dc21_the_key_of_client_assertions_is_not_the_key_of_proofs() {
    let signer = || PrivateKey::from_jwk(KEY).unwrap().signer(identity_model::jose::SignatureAlgorithm::EDDSA).unwrap();
    let authentication = || {
        ClientAuthentication::private_key_jwt(signer())
            .with_audience(identity_model::protocol::client_auth::AssertionAudience::Exactly("https://idp.example.com".to_owned()))
    };
    let run = both_ways(|environment| grant!(environment, &key()).authentication(authentication()).build(), &[]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), run.sent.len()), (ErrorKind::Configuration, 0));
    assert!(error.to_string().contains("danger_share_key"), "{error}");
    let build = |environment| grant!(environment, &key()).danger_share_key().authentication(authentication()).build();
    both_ways(build, &[(Expected::post(TOKEN), token_of("DPoP"))]).result.unwrap();
}

#[test]
fn dc14_p3_nonces_are_learned_from_every_response_and_kept_apart() {
    let (key, world) = (key(), World::new());
    let send = |response: ScriptedResponse| {
        let http = ScriptedHttpClient::builder().post(TOKEN, response).build();
        let _ = grant!(world.environment(), &key).retry(RetrySettings::NONE).send_blocking(&http);
        claims(&http.requests()[0])["nonce"].clone()
    };
    assert_eq!(send(with_nonce(token_of("DPoP"), "of-200")), Value::Null);
    assert_eq!(send(with_nonce(ScriptedResponse::json(400, r#"{"error":"invalid_grant"}"#), "of-400")), "of-200");
    assert_eq!(send(with_nonce(ScriptedResponse::status(503), "of-503")), "of-400");
    assert_eq!(send(token_of("DPoP")), "of-503", "kept for as long as no newer one comes");
    assert_eq!(send(token_of("DPoP")), "of-503");
    // The same origin as a resource, and another origin.
    let http = ScriptedHttpClient::builder()
        .get(USERINFO, with_nonce(ScriptedResponse::json(200, r#"{"sub":"1"}"#), "of-resource"))
        .get(USERINFO, ScriptedResponse::json(200, r#"{"sub":"1"}"#))
        .build();
    let user = || UserInfoRequest::builder().dpop(&key).address(USERINFO).access_token("a").expected_subject("1").build();
    user().send_blocking(&http).unwrap();
    user().send_blocking(&http).unwrap();
    assert_eq!(nonces(&http.requests()), [Value::Null, json!("of-resource")]);
    assert_eq!(send(token_of("DPoP")), "of-503");
}

#[test]
fn dc14_the_nonce_of_a_response_that_is_repeated_after_a_wait_is_kept_too() {
    let busy = with_nonce(ScriptedResponse::status(503).header("retry-after", "1"), "n-1");
    let run = posts([busy, token_of("DPoP")]);
    run.result.unwrap();
    assert_eq!((run.waits.len(), nonces(&run.sent)), (1, vec![Value::Null, json!("n-1")]));
}

fn user(access_token: AccessToken) -> impl Fn(Environment) -> UserInfoRequest {
    move |environment| {
        UserInfoRequest::builder()
            .environment(environment)
            .retry(RetrySettings::NONE)
            .dpop(key())
            .address(USERINFO)
            .access_token(&access_token)
            .expected_subject("1")
            .build()
    }
}

fn challenge(challenge: &str) -> ScriptedResponse {
    ScriptedResponse::status(401).header("www-authenticate", challenge)
}

fn asks(answers: impl IntoIterator<Item = ScriptedResponse>) -> Run<UserInfoResponse> {
    let expected = || Expected::get(USERINFO).header("authorization", "DPoP a");
    let script: Vec<_> = answers.into_iter().map(|answer| (expected(), answer)).collect();
    both_ways(user(AccessToken::new("a")), &script)
}

#[test]
fn p2_p9_userinfo_carries_the_token_by_its_scheme_and_its_hash() {
    let run = asks([ScriptedResponse::json(200, r#"{"sub":"1"}"#)]);
    run.result.unwrap();
    assert_eq!(claims(&run.sent[0])["ath"], sha256_base64url("a"));
    assert_eq!((&claims(&run.sent[0])["htm"], &claims(&run.sent[0])["htu"]), (&json!("GET"), &json!(USERINFO)));
}

#[test]
fn dc16_p4_the_nonce_of_a_resource_is_answered_once() {
    let good = || ScriptedResponse::json(200, r#"{"sub":"1"}"#);
    for line in [
        r#"DPoP error="use_dpop_nonce", error_description="more""#,
        r#"dpop error="use_dpop_nonce""#,
        r#"Bearer error="invalid_token", DPoP error="use_dpop_nonce""#,
    ] {
        let run = asks([with_nonce(challenge(line), "n-1"), good()]);
        run.result.unwrap();
        assert_eq!(nonces(&run.sent), [Value::Null, json!("n-1")], "{line}");
    }
    let tolerated = ScriptedResponse::status(400).header("www-authenticate", r#"DPoP error="use_dpop_nonce""#);
    asks([with_nonce(tolerated, "n-1"), good()]).result.unwrap();
    for line in [
        r#"DPoP error="use_dpop_nonce", DPoP error="use_dpop_nonce""#,
        r#"Bearer error="use_dpop_nonce""#,
        r#"DPoP error="invalid_token""#,
        "DPoP",
    ] {
        let run = asks([with_nonce(challenge(line), "n-1")]);
        assert_eq!(run.sent.len(), 1, "{line}");
        run.result.unwrap_err();
    }
    let run = asks([
        with_nonce(challenge(r#"DPoP error="use_dpop_nonce""#), "n-1"),
        with_nonce(challenge(r#"DPoP error="use_dpop_nonce""#), "n-2"),
    ]);
    assert_eq!(run.sent.len(), 2, "once");
    run.result.unwrap_err();
}

#[test]
fn dc16_a_nonce_in_the_body_of_a_resource_counts_by_option_alone() {
    let body = || with_nonce(wants_nonce(401), "n-1");
    assert_eq!(asks([body()]).sent.len(), 1);
    let build = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).dpop(key()).rs_nonce_in_body();
        builder.address(USERINFO).access_token("a").expected_subject("1").build()
    };
    let script = [(Expected::get(USERINFO), body()), (Expected::get(USERINFO), ScriptedResponse::json(200, r#"{"sub":"1"}"#))];
    both_ways(build, &script).result.unwrap();
}

#[test]
fn dc6_a_token_that_is_not_token68_is_never_sent() {
    for token in ["", "a b", "a,b", "a\"", "\u{e4}", "a=b"] {
        let run = both_ways(user(AccessToken::new(token)), &[]);
        assert_eq!((run.result.unwrap_err().kind(), run.sent.len()), (ErrorKind::Malformed, 0), "{token}");
    }
}

#[test]
fn dc10_a_bound_token_is_never_sent_as_a_bearer_token() {
    let bound = AccessToken::new("a").bound_to(JKT);
    let plain = |environment| {
        UserInfoRequest::builder().environment(environment).address(USERINFO).access_token(&bound).expected_subject("1").build()
    };
    let run = both_ways(plain, &[]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.code(), run.sent.len()), (ErrorKind::Key, "dpop_key", 0));
    assert!(error.to_string().contains(JKT) && error.to_string().contains(".dpop("), "{error}");
    let other = both_ways(user(AccessToken::new("a").bound_to(OTHER)), &[]);
    assert_eq!((other.result.unwrap_err().kind(), other.sent.len()), (ErrorKind::Key, 0));
    let good = || ScriptedResponse::json(200, r#"{"sub":"1"}"#);
    both_ways(user(bound.clone()), &[(Expected::get(USERINFO).header("authorization", "DPoP a"), good())]).result.unwrap();
    let danger = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).danger_send_bound_as_bearer();
        builder.address(USERINFO).access_token(&bound).expected_subject("1").build()
    };
    both_ways(danger, &[(Expected::get(USERINFO).header("authorization", "Bearer a").without_header("dpop"), good())]).result.unwrap();
}

#[test]
fn dc10_whatever_the_challenge_a_bound_token_stays_bound() {
    let run = asks([challenge(r#"Bearer realm="api""#)]);
    assert_eq!(run.sent.len(), 1);
    run.result.unwrap_err();
}

#[test]
fn dc12_a_public_clients_refresh_token_is_sent_with_its_key_alone() {
    let refresh = |token: RefreshToken, key: Option<DpopKey>, is_sent: bool| {
        let http = script(is_sent, "DPoP");
        let builder = RefreshTokenRequest::builder();
        let builder = match key {
            Some(key) => builder.dpop(key),
            None => builder,
        };
        let result = builder.address(TOKEN).client_id("client").refresh_token(token).send_blocking(&http);
        (result, http.requests().len())
    };
    let (result, sent) = refresh(RefreshToken::new("r").bound_to(JKT), Some(key()), true);
    assert_eq!((result.unwrap().access_token().dpop_thumbprint(), sent), (Some(JKT), 1));
    for key in [None, Some(DpopKey::generate().unwrap())] {
        let (result, sent) = refresh(RefreshToken::new("r").bound_to(JKT), key, false);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.code(), sent), (ErrorKind::Key, "dpop_key", 0));
    }
    refresh(RefreshToken::new("r"), Some(DpopKey::generate().unwrap()), true).0.unwrap();
}

#[test]
fn dc11_a_code_is_redeemed_with_the_key_it_is_bound_to_alone() {
    let redeem = |key: Option<DpopKey>, is_sent: bool| {
        let http = script(is_sent, "DPoP");
        let builder = AuthorizationCodeTokenRequest::builder();
        let builder = match key {
            Some(key) => builder.dpop(key),
            None => builder,
        };
        let result = builder
            .address(TOKEN)
            .client_id("client")
            .code(AuthorizationCode::danger_unchecked("c").bound_to(JKT))
            .redirect_uri("https://app.example.com/callback")
            .code_verifier(CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
            .send_blocking(&http);
        (result, http.requests().len())
    };
    redeem(Some(key()), true).0.unwrap();
    for key in [None, Some(DpopKey::generate().unwrap())] {
        let (result, sent) = redeem(key, false);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.code(), sent), (ErrorKind::Flow, "dpop_code_binding", 0));
    }
}

#[test]
fn dc2_p8_the_algorithms_of_the_metadata_decide() {
    let document = |algorithms: Value| {
        let mut document = json!({
            "issuer": "https://idp.example.com", "authorization_endpoint": "https://idp.example.com/authorize", "token_endpoint": TOKEN,
            "jwks_uri": "https://idp.example.com/jwks", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"]
        });
        document.as_object_mut().unwrap().extend(algorithms.as_object().unwrap().clone());
        let http = ScriptedHttpClient::builder()
            .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document.to_string()))
            .get("https://idp.example.com/jwks", ScriptedResponse::json(200, r#"{"keys":[]}"#))
            .build();
        DiscoveryDocumentRequest::builder().address("https://idp.example.com").send_blocking(&http).unwrap()
    };
    let send = |metadata: Value, key: Option<DpopKey>, is_sent: bool| {
        let http = script(is_sent, if key.is_some() { "DPoP" } else { "Bearer" });
        let builder = ClientCredentialsTokenRequest::builder();
        let builder = match key {
            Some(key) => builder.dpop(key),
            None => builder,
        };
        let result = builder.address(document(metadata).token_endpoint().unwrap()).client_id("client").send_blocking(&http);
        (result.map(drop), http.requests())
    };
    let bare = || {
        let mut jwk: Value = serde_json::from_slice(KEY).unwrap();
        jwk.as_object_mut().unwrap().remove("alg");
        DpopKey::from_jwk(jwk.to_string().as_bytes()).unwrap()
    };
    for (metadata, expected) in [
        (json!({}), "Ed25519"),
        (json!({"dpop_signing_alg_values_supported": ["ES256", "EdDSA"]}), "EdDSA"),
        (json!({"dpop_signing_alg_values_supported": ["EdDSA", "Ed25519"]}), "Ed25519"),
    ] {
        let (result, sent) = send(metadata, Some(bare()), true);
        result.unwrap();
        assert_eq!(proof(&sent[0]).0["alg"], expected);
    }
    for metadata in [json!({"dpop_signing_alg_values_supported": ["ES256"]}), json!({"dpop_signing_alg_values_supported": []})] {
        let (result, sent) = send(metadata, Some(bare()), false);
        assert_eq!((result.unwrap_err().kind(), sent.len()), (ErrorKind::Configuration, 0));
    }
    let demanded = json!({"dpop_bound_access_tokens_required": true});
    let (result, sent) = send(demanded.clone(), None, false);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), sent.len()), (ErrorKind::Configuration, 0), "dc20");
    assert!(error.to_string().contains("dpop_bound_access_tokens_required"), "{error}");
    send(demanded, Some(bare()), true).0.unwrap();
    send(json!({"dpop_bound_access_tokens_required": false}), None, true).0.unwrap();
}

#[test]
fn dc18_a_refused_proof_is_not_repeated_and_the_error_tells_how_far_the_clocks_are_apart() {
    let refused = || ScriptedResponse::json(400, r#"{"error":"invalid_dpop_proof"}"#);
    // A run begins on Sunday, 15 June 2025, at 15:06:40.
    let date = |seconds: i64| {
        let time = 54_400 + seconds;
        format!("Sun, 15 Jun 2025 {:02}:{:02}:{:02} GMT", time / 3600, time / 60 % 60, time % 60)
    };
    for (seconds, expected) in [(120, "clock is 120 s behind"), (-120, "clock is 120 s ahead")] {
        let run = posts([refused().header("date", &date(seconds))]);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind(), run.sent.len()), (ErrorKind::Protocol, 1));
        assert_eq!(error.oauth_error().unwrap().clock_offset(), Some(seconds));
        assert!(error.to_string().contains(expected), "{error}");
    }
    for response in [refused(), refused().header("date", &date(30)), refused().header("date", &date(-30))] {
        assert_eq!(posts([response]).result.unwrap_err().oauth_error().unwrap().clock_offset(), None);
    }
    let build = |environment| grant!(environment, &key()).follow_server_date().build();
    let script = |last: ScriptedResponse| [(Expected::post(TOKEN), refused().header("date", &date(120))), (Expected::post(TOKEN), last)];
    let run = both_ways(build, &script(token_of("DPoP")));
    run.result.unwrap();
    assert_eq!(claims(&run.sent[1])["iat"], json!(1_750_000_120));
    let run = both_ways(build, &script(refused().header("date", &date(600))));
    assert_eq!(run.sent.len(), 2, "once");
    run.result.unwrap_err();
    assert_eq!(both_ways(build, &[(Expected::post(TOKEN), refused().header("date", &date(10)))]).sent.len(), 1);
}

#[test]
fn dc19_a_challenge_that_lists_no_algorithm_of_the_key_is_a_key_error() {
    let run = asks([challenge(r#"DPoP error="invalid_dpop_proof", algs="ES256 PS256""#)]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.code(), run.sent.len()), (ErrorKind::Key, "dpop_key", 1));
    assert!(error.to_string().contains("ES256 PS256") && error.to_string().contains("EdDSA"), "{error}");
    let run = asks([challenge(r#"DPoP error="invalid_token", algs="ES256 EdDSA""#)]);
    assert_ne!(run.result.unwrap_err().kind(), ErrorKind::Key);
}

#[test]
fn dc13_a_poll_answers_a_nonce_at_once_and_keeps_those_of_pending_answers() {
    let pending = |nonce: &str| with_nonce(ScriptedResponse::json(400, r#"{"error":"authorization_pending"}"#), nonce);
    let device = "https://idp.example.com/device";
    let started = json!({"device_code": "d", "user_code": "u", "verification_uri": "https://idp.example.com/activate", "expires_in": 600, "interval": 5});
    let (world, key) = (World::new(), key());
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post(device).header_present("dpop"), with_nonce(ScriptedResponse::json(200, started.to_string()), "n-0"))
        .post(TOKEN, with_nonce(wants_nonce(400), "n-1"))
        .post(TOKEN, pending("n-2"))
        .post(TOKEN, token_of("DPoP"))
        .build();
    let request = DeviceAuthorizationRequest::builder().environment(world.environment()).dpop(&key).address(device).client_id("client");
    let response = request.send_blocking(&http).unwrap();
    let polling = DeviceCodePolling::builder().environment(world.environment()).dpop(&key).address(TOKEN).client_id("client");
    let tokens = polling.authorization(response).send_blocking(&http).unwrap();
    assert_eq!(tokens.access_token().dpop_thumbprint(), Some(JKT));
    let five = Duration::from_secs(5);
    assert_eq!(world.waits(), [five, five], "the nonce costs no wait and changes no interval");
    assert_eq!(nonces(&http.requests()), [Value::Null, json!("n-0"), json!("n-1"), json!("n-2")]);
}

#[test]
fn dc7_dc20_a_registration_proves_its_initial_token_and_asks_for_bound_tokens() {
    const REGISTER: &str = "https://idp.example.com/register";
    let answer = || ScriptedResponse::json(201, r#"{"client_id":"c"}"#);
    let build = |token: Option<&'static str>| {
        move |environment| {
            RegistrationRequest::builder()
                .environment(environment)
                .dpop(key())
                .address(REGISTER)
                .metadata(ClientMetadata::builder().client_name("Reports").build())
                .maybe_initial_access_token(token.map(AccessToken::new))
                .build()
        }
    };
    let asks = |request: &RecordedRequest| serde_json::from_slice::<Value>(request.body()).unwrap()["dpop_bound_access_tokens"].clone();
    let run = both_ways(build(Some("i")), &[(Expected::post(REGISTER).header("authorization", "DPoP i"), answer())]);
    run.result.unwrap();
    assert_eq!((claims(&run.sent[0])["ath"].clone(), asks(&run.sent[0])), (json!(sha256_base64url("i")), json!(true)));
    let run = both_ways(build(None), &[(Expected::post(REGISTER).without_header("dpop").without_header("authorization"), answer())]);
    run.result.unwrap();
    assert_eq!(asks(&run.sent[0]), json!(true));
}

const AUTHORIZE: &str = "https://idp.example.com/authorize";
const PAR: &str = "https://idp.example.com/par";

fn provider(pushes: bool) -> identity_model::protocol::authorize::LoginProvider {
    let builder = identity_model::protocol::authorize::LoginProvider::builder()
        .issuer("https://idp.example.com")
        .authorization_endpoint(AUTHORIZE)
        .token_endpoint(TOKEN);
    if pushes { builder.pushed_authorization_request_endpoint(PAR).build() } else { builder.build() }
}

#[test]
fn dc11_a_pushed_request_binds_the_code_by_its_proof() {
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post(PAR).header_present("dpop").without_form("dpop_jkt"), with_nonce(wants_nonce(400), "n-1"))
        .exchange(Expected::post(PAR).header_present("dpop"), ScriptedResponse::json(201, r#"{"request_uri":"urn:x","expires_in":60}"#))
        .build();
    let request =
        LoginRequest::builder().dpop(key()).provider(provider(true)).client_id("client").redirect_uri("https://app.example.com/callback");
    let begun = request.send_blocking(&http).unwrap();
    assert_eq!(begun.transaction.dpop_thumbprint(), Some(JKT));
    assert_eq!(nonces(&http.requests()), [Value::Null, json!("n-1")]);
    assert!(claims(&http.requests()[0]).get("ath").is_none());
}

#[test]
fn dc11_p7_the_front_channel_binds_the_code_by_its_thumbprint() {
    let http = ScriptedHttpClient::builder().build();
    let request = || {
        LoginRequest::builder().dpop(key()).provider(provider(false)).client_id("client").redirect_uri("https://app.example.com/callback")
    };
    let bound = request().bind_code().send_blocking(&http).unwrap();
    let jkt = |url: &url::Url| url.query_pairs().find(|(name, _)| name == "dpop_jkt").map(|(_, value)| value.into_owned());
    assert_eq!((jkt(&bound.url).as_deref(), bound.transaction.dpop_thumbprint()), (Some(JKT), Some(JKT)));
    let unbound = request().send_blocking(&http).unwrap();
    assert_eq!((jkt(&unbound.url), unbound.transaction.dpop_thumbprint()), (None, Some(JKT)), "offered, not forced");
    let error = request().dpop_jkt(OTHER).send_blocking(&http).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let keyless =
        LoginRequest::builder().bind_code().provider(provider(false)).client_id("client").redirect_uri("https://app.example.com/callback");
    assert_eq!(keyless.send_blocking(&http).unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn dpop_client_proves_repeats_once_and_returns_what_comes() {
    let (key, token) = (key(), AccessToken::new("a").bound_to(JKT));
    let client = DpopClient::new(&key).with_environment(World::new().environment());
    let request =
        || http::Request::put("https://api.example.com/items/1?x=1").header("x-own", "1").body(Bytes::from_static(b"body")).unwrap();
    let expected =
        || Expected::new("PUT", "https://api.example.com/items/1?x=1").header("authorization", "DPoP a").header("x-own", "1").body("body");
    let asked = || with_nonce(challenge(r#"DPoP error="use_dpop_nonce""#), "n-1");
    let http = ScriptedHttpClient::builder()
        .exchange(expected(), asked())
        .exchange(expected(), ScriptedResponse::status(204))
        .exchange(expected(), ScriptedResponse::status(404))
        .build();
    assert_eq!(client.send(&http, request(), &token).await.unwrap().status(), 204);
    assert_eq!(client.send_blocking(&http, request(), &token).unwrap().status(), 404, "any status is the caller's affair");
    assert_eq!(nonces(&http.requests()), [Value::Null, json!("n-1"), json!("n-1")]);
    assert_eq!(claims(&http.requests()[0])["htu"], "https://api.example.com/items/1");
    assert_eq!(claims(&http.requests()[0])["ath"], sha256_base64url("a"));
}

#[tokio::test]
async fn dpop_client_sends_nothing_that_it_should_not() {
    let http = ScriptedHttpClient::builder().build();
    let client = DpopClient::new(key());
    let get = |url: &str| http::Request::get(url).body(Bytes::new()).unwrap();
    let fails =
        async |request: http::Request<Bytes>, token: AccessToken| -> Error { client.send(&http, request, &token).await.unwrap_err() };
    let token = || AccessToken::new("a");
    assert_eq!(fails(get("http://api.example.com/"), token()).await.kind(), ErrorKind::Policy);
    assert_eq!(fails(get("https://api.example.com/"), AccessToken::new("a").bound_to(OTHER)).await.kind(), ErrorKind::Key);
    assert_eq!(fails(get("https://api.example.com/"), AccessToken::new("a b")).await.kind(), ErrorKind::Malformed);
    for name in ["authorization", "dpop"] {
        let request = http::Request::get("https://api.example.com/").header(name, "x").body(Bytes::new()).unwrap();
        assert_eq!(fails(request, token()).await.kind(), ErrorKind::Configuration, "{name}");
    }
}

/// P11, DC10: a key is kept beside the tokens that are bound to it, under a seal of its own purpose.
#[test]
fn dc10_a_key_is_kept_under_a_seal_and_opened_by_its_key_name_and_purpose_alone() {
    use identity_model::jose::SignatureAlgorithm;
    use identity_model::sealing::SealingKey;
    let sealing = SealingKey::new("2026-01", [7; 32]).unwrap();
    for algorithm in [SignatureAlgorithm::ES256, SignatureAlgorithm::EDDSA, SignatureAlgorithm::ES384] {
        let key = DpopKey::generate_for(algorithm).unwrap();
        let sealed = key.seal(&sealing, "session-1").unwrap().unwrap();
        let private = key.expose_jwk().unwrap();
        let secret: Value = serde_json::from_str(private.expose()).unwrap();
        assert!(!sealed.contains(secret["d"].as_str().unwrap()), "the private part does not show");
        let opened = DpopKey::open(&sealed, &sealing, "session-1").unwrap();
        assert_eq!(opened.thumbprint(), key.thumbprint());
        assert_eq!(opened.algorithms().collect::<Vec<_>>(), key.algorithms().collect::<Vec<_>>());
        assert!(DpopKey::open(&sealed, &sealing, "session-2").is_err(), "another name");
        assert!(DpopKey::open(&sealed, &SealingKey::new("2026-01", [8; 32]).unwrap(), "session-1").is_err(), "another key");
        assert!(identity_model::client::LoginSession::open(&sealed, &sealing, "session-1").is_err(), "another purpose");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(DpopKey::open(&changed, &sealing, "session-1").is_err(), "octet {place}");
            assert!(DpopKey::open(&sealed[..place], &sealing, "session-1").is_err(), "cut at {place}");
        }
    }
}

//! The rules that show in messages: each is kept by a recorded login and broken by one altered message.

use http::{Request, Response};
use identity_model::encoding::base64url;
use identity_model::profile::{MessageKind, Profile, ProfileMessage, RuleResult};
use serde_json::{Value, json};

use super::support::{on_messages, recorded_login};

const TOKEN: &str = "https://idp.test/token";

/// A JWT that nobody verifies.
fn jwt(header: Value, claims: Value) -> String {
    format!("{}.{}.c2ln", base64url::encode(header.to_string()), base64url::encode(claims.to_string()))
}

fn form(kind: MessageKind, address: &str, pairs: &[(&str, &str)]) -> ProfileMessage {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    ProfileMessage::request(kind, &Request::post(address).body(body).unwrap())
}

fn token_request(pairs: &[(&str, &str)]) -> ProfileMessage {
    form(MessageKind::TokenRequest, TOKEN, pairs)
}

fn pushed(pairs: &[(&str, &str)]) -> ProfileMessage {
    form(MessageKind::PushedAuthorizationRequest, "https://idp.test/par", pairs)
}

fn json_response(kind: MessageKind, body: Value) -> ProfileMessage {
    ProfileMessage::response(kind, &Response::builder().body(body.to_string()).unwrap())
}

fn callback(parameters: &str) -> ProfileMessage {
    ProfileMessage::authorization_response(parameters)
}

fn browser(url: &str) -> ProfileMessage {
    ProfileMessage::authorization_request(&url.parse().unwrap())
}

fn security() -> Profile {
    Profile::fapi2_security()
}

#[track_caller]
fn breaks<const N: usize>(profile: &Profile, id: &str, cases: [Vec<ProfileMessage>; N]) {
    for (number, messages) in cases.iter().enumerate() {
        assert_eq!(on_messages(profile, id, messages), RuleResult::Fail, "{id}, case {number}");
    }
}

#[track_caller]
fn keeps<const N: usize>(profile: &Profile, id: &str, cases: [Vec<ProfileMessage>; N]) {
    for (number, messages) in cases.iter().enumerate() {
        assert_eq!(on_messages(profile, id, messages), RuleResult::Pass, "{id}, case {number}");
    }
}

#[tokio::test]
async fn a_recorded_login_keeps_every_rule_it_speaks_of() {
    let messages = recorded_login().await;
    for (profile, ids) in [
        (security(), vec!["PF1", "PF2", "PF4", "PF5", "PF6", "PF7", "PF8", "PF9", "PF10", "PF11", "PF12", "PF13", "PF17", "PF18", "PF21"]),
        (Profile::oauth21(), vec!["PF13", "PF15", "PF17", "PF27"]),
        (Profile::atproto(), vec!["PF18"]),
    ] {
        for id in ids {
            assert_eq!(on_messages(&profile, id, &messages), RuleResult::Pass, "{id}");
        }
    }
}

#[test]
fn pf1_no_password() {
    breaks(
        &security(),
        "PF1",
        [
            vec![token_request(&[("grant_type", "password")])],
            vec![pushed(&[("response_type", "token")])],
            vec![browser("https://idp.test/authorize?response_type=code%20token")],
        ],
    );
    keeps(&security(), "PF1", [vec![token_request(&[("grant_type", "client_credentials")])]]);
}

#[test]
fn pf2_a_new_challenge_each_time() {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let good = || pushed(&[("code_challenge_method", "S256"), ("code_challenge", challenge)]);
    keeps(&security(), "PF2", [vec![good()]]);
    breaks(
        &security(),
        "PF2",
        [
            vec![good(), good()],
            vec![pushed(&[("code_challenge_method", "plain"), ("code_challenge", challenge)])],
            vec![pushed(&[("code_challenge_method", "S256"), ("code_challenge", "short")])],
            vec![pushed(&[])],
        ],
    );
    let demand = json_response(MessageKind::PushedAuthorizationResponse, json!({ "error": "use_dpop_nonce" }));
    keeps(&security(), "PF2", [vec![good(), demand, good()]]);
}

#[test]
fn pf4_nothing_else_in_the_address() {
    keeps(&security(), "PF4", [vec![browser("https://idp.test/authorize?client_id=fapi&request_uri=urn%3Ax")]]);
    breaks(
        &security(),
        "PF4",
        [
            vec![browser("https://idp.test/authorize?client_id=fapi&request_uri=urn%3Ax&scope=openid")],
            vec![browser("https://idp.test/authorize?client_id=fapi&response_type=code")],
        ],
    );
}

#[test]
fn pf5_iss_in_the_response() {
    keeps(&security(), "PF5", [vec![callback("code=c&state=s&iss=https%3A%2F%2Fidp.test")]]);
    let inside = jwt(json!({"alg": "ES256"}), json!({"iss": "https://elsewhere.test"}));
    breaks(
        &security(),
        "PF5",
        [
            vec![callback("code=c&state=s")],
            vec![callback("code=c&state=s&iss=https%3A%2F%2Felsewhere.test")],
            vec![callback(&format!("response={inside}&iss=https%3A%2F%2Fidp.test"))],
        ],
    );
}

#[test]
fn pf6_the_type_of_the_token() {
    let response = |body: Value| vec![json_response(MessageKind::TokenResponse, body)];
    keeps(&security(), "PF6", [response(json!({"access_token": "t", "token_type": "dpop"}))]);
    breaks(&security(), "PF6", [response(json!({"access_token": "t", "token_type": "Bearer"})), response(json!({"access_token": "t"}))]);
}

#[test]
fn pf6_a_certificate_shows_in_a_jwt_alone() {
    use identity_model::profile::ProfileEvidence;
    let mut settings = super::support::kept();
    settings.dpop_algorithms.clear();
    settings.uses_certificate = true;
    let outcome = |token: &str| {
        let messages = [json_response(MessageKind::TokenResponse, json!({"access_token": token, "token_type": "Bearer"}))];
        let report = super::support::examine(&security(), &ProfileEvidence::new().configuration(&settings).messages(&messages));
        super::support::results(&report, "PF6").pop().unwrap()
    };
    assert_eq!(outcome("opaque"), RuleResult::NotChecked);
    assert_eq!(outcome(&jwt(json!({"alg": "ES256"}), json!({"cnf": {"x5t#S256": "thumbprint"}}))), RuleResult::Pass);
    assert_eq!(outcome(&jwt(json!({"alg": "ES256"}), json!({"sub": "alice"}))), RuleResult::Fail);
}

#[test]
fn pf7_no_secret_is_sent() {
    let assertion = jwt(json!({"alg": "ES256"}), json!({}));
    keeps(&security(), "PF7", [vec![token_request(&[("client_assertion", &assertion)])]]);
    let basic = Request::post(TOKEN).header("Authorization", "Basic YTpi").body("grant_type=client_credentials").unwrap();
    breaks(
        &security(),
        "PF7",
        [vec![token_request(&[("client_secret", "s3cret")])], vec![ProfileMessage::request(MessageKind::TokenRequest, &basic)]],
    );
}

#[test]
fn pf8_the_audience_of_an_assertion() {
    let with = |aud: Value| vec![token_request(&[("client_assertion", &jwt(json!({"alg": "ES256"}), json!({ "aud": aud })))])];
    keeps(&security(), "PF8", [with(json!("https://idp.test"))]);
    breaks(&security(), "PF8", [with(json!(TOKEN)), with(json!(["https://idp.test"])), with(json!(null))]);
}

#[test]
fn pf9_algorithms_in_use() {
    let token = |alg: &str| jwt(json!({ "alg": alg }), json!({}));
    for alg in ["PS256", "ES256", "EdDSA", "Ed25519"] {
        keeps(&security(), "PF9", [vec![token_request(&[("client_assertion", &token(alg))])]]);
    }
    let proof = Request::post(TOKEN).header("DPoP", token("ES384")).body("").unwrap();
    breaks(
        &security(),
        "PF9",
        [
            vec![token_request(&[("client_assertion", &token("RS256"))])],
            vec![pushed(&[("request", &token("none"))])],
            vec![callback(&format!("response={}", token("HS256")))],
            vec![json_response(MessageKind::TokenResponse, json!({ "id_token": token("RS256") }))],
            vec![ProfileMessage::request(MessageKind::TokenRequest, &proof)],
        ],
    );
}

#[test]
fn pf10_short_values() {
    breaks(
        &security(),
        "PF10",
        [
            vec![pushed(&[("state", "short")])],
            vec![pushed(&[("state", "af0ifjsldkjaf0ifjsldkj"), ("nonce", "n")])],
            vec![token_request(&[("client_assertion", &jwt(json!({"alg": "ES256"}), json!({"jti": "1"})))])],
        ],
    );
}

#[test]
fn pf11_no_message_by_http() {
    breaks(&security(), "PF11", [vec![form(MessageKind::TokenRequest, "http://idp.test/token", &[])]]);
}

#[test]
fn pf12_the_token_endpoint_of_the_metadata() {
    keeps(&security(), "PF12", [vec![token_request(&[])]]);
    breaks(&security(), "PF12", [vec![form(MessageKind::TokenRequest, "https://elsewhere.test/token", &[])]]);
}

#[test]
fn pf13_tokens_in_the_header_alone() {
    let get = |request: http::request::Builder| vec![ProfileMessage::request(MessageKind::ResourceRequest, &request.body("").unwrap())];
    keeps(&security(), "PF13", [get(Request::get("https://api.test/x").header("Authorization", "DPoP t"))]);
    breaks(
        &security(),
        "PF13",
        [
            get(Request::get("https://api.test/x?access_token=t")),
            get(Request::get("https://api.test/x?access_token=t").header("Authorization", "DPoP t")),
            vec![form(MessageKind::ResourceRequest, "https://api.test/x", &[("access_token", "t")])],
            get(Request::get("https://api.test/x")),
        ],
    );
}

#[test]
fn pf15_a_state_of_its_own_for_each_login() {
    let sent = |state: &str| pushed(&[("state", state)]);
    let (one, other) = ("af0ifjsldkjaf0ifjsldkj", "bf0ifjsldkjaf0ifjsldkj");
    keeps(&Profile::oauth21(), "PF15", [vec![sent(one), sent(other), callback(&format!("code=c&state={one}"))]]);
    breaks(
        &Profile::oauth21(),
        "PF15",
        [vec![sent(one), sent(one)], vec![sent("short")], vec![pushed(&[])], vec![sent(one), callback(&format!("state={other}"))]],
    );
}

#[test]
fn pf17_the_newest_refresh_token() {
    let refresh = |token: &str| token_request(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let response = |token: &str| json_response(MessageKind::TokenResponse, json!({"access_token": "t", "refresh_token": token}));
    let failed = || json_response(MessageKind::TokenResponse, json!({"error": "temporarily_unavailable"}));
    keeps(
        &security(),
        "PF17",
        [
            vec![refresh("one"), response("two"), refresh("two")],
            vec![refresh("one"), failed(), refresh("one")],
            vec![refresh("one"), response("one"), refresh("one")],
        ],
    );
    breaks(&security(), "PF17", [vec![refresh("one"), response("two"), refresh("one")]]);
}

#[test]
fn pf18_the_nonce_that_was_demanded() {
    let demand = Response::builder().status(400).header("DPoP-Nonce", "n-1").body(r#"{"error":"use_dpop_nonce"}"#).unwrap();
    let demand = || ProfileMessage::response(MessageKind::TokenResponse, &demand);
    let proved = |claims: Value| {
        let proof = jwt(json!({"alg": "ES256"}), claims);
        ProfileMessage::request(MessageKind::TokenRequest, &Request::post(TOKEN).header("DPoP", proof).body("").unwrap())
    };
    keeps(&security(), "PF18", [vec![demand(), proved(json!({"nonce": "n-1"}))]]);
    breaks(&security(), "PF18", [vec![demand(), proved(json!({}))], vec![demand(), proved(json!({"nonce": "n-0"}))]]);
    let silent = json_response(MessageKind::TokenResponse, json!({"access_token": "t"}));
    breaks(&Profile::atproto(), "PF18", [vec![proved(json!({})), silent]]);
    keeps(&Profile::atproto(), "PF18", [vec![proved(json!({})), demand()]]);
}

#[test]
fn pf19_the_alias_behind_mutual_tls() {
    use identity_model::profile::ProfileEvidence;
    let document = super::support::metadata(json!({ "mtls_endpoint_aliases": { "token_endpoint": "https://idp.test/mtls/token" } }));
    let mut settings = super::support::kept();
    settings.uses_certificate = true;
    let outcome = |address: &str| {
        let messages = [form(MessageKind::TokenRequest, address, &[])];
        let evidence = ProfileEvidence::new().configuration(&settings).metadata(&document).messages(&messages);
        super::support::results(&super::support::examine(&security(), &evidence), "PF19").pop().unwrap()
    };
    assert_eq!(outcome("https://idp.test/mtls/token"), RuleResult::Pass);
    assert_eq!(outcome(TOKEN), RuleResult::Fail);
}

#[test]
fn pf20_one_resource() {
    keeps(&security(), "PF20", [vec![token_request(&[("resource", "https://api.test")])]]);
    breaks(&security(), "PF20", [vec![token_request(&[("resource", "https://api.test"), ("resource", "https://other.test")])]]);
}

#[test]
fn pf21_a_nonce_that_is_not_too_long() {
    let with = |nonce: &str| vec![pushed(&[("scope", "openid"), ("nonce", nonce)])];
    keeps(&security(), "PF21", [with("af0ifjsldkjaf0ifjsldkj"), with(&"n".repeat(64))]);
    breaks(&security(), "PF21", [with(""), with(&"n".repeat(65)), with("short")]);
}

#[test]
fn pf22_a_sound_request_object() {
    let profile = Profile::fapi2_message_signing();
    let header = || json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"});
    let claims = || json!({"iss": "fapi", "aud": "https://idp.test", "nbf": 1_800_000_000, "exp": 1_800_000_060});
    let with = |header: Value, claims: Value| vec![pushed(&[("request", &jwt(header, claims))])];
    keeps(&profile, "PF22", [with(header(), claims())]);
    let changed = |mut value: Value, name: &str, new: Value| {
        value[name] = new;
        value
    };
    breaks(
        &profile,
        "PF22",
        [
            vec![pushed(&[("state", "s")])],
            with(changed(header(), "alg", json!("none")), claims()),
            with(changed(header(), "typ", json!("JWT")), claims()),
            with(header(), changed(claims(), "aud", json!(["https://idp.test"]))),
            with(header(), changed(claims(), "exp", json!(1_800_003_601))),
            with(header(), changed(claims(), "nbf", json!(null))),
            with(header(), changed(claims(), "sub", json!("fapi"))),
        ],
    );
}

#[test]
fn pf23_a_signed_response() {
    let profile = Profile::fapi2_message_signing();
    let response = jwt(json!({"alg": "ES256"}), json!({"code": "c"}));
    keeps(&profile, "PF23", [vec![callback(&format!("response={response}"))]]);
    breaks(&profile, "PF23", [vec![callback("code=c&state=s")], vec![callback(&format!("response={response}&code=c"))]]);
}

#[test]
fn pf24_a_signed_introspection() {
    let response = |media_type: &str| {
        let response = Response::builder().header("content-type", media_type).body("x").unwrap();
        vec![ProfileMessage::response(MessageKind::IntrospectionResponse, &response)]
    };
    keeps(&Profile::fapi2_message_signing(), "PF24", [response("application/token-introspection+jwt")]);
    breaks(&Profile::fapi2_message_signing(), "PF24", [response("application/json")]);
}

#[test]
fn pf25_a_binding_message() {
    let request = |pairs: &[(&str, &str)]| vec![form(MessageKind::BackchannelAuthenticationRequest, "https://idp.test/bc", pairs)];
    keeps(&Profile::fapi_ciba(), "PF25", [request(&[("binding_message", "W4SCT")]), request(&[("authorization_details", "[]")])]);
    breaks(&Profile::fapi_ciba(), "PF25", [request(&[("scope", "openid")])]);
}

#[test]
fn pf26_a_signed_backchannel_request() {
    let request = |pairs: &[(&str, &str)]| vec![form(MessageKind::BackchannelAuthenticationRequest, "https://idp.test/bc", pairs)];
    let object = jwt(json!({"alg": "ES256"}), json!({"binding_message": "W4SCT"}));
    for profile in [Profile::fapi_ciba(), Profile::fapi1_advanced()] {
        keeps(&profile, "PF26", [request(&[("request", &object)])]);
        breaks(&profile, "PF26", [request(&[("binding_message", "W4SCT")])]);
    }
    keeps(&Profile::fapi_ciba(), "PF25", [request(&[("request", &object)])]);
}

#[test]
fn pf27_one_authentication() {
    let assertion = jwt(json!({"alg": "ES256"}), json!({}));
    keeps(&Profile::oauth21(), "PF27", [vec![token_request(&[("grant_type", "client_credentials"), ("client_assertion", &assertion)])]]);
    breaks(
        &Profile::oauth21(),
        "PF27",
        [
            vec![token_request(&[("grant_type", "client_credentials"), ("client_id", "x")])],
            vec![token_request(&[("client_secret", "s"), ("client_assertion", &assertion)])],
        ],
    );
}

#[test]
fn pf30_an_account_of_at_protocol() {
    let response = |body: Value| vec![json_response(MessageKind::TokenResponse, body)];
    let good = json!({"access_token": "t", "scope": "atproto transition:generic", "sub": "did:plc:ewvi7nxzyoun6zhxrhs64oiz"});
    keeps(&Profile::atproto(), "PF30", [response(good.clone())]);
    for (member, value) in [("scope", "transition:generic"), ("sub", "alice"), ("sub", "")] {
        let mut changed = good.clone();
        changed[member] = json!(value);
        breaks(&Profile::atproto(), "PF30", [response(changed)]);
    }
}

#[test]
fn fa2_s_hash_in_the_front_channel() {
    let with = |claims: Value| vec![callback(&format!("code=c&state=s&id_token={}", jwt(json!({"alg": "PS256"}), claims)))];
    keeps(&Profile::fapi1_advanced(), "FA2", [with(json!({"s_hash": "x"}))]);
    breaks(&Profile::fapi1_advanced(), "FA2", [with(json!({"c_hash": "x"}))]);
}

#[test]
fn fa3_parameters_repeated_outside() {
    let object = jwt(json!({"alg": "PS256"}), json!({"response_type": "code id_token", "scope": "openid", "nbf": 1, "exp": 61}));
    let url = |rest: &str| vec![browser(&format!("https://idp.test/authorize?client_id=x&request={object}{rest}"))];
    keeps(&Profile::fapi1_advanced(), "FA3", [url("&response_type=code%20id_token&scope=openid"), vec![pushed(&[("request", &object)])]]);
    let old = jwt(json!({"alg": "PS256"}), json!({"nbf": 1, "exp": 3602}));
    breaks(
        &Profile::fapi1_advanced(),
        "FA3",
        [url(""), url("&response_type=code&scope=openid"), vec![pushed(&[("request", &old)])], vec![pushed(&[])]],
    );
}

#[test]
fn a_message_shows_nothing_but_its_kind() {
    let message = token_request(&[("code", "s3cret-code"), ("client_secret", "s3cret")]);
    assert_eq!(format!("{message:?}"), "ProfileMessage { kind: TokenRequest, .. }");
}

//! The client's notification endpoint: pings and pushes of CIBA Core 1.0 section 10.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use identity_model::ClientAuthentication;
use identity_model::environment::{Environment, FixedClock};
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::JsonWebKeySet;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::backchannel_notification::{
    AwaitedAuthentication, NotificationError, NotificationReceiver, PushNotice, PushedTokens, UncheckedPush,
};
use identity_model::protocol::token::CibaTokenRequest;
use identity_model::testing::{TestClient, TestProvider, TestUser, TokenDraft};
use identity_model::validation::{TokenValidationOptions, ValidationErrorKind};
use serde_json::{Value, json};

use super::support::{assert_well_told, start};

const TOKEN: &str = "8d67dc78-7faa-4d41-aabd-67707b374255";
const OTHER: &str = "another-notification-token";

fn receiver() -> NotificationReceiver {
    NotificationReceiver::new([AwaitedAuthentication::new("1c266114", TOKEN), AwaitedAuthentication::new("other", OTHER)])
}

fn post(body: impl Into<Bytes>) -> Request<Bytes> {
    let builder = Request::post("/ciba").header("authorization", format!("Bearer {TOKEN}")).header("content-type", "application/json");
    builder.body(body.into()).unwrap()
}

#[track_caller]
fn refused(request: &Request<Bytes>, status: u16, code: &str) -> NotificationError {
    let ping = receiver().receive_ping(request).unwrap_err();
    let push = receiver().receive_push(request).unwrap_err();
    assert_eq!((ping.status().as_u16(), ping.code()), (status, code));
    assert_eq!((push.status().as_u16(), push.code()), (status, code), "a push is judged alike");
    let response = ping.response();
    assert_eq!((response.status().as_u16(), response.body().len()), (status, 0));
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_well_told(&ping);
    assert_eq!(Error::from(ping.clone()).kind(), ErrorKind::Flow);
    ping
}

#[test]
fn c3_a_ping_with_the_right_token_and_a_known_request_is_answered_with_204() {
    let notice = receiver().receive_ping(&post(r#"{"auth_req_id":"1c266114","more":1}"#)).unwrap();
    assert_eq!((notice.request_id().expose(), notice.try_get_i64("more")), ("1c266114", Some(1)));
    let response = notice.response();
    assert_eq!((response.status().as_u16(), response.body().len()), (204, 0));
    let mut request = post(r#"{"auth_req_id":"1c266114"}"#);
    request.headers_mut().insert("authorization", format!("bEARER  {TOKEN}").parse().unwrap());
    request.headers_mut().insert("content-type", "Application/JSON; charset=utf-8".parse().unwrap());
    receiver().receive_ping(&request).unwrap();
    assert!(!format!("{:?} {notice:?}", receiver()).contains("1c266114") && !format!("{:?}", receiver()).contains(TOKEN));
}

#[test]
fn c3_a_wrong_or_missing_token_is_401_whatever_the_body() {
    for body in [r#"{"auth_req_id":"1c266114"}"#, "", "[]", r#"{"auth_req_id":"unknown"}"#] {
        for authorization in [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer 8d67dc78"),
            Some("Bearer 8d67dc78-7faa-4d41-aabd-67707b374255x"),
            Some("Bearer 8d67dc78-7faa-4d41-aabd-67707b374255 x"),
            Some("Basic 8d67dc78-7faa-4d41-aabd-67707b374255"),
            Some("8d67dc78-7faa-4d41-aabd-67707b374255"),
        ] {
            let mut request = post(body);
            request.headers_mut().remove("authorization");
            if let Some(value) = authorization {
                request.headers_mut().insert("authorization", value.parse().unwrap());
            }
            let refusal = refused(&request, 401, "notification_unauthorized");
            assert_eq!(refusal.response().headers()["www-authenticate"], "Bearer");
        }
    }
    let mut twice = post(r#"{"auth_req_id":"1c266114"}"#);
    twice.headers_mut().append("authorization", format!("Bearer {TOKEN}").parse().unwrap());
    refused(&twice, 401, "notification_unauthorized");
    let nobody = NotificationReceiver::new([AwaitedAuthentication::new("1c266114", "")]);
    assert_eq!(nobody.receive_ping(&post(r#"{"auth_req_id":"1c266114"}"#)).unwrap_err(), NotificationError::Unauthorized);
}

#[test]
fn c3_the_request_must_be_the_one_that_the_token_was_sent_with() {
    for id in ["unknown", "other", "1c26611", "1c2661144"] {
        refused(&post(json!({ "auth_req_id": id }).to_string()), 400, "notification_unknown_request");
    }
}

#[test]
fn c3_what_is_no_notification() {
    let good = r#"{"auth_req_id":"1c266114"}"#;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        let mut request = post(good);
        *request.method_mut() = method;
        let refusal = refused(&request, 405, "notification_method");
        assert_eq!(refusal.response().headers()["allow"], "POST");
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jwt", ""] {
        let mut request = post(good);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        refused(&request, 415, "notification_content_type");
    }
    for (name, body) in crate::bad_input::hostile().into_iter().filter(|(_, body)| body.len() < 60_000) {
        refused(&post(body), 400, "malformed_notification");
        assert!(!name.is_empty());
    }
    for body in ["{}", r#"{"auth_req_id":""}"#, r#"{"auth_req_id":1}"#, r#"{"auth_req_id":null}"#, r#"{"auth_req_id":["1c266114"]}"#] {
        refused(&post(body), 400, "malformed_notification");
    }
    refused(&post(r#"{"auth_req_id":"1c266114","auth_req_id":"1c266114"}"#), 400, "malformed_notification");
    let long = format!(r#"{{"auth_req_id":"1c266114","x":"{}"}}"#, "x".repeat(64 * 1024));
    refused(&post(long.clone()), 413, "notification_too_large");
    receiver().with_body_limit(1024 * 1024).receive_ping(&post(long)).unwrap();
}

#[test]
fn c3_a_ping_holds_no_tokens() {
    for member in ["access_token", "id_token", "refresh_token"] {
        let refusal = receiver().receive_ping(&post(json!({ "auth_req_id": "1c266114", member: "t" }).to_string())).unwrap_err();
        assert_eq!((refusal.code(), refusal.status().as_u16()), ("notification_unexpected_tokens", 400));
    }
}

#[test]
fn c4_a_push_must_have_its_members() {
    let good = json!({ "auth_req_id": "1c266114", "access_token": "a", "token_type": "bearer", "id_token": "i", "expires_in": 60 });
    assert!(matches!(receiver().receive_push(&post(good.to_string())), Ok(PushNotice::Tokens(_))));
    for (member, value) in [
        ("access_token", json!("")),
        ("access_token", json!(null)),
        ("access_token", json!(1)),
        ("token_type", json!("DPoP")),
        ("token_type", json!(null)),
        ("id_token", json!("")),
        ("id_token", json!(null)),
        ("refresh_token", json!("")),
        ("refresh_token", json!([])),
        ("expires_in", json!(-1)),
        ("expires_in", json!("soon")),
        ("expires_in", json!([])),
    ] {
        let mut body = good.clone();
        body[member] = value.clone();
        let refusal = receiver().receive_push(&post(body.to_string())).unwrap_err();
        assert_eq!(refusal.status().as_u16(), 400, "{member}: {value}");
        assert_well_told(&refusal);
    }
}

#[test]
fn c4_a_delivery_that_is_made_again_is_taken_again() {
    let push = json!({ "auth_req_id": "1c266114", "access_token": "a", "token_type": "bearer", "id_token": "i", "expires_in": 60 });
    let (receiver, push, ping) = (receiver(), post(push.to_string()), post(json!({ "auth_req_id": "1c266114" }).to_string()));
    for delivery in ["first", "second, where the first was given up"] {
        assert!(matches!(receiver.receive_push(&push), Ok(PushNotice::Tokens(_))), "{delivery}");
        assert!(receiver.receive_ping(&ping).is_ok(), "{delivery}");
    }
}

#[test]
fn c4_a_pushed_error_is_told() {
    let body = json!({ "auth_req_id": "1c266114", "error": "access_denied", "error_description": "no\u{1b}[2J" });
    let Ok(PushNotice::Failed(error)) = receiver().receive_push(&post(body.to_string())) else { panic!("an error") };
    assert_eq!((error.request_id().expose(), error.error()), ("1c266114", "access_denied"));
    assert_eq!((error.to_string().as_str(), error.response().status().as_u16()), (r"`access_denied`: no\u{1b}[2J", 204));
    for wrong in [json!(""), json!(1), json!(null), json!({})] {
        let refused = receiver().receive_push(&post(json!({ "auth_req_id": "1c266114", "error": wrong }).to_string())).map(drop);
        assert_eq!(refused.unwrap_err().code(), "malformed_notification", "{wrong}");
    }
}

/// A provider with a backchannel request that a user has approved.
struct House {
    provider: TestProvider,
    request_id: String,
}

impl House {
    fn new() -> Self {
        Self::of(TestClient::new(TestProvider::CLIENT_ID).pushed_to("https://app.example.com/ciba"))
    }

    fn of(client: TestClient) -> Self {
        let environment = Environment::system().with_clock(FixedClock::at(start()));
        let provider = TestProvider::builder()
            .client(client.secret(TestProvider::CLIENT_SECRET))
            .user(TestUser::new(TestProvider::SUBJECT))
            .environment(environment.clone())
            .build();
        let pending = BackchannelAuthenticationRequest::builder()
            .address(format!("{}/backchannel", provider.issuer()))
            .client_id(TestProvider::CLIENT_ID)
            .authentication(ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET))
            .hint(AuthenticationHint::LoginHint(TestProvider::SUBJECT.to_owned()))
            .scope(["openid"])
            .client_notification_token(TOKEN)
            .environment(environment)
            .send_blocking(&provider)
            .unwrap();
        let request_id = pending.request_id().expose().to_owned();
        provider.approve_backchannel(&request_id, TestProvider::SUBJECT);
        Self { provider, request_id }
    }

    fn options(&self) -> TokenValidationOptions {
        TokenValidationOptions::id_token().issuer(self.provider.issuer()).audience(TestProvider::CLIENT_ID).build()
    }

    fn keys(&self) -> JsonWebKeySet {
        self.provider.key_set()
    }

    fn receive(&self, request: &Request<Bytes>) -> UncheckedPush {
        let receiver = NotificationReceiver::new([AwaitedAuthentication::new(self.request_id.as_str(), TOKEN)]);
        let Ok(PushNotice::Tokens(push)) = receiver.receive_push(request) else { panic!("tokens") };
        *push
    }

    /// Validates the push in all three ways, which must agree.
    fn judge(&self, request: &Request<Bytes>) -> Result<PushedTokens, Error> {
        let push = self.receive(request);
        let environment = Environment::system().with_clock(FixedClock::at(start()));
        let validator = |keys: ProviderKeys| TokenValidator::with_options(keys, self.options()).with_environment(environment.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let keys = ProviderKeys::new(self.provider.issuer(), self.provider.clone());
        let asynchronous = runtime.block_on(push.validated_by(&validator(keys)));
        let keys = ProviderKeys::new_blocking(self.provider.issuer(), self.provider.clone());
        let blocking = push.validated_by_blocking(&validator(keys));
        let at_hand = push.check(&self.keys(), &self.options(), start());
        assert_eq!(push.response(&at_hand).status().as_u16(), if at_hand.is_ok() { 204 } else { 400 });
        let code = |outcome: &Result<PushedTokens, Error>| outcome.as_ref().map(drop).map_err(Error::code);
        assert_eq!((code(&asynchronous), code(&blocking)), (code(&blocking), at_hand.as_ref().map(drop).map_err(|error| error.code())));
        asynchronous
    }

    #[track_caller]
    fn refuses(&self, change: impl FnOnce(TokenDraft) -> TokenDraft, kind: ValidationErrorKind, claim: &str) {
        let error = self.judge(&self.provider.backchannel_push(&self.request_id, change)).unwrap_err();
        let validation = error.validation().unwrap_or_else(|| panic!("{error:?}"));
        assert_eq!((validation.kind(), validation.claim()), (kind, Some(claim)), "{error}");
    }
}

/// The same push with members of its body changed.
fn changed(request: &Request<Bytes>, change: impl FnOnce(&mut Value)) -> Request<Bytes> {
    let mut body: Value = serde_json::from_slice(request.body()).unwrap();
    change(&mut body);
    let mut changed = request.clone();
    *changed.body_mut() = body.to_string().into();
    changed
}

#[test]
fn c4_i12_pushed_tokens_come_out_once_the_id_token_names_all_of_them() {
    let house = House::new();
    let push = house.provider.backchannel_push(&house.request_id, |token| token);
    let sent: Value = serde_json::from_slice(push.body()).unwrap();
    let tokens = house.judge(&push).unwrap();
    assert_eq!(tokens.request_id().expose(), house.request_id);
    assert_eq!(tokens.access_token().expose(), sent["access_token"]);
    assert_eq!(tokens.refresh_token().unwrap().expose(), sent["refresh_token"]);
    assert_eq!(tokens.id_token().expose(), sent["id_token"]);
    assert_eq!(tokens.validated_id_token().subject(), Some(TestProvider::SUBJECT));
    let expires_in = Duration::from_secs(sent["expires_in"].as_u64().unwrap());
    assert_eq!((tokens.expires_in(), tokens.expires_at()), (Some(expires_in), Some(start() + expires_in)));
    assert!(!format!("{tokens:?}").contains(tokens.access_token().expose()));
}

#[test]
fn c4_i12_each_name_is_demanded_and_compared() {
    use ValidationErrorKind as Kind;
    const REQUEST: &str = "urn:openid:params:jwt:claim:auth_req_id";
    const REFRESH: &str = "urn:openid:params:jwt:claim:rt_hash";
    for (claim, kind) in [(REQUEST, Kind::AuthenticationRequestMismatch), ("at_hash", Kind::HashMismatch), (REFRESH, Kind::HashMismatch)] {
        House::new().refuses(|token| token.without_claim(claim), Kind::ClaimMissing, claim);
        House::new().refuses(|token| token.claim(claim, "AAAAAAAAAAAAAAAAAAAAAA"), kind, claim);
        House::new().refuses(|token| token.claim(claim, 1), Kind::ClaimMalformed, claim);
    }
}

#[test]
fn c4_tokens_that_were_swapped_on_the_way_are_refused() {
    for (member, claim) in [("access_token", "at_hash"), ("refresh_token", "urn:openid:params:jwt:claim:rt_hash")] {
        let house = House::new();
        let push = house.provider.backchannel_push(&house.request_id, |token| token);
        let error = house.judge(&changed(&push, |body| body[member] = json!("another"))).unwrap_err();
        assert_eq!(error.validation().unwrap().claim(), Some(claim), "{member}");
        assert!(!error.to_string().contains("another"), "{error}");
    }
    let (house, other) = (House::new(), House::new());
    let push = house.provider.backchannel_push(&house.request_id, |token| token);
    let foreign = other.provider.backchannel_push(&other.request_id, |token| token);
    let foreign: Value = serde_json::from_slice(foreign.body()).unwrap();
    assert!(house.judge(&changed(&push, |body| body["id_token"] = foreign["id_token"].clone())).is_err());
}

#[test]
fn i11_an_id_token_of_more_than_a_week_ago_is_refused() {
    let week = 7 * 24 * 60 * 60;
    let at = |seconds: i64| {
        move |token: TokenDraft| {
            let iat = token.issued_at() - seconds;
            token.claim("iat", iat)
        }
    };
    let house = House::new();
    house.judge(&house.provider.backchannel_push(&house.request_id, at(week))).unwrap();
    House::new().refuses(at(week + 31), ValidationErrorKind::IssuedTooLongAgo, "iat");
}

#[test]
fn c4_every_rule_of_an_id_token_holds() {
    use ValidationErrorKind as Kind;
    House::new().refuses(|token| token.claim("iss", "https://evil.example.com"), Kind::IssuerMismatch, "iss");
    House::new().refuses(|token| token.claim("aud", "somebody"), Kind::AudienceMismatch, "aud");
    House::new().refuses(|token| token.expires_in(-60), Kind::Expired, "exp");
    let house = House::new();
    let push = house.provider.backchannel_push(&house.request_id, |token| token);
    let rules = TokenValidationOptions::user_info_response().issuer("x").audience("x").build();
    let error = house.receive(&push).check(&house.keys(), &rules, start()).unwrap_err();
    assert_eq!((error.code(), Error::from(error).kind()), ("request_configuration", ErrorKind::Configuration));
}

#[test]
fn c3_after_a_ping_the_tokens_can_be_fetched() {
    let house = House::of(TestClient::new(TestProvider::CLIENT_ID).pinged_at("https://app.example.com/ciba"));
    let receiver = NotificationReceiver::new([AwaitedAuthentication::new(house.request_id.as_str(), TOKEN)]);
    let ping = house.provider.backchannel_ping(&house.request_id);
    let claimed = NotificationReceiver::claimed_request_id(ping.body()).unwrap();
    assert_eq!(claimed.expose(), house.request_id);
    let notice = receiver.receive_ping(&ping).unwrap();
    let request = CibaTokenRequest::builder()
        .address(format!("{}/token", house.provider.issuer()))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET))
        .request_id(notice.request_id())
        .build();
    assert!(request.send_blocking(&house.provider).unwrap().id_token().is_some());
    assert_eq!(NotificationReceiver::claimed_request_id(b"{}"), None);
}

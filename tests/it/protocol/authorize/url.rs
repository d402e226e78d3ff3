//! The address that the browser is sent to.

use std::time::{Duration, SystemTime};

use identity_model::environment::SystemEntropy;
use identity_model::protocol::RequestError;
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::authorize::{
    AuthorizationOptions, AuthorizationRequest, ClaimRequest, ClaimsRequest, CodeChallenge, Display, Prompt, ResponseMode, ResponseType,
    StepUp,
};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::protocol::pushed_authorization::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::secret::{CodeVerifier, SecretText};
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use insta::assert_snapshot;
use serde_json::{Value, json};

pub(crate) const ADDRESS: &str = "https://idp.example.com/authorize";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn discovered(more: Value) -> DiscoveryDocumentResponse {
    let mut document = json!({
        "issuer": "https://idp.example.com",
        "authorization_endpoint": ADDRESS,
        "pushed_authorization_request_endpoint": "https://idp.example.com/par",
        "token_endpoint": "https://idp.example.com/token",
    });
    document.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    DiscoveryDocumentResponse::parse(document.to_string(), "https://idp.example.com", DiscoveryPolicy::strict()).unwrap()
}

fn lines(url: &url::Url) -> String {
    url.as_str().replacen('?', "?\n", 1).replace('&', "\n&")
}

#[track_caller]
fn refused(result: Result<url::Url, RequestError>) -> String {
    let error = result.unwrap_err();
    format!("{}: {error}", error.code())
}

#[test]
fn r1_the_least_there_is() {
    assert_snapshot!(lines(&code!().url().unwrap()), @"
    https://idp.example.com/authorize?
    client_id=app
    &response_type=code
    &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    &code_challenge_method=S256
    ");
}

#[test]
fn r9_everything_that_can_be_asked_for_each_encoded_once() {
    let url = at!("https://idp.example.com/authorize?tenant=a%20b&x", ResponseType::CodeIdToken)
        .state("s+t a")
        .nonce("n&o=n")
        .scope(["openid", "profile"])
        .response_mode(ResponseMode::FormPost)
        .display(Display::Popup)
        .prompt([Prompt::Login, Prompt::Other("extra".to_owned())])
        .max_age(Duration::from_millis(60_900))
        .ui_locales(["de-CH", "de"])
        .claims_locales(["en"])
        .login_hint("alice+one@example.com")
        .id_token_hint("e.y.J")
        .acr_values(["urn:a", "urn:b"])
        .claims(ClaimsRequest::new().id_token("acr", ClaimRequest::essential().value("urn:a")))
        .authorization_details([AuthorizationDetail::new("payment").member("unit", "EUR")])
        .resource(["https://api.example.com", "urn:api:2"])
        .dpop_jkt("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        .parameter("audience", "ä")
        .parameter("nothing", "")
        .parameter_values("tag", ["1", "2", "1"])
        .url()
        .unwrap();
    assert_snapshot!(lines(&url), @"
    https://idp.example.com/authorize?
    tenant=a%20b
    &x
    &client_id=app
    &response_type=code%20id_token
    &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb
    &scope=openid%20profile
    &state=s%2Bt%20a
    &nonce=n%26o%3Dn
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    &code_challenge_method=S256
    &response_mode=form_post
    &display=popup
    &prompt=login%20extra
    &max_age=60
    &ui_locales=de-CH%20de
    &claims_locales=en
    &login_hint=alice%2Bone%40example.com
    &id_token_hint=e.y.J
    &acr_values=urn%3Aa%20urn%3Ab
    &claims=%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22urn%3Aa%22%7D%7D%7D
    &authorization_details=%5B%7B%22type%22%3A%22payment%22%2C%22unit%22%3A%22EUR%22%7D%5D
    &dpop_jkt=0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I
    &resource=https%3A%2F%2Fapi.example.com
    &resource=urn%3Aapi%3A2
    &audience=%C3%A4
    &tag=1
    &tag=2
    &tag=1
    ");
}

#[test]
fn r9_the_query_is_kept_and_a_fragment_dropped() {
    let cases = [
        ("https://idp.example.com/a#frag", "https://idp.example.com/a?client_id=app&"),
        ("https://idp.example.com/a?x=1#frag?y=2", "https://idp.example.com/a?x=1&client_id=app&"),
        ("https://idp.example.com/a?", "https://idp.example.com/a?client_id=app&"),
        ("https://idp.example.com/a?x=%2B+%20&x=1", "https://idp.example.com/a?x=%2B+%20&x=1&client_id=app&"),
        ("https://idp.example.com", "https://idp.example.com/?client_id=app&"),
    ];
    for (address, start) in cases {
        let url = at!(address, ResponseType::Code).url().unwrap();
        assert!(url.as_str().starts_with(start) && url.fragment().is_none(), "{url}");
    }
}

#[test]
fn r9_nothing_is_said_beside_what_the_query_of_the_address_says() {
    let error = refused(at!("https://idp.example.com/a?tenant=1&client%5Fid=other", ResponseType::Code).url());
    assert_snapshot!(error, @"request_configuration: `address` has a query that says `client_id` already");
    let error = refused(at!("https://idp.example.com/a?state=1", ResponseType::Code).state("s").url());
    assert_snapshot!(error, @"request_configuration: `address` has a query that says `state` already");
}

#[test]
fn r1_pkce_is_a_decision_and_its_weak_forms_say_danger() {
    let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let with = |challenge: CodeChallenge, response_type| {
        let builder = AuthorizationRequest::builder().address(ADDRESS).client_id("app").response_type(response_type).nonce("n");
        let url = builder.redirect_uri("https://app.example.com/cb").code_challenge(challenge).url();
        url.map(|url| url.query_pairs().filter(|(name, _)| name.starts_with("code_")).map(|(_, value)| value).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(with(CodeChallenge::s256(&verifier), ResponseType::Code).unwrap(), format!("{CHALLENGE} S256"));
    assert_eq!(with((&verifier).into(), ResponseType::CodeIdToken).unwrap(), format!("{CHALLENGE} S256"));
    assert_eq!(with(CodeChallenge::danger_plain(&verifier), ResponseType::Code).unwrap(), format!("{} plain", verifier.expose()));
    assert_eq!(with(CodeChallenge::danger_none(), ResponseType::Code).unwrap(), "");
    assert_eq!(with(CodeChallenge::s256(&verifier), ResponseType::IdToken).unwrap(), "", "there is no code to challenge");
    for challenge in ["", "short", &format!("{CHALLENGE}=")] {
        assert!(with(challenge.into(), ResponseType::Code).unwrap_err().to_string().starts_with("`code_challenge` "));
    }
    let error = with(CodeChallenge::s256(&CodeVerifier::new("short")), ResponseType::Code).unwrap_err();
    assert_snapshot!(error, @"`code_verifier` is not 43 to 128 unreserved characters");
}

#[test]
fn r1_a_redirect_uri_is_absolute_and_goes_as_it_was_written() {
    let with = |redirect_uri: &str| {
        let builder = AuthorizationRequest::builder().address(ADDRESS).client_id("app").response_type(ResponseType::Code);
        builder.redirect_uri(redirect_uri).code_challenge(CHALLENGE).url()
    };
    for (redirect_uri, problem) in [
        ("", "`redirect_uri` is empty"),
        ("/callback", "`redirect_uri` is not an absolute URI"),
        ("https://app.example.com/a b", "`redirect_uri` is not an absolute URI"),
        ("https://app.example.com/#x", "`redirect_uri` has a fragment, where none may be"),
    ] {
        assert_eq!(with(redirect_uri).unwrap_err().to_string(), problem);
    }
    for redirect_uri in ["HTTPS://App.example.com:443/%7e?a=b&c", "com.example.app:/callback", "http://127.0.0.1:4711/cb"] {
        let url = with(redirect_uri).unwrap();
        assert!(url.query_pairs().any(|(name, value)| name == "redirect_uri" && value == redirect_uri), "{url}");
    }
    let nobody = AuthorizationRequest::builder().address(ADDRESS).client_id("").response_type(ResponseType::Code);
    let nobody = nobody.redirect_uri("https://app.example.com").code_challenge(CHALLENGE);
    assert_eq!(nobody.url().unwrap_err().to_string(), "`client_id` is empty");
}

#[test]
fn r2_state_and_nonce_have_256_bits_and_a_nonce_at_most_64_characters() {
    let [one, two] = [0, 1].map(|_| SecretText::random(&SystemEntropy).unwrap());
    assert!(one != two && one.expose().len() == 43);
    assert!(code!().nonce("n".repeat(64)).url().is_ok());
    assert_snapshot!(refused(code!().nonce("n".repeat(65)).url()), @"request_configuration: `nonce` has more than 64 characters");
}

#[test]
fn r3_an_id_token_on_the_front_channel_demands_a_nonce() {
    for response_type in ResponseType::ALL {
        let without = at!(ADDRESS, *response_type).url();
        assert_eq!(without.is_err(), response_type.returns_id_token(), "{response_type}");
        assert_eq!(at!(ADDRESS, *response_type).nonce("").url().is_err(), response_type.returns_id_token(), "{response_type}");
        at!(ADDRESS, *response_type).nonce("n").url().unwrap();
    }
    let error = refused(at!(ADDRESS, ResponseType::CodeIdToken).url());
    assert_snapshot!(error, @"request_configuration: `nonce` is needed where the response type is `code id_token`, which returns an ID token");
}

#[test]
fn r8_a_signed_answer_goes_with_code_alone_and_tokens_never_into_a_query() {
    for response_type in ResponseType::ALL {
        for mode in ResponseMode::ALL {
            let result = at!(ADDRESS, *response_type).nonce("n").response_mode(*mode).url();
            let tokens = response_type.returns_id_token() || response_type.returns_access_token();
            let refused = tokens && (mode.is_jwt() || *mode == ResponseMode::Query);
            assert_eq!(result.is_err(), refused, "{response_type} {mode}");
        }
    }
    let hybrid = |mode| refused(at!(ADDRESS, ResponseType::CodeIdToken).nonce("n").response_mode(mode).url());
    assert_snapshot!(hybrid(ResponseMode::Jwt), @"request_configuration: `response_mode`: `jwt` goes with response types that return no token, such as `code`, and not with `code id_token`");
    assert_snapshot!(hybrid(ResponseMode::Query), @"request_configuration: `response_mode`: `query` would put the tokens of `code id_token` where servers and logs see them");
}

#[test]
fn r9_reserved_names_among_the_extras_are_refused() {
    for name in [
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "response_mode",
        "display",
        "prompt",
        "max_age",
        "ui_locales",
        "claims_locales",
        "login_hint",
        "id_token_hint",
        "acr_values",
        "claims",
        "authorization_details",
        "dpop_jkt",
        "resource",
        "request",
        "request_uri",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "code_verifier",
    ] {
        for error in [code!().parameter(name, "x").url(), code!().parameter_values(name, ["x", "y"]).url()] {
            let error = refused(error);
            assert!(error.starts_with(&format!("request_configuration: parameter `{name}` ")), "{error}");
        }
    }
    let again = code!().scope(["openid"]).parameter("scope", "openid").parameter("prompt", "").url().unwrap();
    assert_eq!(again, code!().scope(["openid"]).url().unwrap(), "the same again is no harm");
    assert_snapshot!(refused(code!().parameter("max_age", "1").url()), @"request_configuration: parameter `max_age` is set by its own setter alone");
    assert_snapshot!(refused(code!().parameter("a", "1").parameter("a", "2").url()), @"request_configuration: parameter `a` was added before with another value; to send several values use `.parameter_values(…)`");
}

#[test]
fn what_cannot_be_asked_for_is_named() {
    let of = |options: AuthorizationOptions| refused(code!().options(options).url());
    let new = AuthorizationOptions::new;
    assert_snapshot!(of(new().prompt([Prompt::None, Prompt::Login])), @"request_configuration: `prompt` asks for nothing (`none`) and for something at once");
    assert_snapshot!(of(new().prompt([Prompt::Login, Prompt::Other("none".to_owned())])), @"request_configuration: `prompt` asks for nothing (`none`) and for something at once");
    assert_snapshot!(of(new().prompt([Prompt::Other("a b".to_owned())])), @"request_configuration: `prompt` holds something else than a word");
    assert_snapshot!(of(new().resource(["/api"])), @"request_configuration: `resource` is not an absolute URI without a fragment; a name that is none is set by `.resource_names(…)`");
    assert_snapshot!(of(new().resource(["https://a.example.com#x"])), @"request_configuration: `resource` is not an absolute URI without a fragment; a name that is none is set by `.resource_names(…)`");
    assert_snapshot!(of(new().authorization_details([AuthorizationDetail::new("")])), @"request_configuration: `authorization_details` holds a detail with an empty type");
    assert_snapshot!(of(new().claims(json!({ "userinfo": 1 }))), @"request_configuration: `claims` holds something else than an object in the place of `userinfo` or `id_token`");
}

#[test]
fn options_are_the_same_by_value_and_by_setter() {
    let options = AuthorizationOptions::new().scope(["openid"]).max_age(Duration::ZERO).parameter("x", "1");
    let by_setter = code!().scope(["openid"]).max_age(Duration::ZERO).parameter("x", "1").url().unwrap();
    assert_eq!(code!().options(options).url().unwrap(), by_setter);
    assert!(by_setter.as_str().contains("&max_age=0&"));
}

#[test]
fn a_challenge_of_a_resource_becomes_the_next_request() {
    use identity_model::encoding::challenge::Challenge;

    let line = r#"DPoP error="insufficient_user_authentication", acr_values="gold silver", max_age=0"#;
    let step_up = StepUp::from_challenges(&Challenge::parse([line])).unwrap().unwrap();
    let url = code!().acr_values(["bronze"]).max_age(Duration::from_secs(9)).step_up(&step_up).url().unwrap();
    assert!(url.as_str().ends_with("&max_age=0&acr_values=gold%20silver"), "{url}");
    let nothing = StepUp::default();
    let url = code!().acr_values(["bronze"]).max_age(Duration::from_secs(9)).step_up(&nothing).url().unwrap();
    assert!(url.as_str().ends_with("&max_age=9&acr_values=bronze"), "{url}");
}

#[test]
fn h1_the_policy_has_its_say() {
    assert_snapshot!(refused(at!("http://idp.example.com/a", ResponseType::Code).url()), @r#"https_required: address "http://idp.example.com/a" is not HTTPS; allow it with `.danger_allow_http()`"#);
    assert!(at!("http://127.0.0.1/a", ResponseType::Code).url().is_ok());
    assert!(at!("http://idp.example.com/a", ResponseType::Code).policy(DiscoveryPolicy::danger_development()).url().is_ok());
    let error = refused(at!("javascript:alert(1)", ResponseType::Code).policy(DiscoveryPolicy::danger_development()).url());
    assert!(error.starts_with("address: "), "{error}");
}

#[test]
fn r7_a_server_that_demands_more_gets_no_plain_request() {
    let plain = |disco: &DiscoveryDocumentResponse| {
        let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app");
        builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge(CHALLENGE).url()
    };
    assert!(plain(&discovered(json!({}))).is_ok());
    let pushed = plain(&discovered(json!({ "require_pushed_authorization_requests": true })));
    assert_snapshot!(refused(pushed), @"request_form: the server accepts only pushed authorization requests (`require_pushed_authorization_requests`)");
    let signed = discovered(json!({ "require_signed_request_object": true }));
    assert_snapshot!(refused(plain(&signed)), @"request_form: the server accepts only signed request objects (`require_signed_request_object`)");

    let request = PushedAuthorizationRequest::builder()
        .address(signed.pushed_authorization_request_endpoint().unwrap())
        .client_id("app")
        .authorization(&code!().build());
    let nobody = ScriptedHttpClient::builder().build();
    assert_eq!(request.send_blocking(&nobody).unwrap_err().code(), "request_form");
}

fn pushed(expires_in: u64) -> PushedAuthorizationResponse {
    let answer = json!({ "request_uri": "urn:example:a b+c", "expires_in": expires_in });
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post("https://idp.example.com/par"), ScriptedResponse::json(201, answer.to_string()))
        .build();
    let request = PushedAuthorizationRequest::builder().address("https://idp.example.com/par").client_id("app");
    request.authorization(&code!().state("s").parameter("x", "y").build()).send_blocking(&http).unwrap()
}

#[test]
fn r5_what_was_pushed_leaves_client_id_and_reference_alone() {
    let disco = discovered(json!({ "require_pushed_authorization_requests": true, "require_signed_request_object": true }));
    let builder = AuthorizationRequest::builder().address(disco.authorization_endpoint().unwrap()).client_id("app").state("s").nonce("n");
    let request = builder.response_type(ResponseType::Code).redirect_uri("https://app.example.com/cb").code_challenge(CHALLENGE).build();
    let url = request.url_with_pushed(pushed(60), SystemTime::now()).unwrap();
    assert_eq!(url.as_str(), "https://idp.example.com/authorize?client_id=app&request_uri=urn%3Aexample%3Aa%20b%2Bc");
}

#[test]
fn r6_a_reference_is_not_used_after_it_expired() {
    let later = |response: &PushedAuthorizationResponse, seconds| response.head().received_at() + Duration::from_secs(seconds);
    let (response, request) = (pushed(60), code!().build());
    let now = later(&response, 59);
    assert!(request.url_with_pushed(response, now).is_ok());
    for (expires_in, seconds) in [(60, 60), (60, 61), (0, 0)] {
        let response = pushed(expires_in);
        let now = later(&response, seconds);
        let error = refused(request.url_with_pushed(response, now));
        assert_eq!(error, "pushed_request_expired: the pushed authorization request expired before it was used");
    }
}

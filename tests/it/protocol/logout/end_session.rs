//! The address that the browser is sent to: rule L1, and what `requests.md` says of URLs.

use std::error::Error as _;
use std::time::Duration;

use identity_model::encoding::form::Form;
use identity_model::environment::{Entropy, EntropyError, Environment, FixedClock};
use identity_model::protocol::RequestError;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy};
use identity_model::protocol::logout::{BegunLogout, EndSessionRequest, LogoutReturn};
use identity_model::secret::IdentityToken;
use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};

use crate::protocol::support::start;

const LOGOUT: &str = "https://idp.example.com/logout";
const GOODBYE: &str = "https://app.example.com/goodbye";

fn query(begun: &BegunLogout) -> Form {
    Form::parse(begun.url().split_once('?').unwrap().1).unwrap()
}

fn names(begun: &BegunLogout) -> Vec<String> {
    query(begun).iter().map(|(name, _)| name.to_owned()).collect()
}

/// The member that a request was rejected for.
fn refused(outcome: Result<BegunLogout, RequestError>) -> String {
    match outcome.unwrap_err() {
        RequestError::Configuration { member, .. } => member,
        other => panic!("{other:?}"),
    }
}

#[test]
fn l1_every_member_stands_in_the_address() {
    let begun = EndSessionRequest::builder()
        .address(LOGOUT)
        .client_id("app")
        .id_token_hint(IdentityToken::new("h.p.s"))
        .post_logout_redirect_uri(GOODBYE)
        .logout_hint("alice+1@example.com")
        .ui_locales(["de-CH", "de"])
        .parameter("tenant", "a b")
        .parameter("empty", "")
        .parameter_values("tag", ["1", "2"])
        .begin()
        .unwrap();
    let expected = "https://idp.example.com/logout?id_token_hint=h.p.s&logout_hint=alice%2B1%40example.com&client_id=app&\
                    ui_locales=de-CH%20de&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fgoodbye&state=";
    let rest = begun.url().strip_prefix(expected).unwrap_or_else(|| panic!("{}", begun.url()));
    let (state, extras) = rest.split_once('&').unwrap();
    assert_eq!((state.len(), extras), (43, "tenant=a%20b&tag=1&tag=2"));
    assert_eq!(begun.transaction().post_logout_redirect_uri(), Some(GOODBYE));
}

#[test]
fn l1_state_is_random_and_each_logout_has_its_own() {
    let request = EndSessionRequest::builder().address(LOGOUT).client_id("app").post_logout_redirect_uri(GOODBYE).build();
    let state = |begun: BegunLogout| query(&begun).first("state").unwrap().to_owned();
    let (first, second) = (state(request.begin().unwrap()), state(request.begin().unwrap()));
    assert_ne!(first, second);
    assert!(first.len() >= 22, "128 bits at least");
}

#[test]
fn l1_without_a_return_there_is_no_state() {
    let begun = EndSessionRequest::builder().address(LOGOUT).client_id("app").begin().unwrap();
    assert_eq!(begun.url(), "https://idp.example.com/logout?client_id=app");
    assert_eq!(begun.transaction().post_logout_redirect_uri(), None);
}

#[test]
fn l1_one_of_client_id_and_id_token_hint_is_needed() {
    assert_eq!(refused(EndSessionRequest::builder().address(LOGOUT).post_logout_redirect_uri(GOODBYE).begin()), "client_id");
    assert_eq!(refused(EndSessionRequest::builder().address(LOGOUT).client_id("").begin()), "client_id");
    let hinted = EndSessionRequest::builder().address(LOGOUT).id_token_hint("h.p.s").post_logout_redirect_uri(GOODBYE).begin().unwrap();
    assert_eq!(names(&hinted), ["id_token_hint", "post_logout_redirect_uri", "state"]);
}

#[test]
fn l1_the_address_keeps_its_query_and_loses_its_fragment() {
    for (address, expected) in [
        ("https://idp.example.com/logout?tenant=a%20b", "https://idp.example.com/logout?tenant=a%20b&client_id=app"),
        ("https://idp.example.com/logout?", "https://idp.example.com/logout?client_id=app"),
        ("https://idp.example.com/logout#top", "https://idp.example.com/logout?client_id=app"),
        ("https://idp.example.com/logout?a=1#top", "https://idp.example.com/logout?a=1&client_id=app"),
    ] {
        let begun = EndSessionRequest::builder().address(address).client_id("app").begin().unwrap();
        assert_eq!(begun.url(), expected);
    }
    for address in ["https://idp.example.com/logout?state=x", "https://idp.example.com/logout?%73tate=x", "https://idp.example.com/?a=%"] {
        assert_eq!(refused(EndSessionRequest::builder().address(address).client_id("app").begin()), "address");
    }
}

#[test]
fn l1_the_name_of_a_member_is_refused_among_the_extras() {
    for name in ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"] {
        let request = || EndSessionRequest::builder().address(LOGOUT).client_id("app");
        assert!(refused(request().parameter(name, "x").begin()).contains(name));
        assert!(refused(request().parameter_values(name, ["x", "y"]).begin()).contains(name));
    }
    for name in ["client_secret", ""] {
        assert!(EndSessionRequest::builder().address(LOGOUT).client_id("app").parameter(name, "x").begin().is_err());
    }
}

#[test]
fn l1_a_return_address_is_absolute_and_may_be_an_apps() {
    for uri in ["/goodbye", "goodbye", "", "https://app.example.com/good bye", "https://app.example.com/#x"] {
        let outcome = EndSessionRequest::builder().address(LOGOUT).client_id("app").post_logout_redirect_uri(uri).begin();
        assert_eq!(refused(outcome), "post_logout_redirect_uri", "{uri:?}");
    }
    let begun = EndSessionRequest::builder().address(LOGOUT).client_id("app").post_logout_redirect_uri("com.example.app:/bye").begin();
    assert_eq!(query(&begun.unwrap()).first("post_logout_redirect_uri"), Some("com.example.app:/bye"));
}

#[test]
fn h1_the_address_is_held_against_the_policy() {
    let begin =
        |address: &str, policy: DiscoveryPolicy| EndSessionRequest::builder().address(address).client_id("app").policy(policy).begin();
    for address in ["http://idp.example.com/logout", "http://idp.example.com/logout#https://idp.example.com"] {
        let error = begin(address, DiscoveryPolicy::strict()).unwrap_err();
        assert_eq!(error.code(), "https_required");
    }
    assert_eq!(begin("javascript:alert(1)", DiscoveryPolicy::strict()).unwrap_err().code(), "address");
    let elsewhere = DiscoveryPolicy::builder().authority("https://idp.example.com").build();
    assert_eq!(begin("https://evil.example/logout", elsewhere).unwrap_err().code(), "endpoint_host");
}

#[test]
fn d4_an_endpoint_of_a_document_brings_its_policy_and_issuer() {
    let document = r#"{"issuer":"https://idp.example.com","jwks_uri":"https://idp.example.com/jwks",
        "end_session_endpoint":"https://idp.example.com/logout"}"#;
    let http = ScriptedHttpClient::builder()
        .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
        .get("https://idp.example.com/jwks", ScriptedResponse::json(200, r#"{"keys":[]}"#))
        .build();
    let disco = DiscoveryDocumentRequest::builder().address("https://idp.example.com").send_blocking(&http).unwrap();
    let begun = EndSessionRequest::builder().address(disco.end_session_endpoint().unwrap()).client_id("app").begin().unwrap();
    assert_eq!(begun.transaction().issuer(), Some("https://idp.example.com"));
    let text = EndSessionRequest::builder().address(LOGOUT).client_id("app").begin().unwrap();
    assert_eq!(text.transaction().issuer(), None);
}

#[test]
fn no_random_bytes_no_logout() {
    struct Dry;
    impl Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
    let environment = Environment::system().with_entropy(Dry);
    let error = EndSessionRequest::builder().address(LOGOUT).client_id("app").environment(environment).begin().unwrap_err();
    assert_eq!(error.code(), "entropy");
    assert!(error.source().is_none());
}

#[test]
fn a_logout_that_was_begun_shows_neither_token_nor_state() {
    let environment = Environment::system().with_clock(FixedClock::at(start()));
    let request = EndSessionRequest::builder()
        .address(LOGOUT)
        .id_token_hint("c4n4ry.c4n4ry.c4n4ry")
        .post_logout_redirect_uri(GOODBYE)
        .environment(environment)
        .lifetime(Duration::from_secs(60))
        .build();
    let begun = request.begin().unwrap();
    let state = query(&begun).first("state").unwrap().to_owned();
    let returned = LogoutReturn::from_query(&format!("state={state}")).unwrap();
    for shown in [format!("{request:?}"), format!("{begun:?}"), format!("{:?}", begun.transaction()), format!("{returned:?}")] {
        assert!(!shown.contains("c4n4ry") && !shown.contains(&state), "{shown}");
    }
    assert_eq!(begun.transaction().expires_at(), start() + Duration::from_secs(60));
}

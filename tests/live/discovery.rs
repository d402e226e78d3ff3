//! Discovery under the strict policy, which allows plain HTTP on the loopback interface and nowhere else.

use identity_model::protocol::discovery::{DiscoveryDocumentPath, DiscoveryPolicy, KeySetLoading, MetadataProfile, PolicyViolationKind};
use identity_model::{DiscoveryDocumentRequest, ErrorKind};

use crate::faces::{blocking, blocking_http, http, send_both};
use crate::server::Issuer;

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_strict_policy_accepts_the_whole_document() {
    let issuer = Issuer::shared();
    for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&issuer.url)) {
        let disco = outcome.unwrap();
        disco.validate().unwrap();
        assert!(disco.tolerances_needed().is_empty());
        assert_eq!(disco.issuer().unwrap(), issuer.url);
        assert_eq!(disco.token_endpoint().unwrap().as_str(), format!("{}/token", issuer.url));
        assert!(disco.supports("grant_types_supported", "client_credentials"));
        assert_eq!(disco.try_get_boolean("authorization_response_iss_parameter_supported"), Some(true));

        let keys = disco.key_set().expect("keys are loaded at once by default");
        let names: Vec<_> = keys.keys().iter().filter(|key| !key.verifies().is_empty()).filter_map(|key| key.key_id()).collect();
        assert_eq!(names, ["rsa-1", "p256-1", "p384-1", "p521-1", "ed25519-1"]);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_issuer_with_a_path_is_found_both_ways() {
    let issuer = Issuer::own("discovery-paths").await;
    let authorization_server = DiscoveryPolicy::builder()
        .discovery_document_path(DiscoveryDocumentPath::OAuthAuthorizationServer)
        .metadata_profile(MetadataProfile::AuthorizationServer)
        .build();
    for policy in [DiscoveryPolicy::strict(), authorization_server] {
        for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&issuer.url).policy(policy.clone())) {
            let disco = outcome.unwrap();
            disco.validate().unwrap();
            assert_eq!(disco.issuer().unwrap(), issuer.url);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_full_address_of_the_document_is_as_good_as_the_authority() {
    let issuer = Issuer::own("discovery-address").await;
    let address = format!("{}/.well-known/openid-configuration", issuer.url);
    for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&address)) {
        let disco = outcome.unwrap();
        assert_eq!((disco.issuer().unwrap(), disco.address()), (issuer.url.as_str(), address.as_str()));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn lazy_keys_come_when_they_are_asked_for() {
    let issuer = Issuer::shared();
    let lazy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Lazy).build();
    let [asynchronous, on_a_thread] =
        send_both!(DiscoveryDocumentRequest::builder().address(&issuer.url).policy(lazy.clone())).map(Result::unwrap);
    assert!(asynchronous.key_set().is_none() && on_a_thread.key_set().is_none());

    let count = asynchronous.load_key_set(&http()).await.unwrap().keys().len();
    assert_eq!(count, blocking(move || on_a_thread.load_key_set_blocking(&blocking_http()).unwrap().keys().len()).await);
    assert_eq!(asynchronous.key_set().map(|keys| keys.keys().len()), Some(count));
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_document_of_one_issuer_is_not_believed_for_another() {
    let issuer = Issuer::own("discovery-mix-up").await;
    let of_the_root = DiscoveryPolicy::builder().authority(issuer.url.strip_suffix("/discovery-mix-up").unwrap()).build();
    for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&issuer.url).policy(of_the_root.clone())) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Policy);
        assert_eq!(error.policy_violation().unwrap().kind(), PolicyViolationKind::IssuerMismatch);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn plain_http_on_loopback_can_be_refused_before_anything_is_sent() {
    let issuer = Issuer::shared();
    let https_only = DiscoveryPolicy::builder().allow_http_on_loopback(false).build();
    for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&issuer.url).policy(https_only.clone())) {
        assert_eq!(outcome.unwrap_err().policy_violation().unwrap().kind(), PolicyViolationKind::HttpsRequired);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_issuer_that_is_not_there_is_an_unexpected_answer() {
    let issuer = Issuer::shared();
    let address = format!("{}/no-such-issuer", issuer.url);
    for outcome in send_both!(DiscoveryDocumentRequest::builder().address(&address)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{error:?}");
    }
}

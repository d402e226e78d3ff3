//! The policy as a value: defaults, equality, presets as starting points, addresses of requests.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::*;

#[test]
fn every_default_is_the_strict_one() {
    let policy = DiscoveryPolicy::builder().build();
    assert_eq!(policy, DiscoveryPolicy::strict());
    assert_eq!(policy, DiscoveryPolicy::default());
    assert_eq!(policy.authority(), None);
    assert_eq!(policy.discovery_document_path().as_str(), ".well-known/openid-configuration");
    assert_eq!(policy.authority_validation_strategy(), &StringComparisonStrategy::ordinal().into());
    assert!(policy.require_https());
    assert!(policy.allow_http_on_loopback());
    assert_eq!(policy.loopback_addresses(), ["localhost", "127.0.0.0/8", "::1"]);
    assert!(policy.validate_issuer_name());
    assert!(policy.validate_endpoints());
    assert!(policy.endpoint_validation_exclude_list().is_empty());
    assert!(policy.additional_endpoint_base_addresses().is_empty());
    assert!(policy.require_key_set());
    assert_eq!(policy.metadata_profile(), MetadataProfile::OpenIdProvider);
    assert_eq!(policy.key_set_loading(), KeySetLoading::Eager);
    assert!(!policy.allows_private_addresses());
    assert!(!policy.allows_any_content_type());
    assert!(policy.accepted_statuses().is_empty());
    assert!(policy.tolerances().is_empty());
}

#[test]
fn every_setter_reaches_its_getter() {
    let policy = DiscoveryPolicy::builder()
        .authority("https://a")
        .discovery_document_path("/x")
        .authority_validation_strategy(UrlStrategy)
        .allow_http_on_loopback(false)
        .loopback_addresses(["localhost"])
        .require_key_set(false)
        .metadata_profile(MetadataProfile::KeysOnly)
        .key_set_loading(KeySetLoading::Never)
        .additional_endpoint_base_address("https://b")
        .additional_endpoint_base_address("https://c".to_owned())
        .endpoint_validation_exclude_list(["jwks_uri"])
        .endpoint_validation_exclude_list(vec!["token_endpoint".to_owned()])
        .danger_allow_http()
        .danger_any_issuer()
        .danger_any_endpoint_host()
        .danger_allow_private_addresses()
        .danger_any_content_type()
        .danger_accept_status(StatusCode::CREATED)
        .build();
    assert_eq!(policy.authority(), Some("https://a"));
    assert_eq!(policy.discovery_document_path().as_str(), "x");
    assert_eq!(policy.authority_validation_strategy(), &UrlStrategy.into());
    assert!(!policy.allow_http_on_loopback());
    assert_eq!(policy.loopback_addresses(), ["localhost"]);
    assert!(!policy.require_key_set());
    assert_eq!(policy.metadata_profile(), MetadataProfile::KeysOnly);
    assert_eq!(policy.key_set_loading(), KeySetLoading::Never);
    assert_eq!(policy.additional_endpoint_base_addresses(), ["https://b", "https://c"]);
    assert_eq!(policy.endpoint_validation_exclude_list(), ["jwks_uri", "token_endpoint"]);
    assert!(!policy.require_https());
    assert!(!policy.validate_issuer_name());
    assert!(!policy.validate_endpoints());
    assert!(policy.allows_private_addresses());
    assert!(policy.allows_any_content_type());
    assert_eq!(policy.accepted_statuses(), [StatusCode::CREATED]);
}

#[test]
fn to_builder_keeps_what_is_not_set() {
    let policy = DiscoveryPolicy::google();
    assert_eq!(policy.to_builder().build(), policy);
    let adjusted = policy.to_builder().authority("https://other").additional_endpoint_base_address("https://more").build();
    assert_eq!(adjusted.authority(), Some("https://other"));
    assert_eq!(adjusted.additional_endpoint_base_addresses().len(), policy.additional_endpoint_base_addresses().len() + 1);
}

#[test]
fn development_allows_http_and_nothing_else() {
    assert_eq!(DiscoveryPolicy::danger_development().tolerances(), [Tolerance::Http]);
}

#[test]
fn policies_compare_by_value_and_foreign_strategies_by_identity() {
    let hash = |policy: &DiscoveryPolicy| {
        let mut hasher = DefaultHasher::new();
        policy.hash(&mut hasher);
        hasher.finish()
    };
    let build = |strategy: AuthorityStrategy| DiscoveryPolicy::builder().authority_validation_strategy(strategy).build();
    let template = || IssuerTemplateStrategy::new("https://a/{tenantid}").unwrap().into();
    for (left, right) in [
        (build(UrlStrategy.into()), build(UrlStrategy.into())),
        (build(template()), build(template())),
        (build(OneOfIssuersStrategy::new(["x"]).into()), build(OneOfIssuersStrategy::new(["x"]).into())),
    ] {
        assert_eq!(left, right);
        assert_eq!(hash(&left), hash(&right));
    }
    assert_ne!(build(StringComparisonStrategy::ordinal().into()), build(StringComparisonStrategy::ignoring_case().into()));
    assert_ne!(build(OneOfIssuersStrategy::new(["x"]).into()), build(OneOfIssuersStrategy::new(["y"]).into()));

    let foreign = Arc::new(OneOfIssuersStrategy::new(["x"]));
    let erased: Arc<dyn AuthorityValidationStrategy> = foreign.clone();
    assert_eq!(build(foreign.clone().into()), build(erased.into()));
    assert_ne!(build(foreign.into()), build(Arc::new(OneOfIssuersStrategy::new(["x"])).into()));

    let distinct: HashSet<DiscoveryPolicy> =
        [DiscoveryPolicy::strict(), DiscoveryPolicy::google(), DiscoveryPolicy::danger_development(), DiscoveryPolicy::strict()].into();
    assert_eq!(distinct.len(), 3);
}

#[test]
fn a_policy_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    shared::<DiscoveryPolicy>();
    shared::<Endpoint>();
    shared::<Address>();
    shared::<PolicyViolation>();
}

#[test]
fn a_mocked_strategy_sees_exactly_issuer_authority_and_bases() {
    use crate::testing::MockAuthorityValidationStrategy;

    let mut strategy = MockAuthorityValidationStrategy::new();
    strategy
        .expect_validate_issuer()
        .withf(|issuer, authority| issuer == "https://issuer/" && authority == "https://authority/tenant")
        .times(1)
        .returning(|_, _| Ok(()));
    strategy
        .expect_validate_endpoint()
        .withf(|endpoint, allowed| {
            endpoint == "https://endpoint/x?y" && allowed == ["https://authority/tenant", "https://more", "https://most/"]
        })
        .times(1)
        .returning(|_, _| Err(AuthorityViolation::Other("not today".into())));
    let policy = DiscoveryPolicy::builder()
        .authority_validation_strategy(Arc::new(strategy))
        .additional_endpoint_base_address("https://more")
        .additional_endpoint_base_address("https://most/")
        .build();
    assert_eq!(policy.check_issuer(Some("https://issuer/"), "https://authority/tenant"), Ok(()));
    let violation = policy.check_endpoint("token_endpoint", "https://endpoint/x?y", "https://authority/tenant").unwrap_err();
    assert_eq!(violation.kind(), PolicyViolationKind::EndpointRejected);
    // Not asked: the form, HTTPS and the class of the address come first.
    for endpoint in ["/relative", "http://endpoint", "https://169.254.169.254"] {
        policy.check_endpoint("token_endpoint", endpoint, "https://authority/tenant").unwrap_err();
    }
}

#[test]
fn d7_a_template_yields_the_issuer_of_a_tokens_tenant() {
    let policy = DiscoveryPolicy::entra("common").unwrap();
    let document_issuer = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let expected = |tid| policy.expected_token_issuer(document_issuer, tid);
    let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
    assert_eq!(expected(Some(tenant)).unwrap(), format!("https://login.microsoftonline.com/{tenant}/v2.0"));
    for tid in [None, Some(""), Some("a/b"), Some("../x"), Some("{tenantid}"), Some("a?b"), Some(" ")] {
        assert_eq!(expected(tid), None, "{tid:?}");
    }
    let strict = DiscoveryPolicy::strict();
    assert_eq!(strict.expected_token_issuer("https://a/", Some(tenant)).unwrap(), "https://a/");
    assert_eq!(strict.expected_token_issuer("https://a/{tenantid}", Some(tenant)).unwrap(), "https://a/{tenantid}");
}

#[test]
fn d7_a_template_stands_on_the_authoritys_own_host() {
    let strategy = IssuerTemplateStrategy::new("https://login.example/{tenantid}/v2.0").unwrap();
    let issuer = "https://login.example/{tenantid}/v2.0";
    assert_eq!(strategy.validate_issuer(issuer, "https://login.example/common/v2.0"), Ok(()));
    for authority in ["https://evil.example/common/v2.0", "https://login.example:444"] {
        assert_eq!(strategy.validate_issuer(issuer, authority), Err(AuthorityViolation::TemplateHost), "{authority}");
        assert_eq!(strategy.clone().on_another_host().validate_issuer(issuer, authority), Ok(()), "{authority}");
    }
    for (issuer, authority) in [
        ("https://login.example/tenant/v2.0", "https://login.example/tenant/v2.0"),
        ("https://evil.example/{tenantid}/v2.0", "https://login.example/common/v2.0"),
    ] {
        assert_eq!(strategy.validate_issuer(issuer, authority), Err(AuthorityViolation::IssuerMismatch), "{issuer} {authority}");
    }
    for template in
        ["", "https://a", "https://{tenantid}/x", "https://a/x{tenantid}", "https://a/{tenantid}/{tenantid}", "https://a/{tenantid}?x"]
    {
        assert!(IssuerTemplateStrategy::new(template).is_err(), "{template}");
    }
}

#[test]
fn an_address_as_text_is_checked_for_form_https_and_class_alone() {
    let strict = DiscoveryPolicy::strict();
    for text in ["https://a/token?x=1", "http://localhost:5000/token", "https://10.0.0.1/token", "HTTPS://A"] {
        assert_eq!(Address::from(text).accept(None).unwrap().as_str(), text);
        assert_eq!(Address::from(text).accept(Some(&strict)).unwrap().policy(), &strict);
    }
    assert_eq!(Address::from("foo").accept(None), Err(AddressSyntaxError::Scheme.into()));
    assert_eq!(Address::from("https://u@a").accept(None), Err(AddressSyntaxError::UserInformation.into()));
    for (text, kind) in
        [("http://a/token", PolicyViolationKind::HttpsRequired), ("https://169.254.169.254/token", PolicyViolationKind::LinkLocalAddress)]
    {
        let Err(AddressError::Rejected(violation)) = Address::from(text).accept(None) else { panic!("{text} was accepted") };
        assert_eq!((violation.kind(), violation.member()), (kind, "address"));
    }
}

#[test]
fn an_address_as_text_is_held_against_a_preset_authority() {
    let policy = DiscoveryPolicy::builder().authority("https://a/sub").additional_endpoint_base_address("https://b").build();
    for text in ["https://a/sub/token", "https://b/token"] {
        assert!(policy.check_address(text).is_ok(), "{text}");
    }
    for (text, kind) in [
        ("https://c/token", PolicyViolationKind::EndpointHost),
        ("https://a/other", PolicyViolationKind::EndpointBase),
        ("https://127.0.0.1/token", PolicyViolationKind::PrivateAddress),
    ] {
        let Err(AddressError::Rejected(violation)) = policy.check_address(text) else { panic!("{text} was accepted") };
        assert_eq!(violation.kind(), kind, "{text}");
    }
    assert!(policy.to_builder().danger_any_endpoint_host().build().check_address("https://c/token").is_ok());
}

#[test]
fn an_endpoint_brings_its_policy_and_an_explicit_one_wins() {
    let lax = DiscoveryPolicy::danger_development();
    let endpoint = lax.check_endpoint("token_endpoint", "http://a/token?secret=1", "http://a").unwrap();
    assert_eq!(Address::from(&endpoint).accept(None).unwrap().policy(), &lax);
    assert!(Address::from(&endpoint).accept(Some(&DiscoveryPolicy::strict())).is_err());
    assert_eq!(endpoint.to_string(), "http://a/token?secret=1");
    assert_eq!(format!("{endpoint:?} {:?}", Address::from(endpoint.clone())), r#"Endpoint("http://a/token") Address("http://a/token")"#);
    assert_eq!(endpoint.url().query(), Some("secret=1"));
}

#[test]
fn tolerances_name_what_is_lax_and_which_of_it_was_needed() {
    let policy = DiscoveryPolicy::google();
    assert_eq!(policy.tolerances().len(), 3);
    let document = json!({"issuer": "https://accounts.google.com", "token_endpoint": "https://oauth2.googleapis.com/token"});
    let authority = "https://accounts.google.com";
    let needed = policy.needed_tolerances(|policy| {
        policy.check_endpoint("token_endpoint", document["token_endpoint"].as_str().unwrap(), authority).is_ok()
    });
    assert_eq!(needed, [Tolerance::EndpointBase("https://oauth2.googleapis.com".into())]);
}

#[test]
fn every_tolerance_can_be_given_and_taken_away() {
    let strict = DiscoveryPolicy::strict();
    let all = [
        Tolerance::EndpointBase("https://b".into()),
        Tolerance::EndpointMember("x".into()),
        Tolerance::Issuer("https://i".into()),
        Tolerance::IssuerTemplate("https://i/{tenantid}".into()),
        Tolerance::AnyIssuer,
        Tolerance::AnyEndpointHost,
        Tolerance::Http,
        Tolerance::LoopbackAddress("host.docker.internal".into()),
        Tolerance::PrivateAddresses,
        Tolerance::NoKeySet,
        Tolerance::Profile(MetadataProfile::KeysOnly),
        Tolerance::AnyContentType,
        Tolerance::Status(StatusCode::CREATED),
    ];
    for tolerance in all {
        let lax = with_tolerance(&strict, &tolerance);
        let expected = [tolerance];
        assert_eq!(lax.tolerances(), expected);
        assert_eq!(lax.needed_tolerances(|policy| policy == &lax), expected);
    }
    let url = DiscoveryPolicy::builder().authority_validation_strategy(UrlStrategy).build();
    assert_eq!(url.tolerances(), [Tolerance::Strategy]);
}

#[test]
fn d6_what_is_known_of_a_server_goes_along_with_its_address() {
    let policy = DiscoveryPolicy::strict();
    let alias = policy.check_address("https://mtls.server/token").unwrap();
    let server = Server { issuer: "https://server".into(), alias: Some(Ok(alias)), ..Server::default() };
    let endpoint = policy.check_address("https://server/token").unwrap().of_server(server);
    let kept = Address::kept("https://server/token", "https://server", Some("https://mtls.server/token".into()));
    for address in [Address::from(endpoint), kept] {
        for explicit in [None, Some(&policy)] {
            let accepted = address.accept(explicit).unwrap();
            assert_eq!((accepted.as_str(), accepted.server().unwrap().issuer.as_ref()), ("https://server/token", "https://server"));
            let alias = accepted.behind_mutual_tls().unwrap();
            assert_eq!((alias.as_str(), alias.server().unwrap().issuer.as_ref()), ("https://mtls.server/token", "https://server"));
        }
    }
}

#[test]
fn h1_h16_addresses_that_an_answer_names() {
    use PolicyViolationKind as Kind;
    let kind = |outcome: Result<(), PolicyViolation>| outcome.err().map(|violation| violation.kind());
    let strict = DiscoveryPolicy::strict();
    let linked = |policy: &DiscoveryPolicy, address| {
        kind(policy.check_linked_address("registration_client_uri", address, "https://server/a").map(drop))
    };
    let same_origin = DiscoveryPolicy::builder().require_same_origin().build();
    for (address, elsewhere) in
        [("https://server/b", None), ("https://other/b", Some(Kind::OtherOrigin)), ("https://server:8443/b", Some(Kind::OtherOrigin))]
    {
        assert_eq!(linked(&same_origin, address), elsewhere, "{address}");
        assert_eq!(linked(&strict, address), None, "{address}");
    }
}

#[test]
fn h16_a_policy_that_denies_private_addresses_denies_the_callers_own_too() {
    let denying = DiscoveryPolicy::builder().deny_private_addresses().build();
    for (address, is_public) in [
        ("https://server/token", true),
        ("https://8.8.8.8/token", true),
        ("https://10.0.0.1/token", false),
        ("https://localhost/token", false),
    ] {
        assert_eq!(denying.check_address(address).is_ok(), is_public, "{address}");
        assert!(DiscoveryPolicy::strict().check_address(address).is_ok(), "{address}");
    }
}

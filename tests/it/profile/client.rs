//! A client under a profile: what does not build, and what sends nothing.

use identity_model::ErrorKind;
use identity_model::client::{ClientError, LoginOptions, OAuthClient};
use identity_model::jose::SignatureAlgorithm;
use identity_model::profile::{Profile, ProfileStage, Verdict};
use identity_model::protocol::authorize::{Callback, RequestObjectSettings, ResponseMode, ResponseType};
use identity_model::protocol::client_auth::{AssertionAudience, ClientAuthentication};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::{Fault, ProviderEndpoint, TestProvider};
use serde_json::json;

use super::support::{CALLBACK, CLIENT, client_key, fapi, log_in, loose, provider};

/// The rule that an error names, and where it showed.
fn rule_of(error: &identity_model::Error) -> (String, ProfileStage) {
    let Some(ClientError::Profile { finding, when, .. }) = error.find::<ClientError>() else { panic!("no rule of a profile: {error:?}") };
    assert_eq!(finding.when(), *when);
    (finding.id().to_owned(), *when)
}

/// The client does not build, by this rule, and nothing is sent.
macro_rules! refused {
    ($provider:expr, $id:literal, $client:expr) => {{
        let error = $client.build().err().unwrap_or_else(|| panic!("{} was not noticed", $id));
        assert_eq!(rule_of(&error), ($id.to_owned(), ProfileStage::Build), "{error}");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "profile_configuration"));
        assert!(error.to_string().contains("fapi2-security"), "{error}");
        assert!($provider.recorded().is_empty());
    }};
}

#[tokio::test]
async fn a_client_that_keeps_the_profile_logs_in() {
    let provider = provider(|provider| provider);
    let client = fapi!(provider).build().unwrap();
    let login = log_in(&provider, &client).await.unwrap();
    assert_eq!(login.subject(), "alice");
    assert!(login.access_token().unwrap().dpop_thumbprint().is_some());
    let report = client.profile_report(&Profile::fapi2_security(), &[]).await.unwrap();
    assert_eq!(report.verdict(), Verdict::Accepted, "{report}");
}

#[test]
fn settings_that_break_a_rule_do_not_build() {
    let house = provider(|provider| provider);
    refused!(house, "PF1", fapi!(house).response_type(ResponseType::CodeIdToken));
    refused!(house, "PF4", fapi!(house).pushed(false));
    refused!(house, "PF6", fapi!(house).danger_allow_bearer_downgrade(true));
    refused!(house, "PF7", fapi!(house).authentication(ClientAuthentication::secret_basic("s3cret")));
    refused!(house, "PF7", fapi!(house).client_secret("s3cret"));
    refused!(house, "PF7", fapi!(house).authentication(ClientAuthentication::none()));
    let to_endpoint = ClientAuthentication::private_key_jwt(client_key().signer(SignatureAlgorithm::ES256).unwrap());
    refused!(house, "PF8", fapi!(house).authentication(to_endpoint.with_audience(AssertionAudience::Endpoint)));
    refused!(house, "PF9", fapi!(house).userinfo_signed_response_alg(SignatureAlgorithm::RS256));
    refused!(house, "PF11", fapi!(house).policy(DiscoveryPolicy::builder().danger_allow_http().build()));
    refused!(house, "PF12", fapi!(house).policy(DiscoveryPolicy::builder().danger_any_issuer().build()));
    refused!(
        house,
        "PF12",
        fapi!(house).policy(DiscoveryPolicy::builder().metadata_member("token_endpoint", "https://idp.test/x").build())
    );
    refused!(house, "PF21", fapi!(house).id_token_rules(|rules| rules.danger_skip_exp()));
    refused!(house, "PF33", fapi!(house).response_mode(ResponseMode::Jwt));
}

#[test]
fn a_client_without_a_key_for_its_tokens_does_not_build() {
    let house = provider(|provider| provider);
    let client = identity_model::client::OidcClient::builder()
        .issuer(house.issuer())
        .client_id(CLIENT)
        .redirect_uri(CALLBACK)
        .client_key(client_key().signer(SignatureAlgorithm::ES256).unwrap())
        .profile(Profile::fapi2_security())
        .http(house.clone());
    refused!(house, "PF6", client);
}

#[test]
fn message_signing_wants_requests_and_responses_signed() {
    let house = provider(|provider| provider);
    let object = || RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap());
    let error = loose!(house).profile(Profile::fapi2_message_signing()).build().unwrap_err();
    assert_eq!(rule_of(&error).0, "PF22");
    let error = loose!(house).profile(Profile::fapi2_message_signing()).request_object(object()).build().unwrap_err();
    assert_eq!(rule_of(&error).0, "PF23");
    let signed = loose!(house)
        .profile(Profile::fapi2_message_signing())
        .request_object(object())
        .response_mode(ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256);
    assert!(signed.build().is_ok());
    let agreed = Profile::fapi2_message_signing().danger_without_rule("PF23");
    assert!(loose!(house).profile(agreed).request_object(object()).build().is_ok(), "an ecosystem without JARM");
}

#[tokio::test]
async fn metadata_that_break_a_rule_stop_every_flow() {
    for (id, member, value) in [
        ("PF4", "pushed_authorization_request_endpoint", json!(null)),
        ("PF5", "authorization_response_iss_parameter_supported", json!(false)),
        ("PF6", "dpop_signing_alg_values_supported", json!(null)),
        ("PF7", "token_endpoint_auth_methods_supported", json!(["client_secret_basic"])),
        ("PF9", "id_token_signing_alg_values_supported", json!(["RS256"])),
    ] {
        let house = provider(|provider| provider.metadata(member, value));
        let client = fapi!(house).build().unwrap();
        let outcomes = [client.begin_login(LoginOptions::new()).await.err(), client.client_credentials(["x"]).await.err()];
        for error in outcomes.into_iter().map(|error| error.unwrap_or_else(|| panic!("{id} was not noticed"))) {
            assert_eq!(rule_of(&error), (id.to_owned(), ProfileStage::Metadata), "{error}");
            assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "profile_metadata"));
        }
        assert_eq!(house.recorded().len(), house.requests(ProviderEndpoint::Discovery), "{id}: nothing but the metadata is asked for");
        let report = client.profile_report(&Profile::fapi2_security(), &[]).await.unwrap();
        assert!(report.failures().any(|finding| finding.id() == id), "{report}");
    }
}

#[tokio::test]
async fn a_login_may_not_ask_for_what_the_profile_forbids() {
    let house = provider(|provider| provider);
    let client = fapi!(house).build().unwrap();
    for (id, options) in [
        ("PF1", LoginOptions::new().response_type(ResponseType::CodeIdToken)),
        ("PF4", LoginOptions::new().pushed(false)),
        ("PF33", LoginOptions::new().response_mode(ResponseMode::Jwt)),
    ] {
        let error = client.begin_login(options).await.unwrap_err();
        assert_eq!(rule_of(&error), (id.to_owned(), ProfileStage::Build), "{error}");
    }
    assert_eq!(house.requests(ProviderEndpoint::PushedAuthorization), 0);
}

/// PF5: the response has to name its issuer even where the rule on metadata is switched off… which it is not: the flag alone is no promise kept.
#[tokio::test]
async fn a_response_without_iss_is_rejected() {
    let house = provider(|provider| provider);
    house.inject(ProviderEndpoint::Authorization, Fault::missing_issuer());
    let client = fapi!(house).build().unwrap();
    let error = log_in(&house, &client).await.unwrap_err();
    assert_eq!(error.code(), "callback_issuer_missing");
    assert_eq!(house.requests(ProviderEndpoint::Token), 0);
}

/// The registered algorithm counts; where another kind of token has none, those of the profile do.
#[tokio::test]
async fn an_access_token_signed_otherwise_is_rejected() {
    let house = provider(|provider| provider);
    let client = fapi!(house).build().unwrap();
    let validator = client.access_token_validator("orders").await.unwrap();
    let by = |algorithm| house.mint_access_token(|token| token.claim("aud", "orders").algorithm(algorithm));
    assert!(validator.validate(&by(SignatureAlgorithm::PS256)).await.is_ok());
    assert_eq!(validator.validate(&by(SignatureAlgorithm::RS256)).await.unwrap_err().code(), "algorithm_not_allowed");
}

#[tokio::test]
async fn introspection_that_would_not_be_signed_is_not_asked() {
    let house = provider(|provider| provider);
    let object = RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap());
    let client = loose!(house)
        .profile(Profile::fapi2_message_signing())
        .request_object(object)
        .response_mode(ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256)
        .build()
        .unwrap();
    let token = house.access_token_for_user("alice");
    let error = client.introspect(&token).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Configuration && error.to_string().contains("introspection_signed_response_alg"), "{error}");
    assert_eq!(house.requests(ProviderEndpoint::Introspection), 0);
}

#[test]
fn endpoints_that_the_application_states_do_not_keep_fapi() {
    let client = || {
        OAuthClient::builder()
            .authorization_endpoint("https://idp.test/authorize")
            .token_endpoint("https://idp.test/token")
            .client_id(CLIENT)
            .redirect_uri(CALLBACK)
            .http(TestProvider::new())
    };
    let error = client().profile(Profile::oauth21()).build().map(|_| ()).err();
    assert!(error.is_none(), "{error:?}");
    let bound = client()
        .client_key(client_key().signer(SignatureAlgorithm::ES256).unwrap())
        .dpop(identity_model::protocol::dpop::DpopKey::generate().unwrap());
    let error = bound.profile(Profile::fapi2_security()).build().map(|_| ()).unwrap_err();
    assert_eq!(rule_of(&error).0, "PF12");
}

#[tokio::test]
async fn fapi1_wants_s_hash_before_the_code_is_redeemed() {
    use identity_model::testing::{ForgedKind, Forgery};
    let object =
        || RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap()).repeating_response_type_and_scope();
    for (forgery, expected) in [
        (None, Ok(())),
        (Some(Forgery::without_claim("s_hash")), Err("claim_missing")),
        (Some(Forgery::WrongStateHash), Err("hash_mismatch")),
    ] {
        let house = provider(|provider| provider.metadata("tls_client_certificate_bound_access_tokens", true));
        house.inject(
            ProviderEndpoint::Authorization,
            forgery.clone().map_or_else(Fault::none, |forgery| Fault::forge(ForgedKind::IdToken, forgery)),
        );
        let client = loose!(house)
            .profile(Profile::fapi1_advanced())
            .response_type(ResponseType::CodeIdToken)
            .request_object(object())
            .use_mtls_endpoint_aliases(true);
        let client = client.build().unwrap();
        let begun = client.begin_login(LoginOptions::new()).await.unwrap();
        let callback = Callback::from_url(house.authorize(&begun.url).location()).unwrap();
        let outcome = client.finish_login(begun.transaction, callback).await.map(|_| ()).map_err(|error| error.code());
        assert_eq!(outcome, expected, "{forgery:?}");
        assert_eq!(house.requests(ProviderEndpoint::Token), usize::from(expected.is_ok()), "{forgery:?}");
    }
}

#[tokio::test]
async fn a_backchannel_login_without_a_binding_message_is_not_sent() {
    use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
    let house = provider(|provider| provider);
    let client = loose!(house).profile(Profile::fapi2_security().and(Profile::fapi_ciba())).build().unwrap();
    let hint = || AuthenticationHint::LoginHint("alice".to_owned());
    let error = client.backchannel_login(BackchannelAuthenticationRequest::builder().hint(hint()).scope(["openid"])).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Configuration && error.to_string().contains("binding_message"), "{error}");
    assert_eq!(house.requests(ProviderEndpoint::BackchannelAuthentication), 0);
    let bound = BackchannelAuthenticationRequest::builder().hint(hint()).scope(["openid"]).binding_message("W4SCT");
    client.backchannel_login(bound).await.unwrap();
}

/// FAPI 2.0 Message Signing section 5.6: whoever needs proof later keeps the signed messages themselves.
#[tokio::test]
async fn signed_messages_stay_for_the_record() {
    let house = provider(|provider| provider.client(super::support::registration().userinfo_signed_with(SignatureAlgorithm::ES256)));
    let object = RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap());
    let client = loose!(house)
        .profile(Profile::fapi2_message_signing())
        .request_object(object)
        .response_mode(ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256)
        .introspection_signed_response_alg(SignatureAlgorithm::ES256)
        .userinfo_signed_response_alg(SignatureAlgorithm::ES256)
        .load_user_info(true)
        .build()
        .unwrap();
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let sent = begun.signed_request.as_ref().unwrap().text().expose().to_owned();
    let pushed = house.recorded_at(ProviderEndpoint::PushedAuthorization).last().unwrap().form_value("request");
    assert_eq!(pushed.as_deref(), Some(sent.as_str()));
    assert!(begun.request_object.is_none(), "nothing has to be served");
    let answer = house.authorize(&begun.url);
    let response = answer.parameter("response").unwrap();
    let login = client.finish_login(begun.transaction, Callback::from_url(answer.location()).unwrap()).await.unwrap();
    assert_eq!(login.signed_response().map(|text| text.expose()), Some(response.as_str()));
    let is_jwt = |text: &identity_model::secret::SecretText| text.expose().split('.').count() == 3;
    assert!(login.user_info().unwrap().signed_text().is_some_and(is_jwt));
    let introspected = client.introspect(login.access_token().unwrap()).await.unwrap();
    assert!(introspected.is_active() && introspected.signed_text().is_some_and(is_jwt));
    let inactive = client.introspect(&identity_model::secret::AccessToken::new("unknown")).await.unwrap();
    assert!(!inactive.is_active() && inactive.signed_text().is_some_and(is_jwt));
    assert!(!format!("{login:?} {introspected:?}").contains(&response), "no message shows in a log");
}

#[tokio::test]
async fn plain_messages_have_no_signed_form() {
    let house = provider(|provider| provider);
    let client = fapi!(house).load_user_info(true).build().unwrap();
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    assert!(begun.signed_request.is_none());
    let callback = Callback::from_url(house.authorize(&begun.url).location()).unwrap();
    let login = client.finish_login(begun.transaction, callback).await.unwrap();
    assert!(login.signed_response().is_none() && login.user_info().unwrap().signed_text().is_none());
}

/// What a server has already done is not lost where the client cannot be used: the registration comes with the rejection.
#[tokio::test]
async fn a_refusal_after_a_registration_keeps_the_registration() {
    use identity_model::protocol::client_metadata::ClientMetadata;
    let register = |fault: Fault, profile: Option<Profile>| async move {
        let house = TestProvider::new();
        house.inject(ProviderEndpoint::Registration, fault);
        let client = identity_model::client::OidcClient::builder()
            .issuer(house.issuer())
            .http(house.clone())
            .redirect_uri(CALLBACK)
            .maybe_profile(profile);
        let error = client.register(ClientMetadata::builder().client_name("x").build(), None).await.unwrap_err();
        (error, house)
    };
    for (fault, code) in [
        (Fault::member("id_token_signed_response_alg", "none"), "client_configuration"),
        (Fault::member("redirect_uris", json!(["https://elsewhere.test/callback"])), "client_configuration"),
        (Fault::member("dpop_bound_access_tokens", true), "client_configuration"),
        (Fault::member("require_signed_request_object", true), "client_configuration"),
    ] {
        let (error, house) = register(fault, None).await;
        assert_eq!(error.code(), code, "{error}");
        let registration = error.registration().unwrap_or_else(|| panic!("lost: {error:?}"));
        assert!(!registration.client_id().is_empty());
        assert!(error.to_string().contains(registration.client_id()), "{error}");
        assert_eq!(house.requests(ProviderEndpoint::Registration), 1);
    }
    let (error, _) = register(Fault::none(), Some(Profile::fapi_ciba())).await;
    assert_eq!(error.code(), "profile_configuration", "the server registered a client without a key");
    assert!(error.registration().is_some(), "{error:?}");
}

#[test]
fn a_resource_server_under_a_profile_demands_bound_tokens() {
    use identity_model::cache::MemoryReplayStore;
    use identity_model::keys::{ProviderKeys, TokenValidator};
    use identity_model::protocol::dpop::{DpopVerifier, TokenBindingMode};
    use identity_model::protocol::incoming::PublicUrl;
    use identity_model::resource::ResourceServer;
    let house = TestProvider::new();
    let keys = || ProviderKeys::new(house.issuer(), house.clone());
    let verifier = || DpopVerifier::new(PublicUrl::new("https://api.example.com").unwrap(), MemoryReplayStore::default()).unwrap();
    let bound = || verifier().with_mode(TokenBindingMode::RequireBound);
    let validator = || TokenValidator::builder().keys(keys()).issuer(house.issuer()).audience("orders").build();
    let server =
        |verifier, validator| ResourceServer::builder().validator(validator).dpop(verifier).profile(Profile::fapi2_security()).build();
    let kept = server(bound(), validator()).unwrap();
    assert_eq!(kept.configuration().audiences, ["orders"]);
    assert!(kept.configuration().requires_bound_tokens && !kept.configuration().introspects);
    let error = server(verifier(), validator()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "resource_profile");
    assert!(error.to_string().contains("PF32") && error.to_string().contains("bearer tokens"), "{error}");
    let any = TokenValidator::with_options(
        keys(),
        identity_model::validation::TokenValidationOptions::access_token().issuer(house.issuer()).danger_any_audience().build(),
    );
    assert!(server(bound(), any).map(|_| ()).unwrap_err().to_string().contains("any audience"));
}

/// Both faces, and the client of an OAuth 2.0 server, say the same of themselves.
#[tokio::test]
async fn every_client_reports_on_itself() {
    let house = provider(|provider| provider);
    let client = fapi!(house).blocking_http(house.clone()).build().unwrap();
    let twin = identity_model::blocking::OidcClient::from(&client);
    assert_eq!(client.configuration(), twin.configuration());
    let of_twin = twin.profile_report(&Profile::fapi2_security(), &[]).unwrap();
    assert_eq!(of_twin.findings(), client.profile_report(&Profile::fapi2_security(), &[]).await.unwrap().findings());
    let oauth = OAuthClient::builder()
        .authorization_endpoint("https://idp.test/authorize")
        .token_endpoint("https://idp.test/token")
        .client_id(CLIENT)
        .client_secret("s3cret")
        .redirect_uri(CALLBACK)
        .http(house.clone())
        .blocking_http(house.clone())
        .build()
        .unwrap();
    let configuration = oauth.configuration();
    assert!(configuration.states_metadata && !configuration.is_openid);
    assert_eq!(configuration.authentication_methods, ["client_secret_basic", "client_secret_post"]);
    assert!(!serde_json::to_string(&configuration).unwrap().contains("s3cret"));
    let report = oauth.profile_report(&Profile::rfc9700(), &[]).await.unwrap();
    assert_eq!(report.verdict(), Verdict::Accepted, "{report}");
    let broken: Vec<_> = report.failures().map(|finding| finding.id()).collect();
    assert_eq!(broken, ["PF3", "PF5", "PF6", "PF6", "PF7", "PF7", "PF12", "PF20"], "recommendations: {report}");
    let twin = identity_model::blocking::OAuthClient::from(&oauth);
    assert_eq!(twin.profile_report(&Profile::rfc9700(), &[]).unwrap().findings(), report.findings());
}

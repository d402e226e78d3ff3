//! Where keys come from: presets, a bare address, stated metadata; how many, how long (rows K of the field cases).

use std::time::Duration;

use identity_model::cache::CacheSettings;
use identity_model::error::ErrorKind;
use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::BearerCredential;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::testing::{Fault, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestProvider};
use identity_model::transport::HttpClients;
use serde_json::json;

use super::support::{AUDIENCE, HOUR, House, SECOND};

fn code<T>(outcome: Result<T, identity_model::Error>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "ok")
}

#[tokio::test]
async fn k_age_what_a_response_has_aged_already_is_no_time_to_keep_it() {
    for (age, fresh) in [("13156", 5057), ("0", 18213), ("99999", 60), ("18446744073709551616", 60), ("7, 8", 18206), ("soon", 18213)] {
        let house = House::new();
        let headers = Fault::header("cache-control", "max-age=18213").and(Fault::header("age", age));
        house.provider.inject(ProviderEndpoint::Jwks, headers);
        let keys = house.keys();
        keys.refresh().await.unwrap();
        let validator = house.validator(&keys);
        house.clock.advance(Duration::from_secs(fresh) - SECOND);
        validator.validate(&house.token()).await.unwrap();
        assert_eq!(house.requests().1, 1, "{age}");
        house.clock.advance(SECOND);
        validator.validate(&house.token()).await.unwrap();
        assert_eq!(house.requests().1, 2, "{age}");
    }
}

#[test]
fn k_many_the_number_of_keys_is_a_setting_that_the_error_names() {
    let house = House::new();
    let fill = |document: &mut serde_json::Value| {
        let keys = document["keys"].as_array_mut().unwrap();
        let other = json!({"kty": "OKP", "crv": "X25519", "use": "enc", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"});
        keys.resize(101, other);
    };
    house.provider.inject(ProviderEndpoint::Jwks, Fault::edit(fill));
    let error = house.validator(&house.keys()).validate_blocking(&house.token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    let chain = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let shown: Vec<String> = chain.map(ToString::to_string).collect();
    assert!(shown.iter().any(|text| text.contains("100 keys") && text.contains("with_key_limit")), "{shown:?}");
    let builder = || ProviderKeys::builder().authority(house.provider.issuer()).blocking_http(house.gate.clone());
    for keys in [
        house.keys_with(CacheSettings::default().with_key_limit(101)),
        builder().key_limit(101).environment(house.environment.clone()).build(),
        builder().cache(CacheSettings::default()).key_limit(1000).environment(house.environment.clone()).build(),
    ] {
        house.validator(&keys).validate_blocking(&house.token()).unwrap();
    }
}

#[test]
fn k_many_the_size_of_a_key_set_is_a_setting_that_the_error_names() {
    let house = House::new();
    let fill = |document: &mut serde_json::Value| document["x5c_of_them_all"] = "A".repeat(565 * 1024).into();
    house.provider.inject(ProviderEndpoint::Jwks, Fault::edit(fill));
    let error = house.validator(&house.keys()).validate_blocking(&house.token()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "body_too_large"));
    assert!(error.to_string().contains("with_body_limit"), "{error}");
    {
        let settings = CacheSettings::default().with_body_limit(1024 * 1024);
        house.validator(&house.keys_with(settings)).validate_blocking(&house.token()).unwrap();
    }
    let keys = ProviderKeys::builder().authority(house.provider.issuer()).blocking_http(house.gate.clone()).body_limit(1024 * 1024);
    house.validator(&keys.environment(house.environment.clone()).build()).validate_blocking(&house.token()).unwrap();
}

#[tokio::test]
async fn d_preset_keys_the_keys_of_a_preset_are_fetched_under_its_policy() {
    let tenant = "00000000-1111-2222-3333-444444444444";
    let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let key = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let set = format!(r#"{{"keys":[{}]}}"#, key.public_jwk().to_json());
    // What the endpoint for organizations says: a template for an issuer, and keys that are not below the authority.
    let document = json!({
        "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
        "jwks_uri": "https://login.microsoftonline.com/organizations/discovery/v2.0/keys",
        "authorization_endpoint": "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
        "token_endpoint": "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
    });
    let script = || {
        ScriptedHttpClient::builder()
            .get(
                "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
                ScriptedResponse::json(200, document.to_string()),
            )
            .get("https://login.microsoftonline.com/organizations/discovery/v2.0/keys", ScriptedResponse::json(200, set.clone()))
            .build()
    };
    let claims = json!({"iss": issuer, "aud": AUDIENCE, "sub": "alice", "tid": tenant, "exp": 4_102_444_800_u64});
    let signer = key.signer(SignatureAlgorithm::RS256).unwrap();
    let token =
        identity_model::jose::sign_compact_blocking(&identity_model::jose::JwsHeader::new(), claims.to_string().as_bytes(), &signer)
            .unwrap();
    let policy = DiscoveryPolicy::entra("organizations").unwrap();
    let validator = |keys: ProviderKeys| {
        TokenValidator::builder()
            .keys(keys)
            .issuer(issuer.as_str())
            .audience(AUDIENCE)
            .kind(identity_model::validation::TokenKind::PlainAccessToken)
            .build()
    };
    let http = script();
    validator(ProviderKeys::of(policy.clone(), http.clone())).validate(&token).await.unwrap();
    http.assert_finished();
    let http = script();
    validator(ProviderKeys::of_blocking(policy, http.clone())).validate_blocking(&token).unwrap();
    http.assert_finished();
    let without = ProviderKeys::of(DiscoveryPolicy::strict(), ScriptedHttpClient::builder().build());
    let error = validator(without).validate(&token).await.map(drop).unwrap_err();
    assert_eq!(error.code(), "address", "a policy without an authority: {error}");
}

#[tokio::test]
async fn d_jwks_only_keys_at_a_bare_address_are_cached_and_rotate() {
    let house = House::new();
    let address = house.provider.address(ProviderEndpoint::Jwks);
    let keys = ProviderKeys::builder()
        .authority(house.provider.issuer())
        .jwks_uri(address.clone())
        .clients(HttpClients::new(house.gate.clone()).with_blocking(house.gate.clone()))
        .environment(house.environment.clone())
        .build();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    validator.validate_blocking(&house.token()).unwrap();
    assert_eq!(house.requests(), (0, 1), "cached");
    house.provider.rotate_keys();
    validator.validate(&house.token()).await.unwrap();
    assert_eq!(house.requests(), (0, 2), "followed");
    house.clock.advance(HOUR);
    validator.validate_blocking(&house.token()).unwrap();
    assert_eq!(house.requests(), (0, 3), "refreshed by age");
    assert_eq!((keys.authority(), keys.discovery_statistics().misses), (house.provider.issuer().as_str(), 0));
    keys.refresh_metadata().await.unwrap();
    assert_eq!(house.requests(), (0, 4), "there is no document to refresh");
    let short = ProviderKeys::at_jwks_uri(address.as_str(), house.gate.clone());
    assert_eq!(short.authority(), address);
    short.refresh().await.unwrap();
    let wild = ProviderKeys::at_jwks_uri("http://keys.example.com/jwks", house.gate.clone());
    assert_eq!(wild.refresh().await.unwrap_err().kind(), ErrorKind::Policy, "the policy holds for it as for any address");
}

#[tokio::test]
async fn d_jwks_only_a_credential_goes_to_that_address_alone() {
    let set = TestProvider::new().key_set();
    let body = format!(r#"{{"keys":[{}]}}"#, set.keys()[0].to_json());
    for credential in [None, Some("s3cret-of-the-cluster")] {
        let http = ScriptedHttpClient::builder().get("https://keys.example.com/jwks", ScriptedResponse::json(200, body.clone())).build();
        let policy = match credential {
            Some(token) => DiscoveryPolicy::builder().credential(BearerCredential::token(token)).build(),
            None => DiscoveryPolicy::strict(),
        };
        let keys = ProviderKeys::builder().authority("https://idp.example.com").jwks_uri("https://keys.example.com/jwks");
        keys.policy(policy).http(http.clone()).build().refresh().await.unwrap();
        let requests = http.requests();
        let sent = requests[0].header("authorization").map(str::to_owned);
        assert_eq!(sent, credential.map(|token| format!("Bearer {token}")));
    }
}

#[tokio::test]
async fn metadata_that_the_application_states_are_not_discovered() {
    let house = House::new();
    let (issuer, jwks_uri) = (house.provider.issuer(), house.provider.address(ProviderEndpoint::Jwks));
    let text = json!({"issuer": issuer, "jwks_uri": jwks_uri}).to_string();
    let document = DiscoveryDocumentResponse::parse(text, &issuer, DiscoveryPolicy::strict()).unwrap();
    let keys = ProviderKeys::builder()
        .authority(issuer.as_str())
        .metadata(document)
        .http(house.gate.clone())
        .environment(house.environment.clone())
        .build();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    house.provider.rotate_keys();
    validator.validate(&house.token()).await.unwrap();
    assert_eq!(house.requests(), (0, 2));
    let without = json!({"issuer": issuer}).to_string();
    let policy = DiscoveryPolicy::builder().require_key_set(false).build();
    let document = DiscoveryDocumentResponse::parse(without, &issuer, policy).unwrap();
    let keys = ProviderKeys::builder().authority(issuer.as_str()).metadata(document).http(house.gate.clone()).build();
    assert_eq!(keys.refresh().await.unwrap_err().kind(), ErrorKind::Policy, "no `jwks_uri` is stated");
}

#[tokio::test]
async fn s_alg_changes_the_document_can_be_refreshed_by_hand() {
    let house = House::new();
    let keys = house.keys();
    keys.refresh().await.unwrap();
    assert_eq!(house.requests(), (1, 1));
    keys.refresh().await.unwrap();
    assert_eq!(house.requests(), (1, 2), "the document is young");
    keys.refresh_metadata().await.unwrap();
    assert_eq!(house.requests(), (2, 3));
    keys.refresh_metadata_blocking().unwrap();
    assert_eq!(house.requests(), (3, 4));
    house.provider.go_down();
    let error = keys.refresh_metadata().await.map(drop).unwrap_err();
    assert_eq!(error.code(), "connect", "{error}");
    house.validator(&keys).validate(&house.token()).await.unwrap();
}

#[test]
fn what_is_no_key_set_of_a_provider_is_told_by_the_code() {
    let house = House::new();
    let empty = TokenValidator::builder().keys(JsonWebKeySet::default()).issuer(house.provider.issuer()).audience(AUDIENCE).build();
    assert_eq!(code(empty.with_environment(house.environment.clone()).validate_blocking(&house.token())), "key_unknown_kid");
}

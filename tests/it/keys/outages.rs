//! The provider goes down, answers nonsense, or takes its time.

use std::thread;
use std::time::Duration;

use identity_model::cache::{CacheSettings, DiscoveryCache};
use identity_model::error::{Error, ErrorKind};
use identity_model::keys::{KeySource, ProviderKeys, TokenValidator};
use identity_model::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
use identity_model::testing::{Fault, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::HttpClients;
use identity_model::transport::{BlockingHttpClient, HttpRequest, HttpResponse, RetrySettings, TransportError};

use super::support::{AUDIENCE, HOUR, House, SECOND};
use super::tasks::{all_succeed, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k5_an_outage_after_the_first_load_stops_nothing_while_the_keys_are_good() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    house.provider.go_down();
    for _ in 0..23 {
        all_succeed(start(&validator, &house.token(), 100), 100).await;
        house.clock.advance(HOUR);
    }
    all_succeed(start(&validator, &house.token(), 100), 100).await;
    house.clock.advance(HOUR);
    let error = validator.validate(&house.token()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "keys of a day ago are no keys");
    house.provider.come_back();
    house.clock.advance(30 * SECOND);
    validator.validate(&house.token()).await.unwrap();
}

#[tokio::test]
async fn k5_an_outage_is_not_hammered() {
    let house = House::new();
    let keys = house.keys_with(CacheSettings::default().with_retry(RetrySettings::NONE));
    let validator = house.validator(&keys);
    house.provider.go_down();
    let token = house.token();
    // A caller every tenth of a second for two minutes: asked at 0, 1, 3, 7, 15, 31, 61 and 91 seconds.
    let mut asked_at = Vec::new();
    for tenth in 0..1200 {
        let before = house.gate.arrived();
        assert_eq!(validator.validate(&token).await.unwrap_err().kind(), ErrorKind::Transport);
        if house.gate.arrived() > before {
            asked_at.push(tenth / 10);
        }
        house.clock.advance(Duration::from_millis(100));
    }
    assert_eq!(asked_at, [0, 1, 3, 7, 15, 31, 61, 91]);
    house.provider.come_back();
    house.clock.advance(30 * SECOND);
    validator.validate(&house.token()).await.unwrap();
    assert_eq!(house.requests(), (1, 1));
}

#[test]
fn k5_sixty_four_threads_in_an_outage_get_the_same_error_of_one_attempt() {
    let house = House::new();
    let keys = house.keys_with(CacheSettings::default().with_retry(RetrySettings::NONE));
    let validator = house.validator(&keys);
    house.provider.inject(ProviderEndpoint::Discovery, Fault::status(500));
    let token = house.token();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..64).map(|_| scope.spawn(|| validator.validate_blocking(&token).unwrap_err())).collect();
        for thread in threads {
            let error = thread.join().unwrap();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(500)));
        }
    });
    assert_eq!(house.requests(), (1, 0));
    assert_eq!(keys.key_set_statistics().failures, 1);
}

#[tokio::test]
async fn k5_the_last_good_discovery_document_serves_in_an_outage() {
    let house = House::new();
    let clients = HttpClients::new(house.gate.clone()).with_blocking(house.gate.clone());
    let cache = DiscoveryCache::with(clients, CacheSettings::default(), house.environment.clone());
    let policy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    let issuer = house.provider.issuer();
    let first = cache.get(&issuer, &policy).await.unwrap();
    house.provider.go_down();
    house.clock.advance(23 * HOUR);
    for document in [cache.get(&issuer, &policy).await, cache.get_blocking(&issuer, &policy)] {
        assert_eq!(document.unwrap().token_endpoint().unwrap(), first.token_endpoint().unwrap());
    }
    assert_eq!(cache.statistics().failures, 1, "it was tried");
    house.clock.advance(HOUR);
    for document in [cache.get(&issuer, &policy).await, cache.get_blocking(&issuer, &policy)] {
        assert_eq!(document.unwrap_err().kind(), ErrorKind::Transport, "a document of a day ago is no document");
    }
}

#[tokio::test]
async fn k5_keys_are_followed_while_discovery_alone_is_down() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503));
    house.clock.advance(2 * HOUR);
    house.provider.rotate_keys();
    validator.validate(&house.token()).await.unwrap();
    assert_eq!(house.requests().1, 2, "at the address that the last good document names");
}

#[tokio::test]
async fn k5_an_outage_does_not_hide_what_is_wrong_with_a_token() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    house.provider.go_down();
    for number in 0..10 {
        let error = validator.validate(&house.token_of_unknown_key(number)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
    }
    assert_eq!(house.gate.arrived(), 4, "discovery, keys, and two attempts of one forced refresh");
}

#[tokio::test]
async fn k5_an_empty_key_set_never_evicts_a_good_one() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    for (body, code) in [
        (r#"{"keys":[]}"#, "no_usable_key"),
        (r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#, "no_usable_key"),
        ("[]", "key_set"),
        ("<html>", "key_set"),
    ] {
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Jwks, Fault::body(body));
        house.clock.advance(HOUR);
        validator.validate(&house.token()).await.unwrap();
        let error = keys.refresh().await.map(drop).unwrap_err();
        assert_eq!(error.code(), code, "{body}: {error}");
    }
    house.provider.clear_faults();
    house.clock.advance(30 * SECOND);
    keys.refresh().await.unwrap();
}

#[tokio::test]
async fn k5_an_empty_key_set_over_a_cold_cache_says_so() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Jwks, Fault::body(r#"{"keys":[]}"#));
    let error = house.validator(&house.keys()).validate(&house.token()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Key, "no_usable_key"));
}

#[tokio::test]
async fn a_fetch_is_repeated_once_after_a_quarter_of_a_second() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503).once());
    house.provider.inject(ProviderEndpoint::Jwks, Fault::cut_connection().once());
    let keys = house.keys();
    all_succeed(start(&house.validator(&keys), &house.token(), 100), 100).await;
    assert_eq!(house.requests(), (2, 2));
    let waits = house.timer.waits();
    assert_eq!(waits.len(), 2);
    assert!(waits.iter().all(|wait| (125..250).contains(&wait.as_millis())), "{waits:?}");
}

#[test]
fn a_fetch_is_repeated_the_same_way_by_a_thread() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503).once());
    house.provider.inject(ProviderEndpoint::Jwks, Fault::cut_connection().once());
    let keys = house.keys();
    house.validator(&keys).validate_blocking(&house.token()).unwrap();
    assert_eq!(house.requests(), (2, 2));
    assert_eq!(house.timer.waits().len(), 2);
}

/// The whole time that a validation waited, and the error it got.
async fn outage(house: &House, keys: &ProviderKeys) -> (Duration, Error) {
    let before = house.environment.clock().monotonic();
    let error = house.validator(keys).validate(&house.token()).await.unwrap_err();
    (house.environment.clock().monotonic() - before, error)
}

#[tokio::test]
async fn a_validation_waits_ten_seconds_at_most_for_a_provider_that_never_answers() {
    for endpoint in [ProviderEndpoint::Discovery, ProviderEndpoint::Jwks] {
        let house = House::new();
        house.provider.inject(endpoint, Fault::never_answer());
        let (waited, error) = outage(&house, &house.keys()).await;
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(waited > 5 * SECOND && waited <= 10 * SECOND, "{waited:?}");
    }
    // Discovery and keys share the time.
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::delay(Duration::from_millis(4900)));
    house.provider.inject(ProviderEndpoint::Jwks, Fault::never_answer());
    let (waited, _) = outage(&house, &house.keys()).await;
    assert!(waited > 9 * SECOND && waited <= 10 * SECOND, "{waited:?}");
}

#[tokio::test]
async fn limits_of_ones_own() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::never_answer());
    let settings = CacheSettings::default().with_attempt_timeout(2 * SECOND).with_deadline(60 * SECOND).with_retry(RetrySettings::NONE);
    let (waited, _) = outage(&house, &house.keys_with(settings)).await;
    assert_eq!(waited, 2 * SECOND);
    assert_eq!(house.requests(), (1, 0));
    house.provider.clear_faults();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503).and(Fault::retry_after(7)).times(3));
    let settings = settings.with_retry(RetrySettings::NONE.with_count(3));
    let keys = house.keys_with(settings);
    house.validator(&keys).validate(&house.token()).await.unwrap();
    assert_eq!(house.timer.waits(), [2 * SECOND, 7 * SECOND, 7 * SECOND, 7 * SECOND]);
}

#[tokio::test]
async fn without_a_timer_an_outage_stops_nothing_while_the_keys_are_good() {
    let mut house = House::new();
    house.environment = house.environment.without_timer();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    house.provider.go_down();
    house.clock.advance(HOUR);
    for _ in 0..10 {
        validator.validate(&house.token()).await.unwrap();
        validator.validate_blocking(&house.token()).unwrap();
        let error = validator.validate(&house.token_of_unknown_key(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
        house.clock.advance(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn k5_a_failed_background_refresh_says_why_and_keeps_the_keys() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    keys.refresh().await.unwrap();
    house.provider.go_down();
    let arrived = house.gate.arrived();
    for _ in 0..10 {
        assert_eq!(keys.refresh().await.unwrap_err().kind(), ErrorKind::Transport);
        assert_eq!(keys.refresh_blocking().unwrap_err().kind(), ErrorKind::Transport);
    }
    assert_eq!(house.gate.arrived(), arrived + 2, "one fetch of two attempts: a failure is remembered here as well");
    validator.validate(&house.token()).await.unwrap();
    house.provider.come_back();
    house.clock.advance(SECOND);
    keys.refresh_blocking().unwrap();
}

#[tokio::test]
async fn k5_a_background_refresh_neither_begins_nor_minds_the_cool_down() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    keys.refresh().await.unwrap();
    house.provider.rotate_keys();
    validator.validate(&house.token()).await.unwrap();
    keys.refresh().await.unwrap();
    assert_eq!(house.requests(), (1, 4));
}

#[tokio::test]
async fn the_issuer_picks_the_provider_before_anything_is_fetched() {
    let houses = [House::new(), House::new()];
    let [first, second] = &houses;
    let elsewhere = "https://elsewhere.test";
    let source = KeySource::providers([(first.provider.issuer(), first.keys()), (elsewhere.to_owned(), second.keys())]);
    let validator = TokenValidator::builder()
        .keys(source.clone())
        .issuer([first.provider.issuer(), elsewhere.to_owned(), "https://third.test".to_owned()])
        .audience(AUDIENCE)
        .environment(first.environment.clone())
        .build();
    // Expected by the options, and nobody's keys; then an issuer that nobody expects.
    for (issuer, code) in [("https://third.test", Some("unknown_issuer")), ("https://fourth.test", None)] {
        let token = first.provider.mint_access_token(|token| token.claim("iss", issuer));
        let error = validator.validate(&token).await.unwrap_err();
        assert!(code.is_none_or(|code| error.code() == code), "{error:?}");
        let error = validator.validate_blocking(&token).unwrap_err();
        assert!(code.is_none_or(|code| error.code() == code), "{error:?}");
    }
    assert_eq!((first.gate.arrived(), second.gate.arrived()), (0, 0));
    validator.validate(&first.token()).await.unwrap();
    assert_eq!((first.requests(), second.gate.arrived()), ((1, 1), 0));
    // Signed by the first, in the name of the second: only the keys of the named one count.
    let posing = first.provider.mint_access_token(|token| token.claim("iss", elsewhere).header("kid", "x"));
    validator.validate(&posing).await.unwrap_err();
    assert_eq!(first.requests(), (1, 1));
    assert!(second.gate.arrived() > 0);
}

#[tokio::test]
async fn a_shared_discovery_cache_asks_once_for_many_sources_and_never_across_policies() {
    let house = House::new();
    let clients = HttpClients::new(house.gate.clone());
    let cache = DiscoveryCache::with(clients, CacheSettings::default(), house.environment.clone());
    let sources: Vec<ProviderKeys> = (0..5)
        .map(|_| {
            ProviderKeys::builder()
                .authority(house.provider.issuer())
                .http(house.gate.clone())
                .discovery_cache(cache.clone())
                .environment(house.environment.clone())
                .build()
        })
        .collect();
    let token = house.token();
    for keys in &sources {
        house.validator(keys).validate(&token).await.unwrap();
    }
    assert_eq!(house.requests(), (1, 5));
    let strict = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    cache.get(house.provider.issuer(), &strict).await.unwrap();
    assert_eq!(house.requests(), (1, 5), "the same policy");
    let lax = strict.to_builder().danger_any_issuer().build();
    cache.get(house.provider.issuer(), &lax).await.unwrap();
    cache.get(house.provider.issuer(), &lax).await.unwrap();
    assert_eq!(house.requests(), (2, 5), "another policy");
}

#[tokio::test]
async fn a_blocking_source_goes_on_with_the_discovery_that_an_async_one_left() {
    let house = House::closed();
    let clients = HttpClients::new(house.gate.clone());
    let cache = DiscoveryCache::with(clients, CacheSettings::default(), house.environment.clone());
    let builder = || {
        let builder = ProviderKeys::builder().authority(house.provider.issuer()).discovery_cache(cache.clone());
        builder.environment(house.environment.clone())
    };
    let (asynchronous, blocking) = (builder().http(house.gate.clone()).build(), builder().blocking_http(house.gate.clone()).build());
    let token = house.token();
    super::support::poll_and_drop(house.validator(&asynchronous).validate(&token), 2);
    house.gate.open();
    house.validator(&blocking).validate_blocking(&token).unwrap();
    house.validator(&asynchronous).validate(&token).await.unwrap();
    assert_eq!(house.requests(), (2, 2), "discovery was asked again with the blocking client, once");
}

#[tokio::test]
async fn k5_cache_control_of_the_key_set_moves_its_soft_age() {
    for (header, fresh, soft) in [("max-age=120", 119, 120), ("max-age=1", 59, 60), ("no-store", 3599, 3600)] {
        let house = House::new();
        house.provider.inject(ProviderEndpoint::Jwks, Fault::header("cache-control", header));
        let keys = house.keys();
        let validator = house.validator(&keys);
        validator.validate(&house.token()).await.unwrap();
        house.clock.advance(Duration::from_secs(fresh));
        validator.validate(&house.token()).await.unwrap();
        assert_eq!(house.requests().1, 1, "{header}");
        house.clock.advance(Duration::from_secs(soft - fresh));
        validator.validate(&house.token()).await.unwrap();
        assert_eq!(house.requests().1, 2, "{header}");
    }
}

#[tokio::test]
async fn k5_cache_control_in_several_lines_is_one_list() {
    let house = House::new();
    let answer = || {
        let answer = ScriptedResponse::json(200, r#"{"issuer":"https://idp.test"}"#);
        answer.header("cache-control", "public").header("cache-control", "max-age=120")
    };
    let place = "https://idp.test/.well-known/openid-configuration";
    let http = ScriptedHttpClient::builder().get(place, answer()).get(place, answer()).build();
    let clients = HttpClients::new(http.clone());
    let cache = DiscoveryCache::with(clients, CacheSettings::default(), house.environment.clone());
    let policy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    for (age, asked) in [(0, 1), (119, 1), (1, 2)] {
        house.clock.advance(Duration::from_secs(age));
        let document = cache.get("https://idp.test", &policy).await.unwrap();
        assert_eq!((document.head().cache_control(), http.requests().len()), (Some("public, max-age=120"), asked));
    }
}

/// Answers every discovery request with the least document there is, and counts.
#[derive(Default)]
struct EveryProvider(std::sync::atomic::AtomicUsize);

impl BlockingHttpClient for &'static EveryProvider {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let issuer = format!("https://{}", request.uri().host().unwrap());
        let mut answer = HttpResponse::new(format!(r#"{{"issuer":"{issuer}","jwks_uri":"{issuer}/jwks"}}"#).into());
        answer.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(answer)
    }
}

#[test]
fn a_discovery_cache_holds_sixty_four_providers_and_refreshes_on_demand() {
    static PROVIDERS: EveryProvider = EveryProvider(std::sync::atomic::AtomicUsize::new(0));
    let asked = || PROVIDERS.0.load(std::sync::atomic::Ordering::SeqCst);
    let cache = DiscoveryCache::new_blocking(&PROVIDERS);
    let policy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    let get = |number: usize| drop(cache.get_blocking(format!("https://idp-{number}.test"), &policy).unwrap());
    (0..64).chain(0..64).for_each(get);
    assert_eq!(asked(), 64);
    get(64);
    get(63);
    assert_eq!(asked(), 65);
    get(0);
    assert_eq!(asked(), 66, "the one unused for longest made room");
    cache.refresh_blocking("https://idp-0.test", &policy).unwrap();
    get(0);
    assert_eq!(asked(), 67);
}

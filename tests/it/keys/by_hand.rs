//! Validations that a program drives by itself: without a driver of this crate, and without a client in the keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use identity_model::Error;
use identity_model::environment::Environment;
use identity_model::exchange::{Event, Exchange, Moment, NextAction, Role, SharedFetch, Step};
use identity_model::keys::{Attempt, KeySource, ProviderKeys, TokenIntrospection, TokenValidator};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::testing::{AccessTokenFormat, ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::BlockingHttpClient;
use identity_model::validation::{AsyncClaimValidator, ClaimRejection, Claims, TokenOrigin, TokenValidationOptions, ValidatedToken};

use super::support::{AUDIENCE, House};

/// What the hand that drives does with a rule that has to be awaited.
#[derive(Clone, Copy, PartialEq)]
enum Awaits {
    Performed,
    Skipped,
}

fn join(fetch: &SharedFetch, provider: &TestProvider) -> Event {
    let Role::Leader(mut driver) = fetch.role() else { return Event::Joined(Ok(())) };
    loop {
        let event = match driver.next_action(Moment::of(fetch.environment()).unwrap()) {
            NextAction::Send { request, .. } => Event::Answered(BlockingHttpClient::send(provider, *request)),
            NextAction::Join(inner) => join(&inner, provider),
            NextAction::Done => return Event::Joined(Ok(())),
            other => panic!("{other:?}"),
        };
        driver.note(event);
    }
}

fn drive<T>(mut exchange: Exchange<T, Error>, provider: &TestProvider, environment: &Environment, awaits: Awaits) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut event = Event::Start;
    loop {
        event = match exchange.resume(event, Moment::of(environment).unwrap()) {
            Step::Join(fetch) => join(&fetch, provider),
            Step::Send { request, .. } => Event::Answered(BlockingHttpClient::send(provider, request)),
            Step::Await(order) => {
                if awaits == Awaits::Performed {
                    runtime.block_on(order.awaited());
                }
                Event::Awaited
            }
            Step::Done(outcome) => return outcome,
            _ => panic!("a validation asks for nothing else"),
        };
    }
}

fn keys_without_clients(house: &House) -> ProviderKeys {
    ProviderKeys::builder().authority(house.provider.issuer()).environment(house.environment.clone()).build()
}

#[test]
fn a_validation_is_driven_by_hand_over_keys_without_clients_and_follows_rotation() {
    let house = House::new();
    let validator = house.validator(&keys_without_clients(&house));
    let by_hand = |token: &str| drive(validator.exchange(token), &house.provider, &house.environment, Awaits::Performed);
    by_hand(&house.token()).unwrap();
    assert_eq!(house.requests(), (1, 1));
    assert!(matches!(validator.attempt(&house.token()), Ok(Attempt::Validated(_))));
    house.provider.rotate_keys();
    by_hand(&house.token()).unwrap();
    assert_eq!(house.requests(), (1, 2));
    assert_eq!(by_hand(&house.token_of_unknown_key(1)).unwrap_err().code(), "key_unknown_kid");
    assert_eq!(house.requests(), (1, 2), "the cool-down");
}

struct Counted(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl AsyncClaimValidator for Counted {
    fn name(&self) -> &str {
        "counted"
    }

    async fn validate(&self, _claims: &Claims) -> Result<(), ClaimRejection> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn a_rule_that_the_driver_did_not_await_rejects_the_token() {
    let house = House::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let options = TokenValidationOptions::access_token()
        .issuer(house.provider.issuer())
        .audience(AUDIENCE)
        .async_claim_validator(Counted(Arc::clone(&asked)))
        .build();
    let validator = TokenValidator::with_options(keys_without_clients(&house), options);
    let by_hand = |awaits| drive(validator.exchange(&house.token()), &house.provider, &house.environment, awaits);
    by_hand(Awaits::Performed).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let error = by_hand(Awaits::Skipped).unwrap_err();
    assert_eq!((error.code(), asked.load(Ordering::SeqCst)), ("claim_rejected", 1));
}

#[test]
fn an_introspection_is_a_request_of_the_exchange() {
    let house = House::new();
    let provider = TestProvider::builder()
        .client(TestClient::new(AUDIENCE).secret("s3cret"))
        .access_token_format(AccessTokenFormat::Opaque)
        .environment(house.environment.clone())
        .build();
    let introspection = TokenIntrospection::builder()
        .address(provider.address(ProviderEndpoint::Introspection))
        .client_id(AUDIENCE)
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .environment(house.environment.clone())
        .build();
    let validator = TokenValidator::introspecting(introspection).issuer(provider.issuer()).audience(provider.issuer()).build();
    let token = provider.access_token_for_user("alice");
    let validated = drive(validator.exchange(&token), &provider, &house.environment, Awaits::Performed).unwrap();
    assert_eq!(validated.origin(), TokenOrigin::Introspection);
    assert_eq!(validator.validate_blocking(&token).unwrap_err().code(), "driver", "there is no client to ask with");
}

#[test]
fn k_own_keys_of_ones_own_stand_beside_those_of_a_provider() {
    let house = House::new();
    let retired = TestProvider::builder().issuer(house.provider.issuer()).environment(house.environment.clone()).build();
    let old = retired.mint_access_token(|token| token.claim("aud", AUDIENCE).header("kid", "retired"));
    let own = identity_model::jose::JsonWebKeySet::from_keys(
        retired.key_set().keys().iter().map(|key| key.with_key_id("retired").unwrap()).collect::<Vec<_>>(),
    );
    let keys = KeySource::from(house.keys()).with_own_keys(own.clone());
    let validator = TokenValidator::builder()
        .keys(keys)
        .issuer(house.provider.issuer())
        .audience(AUDIENCE)
        .environment(house.environment.clone())
        .verified_token_cache(10)
        .build();
    let subject = |outcome: Result<ValidatedToken, Error>| outcome.map(|_| "ok").unwrap_or_else(|error| error.code());
    assert_eq!(subject(validator.validate_blocking(&old)), "ok");
    assert_eq!(house.requests(), (0, 0), "what a key of one's own signed costs no fetch");
    let new = house.token();
    assert_eq!(subject(validator.validate_blocking(&new)), "ok");
    house.provider.rotate_keys();
    assert_eq!(subject(validator.validate_blocking(&house.token())), "ok");
    assert_eq!(subject(validator.validate_blocking(&new)), "key_unknown_kid", "what the provider gave up");
    assert_eq!(subject(validator.validate_blocking(&old)), "ok");
    assert_eq!(subject(house.validator(&house.keys()).validate_blocking(&old)), "key_unknown_kid", "without the key of one's own");
}

#[test]
fn key_source_by_a_function_of_the_issuer() {
    let (first, second) = (House::new(), House::new());
    let asked = Arc::new(AtomicUsize::new(0));
    let (keys, count) = (first.keys(), Arc::clone(&asked));
    let issuer = first.provider.issuer();
    let known = issuer.clone();
    let source = KeySource::by_issuer(move |issuer| {
        count.fetch_add(1, Ordering::SeqCst);
        (issuer == known).then(|| keys.clone().into())
    });
    let validator = TokenValidator::builder()
        .keys(source.with_own_keys(second.provider.key_set()))
        .issuer([issuer.as_str(), "https://other.example.com"])
        .audience(AUDIENCE)
        .environment(first.environment.clone())
        .verified_token_cache(10)
        .build();
    let token = first.token();
    validator.validate_blocking(&token).unwrap();
    validator.validate_blocking(&token).unwrap();
    assert!(asked.load(Ordering::SeqCst) >= 2, "the function knows best whose keys are whose");
    first.provider.rotate_keys();
    validator.validate_blocking(&first.token()).unwrap();
    assert_eq!(first.requests(), (1, 2));
    assert_eq!(validator.validate_blocking(&token).unwrap_err().code(), "key_unknown_kid", "not remembered past the rotation");
    let foreign = first.provider.mint_access_token(|token| token.claim("iss", "https://other.example.com").header("kid", "x"));
    assert_eq!(validator.validate_blocking(&foreign).unwrap_err().code(), "unknown_issuer");
    assert_eq!(first.requests(), (1, 2));
}

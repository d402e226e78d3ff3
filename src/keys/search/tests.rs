//! Which key set is tried when, and what a failed fetch stops; `tests/it/keys` looks at the same from outside and under load.

use std::time::{Duration, SystemTime};

use crate::environment::{Environment, FixedClock, FixedTimer};
use crate::error::Error;
use crate::jose::SignatureAlgorithm;
use crate::keys::{Attempt, KeySource, ProviderKeys, TokenValidator};
use crate::testing::{Forgery, ProviderEndpoint, TestProvider};

struct House {
    provider: TestProvider,
    clock: FixedClock,
    keys: ProviderKeys,
    validator: TokenValidator,
}

impl House {
    fn new() -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let timer = FixedTimer::moving(&clock);
        let environment = Environment::system().with_clock(clock.clone()).with_timer(timer);
        let provider = TestProvider::builder().algorithms([SignatureAlgorithm::ES256]).environment(environment.clone()).build();
        let keys = ProviderKeys::builder().authority(provider.issuer()).blocking_http(provider.clone()).environment(environment).build();
        let validator = TokenValidator::builder().keys(keys.clone()).issuer(provider.issuer()).audience("api").build();
        Self { provider, clock, keys, validator }
    }

    fn token(&self) -> String {
        self.provider.mint_access_token(|token| token.claim("aud", "api").expires_in(1_000_000)).expose().to_owned()
    }

    fn forged(&self) -> String {
        self.provider.mint_access_token(|token| token.claim("aud", "api").forge(&Forgery::WrongSignature)).expose().to_owned()
    }

    fn fetches(&self) -> usize {
        self.provider.requests(ProviderEndpoint::Jwks)
    }
}

fn code<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn k4_a_missing_key_is_looked_for_once_and_found() {
    let house = House::new();
    house.validator.validate_blocking(&house.token()).unwrap();
    assert_eq!(house.fetches(), 1);
    house.provider.rotate_keys();
    house.validator.validate_blocking(&house.token()).unwrap();
    assert_eq!(house.fetches(), 2);
    let unknown = house.provider.mint_access_token(|token| token.claim("aud", "api").header("kid", "nowhere"));
    assert_eq!(code(house.validator.validate_blocking(&unknown)), "key_unknown_kid");
    assert_eq!(house.fetches(), 2, "the cool-down");
    house.clock.advance(Duration::from_secs(6));
    assert_eq!(code(house.validator.validate_blocking(&unknown)), "key_unknown_kid");
    assert_eq!(house.fetches(), 3, "once");
}

#[test]
fn k4_only_what_a_newer_set_could_change_is_fetched_for() {
    let house = House::new();
    house.validator.validate_blocking(&house.token()).unwrap();
    house.clock.advance(Duration::from_secs(6));
    for (forgery, expected, fetches) in [
        (Forgery::claim("aud", "other"), "audience_mismatch", 1),
        (Forgery::claim("exp", 1), "expired", 1),
        (Forgery::header("alg", "RS512"), "key_none_fits", 2),
        (Forgery::WrongSignature, "signature_invalid", 2),
    ] {
        let token = house.provider.mint_access_token(|token| token.claim("aud", "api").forge(&forgery));
        assert_eq!(code(house.validator.validate_blocking(&token)), expected);
        assert_eq!(house.fetches(), fetches, "{expected}");
    }
}

#[test]
fn k4_a_signature_that_cannot_be_read_is_no_reason_to_fetch() {
    let house = House::new();
    house.validator.validate_blocking(&house.token()).unwrap();
    house.clock.advance(Duration::from_secs(6));
    let token = house.token();
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(code(house.validator.validate_blocking(&format!("{signed}.A"))), "token_base64url");
    assert_eq!(house.fetches(), 1);
}

#[test]
fn k5_the_last_good_set_serves_while_the_provider_is_down() {
    let house = House::new();
    let token = house.token();
    house.provider.go_down();
    assert_ne!(code(house.validator.validate_blocking(&token)), "ok", "nothing was ever fetched");
    house.provider.come_back();
    house.clock.advance(Duration::from_secs(60));
    house.validator.validate_blocking(&token).unwrap();
    house.provider.go_down();
    house.clock.advance(Duration::from_secs(2 * 3600));
    house.validator.validate_blocking(&token).unwrap();
    let unknown = house.provider.mint_access_token(|token| token.claim("aud", "api").header("kid", "nowhere"));
    assert_eq!(code(house.validator.validate_blocking(&unknown)), "key_unknown_kid", "its own verdict, not the failure of the fetch");
    house.clock.advance(Duration::from_secs(24 * 3600));
    assert_ne!(code(house.validator.validate_blocking(&token)), "ok", "past the hard age");
}

#[test]
fn a_call_that_cannot_fetch_lives_on_what_others_fetched() {
    let house = House::new();
    let token = house.token();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let waited = || runtime.block_on(house.validator.validate(&token));
    assert_eq!(code(waited()), "driver", "there is no async client");
    house.validator.validate_blocking(&token).unwrap();
    assert_eq!(code(waited()), "ok");
    house.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(code(waited()), "ok", "the last good set, past its soft age");
    let unknown = house.provider.mint_access_token(|token| token.claim("aud", "api").header("kid", "nowhere"));
    assert_eq!(code(runtime.block_on(house.validator.validate(&unknown))), "key_unknown_kid");
}

#[test]
fn the_issuer_of_a_token_picks_its_provider_before_anything_is_fetched() {
    let (staff, partners) = (House::new(), House::new());
    let named = KeySource::providers([("https://staff.example.com", staff.keys.clone()), ("https://idp.test", partners.keys.clone())]);
    let issuers = ["https://staff.example.com", "https://idp.test", "https://nobody.example.com"];
    let validator = TokenValidator::builder().keys(named).issuer(issuers).audience("api").build();
    validator.validate_blocking(&partners.token()).unwrap();
    assert_eq!((staff.fetches(), partners.fetches()), (0, 1));
    let nobodys = partners.provider.mint_access_token(|token| token.claim("aud", "api").claim("iss", "https://nobody.example.com"));
    assert_eq!(code(validator.validate_blocking(&nobodys)), "unknown_issuer");
    let staffs = staff.provider.mint_access_token(|token| token.claim("aud", "api").claim("iss", "https://staff.example.com"));
    validator.validate_blocking(&staffs).unwrap();
    assert_eq!((staff.fetches(), partners.fetches()), (1, 1));
}

#[test]
fn k4_a_wrong_signature_under_a_known_kid_waits_longer_before_it_is_believed() {
    let house = House::new();
    house.validator.validate_blocking(&house.token()).unwrap();
    let forged = house.forged();
    let mut fetched_at = Vec::new();
    for second in (0..180).step_by(5) {
        let before = house.fetches();
        assert_eq!(code(house.validator.validate_blocking(&forged)), "signature_invalid");
        if house.fetches() > before {
            fetched_at.push(second);
        }
        house.clock.advance(Duration::from_secs(5));
    }
    assert_eq!(fetched_at, [0, 60, 120]);
    // Whatever wrong signatures did, a key that is missing is looked for after the ordinary cool-down.
    house.provider.rotate_keys();
    house.validator.validate_blocking(&house.token()).unwrap();
    assert_eq!(house.fetches(), 5);
    // And with new keys the trust is back.
    house.clock.advance(Duration::from_secs(5));
    assert_eq!(code(house.validator.validate_blocking(&house.forged())), "signature_invalid");
    assert_eq!(house.fetches(), 6);
}

#[test]
fn k4_a_verdict_in_the_cool_down_needs_no_exchange() {
    let house = House::new();
    house.validator.validate_blocking(&house.token()).unwrap();
    let unknown = house.provider.mint_access_token(|token| token.claim("aud", "api").header("kid", "nowhere"));
    assert!(matches!(house.validator.attempt(&unknown), Ok(Attempt::NeedsFetch(_))));
    assert_eq!(code(house.validator.validate_blocking(&unknown)), "key_unknown_kid");
    assert_eq!(code(house.validator.attempt(&unknown)), "key_unknown_kid");
    house.clock.advance(Duration::from_secs(5));
    assert!(matches!(house.validator.attempt(&unknown), Ok(Attempt::NeedsFetch(_))));
}

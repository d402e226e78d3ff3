use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde_json::json;

use crate::environment::{Environment, FixedClock, SystemEntropy};
use crate::error::Error;
use crate::jose::{ContentEncryptionAlgorithm, JweHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm, encrypt_compact};
use crate::keys::{KeySource, ProviderKeys, TokenText, TokenValidator};
use crate::testing::{Forgery, ProviderEndpoint, TestProvider};
use crate::validation::{AsyncClaimValidator, Binding, ClaimRejection, Claims, TokenValidationOptions};

const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

struct House {
    provider: TestProvider,
    clock: FixedClock,
    keys: ProviderKeys,
}

impl House {
    fn new() -> Self {
        Self::at("https://idp.example.com")
    }

    fn at(issuer: &str) -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let environment = Environment::system().with_clock(clock.clone());
        let provider = TestProvider::builder().issuer(issuer).environment(environment.clone()).build();
        let keys = ProviderKeys::builder()
            .authority(provider.issuer())
            .blocking_http(provider.clone())
            .http(provider.clone())
            .environment(environment)
            .build();
        Self { provider, clock, keys }
    }

    fn validator(&self) -> TokenValidator {
        TokenValidator::builder()
            .keys(self.keys.clone())
            .issuer(self.provider.issuer())
            .audience("reports-api")
            .verified_token_cache(100)
            .build()
    }

    fn token(&self) -> String {
        self.provider.mint_access_token(|token| token.claim("aud", "reports-api")).expose().to_owned()
    }

    fn options(&self) -> TokenValidationOptions {
        TokenValidationOptions::access_token().issuer(self.provider.issuer()).audience("reports-api").build()
    }
}

/// Whether the token would be answered from the cache.
fn remembers(validator: &TokenValidator, token: &str) -> bool {
    remembers_by(validator, token, validator.options())
}

fn remembers_by(validator: &TokenValidator, token: &str, options: &TokenValidationOptions) -> bool {
    let now = validator.environment().clock().now();
    validator.entry(TokenText::from(token), options).is_some_and(|entry| entry.recall(&validator.0.keys, options, now).is_some())
}

fn code(outcome: Result<impl Sized, Error>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn a_token_is_remembered_once_it_was_validated_and_answers_the_same() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    assert!(!remembers(&validator, &token));
    let first = validator.validate_blocking(&token).unwrap();
    assert!(remembers(&validator, &token));
    let second = validator.validate_blocking(&token).unwrap();
    assert_eq!(first.claims_json(), second.claims_json());
    assert_eq!(first.key_id(), second.key_id());
}

#[tokio::test]
async fn async_callers_share_what_blocking_ones_left() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    validator.validate(&token).await.unwrap();
    assert!(remembers(&validator.clone(), &token));
    validator.validate(&token).await.unwrap();
}

#[test]
fn it_is_off_by_default_and_a_new_cache_is_empty() {
    let house = House::new();
    let plain = TokenValidator::builder().keys(house.keys.clone()).issuer(house.provider.issuer()).audience("reports-api").build();
    let token = house.token();
    plain.validate_blocking(&token).unwrap();
    assert!(!remembers(&plain, &token));
    let remembering = plain.with_verified_token_cache(100);
    assert!(!remembers(&remembering, &token));
    remembering.validate_blocking(&token).unwrap();
    assert!(remembers(&remembering, &token));
    assert!(!remembers(&remembering.with_verified_token_cache(100), &token));
}

#[test]
fn another_spelling_or_signature_of_the_same_claims_is_another_token() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    validator.validate_blocking(&token).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = input.split_once('.').unwrap();
    let other_claims = house.provider.mint_access_token(|token| token.claim("aud", "reports-api").claim("sub", "mallory"));
    let other_claims = other_claims.expose().split('.').nth(1).unwrap().to_owned();
    for (header, claims) in [
        ("e30", claims),
        (header, other_claims.as_str()),
        (header, ""),
        ("", claims),
        (header, &claims[..claims.len() - 4]),
        (header, &*format!("{claims}AAAA")),
        (&*format!("{header}.{header}"), claims),
    ] {
        let mixed = format!("{header}.{claims}.{signature}");
        assert!(!remembers(&validator, &mixed), "{mixed}");
        assert!(remembers(&validator, &token), "and it is not forgotten for it");
    }
    assert!(!remembers(&validator, signature) && !remembers(&validator, &format!(".{signature}")));
    assert!(validator.validate_blocking(&format!("{header}.{other_claims}.{signature}")).is_err());
    validator.validate_blocking(&token).unwrap();
    let last = if signature.ends_with('A') { 'B' } else { 'A' };
    let forged = format!("{input}.{}{last}", &signature[..signature.len() - 1]);
    for other in [forged, format!("{input}."), format!("{token}="), format!(" {token}")] {
        assert!(!remembers(&validator, &other), "{other}");
        assert!(validator.validate_blocking(&other).is_err(), "{other}");
    }
}

#[test]
fn refused_tokens_are_not_kept() {
    let house = House::new();
    let validator = house.validator();
    let foreign = house.provider.mint_access_token(|token| token.claim("aud", "other-api")).expose().to_owned();
    assert_eq!(code(validator.validate_blocking(&foreign)), "audience_mismatch");
    assert!(!remembers(&validator, &foreign));
    assert_eq!(code(validator.validate_blocking(&foreign)), "audience_mismatch");
}

#[test]
fn no_entry_serves_past_exp_although_the_leeway_still_does() {
    let house = House::new();
    let validator = house.validator();
    let token = house.provider.mint_access_token(|token| token.claim("aud", "reports-api").expires_in(60)).expose().to_owned();
    validator.validate_blocking(&token).unwrap();
    house.clock.advance(Duration::from_secs(59));
    assert!(remembers(&validator, &token));
    house.clock.advance(Duration::from_secs(1));
    assert!(!remembers(&validator, &token));
    validator.validate_blocking(&token).unwrap();
    assert!(!remembers(&validator, &token), "kept again, and past its end at once");
    house.clock.advance(Duration::from_secs(30));
    assert_eq!(code(validator.validate_blocking(&token)), "expired");
}

#[test]
fn k4_what_a_removed_key_signed_is_forgotten_with_it() {
    let house = House::new();
    let validator = house.validator();
    let (old, other) = (house.token(), house.provider.mint_access_token(|token| token.claim("aud", ["reports-api"])).expose().to_owned());
    validator.validate_blocking(&old).unwrap();
    validator.validate_blocking(&other).unwrap();
    house.provider.rotate_keys();
    let new = house.token();
    assert!(remembers(&validator, &old), "nobody knows of the rotation yet");
    validator.validate_blocking(&new).unwrap();
    assert!(!remembers(&validator, &old));
    assert!(validator.validate_blocking(&old).is_err());
    assert!(remembers(&validator, &new));
    assert_eq!(
        format!("{:?}", validator.0.verified_tokens),
        "Some(VerifiedTokens { len: 1, capacity: 100 })",
        "swept at the first encounter"
    );
}

#[test]
fn k4_an_identical_set_keeps_the_tokens_and_their_version() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    validator.validate_blocking(&token).unwrap();
    let version = house.keys.fresh().unwrap().version;
    house.keys.refresh_blocking().unwrap();
    assert!(remembers(&validator, &token), "a refresh by hand that brings the same set");
    let forged = house.provider.mint_access_token(|token| token.claim("aud", "reports-api").forge(&Forgery::WrongSignature));
    assert_eq!(code(validator.validate_blocking(&forged)), "signature_invalid");
    assert_eq!(house.provider.requests(ProviderEndpoint::Jwks), 3, "a wrong signature was looked into");
    assert!(remembers(&validator, &token), "and empties nothing");
    assert_eq!(house.keys.fresh().unwrap().version, version);
}

#[test]
fn k4_a_refresh_that_keeps_the_key_sends_the_token_the_whole_way_once() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    validator.validate_blocking(&token).unwrap();
    house.provider.add_key(SignatureAlgorithm::ES256);
    house.keys.refresh_blocking().unwrap();
    assert!(!remembers(&validator, &token));
    validator.validate_blocking(&token).unwrap();
    assert!(remembers(&validator, &token));
}

#[test]
fn keys_past_their_soft_age_are_not_taken_on_trust() {
    let house = House::new();
    let validator = house.validator();
    let token = house.provider.mint_access_token(|token| token.claim("aud", "reports-api").expires_in(1_000_000)).expose().to_owned();
    validator.validate_blocking(&token).unwrap();
    house.clock.advance(Duration::from_secs(500_000));
    assert!(!remembers(&validator, &token));
    house.provider.rotate_keys();
    assert!(validator.validate_blocking(&token).is_err());
}

#[test]
fn a_rotation_at_one_provider_leaves_the_tokens_of_another() {
    let (staff, partners) = (House::at("https://staff.example.com"), House::at("https://partners.example.com"));
    let sources = [&staff, &partners].map(|house| (house.provider.issuer(), house.keys.clone()));
    let validator = TokenValidator::builder()
        .keys(KeySource::providers(sources))
        .issuer([staff.provider.issuer(), partners.provider.issuer()])
        .audience("reports-api")
        .verified_token_cache(100)
        .build();
    let (of_staff, of_partners) = (staff.token(), partners.token());
    validator.validate_blocking(&of_staff).unwrap();
    validator.validate_blocking(&of_partners).unwrap();
    for _ in 0..2 {
        staff.provider.add_key(SignatureAlgorithm::ES256);
        staff.keys.refresh_blocking().unwrap();
    }
    assert!(!remembers(&validator, &of_staff));
    assert!(remembers(&validator, &of_partners));
}

#[test]
fn s3_a_remembered_token_must_still_be_bound_to_what_was_proven() {
    let house = House::new();
    let validator = house.validator();
    let bound = |token: crate::testing::TokenDraft| token.claim("aud", "reports-api").claim("cnf", json!({"jkt": THUMBPRINT}));
    let token = house.provider.mint_access_token(bound).expose().to_owned();
    let proven = validator.options().clone().with_binding(Binding::none().with_key_thumbprint(THUMBPRINT));
    let other = validator.options().clone().with_binding(Binding::none().with_key_thumbprint("other"));
    validator.validate_blocking_with(&token, &proven).unwrap();
    assert!(remembers_by(&validator, &token, &proven));
    assert_eq!(code(validator.validate_blocking_with(&token, &other)), "binding_mismatch");
    assert_eq!(code(validator.validate_blocking(&token)), "bound_token");
    validator.validate_blocking_with(&token, &proven).unwrap();
}

#[test]
fn an_entry_belongs_to_the_very_rules_it_was_validated_by() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    let stricter = TokenValidationOptions::access_token().issuer(house.provider.issuer()).audience("other-api").build();
    let equal = house.options();
    validator.validate_blocking(&token).unwrap();
    assert!(!remembers_by(&validator, &token, &equal));
    assert_eq!(code(validator.validate_blocking_with(&token, &stricter)), "audience_mismatch");
    validator.validate_blocking_with(&token, &equal).unwrap();
}

#[test]
fn rules_of_the_callers_own_are_asked_each_time() {
    let house = House::new();
    let (asked, counter) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counting = Arc::clone(&asked);
    let options = TokenValidationOptions::access_token()
        .issuer(house.provider.issuer())
        .audience("reports-api")
        .claim_rule("twice", move |_| match counting.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Ok(()),
            _ => Err(ClaimRejection::new("revoked")),
        })
        .build();
    let validator = TokenValidator::with_options(house.keys.clone(), options).with_verified_token_cache(100);
    let token = house.token();
    validator.validate_blocking(&token).unwrap();
    validator.validate_blocking(&token).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(code(validator.validate_blocking(&token)), "claim_rejected");

    let options = TokenValidationOptions::access_token()
        .issuer(house.provider.issuer())
        .audience("reports-api")
        .async_claim_validator(Waited(Arc::clone(&counter)))
        .build();
    let validator = TokenValidator::with_options(house.keys.clone(), options).with_verified_token_cache(100);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for round in 1..=3 {
        runtime.block_on(validator.validate(&token)).unwrap();
        assert_eq!(counter.load(Ordering::SeqCst), round);
        assert!(!remembers(&validator, &token));
    }
}

struct Waited(Arc<AtomicUsize>);

#[async_trait]
impl AsyncClaimValidator for Waited {
    fn name(&self) -> &str {
        "waited"
    }

    async fn validate(&self, _claims: &Claims) -> Result<(), ClaimRejection> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn no_more_tokens_are_kept_than_there_is_room_for() {
    let house = House::new();
    for capacity in [0, 1, 8] {
        let validator = house.validator().with_verified_token_cache(capacity);
        let tokens: Vec<String> = (0..50)
            .map(|number| {
                let token = house.provider.mint_access_token(|token| token.claim("aud", "reports-api").claim("number", number));
                token.expose().to_owned()
            })
            .collect();
        for token in &tokens {
            validator.validate_blocking(token).unwrap();
        }
        let kept = tokens.iter().filter(|token| remembers(&validator, token)).count();
        assert!(kept <= capacity, "{kept} of {capacity}");
    }
}

#[test]
fn debug_shows_no_token() {
    let house = House::new();
    let (validator, token) = (house.validator(), house.token());
    validator.validate_blocking(&token).unwrap();
    let shown = format!("{validator:?}");
    assert!(shown.contains("VerifiedTokens"));
    assert!(token.split('.').all(|part| !shown.contains(part)));
}

#[test]
fn an_encrypted_token_is_remembered_by_all_of_its_text() {
    let house = House::new();
    let key = PrivateKey::generate_for_encryption(KeyManagementAlgorithm::ECDH_ES).unwrap();
    let encrypt = |inside: &str| {
        let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
        let header = JweHeader::new().cty("JWT");
        encrypt_compact(&header, inside.as_bytes(), key.public_jwk(), alg, enc, &SystemEntropy).unwrap()
    };
    let inside = house.token();
    let (token, again) = (encrypt(&inside), encrypt(&inside));
    let options =
        TokenValidationOptions::access_token().issuer(house.provider.issuer()).audience("reports-api").decryption_keys(key.clone());
    let validator = TokenValidator::with_options(house.keys.clone(), options.build()).with_verified_token_cache(100);
    validator.validate_blocking(&token).unwrap();
    assert!(remembers(&validator, &token));
    assert!(!remembers(&validator, &inside) && !remembers(&validator, &again));
    let last = token.rsplit_once('.').unwrap().1;
    for other in [last.to_owned(), format!("a.b.{last}"), format!("{token}A"), format!("{token}.{last}"), String::new()] {
        assert!(!remembers(&validator, &other), "{other}");
    }
}

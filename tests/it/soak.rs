//! Minutes of trouble over sockets: keys rotate, the provider is down, slow, broken or cuts connections, while tokens are checked all along.
//!
//! What must hold: no forged token is ever accepted, no good one is rejected while its key is known, memory stays flat, no task stays behind.
//! `IDENTITY_MODEL_SOAK_SECONDS` says how long (default: 10); `.ci/run full` takes two minutes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant, SystemTime};

use identity_model::cache::CacheSettings;
use identity_model::environment::{Environment, FixedClock};
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::testing::{Fault, Forgery, ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::ReqwestClient;
use tokio::task::JoinSet;

const AUDIENCE: &str = "reports-api";

/// What the checking tasks share with the one that makes trouble.
struct Tokens {
    /// Signed with a key that the validator has seen and that is still published.
    good: RwLock<Vec<String>>,
    /// Never acceptable, each for a reason of its own, and the codes that say so.
    forged: Vec<(String, &'static [&'static str])>,
    over: AtomicBool,
    accepted: AtomicUsize,
    refused: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes its time; `.ci/run full` runs it"]
async fn no_trouble_of_the_provider_makes_a_verdict_wrong() {
    let seconds = std::env::var("IDENTITY_MODEL_SOAK_SECONDS").map_or(10, |text| text.parse().expect("a number of seconds"));
    let before = alive_tasks();
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
    let environment = Environment::system().with_clock(clock.clone());
    let provider = TestProvider::builder()
        .algorithms([SignatureAlgorithm::ES256])
        .client(TestClient::new("client").audiences([AUDIENCE]))
        .environment(environment.clone())
        .build();
    let listener = provider.listen().unwrap();
    let http = ReqwestClient::builder().no_proxy().build().unwrap();
    let settings = CacheSettings::default().with_attempt_timeout(Duration::from_secs(5)).with_deadline(Duration::from_secs(10));
    let keys = ProviderKeys::builder().authority(provider.issuer()).http(http).environment(environment).cache(settings).build();
    let validator = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience(AUDIENCE).build();
    let first = good(&provider);
    validator.validate(&first).await.unwrap();

    let tokens = Arc::new(Tokens {
        good: RwLock::new(vec![first]),
        forged: forged(&provider),
        over: AtomicBool::new(false),
        accepted: AtomicUsize::new(0),
        refused: AtomicUsize::new(0),
    });
    let mut checking = JoinSet::new();
    for number in 0..4 {
        checking.spawn(check(number, validator.clone(), tokens.clone()));
    }
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut rounds, mut warm) = (0, None);
    while Instant::now() < end || rounds < 12 {
        trouble(rounds, &provider, &validator, &tokens, &clock).await;
        rounds += 1;
        // Pools, caches and the allocator have their size by then.
        if warm.is_none() && rounds >= 12 && Instant::now() + Duration::from_secs(seconds * 3 / 4) >= end {
            warm = resident();
        }
        assert!(checking.try_join_next().is_none(), "a checking task has ended early");
    }
    tokens.over.store(true, Ordering::Relaxed);
    // A panic in a task is the verdict of this test.
    checking.join_all().await;
    let (accepted, refused) = (tokens.accepted.load(Ordering::Relaxed), tokens.refused.load(Ordering::Relaxed));
    assert!(accepted >= rounds && refused >= rounds, "{accepted} accepted, {refused} refused in {rounds} rounds");
    println!("{rounds} rounds of trouble, {accepted} good tokens accepted, {refused} forged ones refused");
    match (warm, resident()) {
        (Some(warm), Some(now)) => {
            println!("memory: {warm} KiB when warm, {now} KiB at the end");
            assert!(now <= warm + 16 * 1024, "memory grew from {warm} to {now} KiB");
        }
        _ => println!("skipped: this system does not tell how much memory a process takes"),
    }
    drop((validator, listener, provider, tokens));
    let patience = Instant::now() + Duration::from_secs(30);
    while alive_tasks() > before {
        assert!(Instant::now() < patience, "{} tasks are left, {before} were there before", alive_tasks());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Checks good and forged tokens in turn until it is over.
async fn check(number: usize, validator: TokenValidator, tokens: Arc<Tokens>) {
    let mut turn = number;
    while !tokens.over.load(Ordering::Relaxed) {
        let token = tokens.good.read().unwrap()[0].clone();
        match validator.validate(&token).await {
            Ok(_) => drop(tokens.accepted.fetch_add(1, Ordering::Relaxed)),
            // It may have been taken off the list meanwhile.
            Err(error) => assert!(!tokens.good.read().unwrap().contains(&token), "a good token was refused: {error}"),
        }
        let (token, codes) = &tokens.forged[turn % tokens.forged.len()];
        let error = validator.validate(token).await.map(drop).expect_err("a forged token was accepted");
        assert!(codes.contains(&error.code()), "{}: {error}", error.code());
        tokens.refused.fetch_add(1, Ordering::Relaxed);
        turn += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// One round: something breaks, tokens of unknown keys make the validator ask, it is mended, the keys rotate.
async fn trouble(round: usize, provider: &TestProvider, validator: &TokenValidator, tokens: &Tokens, clock: &FixedClock) {
    clock.advance(Duration::from_secs(30));
    let jwks = ProviderEndpoint::Jwks;
    match round % 6 {
        0 => provider.go_down(),
        1 => provider.inject(jwks, Fault::status(503)),
        2 => provider.inject(jwks, Fault::delay(Duration::from_millis(100))),
        3 => provider.inject(jwks, Fault::cut_connection()),
        4 => provider.inject(jwks, Fault::truncated_body()),
        _ => provider.inject(jwks, Fault::body(r#"{"keys":[]}"#)),
    }
    let unknown = provider.mint_access_token(|token| token.header("kid", format!("unknown-{round}"))).expose().to_owned();
    validator.validate(&unknown).await.map(drop).expect_err("a token of a key that is nowhere was accepted");
    tokio::time::sleep(Duration::from_millis(30)).await;
    provider.clear_faults();
    provider.come_back();
    provider.clear_recorded();

    // Two keys are published at any time; the older one goes once the newer one is known.
    provider.add_key(SignatureAlgorithm::ES256);
    let new = good(provider);
    let patience = Instant::now() + Duration::from_secs(60);
    while let Err(error) = validator.validate(&new).await {
        assert!(Instant::now() < patience, "the provider is back, and its new key is still not known: {error}");
        clock.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    *tokens.good.write().unwrap() = vec![new];
    while provider.key_ids().len() > 2 {
        assert!(provider.retire_key(&provider.key_ids()[0]));
    }
}

fn good(provider: &TestProvider) -> String {
    provider.mint_access_token(|token| token).expose().to_owned()
}

fn forged(provider: &TestProvider) -> Vec<(String, &'static [&'static str])> {
    let mint = |forgery: Forgery| provider.mint_access_token(|token| token.forge(&forgery)).expose().to_owned();
    // While the keys cannot be fetched, that is the reason where a fresh set might have decided otherwise.
    vec![
        (mint(Forgery::AlgorithmNone), &["token_unsigned"]),
        (mint(Forgery::HmacWithPublicKey), &["algorithm_not_allowed"]),
        (mint(Forgery::WrongKey), &["signature_invalid", "key_unknown_kid"]),
        (mint(Forgery::WrongSignature), &["signature_invalid", "key_unknown_kid"]),
    ]
}

fn alive_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// Resident memory of this process in KiB, where Linux tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().trim_end_matches(" kB").trim().parse().ok()
}

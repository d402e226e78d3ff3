//! The measurements that need no network, and what they brought.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, SystemTime};

use cpu_time::ThreadTime;
use identity_model::TokenValidator;
use identity_model::document::Document;
use identity_model::jose::{JsonWebKeySet, KeySetRules, PrivateKey, SignatureAlgorithm};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::validation::Inspected;

use crate::contenders::{at_once, biscuit, huskarl, jsonwebtoken, limit, validator};
use crate::corpus::{BorrowedClaims, Claims, Column, ISSUER, discovery_document, ten_keys};
use crate::measure::{Case, Figure, Rounds, Time, rounds};
use crate::{Scale, allocations};

/// The tokens a cache of verified tokens has room for here.
const CAPACITY: usize = 1000;

fn typed(validator: &TokenValidator, token: &str) {
    let token = validator.validate_blocking(token).expect("valid");
    black_box(token.claims_as::<Claims>().expect("the claims"));
}

fn borrowed(validator: &TokenValidator, token: &str) {
    let token = validator.validate_blocking(token).expect("valid");
    black_box(token.claims_as::<BorrowedClaims<'_>>().expect("the claims"));
}

fn lazy(validator: &TokenValidator, token: &str) {
    black_box(validator.validate_blocking(token).expect("valid"));
}

/// Every row for one column: the bare check first, then this crate, then the others.
pub fn column(column: &Column, scale: Scale) -> Rounds {
    let (limit, own) = (limit(column), validator(column));
    let remembering = validator(column).with_verified_token_cache(CAPACITY);
    let mut cases = vec![
        Case::new("the bare check", &limit),
        Case::new("this crate, typed claims", || typed(&own, &column.token)),
        Case::new("this crate, lazy claims", || lazy(&own, &column.token)),
        Case::new("this crate, async, lazy claims", || {
            black_box(at_once(own.validate(&column.token)).expect("valid"));
        }),
        Case::new("this crate, a token seen before", || lazy(&remembering, &column.token)),
        Case::new("this crate, typed claims, borrowed", || borrowed(&own, &column.token)),
        Case::new("jsonwebtoken 11.1, aws-lc-rs", jsonwebtoken(column)),
        Case::new("huskarl 0.11, native", huskarl(column)),
    ];
    if let Some(biscuit) = biscuit(column) {
        cases.push(Case::new("biscuit 0.8", biscuit));
    }
    rounds(scale.rounds, scale.slice, Time::Cpu, &mut cases)
}

/// One validation up to each of its stages, each with all before it; the bare check first.
pub fn stages(column: &Column, scale: Scale) -> Rounds {
    let (limit, own) = (limit(column), validator(column));
    let local = KeySetRules::local();
    let keys = JsonWebKeySet::from_json_with(column.key_set().as_bytes(), local).expect("a set");
    let inspected = || Inspected::new(&column.token, own.options(), SystemTime::now()).expect("sound");
    let verified = || inspected().verify(&keys).expect("verifies");
    lazy(&own, &column.token);
    drop(verified());
    let mut cases = [
        Case::new("the bare check", &limit),
        Case::new("taken apart, decoded, claims indexed, issuer and expiry judged", || drop(black_box(inspected()))),
        Case::new("… key found, signature checked", || drop(black_box(verified()))),
        Case::new("… every other rule", || {
            black_box(verified().check(SystemTime::now()).expect("valid"));
        }),
        Case::new("… by a validator, with its source of keys", || lazy(&own, &column.token)),
        Case::new("… claims as a type, borrowed", || borrowed(&own, &column.token)),
        Case::new("… claims as a type, owned", || typed(&own, &column.token)),
    ];
    rounds(scale.rounds, scale.slice, Time::Cpu, &mut cases)
}

/// Does one thing `count` times, for a profiler that counts instructions: inside of [`again_and_again`] stands nothing else, so
/// `valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*again_and_again*'` counts what it costs.
pub fn repeat(what: &str, algorithm: &str, count: usize) {
    let column = Column::new(algorithm.parse().expect("an algorithm"));
    let (limit, own) = (limit(&column), validator(&column));
    let remembering = validator(&column).with_verified_token_cache(CAPACITY);
    let keys = JsonWebKeySet::from_json_with(column.key_set().as_bytes(), KeySetRules::local()).expect("a set");
    let inspected = || Inspected::new(&column.token, own.options(), SystemTime::now()).expect("sound");
    lazy(&own, &column.token);
    lazy(&remembering, &column.token);
    match what {
        "bare" => again_and_again(count, &mut || limit()),
        "inspected" => again_and_again(count, &mut || drop(black_box(inspected()))),
        "verified" => again_and_again(count, &mut || drop(black_box(inspected().verify(&keys).expect("verifies")))),
        "lazy" => again_and_again(count, &mut || lazy(&own, &column.token)),
        "seen" => again_and_again(count, &mut || lazy(&remembering, &column.token)),
        "borrowed" => again_and_again(count, &mut || borrowed(&own, &column.token)),
        "typed" => again_and_again(count, &mut || typed(&own, &column.token)),
        "keys" => {
            let set = key_set_of_ten();
            again_and_again(count, &mut || drop(black_box(JsonWebKeySet::from_json(set.as_bytes()).expect("a set"))));
        }
        _ => panic!("nothing of this name is measured"),
    }
}

#[inline(never)]
fn again_and_again(count: usize, work: &mut dyn FnMut()) {
    (0..count).for_each(|_| work());
}

fn key_set_of_ten() -> String {
    let generate = |algorithm| PrivateKey::generate(algorithm).expect("a new key");
    ten_keys(generate(SignatureAlgorithm::RS256).public_jwk(), generate(SignatureAlgorithm::ES256).public_jwk())
}

/// Allocations of each row, for one column.
pub fn allocation_counts(column: &Column) -> Vec<(&'static str, u64)> {
    let (limit, own) = (limit(column), validator(column));
    let remembering = validator(column).with_verified_token_cache(CAPACITY);
    let mut counts = vec![
        ("the bare check", allocations::of(&limit)),
        ("this crate, typed claims", allocations::of(|| typed(&own, &column.token))),
        ("this crate, lazy claims", allocations::of(|| lazy(&own, &column.token))),
        ("this crate, a token seen before", allocations::of(|| lazy(&remembering, &column.token))),
        ("this crate, typed claims, borrowed", allocations::of(|| borrowed(&own, &column.token))),
        ("jsonwebtoken 11.1, aws-lc-rs", allocations::of(jsonwebtoken(column))),
        ("huskarl 0.11, native", allocations::of(huskarl(column))),
    ];
    if let Some(biscuit) = biscuit(column) {
        counts.push(("biscuit 0.8", allocations::of(biscuit)));
    }
    counts
}

/// Tokens that are refused before a key is asked for, beside the bare check they do not cost.
pub fn refusals(column: &Column, scale: Scale) -> Rounds {
    let (limit, own) = (limit(column), validator(column));
    let refused = |token: &str| {
        black_box(own.validate_blocking(token).expect_err("refused"));
    };
    lazy(&own, &column.token);
    let mut cases = [
        Case::new("the bare check", &limit),
        Case::new("an hour past its `exp`", || refused(&column.expired)),
        Case::new("of another issuer", || refused(&column.foreign)),
        Case::new("with a forged header (`crit`)", || refused(&column.forged)),
    ];
    rounds(scale.rounds, scale.slice, Time::Cpu, &mut cases)
}

/// A set of ten keys read, and a discovery document opened; the lengths of the two in octets.
pub fn documents(scale: Scale) -> (Rounds, usize, Rounds, usize) {
    let set = key_set_of_ten();
    let mut cases = [
        Case::new("this crate", || {
            let set = black_box(JsonWebKeySet::from_json(set.as_bytes()).expect("a set"));
            assert_eq!(set.keys().len(), 10);
        }),
        Case::new("jsonwebtoken 11.1", || {
            black_box(serde_json::from_str::<jsonwebtoken::jwk::JwkSet>(&set).expect("a set"));
        }),
        Case::new("biscuit 0.8", || {
            black_box(serde_json::from_str::<biscuit::jwk::JWKSet<biscuit::Empty>>(&set).expect("a set"));
        }),
        Case::new("huskarl 0.11", || {
            let keys: huskarl::core::jwk::Jwks = serde_json::from_str(&set).expect("a set");
            black_box(huskarl::core::jwk::PublicJwks::from(keys));
        }),
    ];
    let sets = rounds(scale.rounds, scale.slice, Time::Cpu, &mut cases);
    drop(cases);

    let document = discovery_document(ISSUER, &format!("{ISSUER}/keys"));
    let body = bytes::Bytes::from(document.clone());
    let address = format!("{ISSUER}/.well-known/openid-configuration");
    let policy = DiscoveryPolicy::default();
    let mut cases = [
        Case::new("this crate, opened under its policy", || {
            // The handle that is kept forces a copy of the body, which an answer from the network does not need.
            let opened = DiscoveryDocumentResponse::parse(body.clone(), &address, policy.clone());
            black_box(opened.expect("a document"));
        }),
        Case::new("this crate, as a plain document", || {
            black_box(Document::parse(body.clone()).expect("a document"));
        }),
        Case::new("`serde_json::Value`", || {
            black_box(serde_json::from_str::<serde_json::Value>(&document).expect("a document"));
        }),
    ];
    let opened = rounds(scale.rounds, scale.slice, Time::Cpu, &mut cases);
    drop(cases);
    (sets, set.len(), opened, document.len())
}

/// What two threads gain with one validator against what they gain with one bare check: CPU time of one call alone, and of one call
/// while another thread does the same. 1.0 where this crate adds no contention.
pub fn two_threads(column: &Column, scale: Scale) -> (Figure, Figure, Figure) {
    let (limit, own) = (limit(column), validator(column));
    let full = || lazy(&own, &column.token);
    let repeats = u32::try_from(scale.slice.as_micros() / 10).unwrap_or(u32::MAX).max(50);
    let (mut bare_gains, mut full_gains, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.rounds {
        let bare = gain(&*limit, repeats);
        let ours = gain(&full, repeats);
        bare_gains.push(bare);
        full_gains.push(ours);
        ratios.push(ours / bare);
    }
    (Figure::of(bare_gains), Figure::of(full_gains), Figure::of(ratios))
}

fn gain(work: &(dyn Fn() + Sync), repeats: u32) -> f64 {
    let timed = || {
        let start = ThreadTime::now();
        (0..repeats).for_each(|_| work());
        start.elapsed()
    };
    let alone = timed();
    let barrier = Barrier::new(2);
    let together: Duration = std::thread::scope(|scope| {
        let threads = [0, 1].map(|_| {
            scope.spawn(|| {
                barrier.wait();
                timed()
            })
        });
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    2.0 * alone.as_secs_f64() / (together.as_secs_f64() / 2.0)
}

//! Outcomes 62 to 72: a resource that demands nonces, and what its responses carry.

use std::time::Duration;

use identity_model::protocol::dpop::{NonceSecret, ServerNonces};

use super::support::Outcome::{Accepted, N, P};
use super::support::*;

fn demanding() -> Resource {
    Resource::with_nonces(|verifier| verifier)
}

/// The nonce of the minute that lies so many after the present one.
fn nonce(minutes: i64) -> String {
    nonces().issue(at(NOW.checked_add_signed(minutes * 60).unwrap()))
}

fn outcome(change: impl Fn(Request) -> Request) -> Outcome {
    let resource = demanding();
    resource.outcome(&change(Request::new(&resource)))
}

#[test]
fn dv_62_a_proof_without_a_nonce_is_answered_with_one() {
    let resource = demanding();
    let rejection = resource.send(&Request::new(&resource)).unwrap_err();
    assert_eq!(Outcome::of(&Err(rejection.clone())), N);
    let issued = rejection.headers()["dpop-nonce"].to_str().unwrap().to_owned();
    assert_eq!(issued, nonce(0));
    assert_eq!(resource.outcome(&Request::new(&resource).claim("nonce", issued)), Accepted);
    assert_eq!(resource.store.len(), 1, "a request that is refused stores nothing");
}

#[test]
fn dv_63_the_nonce_of_this_minute_is_accepted() {
    let resource = demanding();
    let accepted = resource.send(&Request::new(&resource).claim("nonce", nonce(0))).unwrap();
    assert!(accepted.response_headers().is_empty(), "no newer nonce is due");
}

#[test]
fn dv_64_the_nonces_of_two_minutes_before_to_one_after_are_accepted() {
    for minutes in [-2, -1, 1] {
        let resource = demanding();
        let accepted = resource.send(&Request::new(&resource).claim("nonce", nonce(minutes))).unwrap();
        assert_eq!(accepted.response_headers()["dpop-nonce"], nonce(0).as_str(), "{minutes}");
        assert_eq!(accepted.response_headers()["cache-control"], "no-store");
    }
}

#[test]
fn dv_65_older_and_newer_nonces_are_refused() {
    for minutes in [-3, 2, -1000, 1000] {
        assert_eq!(outcome(|request| request.claim("nonce", nonce(minutes))), N, "{minutes}");
    }
}

#[test]
fn dv_66_a_changed_nonce_is_refused() {
    let mut changed = nonce(0).into_bytes();
    changed[20] = if changed[20] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for wrong in [changed, String::new(), "x".to_owned(), format!("{}A", nonce(0))] {
        assert_eq!(outcome(|request| request.claim("nonce", wrong.clone())), N, "{wrong}");
    }
}

#[test]
fn dv_67_the_nonce_of_another_server_is_refused() {
    let secret = NonceSecret::new(std::array::from_fn(|place| u8::try_from(place).unwrap()));
    let foreign = ServerNonces::new(ISSUER, secret).issue(at(NOW));
    assert_eq!(outcome(|request| request.claim("nonce", foreign.clone())), N);
}

#[test]
fn dv_68_a_nonce_is_a_text() {
    assert_eq!(outcome(|request| request.claim("nonce", 1)), P);
    assert_eq!(outcome(|request| request.claim("nonce", serde_json::Value::Null)), P);
}

#[test]
fn dv_69_beside_a_good_nonce_the_clock_of_the_client_does_not_count() {
    for iat in [NOW - 3600, NOW + 3600] {
        assert_eq!(outcome(|request| request.claim("nonce", nonce(0)).claim("iat", iat)), Accepted);
    }
    let strict = Resource::with_nonces(|verifier| verifier.with_iat_beside_nonce());
    assert_eq!(strict.outcome(&Request::new(&strict).claim("nonce", nonce(0)).claim("iat", NOW - 3600)), P);
    assert_eq!(strict.outcome(&Request::new(&strict).claim("nonce", nonce(0))), Accepted);
    assert_eq!(outcome(|request| request.claim("nonce", nonce(0)).claim("iat", "now")), P, "it is a number all the same");
}

#[test]
fn dv_70_a_proof_is_used_once_for_as_long_as_its_nonce_is_accepted() {
    let resource = demanding();
    let request = Request::new(&resource).claim("nonce", nonce(1)).claim("iat", NOW - 3600);
    assert_eq!(resource.outcome(&request), Accepted);
    assert_eq!(resource.outcome(&request), P);
    resource.clock.advance(Duration::from_secs(4 * 60 - 1));
    assert_eq!(resource.outcome(&request), P, "still accepted, so still remembered");
    resource.clock.advance(Duration::from_secs(1));
    assert_eq!(resource.outcome(&request), N);
}

#[test]
fn dv_71_the_signature_comes_before_the_nonce() {
    let other = Request::new(&demanding()).key;
    assert_eq!(
        outcome(|mut request| {
            request.key = other.clone();
            request
        }),
        P
    );
}

#[test]
fn dv_72_a_nonce_that_nobody_asked_for_is_ignored() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource).claim("nonce", "anything")), Accepted);
}

#[test]
fn dv_4_a_proof_is_remembered_for_as_long_as_it_is_in_time() {
    for (iat, seconds) in [(NOW - 300, 0), (NOW, 300), (NOW + 300, 600)] {
        let resource = Resource::new();
        let request = Request::new(&resource).claim("iat", iat);
        assert_eq!(resource.outcome(&request), Accepted);
        resource.clock.advance(Duration::from_secs(seconds));
        let replay = resource.send(&request).unwrap_err();
        assert_eq!(replay.code(), "dpop_proof_replayed", "in its last moment");
        resource.clock.advance(Duration::from_secs(1));
        assert_eq!(resource.send(&request).unwrap_err().code(), "dpop_proof_time");
    }
}

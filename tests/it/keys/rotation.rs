//! Keys rotate, and tokens name keys that are not there.

use std::thread;

use identity_model::error::ErrorKind;
use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{Fault, Forgery, ProviderEndpoint};
use identity_model::validation::{ValidationError, ValidationStage};
use tokio::task::JoinSet;

use super::support::{HOUR, House, SECOND};
use super::tasks::{all_succeed, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k4_a_rotation_under_load_causes_one_more_request_and_no_refusal() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let old = house.token();
    validator.validate(&old).await.unwrap();
    house.gate.close();
    let before = start(&validator, &old, 250);
    house.provider.add_key(SignatureAlgorithm::ES256);
    let new = house.token();
    let waiting = start(&validator, &new, 500);
    house.gate.until_arrived(3).await;
    // Who has a good key already does not wait for the refresh.
    all_succeed(start(&validator, &old, 250), 250).await;
    house.gate.open();
    all_succeed(before, 250).await;
    all_succeed(waiting, 500).await;
    all_succeed(start(&validator, &new, 250), 250).await;
    assert_eq!(house.requests(), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k4_rotations_while_tasks_validate_refuse_no_good_token() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    const ROTATIONS: usize = 10;
    for rotation in 1..=ROTATIONS {
        let tokens: Vec<String> = (0..50).map(|_| house.token()).collect();
        let mut tasks = JoinSet::new();
        for token in tokens {
            let validator = validator.clone();
            tasks.spawn(async move {
                for _ in 0..5 {
                    validator.validate(&token).await.unwrap();
                    tokio::task::yield_now().await;
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(house.requests(), (1, rotation));
        house.provider.rotate_keys();
        house.clock.advance(5 * SECOND);
    }
}

#[test]
fn k4_a_rotation_under_the_load_of_threads_causes_one_more_request_and_no_refusal() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate_blocking(&house.token()).unwrap();
    house.provider.rotate_keys();
    let token = house.token();
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| (0..5).for_each(|_| drop(validator.validate_blocking(&token).unwrap())));
        }
    });
    assert_eq!(house.requests(), (1, 2));
}

#[tokio::test]
async fn k4_a_refresh_by_age_that_began_before_the_rotation_is_not_the_last_word() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    keys.refresh().await.unwrap();
    house.clock.advance(HOUR);
    house.gate.close();
    let refreshing = start(&validator, &house.token(), 1);
    house.gate.until_arrived(3).await;
    house.gate.let_one_through();
    house.gate.until_arrived(4).await;
    house.provider.add_key(SignatureAlgorithm::ES256);
    let joining = start(&validator, &house.token(), 10);
    tokio::task::yield_now().await;
    house.gate.open();
    all_succeed(refreshing, 1).await;
    all_succeed(joining, 10).await;
    assert_eq!(house.requests(), (2, 3), "the keys from before the rotation, and those after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k4_random_key_ids_cause_one_request_a_cool_down() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    for round in 1..=5 {
        let mut tasks = JoinSet::new();
        for number in 0..100 {
            let (validator, token) = (validator.clone(), house.token_of_unknown_key(round * 1000 + number));
            tasks.spawn(async move { validator.validate(&token).await.unwrap_err().kind() });
        }
        assert_eq!(tasks.join_all().await, vec![ErrorKind::Key; 100]);
        assert_eq!(house.requests(), (1, 1 + round));
        house.clock.advance(5 * SECOND);
    }
    validator.validate(&house.token()).await.unwrap();
}

#[tokio::test]
async fn k4_random_key_ids_delay_a_rotation_by_a_cool_down_at_most() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    validator.validate(&house.token_of_unknown_key(1)).await.unwrap_err();
    house.provider.add_key(SignatureAlgorithm::ES256);
    let token = house.token();
    assert_eq!(validator.validate(&token).await.unwrap_err().kind(), ErrorKind::Key);
    house.clock.advance(5 * SECOND);
    validator.validate(&token).await.unwrap();
    assert_eq!(house.requests(), (1, 3));
}

#[tokio::test]
async fn k4_a_signature_that_fails_under_the_named_key_is_one_refresh() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    for _ in 0..3 {
        let forged = house.provider.mint_access_token(|token| token.forge(&Forgery::WrongKey));
        assert_eq!(validator.validate(&forged).await.unwrap_err().kind(), ErrorKind::Validation);
    }
    assert_eq!(house.requests(), (1, 2));
    // Inside the same cool-down as an unknown key.
    validator.validate(&house.token_of_unknown_key(1)).await.unwrap_err();
    assert_eq!(house.requests(), (1, 2));
}

#[tokio::test]
async fn k4_a_key_replaced_under_its_old_name_is_found() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    validator.validate(&house.token()).await.unwrap();
    let old = house.provider.key_ids().remove(0);
    house.provider.rotate_keys();
    let new = house.provider.key_ids().remove(0);
    house.provider.inject(ProviderEndpoint::Jwks, Fault::edit(move |document| document["keys"][0]["kid"] = old.clone().into()));
    assert_ne!(new, "es256-1");
    let token = house.provider.mint_access_token(|token| token.header("kid", "es256-1"));
    validator.validate(&token).await.unwrap();
    assert_eq!(house.requests(), (1, 2));
}

#[tokio::test]
async fn tokens_that_inspection_refuses_cost_no_request_and_no_signature_check() {
    let house = House::new();
    let keys = house.keys();
    let validator = house.validator(&keys);
    let forgeries = [
        Forgery::Expired,
        Forgery::AlgorithmNone,
        Forgery::HmacWithPublicKey,
        Forgery::claim("iss", "https://elsewhere.test"),
        Forgery::header("typ", "JWT"),
        Forgery::header("crit", serde_json::json!(["exp"])),
        Forgery::header("alg", 7),
    ];
    // Without a request there is no key to check a signature with; with keys at hand, the stage says how far it came.
    for warm in [false, true] {
        if warm {
            keys.refresh().await.unwrap();
        }
        let statistics = keys.key_set_statistics();
        for forgery in &forgeries {
            let token = house.provider.mint_access_token(|token| token.forge(forgery));
            for error in [validator.validate(&token).await.unwrap_err(), validator.validate_blocking(&token).unwrap_err()] {
                assert_eq!(error.validation().map(ValidationError::stage), Some(ValidationStage::Inspection), "{forgery:?}");
            }
        }
        assert_eq!(house.gate.arrived(), if warm { 2 } else { 0 });
        assert_eq!(keys.key_set_statistics(), statistics, "the keys were not even looked up");
    }
}

//! Keys that change while a validator runs (OpenID Connect Core section 10.1.1).

use std::time::Duration;

use identity_model::keys::ProviderKeys;
use identity_model::validation::ValidationErrorKind;
use identity_model::{Error, TokenValidator};

use crate::faces::{blocking, blocking_http, http, patient};
use crate::server::Issuer;

const AUDIENCE: &str = "urn:test:api";

/// A cool-down that no machine is slow enough to see the end of.
const LONG: Duration = Duration::from_secs(3600);

fn keys(issuer: &Issuer, cool_down: Duration) -> ProviderKeys {
    let cache = patient().with_cool_down(cool_down);
    ProviderKeys::builder().authority(&issuer.url).http(http()).blocking_http(blocking_http()).cache(cache).build()
}

fn validator(issuer: &Issuer, keys: &ProviderKeys) -> TokenValidator {
    TokenValidator::builder().keys(keys.clone()).issuer(&issuer.url).audience(AUDIENCE).build()
}

fn assert_no_key(outcome: Result<impl std::fmt::Debug, Error>) {
    assert_eq!(outcome.unwrap_err().validation().map(|error| error.kind()), Some(ValidationErrorKind::KeyNotFound));
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn one_refresh_follows_a_rotation_and_old_tokens_stay_good() {
    let issuer = Issuer::own("rotation-kept").await;
    let keys = keys(&issuer, LONG);
    let validator = validator(&issuer, &keys);
    let old = issuer.access_token_for(AUDIENCE).await;
    assert_eq!(validator.validate(&old).await.unwrap().key_id(), Some("rsa-1"));
    assert_eq!(keys.key_set_statistics().refreshes, 0);

    issuer.rotate_keys(true).await;
    let new = issuer.access_token_for(AUDIENCE).await;
    // Many callers meet the unknown key at the same time.
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            tokio::spawn({
                let (validator, new) = (validator.clone(), new.clone());
                async move { validator.validate(&new).await.map(|validated| validated.key_id().map(str::to_owned)) }
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().as_deref(), Some("rsa-2"));
    }
    assert_eq!(validator.validate(&old).await.unwrap().key_id(), Some("rsa-1"));
    let on_a_thread = validator.clone();
    assert!(blocking(move || on_a_thread.validate_blocking(&new).is_ok()).await);
    assert_eq!(keys.key_set_statistics().refreshes, 1);

    // A second rotation within the cool-down is not followed yet.
    issuer.rotate_keys(true).await;
    assert_no_key(validator.validate(&issuer.access_token_for(AUDIENCE).await).await);
    assert_eq!(keys.key_set_statistics().refreshes, 1);
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn keys_that_are_withdrawn_end_their_tokens_at_the_next_refresh() {
    let issuer = Issuer::own("rotation-dropped").await;
    let keys = keys(&issuer, Duration::ZERO);
    let validator = validator(&issuer, &keys);
    let old = issuer.access_token_for(AUDIENCE).await;
    validator.validate(&old).await.unwrap();

    issuer.rotate_keys(false).await;
    validator.validate(&old).await.expect("nothing has been refreshed yet");
    assert_eq!(validator.validate(&issuer.access_token_for(AUDIENCE).await).await.unwrap().key_id(), Some("rsa-2"));
    assert_eq!(keys.key_set_statistics().refreshes, 1);
    assert_no_key(validator.validate(&old).await);
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_blocking_validator_follows_a_rotation() {
    let issuer = Issuer::own("rotation-blocking").await;
    let keys = keys(&issuer, LONG);
    for expected in ["rsa-1", "rsa-2"] {
        let (validator, token) = (validator(&issuer, &keys), issuer.access_token_for(AUDIENCE).await);
        let validated = blocking(move || validator.validate_blocking(&token)).await.unwrap();
        assert_eq!(validated.key_id(), Some(expected));
        issuer.rotate_keys(true).await;
    }
    assert_eq!(keys.key_set_statistics().refreshes, 1);
}

//! Bounds in number.

use identity_model::ErrorKind;
use identity_model::tokens::TokenManagerSettings;

use super::support::{House, Outcome, SECOND, request, text};

#[tokio::test]
async fn tm9_what_was_unused_for_longest_makes_room_and_what_expired_goes_first() {
    let house = House::with([Outcome::lasting(3600)], TokenManagerSettings::default().with_capacity(3));
    let get = async |scope: &'static str| text(&house.manager.source(request([scope])).unwrap()).await;
    assert_eq!((get("a").await, get("b").await), ("t1".to_owned(), "t2".to_owned()));
    house.endpoint.then([Outcome::lasting(10), Outcome::lasting(3600)]);
    assert_eq!(get("short").await, "t3");
    house.clock.advance(20 * SECOND);
    assert_eq!(get("c").await, "t4", "takes the place of the expired one, though it was used last");
    assert_eq!((get("a").await, get("b").await, house.manager.token_count()), ("t1".to_owned(), "t2".to_owned(), 3));
    assert_eq!(get("d").await, "t5", "takes the place of `c`");
    assert_eq!(get("a").await, "t1");
    assert_eq!(get("c").await, "t6");
}

#[tokio::test]
async fn tm9_a_tenant_fills_its_own_share_alone() {
    let house = House::with([Outcome::lasting(3600)], TokenManagerSettings::default().with_tenant_capacity(2));
    let get = async |tenant: &'static str, scope: &'static str| text(&house.manager.tenant_source(tenant, request([scope])).unwrap()).await;
    assert_eq!(get("quiet", "a").await, "t1");
    for (scope, token) in [("a", "t2"), ("b", "t3"), ("c", "t4"), ("d", "t5")] {
        assert_eq!(get("loud", scope).await, token);
    }
    assert_eq!(get("quiet", "a").await, "t1");
    assert_eq!(house.manager.token_count(), 3);
}

#[tokio::test]
async fn tm9_requests_beyond_the_limit_wait_for_their_turn_until_the_deadline() {
    let settings = TokenManagerSettings::default().with_concurrent_requests(3).with_concurrent_tenant_requests(2);
    let house = House::with([Outcome::lasting(3600)], settings);
    house.endpoint.close();
    let spawn = |tenant: &'static str, scope: &'static str| {
        let source = house.manager.tenant_source(tenant, request([scope])).unwrap();
        tokio::spawn(async move { source.token().await })
    };
    let under_way = [spawn("one", "a"), spawn("one", "b")];
    house.endpoint.until_arrived(2).await;
    // The clock moves when somebody waits, so the deadline comes at once.
    let error = spawn("one", "c").await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Flow, "too_many_token_requests", true));
    assert!(error.to_string().contains("2 of one tenant"), "{error}");
    let other = spawn("two", "a");
    house.endpoint.until_arrived(3).await;
    let error = spawn("three", "a").await.unwrap().unwrap_err();
    assert!(error.to_string().contains("3 in all"), "{error}");
    house.endpoint.open();
    for task in under_way.into_iter().chain([other]) {
        task.await.unwrap().unwrap();
    }
    assert_eq!(house.endpoint.requests(), 3);
    house.clock.advance(60 * SECOND);
    assert!(spawn("one", "c").await.unwrap().is_ok(), "places are given back");
    let asked: Vec<_> = house.endpoint.bodies().iter().map(|body| body.contains("scope=c")).collect();
    assert_eq!(asked, [false, false, false, true]);
}

//! One request for many callers, and one token for none but equal requests.

use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenExchangeRequest};
use tokio::task::JoinSet;

use super::support::{ADDRESS, House, Outcome, request, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tm6_a_hundred_thousand_callers_of_a_cold_manager_make_one_request() {
    let house = House::new([Outcome::lasting(3600)]);
    house.endpoint.close();
    let source = house.source();
    let mut tasks = JoinSet::new();
    for _ in 0..100_000 {
        let source = source.clone();
        tasks.spawn(async move { source.token().await.unwrap().access_token().expose() == "t1" });
    }
    house.endpoint.until_arrived(1).await;
    house.endpoint.open();
    assert!(tasks.join_all().await.into_iter().all(|right| right));
    assert_eq!(house.endpoint.requests(), 1);
}

#[tokio::test]
async fn tm6_a_caller_that_gives_up_ends_its_own_wait_alone() {
    let house = House::new([Outcome::lasting(3600)]);
    house.endpoint.close();
    let source = house.source();
    let mut leader = Box::pin(source.token());
    assert!(futures_poll(&mut leader).is_none());
    let mut follower = Box::pin(source.token());
    assert!(futures_poll(&mut follower).is_none());
    drop(leader);
    house.endpoint.open();
    assert_eq!(follower.await.unwrap().access_token().expose(), "t1");
    assert_eq!(house.endpoint.requests(), 1, "the request under way went on");
}

fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test]
async fn tm6_a_failure_goes_to_everybody_who_waits() {
    let house = House::new([Outcome::error(400, "invalid_grant")]);
    house.endpoint.close();
    let source = house.source();
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            tokio::spawn({
                let source = source.clone();
                async move { source.token().await.unwrap_err().oauth_error().map(|error| error.error().to_owned()) }
            })
        })
        .collect();
    house.endpoint.until_arrived(1).await;
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    house.endpoint.open();
    for waiter in waiting {
        assert_eq!(waiter.await.unwrap().as_deref(), Some("invalid_grant"));
    }
    assert_eq!(house.endpoint.requests(), 1);
}

fn builder() -> ClientCredentialsTokenRequest {
    ClientCredentialsTokenRequest::builder()
        .address(ADDRESS)
        .client_id("client")
        .scope(["read", "write"])
        .resource(["urn:a", "urn:b"])
        .build()
}

#[tokio::test]
async fn tm1_equal_requests_share_a_token_however_their_sets_are_written() {
    let house = House::new([Outcome::lasting(3600)]);
    let first = house.manager.source(builder()).unwrap();
    assert_eq!(text(&first).await, "t1");
    let equal = [
        ClientCredentialsTokenRequest::builder()
            .address(ADDRESS)
            .client_id("client")
            .scope(["write read", "read"])
            .resource(["urn:b", "urn:a"])
            .build(),
        ClientCredentialsTokenRequest::builder()
            .address(ADDRESS)
            .client_id("client")
            .scope(["read", "write"])
            .resource(["urn:a"])
            .parameter("resource", "urn:b")
            .build(),
    ];
    for request in equal {
        assert_eq!(text(&house.manager.source(request).unwrap()).await, "t1");
    }
    assert_eq!((house.endpoint.requests(), house.manager.token_count()), (1, 1));
}

#[tokio::test]
async fn tm1_every_difference_makes_another_token() {
    let house = House::new([Outcome::lasting(3600)]);
    let plain = || ClientCredentialsTokenRequest::builder().address(ADDRESS).client_id("client");
    let lax = DiscoveryPolicy::builder().additional_endpoint_base_address("https://other.example.com").build();
    let exchange = |subject: &str| {
        let request = TokenExchangeRequest::builder().address(ADDRESS).client_id("client");
        request.subject_token(subject).subject_token_type("urn:ietf:params:oauth:token-type:access_token").build()
    };
    let mut sources = vec![
        house.manager.source(plain().build()).unwrap(),
        house.manager.source(plain().scope(["read"]).build()).unwrap(),
        house.manager.source(plain().scope(["read", "write"]).build()).unwrap(),
        house.manager.source(plain().resource(["urn:a"]).build()).unwrap(),
        house.manager.source(plain().resource(["urn:a", "urn:b"]).build()).unwrap(),
        house.manager.source(plain().parameter("audience", "urn:a").build()).unwrap(),
        house.manager.source(plain().parameter("tenant", "a").build()).unwrap(),
        house.manager.source(plain().parameter("tenant", "b").build()).unwrap(),
        house.manager.source(plain().parameter("claims", "{}").build()).unwrap(),
        house.manager.source(plain().policy(lax).build()).unwrap(),
        house.manager.tenant_source("a", plain().build()).unwrap(),
        house.manager.tenant_source("b", plain().build()).unwrap(),
        house.manager.source(ClientCredentialsTokenRequest::builder().address(ADDRESS).client_id("other").build()).unwrap(),
        house
            .manager
            .source(ClientCredentialsTokenRequest::builder().address("https://idp.example.com/other").client_id("client").build())
            .unwrap(),
        house.manager.source(exchange("one")).unwrap(),
        house.manager.source(exchange("two")).unwrap(),
        // Values that run into each other where their ends are not marked.
        house.manager.source(plain().parameter("a", "b").parameter("c", "d").build()).unwrap(),
        house.manager.source(plain().parameter("a", "bc").parameter("d", "x").build()).unwrap(),
    ];
    let count = sources.len();
    let mut tokens = Vec::new();
    for source in &sources {
        tokens.push(text(source).await);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!((tokens.len(), house.endpoint.requests(), house.manager.token_count()), (count, count, count));
    sources.push(house.manager.source(request([])).unwrap());
    assert_eq!(text(sources.last().unwrap()).await, "t1", "how attempts are repeated makes no other token");
}

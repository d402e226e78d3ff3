//! One client for many tasks and threads: one discovery, whoever asks.

use std::sync::Barrier;

use identity_model::cache::DiscoveryCache;
use identity_model::testing::{Fault, Gate, ProviderEndpoint};

use super::support::{CLIENT, House, SECRET};

#[tokio::test]
async fn many_tasks_cause_one_discovery() {
    let house = House::new();
    let gate = Gate::new();
    house.provider.inject(ProviderEndpoint::Discovery, Fault::hold(&gate));
    let client = begun!(house).build().unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.client_credentials(["reports:read"]).await.map(drop) })
        })
        .collect();
    while house.provider.requests(ProviderEndpoint::Discovery) == 0 {
        tokio::task::yield_now().await;
    }
    gate.open();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(house.requests([ProviderEndpoint::Discovery, ProviderEndpoint::Token]), [1, 50]);
}

#[test]
fn many_threads_cause_one_discovery() {
    let house = House::new();
    let client = begun!(house).build_blocking().unwrap();
    let barrier = Barrier::new(16);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                barrier.wait();
                client.clone().client_credentials(["reports:read"]).unwrap();
            });
        }
    });
    assert_eq!(house.requests([ProviderEndpoint::Discovery, ProviderEndpoint::Token]), [1, 16]);
}

#[tokio::test]
async fn clients_of_one_provider_share_a_cache_of_documents() {
    let house = House::new();
    let cache = DiscoveryCache::new(house.provider.clone());
    for secret in [SECRET, SECRET] {
        let builder = unregistered!(house).client_id(CLIENT).client_secret(secret).discovery_cache(cache.clone());
        builder.build().unwrap().client_credentials(["reports:read"]).await.unwrap();
    }
    assert_eq!(house.requests([ProviderEndpoint::Discovery, ProviderEndpoint::Token]), [1, 2]);
    assert_eq!(cache.statistics().hits, 1);
}

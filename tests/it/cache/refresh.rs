//! A document that the application itself fetches anew.

use identity_model::cache::DiscoveryCache;
use identity_model::testing::{Fault, ProviderEndpoint, TestProvider};
use identity_model::{DiscoveryPolicy, ErrorKind};

#[tokio::test]
async fn a_refresh_fetches_whatever_the_age_by_either_face() {
    let provider = TestProvider::builder().issuer("https://idp.example.com").build();
    let cache = DiscoveryCache::new(provider.clone());
    let (address, policy) = ("https://idp.example.com", DiscoveryPolicy::strict());
    cache.get(address, &policy).await.unwrap();
    cache.get(address, &policy).await.unwrap();
    assert_eq!(provider.requests(ProviderEndpoint::Discovery), 1, "the second one is kept");
    cache.refresh(address, &policy).await.unwrap();
    assert_eq!(provider.requests(ProviderEndpoint::Discovery), 2, "it was fresh and is fetched all the same");
    cache.refresh(address, &policy).await.unwrap();
    assert_eq!(provider.requests(ProviderEndpoint::Discovery), 3);
    provider.inject(ProviderEndpoint::Discovery, Fault::status(404));
    assert_eq!(cache.refresh(address, &policy).await.unwrap_err().kind(), ErrorKind::Http);
    cache.get(address, &policy).await.unwrap();
}

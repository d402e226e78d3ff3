//! The layer that attaches a managed token.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use identity_model::integrations::tower::{AttachTokenError, ReplayableBody};
use identity_model::resource::ApiClient;
use tower_layer::Layer;
use tower_service::Service;

use super::support::{House, MINUTE, Outcome};

const ITEMS: &str = "https://api.example.com/items";

/// A body that is there once.
struct Stream;

impl ReplayableBody for Stream {
    fn try_clone(&self) -> Option<Self> {
        None
    }
}

#[derive(Debug, PartialEq)]
struct Unplugged;

/// Responds with the next status and a body that is not octets; counts its requests, and panics where it was not polled ready.
#[derive(Default)]
struct Wire {
    log: Arc<Mutex<Vec<String>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
    is_ready: bool,
}

impl Clone for Wire {
    fn clone(&self) -> Self {
        Self { log: Arc::clone(&self.log), statuses: Arc::clone(&self.statuses), is_ready: false }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Marker(u8);

impl<B: Send + 'static> Service<Request<B>> for Wire {
    type Response = Response<Vec<char>>;
    type Error = Unplugged;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Unplugged>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unplugged>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "called without being ready");
        assert_eq!(request.extensions().get::<Marker>(), Some(&Marker(7)), "what the caller put on the request stays");
        self.log.lock().unwrap().push(request.headers()["authorization"].to_str().unwrap().to_owned());
        let status = self.statuses.lock().unwrap().pop();
        Box::pin(ready(status.ok_or(Unplugged).map(|status| Response::builder().status(status).body(vec!['o', 'k']).unwrap())))
    }
}

async fn call<B: ReplayableBody + Send + 'static>(
    statuses: &[u16],
    url: &str,
    body: B,
) -> (Result<Response<Vec<char>>, AttachTokenError<Unplugged>>, Vec<String>) {
    let house = House::new([Outcome::lasting(3600)]);
    house.source().token().await.unwrap();
    house.clock.advance(MINUTE);
    let api = ApiClient::builder(house.source()).base_address("https://api.example.com").build().unwrap();
    let wire = Wire { statuses: Arc::new(Mutex::new(statuses.iter().rev().copied().collect())), ..Wire::default() };
    let log = Arc::clone(&wire.log);
    let mut service = api.layer().layer(wire);
    std::future::poll_fn(|context| Service::<Request<B>>::poll_ready(&mut service, context)).await.unwrap();
    let mut request = Request::post(url).body(body).unwrap();
    request.extensions_mut().insert(Marker(7));
    let outcome = service.call(request).await;
    let log = log.lock().unwrap().clone();
    (outcome, log)
}

#[tokio::test]
async fn ou2_the_layer_replaces_a_rejected_token_once() {
    let (response, log) = call(&[401, 200], ITEMS, Bytes::from("{}")).await;
    let response = response.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_slice()), (200, ['o', 'k'].as_slice()));
    assert_eq!(log, ["Bearer t1", "Bearer t2"]);
    let (response, log) = call(&[401, 401], ITEMS, "text").await;
    assert_eq!((response.unwrap().status().as_u16(), log.len()), (401, 2));
}

#[tokio::test]
async fn ou4_a_body_without_a_copy_is_sent_once() {
    let (response, log) = call(&[401], ITEMS, Stream).await;
    let response = response.unwrap();
    assert_eq!((response.status().as_u16(), response.body().len(), log.len()), (401, 2, 1));
    let (response, log) = call(&[401, 200], ITEMS, Some(Stream)).await;
    assert_eq!((response.unwrap().status().as_u16(), log.len()), (401, 1));
    let (response, log) = call(&[401, 200], ITEMS, None::<Stream>).await;
    assert_eq!((response.unwrap().status().as_u16(), log.len()), (200, 2));
}

#[tokio::test]
async fn ou1_the_layer_sends_nothing_elsewhere() {
    let (outcome, log) = call(&[200], "https://evil.example/items", ()).await;
    let error = match outcome {
        Err(AttachTokenError::Token(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error.code(), "address_not_allowed");
    assert!(log.is_empty());
}

#[tokio::test]
async fn the_error_of_the_service_is_its_own() {
    let (outcome, log) = call(&[], ITEMS, ()).await;
    assert!(matches!(outcome, Err(AttachTokenError::Service(Unplugged))), "{outcome:?}");
    assert_eq!(log.len(), 1);
}

//! The layer, and the extractors behind it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::IntoResponse;
use http::{Request, Response};
use identity_model::resource::{Authenticated, RouteRequirements};
use tower_layer::Layer;
use tower_service::Service;

use super::support::{House, bearing, head, orders};

/// Responds with the caller's subject.
#[derive(Clone)]
struct Orders;

impl Service<Request<Body>> for Orders {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let caller = request.extensions().get::<Authenticated>().and_then(|caller| caller.subject().map(str::to_owned));
        ready(Ok(Response::builder().header("caller", caller.unwrap_or_else(|| "anonymous".to_owned())).body(Body::empty()).unwrap()))
    }
}

async fn call(house: &House, route: RouteRequirements, parts: http::request::Parts) -> Response<Body> {
    let mut service = house.api().layer(route).layer(Orders);
    service.call(Request::from_parts(parts, Body::empty())).await.unwrap()
}

#[tokio::test]
async fn the_layer_lets_callers_through_and_answers_all_others() {
    let house = House::new();
    let token = house.token(|token| token);
    let response = call(&house, orders(), bearing(&token)).await;
    assert_eq!((response.status().as_u16(), &response.headers()["caller"]), (200, &http::HeaderValue::from_static("alice")));
    let response = call(&house, orders(), head("/orders", &[])).await;
    assert_eq!(response.status(), 401);
    assert!(response.headers().contains_key("www-authenticate") && !response.headers().contains_key("caller"));
    let response = call(&house, orders().optional(), head("/orders", &[])).await;
    assert_eq!(response.headers()["caller"], "anonymous");
}

#[tokio::test]
async fn a_handler_takes_the_caller_as_its_argument() {
    let house = House::new();
    let caller = house.api().authenticate(&bearing(&house.token(|token| token)), &orders()).await.unwrap().unwrap();
    let mut with = head("/orders", &[]);
    with.extensions.insert(caller);
    let mut without = head("/orders", &[]);
    let extracted = <Authenticated as FromRequestParts<()>>::from_request_parts(&mut with, &()).await.unwrap();
    assert_eq!(extracted.subject(), Some("alice"));
    let missing = <Authenticated as FromRequestParts<()>>::from_request_parts(&mut without, &()).await.unwrap_err();
    assert_eq!(missing.into_response().status(), 401);
    assert!(<Authenticated as OptionalFromRequestParts<()>>::from_request_parts(&mut without, &()).await.unwrap().is_none());
    assert!(<Authenticated as OptionalFromRequestParts<()>>::from_request_parts(&mut with, &()).await.unwrap().is_some());
    let rejection = house.api().authenticate(&without, &orders()).await.unwrap_err();
    assert_eq!(IntoResponse::into_response(rejection).status(), 401);
    assert_eq!(house.api().metadata().unwrap().into_response().status(), 200);
}

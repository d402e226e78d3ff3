//! Tokens in the query and in forms, where an API takes them.

use super::support::{House, accepted, bearing, challenge, head, orders, rejected};
use serde_json::Value;

#[tokio::test]
async fn rs3_a_token_in_the_query_counts_only_where_that_is_allowed() {
    let house = House::new();
    let token = house.token(|token| token);
    let request = head(&format!("/orders?x=%&access_token={token}"), &[]);
    assert_eq!(rejected(&house.api(), &request, &orders()).await, (401, vec![challenge("")], Value::Null));
    let api = house.builder().danger_accept_query_token().build().unwrap();
    let caller = accepted(&api, &request, &orders()).await;
    assert_eq!(caller.response_headers()["cache-control"], "private");
    assert!(accepted(&api, &bearing(&token), &orders()).await.response_headers().is_empty());
    for uri in ["/?access_token=a&access_token=a", "/?access_token=", "/?access_token=a%20b"] {
        assert_eq!(rejected(&api, &head(uri, &[]), &orders()).await.0, 400, "{uri}");
    }
    let twice = head("/?access_token=b", &[("authorization", "Bearer a")]);
    assert_eq!(rejected(&api, &twice, &orders()).await.0, 400);
}

#[tokio::test]
async fn rs3_a_token_in_a_form_counts_only_where_that_is_allowed_and_never_of_a_get() {
    let house = House::new();
    let token = house.token(|token| token);
    let body = format!("name=x&access_token={token}");
    let post = |content_type: &str| {
        let mut request = head("/orders", &[("content-type", content_type)]);
        request.method = http::Method::POST;
        request
    };
    let api = house.builder().accept_form_token().build().unwrap();
    let form = post("application/x-www-form-urlencoded; charset=utf-8");
    assert!(api.authenticate_form(&form, body.as_bytes(), &orders()).await.unwrap().is_some());
    assert_eq!(house.api().authenticate_form(&form, body.as_bytes(), &orders()).await.unwrap_err().status(), 401);
    assert_eq!(api.authenticate_form(&post("text/plain"), body.as_bytes(), &orders()).await.unwrap_err().status(), 401);
    let get = head("/orders", &[("content-type", "application/x-www-form-urlencoded")]);
    assert_eq!(api.authenticate_form(&get, body.as_bytes(), &orders()).await.unwrap_err().status(), 401);
    let twice = api.authenticate_form(&form, b"access_token=a&access_token=b", &orders()).await.unwrap_err();
    assert_eq!(twice.status(), 400);
}

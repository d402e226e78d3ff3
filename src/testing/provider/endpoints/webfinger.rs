//! WebFinger: RFC 7033, OpenID Connect Discovery 1.0 section 2. Whatever is asked for, this provider is the issuer.

use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, content_response};
use crate::transport::HttpResponse;

const ISSUER: &str = "http://openid.net/specs/connect/1.0/issuer";

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let form = Form::of_query(call.request)?;
    let resource = form.required("resource")?;
    let links = match form.value("rel") {
        Some(rel) if rel != ISSUER => json!([]),
        _ => json!([{ "rel": ISSUER, "href": call.shared.issuer() }]),
    };
    let document = json!({ "subject": resource, "links": links }).to_string();
    let mut response = content_response(StatusCode::OK, "application/jrd+json", document.into());
    response.headers_mut().insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

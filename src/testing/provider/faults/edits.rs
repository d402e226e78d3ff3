//! How a fault changes a response that the endpoint gave.

use serde_json::json;

use crate::testing::provider::faults::change::Change;
use crate::testing::provider::wire::response::{empty_response, json_response};
use crate::transport::HttpResponse;

/// The response that stands in for the endpoint's, if one of the changes does.
pub(in crate::testing::provider) fn stand_in(changes: &[Change]) -> Option<HttpResponse> {
    changes.iter().find_map(|change| match change {
        Change::Status(status) => Some(empty_response(*status)),
        Change::Error(status, code) => Some(json_response(*status, &json!({ "error": code }))),
        Change::Refuse => Some(HttpResponse::default()),
        _ => None,
    })
}

/// Changes headers and body, in order.
pub(in crate::testing::provider) fn edit(mut response: HttpResponse, changes: &[Change]) -> HttpResponse {
    for change in changes {
        match change {
            Change::Header(name, value) => {
                response.headers_mut().insert(name, value.clone());
            }
            Change::Body(edit) => *response.body_mut() = edit.apply(response.body()),
            _ => {}
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::testing::Fault;

    fn edited(body: &str, fault: &Fault) -> String {
        let response = edit(HttpResponse::new(Bytes::copy_from_slice(body.as_bytes())), &fault.changes);
        String::from_utf8(response.into_body().to_vec()).unwrap()
    }

    #[test]
    fn bodies_are_replaced_cut_and_filled_up() {
        assert_eq!(edited(r#"{"a":1}"#, &Fault::body("x")), "x");
        assert_eq!(edited("0123456789", &Fault::truncated_body()), "01234");
        assert_eq!(edited("{}", &Fault::oversized_body(5)), "{}   ");
        assert_eq!(edited("{}", &Fault::oversized_body(1)), "{}");
    }

    #[test]
    fn members_come_go_and_come_twice() {
        assert_eq!(edited(r#"{"a":1}"#, &Fault::member("a", "b")), r#"{"a":"b"}"#);
        assert_eq!(edited(r#"{"a":1}"#, &Fault::without_member("a")), "{}");
        assert_eq!(edited(r#"{"a":1}"#, &Fault::duplicate_member("a", 2)), r#"{"a":2,"a":1}"#);
        assert_eq!(edited("{ }", &Fault::duplicate_member("a", 2)), r#"{"a":2 }"#);
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        assert_eq!(edited("x", &Fault::member("a", 1).and(Fault::duplicate_member("a", 1))), "x");
        assert_eq!(edited("[1]", &Fault::without_member("a")), "[1]");
    }
}

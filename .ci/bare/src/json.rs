//! JSON as it stands in the text, which is more than a test of the crate itself can say: those have serde_json's `raw_value`.

use identity_model::document::Document;

/// With `raw_value`, serde_json reads the text behind this name in the place of the object.
#[test]
fn no_name_is_special() {
    let text = r#"{"a":{"$serde_json::private::RawValue":"[1]"}}"#;
    assert_eq!(Document::parse(text).unwrap().to_value().to_string(), text);
}

//! Two readers of one text: the scanner and serde_json, as `src/encoding/json/tests.rs` compares them.

use std::sync::LazyLock;

use identity_model::encoding::json::{JsonErrorKind, JsonKind, JsonObject, JsonRules, JsonValue};
use serde_json::Value;

/// A name that serde_json keeps for itself where some crate of the build asks for its feature `raw_value`: it reads the text behind the
/// name in the place of the object. The crate does not ask for it; its tests do.
const RESERVED: &str = "$serde_json::private::RawValue";

static IS_RESERVED: LazyLock<bool> = LazyLock::new(|| {
    let object = serde_json::json!({ RESERVED: "null" }).to_string();
    serde_json::from_str::<Value>(&object).unwrap().is_null()
});

/// Whether serde_json reads something else than what stands there.
pub(super) fn is_read_otherwise(bytes: &[u8]) -> bool {
    fn holds(value: JsonValue<'_>) -> bool {
        let elements = value.elements().into_iter().flatten().any(holds);
        elements || value.members().into_iter().flatten().any(|(name, value)| name == RESERVED || holds(value))
    }
    *IS_RESERVED
        && JsonObject::parse(bytes, &JsonRules::token())
            .is_ok_and(|object| object.iter().any(|(name, value)| name == RESERVED || holds(value)))
}

/// Both agree, but for what is stricter here on purpose.
pub(super) fn agrees(bytes: &[u8]) -> Option<Value> {
    let ours = JsonObject::parse(bytes, &JsonRules::token());
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (ours, theirs) {
        (Ok(object), Ok(Value::Object(map))) => {
            assert_eq!(object.len(), map.len());
            for (name, value) in object.iter() {
                assert_eq!(object.get(&name).map(JsonValue::as_raw), Some(value.as_raw()));
                assert_eq!(map.get(&*name), Some(&value.deserialize::<Value>().unwrap()));
                compare(value, &map[&*name]);
            }
            Some(Value::Object(map))
        }
        (Ok(_), _) => panic!("accepted here alone: {}", String::from_utf8_lossy(bytes)),
        (Err(error), theirs) => {
            super::assert_well_told(&error);
            assert!(error.offset() <= bytes.len());
            match (error.kind(), theirs) {
                (JsonErrorKind::DuplicateMember(_) | JsonErrorKind::TooDeep(_), _) | (_, Err(_)) => {}
                (JsonErrorKind::NotAnObject(_), Ok(value)) => assert!(!value.is_object()),
                _ => panic!("refused here alone ({error}): {}", String::from_utf8_lossy(bytes)),
            }
            None
        }
    }
}

fn compare(ours: JsonValue<'_>, theirs: &Value) {
    match theirs {
        Value::Null => assert!(ours.is_null()),
        Value::Bool(value) => assert_eq!(ours.as_bool(), Some(*value)),
        Value::Number(_) => assert_eq!(ours.kind(), JsonKind::Number),
        Value::String(value) => assert_eq!(ours.as_str().as_deref(), Some(&**value)),
        Value::Array(values) => {
            let elements: Vec<_> = ours.elements().unwrap().collect();
            assert_eq!(elements.len(), values.len());
            elements.into_iter().zip(values).for_each(|(ours, theirs)| compare(ours, theirs));
        }
        Value::Object(map) => {
            assert_eq!(ours.members().unwrap().count(), map.len());
            ours.members().unwrap().for_each(|(name, value)| compare(value, &map[&*name]));
        }
    }
}

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const DOCUMENT: JsonRules = JsonRules::document();

fn parse(text: &str) -> Result<JsonObject<'_>, JsonError> {
    JsonObject::parse(text.as_bytes(), &DOCUMENT)
}

fn refusal(text: &str) -> JsonErrorKind {
    parse(text).expect_err(text).kind().clone()
}

#[test]
fn members_come_in_order_with_their_values() {
    let text = " { \"a\" : 1 , \"b\":\"x\\\"y\",\"c\":[ 1,{\"d\":[]} ], \"e\" : {} ,\"f\":null,\"\\u0067\":true } ";
    let object = parse(text).unwrap();
    let members: Vec<_> = object.iter().map(|(name, value)| (name.into_owned(), value.as_raw())).collect();
    let expected = [("a", "1"), ("b", "\"x\\\"y\""), ("c", "[ 1,{\"d\":[]} ]"), ("e", "{}"), ("f", "null"), ("g", "true")];
    assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value)));
    assert_eq!(object.len(), 6);
    assert_eq!(object.get("g").unwrap().as_bool(), Some(true));
    assert_eq!(object.get("b").unwrap().as_str().unwrap(), "x\"y");
    assert!(object.get("h").is_none());
    assert_eq!(object.as_text(), text);
    assert!(parse("{}").unwrap().is_empty());
}

#[test]
fn h7_only_an_object_is_accepted() {
    for (text, kind) in [
        ("[]", JsonKind::Array),
        ("[{}]", JsonKind::Array),
        ("\"a\"", JsonKind::String),
        ("1", JsonKind::Number),
        ("-0.5e1", JsonKind::Number),
        ("null", JsonKind::Null),
        ("true", JsonKind::Boolean),
    ] {
        assert_eq!(refusal(text), JsonErrorKind::NotAnObject(kind), "{text}");
    }
}

#[test]
fn h8_a_member_that_comes_twice_is_refused_at_every_level() {
    for (text, name, path, offset) in [
        (r#"{"a":1,"a":1}"#, "a", "a", 8),
        (r#"{"a":1,"\u0061":1}"#, "a", "a", 8),
        (r#"{"\u0061":1,"a":1}"#, "a", "a", 13),
        (r#"{"ä":1,"\u00e4":1}"#, "ä", "ä", 9),
        (r#"{"/":1,"\/":1}"#, "/", "/", 8),
        (r#"{"":1,"":1}"#, "", "", 7),
        (r#"{"keys":[{},{"x":{"k":1,"l":2,"k":3}}]}"#, "k", "keys[1].x.k", 31),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.kind(), &JsonErrorKind::DuplicateMember(name.to_owned()), "{text}");
        assert_eq!((error.path(), error.offset()), (path, offset), "{text}");
    }
    // The same name in different objects is no duplicate.
    assert!(parse(r#"{"a":{"a":{"a":1},"b":[{"a":1},{"a":1}]},"b":1}"#).is_ok());
}

#[test]
fn h8_many_members_are_checked_as_well() {
    for count in [63, 64, 65, 66, 1000] {
        let names: Vec<String> = (0..count).map(|number| format!("\"name{number}\":0")).collect();
        let good = names.join(",");
        assert!(parse(&format!("{{{good}}}")).is_ok(), "{count}");
        assert!(parse(&format!("{{\"o\":{{{good}}}}}")).is_ok(), "{count}");
        for twice in [0, 1, 62, count / 2, count - 1] {
            let spelled = format!("{good},\"\\u006eame{twice}\":0");
            let kind = JsonErrorKind::DuplicateMember(format!("name{twice}"));
            assert_eq!(refusal(&format!("{{{spelled}}}")), kind, "{count}");
            assert_eq!(refusal(&format!("{{\"o\":[{{{spelled}}}]}}")), kind, "{count}");
            assert_eq!(refusal(&format!("{{\"name{twice}\":{{}},{good}}}")), kind, "{count}");
        }
    }
}

#[test]
fn nested_names_are_let_through_only_where_that_was_asked_for() {
    let rules = DOCUMENT.danger_allow_nested_duplicates();
    assert!(JsonObject::parse(br#"{"a":{"b":1,"b":2}}"#, &rules).is_ok());
    assert!(JsonObject::parse(br#"{"a":1,"a":2}"#, &rules).is_err());
}

#[test]
fn h9_depth_is_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(parse(&nested(64)).is_ok());
    assert_eq!(refusal(&nested(65)), JsonErrorKind::TooDeep(64));
    assert_eq!(JsonObject::parse(b"{\"a\":{}}", &DOCUMENT.with_depth(1)).unwrap_err().kind(), &JsonErrorKind::TooDeep(1));
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("{{\"a\":{}", "[".repeat(100_000)), nested(100_000)] {
        assert_eq!(refusal(&text), JsonErrorKind::TooDeep(64));
        let deep = DOCUMENT.with_depth(usize::MAX);
        let outcome = JsonObject::parse(text.as_bytes(), &deep);
        assert!(outcome.is_ok() || *outcome.unwrap_err().kind() == JsonErrorKind::UnexpectedEnd);
    }
}

#[test]
fn j19_byte_order_mark_and_lone_surrogates() {
    let marked = "\u{feff}{\"a\":1}";
    assert_eq!(parse(marked).unwrap().get("a").unwrap().as_raw(), "1");
    assert_eq!(JsonObject::parse(marked.as_bytes(), &JsonRules::token()).unwrap_err().kind(), &JsonErrorKind::ByteOrderMark);
    assert!(parse("\u{feff}\u{feff}{}").is_err());
    for bad in ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "\\ud83d\\u0041", "\\uDBFF", "\\ud800\\n"] {
        for text in [format!("{{\"a\":\"{bad}\"}}"), format!("{{\"{bad}\":1}}"), format!("{{\"a\":[\"b{bad}c\"]}}")] {
            assert!(matches!(refusal(&text), JsonErrorKind::Syntax("a pair of surrogates")), "{text}");
        }
    }
    assert_eq!(parse(r#"{"a":"\ud83d\ude00"}"#).unwrap().get("a").unwrap().as_str().unwrap(), "😀");
}

#[test]
fn j19_lone_surrogates_pass_where_the_reader_checks_them() {
    let lenient = JsonRules::document().danger_allow_lone_surrogates();
    for text in [r#"{"a":"\ud800"}"#, r#"{"a":["\udc00\ud800x"],"b":1}"#, r#"{"\ud800":"\ud83d\ude00"}"#] {
        assert!(JsonObject::parse(text.as_bytes(), &lenient).is_ok(), "{text}");
        assert!(parse(text).is_err());
    }
    assert!(JsonObject::parse(br#"{"a":"\ud80"}"#, &lenient).is_err());
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    for bytes in [&b"{\"a\":\"\xff\"}"[..], b"\xc0\x80", b"{\"\xed\xa0\x80\":1}", b"{}\x80", b"\xff\xfe{\0}\0", b"{\"a\":\"\xe4\xbd\"}"] {
        assert_eq!(JsonObject::parse(bytes, &DOCUMENT).unwrap_err().kind(), &JsonErrorKind::NotUtf8);
    }
    assert_eq!(JsonObject::parse(b"{\"a\":\"\xff\"}", &DOCUMENT).unwrap_err().offset(), 6);
}

#[test]
fn grammar_is_checked_to_the_letter() {
    let bad = [
        "",
        " ",
        "{",
        "}",
        "{]",
        "[}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}}",
        "{\"a\":1}x",
        "{\"a\":1} {}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":-01}",
        "{\"a\":0x1}",
        "{\"a\":1_0}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":tru}",
        "{\"a\":trueish}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\0\"}",
        "{\"a\":\"\u{1f}\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u+123\"}",
        "{\"a\":\"}",
        "{\"a\":\"\\\"}",
        "{\"a\":1}\0",
        "\0{}",
        "{\0}",
        "{\"a\":1}/**/",
        "{\"a\":1,\u{a0}\"b\":2}",
        "{\"a\":\u{b}1}",
        "{\"a\":1:2}",
        "{1:2}",
        "{null:2}",
        "{\"a\":1e999}",
        "{\"a\":-1e999}",
    ];
    for text in bad {
        assert!(parse(text).is_err(), "{text:?}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text:?}");
    }
    assert_eq!(refusal("{\"a\":1e999}"), JsonErrorKind::NumberOutOfRange);
    assert_eq!(refusal(&format!("{{\"a\":{}}}", "9".repeat(400))), JsonErrorKind::NumberOutOfRange);
    assert!(parse(&format!("{{\"a\":0.{}}}", "9".repeat(400))).is_ok());
    assert!(parse("{\"a\":[0,-0,0.0,1E5,1e-999,-1.5e+10,123456789012345678901234567890]}").is_ok());
}

#[test]
fn every_truncation_is_refused() {
    let text = r#"{"a":[1,-2.5e3,"\u00e4\n",{"b":null}],"c":true,"d":{"e":"ö"}}"#.as_bytes();
    for end in 0..text.len() {
        let error = JsonObject::parse(&text[..end], &DOCUMENT).unwrap_err();
        assert!(matches!(error.kind(), JsonErrorKind::UnexpectedEnd | JsonErrorKind::NotUtf8), "{end} {error}");
    }
}

#[test]
fn every_changed_byte_is_judged_as_serde_json_judges_it() {
    let text = r#"{"a":[1,-2.5e3,"\u00e4\n",{"b":null}],"c":true,"dd":{"e":"ö/"}}"#.as_bytes();
    for position in 0..text.len() {
        for byte in 0..=255 {
            let mut changed = text.to_vec();
            changed[position] = byte;
            agrees(&changed);
        }
    }
}

#[test]
fn errors_name_the_path_and_never_a_value() {
    let error = parse(r#"{"keys":[{"kty":"RSA"},{"kty":"s3cret}]}"#).unwrap_err();
    assert_eq!(error.path(), "keys[1].kty");
    let error = parse(r#"{"a":{"b":[0,s3cret]}}"#).unwrap_err();
    assert_eq!(error.to_string(), "expected a value at byte 13 (`a.b[1]`)");
    let error = parse(&format!("{{\"{0}\":1,\"{0}\":1}}", "n\u{7f}".repeat(5000))).unwrap_err();
    assert!(error.to_string().len() < 2000 && !error.to_string().contains('\u{7f}'), "{error}");
    assert!(!format!("{:?}", parse(r#"{"a":"s3cret","b":["s3cret"]}"#).unwrap()).contains("s3cret"));
}

/// A megabyte of members, of equal names, of strings: judged at once. (A quadratic scan would take minutes.)
#[test]
fn h9_hostile_megabytes_take_no_time() {
    let distinct: Vec<String> = (0..100_000).map(|number| format!("\"{number:x}\":0")).collect();
    let distinct = format!("{{{}}}", distinct.join(","));
    assert_eq!(refusal(&distinct), JsonErrorKind::TooManyMembers(16_384));
    let unbounded = JsonRules::token().with_members(usize::MAX);
    assert_eq!(JsonObject::parse(distinct.as_bytes(), &unbounded).unwrap().len(), 100_000);
    let prefix = "p".repeat(900);
    let long: Vec<String> = (0..1000).map(|number| format!("\"{prefix}{number}\":0")).collect();
    assert_eq!(parse(&format!("{{{}}}", long.join(","))).unwrap().len(), 1000);
    let twice = format!("{{\"a\":[{}]}}", vec![r#"{"b":1,"c":2}"#; 80_000].join(","));
    assert!(parse(&twice).is_ok());
    assert!(matches!(refusal(&format!("{{{}}}", vec!["\"a\":0"; 4000].join(","))), JsonErrorKind::DuplicateMember(_)));
    let many = format!("{{{}}}", vec!["\"a\":0"; 200_000].join(","));
    let error = JsonObject::parse(many.as_bytes(), &unbounded).unwrap_err();
    assert!(matches!(error.kind(), JsonErrorKind::DuplicateMember(_)));
    assert_eq!(refusal(&format!("{{\"a\":\"{}", "\\\\".repeat(500_000))), JsonErrorKind::UnexpectedEnd);
    assert!(matches!(refusal(&"{\"a\":".repeat(30)), JsonErrorKind::UnexpectedEnd));
}

#[test]
fn elements_and_members_of_a_value() {
    let text = r#"{"keys": [ {"kty":"EC","x":"a]}\"\\"} , 1,"two" ,[3,[4]],null, {} ,true],"empty":[ ],"no":5,"o":{ }}"#;
    let object = parse(text).unwrap();
    let keys: Vec<&str> = object.get("keys").unwrap().elements().unwrap().map(JsonValue::as_raw).collect();
    assert_eq!(keys, [r#"{"kty":"EC","x":"a]}\"\\"}"#, "1", "\"two\"", "[3,[4]]", "null", "{}", "true"]);
    let first = object.get("keys").unwrap().elements().unwrap().next().unwrap();
    let members: Vec<_> = first.members().unwrap().map(|(name, value)| (name, value.as_str().unwrap())).collect();
    assert_eq!(members, [("kty".into(), "EC".into()), ("x".into(), "a]}\"\\".into())] as [(std::borrow::Cow<'_, str>, _); 2]);
    assert_eq!(object.get("empty").unwrap().elements().unwrap().count(), 0);
    assert_eq!(object.get("o").unwrap().members().unwrap().count(), 0);
    assert!(object.get("no").unwrap().elements().is_none() && object.get("no").unwrap().members().is_none());
    assert!(object.get("keys").unwrap().members().is_none() && object.get("keys").unwrap().as_str().is_none());
}

#[test]
fn whole_numbers() {
    for (raw, number) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("9007199254740993", Some(9_007_199_254_740_993)),
        ("1e3", Some(1000)),
        ("10.0", Some(10)),
        ("1.5", None),
        ("1e300", None),
        ("9007199254740993.0", None),
        ("\"1\"", None),
        ("true", None),
    ] {
        let text = format!("{{\"n\":{raw}}}");
        assert_eq!(parse(&text).unwrap().get("n").unwrap().as_i64(), number, "{raw}");
    }
}

/// Both readers must agree, but for what is stricter here on purpose.
fn agrees(bytes: &[u8]) {
    let ours = JsonObject::parse(bytes, &JsonRules::token().with_depth(120));
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (&ours, &theirs) {
        (Ok(object), Ok(Value::Object(map))) => {
            assert_eq!(object.len(), map.len());
            for (name, value) in object.iter() {
                assert_eq!(map.get(&*name), Some(&value.deserialize::<Value>().unwrap()));
                compare(value, &map[&*name]);
            }
        }
        (Ok(_), _) => panic!("accepted here alone: {}", String::from_utf8_lossy(bytes)),
        (Err(error), Ok(value)) => match error.kind() {
            JsonErrorKind::DuplicateMember(_) => {}
            JsonErrorKind::NotAnObject(_) => assert!(!value.is_object()),
            _ => panic!("refused here alone ({error}): {}", String::from_utf8_lossy(bytes)),
        },
        (Err(_), Err(_)) => {}
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

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\"\\\\/\u{0}-\u{7f}äé😀]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((".{0,6}", inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_alike(value in any_value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        agrees(text.as_bytes());
        agrees(format!("{{\"value\":{text}}}").as_bytes());
    }

    #[test]
    fn tokens_in_any_order_are_judged_alike(tokens in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"", "\\", "0", "-", "1", ".", "e", "E5", "+",
        "true", "false", "null", " ", "\n", "\t", "\r", "\u{c}", "\0", "ä", "\u{feff}", "/",
    ]), 0..14)) {
        let text = tokens.concat();
        agrees(text.as_bytes());
        agrees(format!("{{\"x\":{text}}}").as_bytes());
        agrees(format!("{{{text}}}").as_bytes());
    }

    #[test]
    fn any_bytes_are_judged_alike(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        agrees(&bytes);
        agrees(&[b"{\"x\":\"", &bytes[..], b"\"}"].concat());
    }
}

#[test]
fn the_short_way_to_elements_finds_the_same_or_gives_up() {
    let good = r#" { "issuer" : {"a":[1,{"b":2}]} , "keys":[ {"kty":"RSA","n":"\u0061","x5c":["a\/b"]} ,{"a":1}, {} ] , "x": null } "#;
    let whole = JsonObject::parse(good.as_bytes(), &JsonRules::token()).unwrap();
    let elements = flawless_elements(good.as_bytes(), "keys").unwrap();
    let expected: Vec<_> = whole.get("keys").unwrap().elements().unwrap().map(|element| element.as_raw()).collect();
    assert_eq!(elements.iter().map(JsonObject::as_text).collect::<Vec<_>>(), expected);
    for (element, raw) in elements.iter().zip(expected) {
        let alone = JsonObject::parse(raw.as_bytes(), &JsonRules::token()).unwrap();
        let members = |object: &JsonObject<'_>| object.iter().map(|(name, value)| format!("{name}={}", value.as_raw())).collect::<Vec<_>>();
        assert_eq!(members(element), members(&alone));
    }
    let deep = |levels: usize| format!(r#"{{"keys":[{{"a":{}{}}}]}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(flawless_elements(deep(61).as_bytes(), "keys").is_some());
    for other in [
        &deep(62),
        "",
        "{}",
        "[]",
        "null",
        r#"{"keys":[]}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":[{}],"keys":[{}]}"#,
        r#"{"\u006beys":[{}]}"#,
        r#"{"keys":[{}],"\u006beys":[{}]}"#,
        r#"{"keys":[{"a":1,"a":2}]}"#,
        r#"{"keys":[{"a":"\ud800"}]}"#,
        r#"{"keys":[{},1]}"#,
        r#"{"keys":[{},]}"#,
        r#"{"keys":[{}]}x"#,
        r#"{"keys":[{}]"#,
        r#"{"keys":[{}"#,
        r#"{"keys":[{"a":01}]}"#,
        r#"{"x":{"a":1,"a":2},"keys":[{}]}"#,
        "\u{feff}{\"keys\":[{}]}",
    ] {
        assert!(flawless_elements(other.as_bytes(), "keys").is_none(), "{other}");
    }
    assert!(flawless_elements(b"{\"keys\":[{\"a\":\"\xff\"}]}", "keys").is_none());
}

#[test]
fn strings_are_read_alike_whether_or_not_a_neighbour_holds_an_escape() {
    let text = r#"{"a":"x","b":"\u0078","c":["x",{"\u0078":"x"}],"d":["x","y"],"e":{"x":["\n"]},"f":{"x":"y"},"\u0067":"x"}"#;
    let object = JsonObject::parse(text.as_bytes(), &JsonRules::token()).unwrap();
    for name in ["a", "b", "g"] {
        assert_eq!(object.get(name).unwrap().as_str().as_deref(), Some("x"), "{name}");
    }
    assert!(object.get("a").unwrap().plain_str().is_some() && object.get("b").unwrap().plain_str().is_none());
    let list = |name: &str| object.get(name).unwrap().elements().unwrap().filter_map(|value| value.as_str()).collect::<Vec<_>>();
    assert_eq!((list("c"), list("d")), (vec!["x".into()], vec!["x".into(), "y".into()]));
    let nested = object.get("c").unwrap().elements().unwrap().nth(1).unwrap();
    assert_eq!(nested.members().unwrap().map(|(name, _)| name.into_owned()).collect::<Vec<_>>(), ["x"]);
    let (name, value) = object.get("e").unwrap().members().unwrap().next().unwrap();
    assert_eq!((name.as_ref(), value.elements().unwrap().next().unwrap().as_str().as_deref()), ("x", Some("\n")));
}

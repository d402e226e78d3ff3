#![allow(unreachable_pub, reason = "the macro under test writes public methods")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::encoding::json::{JsonErrorKind, JsonKind};
use crate::secret::{AccessToken, SecretText};

const MEMBERS: &str = r#"{
    "string": "text", "escaped": "https:\/\/idp.example\/\u00e4\n", "empty": "", "number": 42, "negative": -7, "fraction": 1.5, "whole": 10.0,
    "big": 12345678901234567890123, "beyond": 9007199254740993, "true": true, "false": false, "yes": "True", "no": "FALSE", "maybe": "perhaps",
    "digits": "3600", "url": "https://idp.example/token?x=1", "strings": ["a", "b\/c"], "mixed": ["a", 1, null, "b"], "none": [],
    "object": {"street": "Main", "number": "12"}, "null": null, "\u006eame": "unescaped"
}"#;

fn document() -> Document {
    Document::parse(MEMBERS).unwrap()
}

#[test]
fn try_get_str_borrows_strings_alone() {
    let document = document();
    assert_eq!(document.try_get_str("string"), Some("text"));
    assert_eq!(document.try_get_str("escaped"), Some("https://idp.example/ä\n"));
    assert_eq!(document.try_get_str("empty"), Some(""));
    assert_eq!(document.try_get_str("name"), Some("unescaped"));
    for name in ["number", "fraction", "true", "strings", "object", "null", "absent", "", "\\u006eame"] {
        assert_eq!(document.try_get_str(name), None, "{name}");
    }
    // Borrowed from the document itself, so both live side by side.
    let (one, other) = (document.try_get_str("escaped").unwrap(), document.try_get_str("escaped").unwrap());
    assert_eq!(one.as_ptr(), other.as_ptr());
}

#[test]
fn try_get_string_gives_scalars_as_their_json_text() {
    let document = document();
    for (name, expected) in [
        ("string", "text"),
        ("escaped", "https://idp.example/ä\n"),
        ("number", "42"),
        ("negative", "-7"),
        ("fraction", "1.5"),
        ("whole", "10.0"),
        ("big", "12345678901234567890123"),
        ("beyond", "9007199254740993"),
        ("true", "true"),
        ("false", "false"),
    ] {
        assert_eq!(document.try_get_string(name).as_deref(), Some(expected), "{name}");
    }
    for name in ["strings", "none", "object", "null", "absent"] {
        assert_eq!(document.try_get_string(name), None, "{name}");
    }
}

#[test]
fn try_get_boolean_reads_true_and_false_in_any_case() {
    let document = document();
    for (name, expected) in [("true", Some(true)), ("false", Some(false)), ("yes", Some(true)), ("no", Some(false))] {
        assert_eq!(document.try_get_boolean(name), expected, "{name}");
    }
    for name in ["maybe", "number", "strings", "object", "null", "absent", "empty"] {
        assert_eq!(document.try_get_boolean(name), None, "{name}");
    }
}

#[test]
fn try_get_string_array_takes_a_single_string_as_one_element() {
    let document = document();
    assert_eq!(document.try_get_string_array("strings"), ["a", "b/c"]);
    assert_eq!(document.try_get_string_array("string"), ["text"]);
    assert_eq!(document.try_get_string_array("mixed"), ["a", "b"]);
    for name in ["none", "number", "true", "object", "null", "absent"] {
        assert!(document.try_get_string_array(name).is_empty(), "{name}");
    }
}

#[test]
fn try_get_i64_reads_numeric_strings() {
    let document = document();
    for (name, expected) in [("number", 42), ("negative", -7), ("digits", 3600), ("whole", 10), ("beyond", 9_007_199_254_740_993)] {
        assert_eq!(document.try_get_i64(name), Some(expected), "{name}");
    }
    for name in ["fraction", "big", "string", "empty", "true", "strings", "object", "null", "absent"] {
        assert_eq!(document.try_get_i64(name), None, "{name}");
    }
}

#[test]
fn try_get_url_parses() {
    let document = document();
    assert_eq!(document.try_get_url("url").unwrap().as_str(), "https://idp.example/token?x=1");
    for name in ["string", "number", "strings", "null", "absent"] {
        assert_eq!(document.try_get_url(name), None, "{name}");
    }
}

#[test]
fn try_get_value_and_raw() {
    let document = document();
    assert_eq!(document.try_get_value("object"), Some(json!({"street": "Main", "number": "12"})));
    assert_eq!(document.try_get_value("number"), Some(json!(42)));
    assert_eq!((document.try_get_value("null"), document.try_get_value("absent")), (None, None));
    assert_eq!(document.raw("object"), Some(r#"{"street": "Main", "number": "12"}"#));
    assert_eq!((document.raw("null"), document.raw("absent")), (Some("null"), None));
    assert_eq!(document.kind("strings"), Some(JsonKind::Array));
}

#[derive(Debug, Deserialize, PartialEq)]
struct Address {
    street: String,
    number: u32,
}

#[test]
fn try_get_names_member_type_and_path() {
    let document = document();
    assert_eq!(document.try_get::<Vec<String>>("strings"), Ok(Some(vec!["a".to_owned(), "b/c".to_owned()])));
    assert_eq!(document.try_get::<String>("escaped").unwrap().unwrap(), "https://idp.example/ä\n");
    assert_eq!(document.try_get::<Address>("null"), Ok(None));
    assert_eq!(document.try_get::<Address>("absent"), Ok(None));

    let error = document.try_get::<Address>("object").unwrap_err();
    assert_eq!(error.to_string(), "member `object`: expected Address, found string at `object.number`");
    let error = document.try_get::<Vec<String>>("mixed").unwrap_err();
    assert_eq!(error.to_string(), "member `mixed`: expected Vec<String>, found number at `mixed[1]`");
    let error = document.try_get::<BTreeMap<String, Vec<u8>>>("string").unwrap_err();
    assert_eq!(error.to_string(), "member `string`: expected BTreeMap<String, Vec<u8>>, found string");
    assert_eq!((error.member(), error.code()), (Some("string"), "unexpected_type"));
}

#[test]
fn strict_readers_say_what_is_wrong() {
    let document = document();
    assert_eq!(document.required_str("string"), Ok("text"));
    assert_eq!(document.required_str("absent").unwrap_err().to_string(), "member `absent` is missing");
    assert_eq!(document.required_str("null").unwrap_err().code(), "missing_member");
    assert_eq!(document.required_str("empty").unwrap_err().to_string(), "member `empty`: expected a non-empty string");
    assert_eq!(document.required_str("number").unwrap_err().to_string(), "member `number`: expected string, found number");
    assert_eq!(document.optional_str("null"), Ok(None));
    assert_eq!(document.optional_str("empty"), Ok(Some("")));
    assert_eq!(document.optional_boolean("true"), Ok(Some(true)));
    assert_eq!(document.optional_boolean("absent"), Ok(None));
    assert_eq!(document.optional_boolean("yes").unwrap_err().to_string(), "member `yes`: expected boolean, found string");
    assert_eq!(document.optional_i64("digits"), Ok(Some(3600)));
    assert_eq!(document.optional_i64("null"), Ok(None));
    assert_eq!(document.optional_i64("fraction").unwrap_err().to_string(), "member `fraction`: expected whole number, found number");
}

#[test]
fn names_length_and_values() {
    let document = Document::parse("\u{feff} {\"b\":1,\"\\u0061\":[\"x\"]} ").unwrap();
    assert_eq!(document.names().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!((document.len(), document.is_empty()), (2, false));
    assert!(document.contains("a") && !document.contains("c"));
    assert_eq!(document.as_bytes(), b" {\"b\":1,\"\\u0061\":[\"x\"]} ");
    assert_eq!(document.to_value(), json!({"b": 1, "a": ["x"]}));
    assert!(Document::parse("{}").unwrap().is_empty());
}

#[test]
fn debug_shows_names_and_kinds_never_values() {
    let (document, secrets) =
        Document::open(r#"{"access_token":"s3cret","sub":"s3cret","n":5,"o":{"p":"s3cret"}}"#, SECRET_MEMBERS).unwrap();
    assert_eq!(format!("{document:?}"), r#"{"access_token": "secret", "sub": "string", "n": "number", "o": "object"}"#);
    assert_eq!(format!("{secrets:?}"), r#"{"access_token": String}"#);
}

#[test]
fn secrets_leave_the_document() {
    let body = r#"{"token_type":"Bearer", "acc\u0065ss_token":"s3\/cret", "id_token" : "s3cret.x.y" ,"refresh_token":null,"code":77,"expires_in":5}"#;
    let (document, mut secrets) = Document::open(body, SECRET_MEMBERS).unwrap();
    for name in ["access_token", "id_token", "refresh_token", "code"] {
        assert!(document.contains(name) && document.names().any(|known| known == name), "{name}");
        assert_eq!(document.try_get_str(name), None, "{name}");
        assert_eq!(document.try_get_string(name), None, "{name}");
        assert_eq!(document.try_get_boolean(name), None, "{name}");
        assert_eq!(document.try_get_i64(name), None, "{name}");
        assert_eq!(document.try_get_url(name), None, "{name}");
        assert_eq!(document.try_get_value(name), None, "{name}");
        assert_eq!(document.try_get::<String>(name), Ok(None), "{name}");
        assert!(document.try_get_string_array(name).is_empty(), "{name}");
        assert_eq!((document.raw(name), document.kind(name)), (None, None), "{name}");
        assert_eq!(document.optional_str(name), Ok(None), "{name}");
    }
    assert_eq!(document.to_value(), json!({"token_type": "Bearer", "expires_in": 5}));
    assert_eq!(document.try_get_i64("expires_in"), Some(5));

    let kept = std::str::from_utf8(document.as_bytes()).unwrap();
    assert!(!kept.contains("cret") && !kept.contains("77"), "{kept}");
    assert_eq!(kept.len(), body.len());
    assert_eq!(serde_json::from_str::<serde_json::Value>(kept).unwrap()["id_token"], "");

    assert_eq!(secrets.kind("access_token"), Some(JsonKind::String));
    assert_eq!(secrets.take_required::<AccessToken>("access_token").unwrap().expose(), "s3/cret");
    assert_eq!(secrets.take::<AccessToken>("access_token"), Ok(None));
    assert_eq!(secrets.take_required::<AccessToken>("access_token").unwrap_err().code(), "missing_member");
    assert_eq!(secrets.take::<SecretText>("refresh_token"), Ok(None));
    assert_eq!(secrets.take::<SecretText>("absent"), Ok(None));
    let error = secrets.take::<SecretText>("code").unwrap_err();
    assert_eq!(error.to_string(), "member `code`: expected string, found number");
    assert_eq!(secrets.take::<SecretText>("code").unwrap_err(), error, "stays wrong when asked again");
}

#[test]
fn secrets_of_the_wrong_kind_are_blanked_as_well() {
    for (value, kind) in [
        ("\"\"", JsonKind::String),
        ("[\"s3cret\"]", JsonKind::Array),
        ("{\"a\":\"s3cret\"}", JsonKind::Object),
        ("{}", JsonKind::Object),
        ("-31415e2", JsonKind::Number),
        ("3", JsonKind::Number),
        ("true", JsonKind::Boolean),
        ("null", JsonKind::Null),
    ] {
        let (document, mut secrets) = Document::open(format!("{{\"token\":{value},\"a\":1}}"), &["token"]).unwrap();
        let kept = std::str::from_utf8(document.as_bytes()).unwrap();
        assert!(!kept.contains("s3cret") && !kept.contains('3'), "{kept}");
        assert!(serde_json::from_str::<serde_json::Value>(kept).is_ok(), "{kept}");
        assert_eq!(secrets.kind("token"), Some(kind));
        assert!(secrets.take_required::<SecretText>("token").is_err(), "{value}");
        assert_eq!(document.try_get_i64("a"), Some(1));
    }
    let (_, mut secrets) = Document::open(r#"{"token":""}"#, &["token"]).unwrap();
    assert_eq!(secrets.take_non_empty::<SecretText>("token").unwrap_err().code(), "empty_member");
    assert_eq!(secrets.take::<SecretText>("token").unwrap().unwrap().expose(), "");
}

#[test]
fn what_is_no_good_object_is_refused() {
    for (body, path) in [("", ""), ("[]", ""), ("{\"a\":1,\"a\":2}", "a"), ("{\"a\":{\"b\":1,\"b\":2}}", "a.b"), ("{\"a\":\"s3cret", "a")] {
        let error = Document::parse(body).unwrap_err();
        assert_eq!(error.to_string(), "the body is not a JSON object");
        assert_eq!(error.code(), "malformed_json");
        let DocumentError::Json(cause) = &error else { panic!("{error:?}") };
        assert_eq!(cause.path(), path);
        assert!(!format!("{error:?} {cause}").contains("s3cret"));
    }
    assert!(matches!(Document::parse(&b"\xff"[..]), Err(DocumentError::Json(error)) if *error.kind() == JsonErrorKind::NotUtf8));
}

#[test]
fn documents_are_cheap_to_share() {
    fn shared<T: Send + Sync + Clone>(value: &T) -> T {
        value.clone()
    }
    let document = document();
    let other = shared(&document);
    assert_eq!(other.as_bytes().as_ptr(), document.as_bytes().as_ptr());
}

struct Answer {
    document: Document,
}

forward_document!(Answer, document);

#[test]
fn the_family_is_there_on_any_answer() {
    let answer = Answer { document: document() };
    assert_eq!(answer.try_get_str("string"), Some("text"));
    assert_eq!(answer.try_get_string("number").as_deref(), Some("42"));
    assert_eq!(answer.try_get_boolean("yes"), Some(true));
    assert_eq!(answer.try_get_string_array("strings").len(), 2);
    assert_eq!(answer.try_get_i64("digits"), Some(3600));
    assert!(answer.try_get_url("url").is_some() && answer.try_get_value("object").is_some());
    assert_eq!(answer.try_get::<u8>("number"), Ok(Some(42)));
    assert_eq!(answer.document().len(), answer.document.len());
}

proptest! {
    #[test]
    fn any_secret_leaves_and_comes_back_whole(secret in ".{0,40}", beside in "[a-z]{0,8}", escape in any::<bool>()) {
        let quoted = serde_json::to_string(&secret).unwrap();
        let quoted = if escape { quoted.replace('/', "\\/").replace('a', "\\u0061") } else { quoted };
        let body = format!("{{\"beside\":\"{beside}\",\"refresh_token\":{quoted},\"after\":[1]}}");
        let (document, mut secrets) = Document::open(body, SECRET_MEMBERS).unwrap();
        let taken: SecretText = secrets.take("refresh_token").unwrap().unwrap();
        prop_assert_eq!(taken.expose(), &secret);
        prop_assert_eq!(document.try_get_str("beside"), Some(&*beside));
        prop_assert_eq!(document.to_value(), json!({"beside": beside, "after": [1]}));
        let expected = format!("{{\"beside\":\"{beside}\",\"refresh_token\":\"\"{},\"after\":[1]}}", " ".repeat(quoted.len() - 2));
        prop_assert_eq!(std::str::from_utf8(document.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn any_bytes_open_or_are_refused(bytes in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ truefalsn0.-e\xef\xbb\xbf".to_vec()), 0..40)) {
        if let Ok((document, _)) = Document::open(bytes, &["", "t"]) {
            prop_assert!(document.to_value().is_object());
            prop_assert!(document.names().all(|name| document.contains(&name)));
        }
    }
}

/// Real documents: each opens, and every member is what serde_json reads.
#[test]
fn documents_of_real_providers_are_read_as_serde_json_reads_them() {
    let vectors = std::env::var_os("IDENTITY_MODEL_VECTORS").map(PathBuf::from);
    let providers = vectors.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors")).join("providers");
    let Ok(folders) = std::fs::read_dir(&providers) else {
        let required = std::env::var_os("IDENTITY_MODEL_REQUIRE_VECTORS").is_some_and(|value| value != "0");
        assert!(!required, "no documents of providers at {}", providers.display());
        println!("skipped: no documents of providers at {}", providers.display());
        return;
    };
    let files = folders.flatten().filter_map(|folder| std::fs::read_dir(folder.path()).ok()).flat_map(Iterator::flatten);
    let mut read = 0;
    for file in files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let bytes = std::fs::read(&file).unwrap();
        let theirs: serde_json::Value = serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).unwrap();
        let document = Document::parse(bytes).unwrap_or_else(|error| panic!("{}: {error:?}", file.display()));
        assert_eq!(document.to_value(), theirs, "{}", file.display());
        for (name, value) in theirs.as_object().unwrap() {
            assert_eq!(document.try_get_str(name), value.as_str(), "{} {name}", file.display());
        }
        read += 1;
    }
    assert!(read > 0, "no document in {}", providers.display());
}

#[test]
fn a_type_is_read_alike_from_the_index_and_from_the_text() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(f64),
        Other(serde_json::Value),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wide<'a> {
        #[serde(borrow)]
        text: Option<std::borrow::Cow<'a, str>>,
        owned: Option<String>,
        yes: Option<bool>,
        byte: Option<u8>,
        signed: Option<i64>,
        wide: Option<u128>,
        real: Option<f64>,
        letter: Option<char>,
        name: Option<Name>,
        either: Option<Either>,
        list: Option<Vec<String>>,
        nested: Option<Vec<Vec<Option<u8>>>>,
        pair: Option<(String, u8)>,
        object: Option<BTreeMap<String, i32>>,
        any: Option<serde_json::Value>,
        unit: Option<()>,
    }

    let values = [
        r#""""#,
        r#""a""#,
        r#""\u0061""#,
        r#""a\nb""#,
        "\"\u{e4}\"",
        r#""true""#,
        r#""1""#,
        "true",
        "false",
        "null",
        "0",
        "-0",
        "-1",
        "255",
        "256",
        "1.0",
        "1.5",
        "1e2",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "[]",
        r#"["a","\u0062"]"#,
        r#"["a",1]"#,
        r#"[ "a" , "b" ]"#,
        r#"["a",1,2]"#,
        "[[1,null],[], [ 2 ]]",
        "[[1],[256]]",
        "{}",
        r#"{"a":1}"#,
        r#"{"\u0061":1}"#,
        r#"{"a":1.5}"#,
    ];
    let members = [
        "text", "owned", "yes", "byte", "signed", "wide", "real", "letter", "name", "either", "list", "nested", "pair", "object", "any",
        "unit", "ignored",
    ];
    for member in members {
        for value in values {
            let text = format!(r#" {{ "{member}" : {value} , "\u0069gnored2" : {value} }}"#);
            let document = Document::parse(text.clone()).unwrap();
            let from_text = serde_json::from_str::<Wide<'_>>(&text);
            assert_eq!(document.deserialize::<Wide<'_>>().as_ref().ok(), from_text.as_ref().ok(), "{text}");
            // The index does for itself: nothing that fits is read from the text once more.
            assert_eq!(typed::from_members::<Wide<'_>>(document.all()).ok(), from_text.ok(), "{text}");
        }
    }
}

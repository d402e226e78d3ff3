//! JSON as a token has it: RFC 7519 sections 4 and 7.2, RFC 8259, RFC 8725 section 2.4.

use super::draft::Draft;
use super::{AUDIENCE, Corpus, ISSUER, NOW};

pub(crate) fn mint(corpus: &mut Corpus) {
    corpus.group("json");
    shapes(corpus);
    octets(corpus);
    duplicates(corpus);
    depth(corpus);
}

fn claims() -> String {
    String::from_utf8(Draft::rs256().payload()).unwrap()
}

/// Good claims with something in front of them.
fn with(members: &str) -> String {
    claims().replacen('{', &format!("{{{members},"), 1)
}

fn header_with(members: &str) -> String {
    String::from_utf8(Draft::rs256().header()).unwrap().replacen('{', &format!("{{{members},"), 1)
}

fn shapes(corpus: &mut Corpus) {
    let good = claims();
    for (name, payload, why) in [
        ("array", format!("[{good}]"), "an array"),
        ("text", "\"claims\"".to_owned(), "a string"),
        ("number", "1".to_owned(), "a number"),
        ("null", "null".to_owned(), "null"),
        ("true", "true".to_owned(), "a truth value"),
        ("blank", " ".to_owned(), "a blank"),
        ("empty-object", "{}".to_owned(), "no claims at all"),
        ("two-objects", format!("{good}{good}"), "two objects"),
        ("garbage-behind", format!("{good}x"), "something behind the object"),
        ("nul-behind", format!("{good}\0"), "a NUL behind the object"),
        ("comma-behind", format!("{good},"), "a comma behind the object"),
        ("trailing-comma", good.replace('}', ",}"), "a comma before the end"),
        ("leading-comma", good.replacen('{', "{,", 1), "a comma at the beginning"),
        ("no-end", good.trim_end_matches('}').to_owned(), "no end"),
        ("comment", with("/* x */\"x\":1"), "a comment"),
        ("line-comment", with("\"x\":1 // x\n"), "a comment"),
        ("single-quotes", with("'x':1"), "single quotes"),
        ("no-quotes", with("x:1"), "no quotes"),
        ("nan", with("\"x\":NaN"), "no number"),
        ("infinity", with("\"x\":Infinity"), "no number"),
        ("plus", with("\"x\":+1"), "no number"),
        ("leading-zero", with("\"x\":01"), "no number"),
        ("hex", with("\"x\":0x1"), "no number"),
        ("bare-point", with("\"x\":1."), "no number"),
        ("upper-true", with("\"x\":True"), "no literal"),
        ("undefined", with("\"x\":undefined"), "no literal"),
        ("bad-escape", with(r#""x":"\x41""#), "no escape of JSON"),
        ("short-escape", with(r#""x":"\u12""#), "half an escape"),
        ("control", with("\"x\":\"a\u{1}b\""), "a control character in a string"),
        ("newline", with("\"x\":\"a\nb\""), "a line break in a string"),
        ("form-feed", format!("{good}\u{c}"), "white space that JSON does not know"),
        ("no-break-space", format!("{good}\u{a0}"), "white space that JSON does not know"),
        ("form", "iss=https%3A%2F%2Fidp.example.org".to_owned(), "a form"),
    ] {
        corpus.reject("J2", name, Draft::rs256().raw_payload(payload).token(), why);
    }
    for (name, header, why) in [
        ("header-array", "[]".to_owned(), "an array"),
        ("header-text", "\"RS256\"".to_owned(), "a string"),
        ("header-empty-object", "{}".to_owned(), "nothing in it"),
        ("header-garbage-behind", header_with("\"x\":1") + "x", "something behind the object"),
        ("header-trailing-comma", header_with("\"x\":1").replace('}', ",}"), "a comma before the end"),
        ("header-comment", header_with("/**/\"x\":1"), "a comment"),
    ] {
        corpus.reject("J2", name, Draft::rs256().raw_header(header).token(), why);
    }
    for (name, payload, why) in [
        ("white-space", format!(" \t\r\n{}\n", good.replace(',', " ,\n ")), "white space is fine"),
        ("escaped-slash", good.replace("https://", r"https:\/\/"), "an escaped slash is a slash"),
        ("escaped-name", good.replace("\"iss\"", r#""is\u0073""#), "an escaped letter is the letter"),
        ("empty-name", with("\"\":1"), "an empty name"),
        ("odd-names", with(r#""__proto__":{"admin":true},"constructor":1,"\u00fc":2"#), "names that mean nothing here"),
        ("large-number", with(&format!("\"x\":{}", "9".repeat(300))), "a number nobody reads"),
        ("small-number", with("\"x\":1e-999,\"y\":-0,\"z\":1E+2"), "numbers nobody reads"),
        ("nul-escape", with(r#""x":"a\u0000b""#), "an escaped NUL in a claim nobody reads"),
        ("surrogate-pair", with(r#""x":"\ud83d\ude00""#), "a proper pair"),
        ("unicode", with("\"x\":\"Łódź 東京 😀\""), "letters of the world"),
        ("noncharacter", with("\"x\":\"\u{ffff}\""), "a code point that is no letter"),
    ] {
        let case = corpus.accept("J2", name, Draft::rs256().raw_payload(payload).token(), why);
        if name == "nul-escape" || name == "large-number" {
            case.policy();
        }
    }
    let header = format!(" {}\n", header_with("\"x\": 1"));
    corpus.accept("J2", "header-white-space", Draft::rs256().raw_header(header).token(), "white space is fine");
}

fn octets(corpus: &mut Corpus) {
    let good = claims();
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let inside = |octets: &[u8]| [b"{\"x\":\"", octets, b"\",", &good.as_bytes()[1..]].concat();
    let header = header_with("\"x\":1");
    for (name, octets, why) in [
        ("mark", [b"\xef\xbb\xbf", good.as_bytes()].concat(), "a byte order mark"),
        ("utf-16-le", wide(&good, false), "UTF-16"),
        ("utf-16-be", wide(&good, true), "UTF-16"),
        ("utf-16-mark", wide(&format!("\u{feff}{good}"), false), "UTF-16 with its mark"),
        ("invalid", inside(b"\xff"), "an octet that UTF-8 does not have"),
        ("cut", inside(b"\xe2\x82"), "half a letter"),
        ("overlong", inside(b"\xc0\xaf"), "a letter longer than it needs to be"),
        ("surrogate", inside(b"\xed\xa0\x80"), "a surrogate in UTF-8"),
        ("beyond", inside(b"\xf4\x90\x80\x80"), "beyond the last code point"),
        ("latin-1", inside(b"\xe9"), "ISO 8859-1"),
        ("lone-high", inside(br"\ud800"), "a surrogate without its partner"),
        ("lone-low", inside(br"\udc00"), "a surrogate without its partner"),
        ("wrong-pair", inside(br"\ud83d\u0041"), "half a pair and a letter"),
        ("reversed-pair", inside(br"\ude00\ud83d"), "a pair the wrong way round"),
        ("deflated", b"x\x9c\xabV*I-.\x01\0\x04]\x01\xc1".to_vec(), "compressed"),
    ] {
        let case = corpus.reject("J2", format!("octets-{name}"), Draft::rs256().raw_payload(octets).token(), why);
        if name == "mark" || name.contains("lone") || name.contains("pair") {
            case.policy();
        }
    }
    for (name, octets) in [
        ("mark", [b"\xef\xbb\xbf", header.as_bytes()].concat()),
        ("utf-16", wide(&header, false)),
        (
            "invalid",
            header
                .replace('1', "\"\u{1}\"")
                .replace('\u{1}', "?")
                .into_bytes()
                .into_iter()
                .map(|o| if o == b'?' { 0xff } else { o })
                .collect(),
        ),
        ("lone", header.replace('1', r#""\ud800""#).into_bytes()),
    ] {
        let token = Draft::rs256().raw_header(octets).token();
        corpus.reject("J2", format!("header-{name}"), token, "the header is JSON in proper UTF-8").policy();
    }
}

fn duplicates(corpus: &mut Corpus) {
    for (name, payload, why) in [
        ("iss-foreign-last", claims().replace('}', ",\"iss\":\"https://evil.example\"}"), "iss twice, the last one foreign"),
        ("iss-foreign-first", with("\"iss\":\"https://evil.example\""), "iss twice, the first one foreign"),
        ("iss-same", with(&format!("\"iss\":\"{ISSUER}\"")), "iss twice, both right"),
        ("iss-escaped", with(r#""is\u0073":"https://evil.example""#), "iss twice, once escaped"),
        ("iss-escaped-wholly", with(r#""\u0069\u0073\u0073":"https://evil.example""#), "iss twice, once escaped"),
        ("aud", with("\"aud\":\"other\""), "aud twice"),
        ("aud-same", with(&format!("\"aud\":\"{AUDIENCE}\"")), "aud twice, both right"),
        ("exp", with(&format!("\"exp\":{}", NOW - 1)), "exp twice"),
        ("exp-last", claims().replace('}', &format!(",\"exp\":{}}}", NOW - 1)), "exp twice, the last one over"),
        ("sub", with("\"sub\":\"admin\""), "sub twice"),
        ("nonce", with("\"nonce\":\"a\",\"nonce\":\"b\""), "nonce twice"),
        ("unknown", with("\"x\":1,\"x\":1"), "a claim nobody knows, twice"),
        ("empty-name", with("\"\":1,\"\":2"), "the empty name twice"),
        ("nested", with(r#""x":{"a":1,"a":2}"#), "a name twice further down"),
        ("nested-deep", with(r#""x":[{"y":[{"a":1,"\u0061":2}]}]"#), "a name twice far down, once escaped"),
    ] {
        let case = corpus.reject("H8", format!("twice-{name}"), Draft::rs256().raw_payload(payload).token(), why);
        if !matches!(name, "iss-foreign-last" | "exp-last") {
            case.policy();
        }
    }
    for (name, members) in [
        ("alg", "\"alg\":\"none\""),
        ("alg-same", "\"alg\":\"RS256\""),
        ("alg-escaped", r#""\u0061lg":"none""#),
        ("kid", "\"kid\":\"other\""),
        ("crit", r#""crit":[],"crit":["x"]"#),
        ("unknown", "\"x\":1,\"x\":2"),
        ("nested", r#""jwk":{"kty":"RSA","kty":"EC"}"#),
    ] {
        let token = Draft::rs256().raw_header(header_with(members)).token();
        corpus.reject("H8", format!("twice-header-{name}"), token, "RFC 7515 section 4: names are unique").policy();
    }
    let same = with(r#""a":{"iss":"x","exp":1},"b":{"iss":"y"},"c":[{"a":1},{"a":2}],"A":1"#);
    corpus.accept("H8", "once-each", Draft::rs256().raw_payload(same).token(), "the same name in different objects");
}

fn depth(corpus: &mut Corpus) {
    let arrays = |depth: usize| with(&format!("\"x\":{}{}", "[".repeat(depth - 1), "]".repeat(depth - 1)));
    let objects = |depth: usize| with(&format!("\"x\":{}1{}", "{\"a\":".repeat(depth - 1), "}".repeat(depth - 1)));
    let header = |depth: usize| header_with(&format!("\"x\":{}{}", "[".repeat(depth - 1), "]".repeat(depth - 1)));
    let accepted = [
        ("arrays", Draft::rs256().raw_payload(arrays(64))),
        ("objects", Draft::rs256().raw_payload(objects(64))),
        ("header", Draft::rs256().raw_header(header(64))),
    ];
    for (name, draft) in accepted {
        corpus.accept("J16", format!("deep-64-{name}"), draft.token(), "64 levels, the outermost counted").policy().requires("depth-cap");
    }
    for depth in [65, 100, 1000, 30_000] {
        for (name, draft) in
            [("arrays", Draft::rs256().raw_payload(arrays(depth))), ("objects", Draft::rs256().raw_payload(objects(depth)))]
        {
            corpus.reject("J16", format!("deep-{depth}-{name}"), draft.token(), "more than 64 levels").policy();
        }
    }
    for depth in [65, 5000] {
        let token = Draft::rs256().raw_header(header(depth)).token();
        corpus.reject("J16", format!("deep-{depth}-header"), token, "more than 64 levels").policy();
    }
    let open = Draft::rs256().raw_payload("[".repeat(100_000)).token();
    corpus.reject("J16", "deep-open", open, "levels that never end");
}

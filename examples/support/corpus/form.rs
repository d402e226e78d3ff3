//! The compact form: parts, base64url, limits. RFC 7515 sections 2 and 7.1.

use identity_model::encoding::{base64, base64url};
use serde_json::json;

use super::Corpus;
use super::draft::{Draft, text};

pub(crate) fn mint(corpus: &mut Corpus) {
    corpus.group("form");
    parts(corpus);
    alphabet(corpus);
    trailing_bits(corpus);
    sizes(corpus);
}

fn parts(corpus: &mut Corpus) {
    let draft = Draft::rs256();
    let token = draft.token();
    let (header, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let flattened = json!({"protected": header, "payload": payload, "signature": signature}).to_string();
    let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]}).to_string();
    for (name, token, why) in [
        ("empty", String::new(), "nothing"),
        ("blank", " ".to_owned(), "a blank"),
        ("dots", "..".to_owned(), "three empty parts"),
        ("four-dots", "....".to_owned(), "five empty parts"),
        ("one-part", header.to_owned(), "one part"),
        ("two-parts", format!("{header}.{payload}"), "two parts"),
        ("four-parts", format!("{token}.{signature}"), "four parts"),
        ("five-parts", format!("{token}.{payload}.{signature}"), "five parts, and no encryption"),
        ("six-parts", format!("{token}.{token}"), "six parts"),
        ("dot-behind", format!("{token}."), "a dot behind"),
        ("dot-before", format!(".{token}"), "a dot in front"),
        ("no-header", format!(".{payload}.{signature}"), "an empty header"),
        ("no-payload", draft.of_parts(header, ""), "an empty payload, signed as such"),
        ("detached", format!("{header}..{signature}"), "a detached payload"),
        ("no-signature", format!("{header}.{payload}."), "an empty signature"),
        ("json-flattened", flattened, "JSON serialisation"),
        ("json-general", general, "JSON serialisation"),
        ("json-text", text(&token), "a JSON string"),
        ("bearer", format!("Bearer {token}"), "with its scheme"),
        ("twice", format!("{token} {token}"), "two tokens"),
        ("percent", token.replace('.', "%2E"), "percent-encoded dots"),
        ("mark-before", format!("\u{feff}{token}"), "a byte order mark"),
        ("newline-behind", format!("{token}\n"), "a line break behind"),
        ("crlf-behind", format!("{token}\r\n"), "a line break behind"),
        ("blank-before", format!(" {token}"), "a blank in front"),
        ("blank-behind", format!("{token} "), "a blank behind"),
        ("tab-behind", format!("{token}\t"), "a tab behind"),
        ("nul-behind", format!("{token}\0"), "a NUL behind"),
        ("folded", format!("{header}.{payload}\r\n .{signature}"), "a folded line"),
        ("newline-inside", format!("{header}.{}\n{}.{signature}", &payload[..8], &payload[8..]), "a line break inside"),
        ("fullwidth-dots", token.replace('.', "\u{ff0e}"), "dots of another width"),
        ("reordered", format!("{payload}.{header}.{signature}"), "payload before header"),
        ("signature-first", format!("{signature}.{header}.{payload}"), "the signature in front"),
        ("unencoded", format!("{{\"alg\":\"RS256\"}}.{{}}.{signature}"), "parts as plain JSON"),
        ("utf-16", token.chars().flat_map(|letter| [letter, '\0']).collect(), "two octets a letter"),
        ("tilde", format!("{token}~"), "a selective-disclosure token"),
    ] {
        corpus.reject("J1", name, token, why);
    }
    corpus.reject("J1", "base64-whole", base64url::encode(&token), "the whole token encoded once more");
}

fn alphabet(corpus: &mut Corpus) {
    let draft = Draft::rs256();
    let (header, payload) = (base64url::encode(draft.header()), base64url::encode(draft.payload()));
    // A payload whose text has letters that the two alphabets write in different ways.
    let special = draft.clone().claim("x", "\"\u{fbff}\u{ffff}~~~???>>>\"");
    let dashed = base64url::encode(special.payload());
    assert!(dashed.contains(['-', '_']));
    let standard = base64::encode(special.payload());
    corpus.accept("J1", "url-alphabet", special.token(), "the letters - and _");
    for (name, header, payload, why) in [
        ("padded-header", format!("{header}="), payload.clone(), "padding, signed as such"),
        ("padded-payload", header.clone(), format!("{payload}="), "padding, signed as such"),
        ("double-padding", header.clone(), format!("{payload}=="), "padding, signed as such"),
        ("percent-padding", header.clone(), format!("{payload}%3D"), "percent-encoded padding"),
        ("standard-alphabet", header.clone(), standard.trim_end_matches('=').to_owned(), "the letters + and /"),
        ("standard-padded", header.clone(), standard, "plain base64"),
        ("header-blank", format!("{header} "), payload.clone(), "a blank, signed as such"),
        ("payload-blank", header.clone(), format!(" {payload}"), "a blank, signed as such"),
        ("payload-newline", header.clone(), format!("{}\n{}", &payload[..64], &payload[64..]), "a line break, signed as such"),
        ("payload-nul", header.clone(), format!("{payload}\0"), "a NUL, signed as such"),
        ("foreign-letter", header.clone(), format!("{}!{}", &payload[..4], &payload[4..]), "a letter that is not in the alphabet"),
        ("question-mark", header.clone(), format!("{}?{}", &payload[..4], &payload[4..]), "a letter that is not in the alphabet"),
        ("cyrillic", header.clone(), payload.replacen('e', "\u{435}", 1), "a letter that looks like one"),
        ("five-letters", header.clone(), "eyJ9e".to_owned(), "a length that no octets have"),
        ("hex-payload", header, draft.payload().iter().map(|octet| format!("{octet:02x}")).collect(), "hexadecimal"),
    ] {
        corpus.reject("J1", name, draft.of_parts(&header, &payload), why);
    }
    let token = draft.token();
    for (name, token, why) in [
        ("padded-signature", format!("{token}=="), "padding behind the signature"),
        ("signature-blank", format!("{} {}", &token[..token.len() - 9], &token[token.len() - 9..]), "a blank in the signature"),
        ("signature-letter", format!("{}*", &token[..token.len() - 1]), "a letter that is not in the alphabet"),
        ("signature-length", format!("{token}AAA"), "a length that no octets have"),
    ] {
        corpus.reject("J1", name, token, why);
    }
    // The signature's own letters in the other alphabet.
    let found = (0..)
        .map(|jti| draft.clone().claim("jti", &format!("\"{jti}\"")).token())
        .find(|token| token.rsplit('.').next().is_some_and(|part| part.contains('-')));
    let (input, signature) = found.as_deref().and_then(|token| token.rsplit_once('.')).unwrap();
    corpus.reject("J1", "signature-standard", format!("{input}.{}", signature.replace('-', "+").replace('_', "/")), "plain base64");
}

/// The bits behind the last octet are zero, or one token has several texts.
fn trailing_bits(corpus: &mut Corpus) {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let raised = |part: &str| {
        let (front, last) = part.split_at(part.len() - 1);
        let value = LETTERS.iter().position(|letter| *letter == last.as_bytes()[0]).unwrap();
        format!("{front}{}", char::from(LETTERS[value + 1]))
    };
    let token = Draft::rs256().token();
    let (input, signature) = token.rsplit_once('.').unwrap();
    corpus.reject("J1", "signature-bits", format!("{input}.{}", raised(signature)), "bits behind the signature's last octet");
    // Lengths that leave bits over.
    let draft =
        (0..3).map(|blanks| Draft::rs256().claim("x", &text(&" ".repeat(blanks)))).find(|draft| draft.payload().len() % 3 == 1).unwrap();
    let (header, payload) = (base64url::encode(draft.header()), base64url::encode(draft.payload()));
    corpus.reject("J1", "payload-bits", draft.of_parts(&header, &raised(&payload)), "bits behind the payload's last octet, signed as such");
    let draft =
        (0..3).map(|blanks| Draft::rs256().member("x", &text(&" ".repeat(blanks)))).find(|draft| draft.header().len() % 3 == 1).unwrap();
    let (header, payload) = (base64url::encode(draft.header()), base64url::encode(draft.payload()));
    corpus.reject("J1", "header-bits", draft.of_parts(&raised(&header), &payload), "bits behind the header's last octet, signed as such");
}

fn sizes(corpus: &mut Corpus) {
    corpus.group("size");
    let filled = |length: usize| Draft::rs256().claim("x", &text(&"x".repeat(length)));
    for (name, length, expected) in [("100-kib", 75 * 1024, true), ("1-mib", 768 * 1024, false)] {
        let token = filled(length).token();
        let case = if expected {
            corpus.accept("J16", name, token, "large, and below the limit")
        } else {
            corpus.reject("J16", name, token, "too large")
        };
        case.policy().requires("size-cap");
    }
    // Base64url has no length of 1 modulo 4, so one octet more or less than the limit is not always to be had.
    const LIMIT: usize = 256 * 1024;
    let near =
        |fits: &dyn Fn(usize) -> bool, from: usize| (from..).map(|length| filled(length).token()).find(|token| fits(token.len())).unwrap();
    let start = (LIMIT - filled(0).token().len()) / 4 * 3 - 4;
    corpus
        .accept("J16", "limit", near(&|length| (LIMIT - 2..=LIMIT).contains(&length), start), "as large as the limit")
        .policy()
        .requires("size-cap");
    corpus.reject("J16", "beyond-limit", near(&|length| length > LIMIT, start), "just above the limit").policy();
    let header = |length: usize| Draft::rs256().member("x", &text(&"x".repeat(length)));
    const HEADER: usize = 16 * 1024;
    let size = |draft: &Draft| base64url::encode(draft.header()).len();
    let exact = (HEADER / 4 * 3 - 200..).map(header).take_while(|draft| size(draft) <= HEADER).last().unwrap();
    corpus.accept("J16", "header-limit", exact.token(), "a header as large as the limit").policy().requires("size-cap");
    let beyond = (HEADER / 4 * 3 - 200..).map(header).find(|draft| size(draft) > HEADER).unwrap();
    corpus.reject("J16", "header-beyond-limit", beyond.token(), "a header just above the limit").policy();
    corpus.reject("J16", "header-200-kib", header(150 * 1024).token(), "a header of 200 KiB").policy();
    let many: Vec<String> = (0..12_000).map(|place| format!("\"c{place}\":{}", place % 10)).collect();
    let payload = String::from_utf8(Draft::rs256().payload()).unwrap().replacen('{', &format!("{{{},", many.join(",")), 1);
    corpus.accept("J16", "12000-claims", Draft::rs256().raw_payload(payload).token(), "many claims").requires("size-cap");
}

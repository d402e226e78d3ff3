//! Who made a token, for whom and about whom: OpenID Connect Core sections 2 and 3.1.3.7.

use super::draft::{Draft, text};
use super::keys::public;
use super::{Corpus, ISSUER};

use serde_json::json;

const TENANT: &str = "4b1d2c3e-5f60-4718-92a3-b4c5d6e7f809";
const OTHER: &str = "00000000-1111-2222-3333-444444444444";
const TEMPLATE: &str = "https://login.example.net/{tenantid}/v2.0";

pub(crate) fn mint(corpus: &mut Corpus) {
    issuers(corpus);
    audiences(corpus);
    authorized_parties(corpus);
    subjects(corpus);
    tenants(corpus);
}

fn issuers(corpus: &mut Corpus) {
    corpus.group("iss");
    corpus.reject("I1", "missing", Draft::rs256().without("iss").token(), "`iss` is required");
    for (name, json, why) in [
        ("null", "null".to_owned(), "null"),
        ("number", "1".to_owned(), "a number"),
        ("array", format!("[\"{ISSUER}\"]"), "an array"),
        ("object", "{}".to_owned(), "an object"),
        ("empty", "\"\"".to_owned(), "nothing"),
        ("blank", "\" \"".to_owned(), "a blank"),
        ("other", text("https://evil.example"), "another issuer"),
        ("slash", text(&format!("{ISSUER}/")), "one slash more"),
        ("two-slashes", text(&format!("{ISSUER}//")), "two slashes more"),
        ("path", text(&format!("{ISSUER}/tenant")), "below it"),
        ("prefix", text("https://idp.example.or"), "a letter less"),
        ("suffix", text("https://idp.example.org.evil.example"), "it is only the beginning"),
        ("subdomain", text("https://a.idp.example.org"), "a subdomain"),
        ("parent", text("https://example.org"), "the parent domain"),
        ("user", text("https://idp.example.org@evil.example"), "a user name"),
        ("upper-host", text("https://IDP.example.org"), "no normalising of the host"),
        ("upper-scheme", text("HTTPS://idp.example.org"), "no normalising of the scheme"),
        ("http", text("http://idp.example.org"), "another scheme"),
        ("no-scheme", text("idp.example.org"), "no scheme"),
        ("port", text("https://idp.example.org:443"), "no normalising of the port"),
        ("percent", text("https://idp.example%2Eorg"), "no decoding"),
        ("final-dot", text("https://idp.example.org."), "a dot behind the host"),
        ("query", text(&format!("{ISSUER}?")), "a query"),
        ("fragment", text(&format!("{ISSUER}#")), "a fragment"),
        ("blank-behind", text(&format!("{ISSUER} ")), "no trimming"),
        ("newline-behind", text(&format!("{ISSUER}\n")), "no trimming"),
        ("nul-behind", text(&format!("{ISSUER}\0")), "nothing ends at a NUL"),
        ("lookalike", text("https://idp.exаmple.org"), "a Cyrillic letter"),
        ("fullwidth", text("https://idp.example\u{ff0e}org"), "a dot of another width"),
        ("zero-width", text("https://idp.\u{200b}example.org"), "an invisible letter"),
        ("backslash", text("https:\\\\idp.example.org"), "the other slashes"),
        ("regex", text("https://idp?example?org"), "no pattern"),
        ("list", text(&format!("{ISSUER} https://evil.example")), "two of them"),
    ] {
        corpus.reject("J11", name, Draft::rs256().claim("iss", &json).token(), why);
    }
    let escaped = Draft::rs256().claim("iss", r#""https:\/\/idp.ex\u0061mple.org""#).token();
    corpus.accept("J11", "escaped", escaped, "escaped letters are the letters");
    let token = Draft::rs256().claim("iss", &text(&format!("{ISSUER}/"))).token();
    corpus.accept("J11", "slash-expected", token, "the slash is the issuer's own").option("issuer", format!("{ISSUER}/"));
    corpus.reject("J11", "slash-lacking", Draft::rs256().token(), "a slash is expected").option("issuer", format!("{ISSUER}/"));
    let token = Draft::rs256().claim("iss", &text("https://idp.example.org/Realm")).token();
    corpus.reject("J11", "path-case", token, "a path is case-sensitive").option("issuer", "https://idp.example.org/realm");
}

fn audiences(corpus: &mut Corpus) {
    corpus.group("aud");
    corpus.reject("I1", "missing", Draft::rs256().without("aud").token(), "`aud` is required");
    for (name, json, why) in [
        ("null", "null", "null"),
        ("number", "1", "a number"),
        ("true", "true", "a truth value"),
        ("object", r#"{"client-1":true}"#, "an object"),
        ("empty", "\"\"", "nothing"),
        ("empty-array", "[]", "nobody"),
        ("other", "\"client-2\"", "another client"),
        ("others", r#"["client-2","client-3"]"#, "other clients"),
        ("nested", r#"[["client-1"]]"#, "an array in an array"),
        ("null-inside", "[null]", "null in an array"),
        ("number-inside", r#"["client-1",1]"#, "a number beside the client"),
        ("null-beside", r#"["client-1",null]"#, "null beside the client"),
        ("object-beside", r#"["client-1",{}]"#, "an object beside the client"),
        ("longer", "\"client-10\"", "the client is only the beginning"),
        ("shorter", "\"client-\"", "a letter less"),
        ("inside", "\"my client-1 app\"", "the client somewhere inside"),
        ("case", "\"CLIENT-1\"", "case-sensitive"),
        ("blank-before", "\" client-1\"", "no trimming"),
        ("blank-behind", "\"client-1 \"", "no trimming"),
        ("commas", "\"client-1,client-2\"", "no list in a string"),
        ("blanks", "\"client-1 client-2\"", "no list in a string"),
        ("json-text", r#""[\"client-1\"]""#, "no array in a string"),
        ("wildcard", "\"*\"", "no pattern"),
        ("lookalike", "\"сlient-1\"", "a Cyrillic letter"),
        ("nul-behind", r#""client-1\u0000""#, "nothing ends at a NUL"),
        ("issuer", "\"https://idp.example.org\"", "the issuer itself"),
    ] {
        let case = corpus.reject("J12", name, Draft::rs256().claim("aud", json).token(), why);
        if name.ends_with("-beside") || name == "number-inside" {
            case.policy();
        }
    }
    for (name, json, why) in [
        ("array", r#"["client-1"]"#, "an array of one"),
        ("twice", r#"["client-1","client-1"]"#, "the client twice is one audience"),
        ("escaped", r#""\u0063lient-1""#, "an escaped letter is the letter"),
    ] {
        let case = corpus.accept("J12", name, Draft::rs256().claim("aud", json).token(), why);
        if name == "twice" {
            case.policy();
        }
    }
    let many: Vec<String> = (0..2000).map(|place| format!("\"client-{place}\"")).collect();
    let token = Draft::rs256().claim("aud", &format!("[{}]", many.join(","))).claim("azp", "\"client-1\"").token();
    corpus.reject("J12", "2000", token, "many audiences that are not trusted").policy();
}

fn authorized_parties(corpus: &mut Corpus) {
    corpus.group("azp");
    let both = r#"["client-1","client-2"]"#;
    for (expected, name, aud, azp, why) in [
        (false, "i2-missing", both, None, "several audiences, and nobody says for whom"),
        (false, "i2-client", both, Some("\"client-1\""), "issued to the client, and the other audience is not trusted"),
        (false, "i2-client-last", r#"["client-2","client-1"]"#, Some("\"client-1\""), "the order says nothing"),
        (false, "i2-other", both, Some("\"client-2\""), "several audiences, issued to another"),
        (false, "i2-stranger", both, Some("\"client-3\""), "issued to a stranger"),
        (false, "i2-null", both, Some("null"), "null is nobody"),
        (false, "i2-empty", both, Some("\"\""), "nobody"),
        (false, "i2-array", both, Some(r#"["client-1"]"#), "`azp` is text"),
        (true, "i3-client", "\"client-1\"", Some("\"client-1\""), "issued to the client"),
        (false, "i3-other", "\"client-1\"", Some("\"client-2\""), "issued to another"),
        (false, "i3-case", "\"client-1\"", Some("\"Client-1\""), "case-sensitive"),
        (false, "i3-number", "\"client-1\"", Some("1"), "`azp` is text"),
        (true, "i3-null", "\"client-1\"", Some("null"), "a null claim is an absent one"),
        (false, "i3-object", "\"client-1\"", Some("{}"), "`azp` is text"),
        (false, "i3-empty", "\"client-1\"", Some("\"\""), "nobody"),
        (false, "aud-other", "\"client-2\"", Some("\"client-1\""), "`azp` is no audience"),
    ] {
        let draft = Draft::rs256().claim("aud", aud);
        let token = azp.map_or(draft.clone(), |azp| draft.claim("azp", azp)).token();
        let rule = if name.starts_with("i2") { "I2" } else { "I3" };
        let case = if expected { corpus.accept(rule, name, token, why) } else { corpus.reject(rule, name, token, why) };
        if name != "aud-other" {
            case.policy();
        }
    }
    let token = Draft::rs256().claim("appid", "\"client-2\"").claim("client_id", "\"client-2\"").token();
    corpus.accept("I3", "other-names", token, "claims that are no `azp`").policy();
}

fn subjects(corpus: &mut Corpus) {
    corpus.group("sub");
    corpus.reject("I1", "missing", Draft::rs256().without("sub").token(), "`sub` is required");
    let long = |length: usize| text(&"s".repeat(length));
    for (name, json, why) in [
        ("null", "null".to_owned(), "null"),
        ("number", "7".to_owned(), "a number"),
        ("array", "[\"user-7\"]".to_owned(), "an array"),
        ("object", "{}".to_owned(), "an object"),
        ("true", "true".to_owned(), "a truth value"),
        ("empty", "\"\"".to_owned(), "nobody"),
        ("256", long(256), "256 characters"),
        ("10000", long(10_000), "10000 characters"),
        ("umlaut", "\"j\u{fc}rgen\"".to_owned(), "a letter beyond ASCII"),
        ("umlaut-escaped", r#""j\u00fcrgen""#.to_owned(), "a letter beyond ASCII"),
        ("emoji", "\"\u{1f600}\"".to_owned(), "a letter beyond ASCII"),
    ] {
        let case = corpus.reject(
            if why.starts_with("a letter") || why.ends_with("characters") { "I10" } else { "I1" },
            name,
            Draft::rs256().claim("sub", &json).token(),
            why,
        );
        if !matches!(name, "null" | "number" | "array" | "object" | "true") {
            case.policy();
        }
    }
    for (name, json, why) in [
        ("255", long(255), "255 characters"),
        ("one", "\"7\"".to_owned(), "one character"),
        ("symbols", text("auth0|a/b:c@d e"), "any ASCII"),
    ] {
        corpus.accept("I10", name, Draft::rs256().claim("sub", &json).token(), why);
    }
}

/// D7: one provider, many tenants, each with an issuer of its own.
fn tenants(corpus: &mut Corpus) {
    corpus.group("tenant");
    let entra = |iss: &str, tid: Option<&str>| {
        let draft = Draft::rs256().claim("iss", &text(iss));
        tid.map_or(draft.clone(), |tid| draft.claim("tid", tid))
    };
    let of = |tenant: &str| format!("https://login.example.net/{tenant}/v2.0");
    let rows: [(bool, &str, Draft, &str); 27] = [
        (true, "good", entra(&of(TENANT), Some(&text(TENANT))), "the template filled with `tid`"),
        (true, "other-good", entra(&of(OTHER), Some(&text(OTHER))), "any tenant"),
        (false, "missing", entra(&of(TENANT), None), "no `tid`"),
        (false, "wrong", entra(&of(TENANT), Some(&text(OTHER))), "iss and tid name different tenants"),
        (true, "upper", entra(&of(TENANT), Some(&text(&TENANT.to_uppercase()))), "tenants are compared whatever their case"),
        (true, "upper-iss", entra(&of(&TENANT.to_uppercase()), Some(&text(TENANT))), "tenants are compared whatever their case"),
        (false, "null", entra(&of(TENANT), Some("null")), "`tid` is text"),
        (false, "number", entra(&of("7"), Some("7")), "`tid` is text"),
        (false, "array", entra(&of(TENANT), Some(&format!("[\"{TENANT}\"]"))), "`tid` is text"),
        (false, "empty", entra(&of(""), Some("\"\"")), "nobody"),
        (false, "traversal", entra(&of("../evil"), Some("\"../evil\"")), "a path"),
        (false, "dots", entra(&of(".."), Some("\"..\"")), "a path"),
        (false, "slash", entra(&of("a/b"), Some("\"a/b\"")), "two segments"),
        (false, "backslash", entra(&of("a\\b"), Some(&text("a\\b"))), "the other slash"),
        (false, "query", entra(&of("a?b"), Some("\"a?b\"")), "a query"),
        (false, "fragment", entra(&of("a#b"), Some("\"a#b\"")), "a fragment"),
        (false, "percent", entra(&of("%2e%2e"), Some("\"%2e%2e\"")), "an encoded path"),
        (false, "user", entra(&of("a@evil.example"), Some("\"a@evil.example\"")), "a user name"),
        (false, "placeholder", entra(TEMPLATE, Some("\"{tenantid}\"")), "the placeholder itself"),
        (false, "placeholder-alone", entra(TEMPLATE, Some(&text(TENANT))), "the template itself"),
        (false, "blank", entra(&of(" "), Some("\" \"")), "a blank"),
        (false, "newline", entra(&of("a\n"), Some("\"a\\n\"")), "a line break"),
        (false, "long", entra(&of(&"a".repeat(300)), Some(&text(&"a".repeat(300)))), "300 letters"),
        (false, "other-host", entra(&format!("https://evil.example/{TENANT}/v2.0"), Some(&text(TENANT))), "another host"),
        (false, "http", entra(&format!("http://login.example.net/{TENANT}/v2.0"), Some(&text(TENANT))), "another scheme"),
        (false, "other-version", entra(&format!("https://login.example.net/{TENANT}/v1.0"), Some(&text(TENANT))), "another path"),
        (false, "slash-behind", entra(&format!("{}/", of(TENANT)), Some(&text(TENANT))), "one slash more"),
    ];
    for (expected, name, draft, why) in rows {
        let case = if expected { corpus.accept("D7", name, draft.token(), why) } else { corpus.reject("D7", name, draft.token(), why) };
        case.policy().requires("issuer-template").option("issuer", TEMPLATE).option("issuer_mode", "entra-template");
    }
    let good = entra(&of(TENANT), Some(&text(TENANT))).token();
    corpus.reject("D7", "no-mode", good.clone(), "a template is opt-in").option("issuer", TEMPLATE);
    let lax = "https://{tenantid}/v2.0";
    let token = entra("https://evil/v2.0", Some("\"evil\"")).token();
    corpus
        .reject("D7", "host-template", token, "a template of the host")
        .policy()
        .option("issuer", lax)
        .option("issuer_mode", "entra-template");
    for (expected, name, issuer) in
        [(true, "key-of-all", TEMPLATE.to_owned()), (true, "key-of-tenant", of(TENANT)), (false, "key-of-other", of(OTHER))]
    {
        corpus.set(name, [public("rsa-1", json!({ "issuer": issuer }))]);
        let why = "the key says for whose tokens it is";
        let case = if expected { corpus.accept("D7", name, good.clone(), why) } else { corpus.reject("D7", name, good.clone(), why) };
        case.policy().requires("issuer-template").keys(name).option("issuer", TEMPLATE).option("issuer_mode", "entra-template");
    }
}

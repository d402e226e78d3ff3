//! Extensions, types and the other members of a header: RFC 7515 section 4.1, RFC 7797, RFC 8725 section 3.11.

use super::Corpus;
use super::draft::Draft;

pub(crate) fn mint(corpus: &mut Corpus) {
    extensions(corpus);
    types(corpus);
}

fn extensions(corpus: &mut Corpus) {
    corpus.group("crit");
    for (name, critical, further, why) in [
        ("unknown", r#"["exp-ext"]"#, &[("exp-ext", "1")][..], "an extension that is not understood"),
        ("absent", r#"["exp-ext"]"#, &[], "an extension that is not even there"),
        ("b64-true", r#"["b64"]"#, &[("b64", "true")], "`b64` is not understood here, whatever its value"),
        ("b64-false", r#"["b64"]"#, &[("b64", "false")], "an unencoded payload"),
        ("registered", r#"["alg"]"#, &[], "registered names must not be listed"),
        ("kid", r#"["kid"]"#, &[], "registered names must not be listed"),
        ("claim", r#"["exp"]"#, &[("exp", "1")], "a claim's name"),
        ("empty", "[]", &[], "an empty list is malformed"),
        ("text", "\"b64\"", &[], "no array"),
        ("null", "null", &[], "no array"),
        ("false", "false", &[], "no array"),
        ("object", "{}", &[], "no array"),
        ("number", "[1]", &[], "no names"),
        ("nested", r#"[["b64"]]"#, &[], "no names"),
        ("empty-name", r#"[""]"#, &[("", "1")], "an empty name"),
        ("twice", r#"["x","x"]"#, &[("x", "1")], "a name twice"),
        ("two", r#"["b64","http://example.com/x"]"#, &[("b64", "true"), ("http://example.com/x", "1")], "one of two is not understood"),
    ] {
        let draft = further.iter().fold(Draft::rs256().member("crit", critical), |draft, (name, json)| draft.member(name, json));
        corpus.reject("J5", name, draft.token(), why);
    }
    for (name, json) in [("false", "false"), ("text", "\"false\""), ("null", "null"), ("zero", "0")] {
        let token = Draft::rs256().member("b64", json).token();
        corpus.reject("J5", format!("b64-{name}-alone"), token, "`b64` without `crit`, and not true").policy();
    }
    let draft = Draft::rs256().member("b64", "false").member("crit", r#"["b64"]"#);
    let input = format!("{}.{}", draft.input().split('.').next().unwrap_or_default(), "eyJ9");
    let token = draft.of_parts(input.split('.').next().unwrap_or_default(), "eyJ9");
    corpus.reject("J5", "b64-raw-payload", token, "an unencoded payload that looks like an encoded one");
    for (name, member, json, why) in [
        ("b64-true-alone", "b64", "true", "`b64` true is what holds anyway"),
        ("zip", "zip", "\"DEF\"", "`zip` means nothing in a signed token"),
        ("unknown-member", "x", r#"{"a":[1,null]}"#, "unknown members are ignored"),
        ("epk", "epk", "{}", "a member of encryption that says nothing here"),
        ("alg-in-unknown", "ALG", "\"none\"", "names are case-sensitive"),
        ("iss-copy", "iss", "\"https://evil.example\"", "claims in the header are nobody's business"),
    ] {
        corpus.accept("J5", name, Draft::rs256().member(member, json).token(), why).policy();
    }
    let token = Draft::rs256().member("enc", "\"A256GCM\"").token();
    corpus.reject("J19", "enc", token, "`enc` in a token of three parts").policy();
}

fn types(corpus: &mut Corpus) {
    corpus.group("typ");
    for (name, json, why) in [
        ("jwt", "\"JWT\"", "the usual type"),
        ("jwt-lower", "\"jwt\"", "letters are compared without case"),
        ("jwt-long", "\"application/jwt\"", "`application/` may be left out or not"),
        ("jose", "\"JOSE\"", "the generic type"),
        ("unknown", "\"whatever\"", "an unknown type says nothing"),
        ("id-token", "\"ID\"", "no name of another kind"),
        ("empty", "\"\"", "no name of another kind"),
    ] {
        let case = corpus.accept("J19", name, Draft::rs256().member("typ", json).token(), why);
        if name != "jwt" {
            case.policy();
        }
    }
    for kind in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "APPLICATION/AT+jwt",
        "logout+jwt",
        "application/logout+jwt",
        "dpop+jwt",
        "token-introspection+jwt",
        "oauth-authz-req+jwt",
        "client-authentication+jwt",
        "secevent+jwt",
        "entity-statement+jwt",
        "kb+jwt",
        "dc+sd-jwt",
        "oauth-client-attestation+jwt",
    ] {
        let token = Draft::rs256().member("typ", &format!("\"{kind}\"")).token();
        corpus.reject("J19", format!("kind-{kind}"), token, "the name of another kind of token").policy();
    }
    for member in ["typ", "cty"] {
        let token = Draft::rs256().member(member, "null").token();
        corpus.accept("J19", format!("{member}-null"), token, "a null member is an absent one").policy();
    }
    for (name, json) in [("number", "1"), ("array", r#"["JWT"]"#), ("object", "{}"), ("bool", "true")] {
        corpus.reject("J19", format!("typ-{name}"), Draft::rs256().member("typ", json).token(), "`typ` is text").policy();
        corpus.reject("J19", format!("cty-{name}"), Draft::rs256().member("cty", json).token(), "`cty` is text").policy();
    }
    for content in ["JWT", "jwt", "application/jwt", "Application/JWT"] {
        let token = Draft::rs256().member("cty", &format!("\"{content}\"")).token();
        corpus.reject("J19", format!("cty-{content}"), token, "announced as another token, and it is claims").policy();
    }
    corpus.accept("J19", "cty-json", Draft::rs256().member("cty", "\"json\"").token(), "the payload is JSON, as it says").policy();
    let inner = Draft::rs256().token();
    let nested = Draft::rs256().member("cty", "\"JWT\"").raw_payload(inner.clone()).token();
    corpus.reject("J19", "nested", nested, "a signed token inside a signed one");
    corpus.reject("J2", "nested-unannounced", Draft::rs256().raw_payload(inner).token(), "the payload is a token, not an object");
}

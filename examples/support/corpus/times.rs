//! When a token begins and ends: RFC 7519 sections 2 and 4.1.

use super::draft::Draft;
use super::{Corpus, NOW};

/// Years 1970 to 9999.
const LAST: i64 = 253_402_300_799;

pub(crate) fn mint(corpus: &mut Corpus) {
    corpus.group("times");
    types(corpus);
    boundaries(corpus);
    contradictions(corpus);
    corpus.reject("I1", "exp-missing", Draft::rs256().without("exp").token(), "`exp` is required");
    corpus.reject("I1", "iat-missing", Draft::rs256().without("iat").token(), "`iat` is required");
    corpus.accept("J8", "nbf-missing", Draft::rs256().token(), "`nbf` is optional");
    corpus.accept("J7", "exp-far", Draft::rs256().claim("exp", &LAST.to_string()).token(), "the last second of the year 9999").policy();
    corpus.reject("J17", "exp-beyond", Draft::rs256().claim("exp", &(LAST + 1).to_string()).token(), "beyond the year 9999").policy();
}

/// No date, whichever claim it stands in.
fn types(corpus: &mut Corpus) {
    for claim in ["exp", "nbf", "iat", "auth_time"] {
        let soon = if claim == "exp" { NOW + 3600 } else { NOW - 60 };
        for (name, json, why) in [
            ("text", format!("\"{soon}\""), "a string"),
            ("date-text", "\"2025-10-09T00:00:00Z\"".to_owned(), "a string"),
            ("null", "null".to_owned(), "null"),
            ("true", "true".to_owned(), "a truth value"),
            ("array", format!("[{soon}]"), "an array"),
            ("object", format!("{{\"seconds\":{soon}}}"), "an object"),
            ("overflow", "1e999".to_owned(), "a number without end"),
            ("milliseconds", format!("{soon}000"), "milliseconds"),
            ("beyond-double", "9007199254740993".to_owned(), "2^53 + 1"),
            ("i64-max", i64::MAX.to_string(), "the largest signed number"),
            ("i64-max-plus-one", "9223372036854775808".to_owned(), "beyond it"),
            ("u64-max", u64::MAX.to_string(), "the largest unsigned number"),
            ("i64-min", i64::MIN.to_string(), "the smallest signed number"),
            ("long", "9".repeat(400), "400 digits"),
            ("minus-overflow", "-1e999".to_owned(), "a number without end"),
        ] {
            let token = Draft::rs256().claim(claim, &json).token();
            // A null claim is an absent one, and these two may be absent.
            let is_absent = name == "null" && matches!(claim, "nbf" | "auth_time");
            let name_of_case = format!("{claim}-{name}");
            let case =
                if is_absent { corpus.accept("J17", name_of_case, token, why) } else { corpus.reject("J17", name_of_case, token, why) };
            // Readers differ over the ends of the range, and over what is not required.
            if claim != "exp" || matches!(name, "milliseconds" | "beyond-double") || name.contains("max") || name == "long" {
                case.policy();
            }
        }
        if claim != "iat" {
            let token = Draft::rs256().claim(claim, "-1").token();
            let case = corpus.reject("J17", format!("{claim}-negative"), token, "before 1970");
            if claim != "exp" {
                case.policy();
            }
        }
    }
    corpus.accept("J17", "iat-negative", Draft::rs256().claim("iat", "-1").token(), "issued before 1970").policy();
    corpus.accept("J17", "iat-zero", Draft::rs256().claim("iat", "0").token(), "issued at the very beginning");
    corpus.accept("J17", "nbf-zero", Draft::rs256().claim("nbf", "0").token(), "valid from the very beginning");
    corpus.reject("J7", "exp-zero", Draft::rs256().claim("exp", "0").token(), "over since 1970");
    corpus.reject("J7", "exp-minus-zero", Draft::rs256().claim("exp", "-0").token(), "over since 1970");
    for (name, json) in
        [("exponent", "1.8e9"), ("exponent-upper", "18E+8"), ("point", "1800000000.0"), ("negative-exponent", "18000000000e-1")]
    {
        corpus.accept("J10", format!("exp-{name}"), Draft::rs256().claim("exp", json).token(), "another way to write 1800000000");
    }
    let precise = format!("{}.{}", NOW + 3600, "123456789".repeat(20));
    corpus.accept("J10", "exp-precise", Draft::rs256().claim("exp", &precise).token(), "more digits than anybody needs").policy();
}

fn boundaries(corpus: &mut Corpus) {
    // Claim, its distance from now, leeway, verdict: an expiry is over at its second, the others have begun at theirs.
    for (claim, offset, leeway, expected) in [
        ("exp", 1, 0, true),
        ("exp", 0, 0, false),
        ("exp", -1, 0, false),
        ("exp", -29, 30, true),
        ("exp", -30, 30, false),
        ("exp", -31, 30, false),
        ("exp", 0, 30, true),
        ("exp", -3600, 0, false),
        ("nbf", 0, 0, true),
        ("nbf", -1, 0, true),
        ("nbf", 1, 0, false),
        ("nbf", 30, 30, true),
        ("nbf", 31, 30, false),
        ("nbf", 3000, 30, false),
        ("iat", 0, 0, true),
        ("iat", 1, 0, false),
        ("iat", 30, 30, true),
        ("iat", 31, 30, false),
        ("iat", -864_000, 0, true),
        ("auth_time", 0, 0, true),
        ("auth_time", 1, 0, false),
        ("auth_time", 30, 30, true),
        ("auth_time", 31, 30, false),
    ] {
        let draft = Draft::rs256().claim(claim, &(NOW + offset).to_string());
        // The rest must not contradict it.
        let draft = if claim == "exp" { draft.claim("iat", &(NOW - 4000).to_string()) } else { draft };
        let rule = match claim {
            "exp" => "J7",
            "nbf" => "J8",
            "iat" => "J9",
            _ => "J18",
        };
        let name = format!("{claim}-{offset:+}-leeway-{leeway}");
        let token = draft.token();
        let case =
            if expected { corpus.accept(rule, name, token, "up to the second") } else { corpus.reject(rule, name, token, "to the second") };
        case.option("leeway", leeway);
        if matches!(claim, "iat" | "auth_time") && !expected {
            case.policy();
        }
    }
    for (claim, offset, leeway, expected) in [
        ("exp", "0.5", 0, true),
        ("exp", "0.000000001", 0, true),
        ("exp", "0.0", 0, false),
        ("nbf", "0.5", 0, false),
        ("nbf", "0.0", 0, true),
        ("iat", "0.5", 0, false),
        ("iat", "0.5", 1, true),
    ] {
        let json = format!("{NOW}{}", &offset[1..]);
        let name = format!("{claim}-fraction-{offset}-leeway-{leeway}");
        let token = Draft::rs256().claim("iat", &(NOW - 9).to_string()).claim(claim, &json).token();
        let case = if expected {
            corpus.accept("J10", name, token, "a fraction counts")
        } else {
            corpus.reject("J10", name, token, "a fraction counts")
        };
        case.policy().option("leeway", leeway);
    }
    // A second before and after, by the clock.
    let token = Draft::rs256().token();
    corpus.accept("J7", "clock-last-second", token.clone(), "the last second").option("now", NOW + 3599);
    corpus.reject("J7", "clock-over", token.clone(), "a second later").option("now", NOW + 3600);
    corpus.reject("J9", "clock-behind", token.clone(), "a clock before its issue").policy().option("now", NOW - 61);
    corpus.reject("J7", "clock-far", token, "a clock in the year 2100").option("now", 4_102_444_800_i64);
}

fn contradictions(corpus: &mut Corpus) {
    for (name, iat, nbf, exp, leeway, why) in [
        ("iat-after-exp", 20, 0, 10, 30, "issued after its end"),
        ("nbf-after-exp", 0, 20, 10, 30, "valid from after its end"),
        ("iat-after-exp-past", -10, -60, -20, 30, "issued after its end, within the leeway"),
    ] {
        let draft = Draft::rs256().claim("iat", &(NOW + iat).to_string()).claim("nbf", &(NOW + nbf).to_string());
        corpus.reject("J18", name, draft.claim("exp", &(NOW + exp).to_string()).token(), why).policy().option("leeway", leeway);
    }
    let at = |claim: &str, offset: i64| Draft::rs256().claim(claim, &(NOW + offset).to_string());
    corpus
        .accept("J18", "iat-is-exp", at("iat", 10).claim("exp", &(NOW + 10).to_string()).token(), "a life of no length")
        .policy()
        .option("leeway", 30);
    corpus.accept("J18", "nbf-before-iat", at("nbf", -3600).token(), "valid from before its issue");
    corpus.accept("J18", "nbf-after-iat", at("nbf", -10).token(), "valid from a little later");
    corpus.accept("J18", "auth-before-iat", at("auth_time", -3600).token(), "logged in before");
    corpus
        .accept("J18", "auth-after-iat", at("auth_time", -10).token(), "logged in after the token was made, and not in the future")
        .policy();
}

//! The form of a token: rules J1 to J6, J13, J16, J19.

use serde_json::json;

use super::harness::*;
use crate::encoding::base64url;
use crate::jose::{AlgorithmSet, SignatureAlgorithm, TokenLimits};
use crate::validation::{TokenKind, TokenValidationOptions, ValidationErrorKind, ValidationStage, validate};

fn as_id_token(token: &str) -> Outcome {
    validate(token, &keys(), &rules(TokenKind::IdToken), now())
}

#[test]
fn j1_only_three_strict_parts() {
    let good = sign(None, &sound(TokenKind::IdToken).1);
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    for (token, expected) in [
        (good.clone(), "ok"),
        (String::new(), "token_parts"),
        ("..".into(), "header_json"),
        (format!("{header}.{payload}"), "token_parts"),
        (format!("{good}."), "token_parts"),
        (format!("{good}.a"), "token_parts"),
        (format!("{header}=.{payload}.{signature}"), "token_base64url"),
        (format!("{header}.{payload}=.{signature}"), "token_base64url"),
        (format!("{header}.{payload}.{signature}="), "token_base64url"),
        (format!(" {good}"), "token_base64url"),
        (format!("{good}\n"), "token_base64url"),
        (format!("{header}.{payload}."), "token_unsigned"),
    ] {
        expect(as_id_token(&token), expected, token);
    }
}

#[test]
fn j2_payload_is_a_strict_json_object() {
    let sound = sound(TokenKind::IdToken).1.to_string();
    let padded = |extra: &str| format!("{},{extra}}}", sound.strip_suffix('}').unwrap());
    let nested = |depth: usize| padded(&format!("\"x\":{}1{}", "[".repeat(depth - 1), "]".repeat(depth - 1)));
    for (payload, accepted) in [
        (sound.clone().into_bytes(), true),
        (format!(" {sound}\r\n").into_bytes(), true),
        (nested(64).into_bytes(), true),
        (nested(65).into_bytes(), false),
        (format!("[{sound}]").into_bytes(), false),
        (b"null".to_vec(), false),
        (b"".to_vec(), false),
        (format!("\u{feff}{sound}").into_bytes(), false),
        (format!("{sound}{{}}").into_bytes(), false),
        (padded(r#""x":"\ud800""#).into_bytes(), false),
        (padded(r#""x":"\ud83d\ude00""#).into_bytes(), true),
        (padded(r#""iss":"https://issuer.example.com""#).into_bytes(), false),
        (padded(r#""\u0069ss":"https://issuer.example.com""#).into_bytes(), false),
        (padded(r#""x":{"a":1,"a":1}"#).into_bytes(), false),
        ([padded(r#""x":"#).as_bytes(), b"\"\xff\"}"].concat(), false),
    ] {
        let outcome = as_id_token(&sign_raw(&header(None), &payload, &KEY));
        let shown = String::from_utf8_lossy(&payload);
        expect(outcome, if accepted { "ok" } else { "malformed_token" }, shown);
    }
}

#[test]
fn j3_algorithms_are_the_callers_and_defaults_follow_the_kind() {
    for (kind, expected) in [
        (TokenKind::IdToken, AlgorithmSet::only(SignatureAlgorithm::RS256)),
        (TokenKind::LogoutToken, AlgorithmSet::only(SignatureAlgorithm::RS256)),
        (TokenKind::AuthorizationResponse, AlgorithmSet::only(SignatureAlgorithm::RS256)),
        (TokenKind::IntrospectionResponse, AlgorithmSet::only(SignatureAlgorithm::RS256)),
        (TokenKind::AccessToken, AlgorithmSet::ASYMMETRIC),
        (TokenKind::PlainAccessToken, AlgorithmSet::ASYMMETRIC),
        (TokenKind::Other, AlgorithmSet::ASYMMETRIC),
        (TokenKind::UserInfoResponse, AlgorithmSet::EMPTY),
        (TokenKind::ClaimSource, AlgorithmSet::ASYMMETRIC),
    ] {
        let options = TokenValidationOptions::builder(kind).issuer(ISSUER).audience(CLIENT).build();
        assert_eq!(options.algorithms(), expected, "{kind}");
        // These tests sign with ES256.
        let expected = match () {
            () if expected.contains(ALGORITHM) => "ok",
            () if expected.is_empty() => "algorithm_none_allowed",
            () => "algorithm_not_allowed",
        };
        let outcome = judge(&sound(kind).1, &options);
        expect(outcome.clone(), expected, kind);
        assert_eq!(outcome.is_err_and(|error| error.is_configuration()), expected == "algorithm_none_allowed");
    }
}

#[test]
fn j4_none_and_hmac_are_refused_before_the_signature() {
    for name in ["none", "None", "NONE", "nOnE", "HS256", "es256", "", "RS256"] {
        let token = sign_raw(&json!({"alg": name, "kid": "k"}).to_string(), sound(TokenKind::IdToken).1.to_string().as_bytes(), &KEY);
        let error = as_id_token(&token).unwrap_err();
        assert_eq!((error.kind(), error.stage()), (ValidationErrorKind::AlgorithmNotAllowed, ValidationStage::Inspection), "{name}");
    }
    let input = format!("{}.{}", base64url::encode(r#"{"alg":"none"}"#), base64url::encode("{}"));
    expect(as_id_token(&format!("{input}.")), "token_unsigned", "no signature");
}

#[test]
fn j5_critical_headers_and_b64_are_refused() {
    for (member, expected) in [
        (r#""crit":["exp"],"exp":1"#, "header_critical"),
        (r#""crit":["b64"],"b64":false"#, "header_critical"),
        (r#""crit":[]"#, "header_member"),
        (r#""crit":"exp""#, "header_member"),
        (r#""b64":false"#, "header_member"),
        (r#""b64":true"#, "ok"),
        (r#""x":1,"zip":"DEF""#, "ok"),
    ] {
        let header = format!(r#"{{"alg":"ES256","kid":"k",{member}}}"#);
        expect(as_id_token(&sign_raw(&header, sound(TokenKind::IdToken).1.to_string().as_bytes(), &KEY)), expected, member);
    }
}

#[test]
fn j13_an_encrypted_token_is_refused_by_name() {
    let header = base64url::encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
    expect(as_id_token(&format!("{header}.a.b.c.d")), "encrypted_token", "five parts");
}

#[test]
fn j16_sizes_are_capped_before_decoding() {
    let mut claims = sound(TokenKind::IdToken).1;
    claims["x"] = json!("a".repeat(1000));
    let token = sign(None, &claims);
    let limited = |octets| {
        let limits = TokenLimits::default().with_token(octets);
        complete!(TokenValidationOptions::id_token().limits(limits))
    };
    expect(validate(&token, &keys(), &limited(token.len()), now()), "ok", "just fits");
    expect(validate(&token, &keys(), &limited(token.len() - 1), now()), "token_too_large", "one octet too long");
    expect(as_id_token(&"a".repeat(256 * 1024 + 1)), "token_too_large", "default");
}

#[test]
fn j19_header_members_of_a_wrong_type_are_refused() {
    for (header, expected) in [
        (r#"{"alg":"ES256","kid":1}"#, "header_member"),
        (r#"{"alg":"ES256","kid":null,"typ":null,"cty":null}"#, "ok"),
        (r#"{"alg":"ES256","kid":""}"#, "ok"),
        (r#"{"alg":"ES256","kid":"k","typ":1}"#, "header_member"),
        (r#"{"alg":"ES256","kid":"k","cty":[]}"#, "header_member"),
        (r#"{"alg":["ES256"],"kid":"k"}"#, "header_member"),
        (r#"{"kid":"k"}"#, "header_member"),
        (r#"{"alg":"ES256","kid":"k","enc":"A256GCM"}"#, "header_member"),
        (r#"{"alg":"ES256","kid":"k","cty":"JWT"}"#, "nested_token"),
        (r#"{"alg":"ES256","kid":"k","cty":"application/jwt"}"#, "nested_token"),
        (r#"{"alg":"ES256","kid":"k","cty":"json"}"#, "ok"),
        (r#"{"alg":"ES256","kid":"k","kid":"k"}"#, "header_json"),
        (r#"["ES256"]"#, "header_json"),
    ] {
        expect(as_id_token(&sign_raw(header, sound(TokenKind::IdToken).1.to_string().as_bytes(), &KEY)), expected, header);
    }
}

use super::*;
use crate::encoding::base64url;
use crate::jose::{AlgorithmSet, JoseError, JsonWebKey, JsonWebKeySet, KeySelection, KeySelectionError, PrivateKey, SignatureAlgorithm};

/// One private key for each algorithm that signs: RSA keys are slow to make, so one serves all six rows.
fn keys() -> Vec<(SignatureAlgorithm, PrivateKey)> {
    let rsa = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let rsa = PrivateKey::from_jwk(rsa.expose_jwk().expose().replace(r#""alg":"RS256","#, "").as_bytes()).unwrap();
    let of = |row: SignatureAlgorithm| match row.family() {
        crate::jose::SignatureFamily::RsaPkcs1 | crate::jose::SignatureFamily::RsaPss => rsa.clone(),
        _ => PrivateKey::generate(row).unwrap(),
    };
    SignatureAlgorithm::ALL.iter().filter(|row| row.can_sign()).map(|row| (*row, of(*row))).collect()
}

#[test]
fn every_signing_row_verifies_what_it_signed_and_nothing_else() {
    for (row, key) in keys() {
        let token = sign_compact_blocking(&JwsHeader::new().typ("JWT"), b"payload", &key.signer(row).unwrap()).unwrap();
        let set = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
        let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
        let verified = JwsVerifier::new(row).unwrap().verify(&jws, &set).unwrap();
        assert_eq!((verified.payload(), verified.algorithm()), (&b"payload"[..], row));
        assert_eq!(verified.header().typ(), Some("JWT"));
        // j3: an algorithm that is not on the list is rejected before any key is looked at.
        let others: AlgorithmSet = SignatureAlgorithm::ALL.iter().copied().filter(|other| *other != row).collect();
        let refusal = JwsVerifier::new(others).unwrap().verify(&jws, &set).unwrap_err();
        assert_eq!(refusal, JoseError::AlgorithmNotAllowed { found: row.name().into(), allowed: others });
    }
}

#[test]
fn k1_a_key_that_nobody_can_use_is_no_second_one_that_fits() {
    let off_the_curve = base64url::encode([7; 32]);
    let off_the_curve = format!(r#"{{"kty":"EC","crv":"P-256","x":"{off_the_curve}","y":"{off_the_curve}"}}"#);
    let off_the_curve = JsonWebKey::from_json(off_the_curve.as_bytes()).unwrap();
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let other = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let token = sign_compact_blocking(&JwsHeader::new(), b"", &key.signer(SignatureAlgorithm::ES256).unwrap()).unwrap();
    let verify = |keys: &[&JsonWebKey]| {
        let set = JsonWebKeySet::from_keys(keys.iter().map(|key| (*key).clone()));
        let verifier = JwsVerifier::new(SignatureAlgorithm::ES256).unwrap();
        verifier.verify(&verifier.parse(&token, TokenLimits::default()).unwrap(), &set).map(drop)
    };
    assert_eq!(verify(&[&off_the_curve, key.public_jwk(), &off_the_curve]), Ok(()));
    let several =
        |found| Err(JoseError::Selection(KeySelectionError::Several { algorithm: SignatureAlgorithm::ES256, found, key_id: None }));
    assert_eq!(verify(&[key.public_jwk(), other.public_jwk()]), several(2));
    assert_eq!(verify(&[key.public_jwk(), &off_the_curve, other.public_jwk()]), several(3));
    for unusable in [&[&off_the_curve, &off_the_curve][..], &[&off_the_curve]] {
        assert!(matches!(verify(unusable), Err(JoseError::Key(_))), "one key is one key, however often it stands there");
    }
}

#[test]
fn j1_a_long_signature_is_read_up_to_the_longest_there_is_and_no_further() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let set = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    let verifier = JwsVerifier::new(SignatureAlgorithm::ES256).unwrap();
    let outcome = |signature: String| {
        let token = format!("{}.e30.{signature}", base64url::encode(r#"{"alg":"ES256"}"#));
        verifier.verify(&verifier.parse(&token, TokenLimits::default()).unwrap(), &set).map(drop)
    };
    let (wrong, unreadable) =
        (Err(JoseError::Signature { algorithm: SignatureAlgorithm::ES256 }), Err(JoseError::Base64Url { part: "signature" }));
    for length in [684, 6170] {
        assert_eq!(outcome("A".repeat(length)), wrong, "{length}");
        assert_eq!(outcome("!".repeat(length)), unreadable, "{length}");
    }
    // Beyond that nothing is decoded.
    assert_eq!(outcome("!".repeat(6171)), wrong);
}

fn header(json: &str) -> Result<(), JoseError> {
    let token = format!("{}.e30.c2ln", base64url::encode(json));
    CompactJws::parse(&token, TokenLimits::default()).map(drop)
}

#[test]
fn j19_header_members_of_the_wrong_type_are_refused() {
    for (json, member) in [
        (r#"{}"#, "alg"),
        (r#"{"alg":null}"#, "alg"),
        (r#"{"alg":["RS256"]}"#, "alg"),
        (r#"{"alg":256}"#, "alg"),
        (r#"{"alg":"RS256","kid":1}"#, "kid"),
        (r#"{"alg":"RS256","kid":{"a":1}}"#, "kid"),
        (r#"{"alg":"RS256","kid":"a\r\nb"}"#, "kid"),
        (r#"{"alg":"RS256","kid":"a\u0000"}"#, "kid"),
        (r#"{"alg":"RS256","kid":"a\u0085"}"#, "kid"),
        (r#"{"alg":"RS256","typ":false}"#, "typ"),
        (r#"{"alg":"RS256","cty":[]}"#, "cty"),
        (r#"{"alg":"RS256","enc":"A128GCM"}"#, "enc"),
        (r#"{"alg":"dir","enc":"A128GCM"}"#, "enc"),
        (r#"{"alg":"RS256","b64":false}"#, "b64"),
        (r#"{"alg":"RS256","b64":"true"}"#, "b64"),
        (r#"{"alg":"RS256","b64":null}"#, "b64"),
        (r#"{"alg":"RS256","crit":[]}"#, "crit"),
        (r#"{"alg":"RS256","crit":"exp"}"#, "crit"),
        (r#"{"alg":"RS256","crit":[1]}"#, "crit"),
        (r#"{"alg":"RS256","crit":null}"#, "crit"),
    ] {
        let refusal = header(json).unwrap_err();
        assert!(matches!(refusal, JoseError::HeaderMember { member: found, .. } if found == member), "{json}: {refusal}");
    }
}

#[test]
fn j5_no_extension_is_understood() {
    for name in ["exp", "b64", "http://example.com/UNDEFINED", "alg"] {
        let json = format!(r#"{{"alg":"RS256","crit":["{name}"],"b64":false,"exp":1}}"#);
        let refusal = header(&json).unwrap_err();
        assert!(matches!(refusal, JoseError::Critical { .. } | JoseError::HeaderMember { member: "b64", .. }), "{json}");
    }
    assert_eq!(header(r#"{"alg":"RS256","crit":["a\nb"]}"#).unwrap_err(), JoseError::Critical { name: "a\\nb".into() });
}

#[test]
fn k8_keys_and_zip_in_the_header_are_no_reason_to_do_anything() {
    let json = r#"{"alg":"RS256","jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example","x5u":"x","x5c":[1],"zip":"DEF","b64":true}"#;
    assert_eq!(header(json), Ok(()));
}

#[test]
fn j2_the_header_is_one_well_formed_object() {
    for json in ["", "[]", "null", "\"a\"", r#"{"alg":"RS256"}{}"#, r#"{"alg":"RS256","alg":"none"}"#, r#"{"alg":"RS256","a":"\ud800"}"#] {
        assert!(matches!(header(json), Err(JoseError::Header(_))), "{json}");
    }
    assert!(matches!(header("\u{feff}{\"alg\":\"RS256\"}"), Err(JoseError::Header(_))));
    assert!(matches!(header(r#"{"alg":"RS256","a":{"b":1,"b":2}}"#), Err(JoseError::Header(_))));
    assert_eq!(header(" {\"alg\" : \"RS256\"}\r\n"), Ok(()));
}

#[test]
fn j1_three_parts_of_strict_base64url() {
    let parse = |token: &str| CompactJws::parse(token, TokenLimits::default()).map(drop).unwrap_err();
    for (token, found) in [("", 1), ("a", 1), ("a.b", 2), ("a.b.c.d", 4), ("a.b.c.d.e", 5), ("...........", 6)] {
        assert_eq!(parse(token), JoseError::Parts { expected: 3, found }, "{token}");
    }
    let good = base64url::encode(r#"{"alg":"ES256"}"#);
    assert_eq!(parse(&format!("{good}.e30.")), JoseError::Unsigned);
    assert_eq!(parse(&format!("{good}=.e30.AA")), JoseError::Base64Url { part: "header" });
    assert_eq!(parse(&format!(" {good}.e30.AA")), JoseError::Base64Url { part: "header" });
    assert_eq!(parse(".e30.AA").code(), "header_json");
    for payload in ["e30=", "e3+", "e31", "e", "e 30", "e30\n"] {
        assert_eq!(parse(&format!("{good}.{payload}.AA")), JoseError::Base64Url { part: "payload" }, "{payload}");
    }
}

#[test]
fn j16_sizes_are_checked_before_anything_is_decoded() {
    let limits = TokenLimits::default();
    let long = "a".repeat(256 * 1024 + 1);
    let refusal = CompactJws::parse(&long, limits).unwrap_err();
    assert_eq!(refusal, JoseError::TooLarge { part: "token", limit: 262_144, found: 262_145 });
    let header = format!("{}.e30.AA", "!".repeat(16 * 1024 + 1));
    assert_eq!(CompactJws::parse(&header, limits).unwrap_err().code(), "token_too_large");
    let small = base64url::encode(r#"{"alg":"ES256"}"#) + ".e30.AA";
    assert!(CompactJws::parse(&small, limits).is_ok());
    assert!(matches!(CompactJws::parse(&small, limits.with_token(10)), Err(JoseError::TooLarge { part: "token", limit: 10, .. })));
    assert!(matches!(CompactJws::parse(&small, limits.with_header(10)), Err(JoseError::TooLarge { part: "header", limit: 10, .. })));
}

#[test]
fn j6_typ_is_compared_without_case_and_without_application() {
    let typed = |typ: &str| {
        let token = format!("{}.e30.AA", base64url::encode(format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#)));
        CompactJws::parse(&token, TokenLimits::default()).unwrap().header().clone()
    };
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        assert!(typed(typ).typ_is("at+jwt") && typed(typ).typ_is("application/at+jwt"), "{typ}");
    }
    for typ in
        ["", "JWT", "at+jwt ", "application/application/at+jwt", "applicatio/at+jwt", "x/at+jwt", "application/", "äpplication/at+jwt"]
    {
        assert!(!typed(typ).typ_is("at+jwt"), "{typ}");
    }
}

#[test]
fn j4_none_is_not_allowed_in_any_spelling_and_no_list_may_be_empty() {
    let verifier = JwsVerifier::new(AlgorithmSet::ASYMMETRIC).unwrap();
    for name in ["none", "None", "NONE", "nOnE", "", "RS256 ", "rs256", "HS256"] {
        let token = format!("{}.e30.AA", base64url::encode(format!(r#"{{"alg":"{name}"}}"#)));
        let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
        let refusal = verifier.verify(&jws, &JsonWebKeySet::default()).unwrap_err();
        assert!(matches!(refusal, JoseError::AlgorithmNotAllowed { .. }), "{name}: {refusal}");
    }
    assert_eq!(JwsVerifier::new(AlgorithmSet::EMPTY).unwrap_err(), JoseError::NoAlgorithmAllowed);
}

#[test]
fn k9_hmac_never_takes_the_bytes_of_an_asymmetric_key() {
    let key = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let public = key.public_jwk();
    let verifier = JwsVerifier::new([SignatureAlgorithm::HS256, SignatureAlgorithm::RS256]).unwrap();
    for secret in [public.to_json().as_bytes(), public.member("n").unwrap().as_raw().as_bytes()] {
        let forger = PrivateKey::from_secret(secret).unwrap().signer(SignatureAlgorithm::HS256).unwrap();
        let token = sign_compact_blocking(&JwsHeader::new(), b"{}", &forger).unwrap();
        let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
        let set = JsonWebKeySet::from_keys([public.clone()]);
        assert_eq!(verifier.verify(&jws, &set).unwrap_err().code(), "key_none_fits");
        assert_eq!(verifier.verify_with_key(&jws, public).unwrap_err().code(), "key_unfit");
    }
}

#[test]
fn k3_try_each_finds_the_key_and_says_signature_where_none_does() {
    let row = SignatureAlgorithm::ES256;
    let keys: Vec<_> = (0..3).map(|_| PrivateKey::generate(row).unwrap().with_key_id("same").unwrap()).collect();
    let set: JsonWebKeySet = keys.iter().map(|key| key.public_jwk().clone()).collect();
    let token = sign_compact_blocking(&JwsHeader::new(), b"{}", &keys[2].signer(row).unwrap()).unwrap();
    let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
    let strict = JwsVerifier::new(row).unwrap();
    assert_eq!(strict.verify(&jws, &set).unwrap_err().code(), "key_ambiguous");
    let trying = |at_most| strict.clone().with_key_selection(KeySelection::TryEach { at_most });
    let found = trying(3).verify(&jws, &set).unwrap();
    assert_eq!(found.key().thumbprint(), keys[2].public_jwk().thumbprint());
    assert_eq!(trying(2).verify(&jws, &set).unwrap_err().code(), "key_too_many");
    let others: JsonWebKeySet = keys[..2].iter().map(|key| key.public_jwk().clone()).collect();
    assert_eq!(trying(8).verify(&jws, &others).unwrap_err(), JoseError::Signature { algorithm: row });
}

#[test]
fn a_single_key_needs_the_same_kid_only_where_both_have_one() {
    let row = SignatureAlgorithm::EDDSA;
    let key = PrivateKey::generate(row).unwrap();
    let token = |header: JwsHeader| sign_compact_blocking(&header, b"{}", &key.signer(row).unwrap()).unwrap();
    let check = |token: &str, key: &crate::jose::JsonWebKey| {
        let jws = CompactJws::parse(token, TokenLimits::default()).unwrap();
        JwsVerifier::new(row).unwrap().verify_with_key(&jws, key).map(drop).map_err(|error| error.code())
    };
    let named = key.public_jwk().with_key_id("a").unwrap();
    assert_eq!(check(&token(JwsHeader::new().key_id("a")), &named), Ok(()));
    assert_eq!(check(&token(JwsHeader::new().key_id("b")), &named), Err("key_unknown_kid"));
    assert_eq!(check(&token(JwsHeader::new()), &named), Ok(()));
    assert_eq!(check(&token(JwsHeader::new().key_id("b")), key.public_jwk()), Ok(()));
}

#[test]
fn a_known_header_is_the_same_header_and_forgers_add_none() {
    let row = SignatureAlgorithm::EDDSA;
    let key = PrivateKey::generate(row).unwrap();
    let verifier = JwsVerifier::new(row).unwrap();
    let sign = |kid: &str| sign_compact_blocking(&JwsHeader::new().key_id(kid), b"{}", &key.signer(row).unwrap()).unwrap();
    let is_kept = |token: &str| {
        // Both stay alive, so that equal addresses mean one header.
        let [one, other] = [(); 2].map(|()| verifier.parse(token, TokenLimits::default()).unwrap());
        std::ptr::eq(one.header().as_json(), other.header().as_json())
    };
    let tokens = ["a", "b", "c"].map(sign);
    // Not kept before a signature was right.
    assert!(!is_kept(&tokens[0]));
    for token in &tokens[..2] {
        let jws = verifier.parse(token, TokenLimits::default()).unwrap();
        verifier.verify_with_key(&jws, key.public_jwk()).unwrap();
    }
    assert!(is_kept(&tokens[0]));
    assert!(is_kept(&tokens[1]));
    let forged = verifier.parse(&tokens[2], TokenLimits::default()).unwrap();
    assert!(verifier.verify_with_key(&forged, PrivateKey::generate(row).unwrap().public_jwk()).is_err());
    assert!(!is_kept(&tokens[2]));
    // A third good one takes the place of the first.
    verifier.verify_with_key(&forged, key.public_jwk()).unwrap();
    assert!(is_kept(&tokens[2]));
    assert!(!is_kept(&tokens[0]));
    assert_eq!(verifier.parse(&tokens[1], TokenLimits::default()).unwrap().header().key_id(), Some("b"));
}

#[test]
fn headers_are_written_in_one_order_and_keep_what_is_reserved() {
    let header = JwsHeader::new().typ("dpop+jwt").member("zz", 1).member("jwk", serde_json::json!({"kty": "EC"})).key_id("k\"1");
    let unsigned = UnsignedJws::new(&header, b"", SignatureAlgorithm::ES256, Some("signer")).unwrap();
    let text = base64url::decode(unsigned.signing_input().trim_end_matches('.')).unwrap();
    let expected = r#"{"alg":"ES256","kid":"k\"1","typ":"dpop+jwt","jwk":{"kty":"EC"},"zz":1}"#;
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    let bare = UnsignedJws::new(&JwsHeader::new().without_key_id(), b"", SignatureAlgorithm::ES256, Some("signer")).unwrap();
    assert_eq!(base64url::decode(bare.signing_input().trim_end_matches('.')).unwrap(), br#"{"alg":"ES256"}"#);
    for name in ["alg", "kid", "typ", "crit", "b64"] {
        let refusal = UnsignedJws::new(&JwsHeader::new().member(name, "x"), b"", SignatureAlgorithm::ES256, None).unwrap_err();
        assert_eq!(refusal.code(), "signer_reserved_member");
    }
}

#[test]
fn j15_a_signer_that_answers_in_der_is_refused() {
    let unsigned = UnsignedJws::new(&JwsHeader::new(), b"{}", SignatureAlgorithm::ES256, None).unwrap();
    for length in [0, 63, 70, 71, 72] {
        assert_eq!(unsigned.clone().attach(&vec![1; length]).unwrap_err().code(), "signer_signature_size");
    }
    let rsa = UnsignedJws::new(&JwsHeader::new(), b"{}", SignatureAlgorithm::RS256, None).unwrap();
    assert!(rsa.clone().attach(&[1; 128]).is_err() && rsa.attach(&[1; 384]).is_ok());
}

#[tokio::test]
async fn a_signer_elsewhere_may_fail_and_its_error_is_the_source() {
    struct Vault;
    #[async_trait::async_trait]
    impl crate::jose::Signer for Vault {
        fn algorithm(&self) -> SignatureAlgorithm {
            SignatureAlgorithm::ES256
        }
        fn key_id(&self) -> Option<&str> {
            Some("vault")
        }
        async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, crate::jose::SignerError> {
            Err(crate::jose::SignerError::remote(std::io::Error::other("sealed")))
        }
    }
    let error = sign_compact(&JwsHeader::new(), b"{}", &Vault).await.unwrap_err();
    assert_eq!(error.code(), "signer_remote");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "sealed");
}

proptest::proptest! {
    #[test]
    fn nothing_a_stranger_sends_panics(token in ".{0,300}", json in r#"\{("[a-z]{1,4}":("[a-zA-Z0-9]{0,5}"|1|null|\[\]|\{\}),?){0,4}\}?"#) {
        let _ = CompactJws::parse(&token, TokenLimits::default());
        let _ = header(&json);
        let _ = JsonWebKey::from_json(json.as_bytes());
        let _ = JsonWebKey::from_json(token.as_bytes());
    }
}

#[test]
fn j16_a_header_and_a_token_may_be_as_long_as_the_limit_and_no_longer() {
    let token = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.e30.c2ln";
    let header = token.split('.').next().unwrap().len();
    for (limits, expected) in [
        (TokenLimits::default().with_header(header), true),
        (TokenLimits::default().with_header(header - 1), false),
        (TokenLimits::default().with_token(token.len()), true),
        (TokenLimits::default().with_token(token.len() - 1), false),
    ] {
        assert_eq!(CompactJws::parse(token, limits).is_ok(), expected, "{limits:?}");
    }
}

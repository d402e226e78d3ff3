//! Outcomes 17 to 54: the proof itself.

use identity_model::encoding::base64url;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use serde_json::{Value, json};

use super::support::Outcome::{Accepted, P};
use super::support::*;

fn outcome(change: impl Fn(Request) -> Request) -> Outcome {
    let resource = Resource::new();
    let outcome = resource.outcome(&change(Request::new(&resource)));
    assert_eq!(resource.store.len(), usize::from(outcome == Accepted), "a proof that is refused is not remembered");
    outcome
}

fn of_proof(change: impl Fn(&Request) -> String) -> Outcome {
    outcome(|request| {
        let proof = change(&request);
        request.proofs([proof])
    })
}

/// A request by a key for another algorithm.
fn by(algorithm: SignatureAlgorithm) -> Outcome {
    let resource = Resource::new();
    resource.outcome(&Request::by(&resource, PrivateKey::generate(algorithm).unwrap(), algorithm))
}

fn jwk(request: &Request) -> Value {
    public_jwk(&request.key)
}

#[test]
fn dv_17_a_proof_has_8_kib_at_most() {
    assert_eq!(outcome(|request| request.claim("x", "a".repeat(8 * 1024))), P);
    assert_eq!(outcome(|request| request.claim("x", "a".repeat(4 * 1024))), Accepted);
}

#[test]
fn dv_18_the_type_must_be_that_of_a_proof() {
    for typ in ["JWT", "dpop", "at+jwt", "application/jwt", "x/dpop+jwt", ""] {
        assert_eq!(outcome(|request| request.head("typ", typ)), P, "{typ}");
    }
    assert_eq!(outcome(|request| request.without_head("typ")), P);
    assert_eq!(outcome(|request| request.head("typ", 1)), P);
}

#[test]
fn dv_19_the_type_may_be_a_whole_media_type() {
    for typ in ["application/dpop+jwt", "DPoP+JWT"] {
        assert_eq!(outcome(|request| request.head("typ", typ)), Accepted, "{typ}");
    }
}

#[test]
fn dv_20_a_proof_is_signed() {
    for alg in ["none", "None", "NONE", ""] {
        assert_eq!(outcome(|request| request.head("alg", alg)), P, "{alg}");
    }
    let unsigned = of_proof(|request| {
        let proof = request.clone().head("alg", "none").proof();
        format!("{}.", proof.rsplit_once('.').unwrap().0)
    });
    assert_eq!(unsigned, P);
}

#[test]
fn dv_21_a_shared_secret_proves_nothing() {
    let secret = PrivateKey::from_secret(&[7; 32]).unwrap();
    let change = |request: Request, jwk: Value| {
        let mut request = request.head("alg", "HS256").head("jwk", jwk);
        (request.key, request.algorithm) = (secret.clone(), SignatureAlgorithm::HS256);
        request
    };
    assert_eq!(outcome(|request| change(request, json!({"kty": "oct", "k": base64url::encode([7; 32])}))), P);
    assert_eq!(
        outcome(|request| {
            let own = jwk(&request);
            change(request, own)
        }),
        P
    );
}

#[test]
fn dv_22_an_algorithm_that_is_not_listed_is_refused() {
    assert_eq!(by(SignatureAlgorithm::ES384), P);
    assert_eq!(by(SignatureAlgorithm::PS256), P);
    assert_eq!(by(SignatureAlgorithm::ED25519), P, "the resource lists `EdDSA` alone");
    assert_eq!(by(SignatureAlgorithm::EDDSA), Accepted);
}

#[test]
fn dv_23_the_key_must_fit_the_algorithm() {
    let other = public_jwk(&PrivateKey::generate(SignatureAlgorithm::ES384).unwrap());
    assert_eq!(outcome(|request| request.head("jwk", other.clone())), P);
}

#[test]
fn dv_24_an_rsa_key_has_2048_bits_at_least() {
    let resource = Resource::with(|verifier| verifier.with_algorithms([SignatureAlgorithm::ES256, SignatureAlgorithm::PS256]).unwrap());
    let key = PrivateKey::generate(SignatureAlgorithm::PS256).unwrap();
    let good = Request::by(&resource, key, SignatureAlgorithm::PS256);
    assert_eq!(resource.outcome(&good), Accepted);
    let short = json!({"kty": "RSA", "e": "AQAB", "n": base64url::encode([0xc5; 128])});
    assert_eq!(resource.outcome(&good.jti("short").head("jwk", short)), P);
}

#[test]
fn dv_25_the_key_must_be_there() {
    assert_eq!(outcome(|request| request.without_head("jwk")), P);
    for wrong in [json!("key"), json!([]), json!({}), Value::Null, json!({"kty": "EC"})] {
        assert_eq!(outcome(|request| request.head("jwk", wrong.clone())), P, "{wrong}");
    }
}

#[test]
fn dv_26_the_key_must_not_hold_its_private_half() {
    for member in ["d", "p", "k", "priv"] {
        let change = |request: Request| {
            let mut own = jwk(&request);
            own[member] = "AQ".into();
            request.head("jwk", own)
        };
        assert_eq!(outcome(change), P, "{member}");
    }
}

#[test]
fn dv_27_the_key_may_say_what_it_is_for() {
    let change = |request: Request| {
        let mut own = jwk(&request);
        (own["kid"], own["use"], own["key_ops"], own["alg"]) = ("k".into(), "sig".into(), json!(["verify"]), "ES256".into());
        request.head("jwk", own)
    };
    assert_eq!(outcome(change), Accepted);
}

#[test]
fn dv_28_the_key_must_not_be_for_anything_else() {
    for (member, value) in [("alg", json!("ES384")), ("use", json!("enc")), ("key_ops", json!(["sign"])), ("key_ops", json!([]))] {
        let change = |request: Request| {
            let mut own = jwk(&request);
            own[member] = value.clone();
            request.head("jwk", own)
        };
        assert_eq!(outcome(change), P, "{member}");
    }
}

#[test]
fn dv_29_the_key_must_be_a_point_on_its_curve() {
    for coordinate in [base64url::encode([1; 32]), base64url::encode([1; 31]), base64url::encode([0; 32]), base64url::encode([1; 33])] {
        let change = |request: Request| {
            let mut own = jwk(&request);
            own["x"] = coordinate.clone().into();
            request.head("jwk", own)
        };
        assert_eq!(outcome(change), P, "{coordinate}");
    }
}

#[test]
fn dv_30_other_keys_in_the_header_are_not_used() {
    let change = |request: Request| {
        let mut own = jwk(&request);
        own["kid"] = "inner".into();
        request.head("jwk", own).head("jku", "https://evil.example/keys").head("x5c", json!(["AA=="])).head("kid", "outer")
    };
    assert_eq!(outcome(change), Accepted);
}

#[test]
fn dv_31_no_extension_is_understood() {
    for (name, value) in [("crit", json!(["x"])), ("crit", json!([])), ("crit", json!(["b64"])), ("b64", json!(false))] {
        assert_eq!(outcome(|request| request.head(name, value.clone())), P, "{name}: {value}");
    }
}

#[test]
fn dv_32_a_changed_signature_is_refused() {
    let changed = |place: usize| {
        of_proof(move |request| {
            let proof = request.proof();
            let (input, signature) = proof.rsplit_once('.').unwrap();
            let mut octets = base64url::decode(signature).unwrap();
            octets[place] ^= 1;
            format!("{input}.{}", base64url::encode(octets))
        })
    };
    for place in [0, 31, 32, 63] {
        assert_eq!(changed(place), P);
    }
    let changed_claims = of_proof(|request| {
        let (first, second) = (request.proof(), request.clone().claim("x", 1).proof());
        let (signature, input) = (first.rsplit_once('.').unwrap().1, second.rsplit_once('.').unwrap().0);
        format!("{input}.{signature}")
    });
    assert_eq!(changed_claims, P);
}

#[test]
fn dv_33_the_signature_is_that_of_the_key_in_the_proof() {
    let other = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    assert_eq!(
        outcome(|mut request| {
            request.key = other.clone();
            request
        }),
        P
    );
}

#[test]
fn dv_34_a_member_comes_once_and_base64url_has_no_padding() {
    for name in ["typ", "alg", "jwk"] {
        assert_eq!(
            outcome(|mut request| {
                request.header.repeat(name);
                request
            }),
            P,
            "{name}"
        );
    }
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        assert_eq!(
            outcome(|mut request| {
                request.claims.repeat(name);
                request
            }),
            P,
            "{name}"
        );
    }
    assert_eq!(of_proof(|request| format!("{}=", request.proof())), P);
    assert_eq!(of_proof(|request| request.proof().replacen('.', "=.", 1)), P);
    assert_eq!(of_proof(|request| format!("{}.x", request.proof())), P);
    assert_eq!(of_proof(|request| request.proof().rsplit_once('.').unwrap().0.to_owned()), P);
}

#[test]
fn dv_35_jti_is_a_text_of_1_to_256_octets() {
    assert_eq!(outcome(|request| request.without_claim("jti")), P);
    for wrong in [json!(""), json!(1), Value::Null, json!("a".repeat(257)), json!("\u{e4}".repeat(129))] {
        assert_eq!(outcome(|request| request.claim("jti", wrong.clone())), P, "{wrong}");
    }
    assert_eq!(outcome(|request| request.jti(&"a".repeat(256))), Accepted);
    assert_eq!(outcome(|request| request.jti("a")), Accepted);
}

#[test]
fn dv_36_a_jti_is_used_once_whatever_the_url() {
    let resource = Resource::new();
    let mut request = Request::new(&resource);
    assert_eq!(resource.outcome(&request), Accepted);
    assert_eq!(resource.outcome(&request), P);
    request.target = "/v1/other".to_owned();
    assert_eq!(resource.outcome(&request.clone().claim("htu", "https://api.example.com/v1/other")), P);
    request.method = "POST".to_owned();
    assert_eq!(resource.outcome(&request.claim("htu", "https://api.example.com/v1/other").claim("htm", "POST")), P);
}

#[test]
fn dv_37_a_jti_belongs_to_one_key() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource)), Accepted);
    assert_eq!(resource.outcome(&Request::new(&resource)), Accepted, "another client's key");
}

#[test]
fn dv_38_the_method_keeps_its_case() {
    for method in ["get", "Get", "POST", "GET "] {
        assert_eq!(outcome(|request| request.claim("htm", method)), P, "{method}");
    }
}

#[test]
fn dv_39_the_method_is_that_of_the_request() {
    assert_eq!(outcome(|request| request.without_claim("htm")), P);
    assert_eq!(outcome(|request| request.claim("htm", json!(["GET"]))), P);
    assert_eq!(
        outcome(|mut request| {
            request.method = "HEAD".to_owned();
            request
        }),
        P
    );
    assert_eq!(
        outcome(|mut request| {
            request.method = "PATCH".to_owned();
            request.claim("htm", "PATCH")
        }),
        Accepted
    );
}

#[test]
fn dv_40_the_url_is_a_text() {
    assert_eq!(outcome(|request| request.without_claim("htu")), P);
    for wrong in [json!(1), Value::Null, json!(""), json!("/v1/items"), json!([URL])] {
        assert_eq!(outcome(|request| request.claim("htu", wrong.clone())), P, "{wrong}");
    }
}

#[test]
fn dv_41_a_query_in_the_url_does_not_count() {
    assert_eq!(outcome(|request| request.claim("htu", format!("{URL}?page=2#top"))), Accepted);
    assert_eq!(
        outcome(|mut request| {
            request.target = "/v1/items?page=2".to_owned();
            request
        }),
        Accepted
    );
}

#[test]
fn dv_42_another_path_is_another_url() {
    for path in ["/v1/items/", "/v1/Items", "/v1", "/", "/v1/items/../other"] {
        assert_eq!(outcome(|request| request.claim("htu", format!("https://api.example.com{path}"))), P, "{path}");
    }
}

#[test]
fn dv_43_the_scheme_and_host_are_those_of_the_public_url() {
    for url in ["http://api.example.com/v1/items", "https://api.example.com:8443/v1/items", "https://evil.example/v1/items"] {
        assert_eq!(outcome(|request| request.claim("htu", url).line("host", "evil.example")), P, "{url}");
    }
}

#[test]
fn dv_44_iat_is_a_number() {
    assert_eq!(outcome(|request| request.without_claim("iat")), P);
    for wrong in [json!("1800000000"), Value::Null, json!(1.8e12), json!(true)] {
        assert_eq!(outcome(|request| request.claim("iat", wrong.clone())), P, "{wrong}");
    }
}

#[test]
fn dv_45_a_proof_may_be_300_seconds_old() {
    assert_eq!(outcome(|request| request.claim("iat", 1_799_999_700)), Accepted);
}

#[test]
fn dv_46_a_proof_may_not_be_older() {
    assert_eq!(outcome(|request| request.claim("iat", 1_799_999_699)), P);
    assert_eq!(outcome(|request| request.claim("iat", 0)), P);
    assert_eq!(outcome(|request| request.claim("iat", -1)), P);
}

#[test]
fn dv_47_a_proof_may_lie_300_seconds_ahead() {
    assert_eq!(outcome(|request| request.claim("iat", 1_800_000_300)), Accepted);
}

#[test]
fn dv_48_a_proof_may_not_lie_further_ahead() {
    assert_eq!(outcome(|request| request.claim("iat", 1_800_000_301)), P);
}

#[test]
fn dv_49_iat_may_have_a_fraction() {
    assert_eq!(outcome(|request| request.claim("iat", 1_800_000_000.5)), Accepted);
    assert_eq!(outcome(|request| request.claim("iat", 1_800_000_300.5)), P);
    assert_eq!(outcome(|request| request.claim("iat", 1_799_999_699.5)), P);
}

#[test]
fn dv_50_exp_and_nbf_hold_where_they_are() {
    for (claim, value, expected) in [
        ("exp", json!(NOW - 60), P),
        ("exp", json!(NOW - 10), Accepted),
        ("exp", json!(NOW + 60), Accepted),
        ("exp", json!("soon"), P),
        ("nbf", json!(NOW + 60), P),
        ("nbf", json!(NOW + 10), Accepted),
        ("nbf", json!(NOW), Accepted),
        ("nbf", Value::Null, P),
    ] {
        assert_eq!(outcome(|request| request.claim(claim, value.clone())), expected, "{claim} {value}");
    }
}

#[test]
fn dv_51_the_proof_names_its_token() {
    assert_eq!(outcome(|request| request.without_claim("ath")), P);
    assert_eq!(outcome(|request| request.claim("ath", "")), P);
}

#[test]
fn dv_52_the_proof_is_for_this_token() {
    let other = identity_model::encoding::digest::sha256_base64url("other");
    assert_eq!(outcome(|request| request.claim("ath", other.clone())), P);
}

#[test]
fn dv_53_the_hash_has_one_spelling() {
    let hash = |request: &Request| identity_model::encoding::digest::sha256(&request.token);
    assert_eq!(
        outcome(|request| {
            let text = format!("{}=", base64url::encode(hash(&request)));
            request.claim("ath", text)
        }),
        P
    );
    let hex = |octets: [u8; 32]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    assert_eq!(
        outcome(|request| {
            let text = hex(hash(&request));
            request.claim("ath", text)
        }),
        P
    );
}

#[test]
fn dv_54_unknown_claims_are_ignored() {
    assert_eq!(outcome(|request| request.claim("iss", "web").claim("other", json!({"a": [1, 2]}))), Accepted);
}

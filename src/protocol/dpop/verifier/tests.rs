//! The worked examples of the RFCs, and the defaults.

use super::*;
use crate::protocol::incoming::PublicUrl;

fn verifier() -> DpopVerifier {
    DpopVerifier::danger_without_replay_check(PublicUrl::new("https://api.example.com").unwrap()).unwrap()
}

#[test]
fn rfc_9449_figures_and_their_variations() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/rfc-examples/sender-constrained.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let examples: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = examples["dpop"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    for row in rows {
        let field = |name: &str| row[name].as_str().unwrap();
        let token = row["access_token"].as_str().map(AccessToken::new);
        let now = epoch::from_seconds(row["now"].as_i64().unwrap());
        let checked = verifier().check_proof(field("proof"), field("method"), field("url"), token.as_ref(), now);
        let accepted = checked.as_ref().is_ok_and(|thumbprint| thumbprint == field("jkt"));
        assert_eq!(accepted, row["accept"].as_bool().unwrap(), "{}: {checked:?}", field("name"));
    }
}

#[test]
fn the_worked_example_of_eddsa_verifies_and_nothing_else_does() {
    let proof = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVkRFNBIiwiandrIjp7Imt0eSI6Ik9LUCIsImNydiI6IkVkMjU1MTkiLCJ4IjoiMTFxWUFZS3hDcmZWU183VHlXUUhPZzdoY3ZQ",
        "YXBpTWxyd0lhYVBjSFVSbyJ9fQ.eyJqdGkiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20vdjEva",
        "XRlbXMiLCJpYXQiOjE4MDAwMDAwMDAsImF0aCI6ImhlbVhZMEk3MzdfbjB6MDkwcEFYMEF2SVJQQlRVckNPUW9WYVAzUEF6dEEifQ.tSRBp8-LVL7-TY2WB5PS4wq7uD-B4d",
        "ubDJUUTS5aIm8y-9pXP4CrjqAs-NbfBqMnsEJX9YzYjiAXvkKNPxueDA",
    );
    let now = epoch::from_seconds(1_800_000_000);
    let token = AccessToken::new("AT-1.example_token~0");
    let check = |proof: &str, method: &str, url: &str| verifier().check_proof(proof, method, url, Some(&token), now);
    let url = "https://api.example.com/v1/items";
    assert_eq!(check(proof, "GET", url).as_deref(), Ok("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    assert!(matches!(check(proof, "POST", url), Err(ProofError::Method { .. })));
    assert!(matches!(check(proof, "GET", "https://api.example.com/v1"), Err(ProofError::Target { .. })));
    for place in [10, 200, 300, proof.len() - 3] {
        let mut changed = proof.as_bytes().to_vec();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        assert!(check(std::str::from_utf8(&changed).unwrap(), "GET", url).is_err(), "octet {place}");
    }
}

#[test]
fn dv5_proofs_are_never_signed_with_a_shared_secret() {
    assert!(verifier().with_algorithms([SignatureAlgorithm::ES256, SignatureAlgorithm::HS256]).is_err());
    assert!(verifier().with_algorithms([SignatureAlgorithm::ES384]).is_ok());
    let names: Vec<_> = verifier().signatures.allowed().iter().map(SignatureAlgorithm::name).collect();
    assert_eq!(names, ["PS256", "ES256", "EdDSA", "Ed25519"]);
}

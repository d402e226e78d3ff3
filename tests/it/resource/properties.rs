//! No proof verifies under another method, URL, token, key or outside of its window; no bound token passes as a bearer token.

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::dpop::{DpopKey, DpopVerifier};
use identity_model::protocol::incoming::PublicUrl;
use identity_model::secret::AccessToken;
use proptest::prelude::*;

use super::support::{NOW, Outcome, Request, Resource, at};

fn verifier() -> DpopVerifier {
    DpopVerifier::danger_without_replay_check(PublicUrl::new("https://api.example.com").unwrap()).unwrap()
}

fn key() -> PrivateKey {
    static KEY: std::sync::LazyLock<PrivateKey> = std::sync::LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap());
    KEY.clone()
}

#[derive(Debug, Clone, PartialEq)]
struct About {
    method: String,
    path: String,
    token: String,
    iat: u64,
}

fn about() -> impl Strategy<Value = About> {
    let method = prop::sample::select(vec!["GET", "POST", "HEAD", "PUT"]).prop_map(str::to_owned);
    let path =
        prop::collection::vec(prop::sample::select(vec!["a", "b", "A", "~c", ""]), 0..3).prop_map(|parts| format!("/{}", parts.join("/")));
    (method, path, "[a-c]{1,2}", NOW - 600..NOW + 600).prop_map(|(method, path, token, iat)| About { method, path, token, iat })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_proof_is_good_for_what_it_is_about_alone(proof in about(), request in about()) {
        let url = |about: &About| format!("https://api.example.com{}", about.path);
        let made = Request::with_token(&proof.token, key(), SignatureAlgorithm::EDDSA)
            .claim("htm", proof.method.as_str())
            .claim("htu", url(&proof))
            .claim("iat", proof.iat);
        let token = AccessToken::new(request.token.as_str());
        let checked = verifier().check_proof(&made.proof(), &request.method, &url(&request), Some(&token), at(NOW));
        let fits = (&proof.method, &proof.path, &proof.token) == (&request.method, &request.path, &request.token);
        prop_assert_eq!(checked.is_ok(), fits && (NOW - 300..=NOW + 300).contains(&proof.iat));
    }

    #[test]
    fn a_proof_with_any_octet_changed_is_refused(place in 0_usize..600, with in any::<u8>()) {
        let made = Request::with_token("t", key(), SignatureAlgorithm::EDDSA).proof();
        let mut changed = made.clone().into_bytes();
        let place = place % changed.len();
        changed[place] = with;
        prop_assume!(changed != made.as_bytes());
        let changed = String::from_utf8_lossy(&changed);
        let token = AccessToken::new("t");
        prop_assert!(verifier().check_proof(&changed, "GET", super::support::URL, Some(&token), at(NOW)).is_err());
    }

    #[test]
    fn no_bound_token_passes_as_a_bearer_token(member in prop::sample::select(vec!["jkt", "x5t#S256", "other"]), value in "[A-Za-z0-9_-]{0,43}", scheme in prop::sample::select(vec!["Bearer", "bearer", "BEARER"])) {
        let resource = Resource::new();
        let token = resource.token(Some(serde_json::json!({ member: value })));
        let request = Request::new(&resource).token(&token).scheme(scheme).proofs([""; 0]);
        prop_assert_eq!(resource.outcome(&request), Outcome::T);
    }
}

#[test]
fn a_proof_of_another_key_has_another_thumbprint() {
    let made = Request::with_token("t", key(), SignatureAlgorithm::EDDSA).proof();
    let thumbprint = verifier().check_proof(&made, "GET", super::support::URL, Some(&AccessToken::new("t")), at(NOW)).unwrap();
    assert_eq!(thumbprint, DpopKey::from_private_key(key()).unwrap().thumbprint());
    assert_ne!(thumbprint, DpopKey::generate().unwrap().thumbprint());
}

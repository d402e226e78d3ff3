//! A DPoP proof that arrives, and the URLs that it is compared by (RFC 9449 section 4.3).

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use identity_model::protocol::dpop::{DpopVerifier, TargetUri};
use identity_model::protocol::incoming::PublicUrl;
use identity_model::secret::AccessToken;

/// The proofs that were signed for this request, one a line: the worked examples of RFC 9449 and others of their kind. Their keys are not known here.
const PROOFS: &str = include_str!("../fixtures/proofs.txt");

/// No proof is accepted but those that were signed; a URL is the same, normalised again; nothing panics.
pub fn dpop_proof(data: &[u8]) {
    static VERIFIER: LazyLock<DpopVerifier> = LazyLock::new(|| {
        let public = PublicUrl::new("https://resource.example.org").expect("a base URL");
        DpopVerifier::danger_without_replay_check(public).expect("a provider is compiled in")
    });
    let Some(text) = super::token(data, 3) else { return };
    let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_562_262_618);
    for (method, url, token) in
        [("GET", "https://resource.example.org/protectedresource", Some(&token)), ("POST", "https://server.example.com/token", None)]
    {
        let accepted = VERIFIER.check_proof(&text, method, url, token, now).is_ok();
        assert!(!accepted || PROOFS.lines().any(|proof| proof == text), "a proof that nobody has signed is accepted");
    }
    if let Ok(uri) = TargetUri::parse(&text) {
        assert_eq!(TargetUri::parse(&uri.to_string()).as_ref(), Ok(&uri));
    }
}

//! `fapi2-message-signing-final-client-test-plan`: signed requests and responses (JARM), under `Profile::fapi2_message_signing()`.

use identity_model::client::OidcClient;
use identity_model::jose::SignatureAlgorithm;
use identity_model::profile::Profile;
use identity_model::protocol::authorize::{RequestObjectSettings, ResponseMode};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};

use super::fapi2_security::{TOKEN, play, refused};
use crate::profile::support::{client_key, loose, provider};

fn parties() -> (TestProvider, OidcClient) {
    let provider = provider(|provider| provider.require_signed_request_objects());
    let client = loose!(provider)
        .profile(Profile::fapi2_message_signing())
        .request_object(RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap()))
        .response_mode(ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256)
        .build()
        .unwrap();
    (provider, client)
}

/// The request is one signed object, without `sub`, and the response is one signed parameter.
#[tokio::test]
async fn fapi2_ms_happy_path() {
    let (provider, client) = parties();
    assert_eq!(play(&provider, &client).await.unwrap().subject(), "alice");
    let pushed = provider.recorded_at(ProviderEndpoint::PushedAuthorization);
    let pushed = pushed.last().unwrap();
    let names: Vec<_> = pushed.form().into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name == "request") && !names.iter().any(|name| name == "scope" || name == "state"), "{names:?}");
}

/// A module whose signed response is wrong: no token is asked for.
macro_rules! forged_responses {
    ($($name:ident: $forgery:expr => $code:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (provider, client) = parties();
            provider.inject(ProviderEndpoint::Authorization, Fault::forge(ForgedKind::AuthorizationResponse, $forgery));
            refused(&provider, &client, $code, TOKEN).await;
        }
    )*};
}

forged_responses! {
    fapi2_ms_ensure_jarm_without_iss_fails: Forgery::without_claim("iss") => "claim_missing";
    fapi2_ms_ensure_jarm_with_invalid_iss_fails: Forgery::WrongIssuer => "issuer_mismatch";
    fapi2_ms_ensure_jarm_without_aud_fails: Forgery::without_claim("aud") => "claim_missing";
    fapi2_ms_ensure_jarm_with_invalid_aud_fails: Forgery::WrongAudience => "audience_mismatch";
    fapi2_ms_ensure_jarm_without_exp_fails: Forgery::without_claim("exp") => "claim_missing";
    fapi2_ms_ensure_jarm_with_expired_exp_fails: Forgery::Expired => "expired";
    fapi2_ms_ensure_jarm_with_invalid_sig_fails: Forgery::WrongSignature => "signature_invalid";
    fapi2_ms_ensure_jarm_signature_is_not_none: Forgery::AlgorithmNone => "token_unsigned";
    fapi2_ms_ensure_jarm_by_another_algorithm_fails: Forgery::SignedWith(SignatureAlgorithm::RS256) => "algorithm_not_allowed";
}

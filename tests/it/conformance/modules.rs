//! The modules that several plans have in common.

use identity_model::client::LoginOptions;
use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::authorize::Prompt;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint};
use std::time::Duration;

use super::support::{Plan, Rp, SECRET, registration};

/// The complete flow, and userinfo: with a plain request and with a pushed one.
pub(super) async fn complete_flow(plan: Plan) {
    for pushed in [false, true] {
        let rp = Rp::new(plan);
        let login = rp.log_in_with(LoginOptions::new().pushed(pushed)).await.unwrap();
        assert_eq!(login.subject(), "alice");
        assert_eq!(login.user_info().is_some(), plan.returns_access_token());
        assert_eq!(rp.provider.requests(ProviderEndpoint::Token), usize::from(plan.response_type.returns_code()));
        assert_eq!(rp.provider.requests(ProviderEndpoint::PushedAuthorization), usize::from(pushed));
    }
}

pub(super) async fn invalid_iss(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongIssuer).assert_refused("issuer_mismatch").await;
}

pub(super) async fn missing_iss(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("iss")).assert_refused("claim_missing").await;
}

pub(super) async fn missing_sub(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("sub")).assert_refused("claim_missing").await;
}

pub(super) async fn invalid_aud(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongAudience).assert_refused("audience_mismatch").await;
}

pub(super) async fn missing_aud(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("aud")).assert_refused("claim_missing").await;
}

pub(super) async fn invalid_secondary_aud(plan: Plan) {
    Rp::new(plan).forge(Forgery::SecondAudience).assert_refused("claim_missing").await;
    Rp::new(plan).forge(Forgery::WrongAuthorizedParty).assert_refused("authorized_party_mismatch").await;
}

pub(super) async fn missing_iat(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("iat")).assert_refused("claim_missing").await;
}

pub(super) async fn missing_exp(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("exp")).assert_refused("claim_missing").await;
}

pub(super) async fn expired(plan: Plan) {
    Rp::new(plan).forge(Forgery::Expired).assert_refused("expired").await;
}

/// One key in the set: the token needs no `kid`.
pub(super) async fn kid_absent_single_jwks(plan: Plan) {
    let rp = Rp::at(plan, |provider| provider.algorithms([SignatureAlgorithm::RS256])).forge(Forgery::MissingKeyId);
    rp.log_in().await.unwrap();
}

/// Several keys that fit: rejected, rather than tried one after the other.
pub(super) async fn kid_absent_multiple_jwks(plan: Plan) {
    let rp = Rp::at(plan, |provider| provider.algorithms([SignatureAlgorithm::RS256])).forge(Forgery::MissingKeyId);
    rp.provider.add_key(SignatureAlgorithm::RS256);
    rp.assert_refused("key_ambiguous").await;
}

pub(super) async fn idtoken_sig_rs256(plan: Plan) {
    let rp = Rp::at(plan, |provider| provider.algorithms([SignatureAlgorithm::RS256]));
    assert_eq!(rp.log_in().await.unwrap().id_token().header().unwrap().algorithm_name(), "RS256");
}

/// A client that does not take unsigned tokens says so: that counts as well.
pub(super) async fn idtoken_sig_none(plan: Plan) {
    Rp::new(plan).forge(Forgery::AlgorithmNone).assert_refused("token_unsigned").await;
}

pub(super) async fn invalid_sig_rs256(plan: Plan) {
    for forgery in [Forgery::WrongSignature, Forgery::WrongKey] {
        Rp::new(plan).forge(forgery).assert_refused("signature_invalid").await;
    }
}

pub(super) async fn invalid_sig_es256(plan: Plan) {
    let registered = |forgery| {
        let provider = |provider: identity_model::testing::TestProviderBuilder| {
            provider.client(registration().id_token_signed_with(SignatureAlgorithm::ES256))
        };
        let rp =
            rp_with!(plan, provider, |client| client.client_secret(SECRET).id_token_signed_response_alg(SignatureAlgorithm::ES256).build());
        match forgery {
            Some(forgery) => rp.forge(forgery),
            None => rp,
        }
    };
    registered(None).log_in().await.unwrap();
    registered(Some(Forgery::WrongSignature)).assert_refused("signature_invalid").await;
    registered(Some(Forgery::SignedWith(SignatureAlgorithm::RS256))).assert_refused("algorithm_not_allowed").await;
}

/// HS256 where it was registered, and only there.
pub(super) async fn invalid_sig_hs256(plan: Plan) {
    let registered = |forgery| {
        let provider = |provider: identity_model::testing::TestProviderBuilder| {
            provider.client(registration().id_token_signed_with(SignatureAlgorithm::HS256))
        };
        let rp =
            rp_with!(plan, provider, |client| client.client_secret(SECRET).id_token_signed_response_alg(SignatureAlgorithm::HS256).build());
        match forgery {
            Some(forgery) => rp.forge(forgery),
            None => rp,
        }
    };
    registered(None).log_in().await.unwrap();
    registered(Some(Forgery::WrongSignature)).assert_refused("signature_invalid").await;
    registered(Some(Forgery::WrongKey)).assert_refused("signature_invalid").await;
    for forgery in [Forgery::SignedWith(SignatureAlgorithm::HS256), Forgery::HmacWithPublicKey] {
        Rp::new(plan).forge(forgery).assert_refused("algorithm_not_allowed").await;
    }
}

pub(super) async fn userinfo_invalid_sub(plan: Plan) {
    let rp = Rp::new(plan).fault(ProviderEndpoint::UserInfo, Fault::wrong_subject());
    rp.assert_refused_before("answer_mismatch", &[]).await;
    assert_eq!(rp.provider.requests(ProviderEndpoint::UserInfo), 1);
}

pub(super) async fn nonce_invalid(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongNonce).assert_refused("nonce_mismatch").await;
    Rp::new(plan).forge(Forgery::without_claim("nonce")).assert_refused("claim_missing").await;
}

/// Wherever an ID token comes through the browser, a nonce goes along.
pub(super) async fn nonce_unless_code_flow(plan: Plan) {
    let rp = Rp::new(plan);
    let login = rp.log_in().await.unwrap();
    assert!(login.id_token().try_get_str("nonce").is_some_and(|nonce| nonce.len() >= 43));
}

pub(super) async fn scope_userinfo_claims(plan: Plan) {
    let rp = Rp::new(plan);
    let login = rp.log_in_with(LoginOptions::new().scope(["openid", "profile", "email", "address", "phone"])).await.unwrap();
    for name in ["name", "email", "phone_number"] {
        let claim = match login.user_info() {
            Some(user_info) => user_info.try_get_string(name),
            None => login.id_token().try_get_str(name).map(str::to_owned),
        };
        assert!(claim.is_some_and(|claim| !claim.is_empty()), "{name}");
    }
}

pub(super) async fn client_secret_basic(plan: Plan) {
    let rp = Rp::at(plan, |provider| provider.client(registration().authentication_methods(["client_secret_basic"])));
    rp.log_in().await.unwrap();
    for request in rp.provider.recorded_at(ProviderEndpoint::Token) {
        assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
        assert_eq!((request.form_value("client_secret"), request.form_value("client_assertion")), (None, None));
    }
}

/// `max_age=0` and `prompt=none` cannot both be had: the error comes back by the way that was asked for.
pub(super) async fn error_response(plan: Plan) {
    let rp = Rp::new(plan);
    rp.log_in().await.unwrap();
    let (tokens, userinfo) = (rp.provider.requests(ProviderEndpoint::Token), rp.provider.requests(ProviderEndpoint::UserInfo));
    let error = rp.log_in_with(LoginOptions::new().prompt([Prompt::None]).max_age(Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.code(), "authorization_error");
    assert!(error.to_string().contains("login_required"), "{error}");
    assert_eq!((rp.provider.requests(ProviderEndpoint::Token), rp.provider.requests(ProviderEndpoint::UserInfo)), (tokens, userinfo));
}

pub(super) async fn missing_chash(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("c_hash")).assert_refused("claim_missing").await;
}

pub(super) async fn invalid_chash(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongCodeHash).assert_refused("hash_mismatch").await;
}

pub(super) async fn invalid_shash(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongStateHash).assert_refused("hash_mismatch").await;
}

/// Where an access token comes along through the browser.
pub(super) async fn missing_athash(plan: Plan) {
    Rp::new(plan).forge(Forgery::without_claim("at_hash")).assert_refused("claim_missing").await;
}

pub(super) async fn invalid_athash(plan: Plan) {
    Rp::new(plan).forge(Forgery::WrongAccessTokenHash).assert_refused("hash_mismatch").await;
}

/// The second ID token of a hybrid flow speaks of the same user (Y7).
pub(super) async fn second_id_token_of_another_user(plan: Plan) {
    for forgery in [Forgery::WrongSubject, Forgery::WrongIssuer] {
        let rp = Rp::new(plan).fault(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, forgery));
        let error = rp.log_in().await.unwrap_err();
        assert!(["previous_token_mismatch", "issuer_mismatch"].contains(&error.code()), "{error:?}");
        rp.assert_not_asked(&[ProviderEndpoint::UserInfo]);
    }
}

pub(super) async fn iat_is_week_in_past(plan: Plan) {
    Rp::new(plan).forge(Forgery::WeekOld).assert_refused("issued_too_long_ago").await;
}

pub(super) async fn invalid_authorization_response_iss(plan: Plan) {
    let nothing = [ProviderEndpoint::Token, ProviderEndpoint::UserInfo];
    let rp = Rp::new(plan).fault(ProviderEndpoint::Authorization, Fault::wrong_issuer());
    rp.assert_refused_before("callback_issuer_mismatch", &nothing).await;
    let rp = Rp::new(plan).fault(ProviderEndpoint::Authorization, Fault::missing_issuer());
    if plan.response_type.returns_id_token() {
        // The ID token beside it names the issuer as well, and is signed (RFC 9207 section 4).
        rp.log_in().await.unwrap();
        let mixed_up = Fault::missing_issuer().and(Fault::forge(ForgedKind::IdToken, Forgery::WrongIssuer));
        Rp::new(plan).fault(ProviderEndpoint::Authorization, mixed_up).assert_refused_before("issuer_mismatch", &nothing).await;
    } else {
        rp.assert_refused_before("callback_issuer_missing", &nothing).await;
    }
    let denied = Fault::deny().and(Fault::wrong_issuer());
    Rp::new(plan).fault(ProviderEndpoint::Authorization, denied).assert_refused_before("callback_issuer_mismatch", &nothing).await;
}

pub(super) async fn invalid_state(plan: Plan) {
    let nothing = [ProviderEndpoint::Token, ProviderEndpoint::UserInfo];
    for (fault, code) in [
        (Fault::wrong_state(), "callback_state_mismatch"),
        (Fault::missing_state(), "callback_state_missing"),
        (Fault::duplicate_parameter("state", "again"), "callback_duplicate_parameter"),
        (Fault::deny(), "authorization_error"),
        (Fault::deny().and(Fault::wrong_state()), "callback_state_mismatch"),
    ] {
        Rp::new(plan).fault(ProviderEndpoint::Authorization, fault).assert_refused_before(code, &nothing).await;
    }
}

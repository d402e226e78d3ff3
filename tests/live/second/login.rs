//! Logins by the code flow and the hybrid flow: callbacks, codes, verifiers, ID tokens, refresh tokens.

use std::time::SystemTime;

use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::authorize::{Callback, LoginTransaction, ResponseType};
use identity_model::protocol::token::{RefreshTokenRequest, TokenResponse};
use identity_model::validation::{TokenValidationOptions, ValidatedToken, ValidationErrorKind};
use identity_model::{ClientAuthentication, Error, ErrorKind, TokenValidator};

use super::server::{REDIRECT_URI, SECRET, Second, VERIFIER, answer};
use crate::faces::{Face, send_by};

fn rules(second: &Second, client_id: &str) -> TokenValidationOptions {
    let options = TokenValidationOptions::id_token().issuer(second.url.as_str()).audience(client_id);
    options.algorithms(SignatureAlgorithm::RS256).build().with_nonce("a-nonce")
}

async fn validate_both(second: &Second, options: &TokenValidationOptions, token: &str) -> [Result<ValidatedToken, Error>; 2] {
    let validator = TokenValidator::with_options(second.keys(), options.clone());
    crate::faces::validate_both(|| validator.clone(), token).await
}

fn refused(outcome: Result<ValidatedToken, Error>) -> ValidationErrorKind {
    outcome.unwrap_err().validation().unwrap().kind()
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn the_id_token_of_a_code_flow_is_accepted_for_its_own_login_alone() {
    let second = Second::here();
    for face in Face::BOTH {
        let code = answer(&second.log_in("web", "code", &[]).await).first("code").unwrap().to_owned();
        let tokens = second.redeem("web", face, &code, VERIFIER).await.unwrap();
        let id_token = tokens.id_token().unwrap().expose();
        let good = rules(&second, "web").with_access_token(tokens.access_token().expose()).with_code(code);
        for outcome in validate_both(&second, &good, id_token).await {
            let validated = outcome.unwrap();
            assert_eq!((validated.try_get_str("name"), validated.try_get_str("azp")), (Some("Carol Example"), Some("web")));
        }
        for (bad, expected) in [
            (good.clone().with_nonce("another-nonce"), ValidationErrorKind::NonceMismatch),
            (good.clone().with_code("another-code"), ValidationErrorKind::HashMismatch),
            (good.clone().with_access_token("another-token"), ValidationErrorKind::HashMismatch),
            (rules(&second, "device"), ValidationErrorKind::AudienceMismatch),
        ] {
            for outcome in validate_both(&second, &bad, id_token).await {
                assert_eq!(refused(outcome), expected);
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_client_with_a_key_of_its_own_is_signed_for_by_that_algorithm() {
    let second = Second::here();
    let tokens = second.tokens("curves", Face::Async).await;
    let id_token = tokens.id_token().unwrap().expose();
    let registered = TokenValidationOptions::id_token().issuer(second.url.as_str()).audience("curves");
    let registered = registered.algorithms(SignatureAlgorithm::ES256).build().with_nonce("a-nonce");
    for outcome in validate_both(&second, &registered, id_token).await {
        assert_eq!(outcome.unwrap().algorithm(), Some(SignatureAlgorithm::ES256));
    }
    for outcome in validate_both(&second, &rules(&second, "curves"), id_token).await {
        assert_eq!(refused(outcome), ValidationErrorKind::AlgorithmNotAllowed);
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn an_authentication_of_1970_does_not_satisfy_a_maximum_age() {
    let second = Second::here();
    let tokens = second.tokens("web", Face::Async).await;
    let demanding = rules(&second, "web").with_max_age(std::time::Duration::from_secs(3600));
    for outcome in validate_both(&second, &demanding, tokens.id_token().unwrap().expose()).await {
        assert_eq!(refused(outcome), ValidationErrorKind::AuthenticationTooOld, "this server says `auth_time: 0`");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_code_is_good_once_and_for_its_verifier_alone() {
    let second = Second::here();
    for face in Face::BOTH {
        let code = answer(&second.log_in("web", "code", &[]).await).first("code").unwrap().to_owned();
        let error = second.redeem("web", face, &code, "another-verifier-of-at-least-forty-three-characters").await.unwrap_err();
        assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_code"));
        second.redeem("web", face, &code, VERIFIER).await.unwrap();
        let error = second.redeem("web", face, &code, VERIFIER).await.unwrap_err();
        assert_eq!((error.status().map(|status| status.as_u16()), error.oauth_error().unwrap().error()), (Some(403), "invalid_code"));
        assert!(!format!("{error:?}").contains(&code));
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_refresh_token_is_exchanged_for_the_next_one_and_is_spent() {
    let second = Second::here();
    let address = second.discover().await.token_endpoint().unwrap();
    let refresh = |tokens: &TokenResponse| {
        let builder = RefreshTokenRequest::builder().address(address.clone()).client_id("web");
        builder.authentication(ClientAuthentication::secret_basic(SECRET)).refresh_token(tokens.refresh_token().unwrap().expose()).build()
    };
    for face in Face::BOTH {
        let first = second.tokens("web", face).await;
        let renewed = send_by!(face, refresh(&first)).unwrap();
        assert_ne!(renewed.refresh_token().unwrap().expose(), first.refresh_token().unwrap().expose());
        let error = send_by!(face, refresh(&first)).unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(400)), "without a word");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn an_id_token_of_the_front_channel_belongs_to_its_code_and_access_token() {
    let second = Second::here();
    let arrived = second.log_in("web", "code id_token token", &[]).await;
    let login = answer(&arrived);
    assert_eq!((arrived.fragment(), login.first("iss")), (None, Some(second.url.as_str())));
    let [code, access_token, id_token] = ["code", "access_token", "id_token"].map(|name| login.first(name).unwrap().to_owned());
    let options = TokenValidationOptions::front_channel_id_token().issuer(second.url.as_str()).audience("web");
    let good = options.build().with_nonce("a-nonce").with_code(code).with_access_token(access_token);
    for outcome in validate_both(&second, &good, &id_token).await {
        outcome.unwrap();
    }
    for outcome in validate_both(&second, &good.clone().with_code("another-code"), &id_token).await {
        assert_eq!(refused(outcome), ValidationErrorKind::HashMismatch);
    }
}

/// What was kept of a login that `Second::log_in` began.
async fn transaction(second: &Second, response_type: ResponseType) -> LoginTransaction {
    let disco = second.discover().await;
    LoginTransaction::builder()
        .issuer(disco.issuer().unwrap())
        .client_id("web")
        .redirect_uri(REDIRECT_URI)
        .response_type(response_type)
        .state("a-state")
        .nonce("a-nonce")
        .code_verifier(VERIFIER)
        .token_endpoint(disco.token_endpoint().unwrap())
        .expects_iss(true)
        .scope(["openid", "reports"])
        .begun_at(SystemTime::now())
        .build()
        .unwrap()
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_checked_callback_becomes_the_token_request() {
    let second = Second::here();
    for face in Face::BOTH {
        let arrived = second.log_in("web", "code", &[]).await;
        let callback = Callback::from_url(arrived.as_str()).unwrap();
        let checked = transaction(&second, ResponseType::Code).await.check(&callback, SystemTime::now()).unwrap();
        let (request, pending) = checked.into_token_request();
        let tokens = send_by!(face, request.authentication(ClientAuthentication::secret_basic(SECRET)).build()).unwrap();
        let options = pending.id_token_options(rules(&second, "web"), &tokens);
        for outcome in validate_both(&second, &options, tokens.id_token().unwrap().expose()).await {
            pending.accept(&outcome.unwrap(), &tokens, SystemTime::now()).unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn an_answer_to_another_state_or_from_another_issuer_is_refused() {
    let second = Second::here();
    let arrived = second.log_in("web", "code", &[]).await.to_string();
    let issuer = arrived.replace("iss=http%3A", "iss=https%3A");
    for (address, expected) in [(arrived.replace("a-state", "another"), "callback_state_mismatch"), (issuer, "callback_issuer_mismatch")] {
        let callback = Callback::from_url(&address).unwrap();
        let error = transaction(&second, ResponseType::Code).await.check(&callback, SystemTime::now()).unwrap_err();
        assert_eq!(error.code(), expected, "{address}");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn the_hybrid_flow_is_not_taken_from_the_query() {
    let second = Second::here();
    let arrived = second.log_in("web", "code id_token token", &[]).await;
    let callback = Callback::from_url(arrived.as_str()).unwrap();
    let login = transaction(&second, ResponseType::DangerCodeIdTokenToken).await;
    assert_eq!(login.receive(&callback, SystemTime::now()).unwrap_err().code(), "callback_elsewhere");
}

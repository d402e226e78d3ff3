//! A real login: its code, its refresh token, its ID tokens (OpenID Connect Core sections 3.1.3, 3.3.2.11 and 12). The way to the code is
//! walked by hand.

use identity_model::encoding::digest::sha256_base64url;
use identity_model::encoding::form::Form;
use identity_model::jose::{AlgorithmSet, SignatureAlgorithm};
use identity_model::protocol::token::{AuthorizationCodeTokenRequest, RefreshTokenRequest, TokenResponse};
use identity_model::secret::AuthorizationCode;
use identity_model::validation::{PreviousIdToken, TokenValidationOptions, ValidatedToken, ValidationErrorKind};
use identity_model::{Error, TokenValidator};
use serde_json::json;
use url::Url;

use crate::browser::Browser;
use crate::faces::{Face, blocking, provider_keys, send_by};
use crate::server::{Issuer, SECRET};

const REDIRECT_URI: &str = "http://127.0.0.1/callback";
const WEB_REDIRECT_URI: &str = "https://app.example.com/callback";
const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";

/// Walks through a login and hands out the parameters that come back.
async fn log_in(issuer: &Issuer, client_id: &str, response_type: &str, redirect_uri: &str) -> Form {
    let endpoint = issuer.discover().await.authorization_endpoint().unwrap();
    let mut form = Form::new();
    for (name, value) in [
        ("client_id", client_id),
        ("response_type", response_type),
        ("redirect_uri", redirect_uri),
        ("scope", "openid profile offline_access"),
        ("state", "a-state"),
        ("nonce", "a-nonce"),
        ("login_hint", "carol"),
        ("prompt", "consent"),
        ("code_challenge", &sha256_base64url(VERIFIER)),
        ("code_challenge_method", "S256"),
    ] {
        form.push(name, value);
    }
    let address = Url::parse(&format!("{}?{}", endpoint.as_str(), form.to_query())).unwrap();
    let arrived = Browser::new().follow(&address, redirect_uri).await;
    let form = Form::parse(arrived.fragment().or(arrived.query()).unwrap()).unwrap();
    assert_eq!(form.first("state"), Some("a-state"), "{form:?}");
    assert_eq!(form.first("iss").unwrap_or(&issuer.url), issuer.url);
    form
}

/// The request that exchanges the code of a login of a public client for tokens.
async fn redemption(issuer: &Issuer, client_id: &str, code: &str, verifier: &str) -> AuthorizationCodeTokenRequest {
    AuthorizationCodeTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(client_id)
        .code(AuthorizationCode::danger_unchecked(code))
        .redirect_uri(REDIRECT_URI)
        .code_verifier(verifier)
        .build()
}

/// A login of a public client and its tokens.
pub(crate) async fn log_in_for_tokens(issuer: &Issuer, client_id: &str, face: Face) -> TokenResponse {
    let login = log_in(issuer, client_id, "code", REDIRECT_URI).await;
    let request = redemption(issuer, client_id, login.first("code").unwrap(), VERIFIER).await;
    send_by!(face, request).unwrap()
}

fn id_token_of(tokens: &TokenResponse) -> &str {
    tokens.id_token().unwrap().expose()
}

fn id_token_rules(issuer: &Issuer, client_id: &str) -> TokenValidationOptions {
    TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience(client_id).build().with_nonce("a-nonce")
}

async fn validate_both(issuer: &Issuer, options: &TokenValidationOptions, token: &str) -> [Result<ValidatedToken, Error>; 2] {
    let validator = TokenValidator::with_options(provider_keys(&issuer.url), options.clone());
    crate::faces::validate_both(|| validator.clone(), token).await
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_id_token_of_a_code_flow_is_accepted() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let tokens = log_in_for_tokens(&issuer, "public", face).await;
        let options = id_token_rules(&issuer, "public").with_access_token(tokens.access_token().expose()).with_subject("carol");
        for outcome in validate_both(&issuer, &options, id_token_of(&tokens)).await {
            let validated = outcome.unwrap();
            assert_eq!((validated.subject(), validated.algorithm()), (Some("carol"), Some(SignatureAlgorithm::RS256)));
            assert_eq!(validated.try_get_str("nonce"), Some("a-nonce"));
            assert!(validated.principal().is_authenticated());
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_code_is_good_once_and_for_its_verifier_alone() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let login = log_in(&issuer, "public", "code", REDIRECT_URI).await;
        let code = login.first("code").unwrap();
        for (verifier, expected) in [("another-verifier-of-at-least-forty-three-characters", false), (VERIFIER, true), (VERIFIER, false)] {
            let outcome = send_by!(face, redemption(&issuer, "public", code, verifier).await);
            match outcome {
                Ok(_) => assert!(expected),
                Err(error) => {
                    assert!(!expected, "{error}");
                    assert_eq!(error.oauth_error().unwrap().error(), "invalid_grant");
                    assert!(!format!("{error:?}").contains(code));
                }
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_refresh_token_is_exchanged_for_the_next_one_and_is_spent() {
    let issuer = Issuer::shared();
    let endpoint = issuer.discover().await.token_endpoint().unwrap();
    for face in Face::BOTH {
        let first = log_in_for_tokens(&issuer, "public", face).await;
        let refresh = |tokens: &TokenResponse| {
            let token = tokens.refresh_token().unwrap().expose();
            RefreshTokenRequest::builder().address(endpoint.clone()).client_id("public").refresh_token(token).build()
        };
        let before = TokenValidator::with_options(provider_keys(&issuer.url), id_token_rules(&issuer, "public"));
        let before = PreviousIdToken::of(&before.validate(id_token_of(&first)).await.unwrap()).unwrap();

        let second = send_by!(face, refresh(&first)).unwrap();
        assert_ne!(second.refresh_token().unwrap().expose(), first.refresh_token().unwrap().expose());
        let options = TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience("public").build();
        for outcome in validate_both(&issuer, &options.with_previous_id_token(before), id_token_of(&second)).await {
            assert_eq!(outcome.unwrap().subject(), Some("carol"));
        }
        let error = send_by!(face, refresh(&first)).unwrap_err();
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_grant");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_id_token_of_another_login_or_client_is_refused() {
    let issuer = Issuer::shared();
    let tokens = log_in_for_tokens(&issuer, "public", Face::Async).await;
    let good = id_token_rules(&issuer, "public");
    let cases = [
        (good.clone().with_nonce("another-nonce"), ValidationErrorKind::NonceMismatch),
        (good.clone().with_nonce_absent(), ValidationErrorKind::NonceUnexpected),
        (good.clone().with_subject("mallory"), ValidationErrorKind::SubjectMismatch),
        (id_token_rules(&issuer, "confidential"), ValidationErrorKind::AudienceMismatch),
    ];
    for (options, expected) in cases {
        for outcome in validate_both(&issuer, &options, id_token_of(&tokens)).await {
            assert_eq!(outcome.unwrap_err().validation().map(|error| error.kind()), Some(expected));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_algorithm_of_the_registration_is_the_only_one() {
    let issuer = Issuer::own("login-algorithms").await;
    for (name, algorithm) in
        [("PS256", SignatureAlgorithm::PS256), ("ES384", SignatureAlgorithm::ES384), ("EdDSA", SignatureAlgorithm::EDDSA)]
    {
        issuer
            .add_client(&json!({
                "client_id": name, "token_endpoint_auth_method": "none", "application_type": "native", "redirect_uris": [REDIRECT_URI],
                "response_types": ["code"], "grant_types": ["authorization_code"], "id_token_signed_response_alg": name,
            }))
            .await;
        let tokens = log_in_for_tokens(&issuer, name, Face::Async).await;
        let registered =
            TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience(name).algorithms(AlgorithmSet::only(algorithm));
        for outcome in validate_both(&issuer, &registered.build(), id_token_of(&tokens)).await {
            assert_eq!(outcome.unwrap().algorithm(), Some(algorithm));
        }
        for outcome in validate_both(&issuer, &id_token_rules(&issuer, name), id_token_of(&tokens)).await {
            assert_eq!(outcome.unwrap_err().validation().map(|error| error.kind()), Some(ValidationErrorKind::AlgorithmNotAllowed));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_id_token_of_the_front_channel_belongs_to_its_code_and_access_token() {
    let issuer = Issuer::own("login-hybrid").await;
    issuer
        .add_client(&json!({
            "client_id": "web", "client_secret": SECRET, "redirect_uris": [WEB_REDIRECT_URI], "response_types": ["code id_token token"],
            "grant_types": ["authorization_code", "implicit"],
        }))
        .await;
    let login = log_in(&issuer, "web", "code id_token token", WEB_REDIRECT_URI).await;
    let [code, access_token, id_token] = ["code", "access_token", "id_token"].map(|name| login.first(name).unwrap().to_owned());
    let options =
        TokenValidationOptions::front_channel_id_token().issuer(issuer.url.as_str()).audience("web").build().with_nonce("a-nonce");
    let good = options.with_code(code.as_str()).with_access_token(access_token.as_str());
    for outcome in validate_both(&issuer, &good, &id_token).await {
        assert_eq!(outcome.unwrap().subject(), Some("carol"));
    }
    for swapped in [good.clone().with_code("another-code"), good.clone().with_access_token("another-token")] {
        let validator = TokenValidator::with_options(provider_keys(&issuer.url), swapped);
        let id_token = id_token.clone();
        let error = blocking(move || validator.validate_blocking(&id_token)).await.unwrap_err();
        assert_eq!(error.validation().map(|error| error.kind()), Some(ValidationErrorKind::HashMismatch));
    }
}

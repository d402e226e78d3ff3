//! The settings that decide what is accepted.

use std::time::Duration;

use identity_model::jose::{ContentEncryptionAlgorithm as Content, KeyManagementAlgorithm as Management, SignatureAlgorithm};
use identity_model::testing::{Forgery, TestClient, TestProviderBuilder};
use identity_model::validation::{AsyncClaimValidator, ClaimRejection, ClaimValidator, Claims, ClockSkew, TokenKind};

use super::flows::{Flow, MINUTE, encrypter, forge, from_the_future, just_expired, keys, old_authentication};
use super::{Client, Row};
use crate::client::support::{CLIENT, House, SECRET};

/// Every flow in which an ID token is judged.
const ID_TOKENS: &[Flow] =
    &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Signed, Flow::Device, Flow::Backchannel, Flow::Refresh, Flow::Unasked];
/// The same without JARM, where the faults of a row strike the response instead.
const FORGED_ID_TOKENS: &[Flow] =
    &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Device, Flow::Backchannel, Flow::Refresh, Flow::Unasked];
/// The same without the token that a row mints itself.
const ENCRYPTED_ID_TOKENS: &[Flow] =
    &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Signed, Flow::Device, Flow::Backchannel, Flow::Refresh];
const LOGINS: &[Flow] = &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Device, Flow::Backchannel];
/// What is signed beside ID tokens.
const OTHERS: &[Flow] = &[Flow::Signed, Flow::LogoutToken, Flow::AccessToken];
const ALL: &[Flow] = &[
    Flow::Code,
    Flow::Hybrid,
    Flow::Implicit,
    Flow::Signed,
    Flow::Device,
    Flow::Backchannel,
    Flow::Refresh,
    Flow::Unasked,
    Flow::LogoutToken,
];
const ANSWERS: &[Flow] = &[Flow::UserInfo, Flow::Introspection];

const RS256: SignatureAlgorithm = SignatureAlgorithm::RS256;
const ES256: SignatureAlgorithm = SignatureAlgorithm::ES256;
const SECOND: Duration = Duration::from_secs(1);
const KEY: Management = Management::ECDH_ES_A128KW;

/// A builder whose client can read and verify all that the provider may send.
macro_rules! base {
    ($house:expr) => {
        begun!($house).userinfo_signed_response_alg(RS256).introspection_signed_response_alg(RS256).decryption_keys(keys())
    };
}

/// A client whose UserInfo and introspection are signed.
fn signed(house: &House) -> Client {
    begun!(house).userinfo_signed_response_alg(RS256).introspection_signed_response_alg(RS256).build()
}

fn decrypting(house: &House) -> Client {
    begun!(house).decryption_keys(keys()).build()
}

/// A provider that signs what it may sign and encrypts all of it.
fn encrypted(provider: TestProviderBuilder) -> TestProviderBuilder {
    let client = TestClient::new(CLIENT).secret(SECRET).id_token_encrypted_with(encrypter()).userinfo_encrypted_with(encrypter());
    let client = client.introspection_encrypted_with(encrypter()).authorization_response_encrypted_with(encrypter());
    provider.client(client).signed_userinfo(RS256)
}

fn nobody(_: &Claims) -> Result<(), ClaimRejection> {
    Err(ClaimRejection::new("nobody may"))
}

struct Nobody;

impl ClaimValidator for Nobody {
    fn name(&self) -> &str {
        "nobody"
    }

    fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        nobody(claims)
    }
}

#[async_trait::async_trait]
impl AsyncClaimValidator for Nobody {
    fn name(&self) -> &str {
        "nobody"
    }

    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        nobody(claims)
    }
}

fn named(house: &House, flow: Flow) {
    forge(house, flow, [Forgery::claim("name", "Alice"), Forgery::claim("other", "other")]);
}

pub(super) const ROWS: &[Row] = &[
    Row::new("leeway", FORGED_ID_TOKENS, |house| begun!(house).leeway(SECOND).build(), ("ok", "expired")).faults(just_expired),
    Row::new("leeway", OTHERS, |house| begun!(house).leeway(SECOND).build(), ("ok", "expired")).faults(just_expired),
    Row::new("leeway", &[Flow::UserInfo], |house| base!(house).leeway(SECOND).build(), ("ok", "expired"))
        .without(signed)
        .provider(|provider| provider.signed_userinfo(RS256))
        .faults(just_expired),
    Row::new("clock_skew", FORGED_ID_TOKENS, behind, ("not_yet_valid", "ok")).faults(from_the_future),
    Row::new("clock_skew", OTHERS, behind, ("not_yet_valid", "ok")).faults(from_the_future),
    Row::new("id_token_signed_response_alg", ALL, |house| begun!(house).id_token_signed_response_alg(ES256).build(), {
        ("ok", "algorithm_not_allowed")
    }),
    Row::new("id_token_encrypted_response", ALL, |house| base!(house).id_token_encrypted_response(KEY, Content::A256GCM).build(), {
        ("ok", "not_encrypted")
    })
    .without(signed),
    Row::new(
        "id_token_encrypted_response",
        ENCRYPTED_ID_TOKENS,
        |house| base!(house).id_token_encrypted_response(KEY, Content::A128GCM).build(),
        ("ok", "content_encryption_not_allowed"),
    )
    .provider(encrypted)
    .without(decrypting),
    Row::new("decryption_keys", ENCRYPTED_ID_TOKENS, decrypting, ("encrypted_token", "ok")).provider(encrypted),
    Row::new("decryption_keys", ANSWERS, |house| base!(house).build(), ("encrypted_token", "ok")).provider(encrypted).without(signed),
    Row::new("userinfo_signed_response_alg", &[Flow::UserInfo], signed, ("ok", "http")),
    Row::new(
        "introspection_signed_response_alg",
        &[Flow::Introspection],
        |house| begun!(house).introspection_signed_response_alg(ES256).build(),
        ("ok", "algorithm_not_allowed"),
    )
    .without(signed),
    Row::new(
        "userinfo_encrypted_response",
        &[Flow::UserInfo],
        |house| base!(house).userinfo_encrypted_response(KEY, Content::A256GCM).build(),
        ("ok", "not_encrypted"),
    )
    .provider(|provider| provider.signed_userinfo(RS256))
    .without(signed),
    Row::new(
        "introspection_encrypted_response",
        &[Flow::Introspection],
        |house| base!(house).introspection_encrypted_response(KEY, Content::A256GCM).build(),
        ("ok", "not_encrypted"),
    )
    .without(signed),
    Row::new(
        "authorization_signed_response_alg",
        &[Flow::Signed],
        |house| begun!(house).authorization_signed_response_alg(ES256).build(),
        ("ok", "algorithm_not_allowed"),
    ),
    Row::new(
        "authorization_encrypted_response",
        &[Flow::Signed],
        |house| base!(house).authorization_encrypted_response(KEY, Content::A256GCM).build(),
        ("ok", "not_encrypted"),
    )
    .without(signed),
    Row::new("default_max_age", LOGINS, |house| begun!(house).default_max_age(MINUTE).build(), ("ok", "authentication_too_old"))
        .faults(old_authentication),
    Row::new("require_auth_time", LOGINS, |house| begun!(house).require_auth_time(true).build(), ("ok", "claim_missing")),
    Row::new(
        "id_token_rules",
        ID_TOKENS,
        |house| begun!(house).id_token_rules(|rules| rules.required_claim("x")).build(),
        ("ok", "claim_missing"),
    ),
    Row::new(
        "logout_token_rules",
        &[Flow::LogoutToken],
        |house| begun!(house).logout_token_rules(|rules| rules.required_claim("x")).build(),
        ("ok", "claim_missing"),
    ),
    Row::new(
        "access_token_rules",
        &[Flow::AccessToken],
        |house| begun!(house).access_token_rules(|rules| rules.required_scope("reports:read")).build(),
        ("ok", "insufficient_scope"),
    ),
    Row::new(
        "access_token_kind",
        &[Flow::AccessToken],
        |house| begun!(house).access_token_kind(TokenKind::PlainAccessToken).build(),
        ("wrong_token_kind", "ok"),
    )
    .faults(|house, flow| forge(house, flow, [Forgery::header("typ", "JWT")])),
    Row::new("claim_rule", ID_TOKENS, |house| begun!(house).claim_rule("nobody", nobody).build(), ("ok", "claim_rejected")),
    Row::new("claim_validator", ID_TOKENS, |house| begun!(house).claim_validator(Nobody).build(), ("ok", "claim_rejected")),
    Row::new("async_claim_validator", ID_TOKENS, |house| begun!(house).async_claim_validator(Nobody).build(), ("ok", "claim_rejected")),
    Row::new(
        "name_claim_type",
        &[Flow::Code, Flow::Implicit, Flow::Device, Flow::Backchannel, Flow::Refresh, Flow::AccessToken],
        |house| begun!(house).name_claim_type("other").build(),
        ("Alice", "other"),
    )
    .faults(named)
    .see(|seen| seen.note.clone()),
    Row::new(
        "role_claim_type",
        &[Flow::Code, Flow::Implicit, Flow::Device, Flow::Backchannel],
        |house| begun!(house).role_claim_type("other").build(),
        ("Some(false)", "Some(true)"),
    )
    .faults(named)
    .see(|seen| format!("{:?}", seen.login.as_ref().map(|login| login.principal().is_in_role("other")))),
];

fn behind(house: &House) -> Client {
    begun!(house).clock_skew(ClockSkew::Behind(Duration::from_secs(100))).build()
}

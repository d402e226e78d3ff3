//! `oidcc-client-hybrid-certification-test-plan` and its form-post variant: `response_type=code id_token`. The modules about `at_hash` are played
//! with `code id_token token`, where an access token comes through the browser.

use super::support::{Plan, plan};

plan! { Plan::HYBRID;
    oidcc_client_test = complete_flow;
    oidcc_client_test_invalid_iss = invalid_iss;
    oidcc_client_test_missing_sub = missing_sub;
    oidcc_client_test_invalid_aud = invalid_aud;
    oidcc_client_test_missing_iat = missing_iat;
    oidcc_client_test_kid_absent_single_jwks = kid_absent_single_jwks;
    oidcc_client_test_kid_absent_multiple_jwks = kid_absent_multiple_jwks;
    oidcc_client_test_idtoken_sig_rs256 = idtoken_sig_rs256;
    oidcc_client_test_idtoken_sig_none = idtoken_sig_none;
    oidcc_client_test_invalid_sig_rs256 = invalid_sig_rs256;
    oidcc_client_test_userinfo_invalid_sub = userinfo_invalid_sub;
    oidcc_client_test_nonce_invalid = nonce_invalid;
    oidcc_client_test_scope_userinfo_claims = scope_userinfo_claims;
    oidcc_client_test_client_secret_basic = client_secret_basic;
    oidcc_client_test_nonce_unless_code_flow = nonce_unless_code_flow;
    oidcc_client_test_missing_chash = missing_chash;
    oidcc_client_test_invalid_chash = invalid_chash;
    invalid_shash = invalid_shash;
    iat_is_week_in_past = iat_is_week_in_past;
    second_id_token_of_another_user = second_id_token_of_another_user;
    invalid_authorization_response_iss = invalid_authorization_response_iss;
    invalid_state = invalid_state;
}

mod form_post {
    use super::super::support::{Plan, plan};

    plan! { Plan::HYBRID_FORM_POST;
        oidcc_client_test = complete_flow;
        oidcc_client_test_invalid_iss = invalid_iss;
        oidcc_client_test_missing_sub = missing_sub;
        oidcc_client_test_invalid_aud = invalid_aud;
        oidcc_client_test_missing_iat = missing_iat;
        oidcc_client_test_kid_absent_single_jwks = kid_absent_single_jwks;
        oidcc_client_test_kid_absent_multiple_jwks = kid_absent_multiple_jwks;
        oidcc_client_test_idtoken_sig_rs256 = idtoken_sig_rs256;
        oidcc_client_test_idtoken_sig_none = idtoken_sig_none;
        oidcc_client_test_invalid_sig_rs256 = invalid_sig_rs256;
        oidcc_client_test_userinfo_invalid_sub = userinfo_invalid_sub;
        oidcc_client_test_nonce_invalid = nonce_invalid;
        oidcc_client_test_scope_userinfo_claims = scope_userinfo_claims;
        oidcc_client_test_client_secret_basic = client_secret_basic;
        oidcc_client_test_nonce_unless_code_flow = nonce_unless_code_flow;
        oidcc_client_test_missing_chash = missing_chash;
        oidcc_client_test_invalid_chash = invalid_chash;
        invalid_shash = invalid_shash;
        iat_is_week_in_past = iat_is_week_in_past;
        second_id_token_of_another_user = second_id_token_of_another_user;
        invalid_authorization_response_iss = invalid_authorization_response_iss;
        invalid_state = invalid_state;
    }
}

mod with_access_token {
    use super::super::support::{Plan, plan};

    plan! { Plan::HYBRID_WITH_TOKEN;
        oidcc_client_test = complete_flow;
        oidcc_client_test_missing_athash = missing_athash;
        oidcc_client_test_invalid_athash = invalid_athash;
    }
}

//! `oidcc-client-implicit-certification-test-plan` and its form-post variant: `response_type=id_token`. The modules about `at_hash` and userinfo are
//! played with `id_token token`.

use super::support::{Plan, plan};

plan! { Plan::IMPLICIT;
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
    oidcc_client_test_nonce_invalid = nonce_invalid;
    oidcc_client_test_scope_userinfo_claims = scope_userinfo_claims;
    oidcc_client_test_nonce_unless_code_flow = nonce_unless_code_flow;
    iat_is_week_in_past = iat_is_week_in_past;
    invalid_authorization_response_iss = invalid_authorization_response_iss;
    invalid_state = invalid_state;
}

mod form_post {
    use super::super::support::{Plan, plan};

    plan! { Plan::IMPLICIT_FORM_POST;
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
        oidcc_client_test_nonce_invalid = nonce_invalid;
        oidcc_client_test_scope_userinfo_claims = scope_userinfo_claims;
        oidcc_client_test_nonce_unless_code_flow = nonce_unless_code_flow;
        iat_is_week_in_past = iat_is_week_in_past;
        invalid_authorization_response_iss = invalid_authorization_response_iss;
        invalid_state = invalid_state;
    }
}

mod with_access_token {
    use super::super::support::{Plan, plan};

    plan! { Plan::IMPLICIT_WITH_TOKEN;
        oidcc_client_test = complete_flow;
        oidcc_client_test_userinfo_invalid_sub = userinfo_invalid_sub;
        oidcc_client_test_missing_athash = missing_athash;
        oidcc_client_test_invalid_athash = invalid_athash;
    }
}

//! `oidcc-client-basic-certification-test-plan`: `response_type=code`, the response in the query, `client_secret_basic`.

use super::support::{Plan, plan};

plan! { Plan::BASIC;
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
}

//! Every name that the reference libraries have is a constant here, with exactly that spelling.

use std::collections::HashSet;

use identity_model::constants::*;

/// All of `names` (separated by blanks) are in `table`.
fn holds(table: &[&str], names: &str) {
    let missing: Vec<&str> = names.split_whitespace().filter(|name| !table.contains(name)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn server_metadata() {
    holds(
        metadata::ALL,
        "issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint scopes_supported
        response_types_supported response_modes_supported grant_types_supported acr_values_supported subject_types_supported
        id_token_signing_alg_values_supported id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported
        userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported userinfo_encryption_enc_values_supported
        request_object_signing_alg_values_supported request_object_encryption_alg_values_supported
        request_object_encryption_enc_values_supported token_endpoint_auth_methods_supported
        token_endpoint_auth_signing_alg_values_supported display_values_supported claim_types_supported claims_supported
        service_documentation claims_locales_supported ui_locales_supported claims_parameter_supported request_parameter_supported
        request_uri_parameter_supported require_request_uri_registration op_policy_uri op_tos_uri signed_metadata
        revocation_endpoint revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported
        introspection_endpoint introspection_endpoint_auth_methods_supported introspection_endpoint_auth_signing_alg_values_supported
        introspection_signing_alg_values_supported introspection_encryption_alg_values_supported
        introspection_encryption_enc_values_supported code_challenge_methods_supported device_authorization_endpoint
        mtls_endpoint_aliases tls_client_certificate_bound_access_tokens pushed_authorization_request_endpoint
        require_pushed_authorization_requests require_signed_request_object authorization_response_iss_parameter_supported
        authorization_signing_alg_values_supported authorization_encryption_alg_values_supported
        authorization_encryption_enc_values_supported authorization_details_types_supported dpop_signing_alg_values_supported
        backchannel_authentication_endpoint backchannel_token_delivery_modes_supported
        backchannel_authentication_request_signing_alg_values_supported backchannel_user_code_parameter_supported
        end_session_endpoint check_session_iframe frontchannel_logout_supported frontchannel_logout_session_supported
        backchannel_logout_supported backchannel_logout_session_supported prompt_values_supported protected_resources
        nfv_token_signing_alg_values_supported",
    );
    assert_eq!(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT, "pushed_authorization_request_endpoint");
}

#[test]
fn resource_metadata_members() {
    holds(
        resource_metadata::ALL,
        "resource authorization_servers jwks_uri scopes_supported bearer_methods_supported resource_signing_alg_values_supported
        resource_name resource_documentation resource_policy_uri resource_tos_uri tls_client_certificate_bound_access_tokens
        authorization_details_types_supported dpop_signing_alg_values_supported dpop_bound_access_tokens_required signed_metadata",
    );
}

#[test]
fn client_metadata_and_registration_answers() {
    holds(
        client_metadata::ALL,
        "redirect_uris response_types grant_types application_type contacts client_name logo_uri client_uri policy_uri tos_uri
        jwks_uri jwks sector_identifier_uri subject_type token_endpoint_auth_method token_endpoint_auth_signing_alg default_max_age
        require_auth_time default_acr_values initiate_login_uri request_uris id_token_signed_response_alg
        id_token_encrypted_response_alg id_token_encrypted_response_enc userinfo_signed_response_alg userinfo_encrypted_response_alg
        userinfo_encrypted_response_enc request_object_signing_alg request_object_encryption_alg request_object_encryption_enc
        require_signed_request_object require_pushed_authorization_requests tls_client_certificate_bound_access_tokens
        tls_client_auth_subject_dn dpop_bound_access_tokens post_logout_redirect_uris frontchannel_logout_uri
        frontchannel_logout_session_required backchannel_logout_uri backchannel_logout_session_required software_id
        software_statement software_version client_id client_secret client_id_issued_at client_secret_expires_at
        registration_access_token registration_client_uri backchannel_token_delivery_mode use_mtls_endpoint_aliases
        backchannel_client_notification_endpoint scope authorization_signed_response_alg introspection_signed_response_alg",
    );
}

#[test]
fn authorize_request_and_response() {
    holds(
        parameters::ALL,
        "scope response_type client_id redirect_uri state response_mode nonce display prompt max_age ui_locales id_token_hint
        login_hint acr_values code_challenge code_challenge_method request request_uri resource dpop_jkt
        access_token expires_in token_type refresh_token id_token code iss session_state error error_description error_uri",
    );
}

#[test]
fn token_request_and_response() {
    holds(
        parameters::ALL,
        "grant_type redirect_uri client_id client_secret client_assertion client_assertion_type assertion code refresh_token scope
        username password code_verifier device_code resource audience requested_token_type subject_token subject_token_type
        actor_token actor_token_type auth_req_id token_type access_token expires_in id_token issued_token_type error
        error_description token token_type_hint",
    );
    holds(token_types::ALL, "Bearer DPoP PoP N_A");
    holds(token_type_hints::ALL, "access_token refresh_token id_token");
}

#[test]
fn device_ciba_pushed_and_logout_messages() {
    holds(parameters::ALL, "device_code user_code verification_uri verification_uri_complete expires_in interval");
    holds(
        parameters::ALL,
        "scope client_notification_token acr_values login_hint_token id_token_hint login_hint binding_message user_code
        requested_expiry request resource auth_req_id expires_in interval request_uri",
    );
    holds(parameters::ALL, "id_token_hint post_logout_redirect_uri state sid iss logout_token logout_hint ui_locales");
    holds(token_delivery_modes::ALL, "poll ping push");
    holds(events::ALL, "http://schemas.openid.net/event/backchannel-logout");
}

#[test]
fn errors() {
    holds(
        error_codes::ALL,
        "invalid_request unauthorized_client access_denied unsupported_response_type invalid_scope server_error
        temporarily_unavailable interaction_required login_required account_selection_required consent_required
        invalid_request_uri invalid_request_object request_not_supported request_uri_not_supported registration_not_supported
        invalid_target unmet_authentication_requirements",
    );
    holds(
        error_codes::ALL,
        "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope
        authorization_pending access_denied slow_down expired_token invalid_target use_dpop_nonce invalid_dpop_proof
        unsupported_token_type invalid_authorization_details",
    );
    holds(
        error_codes::ALL,
        "expired_login_hint_token unknown_user_id missing_user_code invalid_user_code invalid_binding_message transaction_failed
        invalid_token insufficient_scope insufficient_user_authentication invalid_redirect_uri invalid_client_metadata
        invalid_software_statement unapproved_software_statement",
    );
}

#[test]
fn grants_and_their_choices() {
    holds(
        grant_types::ALL,
        "password authorization_code client_credentials refresh_token implicit urn:ietf:params:oauth:grant-type:saml2-bearer
        urn:ietf:params:oauth:grant-type:jwt-bearer urn:ietf:params:oauth:grant-type:device_code
        urn:ietf:params:oauth:grant-type:token-exchange urn:openid:params:grant-type:ciba",
    );
    for combination in ["code", "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token"] {
        assert!(response_types::ALL.contains(&combination), "{combination}");
    }
    holds(response_modes::ALL, "query form_post fragment jwt query.jwt fragment.jwt form_post.jwt");
    holds(displays::ALL, "page popup touch wap");
    holds(prompts::ALL, "none login consent select_account create");
    holds(code_challenge_methods::ALL, "plain S256");
    holds(scopes::ALL, "openid profile email address phone offline_access");
    holds(subject_types::ALL, "public pairwise");
    holds(application_types::ALL, "web native");
    holds(claim_types::ALL, "normal aggregated distributed");
}

#[test]
fn authentication() {
    holds(
        client_auth_methods::ALL,
        "none client_secret_post client_secret_basic client_secret_jwt private_key_jwt tls_client_auth self_signed_tls_client_auth",
    );
    holds(authentication_schemes::ALL, "Basic Bearer DPoP PoP");
    holds(
        client_assertion_types::ALL,
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
    );
    holds(amr_values::ALL, "face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia");
    holds(headers::ALL, "DPoP DPoP-Nonce Authorization WWW-Authenticate");
}

#[test]
fn tokens_keys_and_algorithms() {
    holds(
        token_type_identifiers::ALL,
        "urn:ietf:params:oauth:token-type:access_token urn:ietf:params:oauth:token-type:refresh_token
        urn:ietf:params:oauth:token-type:id_token urn:ietf:params:oauth:token-type:saml1 urn:ietf:params:oauth:token-type:saml2
        urn:ietf:params:oauth:token-type:jwt",
    );
    holds(
        jose_headers::ALL,
        "alg enc zip jku jwk kid x5u x5c x5t x5t#S256 typ cty crit epk apu apv iv tag p2s p2c iss sub aud b64 nonce url",
    );
    holds(jwk_members::ALL, "keys kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y d n e p q dp dq qi oth k");
    holds(jwt_types::ALL, "JWT at+jwt oauth-authz-req+jwt dpop+jwt token-introspection+jwt client-authentication+jwt logout+jwt");
    holds(confirmation_methods::ALL, "jwk jwe kid jku jkt x5t#S256");
    holds(
        algorithms::ALL,
        "none HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 RSA-OAEP RSA-OAEP-256 dir
        ECDH-ES A128KW A256GCM A128CBC-HS256",
    );
}

#[test]
fn claims_of_tokens_users_and_introspection() {
    holds(
        claims::ALL,
        "sub name given_name family_name middle_name nickname preferred_username profile picture website email email_verified gender
        birthdate zoneinfo locale phone_number phone_number_verified address aud iss nbf exp updated_at iat amr sid acr auth_time azp
        at_hash c_hash s_hash nonce jti events client_id scope act may_act idp role roles groups entitlements reference_token_id cnf
        _claim_names _claim_sources sub_jwk authorization_details htm htu ath active username token_type token_introspection
        urn:openid:params:jwt:claim:auth_req_id urn:openid:params:jwt:claim:rt_hash toe txn sub_id street_address locality region
        postal_code country formatted",
    );
}

#[test]
fn routes_and_media_types() {
    holds(
        routes::ALL,
        ".well-known/openid-configuration .well-known/oauth-authorization-server .well-known/oauth-protected-resource
        .well-known/webfinger connect/authorize connect/token connect/userinfo connect/introspect connect/revocation
        connect/deviceauthorization connect/endsession connect/checksession connect/par connect/ciba",
    );
    holds(
        media_types::ALL,
        "application/json application/x-www-form-urlencoded application/jwt application/jwk-set+json
        application/token-introspection+jwt application/jrd+json",
    );
}

#[test]
fn no_table_names_anything_twice() {
    for table in [
        metadata::ALL,
        resource_metadata::ALL,
        client_metadata::ALL,
        parameters::ALL,
        claims::ALL,
        error_codes::ALL,
        jose_headers::ALL,
        jwk_members::ALL,
        algorithms::ALL,
        media_types::ALL,
        routes::ALL,
    ] {
        let mut seen = HashSet::new();
        assert!(table.iter().all(|name| seen.insert(name) && !name.contains(char::is_whitespace)));
    }
}

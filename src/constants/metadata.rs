//! Members of authorization server and provider metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2 and what later
//! specifications added (IANA, OAuth Authorization Server Metadata).

use super::table::names;

names! {
    ISSUER = "issuer", "The issuer identifier. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    AUTHORIZATION_ENDPOINT = "authorization_endpoint",
        "Address of the authorization endpoint. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    TOKEN_ENDPOINT = "token_endpoint", "Address of the token endpoint. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    USERINFO_ENDPOINT = "userinfo_endpoint", "Address of the UserInfo endpoint. OpenID Connect Discovery 1.0 section 3.";
    JWKS_URI = "jwks_uri", "Address of the key set. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    REGISTRATION_ENDPOINT = "registration_endpoint",
        "Address of the client registration endpoint. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    SCOPES_SUPPORTED = "scopes_supported", "Scopes. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    RESPONSE_TYPES_SUPPORTED = "response_types_supported", "Response types. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    RESPONSE_MODES_SUPPORTED = "response_modes_supported", "Response modes. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    GRANT_TYPES_SUPPORTED = "grant_types_supported", "Grant types. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    ACR_VALUES_SUPPORTED = "acr_values_supported", "Authentication context class references. OpenID Connect Discovery 1.0 section 3.";
    SUBJECT_TYPES_SUPPORTED = "subject_types_supported", "Subject types. OpenID Connect Discovery 1.0 section 3.";
    ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED = "id_token_signing_alg_values_supported",
        "Signature algorithms of ID tokens. OpenID Connect Discovery 1.0 section 3.";
    ID_TOKEN_ENCRYPTION_ALG_VALUES_SUPPORTED = "id_token_encryption_alg_values_supported",
        "Key management algorithms of ID tokens. OpenID Connect Discovery 1.0 section 3.";
    ID_TOKEN_ENCRYPTION_ENC_VALUES_SUPPORTED = "id_token_encryption_enc_values_supported",
        "Content encryption algorithms of ID tokens. OpenID Connect Discovery 1.0 section 3.";
    USERINFO_SIGNING_ALG_VALUES_SUPPORTED = "userinfo_signing_alg_values_supported",
        "Signature algorithms of UserInfo answers. OpenID Connect Discovery 1.0 section 3.";
    USERINFO_ENCRYPTION_ALG_VALUES_SUPPORTED = "userinfo_encryption_alg_values_supported",
        "Key management algorithms of UserInfo answers. OpenID Connect Discovery 1.0 section 3.";
    USERINFO_ENCRYPTION_ENC_VALUES_SUPPORTED = "userinfo_encryption_enc_values_supported",
        "Content encryption algorithms of UserInfo answers. OpenID Connect Discovery 1.0 section 3.";
    REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED = "request_object_signing_alg_values_supported",
        "Signature algorithms of request objects. OpenID Connect Discovery 1.0 section 3; RFC 9101.";
    REQUEST_OBJECT_ENCRYPTION_ALG_VALUES_SUPPORTED = "request_object_encryption_alg_values_supported",
        "Key management algorithms of request objects. OpenID Connect Discovery 1.0 section 3; RFC 9101.";
    REQUEST_OBJECT_ENCRYPTION_ENC_VALUES_SUPPORTED = "request_object_encryption_enc_values_supported",
        "Content encryption algorithms of request objects. OpenID Connect Discovery 1.0 section 3; RFC 9101.";
    TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED = "token_endpoint_auth_methods_supported",
        "Client authentication at the token endpoint. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "token_endpoint_auth_signing_alg_values_supported",
        "Signature algorithms of client assertions. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    DISPLAY_VALUES_SUPPORTED = "display_values_supported", "Values of `display`. OpenID Connect Discovery 1.0 section 3.";
    CLAIM_TYPES_SUPPORTED = "claim_types_supported", "Claim types. OpenID Connect Discovery 1.0 section 3.";
    CLAIMS_SUPPORTED = "claims_supported", "Claims that the server may be able to supply. OpenID Connect Discovery 1.0 section 3.";
    SERVICE_DOCUMENTATION = "service_documentation",
        "Address of documentation for developers. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    CLAIMS_LOCALES_SUPPORTED = "claims_locales_supported", "Languages of claims. OpenID Connect Discovery 1.0 section 3.";
    UI_LOCALES_SUPPORTED = "ui_locales_supported",
        "Languages of the user interface. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    CLAIMS_PARAMETER_SUPPORTED = "claims_parameter_supported", "Whether `claims` is understood. OpenID Connect Discovery 1.0 section 3.";
    REQUEST_PARAMETER_SUPPORTED = "request_parameter_supported", "Whether `request` is understood. OpenID Connect Discovery 1.0 section 3.";
    REQUEST_URI_PARAMETER_SUPPORTED = "request_uri_parameter_supported",
        "Whether `request_uri` is understood. OpenID Connect Discovery 1.0 section 3.";
    REQUIRE_REQUEST_URI_REGISTRATION = "require_request_uri_registration",
        "Whether request URIs must be registered. OpenID Connect Discovery 1.0 section 3.";
    OP_POLICY_URI = "op_policy_uri",
        "Address of the provider's policy on data. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    OP_TOS_URI = "op_tos_uri", "Address of the provider's terms of service. OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2.";
    SIGNED_METADATA = "signed_metadata", "The metadata as a signed JWT. RFC 8414 section 2.1.";
    REVOCATION_ENDPOINT = "revocation_endpoint", "Address of the revocation endpoint (RFC 7009). RFC 8414 section 2.";
    REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED = "revocation_endpoint_auth_methods_supported",
        "Client authentication at the revocation endpoint. RFC 8414 section 2.";
    REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "revocation_endpoint_auth_signing_alg_values_supported",
        "Signature algorithms of client assertions at the revocation endpoint. RFC 8414 section 2.";
    INTROSPECTION_ENDPOINT = "introspection_endpoint", "Address of the introspection endpoint (RFC 7662). RFC 8414 section 2.";
    INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED = "introspection_endpoint_auth_methods_supported",
        "Client authentication at the introspection endpoint. RFC 8414 section 2.";
    INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "introspection_endpoint_auth_signing_alg_values_supported",
        "Signature algorithms of client assertions at the introspection endpoint. RFC 8414 section 2.";
    INTROSPECTION_SIGNING_ALG_VALUES_SUPPORTED = "introspection_signing_alg_values_supported",
        "Signature algorithms of introspection answers. RFC 9701 section 7.";
    INTROSPECTION_ENCRYPTION_ALG_VALUES_SUPPORTED = "introspection_encryption_alg_values_supported",
        "Key management algorithms of introspection answers. RFC 9701 section 7.";
    INTROSPECTION_ENCRYPTION_ENC_VALUES_SUPPORTED = "introspection_encryption_enc_values_supported",
        "Content encryption algorithms of introspection answers. RFC 9701 section 7.";
    CODE_CHALLENGE_METHODS_SUPPORTED = "code_challenge_methods_supported", "PKCE methods (RFC 7636). RFC 8414 section 2.";
    DEVICE_AUTHORIZATION_ENDPOINT = "device_authorization_endpoint", "Address of the device authorization endpoint. RFC 8628 section 4.";
    MTLS_ENDPOINT_ALIASES = "mtls_endpoint_aliases", "Addresses of the same endpoints for mutual TLS. RFC 8705 section 5.";
    TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS = "tls_client_certificate_bound_access_tokens",
        "Whether access tokens can be bound to certificates. RFC 8705 section 3.3.";
    PUSHED_AUTHORIZATION_REQUEST_ENDPOINT = "pushed_authorization_request_endpoint",
        "Address of the pushed authorization request endpoint. RFC 9126 section 5.";
    REQUIRE_PUSHED_AUTHORIZATION_REQUESTS = "require_pushed_authorization_requests",
        "Whether only pushed authorization requests are accepted. RFC 9126 section 5.";
    REQUIRE_SIGNED_REQUEST_OBJECT = "require_signed_request_object",
        "Whether only signed request objects are accepted. RFC 9101 section 10.5.";
    AUTHORIZATION_RESPONSE_ISS_PARAMETER_SUPPORTED = "authorization_response_iss_parameter_supported",
        "Whether authorization responses carry `iss`. RFC 9207 section 3.";
    AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED = "authorization_signing_alg_values_supported",
        "Signature algorithms of authorization responses. JARM section 4.";
    AUTHORIZATION_ENCRYPTION_ALG_VALUES_SUPPORTED = "authorization_encryption_alg_values_supported",
        "Key management algorithms of authorization responses. JARM section 4.";
    AUTHORIZATION_ENCRYPTION_ENC_VALUES_SUPPORTED = "authorization_encryption_enc_values_supported",
        "Content encryption algorithms of authorization responses. JARM section 4.";
    AUTHORIZATION_DETAILS_TYPES_SUPPORTED = "authorization_details_types_supported", "Types of authorization details. RFC 9396 section 10.";
    DPOP_SIGNING_ALG_VALUES_SUPPORTED = "dpop_signing_alg_values_supported", "Signature algorithms of DPoP proofs. RFC 9449 section 5.1.";
    BACKCHANNEL_AUTHENTICATION_ENDPOINT = "backchannel_authentication_endpoint",
        "Address of the backchannel authentication endpoint. CIBA Core 1.0 section 4.";
    BACKCHANNEL_TOKEN_DELIVERY_MODES_SUPPORTED = "backchannel_token_delivery_modes_supported",
        "Token delivery modes. CIBA Core 1.0 section 4.";
    BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG_VALUES_SUPPORTED = "backchannel_authentication_request_signing_alg_values_supported",
        "Signature algorithms of signed authentication requests. CIBA Core 1.0 section 4.";
    BACKCHANNEL_USER_CODE_PARAMETER_SUPPORTED = "backchannel_user_code_parameter_supported",
        "Whether `user_code` is understood. CIBA Core 1.0 section 4.";
    END_SESSION_ENDPOINT = "end_session_endpoint",
        "Address of the end-session endpoint. OpenID Connect RP-Initiated Logout 1.0 section 2.1.";
    CHECK_SESSION_IFRAME = "check_session_iframe", "Address of the iframe that watches the session. OpenID Connect Session Management 1.0.";
    FRONTCHANNEL_LOGOUT_SUPPORTED = "frontchannel_logout_supported",
        "Whether front-channel logout is supported. OpenID Connect Front-Channel Logout 1.0.";
    FRONTCHANNEL_LOGOUT_SESSION_SUPPORTED = "frontchannel_logout_session_supported",
        "Whether front-channel logout names issuer and session. OpenID Connect Front-Channel Logout 1.0.";
    BACKCHANNEL_LOGOUT_SUPPORTED = "backchannel_logout_supported",
        "Whether back-channel logout is supported. OpenID Connect Back-Channel Logout 1.0.";
    BACKCHANNEL_LOGOUT_SESSION_SUPPORTED = "backchannel_logout_session_supported",
        "Whether logout tokens carry `sid`. OpenID Connect Back-Channel Logout 1.0.";
    PROMPT_VALUES_SUPPORTED = "prompt_values_supported", "Values of `prompt`. Initiating User Registration via OpenID Connect 1.0.";
    PROTECTED_RESOURCES = "protected_resources", "Identifiers of the resources that tokens are issued for. RFC 9728 section 4.";
    NFV_TOKEN_SIGNING_ALG_VALUES_SUPPORTED = "nfv_token_signing_alg_values_supported",
        "Signature algorithms of NFV tokens (ETSI GS NFV-SEC 022).";
    NFV_TOKEN_ENCRYPTION_ALG_VALUES_SUPPORTED = "nfv_token_encryption_alg_values_supported",
        "Key management algorithms of NFV tokens (ETSI GS NFV-SEC 022).";
    NFV_TOKEN_ENCRYPTION_ENC_VALUES_SUPPORTED = "nfv_token_encryption_enc_values_supported",
        "Content encryption algorithms of NFV tokens (ETSI GS NFV-SEC 022).";
}

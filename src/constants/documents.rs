//! The members of metadata: of a provider, of a protected resource, of a client.

use super::table::names;

/// Members of client metadata: RFC 7591 section 2, OpenID Connect Registration 1.0 section 2 and what later specifications added (IANA,
/// OAuth Dynamic Client Registration Metadata).
pub mod client_metadata {
    super::names! {
        REDIRECT_URIS = "redirect_uris", "Redirection URIs. RFC 7591 section 2.";
        TOKEN_ENDPOINT_AUTH_METHOD = "token_endpoint_auth_method", "How the client authenticates at the token endpoint. RFC 7591 section 2.";
        TOKEN_ENDPOINT_AUTH_SIGNING_ALG = "token_endpoint_auth_signing_alg",
            "Signature algorithm of client assertions. OpenID Connect Registration 1.0 section 2.";
        GRANT_TYPES = "grant_types", "Grant types. RFC 7591 section 2.";
        RESPONSE_TYPES = "response_types", "Response types. RFC 7591 section 2.";
        CLIENT_NAME = "client_name", "Name of the client for display. RFC 7591 section 2.";
        CLIENT_URI = "client_uri", "Address of a page about the client. RFC 7591 section 2.";
        LOGO_URI = "logo_uri", "Address of a logo. RFC 7591 section 2.";
        SCOPE = "scope", "Scopes, separated by spaces. RFC 7591 section 2.";
        CONTACTS = "contacts", "People responsible for the client, usually mail addresses. RFC 7591 section 2.";
        TOS_URI = "tos_uri", "Address of the terms of service. RFC 7591 section 2.";
        POLICY_URI = "policy_uri", "Address of the policy on data. RFC 7591 section 2.";
        JWKS_URI = "jwks_uri", "Address of the client's key set. RFC 7591 section 2.";
        JWKS = "jwks", "The client's key set. RFC 7591 section 2.";
        SOFTWARE_ID = "software_id", "Identifier of the software, the same in every installation. RFC 7591 section 2.";
        SOFTWARE_VERSION = "software_version", "Version of the software. RFC 7591 section 2.";
        SOFTWARE_STATEMENT = "software_statement", "Claims about the software as a signed JWT. RFC 7591 section 2.3.";
        CLIENT_ID = "client_id", "The client identifier that was issued. RFC 7591 section 3.2.1.";
        CLIENT_SECRET = "client_secret", "The client secret that was issued. RFC 7591 section 3.2.1.";
        CLIENT_ID_ISSUED_AT = "client_id_issued_at", "When the client identifier was issued. RFC 7591 section 3.2.1.";
        CLIENT_SECRET_EXPIRES_AT = "client_secret_expires_at", "When the client secret expires, or 0. RFC 7591 section 3.2.1.";
        REGISTRATION_ACCESS_TOKEN = "registration_access_token", "Token for managing the registration. RFC 7592 section 3.";
        REGISTRATION_CLIENT_URI = "registration_client_uri", "Address for managing the registration. RFC 7592 section 3.";
        APPLICATION_TYPE = "application_type", "Kind of application: `web` or `native`. OpenID Connect Registration 1.0 section 2.";
        SECTOR_IDENTIFIER_URI = "sector_identifier_uri",
            "Address that groups redirection URIs into one sector. OpenID Connect Registration 1.0 section 2.";
        SUBJECT_TYPE = "subject_type", "Subject type asked for. OpenID Connect Registration 1.0 section 2.";
        ID_TOKEN_SIGNED_RESPONSE_ALG = "id_token_signed_response_alg",
            "Signature algorithm of ID tokens. OpenID Connect Registration 1.0 section 2.";
        ID_TOKEN_ENCRYPTED_RESPONSE_ALG = "id_token_encrypted_response_alg",
            "Key management algorithm of ID tokens. OpenID Connect Registration 1.0 section 2.";
        ID_TOKEN_ENCRYPTED_RESPONSE_ENC = "id_token_encrypted_response_enc",
            "Content encryption algorithm of ID tokens. OpenID Connect Registration 1.0 section 2.";
        USERINFO_SIGNED_RESPONSE_ALG = "userinfo_signed_response_alg",
            "Signature algorithm of UserInfo answers. OpenID Connect Registration 1.0 section 2.";
        USERINFO_ENCRYPTED_RESPONSE_ALG = "userinfo_encrypted_response_alg",
            "Key management algorithm of UserInfo answers. OpenID Connect Registration 1.0 section 2.";
        USERINFO_ENCRYPTED_RESPONSE_ENC = "userinfo_encrypted_response_enc",
            "Content encryption algorithm of UserInfo answers. OpenID Connect Registration 1.0 section 2.";
        REQUEST_OBJECT_SIGNING_ALG = "request_object_signing_alg",
            "Signature algorithm of request objects. OpenID Connect Registration 1.0 section 2.";
        REQUEST_OBJECT_ENCRYPTION_ALG = "request_object_encryption_alg",
            "Key management algorithm of request objects. OpenID Connect Registration 1.0 section 2.";
        REQUEST_OBJECT_ENCRYPTION_ENC = "request_object_encryption_enc",
            "Content encryption algorithm of request objects. OpenID Connect Registration 1.0 section 2.";
        DEFAULT_MAX_AGE = "default_max_age", "Default maximum age of the authentication. OpenID Connect Registration 1.0 section 2.";
        REQUIRE_AUTH_TIME = "require_auth_time", "Whether ID tokens must hold `auth_time`. OpenID Connect Registration 1.0 section 2.";
        DEFAULT_ACR_VALUES = "default_acr_values",
            "Default authentication context class references. OpenID Connect Registration 1.0 section 2.";
        INITIATE_LOGIN_URI = "initiate_login_uri",
            "Address at which a third party can start a login. OpenID Connect Registration 1.0 section 2.";
        REQUEST_URIS = "request_uris", "Request URIs registered in advance. OpenID Connect Registration 1.0 section 2.";
        CLAIMS_REDIRECT_URIS = "claims_redirect_uris", "Claims redirection URIs. UMA 2.0 Grant section 2.";
        INTROSPECTION_SIGNED_RESPONSE_ALG = "introspection_signed_response_alg",
            "Signature algorithm of introspection answers. RFC 9701 section 6.";
        INTROSPECTION_ENCRYPTED_RESPONSE_ALG = "introspection_encrypted_response_alg",
            "Key management algorithm of introspection answers. RFC 9701 section 6.";
        INTROSPECTION_ENCRYPTED_RESPONSE_ENC = "introspection_encrypted_response_enc",
            "Content encryption algorithm of introspection answers. RFC 9701 section 6.";
        AUTHORIZATION_SIGNED_RESPONSE_ALG = "authorization_signed_response_alg",
            "Signature algorithm of authorization responses. JARM section 3.";
        AUTHORIZATION_ENCRYPTED_RESPONSE_ALG = "authorization_encrypted_response_alg",
            "Key management algorithm of authorization responses. JARM section 3.";
        AUTHORIZATION_ENCRYPTED_RESPONSE_ENC = "authorization_encrypted_response_enc",
            "Content encryption algorithm of authorization responses. JARM section 3.";
        TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS = "tls_client_certificate_bound_access_tokens",
            "Whether access tokens shall be bound to certificates. RFC 8705 section 3.4.";
        TLS_CLIENT_AUTH_SUBJECT_DN = "tls_client_auth_subject_dn", "Expected subject of the client certificate. RFC 8705 section 2.1.2.";
        TLS_CLIENT_AUTH_SAN_DNS = "tls_client_auth_san_dns", "Expected DNS name in the client certificate. RFC 8705 section 2.1.2.";
        TLS_CLIENT_AUTH_SAN_URI = "tls_client_auth_san_uri", "Expected URI in the client certificate. RFC 8705 section 2.1.2.";
        TLS_CLIENT_AUTH_SAN_IP = "tls_client_auth_san_ip", "Expected IP address in the client certificate. RFC 8705 section 2.1.2.";
        TLS_CLIENT_AUTH_SAN_EMAIL = "tls_client_auth_san_email", "Expected mail address in the client certificate. RFC 8705 section 2.1.2.";
        USE_MTLS_ENDPOINT_ALIASES = "use_mtls_endpoint_aliases",
            "Whether the client uses the mutual-TLS endpoint aliases. FAPI 2.0 Security Profile.";
        REQUIRE_SIGNED_REQUEST_OBJECT = "require_signed_request_object",
            "Whether only signed request objects are accepted. RFC 9101 section 10.5.";
        REQUIRE_PUSHED_AUTHORIZATION_REQUESTS = "require_pushed_authorization_requests",
            "Whether only pushed authorization requests are accepted. RFC 9126 section 6.";
        AUTHORIZATION_DETAILS_TYPES = "authorization_details_types",
            "Types of authorization details that the client uses. RFC 9396 section 10.";
        DPOP_BOUND_ACCESS_TOKENS = "dpop_bound_access_tokens", "Whether the client always asks for tokens bound by DPoP. RFC 9449 section 5.2.";
        POST_LOGOUT_REDIRECT_URIS = "post_logout_redirect_uris",
            "Where to return after a logout. OpenID Connect RP-Initiated Logout 1.0 section 3.1.";
        FRONTCHANNEL_LOGOUT_URI = "frontchannel_logout_uri",
            "Address for front-channel logout. OpenID Connect Front-Channel Logout 1.0 section 2.";
        FRONTCHANNEL_LOGOUT_SESSION_REQUIRED = "frontchannel_logout_session_required",
            "Whether `iss` and `sid` are needed. OpenID Connect Front-Channel Logout 1.0 section 2.";
        BACKCHANNEL_LOGOUT_URI = "backchannel_logout_uri",
            "Address for back-channel logout. OpenID Connect Back-Channel Logout 1.0 section 2.2.";
        BACKCHANNEL_LOGOUT_SESSION_REQUIRED = "backchannel_logout_session_required",
            "Whether `sid` is needed. OpenID Connect Back-Channel Logout 1.0 section 2.2.";
        BACKCHANNEL_TOKEN_DELIVERY_MODE = "backchannel_token_delivery_mode", "Token delivery mode. CIBA Core 1.0 section 4.";
        BACKCHANNEL_CLIENT_NOTIFICATION_ENDPOINT = "backchannel_client_notification_endpoint",
            "Address for ping and push. CIBA Core 1.0 section 4.";
        BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG = "backchannel_authentication_request_signing_alg",
            "Signature algorithm of signed authentication requests. CIBA Core 1.0 section 4.";
        BACKCHANNEL_USER_CODE_PARAMETER = "backchannel_user_code_parameter", "Whether the client sends `user_code`. CIBA Core 1.0 section 4.";
        NFV_TOKEN_SIGNED_RESPONSE_ALG = "nfv_token_signed_response_alg", "Signature algorithm of NFV tokens (ETSI GS NFV-SEC 022).";
        NFV_TOKEN_ENCRYPTED_RESPONSE_ALG = "nfv_token_encrypted_response_alg", "Key management algorithm of NFV tokens (ETSI GS NFV-SEC 022).";
        NFV_TOKEN_ENCRYPTED_RESPONSE_ENC = "nfv_token_encrypted_response_enc",
            "Content encryption algorithm of NFV tokens (ETSI GS NFV-SEC 022).";
    }
}

/// Members of authorization server and provider metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2 and what later
/// specifications added (IANA, OAuth Authorization Server Metadata).
pub mod metadata {
    super::names! {
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
}

/// Members of protected resource metadata: RFC 9728 section 2.
pub mod resource_metadata {
    super::names! {
        RESOURCE = "resource", "The resource identifier. RFC 9728 section 2.";
        AUTHORIZATION_SERVERS = "authorization_servers",
            "Issuers of the authorization servers to be used with the resource. RFC 9728 section 2.";
        JWKS_URI = "jwks_uri", "Address of the resource's key set. RFC 9728 section 2.";
        SCOPES_SUPPORTED = "scopes_supported", "Scopes used to ask for access. RFC 9728 section 2.";
        BEARER_METHODS_SUPPORTED = "bearer_methods_supported", "Ways of sending a bearer token: `header`, `body`, `query`. RFC 9728 section 2.";
        RESOURCE_SIGNING_ALG_VALUES_SUPPORTED = "resource_signing_alg_values_supported",
            "Signature algorithms of signed resource answers. RFC 9728 section 2.";
        RESOURCE_NAME = "resource_name", "Name of the resource for display. RFC 9728 section 2.";
        RESOURCE_DOCUMENTATION = "resource_documentation", "Address of documentation for developers. RFC 9728 section 2.";
        RESOURCE_POLICY_URI = "resource_policy_uri", "Address of the policy on data. RFC 9728 section 2.";
        RESOURCE_TOS_URI = "resource_tos_uri", "Address of the terms of service. RFC 9728 section 2.";
        TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS = "tls_client_certificate_bound_access_tokens",
            "Whether access tokens bound to certificates are supported. RFC 9728 section 2.";
        AUTHORIZATION_DETAILS_TYPES_SUPPORTED = "authorization_details_types_supported", "Types of authorization details. RFC 9728 section 2.";
        DPOP_SIGNING_ALG_VALUES_SUPPORTED = "dpop_signing_alg_values_supported", "Signature algorithms of DPoP proofs. RFC 9728 section 2.";
        DPOP_BOUND_ACCESS_TOKENS_REQUIRED = "dpop_bound_access_tokens_required",
            "Whether only access tokens bound by DPoP are accepted. RFC 9728 section 2.";
        SIGNED_METADATA = "signed_metadata", "The metadata as a signed JWT. RFC 9728 section 2.2.";
    }
}

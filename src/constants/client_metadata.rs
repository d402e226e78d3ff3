//! Members of client metadata: RFC 7591 section 2, OpenID Connect Registration 1.0 section 2 and what later specifications added (IANA,
//! OAuth Dynamic Client Registration Metadata).

use super::table::names;

names! {
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

//! Values of `error` (IANA, OAuth Extensions Error): authorization, token, registration, revocation, device, CIBA and resource errors of
//! the specification that each row names.

use super::table::names;

names! {
    INVALID_REQUEST = "invalid_request", "A parameter is missing, repeated or malformed. RFC 6749 section 5.2.";
    INVALID_CLIENT = "invalid_client", "The client could not be authenticated. RFC 6749 section 5.2.";
    INVALID_GRANT = "invalid_grant", "The grant is wrong, expired, revoked or another client's. RFC 6749 section 5.2.";
    UNAUTHORIZED_CLIENT = "unauthorized_client", "The client may not use this grant. RFC 6749 section 5.2.";
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type", "The server does not support this grant. RFC 6749 section 5.2.";
    INVALID_SCOPE = "invalid_scope", "A scope is unknown, malformed or too wide. RFC 6749 section 5.2.";
    ACCESS_DENIED = "access_denied", "The user or the server said no. RFC 6749 section 4.1.2.1.";
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type", "The server does not support this response type. RFC 6749 section 4.1.2.1.";
    SERVER_ERROR = "server_error", "The server failed. RFC 6749 section 4.1.2.1.";
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable", "The server is overloaded or down. RFC 6749 section 4.1.2.1.";
    INVALID_TOKEN = "invalid_token", "The access token is expired, revoked or malformed. RFC 6750 section 3.1.";
    INSUFFICIENT_SCOPE = "insufficient_scope", "The access token lacks a scope. RFC 6750 section 3.1.";
    INSUFFICIENT_USER_AUTHENTICATION = "insufficient_user_authentication",
        "The authentication was too weak or too old. RFC 9470 section 3.";
    INTERACTION_REQUIRED = "interaction_required", "The user must be asked something. OpenID Connect Core 1.0 section 3.1.2.6.";
    LOGIN_REQUIRED = "login_required", "The user must authenticate. OpenID Connect Core 1.0 section 3.1.2.6.";
    ACCOUNT_SELECTION_REQUIRED = "account_selection_required", "The user must select an account. OpenID Connect Core 1.0 section 3.1.2.6.";
    CONSENT_REQUIRED = "consent_required", "The user must consent. OpenID Connect Core 1.0 section 3.1.2.6.";
    INVALID_REQUEST_URI = "invalid_request_uri", "The request URI yields an error or bad data. OpenID Connect Core 1.0 section 3.1.2.6.";
    INVALID_REQUEST_OBJECT = "invalid_request_object", "The request object is malformed. OpenID Connect Core 1.0 section 3.1.2.6.";
    REQUEST_NOT_SUPPORTED = "request_not_supported", "`request` is not supported. OpenID Connect Core 1.0 section 3.1.2.6.";
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported", "`request_uri` is not supported. OpenID Connect Core 1.0 section 3.1.2.6.";
    REGISTRATION_NOT_SUPPORTED = "registration_not_supported", "`registration` is not supported. OpenID Connect Core 1.0 section 3.1.2.6.";
    UNMET_AUTHENTICATION_REQUIREMENTS = "unmet_authentication_requirements",
        "The authentication asked for is not possible. OpenID Connect Core Error Code unmet_authentication_requirements 1.0.";
    AUTHORIZATION_PENDING = "authorization_pending", "The user has not answered yet. RFC 8628 section 3.5; CIBA Core 1.0 section 11.";
    SLOW_DOWN = "slow_down", "Poll less often. RFC 8628 section 3.5; CIBA Core 1.0 section 11.";
    EXPIRED_TOKEN = "expired_token",
        "The device code or authentication request has expired. RFC 8628 section 3.5; CIBA Core 1.0 section 11.";
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type", "Tokens of this type cannot be revoked. RFC 7009 section 2.2.1.";
    INVALID_TARGET = "invalid_target", "The resource or audience is unknown or refused. RFC 8707 section 2; RFC 8693 section 2.2.2.";
    INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details",
        "The authorization details are unknown or malformed. RFC 9396 section 5.";
    INVALID_DPOP_PROOF = "invalid_dpop_proof", "The DPoP proof is wrong. RFC 9449 section 5.";
    USE_DPOP_NONCE = "use_dpop_nonce", "The DPoP proof needs the server's nonce. RFC 9449 section 8.";
    EXPIRED_LOGIN_HINT_TOKEN = "expired_login_hint_token", "The login hint token has expired. CIBA Core 1.0 section 13.";
    UNKNOWN_USER_ID = "unknown_user_id", "The hint names no known user. CIBA Core 1.0 section 13.";
    MISSING_USER_CODE = "missing_user_code", "The user code is missing. CIBA Core 1.0 section 13.";
    INVALID_USER_CODE = "invalid_user_code", "The user code is wrong. CIBA Core 1.0 section 13.";
    INVALID_BINDING_MESSAGE = "invalid_binding_message", "The binding message is refused. CIBA Core 1.0 section 13.";
    TRANSACTION_FAILED = "transaction_failed", "The authentication failed, in a push. CIBA Core 1.0 section 12.";
    INVALID_REDIRECT_URI = "invalid_redirect_uri", "A redirection URI is refused. RFC 7591 section 3.2.2.";
    INVALID_CLIENT_METADATA = "invalid_client_metadata", "A member of the client metadata is refused. RFC 7591 section 3.2.2.";
    INVALID_SOFTWARE_STATEMENT = "invalid_software_statement", "The software statement is wrong. RFC 7591 section 3.2.2.";
    UNAPPROVED_SOFTWARE_STATEMENT = "unapproved_software_statement", "The software statement is not approved. RFC 7591 section 3.2.2.";
    NEED_INFO = "need_info", "More claims are needed. UMA 2.0 Grant section 3.3.6.";
    REQUEST_DENIED = "request_denied", "The request was denied. UMA 2.0 Grant section 3.3.6.";
    REQUEST_SUBMITTED = "request_submitted", "The resource owner was asked. UMA 2.0 Grant section 3.3.6.";
}

//! The parameters of requests and responses, and the error codes.

use super::table::names;

/// Values of `error` (IANA, OAuth Extensions Error): authorization, token, registration, revocation, device, CIBA and resource errors of
/// the specification that each row names.
pub mod error_codes {
    super::names! {
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
}

/// Parameters of requests and answers (IANA, OAuth Parameters): RFC 6749, OpenID Connect and the extensions that each row names. What an
/// introspection responses stands in [`claims`](super::claims), what a registration answers in [`client_metadata`](super::client_metadata).
pub mod parameters {
    super::names! {
        CLIENT_ID = "client_id", "The client identifier. RFC 6749 section 2.2.";
        CLIENT_SECRET = "client_secret", "The client secret. RFC 6749 section 2.3.1.";
        RESPONSE_TYPE = "response_type", "What the authorization endpoint shall answer. RFC 6749 section 3.1.1.";
        REDIRECT_URI = "redirect_uri", "Where the answer goes. RFC 6749 section 3.1.2.";
        SCOPE = "scope", "Scopes, separated by spaces. RFC 6749 section 3.3.";
        STATE = "state", "Value that ties the answer to the request. RFC 6749 section 4.1.1.";
        CODE = "code", "The authorization code. RFC 6749 section 4.1.2.";
        ERROR = "error", "The error code. RFC 6749 sections 4.1.2.1 and 5.2.";
        ERROR_DESCRIPTION = "error_description", "What went wrong, in words. RFC 6749 section 5.2.";
        ERROR_URI = "error_uri", "Address of a page about the error. RFC 6749 section 5.2.";
        GRANT_TYPE = "grant_type", "The grant type. RFC 6749 section 4.";
        ACCESS_TOKEN = "access_token", "The access token. RFC 6749 section 5.1.";
        TOKEN_TYPE = "token_type", "The type of the access token. RFC 6749 section 7.1.";
        EXPIRES_IN = "expires_in", "Lifetime in seconds. RFC 6749 section 5.1.";
        REFRESH_TOKEN = "refresh_token", "The refresh token. RFC 6749 section 5.1.";
        USERNAME = "username", "The resource owner's name. RFC 6749 section 4.3.2.";
        PASSWORD = "password", "The resource owner's password. RFC 6749 section 4.3.2.";
        RESPONSE_MODE = "response_mode", "How the answer is returned. OAuth 2.0 Multiple Response Type Encoding Practices 1.0.";
        RESPONSE = "response", "The answer as a JWT. JARM section 2.3.";
        ISS = "iss", "The issuer that answers. RFC 9207 section 2.";
        NONCE = "nonce", "Value that ties the ID token to the request. OpenID Connect Core 1.0 section 3.1.2.1.";
        DISPLAY = "display", "How the user interface is shown. OpenID Connect Core 1.0 section 3.1.2.1.";
        PROMPT = "prompt", "What the user shall be asked. OpenID Connect Core 1.0 section 3.1.2.1.";
        MAX_AGE = "max_age", "Seconds that may have passed since the user authenticated. OpenID Connect Core 1.0 section 3.1.2.1.";
        UI_LOCALES = "ui_locales", "Languages of the user interface. OpenID Connect Core 1.0 section 3.1.2.1.";
        CLAIMS_LOCALES = "claims_locales", "Languages of claims. OpenID Connect Core 1.0 section 5.2.";
        ID_TOKEN_HINT = "id_token_hint", "An ID token issued before. OpenID Connect Core 1.0 section 3.1.2.1.";
        LOGIN_HINT = "login_hint", "Who is about to log in. OpenID Connect Core 1.0 section 3.1.2.1.";
        ACR_VALUES = "acr_values", "Authentication context class references asked for. OpenID Connect Core 1.0 section 3.1.2.1.";
        CLAIMS = "claims", "Claims asked for, as JSON. OpenID Connect Core 1.0 section 5.5.";
        REGISTRATION = "registration", "Client metadata of a self-issued request. OpenID Connect Core 1.0 section 7.2.1.";
        REQUEST = "request", "The request as a JWT. RFC 9101 section 5; OpenID Connect Core 1.0 section 6.1.";
        REQUEST_URI = "request_uri", "Reference to the request. RFC 9101 section 5; RFC 9126 section 2.2; OpenID Connect Core 1.0 section 6.2.";
        ID_TOKEN = "id_token", "The ID token. OpenID Connect Core 1.0 section 3.1.3.3.";
        SESSION_STATE = "session_state", "State of the session at the provider. OpenID Connect Session Management 1.0 section 2.";
        CODE_VERIFIER = "code_verifier", "The PKCE verifier. RFC 7636 section 4.5.";
        CODE_CHALLENGE = "code_challenge", "The PKCE challenge. RFC 7636 section 4.3.";
        CODE_CHALLENGE_METHOD = "code_challenge_method", "How the challenge is derived. RFC 7636 section 4.3.";
        ASSERTION = "assertion", "The assertion that is the grant. RFC 7521 section 4.1.";
        CLIENT_ASSERTION = "client_assertion", "The assertion that authenticates the client. RFC 7521 section 4.2.";
        CLIENT_ASSERTION_TYPE = "client_assertion_type", "The format of the client assertion. RFC 7521 section 4.2.";
        RESOURCE = "resource", "The resource that the token is for. RFC 8707 section 2; RFC 8693 section 2.1.";
        AUDIENCE = "audience", "The service that the token is for. RFC 8693 section 2.1.";
        REQUESTED_TOKEN_TYPE = "requested_token_type", "The type of token asked for. RFC 8693 section 2.1.";
        SUBJECT_TOKEN = "subject_token", "The token of the party acted for. RFC 8693 section 2.1.";
        SUBJECT_TOKEN_TYPE = "subject_token_type", "The type of the subject token. RFC 8693 section 2.1.";
        ACTOR_TOKEN = "actor_token", "The token of the acting party. RFC 8693 section 2.1.";
        ACTOR_TOKEN_TYPE = "actor_token_type", "The type of the actor token. RFC 8693 section 2.1.";
        ISSUED_TOKEN_TYPE = "issued_token_type", "The type of the token issued. RFC 8693 section 2.2.1.";
        TOKEN = "token", "The token to be looked at or revoked. RFC 7009 section 2.1; RFC 7662 section 2.1.";
        TOKEN_TYPE_HINT = "token_type_hint", "What kind of token it is. RFC 7009 section 2.1; RFC 7662 section 2.1.";
        DEVICE_CODE = "device_code", "The device's code. RFC 8628 section 3.2.";
        USER_CODE = "user_code",
            "The code that the user types in (RFC 8628 section 3.2), or a secret of the user's (CIBA Core 1.0 section 7.1).";
        VERIFICATION_URI = "verification_uri", "Where the user types it in. RFC 8628 section 3.2.";
        VERIFICATION_URI_COMPLETE = "verification_uri_complete", "The same with the code in it. RFC 8628 section 3.2.";
        INTERVAL = "interval", "Seconds between polls. RFC 8628 section 3.2; CIBA Core 1.0 section 7.3.";
        AUTH_REQ_ID = "auth_req_id", "The authentication request. CIBA Core 1.0 section 7.3.";
        LOGIN_HINT_TOKEN = "login_hint_token", "Token that says whom to authenticate. CIBA Core 1.0 section 7.1.";
        BINDING_MESSAGE = "binding_message", "Message shown on both devices. CIBA Core 1.0 section 7.1.";
        REQUESTED_EXPIRY = "requested_expiry", "Lifetime asked for. CIBA Core 1.0 section 7.1.";
        CLIENT_NOTIFICATION_TOKEN = "client_notification_token", "Bearer token of the notification. CIBA Core 1.0 section 7.1.";
        AUTHORIZATION_DETAILS = "authorization_details", "Rich authorization details, as JSON. RFC 9396 section 2.";
        DPOP_JKT = "dpop_jkt", "Thumbprint of the key that the code is bound to. RFC 9449 section 10.";
        POST_LOGOUT_REDIRECT_URI = "post_logout_redirect_uri",
            "Where to return after the logout. OpenID Connect RP-Initiated Logout 1.0 section 2.";
        LOGOUT_HINT = "logout_hint", "Who is about to log out. OpenID Connect RP-Initiated Logout 1.0 section 2.";
        LOGOUT_TOKEN = "logout_token", "The logout token. OpenID Connect Back-Channel Logout 1.0 section 2.5.";
        SID = "sid", "The session, in a front-channel logout. OpenID Connect Front-Channel Logout 1.0 section 2.";
        TARGET_LINK_URI = "target_link_uri", "Where to go after a login that a third party started. OpenID Connect Core 1.0 section 4.";
        REL = "rel", "The relation asked for, in WebFinger. RFC 7033 section 4.1.";
        CLAIM_TOKEN = "claim_token", "Claims pushed by the client. UMA 2.0 Grant section 3.3.1.";
        CLAIM_TOKEN_FORMAT = "claim_token_format", "The format of pushed claims. UMA 2.0 Grant section 3.3.1.";
        PCT = "pct", "Persisted claims token. UMA 2.0 Grant section 3.3.1.";
        RPT = "rpt", "Requesting party token. UMA 2.0 Grant section 3.3.1.";
        TICKET = "ticket", "Permission ticket. UMA 2.0 Grant section 3.3.1.";
        UPGRADED = "upgraded", "Whether the token was upgraded. UMA 2.0 Grant section 3.3.5.";
        VTR = "vtr", "Vectors of trust asked for. RFC 8485 section 4.1.";
        REQ_CNF = "req_cnf", "Key that the token shall be bound to. RFC 9201 section 3.1.";
        RS_CNF = "rs_cnf", "Key of the resource server. RFC 9201 section 3.2.";
        CNF = "cnf", "Key that the token is bound to. RFC 9201 section 3.2.";
        ACE_PROFILE = "ace_profile", "Profile between client and resource server. RFC 9200.";
    }
}

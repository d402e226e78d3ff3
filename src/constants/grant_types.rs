//! Values of `grant_type`: RFC 6749 section 4 and the extensions that each row names.

use super::table::names;

names! {
    AUTHORIZATION_CODE = "authorization_code", "Authorization code. RFC 6749 section 4.1.3.";
    CLIENT_CREDENTIALS = "client_credentials", "Client credentials. RFC 6749 section 4.4.2.";
    REFRESH_TOKEN = "refresh_token", "Refresh token. RFC 6749 section 6.";
    PASSWORD = "password", "Resource owner password: legacy, RFC 9700 forbids it. RFC 6749 section 4.3.2.";
    IMPLICIT = "implicit", "Implicit: legacy, a value in registrations alone. RFC 7591 section 2.";
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code", "Device code. RFC 8628 section 3.4.";
    TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange", "Token exchange. RFC 8693 section 2.1.";
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer", "JWT bearer assertion. RFC 7523 section 2.1.";
    SAML2_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer", "SAML 2.0 bearer assertion. RFC 7522 section 2.1.";
    CIBA = "urn:openid:params:grant-type:ciba", "Client-initiated backchannel authentication. CIBA Core 1.0 section 10.1.";
    UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket", "UMA permission ticket. UMA 2.0 Grant section 3.3.1.";
}

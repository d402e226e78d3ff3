//! Grants, and the tokens that they give.

use super::table::names;

/// Values of `grant_type`: RFC 6749 section 4 and the extensions that each row names.
pub mod grant_types {
    super::names! {
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
}

/// Values of `token_type_hint` (IANA, OAuth Token Type Hints), and the name of an ID token beside them.
pub mod token_type_hints {
    super::names! {
        ACCESS_TOKEN = "access_token", "An access token. RFC 7009 section 2.1.";
        REFRESH_TOKEN = "refresh_token", "A refresh token. RFC 7009 section 2.1.";
        ID_TOKEN = "id_token", "An ID token: the name of the member, not a registered hint.";
        PCT = "pct", "A persisted claims token. UMA 2.0 Grant section 3.7.";
    }
}

/// Token type identifiers of token exchange: RFC 8693 section 3.
pub mod token_type_identifiers {
    super::names! {
        ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token", "An access token. RFC 8693 section 3.";
        REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token", "A refresh token. RFC 8693 section 3.";
        ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token", "An ID token. RFC 8693 section 3.";
        SAML1 = "urn:ietf:params:oauth:token-type:saml1", "A SAML 1.1 assertion. RFC 8693 section 3.";
        SAML2 = "urn:ietf:params:oauth:token-type:saml2", "A SAML 2.0 assertion. RFC 8693 section 3.";
        JWT = "urn:ietf:params:oauth:token-type:jwt", "A JWT. RFC 8693 section 3; RFC 7519 section 9.";
    }
}

/// Values of `token_type` (IANA, OAuth Access Token Types), compared whatever their case.
pub mod token_types {
    super::names! {
        BEARER = "Bearer", "A bearer token. RFC 6750.";
        DPOP = "DPoP", "A token bound by DPoP. RFC 9449 section 5.";
        POP = "PoP", "A proof-of-possession token. RFC 9200.";
        N_A = "N_A", "What was issued is no access token. RFC 8693 section 2.2.1.";
    }
}

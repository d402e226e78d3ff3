//! Values of the header parameter `typ`, compared whatever their case and without `application/`.

use super::table::names;

names! {
    JWT = "JWT", "A JWT of no particular kind. RFC 7519 section 5.1.";
    JOSE = "JOSE", "A JWS or JWE in compact form. RFC 7515 section 4.1.9.";
    AT_JWT = "at+jwt", "An access token. RFC 9068 section 2.1.";
    OAUTH_AUTHZ_REQ_JWT = "oauth-authz-req+jwt", "A request object. RFC 9101 section 10.8.";
    DPOP_JWT = "dpop+jwt", "A DPoP proof. RFC 9449 section 4.2.";
    TOKEN_INTROSPECTION_JWT = "token-introspection+jwt", "An introspection answer. RFC 9701 section 5.";
    LOGOUT_JWT = "logout+jwt", "A logout token. OpenID Connect Back-Channel Logout 1.0 section 2.4.";
    CLIENT_AUTHENTICATION_JWT = "client-authentication+jwt", "A client assertion. Draft update to RFC 7523.";
    SECEVENT_JWT = "secevent+jwt", "A security event token. RFC 8417 section 2.3.";
    DC_SD_JWT = "dc+sd-jwt", "A verifiable credential. SD-JWT VC (draft).";
    KB_JWT = "kb+jwt", "A key binding JWT. RFC 9901.";
}

//! Media types of bodies and tokens.

use super::table::names;

names! {
    JSON = "application/json", "JSON. RFC 8259 section 11.";
    FORM = "application/x-www-form-urlencoded", "A form. RFC 6749 appendix B.";
    JWT = "application/jwt", "A JWT. RFC 7519 section 10.3.1.";
    JWK_JSON = "application/jwk+json", "A key. RFC 7517 section 8.5.1.";
    JWK_SET_JSON = "application/jwk-set+json", "A key set. RFC 7517 section 8.5.2.";
    TOKEN_INTROSPECTION_JWT = "application/token-introspection+jwt", "An introspection answer. RFC 9701 section 5.";
    AT_JWT = "application/at+jwt", "An access token. RFC 9068 section 2.1.";
    DPOP_JWT = "application/dpop+jwt", "A DPoP proof. RFC 9449 section 4.2.";
    OAUTH_AUTHZ_REQ_JWT = "application/oauth-authz-req+jwt", "A request object. RFC 9101 section 10.8.";
    LOGOUT_JWT = "application/logout+jwt", "A logout token. OpenID Connect Back-Channel Logout 1.0 section 2.4.";
    SECEVENT_JWT = "application/secevent+jwt", "A security event token. RFC 8417 section 2.3.";
    JOSE = "application/jose", "A JWS or JWE in compact form. RFC 7515 section 9.2.1.";
    JOSE_JSON = "application/jose+json", "A JWS or JWE in JSON. RFC 7515 section 9.2.1.";
    JRD_JSON = "application/jrd+json", "A WebFinger answer. RFC 7033 section 10.2.";
}

//! HTTP: headers, schemes, media types and well-known addresses.

use super::table::names;

/// HTTP authentication schemes (IANA, HTTP Authentication Schemes), compared whatever their case.
pub mod authentication_schemes {
    super::names! {
        BASIC = "Basic", "Name and password. RFC 7617.";
        BEARER = "Bearer", "A bearer token. RFC 6750 section 2.1.";
        DPOP = "DPoP", "A token bound by DPoP. RFC 9449 section 7.1.";
        POP = "PoP", "A proof-of-possession token. RFC 9200.";
    }
}

/// HTTP header fields of the protocols, as their specifications spell them (compare them whatever their case).
pub mod headers {
    super::names! {
        AUTHORIZATION = "Authorization", "Credentials. RFC 9110 section 11.6.2.";
        WWW_AUTHENTICATE = "WWW-Authenticate", "Challenges. RFC 9110 section 11.6.1.";
        DPOP = "DPoP", "The DPoP proof. RFC 9449 section 4.1.";
        DPOP_NONCE = "DPoP-Nonce", "The server's nonce. RFC 9449 section 8.";
        RETRY_AFTER = "Retry-After", "How long to wait. RFC 9110 section 10.2.3.";
        DATE = "Date", "When the answer was made. RFC 9110 section 6.6.1.";
        CACHE_CONTROL = "Cache-Control", "How long an answer may be kept. RFC 9111 section 5.2.";
        ACCEPT = "Accept", "What the client can read. RFC 9110 section 12.5.1.";
        CONTENT_TYPE = "Content-Type", "What the body is. RFC 9110 section 8.3.";
    }
}

/// Relations of links in a WebFinger answer.
pub mod link_relations {
    super::names! {
        ISSUER = "http://openid.net/specs/connect/1.0/issuer", "The provider that a user logs in at. OpenID Connect Discovery 1.0 section 2.";
    }
}

/// Media types of bodies and tokens.
pub mod media_types {
    super::names! {
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
}

/// Paths below an authority: the well-known ones (RFC 8615), and those that many servers use for their endpoints. The latter are a habit,
/// not a specification; discovery tells the real ones.
pub mod routes {
    super::names! {
        OPENID_CONFIGURATION = ".well-known/openid-configuration", "Provider metadata. OpenID Connect Discovery 1.0 section 4.";
        OAUTH_AUTHORIZATION_SERVER = ".well-known/oauth-authorization-server", "Authorization server metadata. RFC 8414 section 3.";
        OAUTH_PROTECTED_RESOURCE = ".well-known/oauth-protected-resource", "Protected resource metadata. RFC 9728 section 3.";
        WEBFINGER = ".well-known/webfinger", "WebFinger. RFC 7033 section 10.1.";
        AUTHORIZE = "connect/authorize", "Authorization endpoint, by habit.";
        TOKEN = "connect/token", "Token endpoint, by habit.";
        USERINFO = "connect/userinfo", "UserInfo endpoint, by habit.";
        INTROSPECTION = "connect/introspect", "Introspection endpoint, by habit.";
        REVOCATION = "connect/revocation", "Revocation endpoint, by habit.";
        DEVICE_AUTHORIZATION = "connect/deviceauthorization", "Device authorization endpoint, by habit.";
        END_SESSION = "connect/endsession", "End-session endpoint, by habit.";
        CHECK_SESSION = "connect/checksession", "Iframe that watches the session, by habit.";
        PUSHED_AUTHORIZATION_REQUEST = "connect/par", "Pushed authorization request endpoint, by habit.";
        BACKCHANNEL_AUTHENTICATION = "connect/ciba", "Backchannel authentication endpoint, by habit.";
    }
}

//! Paths below an authority: the well-known ones (RFC 8615), and those that many servers use for their endpoints. The latter are a habit,
//! not a specification; discovery tells the real ones.

use super::table::names;

names! {
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

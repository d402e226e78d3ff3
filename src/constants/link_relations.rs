//! Relations of links in a WebFinger answer.

use super::table::names;

names! {
    ISSUER = "http://openid.net/specs/connect/1.0/issuer", "The provider that a user logs in at. OpenID Connect Discovery 1.0 section 2.";
}

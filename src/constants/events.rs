//! Members of the claim `events`: RFC 8417 section 2.2.

use super::table::names;

names! {
    BACKCHANNEL_LOGOUT = "http://schemas.openid.net/event/backchannel-logout",
        "A logout. OpenID Connect Back-Channel Logout 1.0 section 2.4.";
}

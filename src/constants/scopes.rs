//! Standard values of `scope`: OpenID Connect Core 1.0 sections 5.4 and 11.

use super::table::names;

names! {
    OPENID = "openid", "An OpenID Connect request. OpenID Connect Core 1.0 section 3.1.2.1.";
    PROFILE = "profile", "The profile claims. OpenID Connect Core 1.0 section 5.4.";
    EMAIL = "email", "The mail claims. OpenID Connect Core 1.0 section 5.4.";
    ADDRESS = "address", "The postal address. OpenID Connect Core 1.0 section 5.4.";
    PHONE = "phone", "The telephone claims. OpenID Connect Core 1.0 section 5.4.";
    OFFLINE_ACCESS = "offline_access", "A refresh token. OpenID Connect Core 1.0 section 11.";
}

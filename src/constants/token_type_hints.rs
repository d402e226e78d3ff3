//! Values of `token_type_hint` (IANA, OAuth Token Type Hints), and the name of an ID token beside them.

use super::table::names;

names! {
    ACCESS_TOKEN = "access_token", "An access token. RFC 7009 section 2.1.";
    REFRESH_TOKEN = "refresh_token", "A refresh token. RFC 7009 section 2.1.";
    ID_TOKEN = "id_token", "An ID token: the name of the member, not a registered hint.";
    PCT = "pct", "A persisted claims token. UMA 2.0 Grant section 3.7.";
}

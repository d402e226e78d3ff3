//! Values of `response_type`: RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices 1.0.

use super::table::names;

names! {
    CODE = "code", "Authorization code. RFC 6749 section 4.1.1.";
    TOKEN = "token", "Access token on the front channel: legacy, RFC 9700 advises against it. RFC 6749 section 4.2.1.";
    ID_TOKEN = "id_token", "ID token on the front channel. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 3.";
    ID_TOKEN_TOKEN = "id_token token", "ID token and access token. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 5.";
    CODE_ID_TOKEN = "code id_token", "Code and ID token. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 5.";
    CODE_TOKEN = "code token", "Code and access token. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 5.";
    CODE_ID_TOKEN_TOKEN = "code id_token token",
        "Code, ID token and access token. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 5.";
    NONE = "none", "Nothing. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 4.";
}

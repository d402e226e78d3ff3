//! Token type identifiers of token exchange: RFC 8693 section 3.

use super::table::names;

names! {
    ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token", "An access token. RFC 8693 section 3.";
    REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token", "A refresh token. RFC 8693 section 3.";
    ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token", "An ID token. RFC 8693 section 3.";
    SAML1 = "urn:ietf:params:oauth:token-type:saml1", "A SAML 1.1 assertion. RFC 8693 section 3.";
    SAML2 = "urn:ietf:params:oauth:token-type:saml2", "A SAML 2.0 assertion. RFC 8693 section 3.";
    JWT = "urn:ietf:params:oauth:token-type:jwt", "A JWT. RFC 8693 section 3; RFC 7519 section 9.";
}

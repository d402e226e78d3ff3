//! Values of `client_assertion_type`: RFC 7521 section 4.2.

use super::table::names;

names! {
    JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "A JWT. RFC 7523 section 2.2.";
    SAML2_BEARER = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "A SAML 2.0 assertion. RFC 7522 section 2.2.";
}

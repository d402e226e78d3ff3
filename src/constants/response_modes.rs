//! Values of `response_mode`: OAuth 2.0 Multiple Response Type Encoding Practices 1.0, Form Post Response Mode 1.0, JARM.

use super::table::names;

names! {
    QUERY = "query", "In the query. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 2.1.";
    FRAGMENT = "fragment", "In the fragment. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 2.1.";
    FORM_POST = "form_post", "As a form that posts itself. OAuth 2.0 Form Post Response Mode 1.0.";
    JWT = "jwt", "As a JWT, in the default place for the response type. JARM section 2.3.4.";
    QUERY_JWT = "query.jwt", "As a JWT in the query. JARM section 2.3.1.";
    FRAGMENT_JWT = "fragment.jwt", "As a JWT in the fragment. JARM section 2.3.2.";
    FORM_POST_JWT = "form_post.jwt", "As a JWT in a form that posts itself. JARM section 2.3.3.";
}

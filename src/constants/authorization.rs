//! What an authorization request may ask for.

use super::table::names;

/// Values of `code_challenge_method`: RFC 7636 section 4.2.
pub mod code_challenge_methods {
    super::names! {
        S256 = "S256", "SHA-256 of the verifier. RFC 7636 section 4.2.";
        PLAIN = "plain", "The verifier itself: never sent by this crate. RFC 7636 section 4.2.";
    }
}

/// Values of `display`: OpenID Connect Core 1.0 section 3.1.2.1.
pub mod displays {
    super::names! {
        PAGE = "page", "A full page. OpenID Connect Core 1.0 section 3.1.2.1.";
        POPUP = "popup", "A pop-up window. OpenID Connect Core 1.0 section 3.1.2.1.";
        TOUCH = "touch", "A touch screen. OpenID Connect Core 1.0 section 3.1.2.1.";
        WAP = "wap", "A feature phone. OpenID Connect Core 1.0 section 3.1.2.1.";
    }
}

/// Values of `prompt`: OpenID Connect Core 1.0 section 3.1.2.1.
pub mod prompts {
    super::names! {
        NONE = "none", "Ask nothing. OpenID Connect Core 1.0 section 3.1.2.1.";
        LOGIN = "login", "Ask for authentication. OpenID Connect Core 1.0 section 3.1.2.1.";
        CONSENT = "consent", "Ask for consent. OpenID Connect Core 1.0 section 3.1.2.1.";
        SELECT_ACCOUNT = "select_account", "Ask for an account. OpenID Connect Core 1.0 section 3.1.2.1.";
        CREATE = "create", "Offer to create an account. Initiating User Registration via OpenID Connect 1.0.";
    }
}

/// Values of `response_mode`: OAuth 2.0 Multiple Response Type Encoding Practices 1.0, Form Post Response Mode 1.0, JARM.
pub mod response_modes {
    super::names! {
        QUERY = "query", "In the query. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 2.1.";
        FRAGMENT = "fragment", "In the fragment. OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 2.1.";
        FORM_POST = "form_post", "As a form that posts itself. OAuth 2.0 Form Post Response Mode 1.0.";
        JWT = "jwt", "As a JWT, in the default place for the response type. JARM section 2.3.4.";
        QUERY_JWT = "query.jwt", "As a JWT in the query. JARM section 2.3.1.";
        FRAGMENT_JWT = "fragment.jwt", "As a JWT in the fragment. JARM section 2.3.2.";
        FORM_POST_JWT = "form_post.jwt", "As a JWT in a form that posts itself. JARM section 2.3.3.";
    }
}

/// Values of `response_type`: RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices 1.0.
pub mod response_types {
    super::names! {
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
}

/// Standard values of `scope`: OpenID Connect Core 1.0 sections 5.4 and 11.
pub mod scopes {
    super::names! {
        OPENID = "openid", "An OpenID Connect request. OpenID Connect Core 1.0 section 3.1.2.1.";
        PROFILE = "profile", "The profile claims. OpenID Connect Core 1.0 section 5.4.";
        EMAIL = "email", "The mail claims. OpenID Connect Core 1.0 section 5.4.";
        ADDRESS = "address", "The postal address. OpenID Connect Core 1.0 section 5.4.";
        PHONE = "phone", "The telephone claims. OpenID Connect Core 1.0 section 5.4.";
        OFFLINE_ACCESS = "offline_access", "A refresh token. OpenID Connect Core 1.0 section 11.";
    }
}

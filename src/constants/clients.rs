//! What a client is registered as.

use super::table::names;

/// Values of `application_type`: OpenID Connect Registration 1.0 section 2.
pub mod application_types {
    super::names! {
        WEB = "web", "A web application. OpenID Connect Registration 1.0 section 2.";
        NATIVE = "native", "A native application. OpenID Connect Registration 1.0 section 2.";
    }
}

/// Values of `client_assertion_type`: RFC 7521 section 4.2.
pub mod client_assertion_types {
    super::names! {
        JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "A JWT. RFC 7523 section 2.2.";
        SAML2_BEARER = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "A SAML 2.0 assertion. RFC 7522 section 2.2.";
    }
}

/// How a client authenticates at an endpoint (IANA, OAuth Token Endpoint Authentication Methods): RFC 7591 section 2, OpenID Connect Core
/// 1.0 section 9, RFC 8705.
pub mod client_auth_methods {
    super::names! {
        NONE = "none", "Not at all: a public client. RFC 7591 section 2.";
        CLIENT_SECRET_BASIC = "client_secret_basic", "The secret, by HTTP Basic. RFC 7591 section 2.";
        CLIENT_SECRET_POST = "client_secret_post", "The secret, in the body. RFC 7591 section 2.";
        CLIENT_SECRET_JWT = "client_secret_jwt", "An assertion with a MAC by the secret. OpenID Connect Core 1.0 section 9.";
        PRIVATE_KEY_JWT = "private_key_jwt", "An assertion signed by the client's key. OpenID Connect Core 1.0 section 9.";
        TLS_CLIENT_AUTH = "tls_client_auth", "A certificate of a trusted authority. RFC 8705 section 2.1.";
        SELF_SIGNED_TLS_CLIENT_AUTH = "self_signed_tls_client_auth", "A self-signed certificate that was registered. RFC 8705 section 2.2.";
    }
}

/// Values of `subject_type`: OpenID Connect Core 1.0 section 8.
pub mod subject_types {
    super::names! {
        PUBLIC = "public", "The same `sub` for every client. OpenID Connect Core 1.0 section 8.";
        PAIRWISE = "pairwise", "Another `sub` for every sector. OpenID Connect Core 1.0 section 8.";
    }
}

/// How tokens of a backchannel authentication arrive: CIBA Core 1.0 section 5.
pub mod token_delivery_modes {
    super::names! {
        POLL = "poll", "The client asks. CIBA Core 1.0 section 5.";
        PING = "ping", "The client is told, then asks. CIBA Core 1.0 section 5.";
        PUSH = "push", "The tokens are sent. CIBA Core 1.0 section 5.";
    }
}

//! How a client authenticates at an endpoint (IANA, OAuth Token Endpoint Authentication Methods): RFC 7591 section 2, OpenID Connect Core
//! 1.0 section 9, RFC 8705.

use super::table::names;

names! {
    NONE = "none", "Not at all: a public client. RFC 7591 section 2.";
    CLIENT_SECRET_BASIC = "client_secret_basic", "The secret, by HTTP Basic. RFC 7591 section 2.";
    CLIENT_SECRET_POST = "client_secret_post", "The secret, in the body. RFC 7591 section 2.";
    CLIENT_SECRET_JWT = "client_secret_jwt", "An assertion with a MAC by the secret. OpenID Connect Core 1.0 section 9.";
    PRIVATE_KEY_JWT = "private_key_jwt", "An assertion signed by the client's key. OpenID Connect Core 1.0 section 9.";
    TLS_CLIENT_AUTH = "tls_client_auth", "A certificate of a trusted authority. RFC 8705 section 2.1.";
    SELF_SIGNED_TLS_CLIENT_AUTH = "self_signed_tls_client_auth", "A self-signed certificate that was registered. RFC 8705 section 2.2.";
}

//! HTTP header fields of the protocols, as their specifications spell them (compare them whatever their case).

use super::table::names;

names! {
    AUTHORIZATION = "Authorization", "Credentials. RFC 9110 section 11.6.2.";
    WWW_AUTHENTICATE = "WWW-Authenticate", "Challenges. RFC 9110 section 11.6.1.";
    DPOP = "DPoP", "The DPoP proof. RFC 9449 section 4.1.";
    DPOP_NONCE = "DPoP-Nonce", "The server's nonce. RFC 9449 section 8.";
    RETRY_AFTER = "Retry-After", "How long to wait. RFC 9110 section 10.2.3.";
    DATE = "Date", "When the answer was made. RFC 9110 section 6.6.1.";
    CACHE_CONTROL = "Cache-Control", "How long an answer may be kept. RFC 9111 section 5.2.";
    ACCEPT = "Accept", "What the client can read. RFC 9110 section 12.5.1.";
    CONTENT_TYPE = "Content-Type", "What the body is. RFC 9110 section 8.3.";
}

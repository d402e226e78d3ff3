//! Other kinds of tokens in the place of an ID token: RFC 8725 section 3.12, OpenID Connect Back-Channel Logout section 2.4, RFC 9701.

use super::draft::{Draft, text};
use super::{Corpus, NOW};

const LOGOUT: &str = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;

pub(crate) fn mint(corpus: &mut Corpus) {
    corpus.group("kind");
    let base = Draft::rs256;
    for (name, draft, why) in [
        (
            "access-token",
            base().member("typ", "\"at+jwt\"").claim("client_id", "\"client-1\"").claim("jti", "\"1\"").claim("scope", "\"openid\""),
            "an access token",
        ),
        ("logout-token", base().member("typ", "\"logout+jwt\"").claim("events", LOGOUT).claim("jti", "\"1\""), "a logout token"),
        ("logout-token-untyped", base().claim("events", LOGOUT).claim("jti", "\"1\""), "a logout token, by its event"),
        ("logout-token-nonce", base().claim("events", LOGOUT).claim("nonce", "\"n\""), "a logout token with a nonce"),
        (
            "logout-event-null",
            base().claim("events", r#"{"http://schemas.openid.net/event/backchannel-logout":null}"#),
            "a broken logout token",
        ),
        (
            "introspection",
            base().member("typ", "\"token-introspection+jwt\"").claim("token_introspection", r#"{"active":true}"#),
            "an introspection answer",
        ),
        ("introspection-untyped", base().claim("token_introspection", r#"{"active":true}"#), "an introspection answer, by its claim"),
        ("request-object", base().member("typ", "\"oauth-authz-req+jwt\"").claim("response_type", "\"code\""), "a request object"),
        ("client-assertion", base().member("typ", "\"client-authentication+jwt\"").claim("jti", "\"1\""), "a client assertion"),
        (
            "dpop-proof",
            base().member("typ", "\"dpop+jwt\"").claim("htm", "\"POST\"").claim("htu", &text("https://idp.example.org/token")),
            "a DPoP proof",
        ),
        ("security-event", base().member("typ", "\"secevent+jwt\"").claim("events", "{}"), "a security event"),
        ("keycloak-bearer", base().claim("typ", "\"Bearer\""), "an access token of a widespread server"),
        ("keycloak-dpop", base().claim("typ", "\"DPoP\""), "a bound access token of that server"),
        ("keycloak-refresh", base().claim("typ", "\"Refresh\""), "a refresh token of that server"),
        ("keycloak-offline", base().claim("typ", "\"Offline\""), "an offline token of that server"),
        ("keycloak-logout", base().claim("typ", "\"Logout\""), "a logout token of that server"),
        ("cognito-access", base().claim("token_use", "\"access\""), "an access token of another server"),
        ("cognito-refresh", base().claim("token_use", "\"refresh\""), "a refresh token of another server"),
        ("no-user", base().without("sub").claim("client_id", "\"client-1\""), "a token of a client, about nobody"),
        ("user-info", base().without("exp").without("iat"), "a UserInfo answer has no times"),
        ("jarm", base().without("sub").without("iat").claim("code", "\"c\"").claim("state", "\"s\""), "an authorization response"),
        (
            "assertion",
            base().claim("iss", "\"client-1\"").claim("sub", "\"client-1\"").claim("aud", &text("https://idp.example.org")),
            "an assertion of the client's own",
        ),
    ] {
        corpus.reject("J19", name, draft.token(), why).policy();
    }
    for (name, draft, why) in [
        ("keycloak-id", base().claim("typ", "\"ID\""), "an ID token of a widespread server"),
        ("cognito-id", base().claim("token_use", "\"id\""), "an ID token of another server"),
        ("unknown-mark", base().claim("typ", "\"Something\""), "a mark that is not known says nothing"),
        ("other-events", base().claim("events", r#"{"https://schemas.example.com/x":{}}"#), "events of another sort"),
        ("scope", base().claim("scope", "\"openid email\""), "some servers put the scope in"),
        ("client-id", base().claim("client_id", "\"client-1\""), "some servers put the client in"),
        ("old-but-valid", base().claim("iat", &(NOW - 86_400 * 365).to_string()), "issued a year ago, not over"),
    ] {
        corpus.accept("J19", name, draft.token(), why).policy();
    }
}

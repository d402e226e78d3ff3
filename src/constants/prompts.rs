//! Values of `prompt`: OpenID Connect Core 1.0 section 3.1.2.1.

use super::table::names;

names! {
    NONE = "none", "Ask nothing. OpenID Connect Core 1.0 section 3.1.2.1.";
    LOGIN = "login", "Ask for authentication. OpenID Connect Core 1.0 section 3.1.2.1.";
    CONSENT = "consent", "Ask for consent. OpenID Connect Core 1.0 section 3.1.2.1.";
    SELECT_ACCOUNT = "select_account", "Ask for an account. OpenID Connect Core 1.0 section 3.1.2.1.";
    CREATE = "create", "Offer to create an account. Initiating User Registration via OpenID Connect 1.0.";
}

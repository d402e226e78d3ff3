//! Values of `display`: OpenID Connect Core 1.0 section 3.1.2.1.

use super::table::names;

names! {
    PAGE = "page", "A full page. OpenID Connect Core 1.0 section 3.1.2.1.";
    POPUP = "popup", "A pop-up window. OpenID Connect Core 1.0 section 3.1.2.1.";
    TOUCH = "touch", "A touch screen. OpenID Connect Core 1.0 section 3.1.2.1.";
    WAP = "wap", "A feature phone. OpenID Connect Core 1.0 section 3.1.2.1.";
}

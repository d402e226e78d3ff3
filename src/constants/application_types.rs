//! Values of `application_type`: OpenID Connect Registration 1.0 section 2.

use super::table::names;

names! {
    WEB = "web", "A web application. OpenID Connect Registration 1.0 section 2.";
    NATIVE = "native", "A native application. OpenID Connect Registration 1.0 section 2.";
}

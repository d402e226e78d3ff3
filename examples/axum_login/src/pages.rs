//! What the user sees. `maud` escapes every value that is put into a page.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// Nothing from elsewhere is loaded, and no page can be framed: no script, only our own style.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page and its status.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    /// Whether a user is logged in, for the navigation.
    pub(crate) is_logged_in: bool,
    pub(crate) content: Markup,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · Reports" }
                    link rel="stylesheet" href="/style.css";
                }
                body {
                    header class="top" {
                        nav {
                            a class="brand" href="/" { span {} "Reports" }
                            @if self.is_logged_in { a href="/profile" { "Profile" } } @else { a href="/login" { "Log in" } }
                        }
                    }
                    main { (self.content) }
                    footer class="foot" { "An example application of the crate " code { "identity-model" } "." }
                }
            }
        };
        let headers = [
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
            // An address may hold a code: it is sent to no other site, and no page is kept by the browser.
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (self.status, headers, Html(page.into_string())).into_response()
    }
}

/// The style, served by the application itself.
pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

/// Where everybody arrives.
pub(crate) fn home(provider: &str, name: Option<&str>) -> Page {
    let content = html! {
        @if let Some(name) = name {
            h1 { "Welcome back, " (name) }
            p class="lead" { "You are logged in at " code { (provider) } "." }
            div class="actions" { a class="button" href="/profile" { "Show my profile" } }
        } @else {
            h1 { "Your reports, one login away" }
            p class="lead" { "This application has no passwords. It asks " code { (provider) } " who you are." }
            div class="actions" { a class="button" href="/login" { "Log in" } }
            section class="card" {
                h2 { "What happens when you log in" }
                ol class="steps" {
                    li { strong { "Your provider asks who you are" } "We send your browser there and keep what the answer has to match." }
                    li { strong { "You come back with a code" } "It is worth nothing to anybody else, and good once." }
                    li { strong { "We check every claim" } "Issuer, audience, signature, time and nonce, before you are let in." }
                }
            }
        }
    };
    Page { status: StatusCode::OK, title: "Home", is_logged_in: name.is_some(), content }
}

/// What the profile page shows.
pub(crate) struct Profile<'a> {
    pub(crate) name: &'a str,
    pub(crate) issuer: &'a str,
    /// What the provider says about the user.
    pub(crate) about_user: Vec<(String, String)>,
    /// What it says about this login: times, hashes, whom the token is for.
    pub(crate) about_login: Vec<(String, String)>,
    pub(crate) scope: &'a [String],
    /// When the access token expires, in words.
    pub(crate) expiry: String,
    pub(crate) can_refresh: bool,
    pub(crate) notice: Option<&'a str>,
}

/// Who the user is, by the provider's word.
pub(crate) fn profile(profile: &Profile<'_>) -> Page {
    let content = html! {
        @if let Some(notice) = profile.notice { p class="notice" role="status" { (notice) } }
        div class="person" {
            div class="initial" aria-hidden="true" { (initial(profile.name)) }
            div { h1 { (profile.name) } p { "logged in at " code { (profile.issuer) } } }
        }
        section class="card" {
            h2 { "What the provider says about you" }
            (claims(&profile.about_user))
        }
        section class="card" {
            h2 { "What you have allowed" }
            ul class="chips" { @for scope in profile.scope { li { (scope) } } }
            p { (profile.expiry) }
        }
        details class="card" {
            summary { "About this login" }
            (claims(&profile.about_login))
        }
        div class="actions" {
            @if profile.can_refresh { form method="post" action="/refresh" { button class="button quiet" { "Refresh my tokens" } } }
            form method="post" action="/logout" { button class="button" { "Log out" } }
        }
    };
    Page { status: StatusCode::OK, title: "Profile", is_logged_in: true, content }
}

/// After a logout.
pub(crate) fn logged_out(provider: &str, is_ended_there: bool) -> Page {
    let content = html! {
        h1 { "You are logged out" }
        p class="lead" {
            @if is_ended_there { "Your session has ended here and at " code { (provider) } "." }
            @else { "Your session here has ended. The one at " code { (provider) } " may go on." }
        }
        div class="actions" {
            a class="button" href="/login" { "Log in again" }
            a class="button quiet" href="/" { "Home" }
        }
    };
    Page { status: StatusCode::OK, title: "Logged out", is_logged_in: false, content }
}

/// When something went wrong: what it means for the user, what can be done, and the code to give to support.
pub(crate) fn trouble(status: StatusCode, title: &'static str, explanation: &str, code: &str) -> Page {
    let content = html! {
        section class="card trouble" role="alert" {
            h1 { (title) }
            p { (explanation) }
            div class="actions" {
                a class="button" href="/login" { "Log in" }
                a class="button quiet" href="/" { "Home" }
            }
            p class="detail" { "If you ask for help, mention " code { (code) } "." }
        }
    };
    Page { status, title, is_logged_in: false, content }
}

fn claims(claims: &[(String, String)]) -> Markup {
    html! {
        table class="claims" {
            tbody {
                @for (name, value) in claims { tr { th scope="row" { (name) } td class="value" { (value) } } }
            }
        }
    }
}

fn initial(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

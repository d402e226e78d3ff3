//! The pages that the browser shows: plain, complete in themselves, nothing in them unescaped.

use std::fmt::Write as _;

/// A page and its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    status: &'static str,
    title: &'static str,
    text: String,
}

impl Page {
    /// The response came; what becomes of it, the application shows.
    pub(super) fn arrived(title: &'static str, application: Option<&str>) -> Self {
        let place = application.map_or_else(|| "the application".to_owned(), escape);
        Self { status: "200 OK", title, text: format!("You can close this window and go back to {place}.") }
    }

    /// The provider said no to what was begun here.
    pub(super) fn rejected(title: &'static str, reason: &str) -> Self {
        let text = format!("The answer was: {}. You can close this window and try again in the application.", escape(reason));
        Self { status: "400 Bad Request", title, text }
    }

    /// A request that answers nothing that was begun here.
    pub(super) fn stray() -> Self {
        let text = "This address does not belong to what the application is waiting for. Nothing has happened.".to_owned();
        Self { status: "400 Bad Request", title: "Not expected here", text }
    }

    pub(super) fn not_found() -> Self {
        Self { status: "404 Not Found", title: "Not found", text: "There is nothing here.".to_owned() }
    }

    pub(super) fn malformed() -> Self {
        Self { status: "400 Bad Request", title: "Not understood", text: "The request cannot be read.".to_owned() }
    }

    pub(super) fn too_large() -> Self {
        Self { status: "413 Content Too Large", title: "Too large", text: "The request is too large.".to_owned() }
    }

    pub(super) fn wrong_method() -> Self {
        Self { status: "405 Method Not Allowed", title: "Not allowed", text: "This address takes no such request.".to_owned() }
    }

    /// The whole response, after which the connection ends.
    pub(super) fn to_response(&self) -> Vec<u8> {
        let Self { status, title, text } = self;
        let body = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
        );
        let mut response = format!("HTTP/1.1 {status}\r\n");
        if status.starts_with("405") {
            response.push_str("allow: GET, POST\r\n");
        }
        let _ = write!(response, "content-length: {}\r\n{HEADERS}\r\n\r\n{body}", body.len());
        response.into_bytes()
    }
}

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0 1rem;\
                     color-scheme:light dark}main{max-width:32rem}h1{font-size:1.6rem}";

/// The address of the page holds the code: it goes into no cache, no referrer and no frame.
const HEADERS: &str = "content-type: text/html; charset=utf-8\r\n\
                       cache-control: no-store\r\n\
                       referrer-policy: no-referrer\r\n\
                       x-content-type-options: nosniff\r\n\
                       content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
                       connection: close";

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_stands_in_a_page_as_it_is() {
        for page in [Page::rejected("Not logged in", "<script>alert('x')</script>&\""), Page::arrived("Done", Some("<b>"))] {
            let response = String::from_utf8(page.to_response()).unwrap();
            assert!(!response.contains("<script") && !response.contains("<b>") && response.contains("&lt;"), "{response}");
        }
    }

    #[test]
    fn a_response_says_how_long_it_is_and_is_never_kept() {
        let response = String::from_utf8(Page::arrived("Logged in", None).to_response()).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains(&format!("content-length: {}", body.len())));
        for header in ["cache-control: no-store", "referrer-policy: no-referrer", "frame-ancestors 'none'", "connection: close"] {
            assert!(head.contains(header), "{header}");
        }
    }
}

//! The pages that the provider shows: a form that posts itself (OAuth 2.0 Form Post Response Mode section 2), and frames for a logout.

/// What every page is sent as.
pub(in crate::testing::provider) const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// A form with these fields that posts itself to the address.
pub(in crate::testing::provider) fn form(action: &str, parameters: &[(String, String)]) -> String {
    let field =
        |(name, value): &(String, String)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value));
    let fields: String = parameters.iter().map(field).collect();
    let form =
        format!("<form method=\"post\" action=\"{}\">\n{fields}<noscript><button>Continue</button></noscript>\n</form>\n", escaped(action));
    page("Back to the application", &format!("{form}<script>document.forms[0].submit()</script>"))
}

/// A whole page around its body.
pub(in crate::testing::provider) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n{body}\n</body>\n</html>\n",
        escaped(title)
    )
}

/// Text as it may stand in an element or an attribute.
pub(in crate::testing::provider) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The other way round, for the browser that reads such a page.
pub(in crate::testing::provider) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

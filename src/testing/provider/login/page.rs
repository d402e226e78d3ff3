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

/// The page after a logout: a frame for each client that wants to be told, then the way back.
pub(in crate::testing::provider) fn signed_out(frames: &[String], back: Option<&str>) -> String {
    let frames: String = frames.iter().map(|address| format!("<iframe src=\"{}\" hidden></iframe>\n", escaped(address))).collect();
    let link = back.map(|back| format!("<p><a id=\"continue\" href=\"{}\">Continue</a></p>\n{CONTINUE}", escaped(back)));
    page("Signed out", &format!("<p>You are signed out.</p>\n{frames}{}", link.unwrap_or_default()))
}

/// Goes on when the frames are loaded, and the page with them.
const CONTINUE: &str = "<script>addEventListener('load', () => location.replace(document.getElementById('continue').href))</script>";

/// The page that a client's own page asks whether the session is still the same, by `postMessage` (OpenID Connect Session Management 1.0
/// section 3.2). `cookie` is the one that holds the state of the browser.
pub(in crate::testing::provider) fn check_session(cookie: &str) -> String {
    let script = CHECK_SESSION.replace("COOKIE", cookie);
    page("Session", &format!("<script>{script}</script>"))
}

const CHECK_SESSION: &str = "
addEventListener('message', async (event) => {
  const answer = (text) => event.source.postMessage(text, event.origin);
  const [client, state] = String(event.data).split(' ');
  const [hash, salt] = (state || '').split('.');
  if (!client || !hash || !salt) return answer('error');
  const found = document.cookie.split('; ').find((pair) => pair.startsWith('COOKIE='));
  const browser = found ? found.slice('COOKIE='.length) : '';
  const text = new TextEncoder().encode([client, event.origin, browser, salt].join(' '));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const wanted = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  answer(wanted === hash ? 'unchanged' : 'changed');
});
";

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

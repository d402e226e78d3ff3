//! What a user types in, as the URI that WebFinger is asked about: OpenID Connect Discovery 1.0 section 2.1.

use url::Url;

use crate::protocol::error::RequestError;

/// A user's identifier as a URI, and the host that knows about it.
///
/// OpenID Connect Discovery 1.0 section 2.1.2. An e-mail address becomes an `acct:` URI, any other text without a scheme an `https` URL; a URI with a
/// scheme stays as it is. A fragment is dropped.
///
/// # Example
/// ```
/// use identity_model::protocol::webfinger::WebFingerResource;
///
/// for (input, uri, host) in [
///     ("joe@example.com", "acct:joe@example.com", "example.com"),
///     ("example.com:8080", "https://example.com:8080/", "example.com:8080"),
///     ("https://example.com/joe", "https://example.com/joe", "example.com"),
///     ("acct:juliet%40capulet.example@shopping.example.com", "acct:juliet%40capulet.example@shopping.example.com", "shopping.example.com"),
/// ] {
///     let resource = WebFingerResource::parse(input)?;
///     assert_eq!((resource.uri(), resource.host()), (uri, host));
/// }
/// # Ok::<(), identity_model::protocol::RequestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebFingerResource {
    uri: String,
    host: String,
}

impl WebFingerResource {
    /// Reads what a user typed in.
    ///
    /// # Errors
    /// [`RequestError::Configuration`] for `resource`: it is empty, holds a blank or a control character, names no host, or is an XRI.
    pub fn parse(input: &str) -> Result<Self, RequestError> {
        if input.is_empty() {
            return rejected("is empty");
        }
        if input.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"')) {
            return rejected("holds a blank, a control character or another that no URI may hold");
        }
        if input.starts_with(['=', '@', '!']) || starts_with_scheme(input, "xri") {
            return rejected("is an XRI, which WebFinger knows nothing about");
        }
        let (text, fragment) = input.split_once('#').map_or((input, None), |(text, fragment)| (text, Some(fragment)));
        match scheme(text) {
            Some(scheme) if ["https", "http"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) => Self::of_url(text.to_owned()),
            Some(_) => Self::of_account(text.to_owned()),
            None => match text.split_once('@') {
                Some((user, host)) if fragment.is_none() && !user.is_empty() && !host.contains([':', '/', '?']) => {
                    if host.contains('@') {
                        return rejected("has more than one `@`: the one that belongs to the user's name is written `%40`");
                    }
                    Self::of_account(format!("acct:{}@{host}", escaped_name(user)))
                }
                _ => Self::of_url(with_path(format!("https://{text}"))),
            },
        }
    }

    /// The URI that is asked about.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Host and, where there is one, port of the server that is asked.
    pub fn host(&self) -> &str {
        &self.host
    }

    fn of_url(uri: String) -> Result<Self, RequestError> {
        // `url` would find a host in `https:host` and `https:///host` as well.
        let has_authority = uri.split_once("://").is_some_and(|(scheme, rest)| !scheme.contains(':') && !rest.starts_with(['/', '?']));
        let Some(url) = Url::parse(&uri).ok().filter(|_| has_authority) else { return rejected("is no URL with a host") };
        match host_of(&url) {
            Some(host) => Ok(Self { uri, host }),
            None => rejected("names no host"),
        }
    }

    /// `acct:` and others of its form: the host stands behind the last `@`.
    fn of_account(uri: String) -> Result<Self, RequestError> {
        let host = uri.rsplit_once('@').map_or("", |(_, host)| host);
        let is_bare = !host.is_empty() && !host.contains(['/', '?']);
        let url = Url::parse(&format!("https://{host}/")).ok().filter(|_| is_bare);
        match url.as_ref().and_then(host_of) {
            Some(host) => Ok(Self { uri, host }),
            None => rejected("names no host behind an `@`"),
        }
    }
}

fn rejected(problem: &str) -> Result<WebFingerResource, RequestError> {
    Err(RequestError::configuration("resource", problem))
}

fn starts_with_scheme(input: &str, name: &str) -> bool {
    input.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(name))
}

/// The scheme of a URI (RFC 3986 section 3.1). What stands before a port looks like one and is none.
fn scheme(text: &str) -> Option<&str> {
    const KNOWN: [&str; 3] = ["acct", "https", "http"];
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let port = rest.split(['/', '?']).next().unwrap_or_default();
    let is_host = port.bytes().all(|byte| byte.is_ascii_digit()) && !KNOWN.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_scheme && !is_host).then_some(scheme)
}

/// Host and port, the default port left out.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// An empty path is written `/`.
fn with_path(url: String) -> String {
    let rest = url.trim_start_matches("https://");
    match rest.find(['/', '?']) {
        None => format!("{url}/"),
        Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with('?')) => {
            let (authority, query) = rest.split_at_checked(end).unwrap_or((rest, ""));
            format!("https://{authority}/{query}")
        }
        Some(_) => url,
    }
}

/// The name of a user in an `acct:` URI (RFC 7565 section 7): what may not stand there is escaped, what is escaped stays.
fn escaped_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => escaped.push(char::from(byte)),
            _ if b"-._~!$&'()*+,;=%".contains(&byte) => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d9_inputs_are_normalised() {
        for (input, uri, host) in [
            ("joe@example.com", "acct:joe@example.com", "example.com"),
            ("jö+x@example.com", "acct:j%C3%B6+x@example.com", "example.com"),
            ("joe%40home@example.com", "acct:joe%40home@example.com", "example.com"),
            ("joe@münchen.example", "acct:joe@münchen.example", "xn--mnchen-3ya.example"),
            ("joe@example.com:8080", "https://joe@example.com:8080/", "example.com:8080"),
            ("joe@example.com/path", "https://joe@example.com/path", "example.com"),
            ("joe@example.com?q=1", "https://joe@example.com/?q=1", "example.com"),
            ("joe@example.com#f", "https://joe@example.com/", "example.com"),
            ("example.com", "https://example.com/", "example.com"),
            ("example.com/", "https://example.com/", "example.com"),
            ("example.com:8080", "https://example.com:8080/", "example.com:8080"),
            ("example.com:8080/joe?x=1#f", "https://example.com:8080/joe?x=1", "example.com:8080"),
            ("example.com/joe", "https://example.com/joe", "example.com"),
            ("example.com/joe@home:x", "https://example.com/joe@home:x", "example.com"),
            ("localhost:8443", "https://localhost:8443/", "localhost:8443"),
            ("192.0.2.7", "https://192.0.2.7/", "192.0.2.7"),
            ("[2001:db8::7]:8080", "https://[2001:db8::7]:8080/", "[2001:db8::7]:8080"),
            ("https://example.com/joe#f", "https://example.com/joe", "example.com"),
            ("https://example.com", "https://example.com", "example.com"),
            ("https://example.com:443/joe", "https://example.com:443/joe", "example.com"),
            ("HTTPS://Example.com/joe", "HTTPS://Example.com/joe", "example.com"),
            ("http://example.com/joe", "http://example.com/joe", "example.com"),
            ("acct:joe@example.com", "acct:joe@example.com", "example.com"),
            ("ACCT:joe@example.com", "ACCT:joe@example.com", "example.com"),
            ("acct:joe@localhost:8443", "acct:joe@localhost:8443", "localhost:8443"),
            ("acct:1@example.com", "acct:1@example.com", "example.com"),
            ("mailto:joe@example.com", "mailto:joe@example.com", "example.com"),
            (
                "acct:juliet%40capulet.example@shopping.example.com",
                "acct:juliet%40capulet.example@shopping.example.com",
                "shopping.example.com",
            ),
        ] {
            let resource = WebFingerResource::parse(input).unwrap();
            assert_eq!((resource.uri(), resource.host()), (uri, host), "{input}");
        }
    }

    proptest::proptest! {
        #[test]
        fn d9_any_text_is_normalised_to_a_host_or_refused(text in ".{0,40}", host in "[a-z0-9.:@/?#%-]{0,30}") {
            for input in [text.as_str(), host.as_str()] {
                if let Ok(resource) = WebFingerResource::parse(input) {
                    let url = Url::parse(&format!("https://{}/.well-known/webfinger", resource.host())).unwrap();
                    proptest::prop_assert_eq!(host_of(&url), Some(resource.host().to_owned()));
                    proptest::prop_assert!(url.username().is_empty() && url.query().is_none() && url.fragment().is_none());
                }
            }
        }
    }

    #[test]
    fn d9_what_names_no_host_is_refused() {
        for input in [
            "",
            " joe@example.com",
            "joe doe@example.com",
            "joe@example.com\n",
            "=example",
            "@example.com",
            "!example",
            "xri://=example",
            "XRI:@example",
            "joe@",
            "acct:joe",
            "acct:joe@",
            "acct:joe@example.com/path",
            "acct:joe@example.com@",
            "a@b@example.com",
            "urn:isbn:1",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "https:example.com",
            "https:/example.com",
            "https:a://example.com",
            "https://?x",
            "example.com:99999",
            "exa<mple.com",
            "https:\\\\example.com",
            "#",
            "/path",
            "?x",
        ] {
            let outcome = WebFingerResource::parse(input);
            assert!(matches!(&outcome, Err(RequestError::Configuration { member, .. }) if member == "resource"), "{input:?}: {outcome:?}");
        }
    }
}

//! From what a caller writes to the URL of a metadata document and the authority it speaks for: OpenID Connect Discovery 1.0 section 4.1,
//! RFC 8414 section 3.1.

use std::hash::{Hash, Hasher};

use super::address_syntax_error::AddressSyntaxError;
use super::path::DiscoveryDocumentPath;
use super::text::{Form, HttpUrl, starts_with_ignoring_case, strip_suffix_ignoring_case, without_slash};

/// The URL of a metadata document and the authority whose metadata it is.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::{DiscoveryDocumentPath, DiscoveryEndpoint};
///
/// let endpoint = DiscoveryEndpoint::parse("https://idp.example.com/tenant1/", &DiscoveryDocumentPath::default())?;
/// assert_eq!(endpoint.url(), "https://idp.example.com/tenant1/.well-known/openid-configuration");
/// assert_eq!(endpoint.authority(), "https://idp.example.com/tenant1");
/// # Ok::<(), identity_model::protocol::discovery::AddressSyntaxError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DiscoveryEndpoint {
    url: String,
    authority: String,
    /// Whether the caller wrote the URL of the document itself.
    is_named: bool,
}

impl DiscoveryEndpoint {
    /// Reads an authority or the full URL of a document. The text is kept as it was written but for one trailing `/`; the full URL of a
    /// document may have a query. Of several places, the one that the URL names, else the first.
    ///
    /// # Errors
    /// [AddressSyntaxError] that says what is wrong with the text.
    pub fn parse(input: &str, path: &DiscoveryDocumentPath) -> Result<Self, AddressSyntaxError> {
        Self::at(input, path.places().first().copied().unwrap_or(&DiscoveryDocumentPath::OpenIdConfiguration)).map(|first| {
            let named = path.places().into_iter().filter_map(|place| Self::at(input, place).ok()).find(|place| place.is_named);
            named.unwrap_or(first)
        })
    }

    /// The same at every place of `path`, in order; at one alone where the text is the full URL of its document.
    pub(super) fn parse_all(input: &str, path: &DiscoveryDocumentPath) -> Result<Vec<Self>, AddressSyntaxError> {
        let chosen = Self::parse(input, path)?;
        if chosen.is_named {
            return Ok(vec![chosen]);
        }
        let all: Result<Vec<_>, _> = path.places().into_iter().map(|place| Self::at(input, place)).collect();
        all.map(|all| if all.is_empty() { vec![chosen] } else { all })
    }

    fn at(input: &str, place: &DiscoveryDocumentPath) -> Result<Self, AddressSyntaxError> {
        HttpUrl::parse(input, Form::Endpoint)?;
        let (address, query) = input.split_once('?').map_or((input, None), |(address, query)| (address, Some(query)));
        let address = without_slash(address);
        let parsed = HttpUrl::parse(address, Form::Address)?;
        let (url, authority) =
            if place.is_inserted() { inserted(&parsed, address, place.as_str()) } else { appended(&parsed, address, place.as_str()) };
        HttpUrl::parse(&url, Form::Address)?;
        let is_named = url == address;
        match query {
            Some(_) if !is_named => Err(AddressSyntaxError::Query),
            Some(query) => Ok(Self { url: format!("{url}?{query}"), authority, is_named }),
            None => Ok(Self { url, authority, is_named }),
        }
    }

    /// The same document, speaking for another authority.
    pub(super) fn speaking_for(self, authority: &str) -> Self {
        Self { authority: authority.to_owned(), ..self }
    }

    /// The URL of the document.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What issuer and endpoints are held against, unless the policy presets another authority.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

fn appended(address: &HttpUrl<'_>, input: &str, path: &str) -> (String, String) {
    let suffix = format!("/{path}");
    match strip_suffix_ignoring_case(address.path(), &suffix) {
        Some(tenant) => (input.to_owned(), format!("{}{tenant}", address.origin())),
        None => (format!("{input}{suffix}"), input.to_owned()),
    }
}

fn inserted(address: &HttpUrl<'_>, input: &str, path: &str) -> (String, String) {
    let prefix = format!("/{path}");
    let tenant = address.path().get(prefix.len()..).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match tenant.filter(|_| starts_with_ignoring_case(address.path(), &prefix)) {
        Some(tenant) => (input.to_owned(), format!("{}{tenant}", address.origin())),
        None => (format!("{}{prefix}{}", address.origin(), address.path()), input.to_owned()),
    }
}

/// By what they are, however the caller wrote them.
impl PartialEq for DiscoveryEndpoint {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url && self.authority == other.authority
    }
}

impl Eq for DiscoveryEndpoint {}

impl Hash for DiscoveryEndpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.url.hash(state);
        self.authority.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENID: DiscoveryDocumentPath = DiscoveryDocumentPath::OpenIdConfiguration;
    const OAUTH: DiscoveryDocumentPath = DiscoveryDocumentPath::OAuthAuthorizationServer;

    #[track_caller]
    fn parses(input: &str, path: &DiscoveryDocumentPath, url: &str, authority: &str) {
        let endpoint = DiscoveryEndpoint::parse(input, path).unwrap();
        assert_eq!((endpoint.url(), endpoint.authority()), (url, authority), "{input}");
    }

    #[test]
    fn text_that_is_no_address_is_refused_and_says_why() {
        let cases = [
            ("foo", AddressSyntaxError::Scheme),
            ("file://some_file", AddressSyntaxError::Scheme),
            ("https:odd_https://other", AddressSyntaxError::Scheme),
            ("", AddressSyntaxError::Empty),
            ("ftp://evil.com", AddressSyntaxError::Scheme),
            ("https://", AddressSyntaxError::Host),
            ("https:///", AddressSyntaxError::Host),
            ("https:///path", AddressSyntaxError::Host),
            ("https:\\\\x", AddressSyntaxError::Scheme),
            ("https://x\\y", AddressSyntaxError::Character('\\')),
            ("https://x y", AddressSyntaxError::Character(' ')),
            (" https://x", AddressSyntaxError::Scheme),
            ("https://x ", AddressSyntaxError::Character(' ')),
            ("https://x\u{a0}", AddressSyntaxError::Character('\u{a0}')),
            ("https://a\tb", AddressSyntaxError::Character('\t')),
            ("https://a\nb", AddressSyntaxError::Character('\n')),
            ("https://a/\u{0}", AddressSyntaxError::Character('\0')),
            ("https://a/\u{7f}", AddressSyntaxError::Character('\u{7f}')),
            ("https://user@host", AddressSyntaxError::UserInformation),
            ("https://@host", AddressSyntaxError::UserInformation),
            ("https://auth.example.com?x=1", AddressSyntaxError::Query),
            ("https://auth.example.com/#f", AddressSyntaxError::Fragment),
            ("https://auth.example.com#f", AddressSyntaxError::Fragment),
        ];
        for (input, error) in cases {
            assert_eq!(DiscoveryEndpoint::parse(input, &OPENID), Err(error), "{input:?}");
        }
        for input in ["https://:443", "https://[::1", "https://a:99999", "https://exa%mple", "https://1.2.3.4.5"] {
            assert!(matches!(DiscoveryEndpoint::parse(input, &OPENID), Err(AddressSyntaxError::Invalid(_))), "{input:?}");
        }
    }

    #[test]
    fn an_authority_gets_the_path_appended() {
        let url = "https://server:123/.well-known/openid-configuration";
        for input in ["https://server:123", "https://server:123/", url, &format!("{url}/")] {
            parses(input, &OPENID, url, "https://server:123");
        }
        let tenant = "https://auth.example.com/tenant1/.well-known/openid-configuration";
        parses("https://auth.example.com/tenant1", &OPENID, tenant, "https://auth.example.com/tenant1");
        parses(tenant, &OPENID, tenant, "https://auth.example.com/tenant1");
    }

    #[test]
    fn text_is_kept_as_written() {
        let url = "HTTPS://Server:443/A/.Well-Known/OpenID-Configuration";
        parses(url, &OPENID, url, "HTTPS://Server:443/A");
    }

    #[test]
    fn a_path_of_ones_own_with_or_without_its_slash() {
        let url = "https://server:123/strange-location/openid-configuration";
        for path in ["/strange-location/openid-configuration", "strange-location/openid-configuration"] {
            let path = DiscoveryDocumentPath::from(path);
            for input in ["https://server:123", "https://server:123/", url, &format!("{url}/")] {
                parses(input, &path, url, "https://server:123");
            }
        }
        assert_eq!(DiscoveryDocumentPath::from("/.well-known/openid-configuration"), OPENID);
        assert_eq!(DiscoveryEndpoint::parse("https://a", &"x?p=1".into()), Err(AddressSyntaxError::Query));
    }

    #[test]
    fn the_host_never_counts_as_part_of_the_path() {
        parses(
            "https://.well-known/openid-configuration",
            &OPENID,
            "https://.well-known/openid-configuration/.well-known/openid-configuration",
            "https://.well-known/openid-configuration",
        );
    }

    #[test]
    fn d1_rfc_8414_inserts_before_the_issuers_path() {
        let url = "https://issuer.example.com/.well-known/oauth-authorization-server/tenant1";
        for input in [url, "https://issuer.example.com/tenant1", "https://issuer.example.com/tenant1/"] {
            parses(input, &OAUTH, url, "https://issuer.example.com/tenant1");
        }
        let root = "https://issuer.example.com/.well-known/oauth-authorization-server";
        for input in [root, "https://issuer.example.com", "https://issuer.example.com/"] {
            parses(input, &OAUTH, root, "https://issuer.example.com");
        }
        let other = "https://issuer.example.com/.well-known/oauth-authorization-server2";
        parses(other, &OAUTH, &format!("{root}/.well-known/oauth-authorization-server2"), other);
    }
}

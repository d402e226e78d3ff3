//! The target URI of a request as DPoP compares it: RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3.
//!
//! The URI is read by the grammar of RFC 3986 and no other: a lenient parser repairs what has to be rejected here (blanks, backslashes) and
//! keeps percent-encodings apart that mean the same.

use std::fmt::{self, Write as _};
use std::net::Ipv6Addr;

/// The longest URI that is read, in octets.
const LONGEST: usize = 8192;

/// The target URI of a request: scheme, host, port and path, normalised; query and fragment are left out.
///
/// RFC 9449 section 4.3 with the normalisation of RFC 3986 sections 6.2.2 and 6.2.3: scheme and host in lower case, the default port left
/// out, percent-encoded unreserved characters decoded, other percent-encodings in upper case, dot segments removed, an empty path as `/`.
/// Two URIs are equal if these four parts are, octet by octet. A trailing slash, a trailing dot of the host and the case of the path count.
///
/// # Example
/// ```
/// use identity_model::protocol::dpop::TargetUri;
///
/// let claimed = TargetUri::parse("HTTPS://API.Example.COM:443/v1/./items")?;
/// assert_eq!(claimed, TargetUri::parse("https://api.example.com/v1/items?page=2")?);
/// assert_eq!(claimed.to_string(), "https://api.example.com/v1/items");
/// assert!(TargetUri::parse("wss://api.example.com/").is_err());
/// # Ok::<(), identity_model::protocol::dpop::TargetUriError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TargetUri {
    is_https: bool,
    host: Box<str>,
    port: Option<u16>,
    path: Box<str>,
}

/// Why a text is not the target URI of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetUriError {
    /// Empty, or longer than 8192 octets.
    #[error("a URI has 1 to 8192 octets")]
    Length,
    /// A character that RFC 3986 does not allow anywhere: a blank, a backslash, a quote, a letter outside ASCII.
    #[error("the URI holds a character that RFC 3986 does not allow")]
    Character,
    /// Neither `http` nor `https`.
    #[error("the URI does not start with `https://` or `http://`")]
    Scheme,
    /// User name or password before the host.
    #[error("the URI holds user information")]
    UserInformation,
    /// The host is missing or malformed.
    #[error("the host of the URI is missing or malformed")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("the port of the URI is not a number from 1 to 65535")]
    Port,
    /// The path holds a percent sign without two hexadecimal digits, or a bracket.
    #[error("the path of the URI is malformed")]
    Path,
}

impl TargetUri {
    /// Reads a URI and normalises it; query and fragment are dropped.
    ///
    /// # Errors
    /// [`TargetUriError`].
    pub fn parse(uri: &str) -> Result<Self, TargetUriError> {
        let (is_https, authority, path) = split(uri)?;
        let (host, port) = authority_parts(authority, is_https)?;
        Ok(Self { is_https, host: host.into(), port, path: normalized_path(path)?.into() })
    }

    /// The path, normalised.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for TargetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Origin(scheme_name(self.is_https), &self.host, self.port), self.path)
    }
}

/// As [`Display`](fmt::Display): it holds no query.
impl fmt::Debug for TargetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetUri({self})")
    }
}

/// What a client writes into `htu` for a URI that it sends to (RFC 9449 section 4.2), and the origin that nonces belong to (section 8.2).
///
/// Scheme, host and port are normalised; the path stays as it is sent, because a server may compare it without decoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentUri {
    pub(crate) htu: String,
    pub(crate) origin: String,
}

impl SentUri {
    /// Of the URI of a request.
    pub(crate) fn parse(uri: &str) -> Result<Self, TargetUriError> {
        let (is_https, authority, path) = split(uri)?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
        let (host, port) = authority_parts(authority, is_https)?;
        let origin = Origin(scheme_name(is_https), &host, port).to_string();
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self { htu: format!("{origin}{path}"), origin })
    }
}

struct Origin<'a>(&'static str, &'a str, Option<u16>);

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0, self.1)?;
        self.2.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

const fn scheme_name(is_https: bool) -> &'static str {
    if is_https { "https" } else { "http" }
}

/// Unreserved and reserved characters and `%` (RFC 3986 section 2).
const fn is_uri_character(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'%')
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

fn scheme(uri: &str) -> Result<(bool, &str), TargetUriError> {
    let (scheme, rest) = uri.split_once("://").ok_or(TargetUriError::Scheme)?;
    match (scheme.eq_ignore_ascii_case("https"), scheme.eq_ignore_ascii_case("http")) {
        (false, false) => Err(TargetUriError::Scheme),
        (is_https, _) => Ok((is_https, rest)),
    }
}

/// Whether the scheme is `https`, the authority, and the path without query and fragment.
fn split(uri: &str) -> Result<(bool, &str, &str), TargetUriError> {
    if uri.is_empty() || uri.len() > LONGEST {
        return Err(TargetUriError::Length);
    }
    if !uri.bytes().all(is_uri_character) {
        return Err(TargetUriError::Character);
    }
    let (is_https, rest) = scheme(uri)?;
    let rest = rest.split(['#', '?']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Ok((is_https, authority, path))
}

/// Host and port: the host in lower case, an IPv6 address in the form of RFC 5952; no port where it is the default.
fn authority_parts(authority: &str, is_https: bool) -> Result<(String, Option<u16>), TargetUriError> {
    if authority.contains('@') {
        return Err(TargetUriError::UserInformation);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(literal) => {
            let (address, rest) = literal.split_once(']').ok_or(TargetUriError::Host)?;
            let address: Ipv6Addr = address.parse().map_err(|_| TargetUriError::Host)?;
            let port = match rest.strip_prefix(':') {
                Some(port) => port,
                None if rest.is_empty() => "",
                None => return Err(TargetUriError::Host),
            };
            (format!("[{address}]"), port)
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            if host.is_empty() || !host.bytes().all(|byte| is_unreserved(byte) || is_sub_delimiter(byte)) {
                return Err(TargetUriError::Host);
            }
            (host.to_ascii_lowercase(), port)
        }
    };
    let default = if is_https { 443 } else { 80 };
    Ok((host, port_number(port)?.filter(|port| *port != default)))
}

fn port_number(port: &str) -> Result<Option<u16>, TargetUriError> {
    if port.is_empty() {
        return Ok(None);
    }
    if port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TargetUriError::Port);
    }
    port.parse().ok().filter(|port| *port != 0).map(Some).ok_or(TargetUriError::Port)
}

fn normalized_path(path: &str) -> Result<String, TargetUriError> {
    let mut decoded = String::with_capacity(path.len().max(1));
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(TargetUriError::Path);
                let (high, low) = (digit()?, digit()?);
                let octet = u8::try_from(high << 4 | low).unwrap_or_default();
                if is_unreserved(octet) {
                    decoded.push(char::from(octet));
                } else {
                    let _ = write!(decoded, "%{octet:02X}");
                }
            }
            b'[' | b']' => return Err(TargetUriError::Path),
            other => decoded.push(char::from(other)),
        }
    }
    if decoded.is_empty() {
        decoded.push('/');
    }
    Ok(if decoded.contains("/.") { without_dot_segments(&decoded) } else { decoded })
}

/// RFC 3986 section 5.2.4, of a path that starts with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        if !is_dots {
            kept.push(segment);
        } else if segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests;

//! Whose metadata a document is, and where it stands (RFC 9728 sections 3.1 and 3.3).

use crate::constants::routes;
use crate::protocol::discovery::Endpoint;

/// How the `resource` of a document relates to the one that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Match {
    /// The same, code point by code point.
    #[default]
    Identical,
    /// The same, or one above it on the same origin.
    Prefix,
    /// Any on the same origin.
    Origin,
}

impl Match {
    pub(super) fn holds(self, asked: &Endpoint, found: &str) -> bool {
        if without_root(asked.as_str()) == without_root(found) {
            return true;
        }
        let Ok(url) = url::Url::parse(found) else { return false };
        let same_origin = url.origin() == asked.url().origin() && url.fragment().is_none() && url.username().is_empty();
        match self {
            Self::Identical => false,
            Self::Origin => same_origin,
            Self::Prefix => same_origin && url.query().is_none() && is_above(url.path(), asked.url().path()),
        }
    }
}

/// Whether `path` is an ancestor of `below`, by whole segments.
fn is_above(path: &str, below: &str) -> bool {
    let folder = path.strip_suffix('/').unwrap_or(path);
    below.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Splits an address that was accepted behind its authority.
fn split(address: &str) -> (&str, &str) {
    let authority = address.find("://").map_or(0, |position| position + 3);
    let rest = address.get(authority..).unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    address.split_at_checked(authority + end).unwrap_or((address, ""))
}

/// RFC 9728 section 3.1: between host and path; a `/` that is all of the path goes.
pub(super) fn well_known(resource: &str) -> String {
    let (origin, rest) = split(resource);
    let rest = if rest == "/" { "" } else { rest };
    let rest = rest.strip_prefix('/').filter(|after| after.starts_with('?')).unwrap_or(rest);
    format!("{origin}/{}{rest}", routes::OAUTH_PROTECTED_RESOURCE)
}

/// An empty path and `/` are the same (RFC 3986 section 6.2.3).
fn without_root(address: &str) -> &str {
    match split(address) {
        (origin, "/") => origin,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d8_the_well_known_path_stands_between_host_and_path() {
        for (resource, address) in [
            ("https://api.example.com", "https://api.example.com/.well-known/oauth-protected-resource"),
            ("https://api.example.com/", "https://api.example.com/.well-known/oauth-protected-resource"),
            ("https://api.example.com:8443/a/b", "https://api.example.com:8443/.well-known/oauth-protected-resource/a/b"),
            ("https://api.example.com/a/", "https://api.example.com/.well-known/oauth-protected-resource/a/"),
            ("https://api.example.com?k=v", "https://api.example.com/.well-known/oauth-protected-resource?k=v"),
            ("https://api.example.com/?k=v", "https://api.example.com/.well-known/oauth-protected-resource?k=v"),
            ("https://api.example.com/a?k=/v", "https://api.example.com/.well-known/oauth-protected-resource/a?k=/v"),
        ] {
            assert_eq!(well_known(resource), address);
        }
    }

    #[test]
    fn d8_a_prefix_goes_by_whole_segments() {
        for (path, below, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a/", "/a/b", true),
            ("/", "/a", true),
            ("/a", "/ab", false),
            ("/a/b", "/a", false),
        ] {
            assert_eq!(is_above(path, below), expected, "{path} {below}");
        }
    }
}

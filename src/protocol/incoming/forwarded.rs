//! What proxies say about the request they got: `Forwarded` (RFC 7239 section 4) and the older `X-Forwarded-…`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::request::IncomingRequest;
use crate::encoding::work;

/// The longest header that is read, in octets.
const LONGEST: usize = 8192;

/// Which headers the proxies write. The two families are never merged: a proxy that writes one may pass the other on from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardingHeaders {
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// `X-Forwarded-For`, `X-Forwarded-Proto`, `X-Forwarded-Host`.
    XForwarded,
}

/// What one proxy has written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) peer: Option<IpAddr>,
    pub(super) scheme: Option<String>,
    pub(super) host: Option<String>,
}

/// The headers contradict each other or cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl ForwardingHeaders {
    /// What the proxies have written, the nearest to the client first; empty where there are no such headers.
    pub(super) fn read(self, request: &IncomingRequest<'_>) -> Result<Vec<Hop>, Unreadable> {
        match self {
            Self::Forwarded => joined(request, "forwarded")?.map_or(Ok(Vec::new()), |text| forwarded(&text)),
            Self::XForwarded => x_forwarded(request),
        }
    }
}

/// A list in one line or several.
fn joined(request: &IncomingRequest<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let lines = request.lines(name);
    if lines.is_empty() {
        return Ok(None);
    }
    let lines: Vec<&str> = lines.into_iter().map(|line| std::str::from_utf8(line).map_err(|_| Unreadable)).collect::<Result<_, _>>()?;
    let text = lines.join(",");
    if text.len() > LONGEST { Err(Unreadable) } else { Ok(Some(text)) }
}

fn x_forwarded(request: &IncomingRequest<'_>) -> Result<Vec<Hop>, Unreadable> {
    let list = |name| -> Result<Option<Vec<String>>, Unreadable> {
        let text = joined(request, name)?;
        Ok(text.map(|text| text.split(',').map(|element| element.trim_matches([' ', '\t']).to_owned()).collect()))
    };
    let (peers, schemes, hosts) = (list("x-forwarded-for")?, list("x-forwarded-proto")?, list("x-forwarded-host")?);
    let lists = [&peers, &schemes, &hosts];
    let mut lengths = lists.iter().filter_map(|list| list.as_ref().map(Vec::len));
    let Some(length) = lengths.next() else { return Ok(Vec::new()) };
    if lengths.any(|other| other != length) {
        return Err(Unreadable);
    }
    let element = |list: &Option<Vec<String>>, place: usize| list.as_ref().and_then(|list| list.get(place).cloned());
    let hop = |place| Hop {
        peer: element(&peers, place).as_deref().and_then(node_address),
        scheme: element(&schemes, place),
        host: element(&hosts, place),
    };
    Ok((0..length).map(hop).collect())
}

/// RFC 7239 section 4: elements by commas, pairs by semicolons, values as tokens or quoted strings.
fn forwarded(text: &str) -> Result<Vec<Hop>, Unreadable> {
    split_outside_of_quotes(text, ',')?.into_iter().map(hop).collect()
}

fn hop(element: &str) -> Result<Hop, Unreadable> {
    let mut hop = Hop::default();
    // The names come from outside, and there may be thousands of them.
    let mut seen = BTreeSet::new();
    for pair in split_outside_of_quotes(element, ';')? {
        let pair = pair.trim_matches([' ', '\t']);
        if pair.is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=').ok_or(Unreadable)?;
        let (name, value) = (name.to_ascii_lowercase(), unquoted(value)?);
        match name.as_str() {
            "for" => hop.peer = node_address(&value),
            "proto" => hop.scheme = Some(value),
            "host" => hop.host = Some(value),
            _ => {}
        }
        work::add(1 + name.len());
        if !seen.insert(name) {
            return Err(Unreadable);
        }
    }
    Ok(hop)
}

/// Parts between separators that do not stand in quotes; a quote that is not closed makes it unreadable.
pub(crate) fn split_outside_of_quotes(text: &str, separator: char) -> Result<Vec<&str>, Unreadable> {
    work::add(text.len());
    let (mut parts, mut start, mut in_quotes, mut is_escaped) = (Vec::new(), 0, false, false);
    for (place, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if in_quotes => is_escaped = true,
            '"' => in_quotes = !in_quotes,
            _ if character == separator && !in_quotes => {
                parts.push(text.get(start..place).unwrap_or_default());
                start = place + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    if in_quotes { Err(Unreadable) } else { Ok(parts) }
}

/// A token as it is, or what stands in quotes.
pub(crate) fn unquoted(value: &str) -> Result<String, Unreadable> {
    let Some(quoted) = value.strip_prefix('"') else {
        return if value.contains('"') { Err(Unreadable) } else { Ok(value.to_owned()) };
    };
    let quoted = quoted.strip_suffix('"').ok_or(Unreadable)?;
    let (mut text, mut is_escaped) = (String::with_capacity(quoted.len()), false);
    for character in quoted.chars() {
        match character {
            '\\' if !is_escaped => is_escaped = true,
            '"' if !is_escaped => return Err(Unreadable),
            other => {
                text.push(other);
                is_escaped = false;
            }
        }
    }
    if is_escaped { Err(Unreadable) } else { Ok(text) }
}

/// The address of a node, its port left out: `192.0.2.1`, `192.0.2.1:80`, `[::1]:80`, `::1`; `None` for `unknown` and obfuscated names.
fn node_address(node: &str) -> Option<IpAddr> {
    let node = node.trim_matches([' ', '\t']);
    if let Some(literal) = node.strip_prefix('[') {
        return literal.split_once(']').and_then(|(address, _)| address.parse().ok());
    }
    node.parse().ok().or_else(|| node.split_once(':').and_then(|(address, _)| address.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};

    fn read(family: ForwardingHeaders, lines: &[(&'static str, &str)]) -> Result<Vec<Hop>, Unreadable> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        family.read(&IncomingRequest::new("GET", "/", &headers))
    }

    fn hop(peer: &str, scheme: &str, host: &str) -> Hop {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Hop { peer: peer.parse().ok(), scheme: text(scheme), host: text(host) }
    }

    #[test]
    fn rfc_7239_elements_pairs_and_quotes() {
        let line = r#"For="[2001:db8:cafe::17]:4711"; proto=https;HOST="a;b,\"c", for=192.0.2.60;by=203.0.113.43"#;
        let expected = vec![hop("2001:db8:cafe::17", "https", "a;b,\"c"), hop("192.0.2.60", "", "")];
        assert_eq!(read(ForwardingHeaders::Forwarded, &[("forwarded", line)]), Ok(expected));
        let two = [("forwarded", "for=unknown;proto=http"), ("forwarded", "for=_hidden")];
        assert_eq!(read(ForwardingHeaders::Forwarded, &two), Ok(vec![hop("", "http", ""), hop("", "", "")]));
        for bad in ["for", "for=\"a", "for=a\"b", "proto=https;proto=http", "host=\"a\"b"] {
            assert_eq!(read(ForwardingHeaders::Forwarded, &[("forwarded", bad)]), Err(Unreadable), "{bad}");
        }
    }

    #[test]
    fn px2_lists_of_unequal_length_are_refused_and_families_are_never_merged() {
        let both = [("x-forwarded-for", "192.0.2.1, 10.0.0.1:80"), ("x-forwarded-proto", "https, http")];
        assert_eq!(read(ForwardingHeaders::XForwarded, &both), Ok(vec![hop("192.0.2.1", "https", ""), hop("10.0.0.1", "http", "")]));
        let unequal = [("x-forwarded-for", "192.0.2.1, 10.0.0.1"), ("x-forwarded-proto", "https")];
        assert_eq!(read(ForwardingHeaders::XForwarded, &unequal), Err(Unreadable));
        assert_eq!(read(ForwardingHeaders::Forwarded, &both), Ok(Vec::new()));
        assert_eq!(read(ForwardingHeaders::XForwarded, &[("forwarded", "proto=https")]), Ok(Vec::new()));
    }
}

//! One HTTP/1.1 request, read strictly and no further than a redirect needs (RFC 9112).

use http::Method;

/// The most octets of a request line with its headers, and of a body.
pub(super) const HEAD_LIMIT: usize = 64 * 1024;
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// A request that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Received {
    pub(super) method: Method,
    /// Path and query.
    pub(super) target: String,
    pub(super) host: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

/// What octets amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// There is more to come.
    Partial,
    Whole(Received),
    Malformed,
    TooLarge,
}

/// Reads what has come so far.
pub(super) fn read(octets: &[u8]) -> Progress {
    let Some(end) = octets.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if octets.len() > HEAD_LIMIT { Progress::TooLarge } else { Progress::Partial };
    };
    if end > HEAD_LIMIT {
        return Progress::TooLarge;
    }
    let (head, rest) = (octets.get(..end).unwrap_or_default(), octets.get(end + 4..).unwrap_or_default());
    let Some((mut received, length)) = std::str::from_utf8(head).ok().and_then(parse_head) else { return Progress::Malformed };
    if length > BODY_LIMIT {
        return Progress::TooLarge;
    }
    match rest.get(..length) {
        Some(body) => {
            received.body = body.to_vec();
            Progress::Whole(received)
        }
        None => Progress::Partial,
    }
}

/// The request without its body, and how long that is.
fn parse_head(head: &str) -> Option<(Received, usize)> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_sound = words.next().is_none() && ["HTTP/1.1", "HTTP/1.0"].contains(&version) && target.starts_with('/');
    if !is_sound || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut received =
        Received { method: method.parse().ok()?, target: target.to_owned(), host: None, content_type: None, body: Vec::new() };
    let mut length = None;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let value = value.trim_matches([' ', '\t']);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "host" => once(&mut received.host, value)?,
            "content-type" => once(&mut received.content_type, value)?,
            "content-length" => once(&mut length, value)?,
            // No browser sends one for a redirect or a form.
            "transfer-encoding" => return None,
            _ => {}
        }
    }
    let length = match length {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().unwrap_or(usize::MAX),
        Some(_) => return None,
        None => 0,
    };
    Some((received, length))
}

fn once(place: &mut Option<String>, value: &str) -> Option<()> {
    place.replace(value.to_owned()).is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_whole_wherever_it_was_cut() {
        let text = b"POST /cb?a=1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\ncontent-TYPE: text/plain \r\nContent-Length: 3\r\n\r\nabc";
        for end in 0..text.len() {
            assert_eq!(read(&text[..end]), Progress::Partial, "{end}");
        }
        let Progress::Whole(received) = read(text) else { panic!() };
        assert_eq!((received.method, received.target.as_str(), received.body.as_slice()), (Method::POST, "/cb?a=1", &b"abc"[..]));
        assert_eq!((received.host.as_deref(), received.content_type.as_deref()), (Some("127.0.0.1:1"), Some("text/plain")));
    }

    #[test]
    fn what_is_no_request_of_a_browser_is_refused() {
        for head in [
            "GET / HTTP/2.0",
            "GET /",
            "GET  / HTTP/1.1",
            "GET http://127.0.0.1:1/cb HTTP/1.1",
            "GET cb HTTP/1.1",
            "G=T / HTTP/1.1 x",
            "GET /ü HTTP/1.1",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a",
            "GET / HTTP/1.1\r\nHost : a",
            "GET / HTTP/1.1\r\n folded: a",
            "GET / HTTP/1.1\r\nno colon",
            "POST / HTTP/1.1\r\nContent-Length: -1",
            "POST / HTTP/1.1\r\nContent-Length: ",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked",
        ] {
            assert_eq!(read(format!("{head}\r\n\r\n").as_bytes()), Progress::Malformed, "{head}");
        }
        assert_eq!(read(b"GET /\xff HTTP/1.1\r\n\r\n"), Progress::Malformed);
    }

    proptest::proptest! {
        #[test]
        fn any_octets_are_read_or_refused(octets in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(&octets);
            let _ = read(&[&octets[..], b"\r\n\r\n"].concat());
            let _ = read(&[b"GET / HTTP/1.1\r\n", &octets[..], b"\r\n\r\n"].concat());
        }
    }

    #[test]
    fn sizes_are_capped() {
        assert_eq!(read(&vec![b'a'; HEAD_LIMIT]), Progress::Partial);
        assert_eq!(read(&vec![b'a'; HEAD_LIMIT + 1]), Progress::TooLarge);
        assert_eq!(read(format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(HEAD_LIMIT)).as_bytes()), Progress::TooLarge);
        for length in [(BODY_LIMIT + 1).to_string(), "9".repeat(60)] {
            assert_eq!(read(format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n").as_bytes()), Progress::TooLarge);
        }
    }
}

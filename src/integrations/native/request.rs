//! One HTTP/1.1 request, read strictly and no further than a redirect needs (RFC 9112).

use http::Method;

use crate::encoding::work;

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

/// What has come of a request. Each octet is looked for once, however many pieces it comes in.
#[derive(Debug, Default)]
pub(super) struct Reader {
    octets: Vec<u8>,
    /// So many of them hold no end of a head.
    looked_at: usize,
    /// The head, once it is whole: where the body begins and how long it is.
    head: Option<(Received, usize, usize)>,
}

impl Reader {
    /// Takes what has come.
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Reads what has come so far.
    pub(super) fn read(&mut self) -> Progress {
        if self.head.is_none() {
            match self.read_head() {
                Ok(head) => self.head = Some(head),
                Err(progress) => return progress,
            }
        }
        let body = self.head.as_ref().and_then(|(_, start, length)| self.octets.get(*start..start + length)).map(<[u8]>::to_vec);
        match body.and_then(|body| self.head.take().map(|(received, ..)| Received { body, ..received })) {
            Some(received) => Progress::Whole(received),
            None => Progress::Partial,
        }
    }

    fn read_head(&mut self) -> Result<(Received, usize, usize), Progress> {
        let rest = self.octets.get(self.looked_at..).unwrap_or_default();
        work::add(rest.len());
        let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n").map(|found| self.looked_at + found) else {
            // The end may have been cut in two.
            self.looked_at = self.octets.len().saturating_sub(3);
            return Err(if self.octets.len() > HEAD_LIMIT { Progress::TooLarge } else { Progress::Partial });
        };
        if end > HEAD_LIMIT {
            return Err(Progress::TooLarge);
        }
        let head = self.octets.get(..end).and_then(|head| std::str::from_utf8(head).ok());
        match head.and_then(parse_head) {
            None => Err(Progress::Malformed),
            Some((_, length)) if length > BODY_LIMIT => Err(Progress::TooLarge),
            Some((received, length)) => Ok((received, end + 4, length)),
        }
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

    fn read(octets: &[u8]) -> Progress {
        let mut reader = Reader::default();
        reader.push(octets);
        reader.read()
    }

    #[test]
    fn octets_that_come_one_by_one_are_looked_at_once() {
        for count in [1_000, 2_000, 4_000] {
            let body = "b".repeat(count);
            let text = format!("POST /cb HTTP/1.1\r\nX: {}\r\nContent-Length: {count}\r\n\r\n{body}", "x".repeat(count));
            let mut reader = Reader::default();
            let (progress, cost) = work::of(|| {
                let pieces = text.as_bytes().iter().map(|octet| {
                    reader.push(&[*octet]);
                    reader.read()
                });
                pieces.last().unwrap()
            });
            let Progress::Whole(received) = progress else { panic!("{progress:?}") };
            assert_eq!(received.body, body.as_bytes());
            assert!((1..=8 * text.len() as u64).contains(&cost), "{} octets cost {cost}", text.len());
        }
    }

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

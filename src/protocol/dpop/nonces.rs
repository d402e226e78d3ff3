//! The nonces that servers have sent to a client: RFC 9449 sections 8, 8.2 and 9.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

use crate::constants::headers;

/// How many servers a key remembers nonces of.
const CAPACITY: usize = 100;
/// The longest nonce that is kept, in octets.
const LONGEST: usize = 1024;

/// What a server is to the client: nonces of authorization servers and of resources are told apart, even at one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerRole {
    /// Token, pushed authorization, registration, device and backchannel authentication endpoints.
    Authorization,
    /// Userinfo and every other resource.
    Resource,
}

/// The last nonce of each server, by role and origin; the least recently used server is forgotten first.
#[derive(Debug, Default)]
pub(crate) struct NonceMemory(Mutex<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    role: ServerRole,
    origin: Box<str>,
    nonce: Box<str>,
}

impl NonceMemory {
    /// The nonce to send to a server.
    pub(crate) fn recall(&self, role: ServerRole, origin: &str) -> Option<String> {
        let mut entries = self.entries();
        let place = entries.iter().position(|entry| entry.role == role && *entry.origin == *origin)?;
        let entry = entries.remove(place);
        let nonce = entry.nonce.to_string();
        entries.push(entry);
        Some(nonce)
    }

    /// Keeps the newest nonce of a server.
    pub(crate) fn keep(&self, role: ServerRole, origin: &str, nonce: &str) {
        let mut entries = self.entries();
        entries.retain(|entry| entry.role != role || *entry.origin != *origin);
        if entries.len() >= CAPACITY {
            entries.remove(0);
        }
        entries.push(Entry { role, origin: origin.into(), nonce: nonce.into() });
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the header `DPoP-Nonce` of a response holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NonceHeader<'a> {
    /// No such header.
    Absent,
    /// One nonce.
    Nonce(&'a str),
    /// Several lines, or characters that a nonce may not hold: nothing that can be used.
    Unusable,
}

impl<'a> NonceHeader<'a> {
    /// Reads the header (RFC 9449 section 8.1: `nonce = 1*NQCHAR`).
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut lines = headers.get_all(headers::DPOP_NONCE).iter();
        let Some(line) = lines.next() else { return Self::Absent };
        if lines.next().is_some() {
            return Self::Unusable;
        }
        line.to_str().ok().filter(|nonce| is_nonce(nonce)).map_or(Self::Unusable, Self::Nonce)
    }
}

/// Whether a text is a nonce: 1 to 1024 octets of `%x21 / %x23-5B / %x5D-7E`.
pub(crate) fn is_nonce(text: &str) -> bool {
    let is_character = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("dpop-nonce", HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn dc14_one_line_of_the_right_characters_is_a_nonce() {
        let longest = "a".repeat(LONGEST);
        for good in ["a", "!", "~", "eyJ7S_zG.eyJH0-Z.HX4w-7v", "#[]", &longest] {
            assert_eq!(NonceHeader::of(&headers(&[good])), NonceHeader::Nonce(good));
        }
        let too_long = "a".repeat(LONGEST + 1);
        for bad in ["", "a b", "a\"b", "a\\b", "a\tb", "\u{e4}", &too_long] {
            assert_eq!(NonceHeader::of(&headers(&[bad])), NonceHeader::Unusable, "{bad:?}");
        }
        assert_eq!(NonceHeader::of(&headers(&["a", "b"])), NonceHeader::Unusable);
        assert_eq!(NonceHeader::of(&headers(&["a", "a"])), NonceHeader::Unusable);
        assert_eq!(NonceHeader::of(&headers(&[])), NonceHeader::Absent);
    }

    #[test]
    fn dc14_p3_nonces_are_kept_by_role_and_origin_and_the_newest_wins() {
        let memory = NonceMemory::default();
        memory.keep(ServerRole::Authorization, "https://a", "as-1");
        memory.keep(ServerRole::Resource, "https://a", "rs-1");
        memory.keep(ServerRole::Resource, "https://a:8443", "rs-2");
        memory.keep(ServerRole::Authorization, "https://a", "as-2");
        assert_eq!(memory.recall(ServerRole::Authorization, "https://a").as_deref(), Some("as-2"));
        assert_eq!(memory.recall(ServerRole::Resource, "https://a").as_deref(), Some("rs-1"));
        assert_eq!(memory.recall(ServerRole::Resource, "https://a:8443").as_deref(), Some("rs-2"));
        assert_eq!(memory.recall(ServerRole::Authorization, "https://a:8443"), None);
    }

    #[test]
    fn p3_the_memory_is_bounded_and_forgets_what_was_not_used_for_longest() {
        let memory = NonceMemory::default();
        let origin = |number: usize| format!("https://rs{number}.example");
        for number in 0..CAPACITY {
            memory.keep(ServerRole::Resource, &origin(number), "n");
        }
        assert!(memory.recall(ServerRole::Resource, &origin(0)).is_some(), "used again");
        memory.keep(ServerRole::Resource, &origin(CAPACITY), "n");
        assert!(memory.recall(ServerRole::Resource, &origin(1)).is_none(), "the oldest is gone");
        assert!(memory.recall(ServerRole::Resource, &origin(0)).is_some());
        assert_eq!(memory.entries().len(), CAPACITY);
    }
}

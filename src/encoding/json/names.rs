//! Finds a member name that comes twice in one object, in a time that stays near the length of the text.
//!
//! Up to [`FEW`] members, a small filter of each open object says of nearly every new name that it is new; where it cannot, the name is
//! compared with those before it. Beyond that the names are sorted once when the object closes. Nothing rests on the hash being hard to
//! collide: equal hashes are settled by the names themselves.

use std::borrow::Cow;
use std::cmp::Ordering;

use smallvec::SmallVec;

use super::strings::unescape;
use crate::encoding::work;

/// Objects of more members than this are checked when they close.
const FEW: usize = 64;

/// The names of every object that is still open, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: SmallVec<[Name; FEW]>,
}

/// A name: where it stands in the text, and its hash.
#[derive(Debug, Clone, Copy)]
struct Name {
    range: (u32, u32),
    hash: u64,
}

/// The names of one open object: where they start among all of them, and a filter of their hashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    start: usize,
    filter: [u64; 8],
}

impl Names {
    /// Where the names of an object that opens now will start.
    pub(super) fn mark(&self) -> Mark {
        Mark { start: self.names.len(), filter: [0; 8] }
    }

    /// Adds a name to the object that started at `mark`. `false` if the name is known to be there already.
    #[inline]
    pub(super) fn add(&mut self, text: &str, mark: &mut Mark, range: (u32, u32), escaped: bool) -> bool {
        let hash = if escaped { hash(unescape(slice(text, range)).as_bytes()) } else { hash(octets(text, range)) };
        // Nearly every name is new: only of the others more than the hash is looked at.
        let duplicate = mark.add(hash) && self.is_duplicate(text, mark.start, hash, range);
        self.names.push(Name { range, hash });
        !duplicate
    }

    #[cold]
    fn is_duplicate(&self, text: &str, start: usize, hash: u64, range: (u32, u32)) -> bool {
        let few = self.names.len() - start < FEW;
        few && self.holds(text, start, hash, &unescape(slice(text, range)))
    }

    /// Closes the object that started at `mark`. `Err` with the place of a name that had come before.
    pub(super) fn close(&mut self, text: &str, mark: Mark) -> Result<(), (u32, u32)> {
        let many = self.names.len() - mark.start > FEW;
        let outcome = if many { self.duplicate(text, mark.start).map_or(Ok(()), Err) } else { Ok(()) };
        self.names.truncate(mark.start);
        outcome
    }

    /// A name of the same hash is compared itself: nothing is lost where hashes are made to collide.
    fn holds(&self, text: &str, start: usize, hash: u64, name: &str) -> bool {
        work::add(self.names.len() - start);
        self.names.iter().skip(start).any(|known| known.hash == hash && means(slice(text, known.range), name))
    }

    fn duplicate(&self, text: &str, start: usize) -> Option<(u32, u32)> {
        let names = self.names.iter().skip(start);
        let mut members: Vec<(u64, Cow<'_, str>, (u32, u32))> =
            names.map(|name| (name.hash, unescape(slice(text, name.range)), name.range)).collect();
        members.sort_unstable_by(|left, right| {
            work::add(1 + if left.0 == right.0 { left.1.len().min(right.1.len()) } else { 0 });
            left.cmp(right)
        });
        members.windows(2).find_map(|pair| match pair {
            [(one, first, _), (other, second, range)] if one == other && first == second => Some(*range),
            _ => None,
        })
    }
}

impl Mark {
    /// Adds a hash to the filter. `true` if it may have been there.
    fn add(&mut self, hash: u64) -> bool {
        let bit = 1 << (hash >> 55 & 63);
        let Some(word) = self.filter.get_mut((hash >> 61) as usize) else { return true };
        let seen = *word & bit != 0;
        *word |= bit;
        seen
    }
}

/// Whether a name as it stands in the text is `name`. Escapes are longer than what they stand for.
fn means(inner: &str, name: &str) -> bool {
    work::add(inner.len());
    match inner.len().cmp(&name.len()) {
        Ordering::Less => false,
        Ordering::Equal => inner == name && !inner.contains('\\'),
        Ordering::Greater => inner.contains('\\') && unescape(inner) == name,
    }
}

fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn octets(text: &str, (start, end): (u32, u32)) -> &[u8] {
    text.as_bytes().get(start as usize..end as usize).unwrap_or_default()
}

/// Of two overlapping words where they hold the whole name, as nearly always.
#[inline]
fn hash(name: &[u8]) -> u64 {
    let pair = if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>())
        && name.len() <= 8
    {
        u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
    } else if let [first, middle @ .., last] = name
        && name.len() < 4
    {
        u64::from(*first) << 16 | u64::from(middle.first().copied().unwrap_or_default()) << 8 | u64::from(*last)
    } else {
        return hash_in_words(name);
    };
    // The top bits, which the filter looks at, depend on all of the product.
    let product = (pair ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (product ^ product >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Eight bytes at a time, multiplied and rotated: quick, and good enough for what rests on it.
fn hash_in_words(name: &[u8]) -> u64 {
    let mix = |state: u64, word: u64| (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let length = name.len() as u64;
    let last = match (name.last_chunk::<8>(), name.first_chunk::<4>(), name.last_chunk::<4>()) {
        (Some(last), _, _) => u64::from_le_bytes(*last),
        (None, Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => name.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    let (words, _) = name.as_chunks::<8>();
    let state = words.iter().fold(length, |state, word| mix(state, u64::from_le_bytes(*word)));
    // The top bits, which the filter looks at, depend on all of the product.
    mix(state, last).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

//! Finds a member name that comes twice in one object, in a time that stays near the length of the text.
//!
//! Up to [`FEW`] members, a new name's hash is looked for among the object's hashes as it comes: a few vector instructions. Beyond that
//! the names are sorted once when the object closes. Nothing rests on the hash being hard to collide: equal hashes are settled by the names themselves.

use std::borrow::Cow;

use super::strings::unescape;

/// Objects of more members than this are checked when they close.
const FEW: usize = 64;

/// The names of every object that is still open, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    hashes: Vec<u32>,
    ranges: Vec<(u32, u32)>,
}

impl Names {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { hashes: Vec::with_capacity(capacity), ranges: Vec::with_capacity(capacity) }
    }

    /// Where the names of an object that opens now will start.
    pub(super) fn mark(&self) -> usize {
        self.hashes.len()
    }

    /// Adds a name to the object that started at `mark`. `false` if the name is known to be there already.
    pub(super) fn add(&mut self, text: &str, mark: usize, range: (u32, u32), escaped: bool) -> bool {
        let name = slice(text, range);
        let hash = if escaped { hash(unescape(name).as_bytes()) } else { hash(name.as_bytes()) };
        let known = self.hashes.get(mark..).unwrap_or_default();
        let duplicate = known.len() < FEW && known.contains(&hash) && self.holds(text, mark, hash, &unescape(name));
        self.hashes.push(hash);
        self.ranges.push(range);
        !duplicate
    }

    /// Closes the object that started at `mark`. `Err` with the place of a name that had come before.
    pub(super) fn close(&mut self, text: &str, mark: usize) -> Result<(), (u32, u32)> {
        let outcome = if self.hashes.len() - mark > FEW { self.duplicate(text, mark).map_or(Ok(()), Err) } else { Ok(()) };
        self.hashes.truncate(mark);
        self.ranges.truncate(mark);
        outcome
    }

    fn holds(&self, text: &str, mark: usize, hash: u32, name: &str) -> bool {
        let members = self.hashes.iter().zip(&self.ranges).skip(mark);
        members.into_iter().any(|(&other, &range)| other == hash && unescape(slice(text, range)) == name)
    }

    fn duplicate(&self, text: &str, mark: usize) -> Option<(u32, u32)> {
        let members = self.hashes.iter().zip(&self.ranges).skip(mark);
        let mut members: Vec<(u32, Cow<'_, str>, (u32, u32))> =
            members.map(|(&hash, &range)| (hash, unescape(slice(text, range)), range)).collect();
        members.sort_unstable();
        members.windows(2).find_map(|pair| match pair {
            [(one, first, _), (other, second, range)] if one == other && first == second => Some(*range),
            _ => None,
        })
    }
}

fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

/// Eight bytes at a time, multiplied and rotated: quick, and good enough for what rests on it.
fn hash(name: &[u8]) -> u32 {
    let mix = |state: u64, word: u64| (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = name.as_chunks::<8>();
    let state = words.iter().fold(name.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    let state = mix(state, rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)));
    (state ^ state >> 32) as u32
}

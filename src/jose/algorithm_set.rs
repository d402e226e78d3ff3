//! Allow-lists of signature algorithms: RFC 8725 section 3.1.

use std::fmt;

use crate::jose::algorithm::SignatureAlgorithm;

/// A set of signature algorithms: what a caller allows, never what a token asks for.
///
/// RFC 8725 section 3.1. A set may be empty while it is built; whatever validates refuses an empty one. Iteration follows the table,
/// not the order of insertion.
///
/// # Example
/// ```
/// use identity_model::jose::{AlgorithmSet, SignatureAlgorithm};
///
/// let (allowed, unknown) = AlgorithmSet::from_names(["RS256", "ES256", "none"]);
/// assert!(allowed.contains(SignatureAlgorithm::ES256));
/// assert_eq!(unknown, ["none"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AlgorithmSet(u32);

impl AlgorithmSet {
    /// No algorithm.
    pub const EMPTY: Self = Self(0);

    /// Every asymmetric row: no HMAC.
    pub const ASYMMETRIC: Self = Self::rows(false);

    /// The HMAC rows.
    pub const SYMMETRIC: Self = Self::rows(true);

    const fn rows(symmetric: bool) -> Self {
        let mut set = Self::EMPTY;
        let mut rest = SignatureAlgorithm::ALL;
        while let [algorithm, tail @ ..] = rest {
            if algorithm.is_symmetric() == symmetric {
                set = set.with(*algorithm);
            }
            rest = tail;
        }
        set
    }

    /// The set of one algorithm.
    pub const fn only(algorithm: SignatureAlgorithm) -> Self {
        Self::EMPTY.with(algorithm)
    }

    /// The same set and `algorithm`.
    #[must_use]
    pub const fn with(self, algorithm: SignatureAlgorithm) -> Self {
        Self(self.0 | 1 << algorithm.id() as u32)
    }

    /// The same set without `algorithm`.
    #[must_use]
    pub const fn without(self, algorithm: SignatureAlgorithm) -> Self {
        Self(self.0 & !(1 << algorithm.id() as u32))
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Reads names as metadata lists them: the set of the known ones, and the names that are none (`none` always among them).
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> (Self, Vec<&'a str>) {
        let mut set = Self::EMPTY;
        let mut unknown = Vec::new();
        for name in names {
            match SignatureAlgorithm::from_name(name) {
                Some(algorithm) => set = set.with(algorithm),
                None => unknown.push(name),
            }
        }
        (set, unknown)
    }

    /// Whether `algorithm` is in the set.
    pub const fn contains(self, algorithm: SignatureAlgorithm) -> bool {
        self.0 & (1 << algorithm.id() as u32) != 0
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many algorithms are in the set.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The algorithms, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = SignatureAlgorithm> {
        SignatureAlgorithm::ALL.iter().copied().filter(move |algorithm| self.contains(*algorithm))
    }
}

impl FromIterator<SignatureAlgorithm> for AlgorithmSet {
    fn from_iter<I: IntoIterator<Item = SignatureAlgorithm>>(algorithms: I) -> Self {
        algorithms.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl<const N: usize> From<[SignatureAlgorithm; N]> for AlgorithmSet {
    fn from(algorithms: [SignatureAlgorithm; N]) -> Self {
        algorithms.into_iter().collect()
    }
}

impl From<SignatureAlgorithm> for AlgorithmSet {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        Self::only(algorithm)
    }
}

impl fmt::Debug for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, algorithm) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{algorithm}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asymmetric_and_symmetric_divide_the_table() {
        assert_eq!(AlgorithmSet::ASYMMETRIC.intersection(AlgorithmSet::SYMMETRIC), AlgorithmSet::EMPTY);
        assert_eq!(AlgorithmSet::ASYMMETRIC.union(AlgorithmSet::SYMMETRIC).len(), SignatureAlgorithm::ALL.len());
        assert_eq!(AlgorithmSet::SYMMETRIC.to_string(), "HS256, HS384, HS512");
    }

    #[test]
    fn with_and_without_touch_one_row_alone() {
        for &algorithm in SignatureAlgorithm::ALL {
            let set = AlgorithmSet::only(algorithm);
            assert_eq!(set.iter().collect::<Vec<_>>(), [algorithm]);
            assert!(set.without(algorithm).is_empty());
        }
    }

    #[test]
    fn j4_a_listed_none_is_reported_and_never_in_the_set() {
        let (set, unknown) = AlgorithmSet::from_names(["none", "RS256", "NONE", "XY1"]);
        assert_eq!(set, AlgorithmSet::only(SignatureAlgorithm::RS256));
        assert_eq!(unknown, ["none", "NONE", "XY1"]);
    }
}

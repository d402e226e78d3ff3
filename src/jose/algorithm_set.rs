//! Allow-lists of signature algorithms: RFC 8725 section 3.1.

use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::set_of_rows::set_of_rows;

/// A set of signature algorithms: what a caller allows, never what a token asks for.
///
/// RFC 8725 section 3.1. A set may be empty while it is built; whatever validates rejects an empty one. Iteration follows the table,
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
}

set_of_rows!(AlgorithmSet, SignatureAlgorithm);

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

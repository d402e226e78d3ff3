//! Allow-lists of encryption algorithms: RFC 8725 section 3.1.

use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::set_of_rows::set_of_rows;

/// A set of key management algorithms: what a caller allows in `alg` of an encrypted token, never what the token asks for.
///
/// RFC 8725 section 3.1. Iteration follows the table.
///
/// # Example
/// ```
/// use identity_model::jose::{KeyManagementAlgorithm, KeyManagementSet};
///
/// let (allowed, unknown) = KeyManagementSet::from_names(["RSA-OAEP-256", "RSA1_5"]);
/// assert!(allowed.contains(KeyManagementAlgorithm::RSA_OAEP_256));
/// assert_eq!(unknown, ["RSA1_5"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyManagementSet(u32);

/// A set of content encryption algorithms: what a caller allows in `enc`.
///
/// RFC 8725 section 3.1. Iteration follows the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ContentEncryptionSet(u32);

impl KeyManagementSet {
    /// Every row of the table.
    pub const ALL: Self = Self((1 << KeyManagementAlgorithm::ALL.len()) - 1);

    /// Every row with a key pair: RSA-OAEP and ECDH-ES.
    pub const ASYMMETRIC: Self = Self::rows(false);

    /// Every row with a shared secret: key wrapping and `dir`.
    pub const SYMMETRIC: Self = Self::rows(true);

    const fn rows(symmetric: bool) -> Self {
        let mut set = Self::EMPTY;
        let mut rest = KeyManagementAlgorithm::ALL;
        while let [algorithm, tail @ ..] = rest {
            if algorithm.is_symmetric() == symmetric {
                set = set.with(*algorithm);
            }
            rest = tail;
        }
        set
    }
}

impl ContentEncryptionSet {
    /// Every row of the table.
    pub const ALL: Self = Self((1 << ContentEncryptionAlgorithm::ALL.len()) - 1);
}

set_of_rows!(KeyManagementSet, KeyManagementAlgorithm);
set_of_rows!(ContentEncryptionSet, ContentEncryptionAlgorithm);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asymmetric_and_symmetric_divide_the_table() {
        assert!(KeyManagementSet::ASYMMETRIC.intersection(KeyManagementSet::SYMMETRIC).is_empty());
        assert_eq!(KeyManagementSet::ASYMMETRIC.union(KeyManagementSet::SYMMETRIC), KeyManagementSet::ALL);
        assert_eq!(KeyManagementSet::ALL.len(), KeyManagementAlgorithm::ALL.len());
        assert_eq!(ContentEncryptionSet::ALL.iter().collect::<ContentEncryptionSet>(), ContentEncryptionSet::ALL);
    }

    #[test]
    fn every_row_is_found_by_its_name_and_touched_alone() {
        for &row in KeyManagementAlgorithm::ALL {
            assert_eq!(KeyManagementAlgorithm::from_name(row.name()), Some(row));
            assert_eq!(KeyManagementAlgorithm::from_name(&format!("{} ", row.name())), None);
            assert_eq!(KeyManagementSet::only(row).to_string(), row.name());
            assert!(KeyManagementSet::only(row).without(row).is_empty());
        }
        for &row in ContentEncryptionAlgorithm::ALL {
            assert_eq!(ContentEncryptionAlgorithm::from_name(row.name()), Some(row));
            assert_eq!(ContentEncryptionAlgorithm::from_name(&row.name().to_lowercase()), None);
            assert_eq!(ContentEncryptionSet::only(row).iter().collect::<Vec<_>>(), [row]);
        }
    }

    #[test]
    fn j13_what_is_never_allowed_has_no_row() {
        let names = ["RSA1_5", "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "none", "DIR", "rsa-oaep", "ECDH-1PU", ""];
        assert_eq!(KeyManagementSet::from_names(names), (KeyManagementSet::EMPTY, names.to_vec()));
        assert_eq!(ContentEncryptionSet::from_names(["A128CBC", "A256CTR", "DEF"]).0, ContentEncryptionSet::EMPTY);
    }

    #[test]
    fn the_sizes_of_a_row_are_those_of_its_name() {
        for &row in ContentEncryptionAlgorithm::ALL {
            let aes: usize = row.name()[1..4].parse::<usize>().unwrap() / 8;
            match row.hash() {
                Some(hash) => assert_eq!((row.key_size(), row.tag_size()), (2 * aes, hash.output_size() / 2), "{row}"),
                None => assert_eq!((row.key_size(), row.iv_size(), row.tag_size()), (aes, 12, 16), "{row}"),
            }
        }
        for &row in KeyManagementAlgorithm::ALL {
            let aes = row.name().split(['+', 'A']).find_map(|part| part.get(..3)?.parse::<usize>().ok()).map(|bits| bits / 8);
            let named = if row.name().starts_with("RSA") { None } else { aes };
            assert_eq!(row.wrapping_key_size(), named, "{row}");
        }
    }
}

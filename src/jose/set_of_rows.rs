//! What every allow-list of algorithms can do: a set of rows of a table, one bit a row.

/// `set_of_rows!(Set, Algorithm)` for `struct Set(u32)`: the table is `Algorithm::ALL`, the place of a row in it `id()`.
macro_rules! set_of_rows {
    ($set:ident, $algorithm:ident) => {
        impl $set {
            /// No algorithm.
            pub const EMPTY: Self = Self(0);

            /// The set of one algorithm.
            pub const fn only(algorithm: $algorithm) -> Self {
                Self::EMPTY.with(algorithm)
            }

            /// The same set and `algorithm`.
            #[must_use]
            pub const fn with(self, algorithm: $algorithm) -> Self {
                Self(self.0 | 1 << algorithm.id() as u32)
            }

            /// The same set without `algorithm`.
            #[must_use]
            pub const fn without(self, algorithm: $algorithm) -> Self {
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
                    match $algorithm::from_name(name) {
                        Some(algorithm) => set = set.with(algorithm),
                        None => unknown.push(name),
                    }
                }
                (set, unknown)
            }

            /// Whether `algorithm` is in the set.
            pub const fn contains(self, algorithm: $algorithm) -> bool {
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
            pub fn iter(self) -> impl Iterator<Item = $algorithm> {
                $algorithm::ALL.iter().copied().filter(move |algorithm| self.contains(*algorithm))
            }
        }

        impl FromIterator<$algorithm> for $set {
            fn from_iter<I: IntoIterator<Item = $algorithm>>(algorithms: I) -> Self {
                algorithms.into_iter().fold(Self::EMPTY, Self::with)
            }
        }

        impl<const N: usize> From<[$algorithm; N]> for $set {
            fn from(algorithms: [$algorithm; N]) -> Self {
                algorithms.into_iter().collect()
            }
        }

        impl From<$algorithm> for $set {
            fn from(algorithm: $algorithm) -> Self {
                Self::only(algorithm)
            }
        }

        impl std::fmt::Debug for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                for (position, algorithm) in self.iter().enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(f, "{separator}{algorithm}")?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use set_of_rows;

//! Why a login transaction cannot be made or read.

use crate::document::DocumentError;
use crate::error_kind::classify;
use crate::protocol::error::RequestError;
use crate::sealing::SealError;

/// A login transaction cannot be made, or what was kept of it cannot be read: facts, never a value of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransactionError {
    /// The settings of the login contradict each other.
    #[error("the login transaction cannot be used: `{member}` {problem}")]
    Setting {
        /// The setter at fault.
        member: &'static str,
        /// What is wrong with it, and what was expected.
        problem: &'static str,
    },
    /// The text is none that a transaction was kept as.
    #[error("the login transaction cannot be read")]
    Malformed(#[from] DocumentError),
    /// The text was written by another version of this crate, in a format that this one does not read.
    #[error("unknown format of the login transaction: expected {known}, found {found}")]
    Version {
        /// The format of the text.
        found: i64,
        /// The format that is read.
        known: i64,
    },
    /// A member of the text is not what it must be.
    #[error("unusable member `{member}` in the login transaction: expected {expected}")]
    Member {
        /// Which one.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The sealed text does not open.
    #[error("the sealed login transaction cannot be opened")]
    Seal(#[from] SealError),
}

classify! { TransactionError {
    Self::Setting { .. } => "transaction_setting" Configuration;
    Self::Malformed(_) => "transaction_malformed" Flow;
    Self::Version { .. } => "transaction_version" Flow;
    Self::Member { .. } => "transaction_member" Flow;
} inner {
    Self::Seal(error) => error.class();
} }

/// For a request that begins a login: nothing was sent.
impl From<TransactionError> for RequestError {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Setting { member, problem } => Self::configuration(member, problem),
            other => Self::configuration("transaction", other.to_string()),
        }
    }
}

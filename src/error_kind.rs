//! What every error of this crate says of itself: who is to blame, a stable name, and whether the same call may succeed later.
//!
//! Each error enum states this in one table beside its variants (`classify!`); the public [`Error`](crate::error::Error) only hands it on.

use std::fmt;

/// Who or what is to blame: the first question about an [`Error`](crate::error::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's mistake: a setting, an address, a client that cannot be used here. Nothing was sent.
    Configuration,
    /// No usable response came: connect, TLS, time-out, too large, cut off.
    Transport,
    /// A response that is not a protocol message: its status or its content type.
    Http,
    /// An OAuth error: a document, at any status, or the response of the authorization endpoint.
    Protocol,
    /// JSON or a token that cannot be read.
    Malformed,
    /// The policy rejects an address, an issuer or a document.
    Policy,
    /// A check on a token or on a response failed.
    Validation,
    /// No key matches, keys cannot be fetched, or a key cannot sign.
    Key,
    /// A flow failed: callback, transaction, poll.
    Flow,
    /// A store failed.
    Store,
}

/// As it begins a message: `configuration error`.
impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configuration => "configuration error",
            Self::Transport => "transport error",
            Self::Http => "HTTP error",
            Self::Protocol => "protocol error",
            Self::Malformed => "malformed input",
            Self::Policy => "policy violation",
            Self::Validation => "validation error",
            Self::Key => "key error",
            Self::Flow => "flow error",
            Self::Store => "store error",
        })
    }
}

/// One row of an error enum's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) code: &'static str,
    pub(crate) kind: ErrorKind,
    pub(crate) is_retryable: bool,
}

impl Class {
    pub(crate) const fn new(code: &'static str, kind: ErrorKind) -> Self {
        Self { code, kind, is_retryable: false }
    }

    pub(crate) const fn retryable(self, is_retryable: bool) -> Self {
        Self { is_retryable, ..self }
    }

    /// This code, with the kind of the cause and what the cause says about a later attempt.
    pub(crate) const fn caused_by(self, cause: Self) -> Self {
        Self { code: self.code, ..cause }
    }
}

/// The table of an error enum: pattern, code, kind, and optionally whether a later attempt may succeed (`retryable`), or the row of the cause
/// whose kind counts (`caused_by`). Variants that say no more than their cause stand under `inner`.
macro_rules! classify {
    (
        $error:ident {
            $($pattern:pat => $code:literal $kind:ident $(retryable $retryable:expr)? $(, caused_by $cause:expr)?;)*
        } $(inner { $($wrapped:pat => $class:expr;)* })?
    ) => {
        impl $error {
            /// Every code that is this error's own, with its kind.
            pub const CODES: &'static [(&'static str, $crate::error_kind::ErrorKind)] =
                &[$(($code, $crate::error_kind::ErrorKind::$kind)),*];

            pub(crate) fn class(&self) -> $crate::error_kind::Class {
                match self {
                    $($pattern => $crate::error_kind::Class::new($code, $crate::error_kind::ErrorKind::$kind)
                        $(.retryable($retryable))? $(.caused_by($cause))?,)*
                    $($($wrapped => $class,)*)?
                }
            }

            /// Who or what is to blame.
            pub fn kind(&self) -> $crate::error_kind::ErrorKind {
                self.class().kind
            }

            /// A stable name in `snake_case`, for programs and dashboards.
            pub fn code(&self) -> &'static str {
                self.class().code
            }

            /// Whether the same call may succeed later without a change on the caller's side.
            pub fn is_retryable(&self) -> bool {
                self.class().is_retryable
            }
        }
    };
}

pub(crate) use classify;

/// A setting and what is wrong with it as one sentence: "`scope` is empty". A problem that is a sentence of its own follows a colon.
pub(crate) fn predicate(member: &str, problem: &str) -> String {
    let is_sentence = ["the ", "no ", "its ", "`"].iter().any(|start| problem.starts_with(start));
    let separator = if is_sentence { ": " } else { " " };
    if member.contains(['`', ' ']) { format!("{member}{separator}{problem}") } else { format!("`{member}`{separator}{problem}") }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the table writes public methods, and the sample is seen here alone")]
mod tests {
    use super::*;

    enum Sample {
        Plain,
        Passing,
        Wrapped(Box<Sample>),
        Because(Box<Sample>),
    }

    classify! { Sample {
        Self::Plain => "plain" Flow;
        Self::Passing => "passing" Store retryable true;
        Self::Because(cause) => "because" Key, caused_by cause.class();
    } inner {
        Self::Wrapped(cause) => cause.class();
    } }

    #[test]
    fn a_row_says_code_kind_and_whether_it_passes() {
        let rows = [
            (Sample::Plain, "plain", ErrorKind::Flow, false),
            (Sample::Passing, "passing", ErrorKind::Store, true),
            (Sample::Wrapped(Box::new(Sample::Passing)), "passing", ErrorKind::Store, true),
            (Sample::Because(Box::new(Sample::Passing)), "because", ErrorKind::Store, true),
        ];
        for (sample, code, kind, is_retryable) in rows {
            assert_eq!((sample.code(), sample.kind(), sample.is_retryable()), (code, kind, is_retryable));
        }
        let codes: Vec<_> = Sample::CODES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, ["plain", "passing", "because"]);
    }
}

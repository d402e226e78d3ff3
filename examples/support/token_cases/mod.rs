//! The format "token-cases": tokens with the verdict each deserves, judged as ID tokens (OpenID Connect Core section 2) through the
//! public interface, by a clock that stands still.
#![allow(dead_code, unused_imports, reason = "each program uses a part")]

mod format;
mod judge;
mod options;
mod report;

pub(crate) use format::{Case, Expected, Level, Suite};
pub(crate) use judge::Outcome;
pub(crate) use report::{Disagreement, Report};

//! Bounded JSON (RFC 8259): one pass checks the grammar, the depth and the member names, and remembers where each member stands.
//!
//! Values are read when asked for. Stricter than RFC 8259 demands where two readers could disagree about one text: a member name that
//! comes twice is rejected (section 4; compared unescaped, so `"a"` equals `"\u0061"`), as are lone surrogates and numbers that
//! no double can hold. The scanner does not recurse, and its work grows with the length of the text, whatever the text is.

mod elements;
mod error;
mod index;
mod names;
mod object;
mod rules;
mod scan;
mod strings;
mod tokens;
mod value;

pub(crate) use elements::flawless_elements;
pub use error::{JsonError, JsonErrorKind};
pub(crate) use index::JsonIndex;
pub use object::JsonObject;
pub(crate) use object::not_utf8;
pub use rules::JsonRules;
pub(crate) use strings::printable;
pub use value::{JsonElements, JsonKind, JsonMembers, JsonValue};

#[cfg(test)]
mod tests;

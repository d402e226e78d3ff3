//! The one pass: grammar of RFC 8259, depth, member names. A loop over a stack of open objects and arrays, no recursion.

use smallvec::SmallVec;

use super::names::{Mark, Names};
use super::strings::{printable, unescape};
use super::tokens::{Cursor, Problem};
use super::{JsonError, JsonErrorKind, JsonKind, JsonRules};
use crate::encoding::work;

/// Where one member of the outermost object stands: the name between its quotes, and the value; which of them hold escapes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) name: (u32, u32),
    pub(super) name_escaped: bool,
    pub(super) value: (u32, u32),
    /// Whether a string in the value holds an escape, or a name in it does.
    pub(super) value_escaped: bool,
}

/// The members of one object, up to a usual token's number of them without an allocation of their own.
pub(super) type Members = SmallVec<[Member; 24]>;

/// From here on a text may well be a document with more members than [`Members`] has room for.
const LONG: usize = 2048;

/// Checks that `text` is one object and returns its members in order.
pub(super) fn object(text: &str, rules: &JsonRules) -> Result<Members, JsonError> {
    work::add(text.len());
    let mut scan = Scan::new(text, *rules);
    scan.document().map_err(|problem| scan.error(problem))?;
    Ok(scan.members)
}

/// An object or array that is still open, with the place of its current member or element.
struct Open {
    is_object: bool,
    names: Mark,
    name: (u32, u32),
    element: u32,
}

pub(super) struct Scan<'a> {
    pub(super) at: Cursor<'a>,
    rules: JsonRules,
    open: SmallVec<[Open; 4]>,
    names: Names,
    pub(super) members: Members,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, rules: JsonRules) -> Self {
        let at = Cursor::new(text, rules.lone_surrogates);
        // More than a token has: room for all of them at once.
        let members = if text.len() > LONG { Members::with_capacity(64) } else { Members::new() };
        Scan { at, rules, open: SmallVec::new(), names: Names::default(), members }
    }

    fn document(&mut self) -> Result<(), Problem> {
        if u32::try_from(self.at.text.len()).is_err() {
            return Err(Problem(JsonErrorKind::TooLarge, 0));
        }
        if self.at.text.starts_with('\u{feff}') {
            if !self.rules.byte_order_mark {
                return Err(Problem(JsonErrorKind::ByteOrderMark, 0));
            }
            self.at.position = '\u{feff}'.len_utf8();
        }
        self.at.blanks();
        let (first, start) = (self.at.peek(), self.at.position);
        self.value()?;
        self.at.blanks();
        if self.at.position < self.at.text.len() {
            return Err(self.at.expected("the end of the text"));
        }
        match JsonKind::starting_with(first) {
            Some(JsonKind::Object) | None => Ok(()),
            Some(other) => Err(Problem(JsonErrorKind::NotAnObject(other), start)),
        }
    }

    /// One whole value and all that is in it.
    pub(super) fn value(&mut self) -> Result<(), Problem> {
        loop {
            match self.at.peek() {
                b'"' => {
                    self.at.position += 1;
                    if self.at.string()? {
                        self.escape_in_value();
                    }
                }
                b'{' => {
                    self.enter(true)?;
                    if self.at.peek() != b'}' {
                        self.member_name()?;
                        continue;
                    }
                }
                b'[' => {
                    self.enter(false)?;
                    if self.at.peek() != b']' {
                        continue;
                    }
                }
                b't' => self.at.literal("true")?,
                b'f' => self.at.literal("false")?,
                b'n' => self.at.literal("null")?,
                b'-' | b'0'..=b'9' => self.at.number()?,
                _ => return Err(self.at.expected("a value")),
            }
            if self.after_value()? {
                return Ok(());
            }
        }
    }

    /// Closes what ends here and moves on to the next value. `true` once the outermost value is complete.
    fn after_value(&mut self) -> Result<bool, Problem> {
        let mut end = self.at.position;
        loop {
            let depth = self.open.len();
            self.at.blanks();
            let byte = self.at.peek();
            let Some(open) = self.open.last_mut() else { return Ok(true) };
            // The first time round, a value has just ended; after that, a container has, and `end` is where.
            if depth == 1
                && open.is_object
                && let Some(member) = self.members.last_mut()
            {
                member.value.1 = end as u32;
            }
            match (byte, open.is_object) {
                (b',', true) => {
                    self.at.position += 1;
                    self.at.blanks();
                    self.member_name()?;
                    return Ok(false);
                }
                (b',', false) => {
                    open.element += 1;
                    self.at.position += 1;
                    self.at.blanks();
                    return Ok(false);
                }
                (b'}', true) => {
                    let names = open.names;
                    self.at.position += 1;
                    self.names.close(self.at.text, names).map_err(|name| self.duplicate(name))?;
                }
                (b']', false) => self.at.position += 1,
                (_, true) => return Err(self.at.expected("`,` or `}`")),
                (_, false) => return Err(self.at.expected("`,` or `]`")),
            }
            self.open.pop();
            end = self.at.position;
        }
    }

    /// Opens an object or array and moves to what is first in it.
    fn enter(&mut self, is_object: bool) -> Result<(), Problem> {
        if self.open.len() >= self.rules.depth {
            return Err(Problem(JsonErrorKind::TooDeep(self.rules.depth), self.at.position));
        }
        self.open.push(Open { is_object, names: self.names.mark(), name: (0, 0), element: 0 });
        self.at.position += 1;
        self.at.blanks();
        Ok(())
    }

    /// A member's name and the colon, up to the start of its value.
    fn member_name(&mut self) -> Result<(), Problem> {
        if self.at.peek() != b'"' {
            return Err(self.at.expected("a member name"));
        }
        self.at.position += 1;
        let start = self.at.position as u32;
        let escaped = self.at.string()?;
        let name = (start, self.at.position as u32 - 1);
        let top = self.open.len() == 1;
        if let Some(open) = self.open.last_mut() {
            open.name = name;
            if (top || self.rules.nested_names) && !self.names.add(self.at.text, &mut open.names, name, escaped) {
                return Err(self.duplicate(name));
            }
        }
        self.at.blanks();
        if self.at.peek() != b':' {
            return Err(self.at.expected("`:`"));
        }
        self.at.position += 1;
        self.at.blanks();
        if top {
            if self.members.len() >= self.rules.members {
                return Err(Problem(JsonErrorKind::TooManyMembers(self.rules.members), start as usize));
            }
            let value = self.at.position as u32;
            self.members.push(Member { name, name_escaped: escaped, value: (value, value), value_escaped: false });
        } else if escaped {
            self.escape_in_value();
        }
        Ok(())
    }

    /// Notes that a string or name in the value of the current member holds an escape.
    #[cold]
    fn escape_in_value(&mut self) {
        if let Some(member) = self.members.last_mut() {
            member.value_escaped = true;
        }
    }

    fn duplicate(&self, (start, end): (u32, u32)) -> Problem {
        let name = self.at.text.get(start as usize..end as usize).unwrap_or_default();
        Problem(JsonErrorKind::DuplicateMember(printable(&unescape(name))), start as usize)
    }

    /// Adds the path of what is open. Paths of errors are cut after eight steps.
    fn error(&self, Problem(kind, offset): Problem) -> JsonError {
        const STEPS: usize = 8;
        let mut path = String::new();
        for open in self.open.iter().take(STEPS) {
            if !open.is_object {
                path.push_str(&format!("[{}]", open.element));
            } else if open.name.1 > 0 {
                let name = self.at.text.get(open.name.0 as usize..open.name.1 as usize).unwrap_or_default();
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(&printable(&unescape(name)));
            }
        }
        if self.open.len() > STEPS {
            path.push('…');
        }
        JsonError::new(kind, offset, path)
    }
}

//! The objects in an array member of an object, all in one pass: for key sets, whose elements are read one by one.

use super::scan::{Members, Scan};
use super::tokens::Problem;
use super::{JsonErrorKind, JsonIndex, JsonObject, JsonRules};
use crate::encoding::work;

/// How many members an object may have beside its array.
const FEW: usize = 16;

/// The elements of the array in the member `array`, each an object by [`JsonRules::token`], of a text that is without fault.
///
/// `None` where anything at all is out of order or unusual: then the reader takes the slower path, which says what it is and lets some of
/// it through.
pub(crate) fn flawless_elements<'a>(bytes: &'a [u8], array: &str) -> Option<Vec<JsonObject<'a>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    u32::try_from(text.len()).ok()?;
    // The two levels around an element count as well.
    let rules = JsonRules::token().with_depth(62);
    let mut scan = Scan::new(text, rules);
    work::add(text.len());
    let mut names = Vec::with_capacity(4);
    let mut elements = None;
    scan.opened(b'{').ok()?;
    loop {
        let name = scan.plain_name().ok()?;
        work::add(names.len());
        // A set has one member, or a few: many are unusual.
        if names.len() >= FEW || names.contains(&name) {
            return None;
        }
        names.push(name);
        if name == array {
            elements = Some(scan.elements().ok()?);
        } else {
            scan.value().ok()?;
            scan.members.clear();
        }
        if !scan.goes_on(b'}').ok()? {
            break;
        }
    }
    if scan.at.position < text.len() { None } else { elements }
}

impl<'a> Scan<'a> {
    /// The elements of an array, which are objects.
    fn elements(&mut self) -> Result<Vec<JsonObject<'a>>, Problem> {
        let mut elements = Vec::with_capacity(8);
        self.opened(b'[')?;
        loop {
            if self.at.peek() != b'{' {
                return Err(self.at.expected("an object"));
            }
            let start = self.at.position;
            self.value()?;
            let text = self.at.text.get(start..self.at.position).unwrap_or_default().trim_end();
            let members = std::mem::take(&mut self.members);
            elements.push(JsonObject::indexed(text, JsonIndex::of(text, shifted(members, start))));
            if !self.goes_on(b']')? {
                return Ok(elements);
            }
        }
    }

    /// What opens an object or array, and what follows it, which is not its end.
    fn opened(&mut self, bracket: u8) -> Result<(), Problem> {
        self.at.blanks();
        self.only(bracket)?;
        self.at.blanks();
        Ok(())
    }

    /// A name without escapes, up to its value.
    fn plain_name(&mut self) -> Result<&'a str, Problem> {
        self.only(b'"')?;
        let start = self.at.position;
        if self.at.string()? {
            return Err(self.at.expected("no escape"));
        }
        let name = self.at.text.get(start..self.at.position - 1).unwrap_or_default();
        self.at.blanks();
        self.only(b':')?;
        self.at.blanks();
        Ok(name)
    }

    /// Whether another element or member follows; `false` behind the end.
    fn goes_on(&mut self, end: u8) -> Result<bool, Problem> {
        self.at.blanks();
        let goes_on = self.at.peek() == b',';
        self.only(if goes_on { b',' } else { end })?;
        self.at.blanks();
        Ok(goes_on)
    }

    fn only(&mut self, byte: u8) -> Result<(), Problem> {
        if self.at.peek() != byte {
            return Err(Problem(JsonErrorKind::UnexpectedEnd, self.at.position));
        }
        self.at.position += 1;
        Ok(())
    }
}

/// Ranges of the whole text as ranges of the part that starts at `start`.
fn shifted(mut members: Members, start: usize) -> Members {
    let start = start as u32;
    for member in &mut members {
        for place in [&mut member.name.0, &mut member.name.1, &mut member.value.0, &mut member.value.1] {
            *place -= start;
        }
    }
    members
}

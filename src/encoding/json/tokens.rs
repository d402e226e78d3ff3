//! The tokens of JSON (RFC 8259 sections 2, 6 and 7): blanks, strings, numbers, literals.

use super::JsonErrorKind;
use super::strings::{hex4, next_special};

/// What is wrong and at which byte, before the path is added.
pub(super) struct Problem(pub(super) JsonErrorKind, pub(super) usize);

/// A place in the text.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    lone_surrogates: bool,
    pub(super) position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, lone_surrogates: bool) -> Self {
        Self { text, bytes: text.as_bytes(), lone_surrogates, position: 0 }
    }

    /// The rest of a string, from behind its opening quote. Says whether it holds escapes.
    pub(super) fn string(&mut self) -> Result<bool, Problem> {
        let mut escaped = false;
        loop {
            self.position = next_special(self.bytes, self.position);
            match self.peek() {
                b'"' => {
                    self.position += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    self.escape()?;
                    escaped = true;
                }
                _ => return Err(self.expected("no control character in a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let start = self.position;
        self.position += 1;
        match self.peek() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.position += 1;
                Ok(())
            }
            b'u' => match self.unit()? {
                _ if self.lone_surrogates => Ok(()),
                0xd800..=0xdbff if self.peek() == b'\\' => {
                    self.position += 1;
                    let paired = self.peek() == b'u' && matches!(self.unit()?, 0xdc00..=0xdfff);
                    if paired { Ok(()) } else { Err(Problem(JsonErrorKind::Syntax("a pair of surrogates"), start)) }
                }
                0xd800..=0xdfff => Err(Problem(JsonErrorKind::Syntax("a pair of surrogates"), start)),
                _ => Ok(()),
            },
            _ => Err(self.expected("an escape that JSON knows")),
        }
    }

    /// The UTF-16 unit of an escape, from its `u` on.
    fn unit(&mut self) -> Result<u16, Problem> {
        self.position += 1;
        let Some(unit) = self.bytes.get(self.position..).and_then(hex4) else {
            let cut = self.bytes.len() < self.position + 4;
            let kind = if cut { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::Syntax("four hexadecimal digits") };
            return Err(Problem(kind, self.position));
        };
        self.position += 4;
        Ok(unit)
    }

    /// A number (section 6), rejected where no double can hold it.
    pub(super) fn number(&mut self) -> Result<(), Problem> {
        /// A shorter number without an exponent fits a double.
        const FITS: usize = 300;
        let start = self.position;
        let mut exponent = false;
        if self.peek() == b'-' {
            self.position += 1;
        }
        if self.peek() == b'0' {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            exponent = true;
            self.position += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.position += 1;
            }
            self.digits()?;
        }
        if exponent || self.position - start > FITS {
            let number = self.text.get(start..self.position).and_then(|number| number.parse::<f64>().ok());
            if !number.is_some_and(f64::is_finite) {
                return Err(Problem(JsonErrorKind::NumberOutOfRange, start));
            }
        }
        Ok(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.position;
        while self.peek().is_ascii_digit() {
            self.position += 1;
        }
        if self.position == start { Err(self.expected("a digit")) } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &'static str) -> Result<(), Problem> {
        for &letter in word.as_bytes() {
            if self.peek() != letter {
                return Err(self.expected(word));
            }
            self.position += 1;
        }
        Ok(())
    }

    /// Blanks, if there are any.
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.position += 1;
        }
    }

    /// The current byte; at the end of the text 0, which JSON has no use for.
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.position).copied().unwrap_or(0)
    }

    /// `what` should have stood here.
    pub(super) fn expected(&self, what: &'static str) -> Problem {
        let at_end = self.position >= self.bytes.len();
        Problem(if at_end { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::Syntax(what) }, self.position)
    }
}

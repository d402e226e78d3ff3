//! `WWW-Authenticate`: the challenges of a server, read and written by the grammar of RFC 9110 section 11.6.1.
//!
//! Several challenges may stand in one line or in several. A line that is not well formed yields none; nothing panics, and what is
//! read is bounded: 16 KiB a line, 32 challenges, 32 parameters each.

use std::fmt;

use super::work;

/// Lines beyond this are not read.
const LONGEST_LINE: usize = 16 * 1024;
/// Lines with more challenges, or challenges with more parameters than this, are not read.
const MOST: usize = 32;

/// One challenge: a scheme with a `token68` or with parameters (RFC 9110 section 11.3).
///
/// Schemes and parameter names are compared whatever their case. `Debug` hides a `token68`, which may be a credential of a handshake.
///
/// # Example
/// ```
/// use identity_model::encoding::challenge::Challenge;
///
/// let challenges = Challenge::parse([r#"DPoP error="use_dpop_nonce", algs="ES256", Basic realm="x""#]);
/// assert_eq!(challenges.len(), 2);
/// assert!(challenges[0].is_scheme("dpop"));
/// assert_eq!(challenges[0].parameter("Error"), Some("use_dpop_nonce"));
///
/// let challenge = Challenge::new("Bearer").with_parameter("error", "invalid_token");
/// assert_eq!(challenge.to_string(), r#"Bearer error="invalid_token""#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token68: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// A challenge of `scheme` without parameters, to be written.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), token68: None, parameters: Vec::new() }
    }

    /// Adds a parameter. Characters that a quoted string of RFC 6750 section 3 may not hold are written as `?`.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Reads the challenges of all `lines` of the header, in order. A malformed line yields none.
    pub fn parse<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> Vec<Self> {
        let mut challenges = Vec::new();
        for line in lines {
            let line = line.as_ref();
            let read = if line.len() <= LONGEST_LINE { Reader { rest: line }.challenges() } else { None };
            challenges.extend(read.unwrap_or_default());
            if challenges.len() >= MOST {
                break;
            }
        }
        challenges.truncate(MOST);
        challenges
    }

    /// The scheme as it came: `Bearer`, `DPoP`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether the scheme is `scheme`, whatever the case.
    pub fn is_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The `token68`, where the challenge has one instead of parameters.
    pub fn token68(&self) -> Option<&str> {
        self.token68.as_deref()
    }

    /// The value of the parameter `name`, whatever the case of the name: unquoted, escapes resolved.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        work::add(self.parameters.len());
        self.parameters().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All parameters, in order.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token68 = self.token68.as_ref().map(|_| "[redacted]");
        let mut shown = f.debug_struct("Challenge");
        shown.field("scheme", &self.scheme).field("token68", &token68).field("parameters", &self.parameters).finish()
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        if let Some(token68) = &self.token68 {
            write!(f, " {token68}")?;
        }
        for (number, (name, value)) in self.parameters().enumerate() {
            let value: String = value.chars().map(|c| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '?' }).collect();
            write!(f, "{} {name}=\"{value}\"", if number == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// What is left of one line.
#[derive(Clone, Copy)]
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// All challenges of the line; `None` where it is malformed.
    fn challenges(mut self) -> Option<Vec<Challenge>> {
        let mut challenges = Vec::new();
        loop {
            self.separators();
            if self.rest.is_empty() {
                return Some(challenges);
            }
            if challenges.len() == MOST {
                return None;
            }
            challenges.push(self.challenge()?);
        }
    }

    /// A scheme, and either a `token68` or parameters up to the next scheme or the end.
    fn challenge(&mut self) -> Option<Challenge> {
        let mut challenge = Challenge::new(self.token()?);
        let before = self.rest.len();
        self.blanks();
        let is_parted = self.rest.len() < before;
        let begins_empty = self.at_element_end();
        if begins_empty {
            // The list of parameters may begin with empty elements (RFC 9110 section 5.6.1.2).
            let mut ahead = *self;
            ahead.separators();
            if !is_parted || !ahead.at_parameter() {
                return Some(challenge);
            }
            *self = ahead;
        } else if !is_parted {
            return None;
        }
        if !begins_empty && let Some(token68) = self.token68() {
            challenge.token68 = Some(token68);
            return Some(challenge);
        }
        loop {
            let (name, value) = self.parameter()?;
            if challenge.parameter(&name).is_some() || challenge.parameters.len() == MOST {
                return None;
            }
            challenge.parameters.push((name, value));
            if !self.at_element_end() {
                return None;
            }
            self.separators();
            if self.rest.is_empty() || !self.at_parameter() {
                return Some(challenge);
            }
        }
    }

    /// Whether a parameter starts here, and not the next challenge.
    fn at_parameter(self) -> bool {
        let mut ahead = self;
        ahead.token().is_some() && {
            ahead.blanks();
            ahead.rest.first() == Some(&b'=')
        }
    }

    fn parameter(&mut self) -> Option<(String, String)> {
        let name = self.token()?;
        self.blanks();
        self.byte(b'=')?;
        self.blanks();
        let value = if self.rest.first() == Some(&b'"') { self.quoted()? } else { self.token()? };
        self.blanks();
        Some((name, value))
    }

    /// A `token68` that fills its element; otherwise nothing is read.
    fn token68(&mut self) -> Option<String> {
        let mut ahead = *self;
        let letters = ahead.take(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        let padding = ahead.take(|byte| byte == b'=');
        ahead.blanks();
        if letters.is_empty() || !ahead.at_element_end() {
            return None;
        }
        *self = ahead;
        Some(text(letters) + &text(padding))
    }

    fn token(&mut self) -> Option<String> {
        let token = self.take(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        (!token.is_empty()).then(|| text(token))
    }

    fn quoted(&mut self) -> Option<String> {
        self.byte(b'"')?;
        let mut value = Vec::new();
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            work::add(1);
            self.rest = rest;
            let byte = match byte {
                b'"' => return Some(text(&value)),
                b'\\' => {
                    let (&escaped, rest) = self.rest.split_first()?;
                    work::add(1);
                    self.rest = rest;
                    escaped
                }
                _ => byte,
            };
            if byte != b'\t' && (byte < 0x20 || byte == 0x7f) {
                return None;
            }
            value.push(byte);
        }
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[wanted])?;
        Some(())
    }

    fn at_element_end(&self) -> bool {
        matches!(self.rest.first(), None | Some(b','))
    }

    fn separators(&mut self) {
        self.take(|byte| matches!(byte, b',' | b' ' | b'\t'));
    }

    fn blanks(&mut self) {
        self.take(|byte| matches!(byte, b' ' | b'\t'));
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|&byte| !wanted(byte)).unwrap_or(self.rest.len());
        work::add(1 + end);
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(line: &str) -> Challenge {
        let mut challenges = Challenge::parse([line]);
        assert_eq!(challenges.len(), 1, "{line}");
        challenges.remove(0)
    }

    fn shown(lines: &[&str]) -> Vec<String> {
        Challenge::parse(lines).iter().map(|challenge| challenge.to_string()).collect()
    }

    #[test]
    fn h14_one_challenge() {
        let challenge = one(r#"Bearer realm="example", error=invalid_token , error_description = "It \"expired\", sorry\\""#);
        assert!(challenge.is_scheme("bearer") && challenge.is_scheme("BEARER") && !challenge.is_scheme("Bear"));
        assert_eq!(challenge.scheme(), "Bearer");
        assert_eq!(challenge.parameter("ERROR"), Some("invalid_token"));
        assert_eq!(challenge.parameter("error_description"), Some(r#"It "expired", sorry\"#));
        assert_eq!(challenge.parameter("scope"), None);
        assert_eq!(challenge.parameters().map(|(name, _)| name).collect::<Vec<_>>(), ["realm", "error", "error_description"]);
    }

    #[test]
    fn h14_several_challenges_in_one_or_several_lines() {
        let expected = [r#"Basic realm="a""#, "Negotiate", r#"DPoP error="use_dpop_nonce", algs="ES256 PS256""#, "Other abc=="];
        let one_line = r#"Basic realm="a", Negotiate, DPoP error="use_dpop_nonce", algs="ES256 PS256", Other abc=="#;
        assert_eq!(shown(&[one_line]), expected);
        assert_eq!(shown(&[r#"Basic realm="a""#, r#"Negotiate, , DPoP error=use_dpop_nonce,algs="ES256 PS256""#, "Other abc=="]), expected);
        // The example of RFC 9110 section 11.6.1.
        let rfc = r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
        let challenges = Challenge::parse([rfc]);
        assert_eq!((challenges[1].parameter("type"), challenges[1].parameter("title")), (Some("1"), Some("Login to \"apps\"")));
    }

    #[test]
    fn h14_token68() {
        assert_eq!(one("Negotiate YII=").token68(), Some("YII="));
        assert_eq!(one("Negotiate  a-._~+/9== ,").token68(), Some("a-._~+/9=="));
        assert_eq!(one("Negotiate YII=").parameters().len(), 0);
        assert_eq!(one("X a=b").token68(), None);
        assert!(!format!("{:?}", one("Negotiate YII=")).contains("YII"));
    }

    #[test]
    fn h14_blanks_and_empty_elements() {
        assert_eq!(shown(&["Negotiate , , Basic realm=x"]), ["Negotiate", "Basic realm=\"x\""]);
        for line in [
            "Bearer a=1,b=2",
            "Bearer , a=1, b=2",
            "Bearer ,,\ta=1, b=2",
            " ,, Bearer\ta = 1 ,\t, b\t=\t2 , ",
            "Bearer  a=\"1\" , b=\"\\2\"",
        ] {
            assert_eq!(one(line).to_string(), r#"Bearer a="1", b="2""#, "{line}");
        }
        assert_eq!(one("Bearer,").to_string(), "Bearer");
        assert!(Challenge::parse(["", " , "]).is_empty());
        assert_eq!(one("Bearer error=\"\"").parameter("error"), Some(""));
        assert_eq!(Challenge::parse([&b"Bearer realm=\"\xc3\xa4 \xff\""[..]])[0].parameter("realm"), Some("ä \u{fffd}"));
    }

    #[test]
    fn h14_a_malformed_line_yields_none() {
        for line in [
            "Bearer error=\"x",
            "Bearer error=\"x\\",
            "Bearer error=",
            "Bearer error=x y",
            "Bearer error=\"x\"y",
            "Bearer =x",
            "Bearer,a=1",
            "Bearer , a==",
            "\"Bearer\"",
            "Bearer\"x\"",
            "Bearer=x",
            "=",
            "Bearer a=1, =2",
            "Bearer a=1 b=2",
            "Bearer a=1, A=2",
            "Bearer a=\"\u{1}\"",
            "Bearer a=\"\r\n\"",
            "Bearer (x)",
            "Bärer a=1",
            "Bearer a=ä",
            "Bearer a==b",
            "Bearer a=1, b",
            "Bearer error=x; scope=y",
        ] {
            if line == "Bearer a=1, b" {
                // `b` is the scheme of a second challenge.
                assert_eq!(shown(&[line]), ["Bearer a=\"1\"", "b"]);
            } else if line == "Bearer error=" {
                // Padding of a `token68`, by the grammar.
                assert_eq!(one(line).token68(), Some("error="));
            } else {
                assert!(Challenge::parse([line]).is_empty(), "{line}");
            }
        }
        // The other lines are still read.
        assert_eq!(shown(&["Bearer error=\"x", "DPoP error=y"]), ["DPoP error=\"y\""]);
    }

    #[test]
    fn h14_bounded() {
        let many = |count: usize| vec!["A"; count].join(", ");
        assert_eq!(Challenge::parse([many(32)]).len(), 32);
        assert!(Challenge::parse([many(33)]).is_empty());
        assert_eq!(Challenge::parse(vec!["A"; 1000]).len(), 32);
        let parameters = |count: usize| (0..count).map(|number| format!("p{number}=1")).collect::<Vec<_>>().join(",");
        assert_eq!(one(&format!("A {}", parameters(32))).parameters().len(), 32);
        assert!(Challenge::parse([format!("A {}", parameters(33))]).is_empty());
        assert!(Challenge::parse([format!("A a=\"{}\"", "x".repeat(20_000))]).is_empty());
    }

    #[test]
    fn written_challenges_cannot_be_broken_out_of() {
        let challenge = Challenge::new("Bearer").with_parameter("error", "a\"b\\c\r\nd\u{e4}").with_parameter("scope", "x y");
        assert_eq!(challenge.to_string(), "Bearer error=\"a?b?c??d?\", scope=\"x y\"");
    }

    proptest! {
        #[test]
        fn no_line_panics(line in prop::collection::vec(prop::sample::select(b"Aa=\",\\ \t;\xff\x01-".to_vec()), 0..24)) {
            for challenge in Challenge::parse([&line]) {
                prop_assert!(!challenge.scheme().is_empty());
            }
        }

        #[test]
        fn what_is_written_is_read_again(values in prop::collection::vec("[ !#-\\[\\]-~]{0,12}", 0..5)) {
            let named = values.iter().enumerate().map(|(number, value)| (format!("p{number}"), value));
            let challenge = named.fold(Challenge::new("DPoP"), |challenge, (name, value)| challenge.with_parameter(name, value));
            prop_assert_eq!(Challenge::parse([challenge.to_string()]), vec![challenge]);
        }
    }
}

//! The escapes in which a text may repeat another: percent-encoding (RFC 3986 section 2.1), JSON (RFC 8259 section 7), character references of
//! HTML (section 13.5 of the standard).

/// The longest character reference that is read, in octets.
const LONGEST: usize = 12;

/// The character references of the printable characters that are neither letters nor digits.
const NAMES: &[(&str, char)] = &[
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// The escape with which the octets end: what it stands for, and how long it is.
pub(super) fn at_the_end(octets: &[u8]) -> Option<(Vec<u8>, usize)> {
    match octets {
        [.., b';'] => reference(octets),
        _ => percent(octets).or_else(|| json(octets)),
    }
}

/// `%` and two digits.
fn percent(octets: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'%', digits @ ..] = octets.last_chunk::<3>()? else { return None };
    Some((vec![u8::try_from(number(digits, 16)?).ok()?], 3))
}

/// `\u` and four digits.
fn json(octets: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'\\', b'u', digits @ ..] = octets.last_chunk::<6>()? else { return None };
    Some((octets_of(char::from_u32(number(digits, 16)?)?), 6))
}

/// `&name;`, `&#decimal;` or `&#xhexadecimal;`.
fn reference(octets: &[u8]) -> Option<(Vec<u8>, usize)> {
    let near = octets.get(octets.len().saturating_sub(LONGEST)..)?;
    let text = near.get(near.iter().rposition(|octet| *octet == b'&')?..)?;
    let character = match text {
        [b'&', b'#', b'x' | b'X', digits @ .., b';'] => char::from_u32(number(digits, 16)?)?,
        [b'&', b'#', digits @ .., b';'] => char::from_u32(number(digits, 10)?)?,
        [b'&', name @ .., b';'] => NAMES.iter().find(|(known, _)| known.as_bytes() == name)?.1,
        _ => return None,
    };
    Some((octets_of(character), text.len()))
}

fn octets_of(character: char) -> Vec<u8> {
    character.to_string().into_bytes()
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|digit| char::from(digit).is_digit(radix)))?;
    u32::from_str_radix(text, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_known_by_its_last_octet() {
        for (text, character, length) in [
            ("a%41", "A", 3),
            ("%C3", "\u{fffd}", 3),
            (r"a\u0041", "A", 6),
            ("a&amp;", "&", 5),
            ("&&#65;", "A", 5),
            ("&#x00041;", "A", 9),
            ("&verbar;", "|", 8),
        ] {
            let (octets, found) = at_the_end(text.as_bytes()).unwrap();
            assert_eq!((String::from_utf8_lossy(&octets).as_ref(), found), (character, length), "{text}");
        }
        for text in
            ["", "%4", "%zz", "%+1", r"\u004", r"\ud800", r"\n", r"\/", "&;", "&#;", "&#x;", "&#xd800;", "&no;", ";", "&#9999999999;"]
        {
            assert_eq!(at_the_end(text.as_bytes()), None, "{text}");
        }
    }
}

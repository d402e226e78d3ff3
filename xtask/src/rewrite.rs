//! Writes a file with its switches, and remembers where each mutant came to stand, so that an error of the compiler finds its mutant.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::sites::{Piece, Site, Sites};

/// A file with switches.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) text: String,
    /// Where the text of one mutant stands.
    exact: Vec<(Range<usize>, usize)>,
    /// Where a site stands, the original within it.
    around: Vec<(Range<usize>, Vec<usize>)>,
}

/// Whose fault an error is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The text of this mutant does not compile.
    Mutant(usize),
    /// The switch around these does not.
    Switch(Vec<usize>),
}

/// Text that goes in at a place of the original.
struct Insertion<'a> {
    at: usize,
    /// Ends come before beginnings; of ends the inner one first, of beginnings the outer one.
    order: (bool, isize),
    pieces: Vec<&'a Piece>,
    end: &'a str,
    /// The index of the site in [`Rewritten::around`].
    around: usize,
}

/// Writes the text with all sites but those of the mutants that are left out.
pub(crate) fn rewrite(text: &str, sites: &Sites, left_out: &BTreeSet<usize>) -> Rewritten {
    let mut rewritten = Rewritten { text: String::with_capacity(text.len() * 2), exact: Vec::new(), around: Vec::new() };
    let mut insertions = Vec::new();
    for (index, site) in sites.sites.iter().enumerate() {
        let numbers: Vec<usize> = site.numbers.iter().copied().filter(|number| !left_out.contains(number)).collect();
        if numbers.is_empty() {
            continue;
        }
        let order = isize::try_from(index).unwrap_or(isize::MAX);
        let around = rewritten.around.len();
        rewritten.around.push((0..0, numbers));
        let pieces = site.before.iter().filter(|piece| piece.number.is_none_or(|number| !left_out.contains(&number))).collect();
        insertions.push(Insertion { at: site.range.start, order: (true, order), pieces, end: "", around });
        if !site.range.is_empty() {
            insertions.push(Insertion { at: site.range.end, order: (false, -order), pieces: Vec::new(), end: site.after, around });
        }
    }
    insertions.sort_by_key(|insertion| (insertion.at, insertion.order));
    rewritten.write(text, &insertions);
    for function in &sites.functions {
        rewritten.add_function(function, sites, left_out, &insertions);
    }
    rewritten
}

impl Rewritten {
    fn write(&mut self, text: &str, insertions: &[Insertion<'_>]) {
        let mut done = 0;
        for insertion in insertions {
            self.text.push_str(text.get(done..insertion.at).unwrap_or_default());
            done = insertion.at;
            let start = self.text.len();
            for piece in &insertion.pieces {
                let from = self.text.len();
                self.text.push_str(&piece.text);
                if let Some(number) = piece.number {
                    self.exact.push((from + piece.own.start..from + piece.own.end, number));
                }
            }
            self.text.push_str(insertion.end);
            if let Some((range, _)) = self.around.get_mut(insertion.around) {
                if insertion.order.0 {
                    range.start = start;
                }
                range.end = self.text.len();
            }
        }
        self.text.push_str(text.get(done..).unwrap_or_default());
    }

    /// The last resort of an error that no site explains: every mutant of the function.
    fn add_function(&mut self, function: &Range<usize>, sites: &Sites, left_out: &BTreeSet<usize>, insertions: &[Insertion<'_>]) {
        let inside = |site: &&Site| function.start <= site.range.start && site.range.end <= function.end;
        let numbers: Vec<usize> =
            sites.sites.iter().filter(inside).flat_map(|site| site.numbers.clone()).filter(|number| !left_out.contains(number)).collect();
        let shift = |at: usize| -> usize {
            let added = insertions.iter().filter(|insertion| insertion.at < at);
            at + added
                .map(|insertion| insertion.end.len() + insertion.pieces.iter().map(|piece| piece.text.len()).sum::<usize>())
                .sum::<usize>()
        };
        if !numbers.is_empty() {
            self.around.push((shift(function.start)..shift(function.end), numbers));
        }
    }

    /// Whose fault an error at this place is.
    pub(crate) fn blame(&self, at: usize) -> Option<Blame> {
        if let Some((_, number)) = self.exact.iter().find(|(range, _)| range.contains(&at)) {
            return Some(Blame::Mutant(*number));
        }
        let around = self.around.iter().filter(|(range, _)| range.contains(&at)).min_by_key(|(range, _)| range.len())?;
        Some(Blame::Switch(around.1.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutant::{Kind, Mutant};
    use crate::sites::sites;

    fn mutant(kind: Kind, at: (usize, usize), end: (usize, usize), replacement: &str) -> Mutant {
        let (name, file) = (String::new(), String::new());
        Mutant { name, file, kind, hides_type: false, replacement: replacement.to_owned(), start: at, end }
    }

    fn rewritten(text: &str, mutants: &[Mutant], left_out: &[usize]) -> String {
        let numbered: Vec<_> = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant)).collect();
        let text = rewrite(text, &sites(text, &numbered).unwrap(), &left_out.iter().copied().collect()).text;
        text.replace("crate::mutation_switch::on", "on")
    }

    #[test]
    fn every_kind_stands_behind_a_switch() {
        let value = mutant(Kind::FnValue, (1, 19), (1, 26), "true");
        let and = mutant(Kind::BinaryOperator, (1, 21), (1, 23), "||");
        let not = mutant(Kind::UnaryOperator, (1, 24), (1, 25), "");
        let text = "fn f() -> bool  { a && !b }";
        assert_eq!(
            rewritten(text, &[value.clone(), and.clone(), not.clone()], &[]),
            "fn f() -> bool  { if on(1) { return true; } (if on(2) { a || !b } else { a && (if on(3) { b } else { !b }) }) }"
        );
        assert_eq!(rewritten(text, &[value, and, not], &[1, 2]), "fn f() -> bool  { a && (if on(3) { b } else { !b }) }");
    }

    #[test]
    fn arms_guards_and_fields() {
        let text = "fn f() { match x {
1 => a,
y if y > 2 => b,
_ => c } }";
        let mutants = [
            mutant(Kind::MatchArm, (2, 1), (2, 8), ""),
            mutant(Kind::MatchArmGuard, (3, 6), (3, 11), "true"),
            mutant(Kind::MatchArmGuard, (3, 6), (3, 11), "false"),
            mutant(Kind::BinaryOperator, (3, 8), (3, 9), "<"),
        ];
        assert_eq!(
            rewritten(text, &mutants, &[]),
            "fn f() { match x {
1 if !on(1) => a,
y if on(2) || !on(3) && ((if on(4) { y < 2 } else { y > 2 })) => b,
_ => c } }"
        );
        let text = "fn f() { S { a: 1, b: 2, ..c } }";
        let mutants = [mutant(Kind::StructField, (1, 14), (1, 19), ""), mutant(Kind::StructField, (1, 20), (1, 25), "")];
        assert_eq!(
            rewritten(text, &mutants, &[]),
            "fn f() { (if on(1) { S {  b: 2, ..c } } else if on(2) { S { a: 1,  ..c } } else { S { a: 1, b: 2, ..c } }) }"
        );
    }

    #[test]
    fn what_cannot_be_switched_says_why() {
        let text = "const fn f() -> bool { a < b }
fn g() { if let Some(x) = y && z {} }
";
        let mutants = [
            mutant(Kind::BinaryOperator, (1, 26), (1, 27), ">"),
            mutant(Kind::BinaryOperator, (2, 29), (2, 31), "||"),
            mutant(Kind::BinaryOperator, (9, 1), (9, 3), "||"),
        ];
        let numbered: Vec<_> = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant)).collect();
        let found = sites(text, &numbered).unwrap();
        assert_eq!(rewrite(text, &found, &BTreeSet::new()).text, text);
        let reason = |number: usize| found.without.get(&number).map(String::as_str).unwrap_or_default();
        assert!(
            reason(1).contains("const fn") && reason(2).contains("`let`") && reason(3).contains("no such place"),
            "{:?}",
            found.without
        );
    }

    #[test]
    fn an_error_finds_its_mutant() {
        let text = "fn f() -> bool { a < b }
fn g() {}
";
        let mutants = [mutant(Kind::BinaryOperator, (1, 20), (1, 21), ">"), mutant(Kind::BinaryOperator, (1, 20), (1, 21), "==")];
        let numbered: Vec<_> = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant)).collect();
        let found = rewrite(text, &sites(text, &numbered).unwrap(), &BTreeSet::new());
        let at = |part: &str| found.text.find(part).unwrap();
        assert_eq!(found.blame(at("a > b")), Some(Blame::Mutant(1)));
        assert_eq!(found.blame(at("a == b")), Some(Blame::Mutant(2)));
        assert_eq!(found.blame(at("a < b")), Some(Blame::Switch(vec![1, 2])));
        assert_eq!(found.blame(at("fn f")), Some(Blame::Switch(vec![1, 2])));
        assert_eq!(found.blame(at("fn g")), None);
    }
}

//! Where in a file the mutants stand, and what has to be put around each place so that a switch decides.
//!
//! The syntax tree gives the places, the text stays as it is: a site only adds text before and after a range of bytes, so lines, comments
//! and macros are those of the file. In the branch of a mutant everything else is the original, as one mutant at most is on.

use std::collections::BTreeMap;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat};

use crate::Failure;
use crate::mutant::{Kind, Mutant};

/// The path of the function that asks a switch.
const ON: &str = "crate::mutation_switch::on";

/// Text around a range of the file. Where one site begins where another does, the outer one comes first in the list.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) range: Range<usize>,
    /// In order.
    pub(crate) before: Vec<Piece>,
    pub(crate) after: &'static str,
    /// The mutants that stand here.
    pub(crate) numbers: Vec<usize>,
}

/// A part of the text before a site.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The mutant that it belongs to: a piece of one that is left out is left out.
    pub(crate) number: Option<usize>,
    pub(crate) text: String,
    /// Where in `text` that stands which the mutant says instead of the original.
    pub(crate) own: Range<usize>,
}

impl Piece {
    fn plain(text: &str) -> Self {
        Self { number: None, text: text.to_owned(), own: 0..0 }
    }

    fn of(number: usize, before: &str, own: &str, after: &str) -> Self {
        Self { number: Some(number), text: format!("{before}{own}{after}"), own: before.len()..before.len() + own.len() }
    }
}

/// The sites of one file, and why some of its mutants have none.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    pub(crate) sites: Vec<Site>,
    pub(crate) functions: Vec<Range<usize>>,
    pub(crate) without: BTreeMap<usize, String>,
}

/// Finds the places of these mutants (number and mutant) in the text of their file.
pub(crate) fn sites(text: &str, mutants: &[(usize, &Mutant)]) -> Result<Sites, Failure> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let lines = Lines::of(text);
    let mut places: BTreeMap<(Kind, usize), Vec<Place<'_>>> = BTreeMap::new();
    for &(number, mutant) in mutants {
        let range = lines.offset(mutant.start)..lines.offset(mutant.end);
        places.entry((mutant.kind, range.start)).or_default().push((number, range, mutant));
    }
    let mut finder = Finder { text, places, found: Sites::default(), constant: false };
    finder.visit_file(&file);
    let left = finder.places.into_values().flatten().map(|(number, ..)| (number, "no such place was found in the file".to_owned()));
    finder.found.without.extend(left);
    Ok(finder.found)
}

/// Where each line begins, to turn line and column into bytes.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn offset(&self, (line, column): (usize, usize)) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }
}

type Place<'a> = (usize, Range<usize>, &'a Mutant);

struct Finder<'a> {
    text: &'a str,
    places: BTreeMap<(Kind, usize), Vec<Place<'a>>>,
    found: Sites,
    /// Inside a function that the compiler may carry out: no switch can be asked there.
    constant: bool,
}

impl<'a> Finder<'a> {
    /// The mutants of this kind at this place, unless none of them can be switched there.
    fn take(&mut self, kind: Kind, at: Span) -> Vec<Place<'a>> {
        let places = self.places.remove(&(kind, at.byte_range().start)).unwrap_or_default();
        if self.constant {
            return self.refuse(places, "it stands in a `const fn`, where no switch can be asked");
        }
        places
    }

    fn refuse(&mut self, places: Vec<Place<'a>>, reason: &str) -> Vec<Place<'a>> {
        self.found.without.extend(places.into_iter().map(|(number, ..)| (number, reason.to_owned())));
        Vec::new()
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// `(if on(1) { mutated } else { original })`
    fn choose(&mut self, whole: Range<usize>, places: Vec<Place<'a>>, mutated: impl Fn(&Self, &Place<'a>) -> String) {
        if places.is_empty() {
            return;
        }
        let branch = |place: &Place<'a>| Piece::of(place.0, &format!("if {ON}({}) {{ ", place.0), &mutated(self, place), " } else ");
        let before = [Piece::plain("(")].into_iter().chain(places.iter().map(branch)).chain([Piece::plain("{ ")]).collect();
        self.add(whole, before, " })", &places);
    }

    fn add(&mut self, range: Range<usize>, before: Vec<Piece>, after: &'static str, places: &[Place<'a>]) {
        self.found.sites.push(Site { range, before, after, numbers: places.iter().map(|place| place.0).collect() });
    }

    fn function(&mut self, whole: Span, signature: &syn::Signature, body: &syn::Block, go_on: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.constant, signature.constness.is_some());
        self.found.functions.push(whole.byte_range());
        if let Some(first) = body.stmts.first() {
            let places = self.take(Kind::FnValue, first.span());
            let start = first.span().byte_range().start;
            for place in places {
                let piece = Piece::of(place.0, &format!("if {ON}({}) {{ ", place.0), &format!("return {};", place.2.replacement), " } ");
                self.add(start..start, vec![piece], "", &[place]);
            }
        }
        go_on(self);
        self.constant = outside;
    }

    /// `pattern if on(true) || !on(false) && (guard)`
    fn guard(&mut self, guard: &Expr) {
        let places = self.take(Kind::MatchArmGuard, guard.span());
        if places.is_empty() {
            return;
        }
        if holds_let(guard) {
            self.refuse(places, "its guard holds a `let`");
            return;
        }
        let before = places.iter().map(|&(number, _, mutant)| {
            let always = mutant.replacement == "true";
            Piece::of(number, &if always { format!("{ON}({number}) || ") } else { format!("!{ON}({number}) && ") }, "", "")
        });
        let (always, never): (Vec<_>, Vec<_>) = before.partition(|piece| !piece.text.starts_with('!'));
        let before = always.into_iter().chain(never).chain([Piece::plain("(")]).collect();
        self.add(guard.span().byte_range(), before, ")", &places);
    }
}

/// Whether an operand of a chain is a `let`, which is no expression outside of it.
fn holds_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => holds_let(&binary.left) || holds_let(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(item.span(), &item.sig, &item.block, |finder| visit::visit_item_fn(finder, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(item.span(), &item.sig, &item.block, |finder| visit::visit_impl_item_fn(finder, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(item.span(), &item.sig, body, |finder| visit::visit_trait_item_fn(finder, item));
        }
    }

    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        let (whole, operator) = (expression.span().byte_range(), expression.op.span().byte_range());
        let mut places = self.take(Kind::BinaryOperator, expression.op.span());
        if holds_let(&Expr::Binary(expression.clone())) {
            places = self.refuse(places, "a chain with a `let` has no other operator");
        }
        self.choose(whole.clone(), places, |finder, (_, _, mutant)| {
            let (left, right) = (finder.slice(whole.start..operator.start), finder.slice(operator.end..whole.end));
            format!("{left}{}{right}", mutant.replacement)
        });
        visit::visit_expr_binary(self, expression);
    }

    fn visit_expr_unary(&mut self, expression: &'ast syn::ExprUnary) {
        let (whole, operator) = (expression.span().byte_range(), expression.op.span().byte_range());
        let places = self.take(Kind::UnaryOperator, expression.op.span());
        self.choose(whole.clone(), places, |finder, _| finder.slice(operator.end..whole.end).to_owned());
        visit::visit_expr_unary(self, expression);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let Pat::Guard(guarded) = &arm.pat {
            self.guard(&guarded.guard);
        } else {
            let end = arm.pat.span().byte_range().end;
            for place in self.take(Kind::MatchArm, arm.span()) {
                self.add(end..end, vec![Piece::of(place.0, &format!(" if !{ON}({})", place.0), "", "")], "", &[place]);
            }
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, expression: &'ast syn::ExprStruct) {
        let whole = expression.span().byte_range();
        let mut places = Vec::new();
        for field in &expression.fields {
            places.extend(self.take(Kind::StructField, field.span()));
        }
        self.choose(whole.clone(), places, |finder, (_, field, _)| {
            let (before, after) = (finder.slice(whole.start..field.start), finder.slice(field.end..whole.end));
            format!("{before}{after}")
        });
        visit::visit_expr_struct(self, expression);
    }
}

//! Reads one source file as tokens: the paths it names outside its tests, and a few facts about its shape.
//!
//! Tokens, not text: comments and strings never count, and a path inside a macro does.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as it stands in the code (`crate :: jose :: Jwk` is `["crate", "jose", "Jwk"]`) and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// One name that a `use` brings into a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) path: Path,
    /// The name under which it is known from there on: the last segment, or the one behind `as`.
    pub(crate) name: String,
    /// Whether others see it: `pub use`, `pub(crate) use` and the like.
    pub(crate) is_exported: bool,
}

/// What the rules want to know of one file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to `src/`, with `/`.
    pub(crate) name: String,
    /// Every path of one or more segments outside `#[cfg(test)]`; `use` trees are spread out, `self` and `super` are resolved.
    pub(crate) paths: Vec<Path>,
    /// What every `use` outside `#[cfg(test)]` brings in; `self` and `super` are resolved.
    pub(crate) imports: Vec<Import>,
    /// `name!` of every macro call outside `#[cfg(test)]`.
    pub(crate) macros: Vec<Path>,
    /// Names of the modules that the file declares.
    pub(crate) modules: Vec<String>,
    /// The first token of every top-level item that is neither a `mod` declaration nor a `use`, with its line.
    pub(crate) logic: Vec<(String, usize)>,
    /// Lines before the first `#[cfg(test)]` at the margin.
    pub(crate) lines: usize,
    /// Whether the file opens with `//!`.
    pub(crate) opens_with_docs: bool,
    /// Unwanted words before the tests, comments included, with their lines.
    pub(crate) words: Vec<(String, usize)>,
}

impl SourceFile {
    /// Reads `text` as the file `name` (relative to `src/`) and looks out for `unwanted` words.
    pub(crate) fn read(name: &str, text: &str, unwanted: &[&str]) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{name} is not Rust: {error}"));
        let tokens = without_tests(tokens);
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        let hits = |(at, line): (usize, &str)| {
            let found = unwanted.iter().filter(|word| line.contains(**word)).map(|word| ((*word).to_owned(), at + 1));
            found.collect::<Vec<_>>()
        };
        let mut file = Self {
            name: name.to_owned(),
            paths: Vec::new(),
            imports: Vec::new(),
            macros: Vec::new(),
            modules: Vec::new(),
            logic: top_level_logic(&tokens),
            lines,
            opens_with_docs: text.starts_with("//!"),
            words: text.lines().take(lines).enumerate().flat_map(hits).collect(),
        };
        file.walk(&tokens, &module_of(name));
        file
    }

    /// The room the file stands in: the first part of its path.
    pub(crate) fn room(&self) -> &str {
        let first = self.name.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The module that the file is: `jose/jws/mod.rs` is `["jose", "jws"]`.
    pub(crate) fn module(&self) -> Vec<String> {
        module_of(&self.name)
    }

    fn walk(&mut self, tokens: &[TokenTree], module: &[String]) {
        let mut at = 0;
        while at < tokens.len() {
            let line = tokens[at].span().start().line;
            match &tokens[at] {
                TokenTree::Ident(word) if word == "use" => {
                    at = self.walk_use(tokens, at + 1, module);
                    continue;
                }
                // How far a name is seen is no use of what stands there: `pub(in crate::jose)`.
                TokenTree::Ident(word) if word == "pub" && matches!(tokens.get(at + 1), Some(TokenTree::Group(_))) => {
                    at += if is_parenthesis(tokens.get(at + 1)) { 2 } else { 1 };
                    continue;
                }
                TokenTree::Ident(word) if word == "mod" && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) => {
                    let name = tokens[at + 1].to_string();
                    if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                        let inner: Vec<String> = module.iter().cloned().chain([name.clone()]).collect();
                        self.walk(&body.stream().into_iter().collect::<Vec<_>>(), &inner);
                        at += 1;
                    }
                    self.modules.push(name);
                    at += 2;
                    continue;
                }
                TokenTree::Ident(_) => {
                    let (segments, next) = path_at(tokens, at);
                    if is_punct(tokens.get(next), '!') && matches!(tokens.get(next + 1), Some(TokenTree::Group(_))) {
                        self.macros.push(Path { segments: segments.clone(), line });
                    }
                    if !continues(tokens, at) {
                        self.paths.push(Path { segments: resolve(segments, module), line });
                    }
                    at = next;
                    continue;
                }
                TokenTree::Group(group) => self.walk(&group.stream().into_iter().collect::<Vec<_>>(), module),
                _ => {}
            }
            at += 1;
        }
    }

    /// Spreads the tree behind `use` out into paths; responds with the place behind its `;`.
    fn walk_use(&mut self, tokens: &[TokenTree], start: usize, module: &[String]) -> usize {
        let end = tokens[start..].iter().position(|token| is_punct(Some(token), ';')).map_or(tokens.len(), |length| start + length);
        let is_exported = is_exported(&tokens[..start - 1]);
        for (segments, name, line) in use_paths(&tokens[start..end], &[]) {
            let path = Path { segments: resolve(segments, module), line };
            self.paths.push(path.clone());
            self.imports.push(Import { path, name, is_exported });
        }
        end + 1
    }
}

/// Whether the tokens before `use` end in `pub` or `pub(…)`.
fn is_exported(before: &[TokenTree]) -> bool {
    let is_pub = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Ident(word)) if word == "pub");
    match before.last() {
        Some(TokenTree::Group(scope)) => scope.delimiter() == Delimiter::Parenthesis && is_pub(before.iter().rev().nth(1)),
        last => is_pub(last),
    }
}

/// `a::{b, c::{d as e, self}}` as `a::b` named `b`, `a::c::d` named `e`, `a::c` named `c`.
fn use_paths(tree: &[TokenTree], prefix: &[String]) -> Vec<(Vec<String>, String, usize)> {
    let mut paths = Vec::new();
    for branch in tree.split(|token| is_punct(Some(token), ',')) {
        let mut segments = prefix.to_vec();
        let Some(line) = branch.first().map(|token| token.span().start().line) else { continue };
        let mut nested = false;
        let mut alias = None;
        for (place, token) in branch.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    alias = branch.get(place + 1).map(ToString::to_string);
                    break;
                }
                TokenTree::Ident(word) if word == "self" && !segments.is_empty() => {}
                TokenTree::Ident(word) => segments.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => segments.push("*".to_owned()),
                TokenTree::Group(group) => {
                    paths.extend(use_paths(&group.stream().into_iter().collect::<Vec<_>>(), &segments));
                    nested = true;
                }
                _ => {}
            }
        }
        if !nested {
            let name = alias.or_else(|| segments.last().cloned()).unwrap_or_default();
            paths.push((segments, name, line));
        }
    }
    paths
}

/// The longest `a::b::c` that starts at `at`, and the place behind it.
fn path_at(tokens: &[TokenTree], at: usize) -> (Vec<String>, usize) {
    let mut segments = vec![tokens[at].to_string()];
    let mut next = at + 1;
    while is_punct(tokens.get(next), ':') && is_punct(tokens.get(next + 1), ':') {
        let Some(TokenTree::Ident(word)) = tokens.get(next + 2) else { break };
        segments.push(word.to_string());
        next += 3;
    }
    (segments, next)
}

/// Whether the word at `at` goes on from something else: `.field`, `<T>::f`, `Vec::<T>::new`.
fn continues(tokens: &[TokenTree], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).and_then(|place| tokens.get(place));
    if is_punct(before(1), '.') {
        return !is_punct(before(2), '.');
    }
    if !(is_punct(before(1), ':') && is_punct(before(2), ':')) {
        return false;
    }
    match before(3) {
        Some(TokenTree::Ident(_)) => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>' && !is_punct(before(4), '-') && !is_punct(before(4), '='),
        _ => false,
    }
}

/// Makes `self::` and `super::` into `crate::…`.
fn resolve(segments: Vec<String>, module: &[String]) -> Vec<String> {
    let mut here = module.to_vec();
    let mut rest = segments.as_slice();
    match rest.first().map(String::as_str) {
        Some("self") if rest.len() > 1 => rest = &rest[1..],
        Some("super") => {
            while let Some("super") = rest.first().map(String::as_str) {
                here.pop();
                rest = &rest[1..];
            }
        }
        _ => return segments,
    }
    ["crate".to_owned()].into_iter().chain(here).chain(rest.iter().cloned()).collect()
}

/// `jose/jws/mod.rs` is the module `jose::jws`, `jose/jwk.rs` is `jose::jwk`, `lib.rs` is the root.
fn module_of(name: &str) -> Vec<String> {
    let path = name.strip_suffix(".rs").unwrap_or(name);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// Drops every item under `#[cfg(test)]` (or `#[cfg(all(test, …))]`), at any depth.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_punct(Some(&token), '#') && tokens.peek().is_some_and(is_cfg_test) {
            // The item ends with its first brace group or its `;`.
            for skipped in tokens.by_ref() {
                let body = matches!(&skipped, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
                if body || is_punct(Some(&skipped), ';') {
                    break;
                }
            }
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), without_tests(group.stream()).into_iter().collect());
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        });
    }
    kept
}

fn is_cfg_test(token: &TokenTree) -> bool {
    let TokenTree::Group(attribute) = token else { return false };
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// The first word of every top-level item that is more than a table of contents holds: docs, attributes, `mod x;`, `use`.
fn top_level_logic(tokens: &[TokenTree]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut item: Vec<&TokenTree> = Vec::new();
    let mut attribute = false;
    for token in tokens {
        let group = match token {
            TokenTree::Group(group) => Some(group.delimiter()),
            _ => None,
        };
        if item.is_empty() && is_punct(Some(token), '#') {
            attribute = true;
            continue;
        }
        if attribute {
            attribute = group.is_none();
            continue;
        }
        item.push(token);
        let is_use = item.iter().take(3).any(|token| token.to_string() == "use");
        if is_punct(Some(token), ';') || (group == Some(Delimiter::Brace) && !is_use) {
            let words: Vec<String> = item.iter().map(ToString::to_string).filter(|word| word != "pub" && !word.starts_with('(')).collect();
            let first = words.first().cloned().unwrap_or_default();
            let contents = first == "use" || (first == "mod" && group.is_none());
            if !contents {
                found.push((first, item[0].span().start().line));
            }
            item.clear();
        }
    }
    found
}

fn is_parenthesis(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

//! How the crate speaks: words that make a sentence hard to read stay out of comments, documentation, messages and pages.

use std::fs;
use std::path::{Path, PathBuf};

/// Words that leave open who acts, and turns of phrase that English does not have.
const UNCLEAR: [&str; 11] = [
    "nobody",
    "whoever",
    "somebody",
    "anybody",
    " at hand",
    "one's own",
    "of an own",
    "comes along",
    "good end",
    "himself",
    "belongs into",
];

/// Names of functions that hold such a word.
const NAMES: [&str; 2] = ["LogoutOptions::anybody()", "about_nobody"];

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
}

/// Comments and messages of a source up to its tests.
fn sentences(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    lines.filter(|(_, line)| line.starts_with("//") || line.contains("#[error("))
}

fn unclear(line: &str) -> Option<&'static str> {
    let line = NAMES.iter().fold(line.to_owned(), |line, name| line.replace(name, "")).to_lowercase();
    // Links and code are names, not sentences.
    let prose: String = line.split('`').step_by(2).collect();
    UNCLEAR.into_iter().find(|word| prose.contains(word))
}

#[test]
fn comments_and_messages_say_who_acts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    files(&root.join("src"), "rs", &mut sources);
    let mut findings = Vec::new();
    let mut count = 0;
    for path in sources {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if name.contains("tests") {
            continue;
        }
        for (number, line) in sentences(&fs::read_to_string(&path).unwrap()) {
            count += 1;
            findings.extend(unclear(line).map(|word| format!("{name}:{number}: \"{word}\" in {line}")));
        }
    }
    assert!(count > 5_000, "{count} lines were looked at");
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn an_unclear_word_is_found_in_prose_alone() {
    for line in ["/// Nobody waits.", "// a key at hand", r#"#[error("whoever sent it")]"#] {
        assert!(unclear(line).is_some(), "{line}");
    }
    for line in ["/// A caller waits.", "/// See `LogoutOptions::anybody()`.", "/// let nobody = 1; is `nobody`"] {
        assert_eq!(unclear(line).is_some(), line.contains("let nobody"), "{line}");
    }
    let source = "//! Somebody\nlet x = 1; // nobody\n/// anybody\n#[cfg(test)]\nmod tests {\n    // whoever\n";
    assert_eq!(sentences(source).map(|(number, _)| number).collect::<Vec<_>>(), [1, 3]);
}

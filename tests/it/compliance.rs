//! The pages under `docs/compliance/`: each row names tests that are there, or says why there is none.

use std::fs;
use std::path::{Path, PathBuf};

/// What stands before a test's name, and the folder of its sources.
const BINARIES: &[(&str, &str)] = &[("it: ", "tests/it"), ("live: ", "tests/live"), ("", "src")];

/// What stands in the place of tests where there are none.
const REASON: &str = "no test: ";

/// The page that explains the others.
const INDEX: &str = "README.md";

struct Source {
    folder: &'static str,
    /// The modules of its tests.
    modules: Vec<String>,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for (_, folder) in BINARIES {
        let base = root().join(folder);
        let mut open = entries(&base);
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(entries(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.with_extension("");
                let parts = name.strip_prefix(&base).unwrap().iter();
                let mut modules: Vec<String> = parts.map(|part| part.to_string_lossy().into_owned()).collect();
                if modules.last().is_some_and(|last| ["mod", "main", "lib"].contains(&last.as_str())) {
                    modules.pop();
                }
                let text = fs::read_to_string(&path).unwrap();
                if text.contains("\nmod tests {") {
                    modules.push("tests".to_owned());
                }
                sources.push(Source { folder, modules, text });
            }
        }
    }
    sources
}

impl Source {
    /// A function right below its attributes, one of which makes it a test.
    fn has_test(&self, name: &str) -> bool {
        let lines: Vec<&str> = self.text.lines().map(str::trim).collect();
        let mut defined = (0..lines.len()).filter(|at| defines(lines[*at], name));
        defined.any(|at| {
            let mut attributes = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
            attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        })
    }
}

fn defines(line: &str, name: &str) -> bool {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ").and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('))
}

/// Whether `test` is the name of a test as `cargo test` prints it, the binary before it.
fn exists(test: &str, sources: &[Source]) -> bool {
    let named = BINARIES.iter().find_map(|(prefix, folder)| Some((*folder, test.strip_prefix(*prefix)?)));
    let (folder, path) = named.unwrap();
    let parts: Vec<&str> = path.split("::").collect();
    let (name, modules) = parts.split_last().unwrap();
    sources.iter().any(|source| source.folder == folder && source.modules == modules && source.has_test(name))
}

/// The rows of the tables of a page, without their heads.
fn rows(page: &str) -> Vec<&str> {
    let lines: Vec<&str> = page.lines().collect();
    let heads = |at: usize| lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
    (0..lines.len()).filter(|at| lines[*at].starts_with("| ") && !heads(*at)).map(|at| lines[at]).collect()
}

/// What is wrong with a row.
fn complaint(row: &str, sources: &[Source]) -> Option<String> {
    let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
    if cells.len() != 4 || cells.contains(&"") {
        return Some(format!("four cells are wanted: {row}"));
    }
    let tests: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
    if tests.is_empty() {
        let reasoned = cells[3].strip_prefix(REASON).is_some_and(|reason| !reason.trim().is_empty());
        return (!reasoned).then(|| format!("neither a test nor a reason: {row}"));
    }
    let missing: Vec<&str> = tests.into_iter().filter(|test| !exists(test, sources)).collect();
    (!missing.is_empty()).then(|| format!("no such test: {missing:?}"))
}

#[test]
fn every_row_names_tests_that_exist_or_a_reason() {
    let sources = sources();
    let (mut pages, mut complaints) = (0, Vec::new());
    for path in entries(&root().join("docs/compliance")) {
        if path.extension().is_none_or(|extension| extension != "md") || path.file_name().is_some_and(|name| name == INDEX) {
            continue;
        }
        let page = fs::read_to_string(&path).unwrap();
        let rows = rows(&page);
        assert!(rows.len() > 10, "{}: {} rows", path.display(), rows.len());
        pages += 1;
        complaints.extend(rows.iter().filter_map(|row| complaint(row, &sources)).map(|text| format!("{}: {text}", path.display())));
    }
    assert!(pages > 5, "{pages} pages");
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn every_page_is_in_the_index() {
    let folder = root().join("docs/compliance");
    let index = fs::read_to_string(folder.join(INDEX)).unwrap();
    for path in entries(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == INDEX || index.contains(&format!("]({name})")), "{name}");
    }
}

#[test]
fn a_bad_row_is_noticed() {
    let sources = sources();
    let is_bad = |held: &str| {
        let page = format!("| Clause | Asked | Done | Held by |\n|---|---|---|---|\n| 1 | a | b | {held} |\n");
        let rows = rows(&page);
        assert_eq!(rows.len(), 1, "{page}");
        complaint(rows[0], &sources).is_some()
    };
    for held in [
        "`it: compliance::a_bad_row_is_noticed`",
        "`it: pages::links_lead_somewhere`, `jose::algorithm::tests::j4_none_has_no_row_in_any_spelling` and more",
        "`jose::jws::tests::j5_no_extension_is_understood` †",
        "`validation::tests::form::j1_only_three_strict_parts` (group form)",
        "no test: nothing to be seen",
    ] {
        assert!(!is_bad(held), "{held}");
    }
    for held in [
        "",
        "perhaps",
        "no test:",
        "`it: compliance::nobody`",
        "`it: compliance::defines`",
        "`it: pages::a_bad_row_is_noticed`",
        "`compliance::a_bad_row_is_noticed`",
        "`jose::algorithm::j4_none_has_no_row_in_any_spelling`",
        "`jose::jws::j5_no_extension_is_understood`",
        "`it: compliance::a_bad_row_is_noticed`, `live: nobody`",
        "`it: compliance::a_bad_row_is_noticed` | more",
    ] {
        assert!(is_bad(held), "{held}");
    }
}

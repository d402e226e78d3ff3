//! The README and the pages under `docs/`: links lead somewhere, and the examples they name are there.

use std::fs;
use std::path::{Path, PathBuf};

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<_> =
        ["docs", "tests", "examples", "benches", "fuzz", ".ci"].iter().flat_map(|folder| below(&root.join(folder))).collect();
    pages.extend(["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name)));
    pages
}

/// The pages of a folder and of those in it, but for what was built or downloaded.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let kept = entries.filter(|path| !["target", "node_modules", "fetched"].iter().any(|name| path.ends_with(name)));
    let pages = kept.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] });
    pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The text without its code blocks.
fn prose(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("```").step_by(2).collect()
}

/// How code forges name the anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(path: &Path) -> Vec<String> {
    prose(path).lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

/// The documentation tests compile the pages that stand in a list; one that is missing there would rot unseen.
#[test]
fn every_page_with_code_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("src/testing/pages.rs")).unwrap();
    let is_code = |line: &str| line.strip_prefix("```rust").is_some_and(|rest| !rest.contains("ignore") && !rest.contains("text"));
    let with_code: Vec<_> = below(&root.join("docs"))
        .into_iter()
        .filter(|page| fs::read_to_string(page).unwrap().lines().any(is_code))
        .map(|page| page.strip_prefix(root).unwrap().display().to_string())
        .collect();
    assert!(with_code.len() > 30, "{with_code:?}");
    let missing: Vec<_> = with_code.into_iter().filter(|page| !list.contains(&format!("\"{page}\""))).collect();
    assert!(missing.is_empty(), "not in src/testing/pages.rs: {missing:?}");
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for target in prose(&page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("https://") || target.starts_with("http://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            if !file.exists() || (!anchor.is_empty() && !anchors(&file).iter().any(|one| one == anchor)) {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn examples_that_are_named_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let by_command =
            text.split("--example ").skip(1).map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap());
        let by_path = text.split("examples/").skip(1).filter_map(|rest| rest.split_once(".rs")).map(|(name, _)| name);
        let named = by_command.chain(by_path).filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
        missing.extend(named.filter(|name| !root.join(format!("examples/{name}.rs")).exists()).map(str::to_owned));
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// The sources at a path: a file, or all of a folder.
fn sources(path: &Path) -> String {
    if path.is_file() {
        return fs::read_to_string(path).unwrap();
    }
    fs::read_dir(path).unwrap().map(|entry| sources(&entry.unwrap().path())).collect()
}

#[test]
fn each_change_that_once_went_unnoticed_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/testing.md")).unwrap();
    let table = page.split("## Changes that once went unnoticed").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut changes = 0;
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| change")) {
        let cells: Vec<&str> = row.split(" | ").map(|cell| cell.trim_matches(|c| "| `".contains(c))).collect();
        assert!(sources(&root.join(cells[2])).contains(&format!("fn {}(", cells[1])), "{row}");
        changes += 1;
    }
    assert!(changes >= 25, "{changes}");
}

#[test]
fn each_promise_of_the_security_model_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/security-model.md")).unwrap();
    let (mut promises, mut before) = (0, String::new());
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise")) {
        let held_by = row.trim_end_matches(" |").rsplit_once(" | ").unwrap().1;
        let words: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        let (paths, tests): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.contains('/'));
        let mut texts: String = paths.iter().map(|path| sources(&root.join(path))).collect();
        if held_by.starts_with("the same") {
            texts.push_str(&before);
        }
        assert!(!texts.is_empty(), "no test holds: {row}");
        for test in tests {
            let name = test.trim_end_matches('…');
            assert!(texts.contains(&format!("fn {name}")), "`{test}` is not there: {row}");
        }
        promises += 1;
        before = texts;
    }
    assert!(promises > 30, "{promises}");
}

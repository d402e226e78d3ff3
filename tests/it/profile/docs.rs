//! The pages about profiles name their tests, and the tests exist.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Every test function below a folder.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| line.trim_start().trim_start_matches("async ").strip_prefix("fn "));
            found.extend(names.filter_map(|rest| Some(rest.split(['(', '<']).next()?.to_owned())));
            // A row of a macro that makes a test of each.
            let rows = |separator: &'static str| text.lines().filter_map(move |line| Some(line.trim().split_once(separator)?.0.to_owned()));
            found.extend(rows(" = ").chain(rows(": ")));
        }
    }
}

/// The names in backquotes that stand after `tests:` in a line.
fn named_tests(page: &str) -> Vec<String> {
    let lines = page.lines().filter_map(|line| Some(line.split_once("tests: ")?.1));
    lines.flat_map(|names| names.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_line_of_the_pages_names_a_test_that_exists() {
    let mut known = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tests/it", "src"] {
        tests_below(&root.join(folder), &mut known);
    }
    for page in ["docs/fapi2.md", "docs/profiles.md"] {
        let text = read(page);
        let named = named_tests(&text);
        assert!(named.len() > 10, "{page} names too few tests");
        let missing: Vec<_> = named.iter().filter(|name| !known.contains(*name)).collect();
        assert!(missing.is_empty(), "{page} names tests that do not exist: {missing:?}");
    }
    let rows = read("docs/fapi2.md").lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect::<Vec<_>>();
    assert!(rows.len() > 30 && rows.iter().all(|row| row.contains("tests: ")), "each line of docs/fapi2.md names its test");
}

#[test]
fn every_rule_of_a_preset_has_its_row_and_its_test() {
    use identity_model::profile::Profile;
    let profiles = [
        Profile::oauth21(),
        Profile::rfc9700(),
        Profile::fapi2_message_signing(),
        Profile::fapi1_advanced(),
        Profile::fapi_ciba(),
        Profile::atproto(),
        Profile::haip(),
    ];
    let ids: BTreeSet<&str> = profiles.iter().flat_map(|profile| profile.rules()).map(|rule| rule.id()).collect();
    let page = read("docs/profiles.md");
    let tests: String = ["settings", "metadata", "messages"].iter().map(|file| read(&format!("tests/it/profile/{file}.rs"))).collect();
    for id in &ids {
        assert!(page.contains(&format!("| {id} |")), "docs/profiles.md has no row of {id}");
        assert!(tests.contains(&format!("fn {}_", id.to_lowercase())), "{id} has no test of its name");
    }
    let all: BTreeSet<String> = (1..=33).map(|number| format!("PF{number}")).chain((1..=4).map(|number| format!("FA{number}"))).collect();
    assert_eq!(ids, all.iter().map(String::as_str).collect());
}

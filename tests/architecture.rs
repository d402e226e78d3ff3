//! Holds the house to its plan: which room may use which, what a file may hold, and which words stay out.
//!
//! The tables below are the plan. Each rule is a function from source files to findings, tried on small bad examples first and on
//! `src/` last.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/scan.rs"]
mod scan;

use circles::files_form_no_circle;
use scan::SourceFile;

/// The rooms of each layer. A room may use the layers below its own, and its neighbours as long as no circle comes of it.
const LAYERS: &[(u8, &[&str])] = &[
    (5, &["blocking", "integrations", "testing"]),
    (4, &["drive", "cache", "keys", "sessions", "client", "tokens", "resource"]),
    (3, &["exchange", "protocol", "validation", "principal", "profile"]),
    (2, &["jose", "document", "sealing"]),
    (1, &["builder_state", "constants", "encoding", "environment", "error_kind", "secret"]),
];

/// Stands beside the layers 2 and 3 and imports layer 1 alone; the layers from 4 on use it.
const TRANSPORT: &str = "transport";

/// What an exchange says about a request without knowing a client: the values of the seam, open to layer 3.
const TRANSPORT_VALUES: &[&str] = &[
    "AttemptTimeout",
    "BodyLimit",
    "HttpRequest",
    "HttpResponse",
    "ParsedUrl",
    "Repeat",
    "RetrySettings",
    "TransportError",
    "TransportErrorKind",
    "TransportSettings",
    "is_retryable_status",
    "retry_after",
];

/// Files of layer 3 that carry clients without calling them: a shared fetch outlives its leader, so its clients travel in it.
const CLIENT_CARRIERS: &[&str] = &["exchange/shared_fetch.rs", "exchange/fetch_handle.rs"];

/// The one public error: named from layer 4 on.
const ROOF: &str = "error";

/// The floor of layer 3: uses none of its neighbours.
const FLOOR: &str = "exchange";

/// Crates (and calls) that may be named in these places only, as prefixes of a file's name.
const HOMES: &[(&str, &[&str])] = &[
    ("biscuit", &["jose/crypto/biscuit.rs"]),
    ("ring", &["jose/crypto/biscuit"]),
    ("aws_lc_rs", &["jose/crypto/aws_lc"]),
    ("reqwest", &["transport/"]),
    ("miniz_oxide", &["transport/reqwest_client"]),
    ("getrandom", &["environment.rs"]),
    ("tokio", &["environment.rs", "transport/", "tokens/", "integrations/", "testing/"]),
    ("hyper", &["transport/reqwest_client", "testing/"]),
    ("rustls", &["transport/", "testing/"]),
    ("hyper_util", &["testing/"]),
    ("webbrowser", &["integrations/native/browser.rs"]),
    ("mockall", &["testing/"]),
    ("rcgen", &["testing/"]),
    ("tokio_rustls", &["testing/"]),
    ("SystemTime::now", &["environment.rs"]),
    ("Instant::now", &["environment.rs", "transport/", "testing/"]),
    ("thread::sleep", &["environment.rs", "testing/"]),
    ("thread::spawn", &["testing/"]),
];

/// Macros that have no place in the library.
const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg", "print", "println", "eprint", "eprintln"];

/// Words that have no place in the library, comments included.
const UNWANTED: &[&str] = &["TODO", "FIXME", "#[allow(", "#![allow(", "#[ignore"];

/// Lines before a file's tests.
const LENGTH: usize = 400;

/// `mod.rs` files that hold more than a table of contents: the seam is meant to be found there.
const MORE_THAN_CONTENTS: &[&str] = &["transport/mod.rs"];

/// The lint wall: section of the manifest, lint, level.
const WALL: &[(&str, &str, &str)] = &[
    ("lints.rust", "unsafe_code", "forbid"),
    ("lints.rust", "missing_docs", "deny"),
    ("lints.rust", "missing_debug_implementations", "deny"),
    ("lints.rust", "unreachable_pub", "deny"),
    ("lints.rustdoc", "broken_intra_doc_links", "deny"),
    ("lints.rustdoc", "private_intra_doc_links", "deny"),
    ("lints.clippy", "unwrap_used", "deny"),
    ("lints.clippy", "expect_used", "deny"),
    ("lints.clippy", "panic", "deny"),
    ("lints.clippy", "indexing_slicing", "deny"),
    ("lints.clippy", "unreachable", "deny"),
    ("lints.clippy", "todo", "deny"),
    ("lints.clippy", "unimplemented", "deny"),
    ("lints.clippy", "dbg_macro", "deny"),
];

fn layer(room: &str) -> Option<u8> {
    LAYERS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(layer, _)| *layer)
}

/// Why a file of `user` may not name `crate::used::item`, if it may not.
fn refusal(user: &str, used: &str, item: Option<&str>) -> Option<String> {
    if user == used || user == "lib" {
        return None;
    }
    let reach = match user {
        ROOF => Some(5),
        TRANSPORT => Some(2),
        other => layer(other),
    };
    let Some(reach) = reach else {
        return Some(format!("`{user}` has no place in the layer table"));
    };
    match used {
        ROOF if reach >= 4 => None,
        ROOF => Some(format!("`{user}` names the roof; a layer below 4 has its own error")),
        TRANSPORT if reach >= 4 => None,
        TRANSPORT if reach == 3 && item.is_some_and(|item| TRANSPORT_VALUES.contains(&item)) => None,
        TRANSPORT => Some(format!("`{user}` moves no bytes: only a driver uses `transport`")),
        _ => match layer(used) {
            None => Some(format!("`crate::{used}` is no room of the layer table")),
            Some(below) if below < reach => None,
            Some(same) if same == reach && user == FLOOR => {
                Some(format!("`{user}` is the floor of its layer and names its neighbour `{used}`"))
            }
            Some(same) if same == reach && user != TRANSPORT && user != ROOF => None,
            Some(above) => Some(format!("`{user}` may not look up to `{used}` of layer {above}")),
        },
    }
}

fn imports_run_downward(files: &[SourceFile]) -> Vec<String> {
    let mut findings = BTreeSet::new();
    for file in files {
        for path in &file.paths {
            let [root, used, rest @ ..] = path.segments.as_slice() else { continue };
            if root != "crate" {
                continue;
            }
            let item = rest.first().map(String::as_str);
            let carried = used == TRANSPORT && matches!(item, Some("HttpClient" | "BlockingHttpClient" | "HttpClients"));
            if carried && CLIENT_CARRIERS.contains(&file.name.as_str()) {
                continue;
            }
            if let Some(reason) = refusal(file.room(), used, item) {
                findings.insert(format!("src/{}:{}: {reason}", file.name, path.line));
            }
        }
    }
    findings.into_iter().collect()
}

fn neighbours_form_no_circle(files: &[SourceFile]) -> Vec<String> {
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        for path in &file.paths {
            let [root, used, ..] = path.segments.as_slice() else { continue };
            let neighbours = root == "crate" && used != file.room() && layer(used).is_some() && layer(used) == layer(file.room());
            if neighbours {
                uses.entry(file.room()).or_default().insert(used);
            }
        }
    }
    let mut findings = Vec::new();
    for start in uses.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = uses[start].iter().copied().collect();
        while let Some(room) = open.pop() {
            if seen.insert(room) {
                open.extend(uses.get(room).into_iter().flatten().copied());
            }
        }
        if seen.contains(start) {
            findings
                .push(format!("src/{start}: uses a neighbour that leads back to it ({})", seen.into_iter().collect::<Vec<_>>().join(", ")));
        }
    }
    findings
}

fn every_room_is_in_the_table(files: &[SourceFile]) -> Vec<String> {
    let known = |room: &str| layer(room).is_some() || [TRANSPORT, ROOF, "lib"].contains(&room);
    let rooms: BTreeSet<&str> = files.iter().map(SourceFile::room).filter(|room| !known(room)).collect();
    rooms.into_iter().map(|room| format!("src/{room}: no room of the layer table")).collect()
}

fn crates_stay_at_home(files: &[SourceFile]) -> Vec<String> {
    let mut findings = BTreeSet::new();
    for file in files {
        for (name, homes) in HOMES {
            if homes.iter().any(|home| file.name.starts_with(home)) || file.modules.iter().any(|module| module == name) {
                continue;
            }
            let wanted: Vec<&str> = name.split("::").collect();
            for path in &file.paths {
                let call = wanted.len() > 1 && path.segments.windows(wanted.len()).any(|window| window == wanted.as_slice());
                let named = wanted.len() == 1 && path.segments.len() > 1 && path.segments[0] == *name;
                if call || named {
                    findings.insert(format!("src/{}:{}: `{name}` is named outside {}", file.name, path.line, homes.join(", ")));
                }
            }
        }
    }
    findings.into_iter().collect()
}

fn nothing_is_unfinished(files: &[SourceFile]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        for call in &file.macros {
            if let Some(name) = call.segments.last().filter(|name| UNFINISHED.contains(&name.as_str())) {
                findings.push(format!("src/{}:{}: `{name}!`", file.name, call.line));
            }
        }
        for (word, line) in &file.words {
            findings.push(format!("src/{}:{line}: `{word}`", file.name));
        }
    }
    findings
}

fn files_are_short(files: &[SourceFile]) -> Vec<String> {
    let long = files.iter().filter(|file| file.lines > LENGTH);
    long.map(|file| format!("src/{}: {} lines before its tests, {LENGTH} at most", file.name, file.lines)).collect()
}

fn files_open_with_docs(files: &[SourceFile]) -> Vec<String> {
    files.iter().filter(|file| !file.opens_with_docs).map(|file| format!("src/{}: does not open with `//!`", file.name)).collect()
}

fn contents_hold_no_logic(files: &[SourceFile]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        let contents = file.name == "lib.rs" || file.name.ends_with("/mod.rs");
        if contents && !MORE_THAN_CONTENTS.contains(&file.name.as_str()) {
            findings.extend(file.logic.iter().map(|(word, line)| format!("src/{}:{line}: `{word}` in a table of contents", file.name)));
        }
    }
    findings
}

fn the_wall_stands(manifest: &str) -> Vec<String> {
    let missing = WALL.iter().filter(|(section, lint, level)| {
        let body = manifest.split(&format!("[{section}]")).nth(1).unwrap_or_default();
        let body = body.split("\n[").next().unwrap_or_default();
        !body.lines().any(|line| line.split_whitespace().collect::<String>() == format!("{lint}=\"{level}\""))
    });
    missing.map(|(section, lint, level)| format!("Cargo.toml: [{section}] has no `{lint} = \"{level}\"`")).collect()
}

fn source_files() -> Vec<SourceFile> {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                if name.split('/').any(|part| part == "tests" || part == "tests.rs") {
                    continue;
                }
                files.push(SourceFile::read(&name, &std::fs::read_to_string(&path).unwrap(), UNWANTED));
            }
        }
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(files.len() > 10, "no sources under {}", root.display());
    files
}

type Rule = fn(&[SourceFile]) -> Vec<String>;

const RULES: &[Rule] = &[
    imports_run_downward,
    neighbours_form_no_circle,
    files_form_no_circle,
    every_room_is_in_the_table,
    crates_stay_at_home,
    nothing_is_unfinished,
    files_are_short,
    files_open_with_docs,
    contents_hold_no_logic,
];

#[test]
fn the_house_stands_as_planned() {
    let files = source_files();
    let findings: Vec<String> = RULES.iter().flat_map(|rule| rule(&files)).collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// The pages that show the layer table.
const PAGES_WITH_LAYERS: &[&str] = &["docs/architecture.md", "CONTRIBUTING.md", "src/lib.rs"];

/// Rooms that no reader of the documentation can name.
const PRIVATE_ROOMS: &[&str] = &["builder_state", "error_kind"];

/// The rows of a layer table in a text: `5  blocking · testing    what they are`.
fn layers_of(text: &str) -> Vec<(u8, BTreeSet<String>)> {
    let row = |line: &str| {
        let (number, rest) = line.trim_start_matches("//!").trim().split_once("  ")?;
        let rooms = rest.trim().split("  ").next()?;
        let layer = number.parse().ok()?;
        Some((layer, rooms.split(" · ").map(|room| room.trim().to_owned()).collect()))
    };
    text.lines().filter_map(row).collect()
}

/// Where a page's layer table is not the one above.
fn pages_show_the_layers(pages: &[(&str, String)]) -> Vec<String> {
    let is_public = |room: &&&str| !PRIVATE_ROOMS.contains(*room);
    let plan: Vec<(u8, BTreeSet<String>)> =
        LAYERS.iter().map(|(layer, rooms)| (*layer, rooms.iter().filter(is_public).map(|room| (*room).to_owned()).collect())).collect();
    let other = pages.iter().filter(|(_, text)| layers_of(text) != plan);
    other.map(|(page, text)| format!("{page}: shows the layers {:?} instead of {plan:?}", layers_of(text))).collect()
}

/// Rooms of the table that have neither a folder nor a file.
fn rooms_of_the_table_exist(files: &[SourceFile]) -> Vec<String> {
    let there: BTreeSet<&str> = files.iter().map(SourceFile::room).collect();
    let missing = LAYERS.iter().flat_map(|(_, rooms)| *rooms).filter(|room| !there.contains(*room));
    missing.map(|room| format!("src/{room}: is in the layer table and does not exist")).collect()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(FilePath::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_layer_table_is_the_same_everywhere() {
    let pages: Vec<(&str, String)> = PAGES_WITH_LAYERS.iter().map(|name| (*name, page(name))).collect();
    assert_eq!(pages_show_the_layers(&pages), Vec::<String>::new());
    assert_eq!(rooms_of_the_table_exist(&source_files()), Vec::<String>::new());
}

/// The names in backquotes that the first column of the glossary's tables holds, as far as they are types or traits.
fn names_of_the_glossary(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let terms = rows.filter_map(|row| row.split(" |").next());
    let quoted = terms.flat_map(|term| term.split('`').skip(1).step_by(2));
    quoted.filter(|name| name.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

/// Names of the glossary that no file declares.
fn the_glossary_names_what_exists(glossary: &str, sources: &str) -> Vec<String> {
    let declares = |line: &str, name: &str| {
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        words.windows(2).any(|pair| ["struct", "enum", "trait", "type"].contains(&pair[0]) && pair[1] == name)
    };
    let names = names_of_the_glossary(glossary);
    names.into_iter().filter(|name| !sources.lines().any(|line| declares(line, name))).collect()
}

#[test]
fn every_name_of_the_glossary_exists() {
    let sources: String = source_files().iter().map(|file| page(&format!("src/{}", file.name))).collect();
    let glossary = page("docs/glossary.md");
    assert!(names_of_the_glossary(&glossary).len() > 30);
    assert_eq!(the_glossary_names_what_exists(&glossary, &sources), Vec::<String>::new());
}

#[test]
fn the_lint_wall_stands() {
    let manifest = std::fs::read_to_string(FilePath::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert_eq!(the_wall_stands(&manifest), Vec::<String>::new());
}

#[path = "architecture/bad_examples.rs"]
mod bad_examples;

//! What `Cargo.toml` promises about the dependencies, held against what cargo resolves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::skipping;

/// Licences that ask for no more than their text: a dependency must be usable under these alone.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The packages of the normal dependency tree, by id, as `cargo metadata` describes them.
fn normal_dependencies(metadata: &Value) -> BTreeMap<String, &Value> {
    let packages: BTreeMap<&str, &Value> = array(&metadata["packages"]).iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<&str, &Value> = array(&metadata["resolve"]["nodes"]).iter().map(|node| (text(&node["id"]), node)).collect();
    let root = text(&metadata["resolve"]["root"]);
    let mut found = BTreeMap::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for dependency in array(&nodes[id]["deps"]) {
            let normal = array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = text(&dependency["pkg"]);
            if normal && id != root && found.insert(id.to_owned(), packages[id]).is_none() {
                open.push(id);
            }
        }
    }
    found
}

/// What cargo prints for these arguments; `None` (and one line) where it cannot answer without the network. `.ci/run` fetches every
/// source first and says so in `IDENTITY_MODEL_FETCHED`: then there is nothing to skip.
fn cargo(arguments: &[&str]) -> Option<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output =
        Command::new(env!("CARGO")).args(arguments).args(["--locked", "--offline", "--manifest-path"]).arg(manifest).output().unwrap();
    if output.status.success() {
        skipping::run();
        return Some(String::from_utf8(output.stdout).unwrap());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let unreachable = ["but --offline was specified", "using offline mode (--offline)"].iter().any(|reason| complaint.contains(reason));
    assert!(unreachable && std::env::var_os("IDENTITY_MODEL_FETCHED").is_none(), "cargo {arguments:?}: {complaint}");
    skipping::skip("some sources are not on this machine yet, `cargo fetch --locked` brings them");
    None
}

/// `cargo metadata` for this machine's platform: the sources of the others need not be here.
fn metadata() -> Option<Value> {
    let version = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let host = std::str::from_utf8(&version.stdout).unwrap().lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = cargo(&["metadata", "--format-version=1", "--all-features", "--filter-platform", host])?;
    Some(serde_json::from_str(&output).unwrap())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

/// Whether an SPDX expression leaves a permissive choice: `OR` (and the older `/`) offers one, `AND` asks for all and binds closer.
fn is_permissive(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let any = |choices: Vec<&str>| choices.into_iter().any(|choice| split(choice, " AND ").into_iter().all(part_is_permissive));
    any(split(&expression, " OR "))
}

fn part_is_permissive(part: &str) -> bool {
    match part.trim().strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_permissive(inner),
        None => PERMISSIVE.contains(&part.trim()),
    }
}

/// Splits at `operator` wherever no bracket is open.
fn split<'a>(expression: &'a str, operator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in expression.match_indices(operator) {
        let before = &expression[start..at];
        if before.matches('(').count() == before.matches(')').count() {
            parts.push(before);
            start = at + operator.len();
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[test]
fn rust_version_is_the_highest_of_all_dependencies() {
    let Some(metadata) = metadata() else { return };
    let root = text(&metadata["resolve"]["root"]);
    let own = array(&metadata["packages"]).iter().find(|package| package["id"] == root).unwrap();
    let dependencies = normal_dependencies(&metadata);
    assert!(dependencies.len() > 20, "{} dependencies", dependencies.len());
    let named = dependencies.values().filter_map(|package| Some((package["rust_version"].as_str()?, text(&package["name"]))));
    let (highest, by) = named.max_by_key(|(rust_version, _)| version(rust_version)).unwrap();
    assert_eq!(version(text(&own["rust_version"])), version(highest), "Cargo.toml against what {by} wants ({highest})");
}

#[test]
fn without_default_features_there_is_no_http_client_and_no_runtime() {
    let arguments = ["tree", "--edges=normal", "--no-default-features", "--prefix=none", "--format={p}"];
    let Some(tree) = cargo(&arguments) else { return };
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("http") && names.contains("serde_json"), "{tree}");
    for unwanted in ["reqwest", "hyper", "tokio", "rustls", "aws-lc-rs", "ring", "biscuit", "mockall"] {
        assert!(!names.contains(unwanted), "{unwanted} comes in without a feature:\n{tree}");
    }
}

#[test]
fn every_dependency_has_a_permissive_licence() {
    let Some(metadata) = metadata() else { return };
    let dependencies = normal_dependencies(&metadata);
    let others: Vec<String> = dependencies
        .values()
        .filter(|package| !package["license"].as_str().is_some_and(is_permissive))
        .map(|package| format!("{}: {}", text(&package["name"]), package["license"]))
        .collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn the_package_holds_the_library_and_its_papers_alone() {
    let Some(list) = cargo(&["package", "--list", "--allow-dirty"]) else { return };
    let papers =
        [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig", "CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];
    let wanted = |file: &str| papers.contains(&file) || ["src/", "examples/", "docs/"].iter().any(|folder| file.starts_with(folder));
    let others: Vec<&str> = list.lines().filter(|file| !wanted(file)).collect();
    assert_eq!(others, Vec::<&str>::new());
    for needed in ["src/lib.rs", "LICENSE", "README.md"] {
        assert!(list.lines().any(|file| file == needed), "{needed} is missing");
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    for fine in
        ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "ISC AND MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "ISC AND (Apache-2.0 OR ISC)"]
    {
        assert!(is_permissive(fine), "{fine}");
    }
    for refused in
        ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-3.0", "GPL-2.0 OR GPL-3.0", "MIT AND (GPL-2.0 OR GPL-3.0)", ""]
    {
        assert!(!is_permissive(refused), "{refused}");
    }
}

#[test]
fn every_example_is_listed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifests = ["Cargo.toml", "examples/quickstart/Cargo.toml"].map(|path| std::fs::read_to_string(root.join(path)).unwrap());
    let listed = |name: &str| manifests.iter().any(|manifest| manifest.contains(&format!("[[example]]\nname = \"{name}\"\n")));
    let files = std::fs::read_dir(root.join("examples")).unwrap().map(|entry| entry.unwrap().path());
    let names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !listed(name)).collect();
    assert!(missing.is_empty(), "examples are not found by themselves: {missing:?} need an [[example]]");
}

/// Crates of one command, each counted once.
fn crates(arguments: &[&str]) -> Option<usize> {
    let tree = cargo(&[&["tree", "--prefix=none", "--format={p}"], arguments].concat())?;
    // Name and version: what follows says how a line came about.
    let names = tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>()).filter(|words| words.len() == 2);
    Some(names.collect::<BTreeSet<_>>().len())
}

#[test]
fn the_crate_and_its_first_example_are_light() {
    for (arguments, most) in [
        (&["--edges=normal,build", "--no-default-features"][..], 73),
        (&["--edges=normal,build"], 125),
        (&["--edges=normal,build,dev", "--package=identity-model-quickstart"], 150),
    ] {
        let Some(count) = crates(arguments) else { return };
        assert!(count <= most, "{count} crates by cargo tree {arguments:?}, {most} at most");
    }
}

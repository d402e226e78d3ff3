//! Which file of a room uses which, and whether a file comes back to itself.
//!
//! A file uses the file that defines the name it imports, wherever a table of contents passes that name on: `use super::Grant` in
//! `token/polling.rs` is a use of `token/grant.rs`. Tables of contents (`mod.rs`) and re-exports (`pub use`) use nothing themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{Path, SourceFile};

/// The files that each file uses, those of its own room alone.
pub(crate) type Uses<'f> = BTreeMap<&'f str, BTreeSet<&'f str>>;

/// Every circle between files of one room, as the shortest way from its first file back to it.
pub(crate) fn files_form_no_circle(files: &[SourceFile]) -> Vec<String> {
    let uses = uses(files);
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for start in uses.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = way_back(&uses, start) {
            told.extend(circle.iter().copied());
            let names: Vec<String> = circle.iter().map(|file| format!("src/{file}")).collect();
            findings.push(format!("src/{start}: leads back to itself: {}", names.join(" -> ")));
        }
    }
    findings
}

/// Who uses whom.
pub(crate) fn uses(files: &[SourceFile]) -> Uses<'_> {
    let house = House::new(files);
    let mut uses = Uses::new();
    for file in files.iter().filter(|file| !is_contents(&file.name)) {
        let exported = |path: &Path| file.imports.iter().any(|import| import.is_exported && import.path == *path);
        for path in file.paths.iter().filter(|path| !exported(path)) {
            let Some(used) = house.file_of(file, &path.segments) else { continue };
            if used != file.name && !is_contents(used) && room(used) == file.room() {
                uses.entry(file.name.as_str()).or_default().insert(used);
            }
        }
    }
    uses
}

/// The shortest way from a file to itself, both ends named.
fn way_back<'f>(uses: &Uses<'f>, start: &'f str) -> Option<Vec<&'f str>> {
    let mut ways = vec![vec![start]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in way.last().and_then(|last| uses.get(last)).into_iter().flatten() {
                let mut way = way.clone();
                way.push(next);
                if *next == start {
                    return Some(way);
                }
                if seen.insert(*next) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

/// The files by the modules that they are.
struct House<'f> {
    modules: BTreeMap<Vec<String>, &'f SourceFile>,
}

impl<'f> House<'f> {
    fn new(files: &'f [SourceFile]) -> Self {
        Self { modules: files.iter().map(|file| (file.module(), file)).collect() }
    }

    /// The file that defines what `path` names in `file`, if it stands in this house.
    fn file_of(&self, file: &SourceFile, path: &[String]) -> Option<&'f str> {
        let [first, rest @ ..] = path else { return None };
        if first == "crate" {
            return self.definition(&[], rest, 0);
        }
        // `child::Name` in the file that declares `child`.
        (!rest.is_empty() && file.modules.contains(first)).then(|| self.definition(&file.module(), path, 0)).flatten()
    }

    fn definition(&self, module: &[String], path: &[String], depth: usize) -> Option<&'f str> {
        let Some((next, rest)) = path.split_first() else { return self.modules.get(module).map(|file| file.name.as_str()) };
        let child: Vec<String> = module.iter().cloned().chain([next.clone()]).collect();
        if self.modules.range(child.clone()..).next().is_some_and(|(first, _)| first.starts_with(&child)) {
            return self.definition(&child, rest, depth);
        }
        let file = self.modules.get(module)?;
        let passed_on = file.imports.iter().find(|import| import.name == *next && (import.is_exported || is_contents(&file.name)));
        match passed_on {
            // A name may be passed on a few times, not for ever.
            Some(import) if depth < 8 => {
                let path: Vec<String> = import.path.segments.iter().chain(rest).cloned().collect();
                match path.split_first() {
                    Some((root, path)) if root == "crate" => self.definition(&[], path, depth + 1),
                    Some((child, _)) if file.modules.contains(child) => self.definition(module, &path, depth + 1),
                    _ => None,
                }
            }
            _ => Some(&file.name),
        }
    }
}

fn room(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// Whether the file is a table of contents: those use what they list by their nature.
fn is_contents(name: &str) -> bool {
    name == "lib.rs" || name.ends_with("/mod.rs")
}

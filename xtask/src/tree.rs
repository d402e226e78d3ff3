//! The copy of the repository that is rewritten and built, under `target/mutation/`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::Failure;

/// What of the repository the build of its tests does not read.
const LEFT_OUT: &[&str] = &["target", ".git", "node_modules", "mutants.out"];

/// A copy of the repository.
#[derive(Debug)]
pub(crate) struct Tree {
    /// `target/mutation`: results, traces, and the copy.
    pub(crate) folder: PathBuf,
    /// The root of the copy.
    pub(crate) root: PathBuf,
    /// Where the build of the original writes to: what both need is compiled once.
    pub(crate) target: PathBuf,
    /// A digest of every file that was copied: results of another one are hints at most.
    pub(crate) fingerprint: String,
}

impl Tree {
    /// Copies the repository. A file that is the same already keeps its time, so that cargo builds it once.
    pub(crate) fn copy(origin: &Path) -> Result<Self, Failure> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| origin.join("target"), PathBuf::from);
        let folder = target.join("mutation");
        let root = folder.join("tree");
        let mut hasher = DefaultHasher::new();
        let mut kept = Vec::new();
        copy_folder(origin, &root, Path::new(""), &mut hasher, &mut kept)?;
        remove_others(&root, &root, &kept)?;
        let tree = Self { folder, root, target, fingerprint: format!("{:016x}", hasher.finish()) };
        tree.prepare(origin)?;
        Ok(tree)
    }

    /// Lints would refuse the switches, tests look for their vectors beside the root.
    fn prepare(&self, origin: &Path) -> Result<(), Failure> {
        let manifest = read(&self.root.join("Cargo.toml"))?;
        let mut lint = false;
        let lines = manifest.lines().filter(|line| {
            if line.starts_with('[') {
                lint = line.starts_with("[lints");
            }
            !lint
        });
        let manifest: String = lines.flat_map(|line| [line, "\n"]).collect();
        self.write("Cargo.toml", &manifest)?;
        self.write("src/mutation_switch.rs", include_str!("../switch.rs"))?;
        #[cfg(unix)]
        if let (Ok(shared), link) = (origin.join("../shared").canonicalize(), self.folder.join("shared"))
            && !link.exists()
        {
            std::os::unix::fs::symlink(shared, &link).map_err(|error| format!("{}: {error}", link.display()))?;
        }
        Ok(())
    }

    /// Writes a file of the copy, unless it says so already.
    pub(crate) fn write(&self, file: &str, text: &str) -> Result<(), Failure> {
        write(&self.root.join(file), text.as_bytes())
    }
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn copy_folder(origin: &Path, root: &Path, folder: &Path, hasher: &mut DefaultHasher, kept: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failure = |error: std::io::Error| format!("{}: {error}", origin.join(folder).display());
    fs::create_dir_all(root.join(folder)).map_err(failure)?;
    let mut entries = fs::read_dir(origin.join(folder)).map_err(failure)?.collect::<Result<Vec<_>, _>>().map_err(failure)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = folder.join(entry.file_name());
        if LEFT_OUT.iter().any(|&name| entry.file_name() == name) {
            continue;
        }
        kept.push(path.clone());
        if entry.path().is_dir() {
            copy_folder(origin, root, &path, hasher, kept)?;
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(failure)?;
        (&path, &bytes).hash(hasher);
        // Sources are rewritten afterwards: to write them here would make each of them new for cargo.
        if path.extension().is_none_or(|extension| extension != "rs") || !path.starts_with("src") {
            write_unless_manifest(root, &path, &bytes)?;
        } else if !root.join(&path).exists() {
            write(&root.join(&path), &bytes)?;
        }
    }
    Ok(())
}

fn write_unless_manifest(root: &Path, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("Cargo.toml") && root.join(path).exists() {
        // `prepare` reads it from here; it is the same again unless the manifest has changed.
        return fs::write(root.join(path), bytes).map_err(|error| format!("{}: {error}", path.display()));
    }
    write(&root.join(path), bytes)
}

/// What the repository has no longer.
fn remove_others(root: &Path, folder: &Path, kept: &[PathBuf]) -> Result<(), Failure> {
    let failure = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        let known =
            path.strip_prefix(root).is_ok_and(|path| kept.iter().any(|kept| kept == path) || path == Path::new("src/mutation_switch.rs"));
        if !known {
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.map_err(failure)?;
        } else if path.is_dir() {
            remove_others(root, &path, kept)?;
        }
    }
    Ok(())
}

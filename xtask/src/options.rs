//! The arguments of `cargo xtask mutants`.

use std::path::PathBuf;
use std::time::Duration;

use crate::Failure;

pub(crate) const USAGE: &str = "[options]

  --file GLOB        only mutants of these files (repeatable)
  --re REGEX         only mutants whose name matches
  --list             print the mutants and stop
  --shard K/N        only every N-th mutant, from the K-th on, counted from 0
  --jobs N           processes at a time (default: half of the processors, at least 1)
  --profile NAME     profile of the build (default: mutants)
  --skip NAME        leave out the tests whose name contains this (repeatable)
  --only NAME        ask no tests but those whose name contains this (repeatable)
  --patience SECONDS stop asking further tests about one mutant after this time (default: all tests that reach it)
  --threshold N      exit code 1 where fewer percent are noticed (default: 95)";

/// Tests that measure what the switches change, and tests that start a build of their own.
const SKIPPED: &[&str] = &["allocat", "compile_fail", "manifest::"];

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Handed to `cargo mutants` as they are.
    pub(crate) selection: Vec<String>,
    pub(crate) list: bool,
    pub(crate) shard: Option<(usize, usize)>,
    pub(crate) jobs: usize,
    pub(crate) profile: String,
    pub(crate) skipped: Vec<String>,
    pub(crate) only: Vec<String>,
    pub(crate) patience: Option<Duration>,
    pub(crate) threshold: f64,
}

impl Options {
    /// Reads the arguments that follow `mutants`.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no folder around xtask")?.to_owned();
        let half = std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2));
        let mut options = Self {
            root,
            selection: Vec::new(),
            list: false,
            shard: None,
            jobs: half,
            profile: "mutants".to_owned(),
            skipped: SKIPPED.iter().map(|&name| name.to_owned()).collect(),
            only: Vec::new(),
            patience: None,
            threshold: 95.0,
        };
        while let Some(name) = arguments.next() {
            if name == "--list" {
                options.list = true;
                continue;
            }
            let value = arguments.next().ok_or_else(|| format!("`{name}` wants a value\n\n{USAGE}"))?;
            options.set(&name, value)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Failure> {
        let wrong = || format!("`{name}` cannot be `{value}`\n\n{USAGE}");
        match name {
            "--file" | "--re" => self.selection.extend([name.to_owned(), value]),
            "--shard" => {
                let (part, parts) = value.split_once('/').ok_or_else(wrong)?;
                let (part, parts) = (part.parse().map_err(|_| wrong())?, parts.parse().map_err(|_| wrong())?);
                if part >= parts {
                    return Err(wrong());
                }
                self.shard = Some((part, parts));
            }
            "--jobs" => self.jobs = value.parse().ok().filter(|&jobs| jobs > 0).ok_or_else(wrong)?,
            "--profile" => self.profile = value,
            "--skip" => self.skipped.push(value),
            "--only" => self.only.push(value),
            "--patience" => self.patience = Some(Duration::from_secs(value.parse().map_err(|_| wrong())?)),
            "--threshold" => self.threshold = value.parse().map_err(|_| wrong())?,
            _ => return Err(format!("`{name}` is no option\n\n{USAGE}")),
        }
        Ok(())
    }

    /// Whether a test of this name is asked.
    pub(crate) fn asks(&self, name: &str) -> bool {
        let any = |parts: &[String]| parts.iter().any(|part| name.contains(part.as_str()));
        !any(&self.skipped) && (self.only.is_empty() || any(&self.only))
    }

    /// Whether this shard holds the mutant of this index.
    pub(crate) fn holds(&self, index: usize) -> bool {
        self.shard.is_none_or(|(part, parts)| index % parts == part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Options, Failure> {
        Options::read(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        let options = read(&["--shard", "1/3"]).unwrap();
        assert_eq!((0..6).filter(|&index| options.holds(index)).collect::<Vec<_>>(), [1, 4]);
        for wrong in ["3/3", "1", "a/b", "0/0"] {
            assert!(read(&["--shard", wrong]).unwrap_err().contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn tests_are_chosen_by_their_names() {
        let all = read(&[]).unwrap();
        assert!(all.asks("client::login::works") && !all.asks("manifest::licences"));
        let some = read(&["--only", "client::", "--skip", "slow"]).unwrap();
        assert!(some.asks("client::login::works") && !some.asks("client::slow") && !some.asks("cache::works"));
    }

    #[test]
    fn what_is_no_option_is_refused() {
        assert!(read(&["--shards", "1/3"]).unwrap_err().starts_with("`--shards` is no option"));
        assert!(read(&["--jobs"]).unwrap_err().starts_with("`--jobs` wants a value"));
        assert!(read(&["--jobs", "0"]).is_err());
    }
}

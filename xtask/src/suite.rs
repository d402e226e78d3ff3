//! The tests of the binaries, and how some of them are run in a process of their own.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::compile::Binary;
use crate::options::Options;
use crate::tree::Tree;

/// One test of one binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    /// The index of the binary.
    pub(crate) binary: usize,
    pub(crate) name: String,
}

/// Every test that is asked.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) binaries: Vec<Binary>,
    pub(crate) tests: Vec<Test>,
    root: PathBuf,
    scratch: PathBuf,
    vectors: PathBuf,
}

/// What became of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// With the first test that failed, where the process lived to say so.
    Failed(Option<String>),
    NeverEnded,
}

impl Suite {
    /// Lists the tests of the binaries.
    pub(crate) fn of(tree: &Tree, binaries: &[Binary], options: &Options) -> Result<Self, Failure> {
        let mut tests = Vec::new();
        for (index, binary) in binaries.iter().enumerate() {
            let output = Command::new(&binary.path)
                .args(["--list", "--format", "terse"])
                .current_dir(&tree.root)
                .output()
                .map_err(|error| format!("{}: {error}", binary.path.display()))?;
            let names = String::from_utf8_lossy(&output.stdout).into_owned();
            let names = names.lines().filter_map(|line| line.strip_suffix(": test"));
            let asked = names.filter(|name| options.asks(name));
            tests.extend(asked.map(|name| Test { binary: index, name: name.to_owned() }));
        }
        let vectors = std::env::var_os("IDENTITY_MODEL_VECTORS").map_or_else(|| tree.folder.join("shared/vectors"), PathBuf::from);
        Ok(Self { binaries: binaries.to_vec(), tests, root: tree.root.clone(), scratch: tree.folder.clone(), vectors })
    }

    /// The name of a test with that of its binary: two may have tests of one name.
    pub(crate) fn full_name(&self, test: &Test) -> String {
        format!("{} {}", self.binaries.get(test.binary).map_or("", |binary| &binary.name), test.name)
    }

    /// Runs some tests of one binary in one process, one after the other.
    pub(crate) fn run(
        &self,
        worker: usize,
        binary: usize,
        names: &[&str],
        variables: &[(&str, String)],
        limit: Duration,
    ) -> Result<(Outcome, Duration), Failure> {
        let log = self.scratch.join(format!("output-{worker}"));
        let failure = |error: std::io::Error| format!("{}: {error}", log.display());
        let output = File::create(&log).map_err(failure)?;
        let program = &self.binaries.get(binary).ok_or("no such binary")?.path;
        let start = Instant::now();
        let mut child = Command::new(program)
            .args(["--exact", "--test-threads=1"])
            .args(names)
            .current_dir(&self.root)
            .env("IDENTITY_MODEL_VECTORS", &self.vectors)
            .env("INSTA_UPDATE", "no")
            .env("RUST_BACKTRACE", "0")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut pause = Duration::from_millis(1);
        let status = loop {
            if let Some(status) = child.try_wait().map_err(failure)? {
                break status;
            }
            if start.elapsed() > limit {
                child.kill().and_then(|()| child.wait()).map_err(failure)?;
                return Ok((Outcome::NeverEnded, start.elapsed()));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let took = start.elapsed();
        if status.success() {
            return Ok((Outcome::Passed, took));
        }
        let text = std::fs::read(&log).map_err(failure)?;
        let text = String::from_utf8_lossy(&text);
        let failed = text.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(str::to_owned));
        Ok((Outcome::Failed(failed), took))
    }
}

/// Has `jobs` workers carry out `work` for every index below `count`; the first failure ends it.
pub(crate) fn in_parallel<T: Send>(
    jobs: usize,
    count: usize,
    work: impl Fn(usize, usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (work, next) = (&work, &next);
    let mut all = std::thread::scope(|scope| {
        let worker = |worker| {
            scope.spawn(move || {
                let mut done = Vec::new();
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if index >= count {
                        return Ok(done);
                    }
                    match work(worker, index) {
                        Ok(value) => done.push((index, value)),
                        Err(failure) => {
                            next.store(count, std::sync::atomic::Ordering::Relaxed);
                            return Err(failure);
                        }
                    }
                }
            })
        };
        let workers: Vec<_> = (0..jobs).map(worker).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a worker has panicked".to_owned())??);
        }
        Ok::<_, Failure>(all)
    })?;
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, value)| value).collect())
}

//! What the environment says about the transport: time-out, retries and the certificates to trust.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use super::{RetrySettings, TransportError, TransportErrorKind};

/// Time-out, retries and trusted certificates as the environment states them, each with its default.
///
/// | Variable | Meaning | Default |
/// |---|---|---|
/// | `IDENTITY_MODEL_HTTP_TIMEOUT`, else `HTTP_TIMEOUT` | seconds for one attempt, above 0 up to 3600 | 30 |
/// | `IDENTITY_MODEL_HTTP_RETRY_COUNT`, else `HTTP_RETRY_COUNT` | attempts after the first, whole number from 0 to 100 | 3 |
/// | `IDENTITY_MODEL_HTTP_RETRY_BASE_DELAY`, else `HTTP_RETRY_BASE_DELAY` | seconds before the second attempt, from 0 to 120; doubles from there | 1 |
/// | `IDENTITY_MODEL_SSL_CERT_FILE`, else `SSL_CERT_FILE`, else `REQUESTS_CA_BUNDLE`, else `CURL_CA_BUNDLE` | PEM file with the only certificates to trust | the system's |
/// | `IDENTITY_MODEL_SSL_CERT_DIR`, else `SSL_CERT_DIR` | folders (separated as in `PATH`) of PEM files with the only certificates to trust | the system's |
///
/// Where both a file and folders are named, the certificates of both are trusted. If one of the two `IDENTITY_MODEL_SSL_…` variables is set, the
/// other names of both rows are ignored. Seconds may be fractional. An empty variable counts as absent. A name that starts with
/// `IDENTITY_MODEL_` belongs to this crate, so a value that cannot be read is an error; the other numbers are shared with other programs, so a
/// value that cannot be read is logged as a warning and the default applies. Certificates that are named and cannot be loaded are always an
/// error.
///
/// Explicit settings of a builder win over these. A client reads them when it is built; requests that leave their retries open read them once a
/// process, when the first of them is sent.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::transport::TransportSettings;
///
/// let settings = TransportSettings::from_lookup(|name| (name == "HTTP_TIMEOUT").then(|| "2.5".to_owned()))?;
/// assert_eq!(settings.timeout(), Duration::from_millis(2500));
/// assert_eq!(settings.retry().count(), 3);
///
/// let named = |name: &str| (name == "IDENTITY_MODEL_HTTP_RETRY_COUNT").then(|| "many".to_owned());
/// let error = TransportSettings::from_lookup(named).unwrap_err();
/// assert_eq!(error.to_string(), "environment variable `IDENTITY_MODEL_HTTP_RETRY_COUNT`: expected a whole number from 0 to 100");
/// # Ok::<(), identity_model::transport::TransportError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TransportSettings {
    timeout: Duration,
    retry: RetrySettings,
    roots: Vec<NamedRoots>,
}

/// A file or folder with certificates to trust, and the variable that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedRoots {
    pub(crate) variable: &'static str,
    pub(crate) path: PathBuf,
    /// Whether the variable is one that names folders.
    pub(crate) is_folder: bool,
}

impl TransportSettings {
    /// 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Reads the environment of the process.
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`] naming a variable of this crate that does not hold what it should (its value is not shown).
    pub fn from_environment() -> Result<Self, TransportError> {
        Self::from_lookup(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// What the environment said when it was first asked for: a variable that is changed later counts no more.
    pub(crate) fn of_process() -> Result<&'static Self, TransportError> {
        static OF_PROCESS: LazyLock<Result<TransportSettings, TransportError>> = LazyLock::new(TransportSettings::from_environment);
        OF_PROCESS.as_ref().map_err(Clone::clone)
    }

    /// Reads the same variables from wherever `lookup` finds them.
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`] naming a variable of this crate that does not hold what it should (its value is not shown).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, TransportError> {
        let lookup = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut settings = Self::default();
        let timeout = |text: &str| seconds(text, 3600.0).filter(|timeout| !timeout.is_zero());
        if let Some(timeout) = number(&lookup, TIMEOUT, "seconds as a number above 0 up to 3600", timeout)? {
            settings.timeout = timeout;
        }
        let count = |text: &str| text.trim().parse().ok().filter(|count| *count <= 100);
        if let Some(count) = number(&lookup, RETRY_COUNT, "a whole number from 0 to 100", count)? {
            settings.retry = settings.retry.with_count(count);
        }
        let delay = |text: &str| seconds(text, 120.0);
        if let Some(delay) = number(&lookup, RETRY_BASE_DELAY, "seconds as a number from 0 to 120", delay)? {
            settings.retry = settings.retry.with_base_delay(delay);
        }
        settings.roots = roots(&lookup);
        Ok(settings)
    }

    /// How long one attempt may take. Default 30 s.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How often and after which waits an attempt is repeated. Default 3 times from 1 s.
    pub fn retry(&self) -> RetrySettings {
        self.retry
    }

    /// The PEM file that holds the only certificates to trust; without one, and without [folders](Self::ca_directories), the system's count.
    pub fn ca_bundle(&self) -> Option<&Path> {
        self.roots.iter().find(|named| !named.is_folder).map(|named| named.path.as_path())
    }

    /// The folders of PEM files that hold the only certificates to trust; without any, and without a [file](Self::ca_bundle), the system's
    /// count.
    pub fn ca_directories(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().filter(|named| named.is_folder).map(|named| named.path.as_path())
    }

    #[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "only a client reads the certificates"))]
    pub(crate) fn named_roots(&self) -> &[NamedRoots] {
        &self.roots
    }
}

impl Default for TransportSettings {
    /// What holds where the environment says nothing.
    fn default() -> Self {
        Self { timeout: Self::DEFAULT_TIMEOUT, retry: RetrySettings::default(), roots: Vec::new() }
    }
}

/// The name of this crate's own, and the one that other programs read too.
type Names = [&'static str; 2];

const TIMEOUT: Names = ["IDENTITY_MODEL_HTTP_TIMEOUT", "HTTP_TIMEOUT"];
const RETRY_COUNT: Names = ["IDENTITY_MODEL_HTTP_RETRY_COUNT", "HTTP_RETRY_COUNT"];
const RETRY_BASE_DELAY: Names = ["IDENTITY_MODEL_HTTP_RETRY_BASE_DELAY", "HTTP_RETRY_BASE_DELAY"];
/// This crate's own variables: the file and the folders; then the common ones, of which the first file counts.
const OWN_ROOTS: Names = ["IDENTITY_MODEL_SSL_CERT_FILE", "IDENTITY_MODEL_SSL_CERT_DIR"];
const FILES: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
const FOLDERS: &str = "SSL_CERT_DIR";

/// The value of the first name that is set.
fn number<T>(
    lookup: &impl Fn(&str) -> Option<String>,
    [own, common]: Names,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, TransportError> {
    if let Some(text) = lookup(own) {
        let message =
            || TransportError::new(TransportErrorKind::Configuration, format!("environment variable `{own}`: expected {expected}"));
        return read(&text).map(Some).ok_or_else(message);
    }
    let Some(text) = lookup(common) else { return Ok(None) };
    let value = read(&text);
    if value.is_none() {
        // `HTTP_TIMEOUT=30s` of another program must not keep this one from starting.
        tracing::warn!(target: "identity_model", variable = common, expected, instead = own, "environment variable ignored: not readable");
    }
    Ok(value)
}

fn roots(lookup: &impl Fn(&str) -> Option<String>) -> Vec<NamedRoots> {
    let [own_file, own_folders] = OWN_ROOTS;
    let own = named(lookup, &[own_file], own_folders);
    if own.is_empty() { named(lookup, &FILES, FOLDERS) } else { own }
}

fn named(lookup: &impl Fn(&str) -> Option<String>, files: &[&'static str], folders: &'static str) -> Vec<NamedRoots> {
    let file = files.iter().find_map(|variable| lookup(variable).map(|path| (*variable, path)));
    let mut named: Vec<_> = file.into_iter().map(|(variable, path)| NamedRoots { variable, path: path.into(), is_folder: false }).collect();
    let list = lookup(folders).unwrap_or_default();
    let paths = std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty());
    named.extend(paths.map(|path| NamedRoots { variable: folders, path, is_folder: true }));
    named
}

fn seconds(value: &str, at_most: f64) -> Option<Duration> {
    let seconds: f64 = value.trim().parse().ok()?;
    if !(0.0..=at_most).contains(&seconds) {
        return None;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests;

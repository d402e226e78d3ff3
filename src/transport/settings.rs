//! What the environment says about the transport: `HTTP_TIMEOUT`, `HTTP_RETRY_COUNT`, `HTTP_RETRY_BASE_DELAY` and the CA bundle.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use super::{RetrySettings, TransportError, TransportErrorKind};

/// Time-out, retries and CA bundle as the environment states them, each with its default.
///
/// | Variable | Meaning | Default |
/// |---|---|---|
/// | `HTTP_TIMEOUT` | seconds for one attempt, above 0 up to 3600 | 30 |
/// | `HTTP_RETRY_COUNT` | attempts after the first, whole number from 0 to 100 | 3 |
/// | `HTTP_RETRY_BASE_DELAY` | seconds before the second attempt, from 0 to 120; doubles from there | 1 |
/// | `SSL_CERT_FILE`, else `REQUESTS_CA_BUNDLE`, else `CURL_CA_BUNDLE` | PEM file with the only certificates to trust | the system's |
///
/// Seconds may be fractional. An empty variable counts as absent. Explicit settings of a builder win over these. A client reads them when it
/// is built; requests that leave their retries open read them once a process, when the first of them is sent.
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
/// let error = TransportSettings::from_lookup(|name| (name == "HTTP_RETRY_COUNT").then(|| "many".to_owned())).unwrap_err();
/// assert_eq!(error.to_string(), "environment variable `HTTP_RETRY_COUNT`: expected a whole number from 0 to 100");
/// # Ok::<(), identity_model::transport::TransportError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TransportSettings {
    timeout: Duration,
    retry: RetrySettings,
    ca_bundle: Option<CaBundle>,
}

/// A PEM file with certificates to trust, and the variable that named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CaBundle {
    pub(crate) variable: &'static str,
    pub(crate) path: PathBuf,
}

impl TransportSettings {
    /// 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Reads the environment of the process.
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`] naming a variable that does not hold what it should (its value is not shown).
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
    /// [`TransportErrorKind::Configuration`] naming a variable that does not hold what it should (its value is not shown).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, TransportError> {
        let lookup = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut settings = Self::default();
        if let Some(value) = lookup("HTTP_TIMEOUT") {
            settings.timeout = seconds(&value, 3600.0)
                .filter(|timeout| !timeout.is_zero())
                .ok_or_else(|| unusable("HTTP_TIMEOUT", "seconds as a number above 0 up to 3600"))?;
        }
        if let Some(value) = lookup("HTTP_RETRY_COUNT") {
            let count = value.trim().parse().ok().filter(|count| *count <= 100);
            let count = count.ok_or_else(|| unusable("HTTP_RETRY_COUNT", "a whole number from 0 to 100"))?;
            settings.retry = settings.retry.with_count(count);
        }
        if let Some(value) = lookup("HTTP_RETRY_BASE_DELAY") {
            let delay = seconds(&value, RetrySettings::LONGEST_DELAY.as_secs_f64());
            let delay = delay.ok_or_else(|| unusable("HTTP_RETRY_BASE_DELAY", "seconds as a number from 0 to 120"))?;
            settings.retry = settings.retry.with_base_delay(delay);
        }
        settings.ca_bundle = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
            .into_iter()
            .find_map(|variable| lookup(variable).map(|path| CaBundle { variable, path: path.into() }));
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

    /// The PEM file that holds the only certificates to trust; without one the system's count.
    pub fn ca_bundle(&self) -> Option<&Path> {
        self.ca_bundle.as_ref().map(|bundle| bundle.path.as_path())
    }

    #[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "only a client reads the bundle"))]
    pub(crate) fn named_ca_bundle(&self) -> Option<&CaBundle> {
        self.ca_bundle.as_ref()
    }
}

impl Default for TransportSettings {
    /// What holds where the environment says nothing.
    fn default() -> Self {
        Self { timeout: Self::DEFAULT_TIMEOUT, retry: RetrySettings::default(), ca_bundle: None }
    }
}

fn seconds(value: &str, at_most: f64) -> Option<Duration> {
    let seconds: f64 = value.trim().parse().ok()?;
    if !(0.0..=at_most).contains(&seconds) {
        return None;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

fn unusable(variable: &str, expected: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration, format!("environment variable `{variable}`: expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<TransportSettings, TransportError> {
        TransportSettings::from_lookup(|name| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned()))
    }

    #[test]
    fn h10_defaults_are_thirty_seconds_three_retries_from_one_second() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.timeout(), Duration::from_secs(30));
        assert_eq!((settings.retry().count(), settings.retry().base_delay()), (3, Duration::from_secs(1)));
        assert_eq!(settings.ca_bundle(), None);
        assert_eq!(settings, TransportSettings::default());
    }

    #[test]
    fn every_variable_is_read() {
        let settings = read(&[("HTTP_TIMEOUT", "5"), ("HTTP_RETRY_COUNT", " 0 "), ("HTTP_RETRY_BASE_DELAY", "0.25")]).unwrap();
        assert_eq!(settings.timeout(), Duration::from_secs(5));
        assert_eq!((settings.retry().count(), settings.retry().base_delay()), (0, Duration::from_millis(250)));
    }

    #[test]
    fn a_value_that_is_no_number_names_its_variable_and_hides_the_value() {
        for name in ["HTTP_TIMEOUT", "HTTP_RETRY_COUNT", "HTTP_RETRY_BASE_DELAY"] {
            for value in ["s3cr3t", "-1", "NaN", "inf", "1e400", "1s", "100000"] {
                let error = read(&[(name, value)]).unwrap_err();
                assert_eq!(error.kind(), TransportErrorKind::Configuration);
                let text = format!("{error} {error:?}");
                assert!(text.contains(name), "{text}");
                assert!(!text.contains(value), "{text}");
            }
        }
        for (name, value) in [("HTTP_TIMEOUT", "0"), ("HTTP_RETRY_COUNT", "1.5"), ("HTTP_TIMEOUT", "1e-12")] {
            read(&[(name, value)]).unwrap_err();
        }
    }

    #[test]
    fn the_first_bundle_variable_wins_and_empty_counts_as_absent() {
        let bundle = |variables: &[(&str, &str)]| read(variables).unwrap().ca_bundle().map(|path| path.to_string_lossy().into_owned());
        let all = [("CURL_CA_BUNDLE", "/c"), ("REQUESTS_CA_BUNDLE", "/r"), ("SSL_CERT_FILE", "/s")];
        assert_eq!(bundle(&all).as_deref(), Some("/s"));
        assert_eq!(bundle(&all[..2]).as_deref(), Some("/r"));
        assert_eq!(bundle(&all[..1]).as_deref(), Some("/c"));
        assert_eq!(bundle(&[("SSL_CERT_FILE", ""), ("CURL_CA_BUNDLE", "/c")]).as_deref(), Some("/c"));
        assert_eq!(read(&[("HTTP_TIMEOUT", " ")]).unwrap().timeout(), TransportSettings::DEFAULT_TIMEOUT);
    }
}

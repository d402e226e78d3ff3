use super::*;

fn read(variables: &[(&str, &str)]) -> Result<TransportSettings, TransportError> {
    TransportSettings::from_lookup(|name| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned()))
}

const NUMBERS: [Names; 3] = [TIMEOUT, RETRY_COUNT, RETRY_BASE_DELAY];

#[test]
fn h10_defaults_are_thirty_seconds_three_retries_from_one_second() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.timeout(), Duration::from_secs(30));
    assert_eq!((settings.retry().count(), settings.retry().base_delay()), (3, Duration::from_secs(1)));
    assert_eq!((settings.ca_bundle(), settings.ca_directories().count()), (None, 0));
    assert_eq!(settings, TransportSettings::default());
}

#[test]
fn every_variable_is_read() {
    for prefix in ["", "IDENTITY_MODEL_"] {
        let name = |name: &str| format!("{prefix}{name}");
        let (timeout, count, delay) = (name("HTTP_TIMEOUT"), name("HTTP_RETRY_COUNT"), name("HTTP_RETRY_BASE_DELAY"));
        let settings = read(&[(&timeout, "5"), (&count, " 0 "), (&delay, "0.25")]).unwrap();
        assert_eq!(settings.timeout(), Duration::from_secs(5));
        assert_eq!((settings.retry().count(), settings.retry().base_delay()), (0, Duration::from_millis(250)));
    }
}

#[test]
fn h_env_the_crates_own_names_win_whatever_the_common_ones_say() {
    let settings = read(&[("HTTP_TIMEOUT", "7"), ("IDENTITY_MODEL_HTTP_TIMEOUT", "5")]).unwrap();
    assert_eq!(settings.timeout(), Duration::from_secs(5));
    let settings = read(&[("HTTP_TIMEOUT", "30s"), ("IDENTITY_MODEL_HTTP_TIMEOUT", "5")]).unwrap();
    assert_eq!(settings.timeout(), Duration::from_secs(5));
    let settings = read(&[("HTTP_RETRY_COUNT", "9"), ("IDENTITY_MODEL_HTTP_RETRY_COUNT", "1")]).unwrap();
    assert_eq!(settings.retry().count(), 1);
    let settings = read(&[("HTTP_TIMEOUT", "7"), ("IDENTITY_MODEL_HTTP_TIMEOUT", " ")]).unwrap();
    assert_eq!(settings.timeout(), Duration::from_secs(7), "empty is absent");
}

#[test]
fn h_env_a_common_name_that_is_not_readable_leaves_the_default() {
    for [_, common] in NUMBERS {
        for value in ["30s", "-1", "NaN", "inf", "1e400", "1s", "100000", "many"] {
            assert_eq!(read(&[(common, value)]).unwrap(), TransportSettings::default(), "{common}={value}");
        }
    }
    // What stands beside it is still read.
    let settings = read(&[("HTTP_TIMEOUT", "30s"), ("HTTP_RETRY_COUNT", "1")]).unwrap();
    assert_eq!((settings.timeout(), settings.retry().count()), (TransportSettings::DEFAULT_TIMEOUT, 1));
}

#[test]
fn h_env_a_name_of_the_crate_that_is_not_readable_is_an_error_that_hides_the_value() {
    for [own, _] in NUMBERS {
        for value in ["s3cr3t", "-1", "NaN", "inf", "1e400", "1s", "100000"] {
            let error = read(&[(own, value)]).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Configuration);
            let text = format!("{error} {error:?}");
            assert!(text.contains(own), "{text}");
            assert!(!text.contains(value), "{text}");
        }
    }
    for (own, value) in [(TIMEOUT[0], "0"), (RETRY_COUNT[0], "1.5"), (TIMEOUT[0], "1e-12")] {
        read(&[(own, value)]).unwrap_err();
    }
}

#[test]
fn the_first_bundle_variable_wins_and_empty_counts_as_absent() {
    let bundle = |variables: &[(&str, &str)]| read(variables).unwrap().ca_bundle().map(|path| path.to_string_lossy().into_owned());
    let all = [("CURL_CA_BUNDLE", "/c"), ("REQUESTS_CA_BUNDLE", "/r"), ("SSL_CERT_FILE", "/s"), ("IDENTITY_MODEL_SSL_CERT_FILE", "/own")];
    assert_eq!(bundle(&all).as_deref(), Some("/own"));
    assert_eq!(bundle(&all[..3]).as_deref(), Some("/s"));
    assert_eq!(bundle(&all[..2]).as_deref(), Some("/r"));
    assert_eq!(bundle(&all[..1]).as_deref(), Some("/c"));
    assert_eq!(bundle(&[("SSL_CERT_FILE", ""), ("CURL_CA_BUNDLE", "/c")]).as_deref(), Some("/c"));
    assert_eq!(read(&[("HTTP_TIMEOUT", " ")]).unwrap().timeout(), TransportSettings::DEFAULT_TIMEOUT);
}

#[test]
fn folders_are_a_list_and_the_crates_own_certificates_leave_the_common_ones_out() {
    let folders = |variables: &[(&str, &str)]| {
        let settings = read(variables).unwrap();
        let folders: Vec<_> = settings.ca_directories().map(|path| path.to_string_lossy().into_owned()).collect();
        (settings.ca_bundle().map(|path| path.to_string_lossy().into_owned()), folders)
    };
    let list = std::env::join_paths(["/a", "/b"]).unwrap().into_string().unwrap();
    assert_eq!(folders(&[("SSL_CERT_DIR", &list)]), (None, vec!["/a".to_owned(), "/b".to_owned()]));
    assert_eq!(folders(&[("SSL_CERT_DIR", "/a"), ("SSL_CERT_FILE", "/f")]), (Some("/f".to_owned()), vec!["/a".to_owned()]));
    assert_eq!(folders(&[("SSL_CERT_DIR", "/a"), ("IDENTITY_MODEL_SSL_CERT_FILE", "/f")]), (Some("/f".to_owned()), vec![]));
    assert_eq!(folders(&[("SSL_CERT_FILE", "/f"), ("IDENTITY_MODEL_SSL_CERT_DIR", "/a")]), (None, vec!["/a".to_owned()]));
}

//! Proxies: which are understood, and what the environment names.

use super::certificates::configuration;
use crate::transport::TransportError;

/// The schemes of proxies that requests can be sent through (RFC 9110 section 9.3.6 for the first two, RFC 1928 for `socks5`).
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The variables that name a proxy. In a CGI program the upper-case `HTTP_PROXY` is a header of the request that it answers, and is not read.
const VARIABLES: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// On these systems the settings of the desktop count as well.
const HAS_SETTINGS: bool = cfg!(any(windows, target_os = "macos"));

/// The proxy that the builder was given; the address may hold credentials and is not shown.
pub(super) fn all(address: &str) -> Result<reqwest::Proxy, TransportError> {
    check_scheme(address, "the address of the proxy")?;
    reqwest::Proxy::all(address).map_err(|_| configuration("the address of the proxy is not a URL"))
}

/// A proxy of the environment that would be passed over in silence, so that requests went out directly.
pub(super) fn check_environment(variable: impl Fn(&str) -> Option<String>) -> Result<(), TransportError> {
    for name in VARIABLES {
        if let Some(address) = variable(name).filter(|address| !address.is_empty()) {
            check_scheme(&address, &format!("the proxy of the environment variable `{name}`"))?;
        }
    }
    Ok(())
}

pub(super) fn system_may_name_one() -> bool {
    HAS_SETTINGS || VARIABLES.into_iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// An address without a scheme means `http`.
fn check_scheme(address: &str, what: &str) -> Result<(), TransportError> {
    match address.trim().split_once("://") {
        Some((scheme, _)) if !SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => {
            Err(configuration(&format!("{what} has a scheme that is not supported; supported are {}", SCHEMES.join(", "))))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h_socks_a_scheme_that_is_not_supported_is_an_error_that_names_the_variable() {
        for name in VARIABLES {
            let check = |value: &str| check_environment(|asked| (asked == name).then(|| value.to_owned()));
            for fine in
                ["", "proxy.test:8080", "http://p", "HTTPS://u:s3cr3t@p", "socks4://p", "socks4a://p", "socks5://p", "socks5h://p:1"]
            {
                assert_eq!(check(fine).err().map(|error| error.to_string()), None, "{fine}");
            }
            for foreign in ["socks://u:s3cr3t@p", "socks6://s3cr3t", "ftp://s3cr3t", "://s3cr3t"] {
                let error = check(foreign).unwrap_err().to_string();
                assert!(error.contains(name) && error.contains("socks5h") && !error.contains("s3cr3t"), "{error}");
            }
        }
    }
}

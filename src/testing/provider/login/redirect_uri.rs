//! Whether a redirect address is the client's: compared text by text (RFC 9700 section 2.1), but for the port of a loopback address
//! (RFC 8252 section 7.3).

use url::Url;

use crate::testing::provider::TestClient;
use crate::testing::provider::wire::response::ErrorResponse;

/// The address, if the client may use it.
pub(in crate::testing::provider) fn check(client: &TestClient, address: &str) -> Result<(), ErrorResponse> {
    if Url::parse(address).map_or(true, |url| url.fragment().is_some()) {
        return Err(ErrorResponse::invalid_request("redirect_uri is not an absolute address, or has a fragment"));
    }
    if is_script(address) {
        return Err(ErrorResponse::invalid_request("redirect_uri would be run, not opened"));
    }
    if !client.redirect_uris.is_empty() && !client.redirect_uris.iter().any(|own| is_same(own, address)) {
        return Err(ErrorResponse::invalid_request("redirect_uri is none of the client's"));
    }
    Ok(())
}

/// Addresses that a browser runs instead of opening them.
pub(in crate::testing::provider) fn is_script(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| ["javascript", "data", "vbscript", "file"].contains(&url.scheme()))
}

fn is_same(registered: &str, address: &str) -> bool {
    registered == address || without_port(registered).is_some_and(|own| Some(own) == without_port(address))
}

/// Host and path of a loopback address with its port left out; nothing for any other.
fn without_port(address: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| address.starts_with(host))?;
    let rest = address.get(host.len()..)?;
    let path = rest.strip_prefix(':').map_or(rest, |port| port.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    (path.is_empty() || path.starts_with(['/', '?'])).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(registered: &str, address: &str) -> bool {
        check(&TestClient::new("app").redirect_uris([registered]), address).is_ok()
    }

    #[test]
    fn addresses_are_compared_byte_by_byte() {
        assert!(is_accepted("https://app.test/cb?x=1", "https://app.test/cb?x=1"));
        for other in ["https://app.test/cb", "https://app.test/cb?x=1&y", "https://APP.test/cb?x=1", "https://app.test:443/cb?x=1"] {
            assert!(!is_accepted("https://app.test/cb?x=1", other), "{other}");
        }
        assert!(is_accepted("com.example.app:/cb", "com.example.app:/cb"));
        assert!(check(&TestClient::new("app"), "https://app.test/cb#x").is_err());
        assert!(check(&TestClient::new("app"), "/cb").is_err());
        assert!(check(&TestClient::new("app"), "JavaScript:alert(1)").is_err());
    }

    #[test]
    fn the_port_of_a_loopback_address_is_free() {
        assert!(is_accepted("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"));
        assert!(is_accepted("http://127.0.0.1:80/cb", "http://127.0.0.1:51004/cb"));
        assert!(is_accepted("http://[::1]/cb", "http://[::1]:51004/cb"));
        for other in ["http://[::1]:1/cb", "http://127.0.0.1:1/other", "https://127.0.0.1:1/cb", "http://127.0.0.1.evil.test/cb"] {
            assert!(!is_accepted("http://127.0.0.1/cb", other), "{other}");
        }
        assert!(!is_accepted("http://localhost/cb", "http://localhost:1/cb"), "a name is no loopback address");
        assert!(!is_accepted("https://app.test/cb", "https://app.test:1/cb"));
    }
}

//! What the client takes from the environment: CA bundles, and a machine without root certificates.

use std::path::{Path, PathBuf};
use std::process::Command;

use identity_model::transport::{HttpClient, ReqwestClient, TransportErrorKind, TransportSettings};

use super::support::{Authority, OK, Server, all_texts, builder, get};

/// A new empty folder under the target folder of this build.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("transport-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn settings(variable: &'static str, path: &Path) -> TransportSettings {
    TransportSettings::from_lookup(|name| (name == variable).then(|| path.to_str().unwrap().to_owned())).unwrap()
}

#[tokio::test]
async fn a_bundle_of_the_environment_is_trusted_alone_or_with_added_certificates() {
    let (named, added) = (Authority::new(), Authority::new());
    let path = folder("bundle").join("bundle.pem");
    // A certificate that cannot be read is left out, as the system's would be.
    let unusable = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(&path, format!("# roots\n{unusable}{}", named.pem())).unwrap();
    let servers = [Server::tls(named.server("localhost")), Server::tls(added.server("localhost"))];
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        let builder = builder().settings(settings(variable, &path));
        let client = builder.clone().build().unwrap();
        assert!(client.send(get(&servers[0].url("https"))).await.is_ok());
        assert!(client.send(get(&servers[1].url("https"))).await.is_err());
        let both = builder.clone().root_certificate_pem(added.pem()).build().unwrap();
        assert!(both.send(get(&servers[0].url("https"))).await.is_ok());
        assert!(both.send(get(&servers[1].url("https"))).await.is_ok());
        let explicit = builder.root_certificate_pem(added.pem()).only_added_root_certificates().build().unwrap();
        assert!(explicit.send(get(&servers[0].url("https"))).await.is_err());
        assert!(explicit.send(get(&servers[1].url("https"))).await.is_ok());
    }
}

#[test]
fn a_bundle_that_cannot_be_used_names_variable_and_path() {
    let folder = folder("unusable");
    let (empty, text) = (folder.join("empty.pem"), folder.join("text.pem"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&text, "no certificate here\n").unwrap();
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        for path in [&folder.join("missing.pem"), &folder, &empty, &text] {
            let error = builder().settings(settings(variable, path)).build().unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Configuration);
            let message = error.to_string();
            assert!(message.contains(variable) && message.contains(path.to_str().unwrap()), "{message}");
        }
    }
    let ignored = builder().settings(settings("SSL_CERT_FILE", &empty)).only_added_root_certificates();
    ignored.root_certificate_pem(Authority::new().pem()).build().unwrap();
}

/// Runs one test of this binary alone, in a process with other variables.
fn in_a_process_with(test: &str, variables: &[(&str, &Path)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_TIMEOUT", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    let output = command.env(CHILD, "1").envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

const CHILD: &str = "IDENTITY_MODEL_TEST_CHILD";

#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_root_certificates_reaches_plain_http_and_names_them_for_https() {
    if std::env::var_os(CHILD).is_none() {
        let test = "transport::environment::a_machine_without_root_certificates_reaches_plain_http_and_names_them_for_https";
        return in_a_process_with(test, &[("SSL_CERT_DIR", &folder("no-roots"))]);
    }
    let authority = Authority::new();
    let (plain, secure) = (Server::plain(OK), Server::tls(authority.server("localhost")));
    let client = ReqwestClient::builder().no_proxy().build().unwrap();
    let added = ReqwestClient::builder().no_proxy().root_certificate_pem(authority.pem()).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        assert_eq!(client.send(get(&plain.url("http"))).await.unwrap().status(), 200);
        let error = client.send(get(&secure.url("https"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration);
        for remedy in ["root certificates", "ca-certificates", "SSL_CERT_FILE", "builder"] {
            assert!(error.to_string().contains(remedy), "{}", all_texts(&error));
        }
        assert_eq!(added.send(get(&secure.url("https"))).await.unwrap().status(), 200);
    });
}

#[test]
fn the_environment_of_the_process_is_read() {
    if std::env::var_os(CHILD).is_none() {
        let test = "transport::environment::the_environment_of_the_process_is_read";
        return in_a_process_with(test, &[("HTTP_TIMEOUT", Path::new("soon"))]);
    }
    let error = ReqwestClient::new().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("`HTTP_TIMEOUT`") && !error.to_string().contains("soon"));
}

#[test]
fn h1_what_goes_to_this_machine_passes_no_proxy_of_the_environment() {
    if std::env::var_os(CHILD).is_none() {
        let proxy = Server::plain(OK);
        let address = proxy.url("http").replace("/path?query=1", "");
        let test = "transport::environment::h1_what_goes_to_this_machine_passes_no_proxy_of_the_environment";
        in_a_process_with(test, &[("HTTP_PROXY", Path::new(&address)), ("http_proxy", Path::new(&address))]);
        let seen: Vec<_> = proxy.requests().iter().map(|request| request.lines().next().unwrap().to_owned()).collect();
        assert_eq!(seen, ["GET http://idp.test/keys HTTP/1.1"]);
        return;
    }
    let here = Server::plain(OK);
    let client = ReqwestClient::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for host in ["localhost", "127.0.0.1", "127.1"] {
            assert_eq!(client.send(get(&here.url("http").replace("localhost", host))).await.unwrap().status(), 200);
        }
        assert_eq!(client.send(get("http://idp.test/keys")).await.unwrap().status(), 200);
    });
    assert_eq!(here.requests().len(), 3);
}

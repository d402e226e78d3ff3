//! What the client takes from the environment: CA bundles, and a machine without root certificates.

use std::path::{Path, PathBuf};
use std::process::Command;

use identity_model::transport::{HttpClient, ReqwestClient, ReqwestClientBuilder, TransportErrorKind, TransportSettings};

use super::support::{Authority, Localhost, OK, Server, all_texts, builder, get};

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
    for name in READ {
        command.env_remove(name).env_remove(format!("IDENTITY_MODEL_{name}")).env_remove(name.to_lowercase());
    }
    let output = command.env(CHILD, "1").envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

const CHILD: &str = "IDENTITY_MODEL_TEST_CHILD";

/// What the host may have set: a child process sees none of it.
const READ: [&str; 11] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_TIMEOUT",
    "HTTP_RETRY_COUNT",
    "HTTP_RETRY_BASE_DELAY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];

/// The part of a test that runs in a child process: `with` says under which variables.
fn here(test: &str, with: impl FnOnce() -> Vec<(&'static str, PathBuf)>) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let variables = with();
    in_a_process_with(&format!("transport::environment::{test}"), &variables.iter().map(|pair| (pair.0, &*pair.1)).collect::<Vec<_>>());
    false
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// An authority whose certificate stands in a folder that the parent process has made; the child reads it from there.
fn kept_authority(name: &str) -> (Authority, PathBuf) {
    let folder = folder(name);
    let authority = Authority::new();
    std::fs::write(folder.join("root.pem"), authority.pem()).unwrap();
    (authority, folder)
}

/// Whom a client of the child process trusts: the parent starts the server, so that its authority is named from outside.
fn trusts(builder: ReqwestClientBuilder) -> Result<u16, TransportErrorKind> {
    let url = std::env::var(SERVER).unwrap();
    let client = builder.no_proxy().name_resolver(Localhost).build().unwrap();
    run(client.send(get(&url))).map(|response| response.status().as_u16()).map_err(|error| error.kind())
}

const SERVER: &str = "IDENTITY_MODEL_TEST_SERVER";

#[test]
fn the_certificates_of_the_environment_are_those_of_a_client_that_reads_it_and_of_no_other() {
    let test = "the_certificates_of_the_environment_are_those_of_a_client_that_reads_it_and_of_no_other";
    if std::env::var_os(CHILD).is_none() {
        let (authority, folder) = kept_authority("trusted");
        let server = Server::tls(authority.server("localhost"));
        let file = folder.join("root.pem");
        for (variable, path) in
            [("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &folder), ("REQUESTS_CA_BUNDLE", &file), ("CURL_CA_BUNDLE", &file)]
        {
            here(test, || vec![(variable, path.clone()), (SERVER, server.url("https").into())]);
        }
        return;
    }
    assert_eq!(trusts(ReqwestClient::builder()), Ok(200), "the environment is read");
    let settings = || TransportSettings::default();
    // No system has the certificate of this test among its own.
    assert_eq!(trusts(ReqwestClient::builder().settings(settings())), Err(TransportErrorKind::Tls), "explicit settings win");
    let added = ReqwestClient::builder().settings(settings()).root_certificate_pem(Authority::new().pem());
    assert_eq!(trusts(added.clone()), Err(TransportErrorKind::Tls));
    assert_eq!(trusts(added.only_added_root_certificates()), Err(TransportErrorKind::Tls));
}

#[test]
fn h16_a_client_that_denies_private_addresses_passes_no_proxy_of_the_environment() {
    let test = "h16_a_client_that_denies_private_addresses_passes_no_proxy_of_the_environment";
    if std::env::var_os(CHILD).is_none() {
        let proxy = Server::plain(OK);
        // A literal address: a name of the proxy would itself be looked up, and denied.
        let address = PathBuf::from(proxy.url("http").replace("/path?query=1", "").replace("localhost", "127.0.0.1"));
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"] {
            here(test, || vec![(variable, address.clone())]);
        }
        assert_eq!(proxy.requests(), Vec::<String>::new(), "nothing went through the proxy");
        return;
    }
    let client = ReqwestClient::builder().settings(TransportSettings::default()).deny_private_addresses().name_resolver(Localhost);
    let client = client.build().unwrap();
    for scheme in ["http", "https"] {
        // The resolver of the client was asked, and what it said was judged.
        let error = run(client.send(get(&format!("{scheme}://inside.test/keys")))).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::ForbiddenAddress, "{}", all_texts(&error));
    }
}

#[test]
fn h_socks_a_proxy_of_the_environment_with_an_unknown_scheme_is_a_configuration_error() {
    if !here("h_socks_a_proxy_of_the_environment_with_an_unknown_scheme_is_a_configuration_error", || {
        vec![("ALL_PROXY", "socks6://user:s3cr3t@proxy.test".into())]
    }) {
        return;
    }
    let error = ReqwestClient::new().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("`ALL_PROXY`") && !all_texts(&error).contains("s3cr3t"), "{error}");
    // Where no proxy is asked for, nobody minds it.
    ReqwestClient::builder().no_proxy().build().unwrap();
    ReqwestClient::builder().deny_private_addresses().build().unwrap();
}

#[test]
fn h_env_the_environment_of_the_process_is_read() {
    let test = "h_env_the_environment_of_the_process_is_read";
    if std::env::var_os(CHILD).is_none() {
        here(test, || vec![("IDENTITY_MODEL_HTTP_TIMEOUT", "soon".into())]);
        here(test, || vec![("HTTP_TIMEOUT", "30s".into()), ("HTTP_RETRY_COUNT", "often".into())]);
        return;
    }
    if std::env::var_os("HTTP_TIMEOUT").is_some() {
        ReqwestClient::new().expect("what other programs are told keeps no client from being built");
        let settings = TransportSettings::from_environment().unwrap();
        assert_eq!((settings.timeout(), settings.retry().count()), (TransportSettings::DEFAULT_TIMEOUT, 3));
        return;
    }
    let error = ReqwestClient::new().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("`IDENTITY_MODEL_HTTP_TIMEOUT`") && !error.to_string().contains("soon"));
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

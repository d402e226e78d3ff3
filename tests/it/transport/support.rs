//! A raw HTTP/1.1 server on a loopback port, plain or TLS, and certificates for it.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use identity_model::transport::{HttpRequest, NameResolver, ReqwestClient, ReqwestClientBuilder, TransportError, TransportSettings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What no test waits for, however busy the machine.
pub(crate) const LONG: Duration = Duration::from_secs(300);

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

/// Answers every request with the same bytes (none: not at all) and remembers what came.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn plain(answer: impl Into<Vec<u8>>) -> Self {
        Self::start(answer.into(), None)
    }

    pub(crate) fn tls(config: ServerConfig) -> Self {
        Self::start(OK.to_vec(), Some(Arc::new(config)))
    }

    /// The same on a single thread, one connection after the other: for more callers than this process may have threads and open files.
    pub(crate) fn in_turn(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::accepting(move |stream, requests| serve(stream, &answer, None, requests))
    }

    fn start(answer: Vec<u8>, tls: Option<Arc<ServerConfig>>) -> Self {
        Self::accepting(move |stream, requests| {
            let (answer, tls, requests) = (answer.clone(), tls.clone(), Arc::clone(requests));
            thread::spawn(move || serve(stream, &answer, tls, &requests));
        })
    }

    fn accepting(serve: impl Fn(TcpStream, &Arc<Mutex<Vec<String>>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, stopped) = (Arc::new(Mutex::default()), Arc::new(AtomicBool::default()));
        let server = Self { address, requests: Arc::clone(&requests), stopped: Arc::clone(&stopped) };
        thread::spawn(move || {
            // A connection that broke before it was accepted is not the last one.
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                serve(stream, &requests);
            }
        });
        server
    }

    /// The address with a name that the server's certificate holds.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/path?query=1", self.address.port())
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, answer: &[u8], tls: Option<Arc<ServerConfig>>, requests: &Mutex<Vec<String>>) {
    stream.set_read_timeout(Some(LONG)).unwrap();
    let socket = stream.try_clone().unwrap();
    match tls {
        None => exchange(stream, &socket, answer, requests),
        Some(config) => exchange(StreamOwned::new(ServerConnection::new(config).unwrap(), stream), &socket, answer, requests),
    }
}

fn exchange(mut stream: impl Read + Write, socket: &TcpStream, answer: &[u8], requests: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    // What begins like a TLS record has no end that this server could find.
    while request.first() != Some(&0x16) && !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    requests.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
    let _ = stream.write_all(answer).and_then(|()| stream.flush());
    // A server with nothing to say is silent; any other ends the response, and waits for the client: a connection closed for good could be
    // reset before the response is read.
    if !answer.is_empty() {
        let _ = socket.shutdown(Shutdown::Write);
    }
    let _ = stream.read(&mut buffer);
}

/// A certificate authority and what it signed for a server at `localhost` and for a client.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

pub(crate) struct Signed {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) certificate_pem: String,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub(crate) fn sign(&self, name: &str) -> Signed {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        Signed { certificate_pem: certificate.pem(), certificate: certificate.der().clone(), key }
    }

    /// TLS for a server called `name`.
    pub(crate) fn server(&self, name: &str) -> ServerConfig {
        let signed = self.sign(name);
        let key = PrivateKeyDer::try_from(signed.key.serialize_der()).unwrap();
        config().with_no_client_auth().with_single_cert(vec![signed.certificate], key).unwrap()
    }

    /// TLS for a server that presents the certificate of the authority itself.
    pub(crate) fn as_server(&self) -> ServerConfig {
        let key = PrivateKeyDer::try_from(self.issuer.key().serialize_der()).unwrap();
        config().with_no_client_auth().with_single_cert(vec![self.der()], key).unwrap()
    }

    /// TLS for a server called `name` whose certificate is a thing of the past.
    pub(crate) fn outdated(&self, name: &str) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (rcgen::date_time_ymd(2001, 1, 1), rcgen::date_time_ymd(2002, 1, 1));
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        config().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap()
    }

    /// TLS for a server at `localhost` that demands a certificate of this authority.
    pub(crate) fn mutual(&self) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let signed = self.sign("localhost");
        let key = PrivateKeyDer::try_from(signed.key.serialize_der()).unwrap();
        config().with_client_cert_verifier(verifier).with_single_cert(vec![signed.certificate], key).unwrap()
    }
}

fn config() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

/// Knows `localhost` and names in `.test`, as the loopback address that the servers here listen on: what the machine makes of them does not
/// count.
pub(crate) struct Localhost;

#[async_trait]
impl NameResolver for Localhost {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        if name == "localhost" || name.ends_with(".test") {
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }
}

/// A builder that reads nothing from the environment, with a time-out for what does not end at all.
pub(crate) fn builder() -> ReqwestClientBuilder {
    ReqwestClient::builder().settings(TransportSettings::default()).no_proxy().name_resolver(Localhost).timeout(LONG)
}

/// An address that rejects every connection while the streams are kept: its port is taken by one of them, and nobody listens there.
pub(crate) fn refusing() -> (SocketAddr, [TcpStream; 2]) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (stream.local_addr().unwrap(), [listener.accept().unwrap().0, stream])
}

/// The same with a root certificate that no server here goes back to, for a machine that has none of its own.
pub(crate) fn untrusting() -> ReqwestClientBuilder {
    builder().root_certificate_pem(Authority::new().pem()).only_added_root_certificates()
}

/// reqwest as it comes out of the box, but without a look at this machine's settings.
pub(crate) fn ready() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

pub(crate) fn get(url: &str) -> HttpRequest {
    http::Request::get(url).body(Bytes::new()).unwrap()
}

/// The error, its `Debug` and every cause: all that a log could show.
pub(crate) fn all_texts(error: &TransportError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(" <- {cause} {cause:?}");
        source = cause.source();
    }
    text
}

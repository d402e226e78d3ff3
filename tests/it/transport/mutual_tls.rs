//! Client authentication by certificate over real TLS: a loopback server that demands and checks the certificate, at every endpoint that
//! authenticates clients, by the aliases where there are some (RFC 8705 sections 2 and 5, rule D6).

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, KeySetLoading};
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::token::RefreshTokenRequest;
use identity_model::transport::{BlockingReqwestClient, HttpClient, ReqwestClient, ReqwestClientBuilder, RetrySettings};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryPolicy};
use rcgen::KeyPair;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use super::support::{Authority, LONG, Signed, builder};

/// A call as the server saw it: path, form, and the certificate that came along.
type Call = (String, String, Option<Vec<u8>>);

struct Provider {
    port: u16,
    calls: Arc<Mutex<Vec<Call>>>,
    stopped: Arc<AtomicBool>,
}

impl Provider {
    /// At `localhost`; with `clients` it demands a certificate that goes back to one of them.
    fn start(authority: &Authority, clients: Option<Vec<CertificateDer<'static>>>) -> Self {
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&crypto)).with_safe_default_protocol_versions().unwrap();
        let signed = authority.sign("localhost");
        let key = PrivateKeyDer::try_from(signed.key.serialize_der()).unwrap();
        let config = match clients {
            None => config.with_no_client_auth(),
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                clients.into_iter().for_each(|client| roots.add(client).unwrap());
                config.with_client_cert_verifier(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), crypto).build().unwrap())
            }
        };
        let config = Arc::new(config.with_single_cert(vec![signed.certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let provider =
            Self { port: listener.local_addr().unwrap().port(), calls: Arc::default(), stopped: Arc::new(AtomicBool::default()) };
        let (calls, stopped) = (Arc::clone(&provider.calls), Arc::clone(&provider.stopped));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (config, calls) = (Arc::clone(&config), Arc::clone(&calls));
                thread::spawn(move || serve(stream, config, &calls));
            }
        });
        provider
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, calls: &Mutex<Vec<Call>>) {
    stream.set_read_timeout(Some(LONG)).unwrap();
    let socket = stream.try_clone().unwrap();
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    let (head, body) = loop {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let (status, answer) = match path.as_str() {
        "/par" => (201, json!({ "request_uri": "urn:example:1", "expires_in": 60 })),
        "/introspect" => (200, json!({ "active": true })),
        "/device" => {
            (200, json!({ "device_code": "d", "user_code": "u", "verification_uri": "https://localhost/device", "expires_in": 60 }))
        }
        "/backchannel" => (200, json!({ "auth_req_id": "r", "expires_in": 60 })),
        "/jwks" => (200, json!({ "keys": [] })),
        _ => (200, json!({ "access_token": "a", "token_type": "Bearer" })),
    };
    let certificate = stream.conn.peer_certificates().and_then(|chain| chain.first()).map(|certificate| certificate.to_vec());
    calls.lock().unwrap().push((path, body, certificate));
    let body = answer.to_string();
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all((head + &body).as_bytes()).and_then(|()| stream.flush());
    let _ = socket.shutdown(Shutdown::Write);
    let _ = stream.read(&mut buffer);
}

const ENDPOINTS: [(&str, &str); 7] = [
    ("token_endpoint", "/token"),
    ("introspection_endpoint", "/introspect"),
    ("revocation_endpoint", "/revoke"),
    ("pushed_authorization_request_endpoint", "/par"),
    ("device_authorization_endpoint", "/device"),
    ("backchannel_authentication_endpoint", "/backchannel"),
    ("registration_endpoint", "/register"),
];

/// Two servers of one provider: the usual one, and the one behind mutual TLS that the aliases name.
struct House {
    authority: Authority,
    usual: Provider,
    aliased: Provider,
}

impl House {
    fn new(authority: Authority, clients: Vec<CertificateDer<'static>>) -> Self {
        let usual = Provider::start(&authority, None);
        let aliased = Provider::start(&authority, Some(clients));
        Self { authority, usual, aliased }
    }

    /// The provider's document; every endpoint has an alias, those that must never be used among them.
    fn disco(&self) -> DiscoveryDocumentResponse {
        let place = |provider: &Provider| -> serde_json::Map<String, serde_json::Value> {
            let others = [("jwks_uri", "/jwks"), ("authorization_endpoint", "/authorize"), ("end_session_endpoint", "/logout")];
            ENDPOINTS.into_iter().chain(others).map(|(member, path)| (member.to_owned(), json!(provider.url(path)))).collect()
        };
        let mut document = place(&self.usual);
        document.insert("issuer".to_owned(), json!(self.usual.url("")));
        document.insert("mtls_endpoint_aliases".to_owned(), place(&self.aliased).into());
        let policy = DiscoveryPolicy::builder().additional_endpoint_base_address(self.aliased.url("")).key_set_loading(KeySetLoading::Lazy);
        DiscoveryDocumentResponse::parse(serde_json::Value::Object(document).to_string(), &self.usual.url(""), policy.build()).unwrap()
    }

    fn http(&self) -> ReqwestClientBuilder {
        builder().root_certificate_pem(self.authority.pem()).only_added_root_certificates()
    }
}

fn with(http: ReqwestClientBuilder, client: &Signed) -> ReqwestClientBuilder {
    http.client_certificate_pem(format!("{}{}", client.certificate_pem, client.key.serialize_pem()))
}

/// Every request that authenticates its client, once.
fn all(disco: &DiscoveryDocumentResponse, by: &ClientAuthentication, http: &BlockingReqwestClient) -> Vec<Result<(), Error>> {
    let retry = RetrySettings::NONE;
    let parameters = AuthorizationParameters::builder().redirect_uri("https://app.example.com").code_challenge("x".repeat(43)).build();
    macro_rules! sent {
        ($request:ident, $endpoint:ident $(, $setter:ident($value:expr))*) => {
            $request::builder().address(disco.$endpoint().unwrap()).client_id("till").authentication(by.clone()).retry(retry)
                $(.$setter($value))*.send_blocking(http).map(drop)
        };
    }
    vec![
        sent!(ClientCredentialsTokenRequest, token_endpoint),
        sent!(RefreshTokenRequest, token_endpoint, refresh_token("r")),
        sent!(IntrospectionRequest, introspection_endpoint, token("t")),
        sent!(RevocationRequest, revocation_endpoint, token("t")),
        sent!(PushedAuthorizationRequest, pushed_authorization_request_endpoint, authorization(parameters)),
        sent!(DeviceAuthorizationRequest, device_authorization_endpoint),
        sent!(
            BackchannelAuthenticationRequest,
            backchannel_authentication_endpoint,
            hint(AuthenticationHint::LoginHint("alice".to_owned())),
            scope(["openid"])
        ),
    ]
}

const PATHS: [&str; 7] = ["/token", "/token", "/introspect", "/revoke", "/par", "/device", "/backchannel"];

#[track_caller]
fn authenticates(house: &House, client: &Signed, by: &ClientAuthentication) {
    let disco = house.disco();
    let http = with(house.http(), client).build_blocking().unwrap();
    for outcome in all(&disco, by, &http) {
        outcome.unwrap();
    }
    let calls = house.aliased.calls();
    assert_eq!(calls.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(), PATHS, "every endpoint by its alias");
    for (path, form, certificate) in calls {
        assert_eq!(certificate.as_deref(), Some(&*client.certificate), "{path}");
        assert!(form.contains("client_id=till") && !form.contains("client_secret") && !form.contains("client_assertion"), "{form}");
    }
    assert!(house.usual.calls().is_empty());

    // Keys, and what a browser is sent to, never stand behind an alias.
    disco.load_key_set_blocking(&http).unwrap();
    assert_eq!(house.usual.calls().iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(), ["/jwks"]);
    assert_eq!(disco.authorization_endpoint().unwrap().as_str(), house.usual.url("/authorize"));
    assert_eq!(disco.end_session_endpoint().unwrap().as_str(), house.usual.url("/logout"));
}

/// Nothing is processed for whoever has no certificate that the server takes.
#[track_caller]
fn is_refused(house: &House, http: ReqwestClientBuilder, by: &ClientAuthentication) {
    for outcome in all(&house.disco(), by, &http.build_blocking().unwrap()) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Transport);
    }
    assert!(house.aliased.calls().is_empty() && house.usual.calls().is_empty());
}

#[test]
fn d6_tls_client_auth_at_every_endpoint_that_authenticates() {
    let authority = Authority::new();
    let client = authority.sign("till.example.com");
    let roots = vec![authority.der()];
    let by = ClientAuthentication::tls_client_auth();
    let house = House::new(authority, roots);
    is_refused(&house, house.http(), &by);
    is_refused(&house, with(house.http(), &Authority::new().sign("till.example.com")), &by);
    authenticates(&house, &client, &by);
}

#[test]
fn d6_self_signed_tls_client_auth_at_every_endpoint_that_authenticates() {
    let client = self_signed();
    let by = ClientAuthentication::self_signed_tls();
    let house = House::new(Authority::new(), vec![client.certificate.clone()]);
    is_refused(&house, house.http(), &by);
    is_refused(&house, with(house.http(), &self_signed()), &by);
    authenticates(&house, &client, &by);
}

fn self_signed() -> Signed {
    let key = KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["till.example.com".to_owned()]).unwrap().self_signed(&key).unwrap();
    Signed { certificate_pem: certificate.pem(), certificate: certificate.der().clone(), key }
}

#[tokio::test]
async fn d6_the_async_client_brings_its_certificate_and_a_client_with_a_secret_uses_no_alias() {
    let authority = Authority::new();
    let client = authority.sign("till.example.com");
    let roots = vec![authority.der()];
    let house = House::new(authority, roots);
    let disco = house.disco();
    let http: ReqwestClient = with(house.http(), &client).build().unwrap();
    let request = |by: ClientAuthentication| {
        let builder = ClientCredentialsTokenRequest::builder().address(disco.token_endpoint().unwrap()).client_id("till");
        builder.authentication(by).retry(RetrySettings::NONE).build()
    };
    let http: &dyn HttpClient = &http;
    request(ClientAuthentication::tls_client_auth()).send(http).await.unwrap();
    request(ClientAuthentication::secret_post("s3cret")).send(http).await.unwrap();
    assert_eq!(house.aliased.calls()[0].2.as_deref(), Some(&*client.certificate));
    let [(path, form, certificate)] = &house.usual.calls()[..] else { panic!("one call") };
    assert_eq!((path.as_str(), certificate), ("/token", &None));
    assert!(form.contains("client_secret=s3cret"));
}

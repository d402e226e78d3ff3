//! The loopback redirect URI of native applications, over real sockets of this machine: RFC 8252 sections 7.3, 8.3, 8.10.

use std::io::{Read, Write};
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use identity_model::environment::SystemEntropy;
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::error::Error;
use identity_model::integrations::native::{Browser, BrowserError, LoopbackError, LoopbackRedirect};
use identity_model::jose::{
    ContentEncryptionAlgorithm, DecryptionKeys, JweHeader, JwsHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm,
    encrypt_compact, sign_compact_blocking,
};
use identity_model::protocol::authorize::{Callback, CallbackError, LoginRequest, LoginTransaction, ResponseMode};
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::protocol::logout::EndSessionRequest;
use identity_model::testing::TestProvider;

const GOOD: &str = "/callback?code=c&state=s";

fn transaction(redirect: &LoopbackRedirect, mode: Option<ResponseMode>) -> LoginTransaction {
    LoginTransaction::builder()
        .issuer("https://idp.example.com")
        .client_id("app")
        .redirect_uri(redirect.uri())
        .token_endpoint("https://idp.example.com/token")
        .state("s")
        .code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        .maybe_response_mode(mode)
        .begun_at(SystemTime::now())
        .build()
        .unwrap()
}

fn address(redirect: &LoopbackRedirect) -> String {
    redirect.uri().trim_start_matches("http://").trim_end_matches("/callback").to_owned()
}

/// Sends octets as they are and reads the response to its end.
fn exchange(address: &str, octets: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(octets).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn get(address: &str, target: &str) -> String {
    exchange(address, format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n\r\n").as_bytes())
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

/// Waits for the callback while `browse` runs in another thread.
fn receive<T: Send + 'static>(
    redirect: LoopbackRedirect,
    transaction: &LoginTransaction,
    browse: impl FnOnce(String) -> T + Send + 'static,
) -> (Result<Callback, LoopbackError>, T) {
    let address = address(&redirect);
    let browser = std::thread::spawn(move || browse(address));
    let outcome = redirect.receive_blocking(transaction);
    (outcome, browser.join().unwrap())
}

fn bound() -> LoopbackRedirect {
    LoopbackRedirect::builder().time_out(Duration::from_secs(60)).bind().unwrap()
}

/// Opens what the provider says in a thread of its own, as a browser does.
#[derive(Default)]
struct Following(TestProvider, std::sync::Mutex<Option<JoinHandle<String>>>);

impl Browser for Following {
    fn open(&self, address: &url::Url) -> Result<(), BrowserError> {
        let back = self.0.browser().open(address).redirect().ok_or_else(|| BrowserError::unavailable("no redirect"))?.to_owned();
        let back = url::Url::parse(&back).map_err(BrowserError::unavailable)?;
        let host = format!("{}:{}", back.host_str().unwrap(), back.port().unwrap());
        let target = back[url::Position::BeforePath..].to_owned();
        *self.1.lock().unwrap() = Some(std::thread::spawn(move || get(&host, &target)));
        Ok(())
    }
}

#[tokio::test]
async fn rfc8252_7_3_a_login_comes_back_to_the_port_that_was_taken() {
    let browser = Following::default();
    let http = browser.0.clone();
    let redirect = LoopbackRedirect::builder().application_name("Reports & more").bind().unwrap();
    let disco = DiscoveryDocumentRequest::builder().address(http.issuer()).send(&http).await.unwrap();
    let login = LoginRequest::builder()
        .provider(&disco)
        .client_id(TestProvider::CLIENT_ID)
        .redirect_uri(redirect.uri())
        .pushed(false)
        .send(&http)
        .await
        .unwrap();
    browser.open(&login.url).unwrap();
    let callback = redirect.receive(&login.transaction).await.unwrap();
    login.transaction.check(&callback, SystemTime::now()).unwrap();
    let page = browser.1.lock().unwrap().take().unwrap().join().unwrap();
    assert_eq!(status(&page), "200");
    assert!(page.contains("You are back") && page.contains("Reports &amp; more"), "{page}");
}

#[test]
fn rfc8252_8_10_what_is_not_the_answer_gets_a_page_and_the_wait_goes_on() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, (others, good)) = receive(redirect, &transaction, |address| {
        let host = format!("Host: {address}\r\n");
        let others: Vec<(String, String)> = [
            (format!("GET /callback?code=c&state=other HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("GET /callback?code=c HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("GET /callback?error=access_denied&error_description=%3Cb%3E HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("GET /callback?code=c&state=%zz HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("GET /callback HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("GET /favicon.ico HTTP/1.1\r\n{host}\r\n"), "404"),
            (format!("GET /callback/?code=c&state=s HTTP/1.1\r\n{host}\r\n"), "404"),
            (format!("GET /Callback?code=c&state=s HTTP/1.1\r\n{host}\r\n"), "404"),
            (format!("GET {GOOD} HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "400"),
            (format!("GET {GOOD} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", address.rsplit(':').next().unwrap()), "400"),
            (format!("GET {GOOD} HTTP/1.1\r\n\r\n"), "400"),
            (format!("GET {GOOD} HTTP/1.1\r\n{host}{host}\r\n"), "400"),
            (format!("GET http://{address}{GOOD} HTTP/1.1\r\n{host}\r\n"), "400"),
            (format!("HEAD {GOOD} HTTP/1.1\r\n{host}\r\n"), "405"),
            (format!("OPTIONS {GOOD} HTTP/1.1\r\n{host}\r\n"), "405"),
            (format!("POST {GOOD} HTTP/1.1\r\n{host}\r\n"), "400"),
            ("\r\n\r\n".to_owned(), "400"),
            (format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(70_000)), "413"),
            (format!("POST /callback HTTP/1.1\r\n{host}Content-Length: 70000\r\n\r\n"), "413"),
        ]
        .into_iter()
        .map(|(request, expected)| {
            let answer = exchange(&address, request.as_bytes());
            assert_eq!(status(&answer), expected, "{request}");
            assert!(!answer.contains("<b>") && !answer.contains("access_denied"), "{answer}");
            (request, answer)
        })
        .collect();
        (others, get(&address, GOOD))
    });
    assert_eq!(others.len(), 19);
    assert_eq!(status(&good), "200");
    transaction.check(&callback.unwrap(), SystemTime::now()).unwrap();
}

#[test]
fn connections_that_say_nothing_or_break_off_hold_nobody_up() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, good) = receive(redirect, &transaction, |address| {
        let idle: Vec<TcpStream> = (0..4).map(|_| TcpStream::connect(&address).unwrap()).collect();
        let mut broken = TcpStream::connect(&address).unwrap();
        broken.write_all(b"GET /callback?code=c&sta").unwrap();
        drop(broken);
        // In pieces, as a slow browser.
        let mut slow = TcpStream::connect(&address).unwrap();
        for piece in format!("GET {GOOD} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes().chunks(7) {
            slow.write_all(piece).unwrap();
            slow.flush().unwrap();
        }
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        drop(idle);
        answer
    });
    assert_eq!(status(&good), "200");
    assert!(transaction.check(&callback.unwrap(), SystemTime::now()).is_ok());
}

#[test]
fn rfc8252_8_10_who_holds_many_connections_open_keeps_the_browser_out_of_none() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, good) = receive(redirect, &transaction, |address| {
        let idle: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&address).unwrap()).collect();
        let good = get(&address, GOOD);
        drop(idle);
        good
    });
    assert_eq!(status(&good), "200");
    assert!(callback.is_ok());
}

#[test]
fn rfc8252_8_3_the_name_of_this_machine_is_taken_where_that_was_said_and_then_alone() {
    let redirect = LoopbackRedirect::builder().localhost(true).time_out(Duration::from_secs(60)).bind().unwrap();
    let port = redirect.uri().strip_prefix("http://localhost:").and_then(|rest| rest.strip_suffix("/callback")).unwrap().to_owned();
    let transaction = transaction(&redirect, None);
    let (callback, (by_address, by_name)) = receive(redirect, &transaction, move |_| {
        let address = format!("127.0.0.1:{port}");
        let by_name = format!("GET {GOOD} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        (get(&address, GOOD), exchange(&address, by_name.as_bytes()))
    });
    assert_eq!((status(&by_address), status(&by_name)), ("400", "200"));
    assert!(callback.is_ok());
}

#[test]
fn an_answer_in_a_fragment_is_not_waited_for_in_vain() {
    let redirect = bound();
    let login = transaction(&redirect, Some(ResponseMode::Fragment));
    let error = redirect.receive_blocking(&login).unwrap_err();
    assert!(matches!(error, LoopbackError::Configuration { member: "response_mode", .. }), "{error}");
}

#[test]
fn one_request_counts_and_then_nobody_listens() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, address) = receive(redirect, &transaction, |address| {
        get(&address, GOOD);
        address
    });
    callback.unwrap();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_no_of_the_provider_ends_the_wait_with_a_page_that_is_escaped() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let target = "/callback?error=access_denied&error_description=%3Cscript%3E&state=s";
    let (callback, page) = receive(redirect, &transaction, |address| get(&address, target));
    assert_eq!(status(&page), "400");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
    let error = transaction.check(&callback.unwrap(), SystemTime::now()).map(|_| ()).unwrap_err();
    assert!(matches!(&error, CallbackError::Authorization(error) if error.error() == "access_denied"), "{error:?}");
    assert_eq!(Error::from(error).kind(), identity_model::ErrorKind::Protocol);
}

#[test]
fn an_answer_of_this_login_that_is_wrong_ends_the_wait_and_is_refused_by_the_check() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, page) = receive(redirect, &transaction, |address| get(&address, "/callback?code=c&state=s&iss=https://evil.example"));
    assert_eq!(status(&page), "400");
    assert!(page.contains("Not logged in"));
    let error = transaction.check(&callback.unwrap(), SystemTime::now()).map(|_| ()).unwrap_err();
    assert!(matches!(error, CallbackError::IssuerMismatch { .. }), "{error:?}");
}

#[test]
fn z11_a_posted_form_where_that_was_asked_for() {
    let redirect = bound();
    let transaction = transaction(&redirect, Some(ResponseMode::FormPost));
    let (callback, statuses) = receive(redirect, &transaction, |address| {
        let post = |content_type: &str, body: &str| {
            let head =
                format!("POST /callback HTTP/1.1\r\nHost: {address}\r\nContent-Type: {content_type}\r\nContent-Length: {}", body.len());
            status(&exchange(&address, format!("{head}\r\n\r\n{body}").as_bytes())).to_owned()
        };
        let form = "application/x-www-form-urlencoded";
        [
            status(&get(&address, GOOD)).to_owned(),
            post("text/plain", "code=c&state=s"),
            post(form, "code=c&state=x"),
            post(form, "code=c&state=s"),
        ]
    });
    assert_eq!(statuses, ["400", "400", "400", "200"]);
    assert!(transaction.check(&callback.unwrap(), SystemTime::now()).is_ok());
}

#[test]
fn m2_a_signed_answer_of_another_login_does_not_end_the_wait() {
    let redirect = bound();
    let transaction = transaction(&redirect, Some(ResponseMode::QueryJwt));
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let signed = move |state: &str| {
        let claims = format!(r#"{{"iss":"https://idp.example.com","aud":"app","exp":4102444800,"code":"c","state":"{state}"}}"#);
        sign_compact_blocking(&JwsHeader::new(), claims.as_bytes(), &key.signer(SignatureAlgorithm::ES256).unwrap()).unwrap()
    };
    let (callback, statuses) = receive(redirect, &transaction, move |address| {
        let targets = [
            "/callback?response=x".to_owned(),
            format!("/callback?response={}", signed("other")),
            GOOD.to_owned(),
            format!("/callback?response={}", signed("s")),
        ];
        targets.map(|target| status(&get(&address, &target)).to_owned())
    });
    assert_eq!(statuses, ["400", "400", "400", "200"]);
    assert!(transaction.receive(&callback.unwrap(), SystemTime::now()).is_ok());
}

#[test]
fn m3_an_encrypted_answer_ends_the_wait_where_the_clients_key_says_that_it_is_this_logins() {
    let signing = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let own = PrivateKey::generate_for_encryption(KeyManagementAlgorithm::ECDH_ES_A128KW).unwrap();
    let encrypted = |state: &str| {
        let claims = format!(r#"{{"iss":"https://idp.example.com","aud":"app","exp":4102444800,"code":"c","state":"{state}"}}"#);
        let signer = signing.signer(SignatureAlgorithm::ES256).unwrap();
        let signed = sign_compact_blocking(&JwsHeader::new(), claims.as_bytes(), &signer).unwrap();
        let (algorithm, content) = (KeyManagementAlgorithm::ECDH_ES_A128KW, ContentEncryptionAlgorithm::A256GCM);
        let token = encrypt_compact(&JweHeader::nested(), signed.as_bytes(), own.public_jwk(), algorithm, content, &SystemEntropy);
        format!("/callback?response={}", token.unwrap())
    };
    // Anybody can send five parts, so without the key no such response counts.
    let targets = ["/callback?response=a.b.c.d.e".to_owned(), "/callback?response=....".to_owned(), encrypted("other"), encrypted("s")];
    for keys in [None, Some(DecryptionKeys::from(own.clone()))] {
        let redirect = LoopbackRedirect::builder().maybe_decryption_keys(keys.clone()).bind().unwrap();
        let transaction = transaction(&redirect, Some(ResponseMode::QueryJwt));
        let key = signing.clone();
        let plain = move || {
            let claims = r#"{"iss":"https://idp.example.com","aud":"app","exp":4102444800,"code":"c","state":"s"}"#;
            sign_compact_blocking(&JwsHeader::new(), claims.as_bytes(), &key.signer(SignatureAlgorithm::ES256).unwrap()).unwrap()
        };
        let asked = targets.clone();
        let is_taken = keys.is_some();
        let (callback, statuses) = receive(redirect, &transaction, move |address| {
            let mut statuses: Vec<String> = asked.iter().map(|target| status(&get(&address, target)).to_owned()).collect();
            if !is_taken {
                statuses.push(status(&get(&address, &format!("/callback?response={}", plain()))).to_owned());
            }
            statuses
        });
        let expected: &[&str] = if is_taken { &["400", "400", "400", "200"] } else { &["400", "400", "400", "400", "200"] };
        assert_eq!(statuses, expected);
        assert!(transaction.receive(&callback.unwrap(), SystemTime::now()).is_ok());
    }
}

#[test]
fn l1_a_logout_comes_back_as_well() {
    let redirect = bound();
    let begun = EndSessionRequest::builder()
        .address("https://idp.example.com/logout")
        .client_id("app")
        .post_logout_redirect_uri(redirect.uri())
        .begin()
        .unwrap();
    let (url, transaction) = begun.into_parts();
    let state = url.split_once("&state=").unwrap().1.to_owned();
    let address = address(&redirect);
    let browser = std::thread::spawn(move || {
        ["/callback?state=other".to_owned(), "/callback".to_owned(), format!("/callback?state={state}")]
            .map(|target| status(&get(&address, &target)).to_owned())
    });
    let returned = redirect.receive_logout_blocking(&transaction).unwrap();
    transaction.finish(&returned, SystemTime::now()).unwrap();
    assert_eq!(browser.join().unwrap(), ["400", "400", "200"]);
}

#[tokio::test]
async fn nobody_who_comes_back_is_a_time_out() {
    let environment = || {
        let clock = FixedClock::at(SystemTime::now());
        Environment::system().with_timer(FixedTimer::moving(&clock)).with_clock(clock)
    };
    let bound = || LoopbackRedirect::builder().environment(environment()).bind().unwrap();
    let redirect = bound();
    let login = transaction(&redirect, None);
    let error = redirect.receive(&login).await.unwrap_err();
    assert_eq!((error.code(), matches!(error, LoopbackError::TimedOut)), ("loopback_timed_out", true));
    let redirect = bound();
    let login = transaction(&redirect, None);
    assert_eq!(redirect.receive_blocking(&login).unwrap_err().code(), "loopback_timed_out");
}

#[test]
fn rfc8252_8_3_only_the_loopback_interface_is_listened_on() {
    let refused = |outcome: Result<LoopbackRedirect, LoopbackError>| match outcome.unwrap_err() {
        LoopbackError::Configuration { member, .. } => member,
        other => panic!("{other:?}"),
    };
    let builder = LoopbackRedirect::builder;
    assert_eq!(refused(builder().ip([0, 0, 0, 0]).bind()), "ip");
    assert_eq!(refused(builder().ip([192, 168, 0, 1]).bind()), "ip");
    for path in ["callback", "", "/call back", "/callback?x", "/ü", "/a\r\nb"] {
        assert_eq!(refused(builder().path(path).bind()), "path", "{path:?}");
    }
    assert_eq!(refused(builder().environment(Environment::system().without_timer()).bind()), "environment");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = builder().port(taken.local_addr().unwrap().port()).bind().unwrap_err();
    assert_eq!(error.code(), "loopback_listen");
    assert!(std::error::Error::source(&error).is_some());
    if let Ok(redirect) = builder().ip(Ipv6Addr::LOCALHOST).bind() {
        assert!(redirect.uri().starts_with("http://[::1]:"), "{}", redirect.uri());
        let login = transaction(&redirect, None);
        let (callback, page) = receive(redirect, &login, |address| get(&address, GOOD));
        assert_eq!((callback.is_ok(), status(&page)), (true, "200"));
    }
}

#[test]
fn a_login_of_another_address_is_not_waited_for() {
    let (one, other) = (bound(), bound());
    let login = transaction(&one, None);
    let error = other.receive_blocking(&login).unwrap_err();
    assert!(matches!(error, LoopbackError::Configuration { member: "redirect_uri", .. }), "{error:?}");
}

/// What the clock of a receiver says is up to the test; its timer is the system's.
fn clocked() -> (LoopbackRedirect, FixedClock) {
    let clock = FixedClock::at(SystemTime::now());
    let environment = Environment::system().with_clock(clock.clone());
    (LoopbackRedirect::builder().environment(environment).time_out(Duration::from_secs(600)).bind().unwrap(), clock)
}

/// Whether the other side has not hung up. Whatever was to happen has happened by then.
fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    matches!((&mut &*stream).read(&mut [0; 16]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

/// Turns of the receiver that are over when this returns: all that connected before was taken and judged by the clock as it stands.
fn turns(address: &str) {
    for _ in 0..4 {
        assert_eq!(status(&get(address, "/favicon.ico")), "404");
    }
}

/// Ends the wait whatever becomes of the test.
struct End(FixedClock);

impl Drop for End {
    fn drop(&mut self) {
        self.0.advance(Duration::from_secs(3600));
    }
}

#[test]
fn rfc8252_8_10_who_says_nothing_for_ten_seconds_is_hung_up_on() {
    let (redirect, clock) = clocked();
    let transaction = transaction(&redirect, None);
    let (callback, ()) = receive(redirect, &transaction, move |address| {
        let _end = End(clock.clone());
        let silent = TcpStream::connect(&address).unwrap();
        let mut half = TcpStream::connect(&address).unwrap();
        half.write_all(b"GET /callback?code=c&state=s HTTP/1.1\r\n").unwrap();
        turns(&address);
        clock.advance(Duration::from_millis(9_999));
        turns(&address);
        assert!(is_open(&silent) && is_open(&half));
        clock.advance(Duration::from_millis(1));
        turns(&address);
        assert!(!is_open(&silent) && !is_open(&half));
        assert_eq!(status(&get(&address, GOOD)), "200");
    });
    callback.unwrap();
}

#[test]
fn rfc8252_8_10_sixty_four_connections_are_held_and_the_oldest_give_way() {
    let (redirect, clock) = clocked();
    let transaction = transaction(&redirect, None);
    let (callback, ()) = receive(redirect, &transaction, move |address| {
        let _end = End(clock.clone());
        let connect = || {
            let stream = TcpStream::connect(&address).unwrap();
            assert_eq!(status(&get(&address, "/favicon.ico")), "404");
            clock.advance(Duration::from_millis(10));
            stream
        };
        let mut held: Vec<TcpStream> = (0..60).map(|_| connect()).collect();
        turns(&address);
        assert!(held.iter().all(is_open));
        held.extend((0..20).map(|_| connect()));
        turns(&address);
        let open: Vec<bool> = held.iter().map(is_open).collect();
        let (closed, rest) = open.split_at(open.iter().filter(|open| !**open).count());
        assert!((16..=20).contains(&closed.len()), "80 came, 64 are held, and the requests between them need a place: {open:?}");
        assert!(!closed.contains(&true) && !rest.contains(&false), "the oldest alone: {open:?}");
        assert_eq!(status(&get(&address, GOOD)), "200");
    });
    callback.unwrap();
}

#[test]
fn rfc8252_8_10_no_other_method_is_an_answer() {
    let redirect = bound();
    let transaction = transaction(&redirect, None);
    let (callback, ()) = receive(redirect, &transaction, |address| {
        for method in ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "GET\t"] {
            let answer = exchange(&address, format!("{method} {GOOD} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes());
            assert!(["405", "400"].contains(&status(&answer)), "{method}: {answer}");
        }
        assert_eq!(status(&get(&address, GOOD)), "200");
    });
    callback.unwrap();
}

#[test]
fn l1_no_other_method_is_a_return_from_a_logout() {
    let redirect = bound();
    let begun = EndSessionRequest::builder().address("https://idp.example.com/logout").client_id("app");
    let (url, transaction) = begun.post_logout_redirect_uri(redirect.uri()).begin().unwrap().into_parts();
    let target = format!("/callback?state={}", url.split_once("&state=").unwrap().1);
    let address = address(&redirect);
    let browser = std::thread::spawn(move || {
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n";
        for (method, more) in [("POST", form), ("PUT", ""), ("HEAD", "")] {
            let answer = exchange(&address, format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\n{more}\r\n").as_bytes());
            assert!(["400", "405"].contains(&status(&answer)), "{method}: {answer}");
        }
        status(&get(&address, &target)).to_owned()
    });
    redirect.receive_logout_blocking(&transaction).unwrap();
    assert_eq!(browser.join().unwrap(), "200");
}

//! A web server and a browser of a few lines, for examples that log users in.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use identity_model::Error;
use identity_model::encoding::base64url;
use identity_model::environment::{Entropy, SystemEntropy};
use identity_model::testing::TestProvider;

/// What a handler answers.
pub(crate) enum Answer {
    Page(String),
    Redirect(String),
}

/// Serves until `user` has gone, or for good where there is none: `handle` gets the cookie of the session and the path, and says which
/// cookie the browser has from now on.
pub(crate) fn serve(
    listener: &TcpListener,
    user: Option<&JoinHandle<std::io::Result<()>>>,
    mut handle: impl FnMut(String, &str) -> (String, Result<Answer, Error>),
) -> std::io::Result<()> {
    for stream in listener.incoming() {
        let stream = stream?;
        let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
        let path = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
        // Who says nothing has gone.
        match path.as_str() {
            "" if user.is_some() => break,
            "" | "/favicon.ico" => continue,
            _ => {}
        }
        let cookie = lines.take_while(|line| !line.is_empty()).find_map(|line| Some(line.split_once("session=")?.1.to_owned()));
        println!("request  {}", path.split('?').next().unwrap_or_default());
        let (cookie, outcome) = handle(cookie.unwrap_or_default(), &path);
        let (head, body) = match outcome {
            Ok(Answer::Page(page)) => ("200 OK\r\nContent-Type: text/html; charset=utf-8".to_owned(), page),
            Ok(Answer::Redirect(to)) => (format!("303 See Other\r\nLocation: {to}"), String::new()),
            Err(error) => {
                println!("refused  {}: {error}", error.code());
                ("400 Bad Request".to_owned(), "The login failed. <a href=/login>Log in again</a>".to_owned())
            }
        };
        let cookie = format!("Set-Cookie: session={cookie}; HttpOnly; SameSite=Lax\r\nCache-Control: no-store");
        write!(&stream, "HTTP/1.1 {head}\r\n{cookie}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())?;
    }
    Ok(())
}

/// A cookie that cannot be guessed.
#[expect(clippy::expect_used, reason = "without random bytes there is nothing that an example could go on with")]
pub(crate) fn new_cookie() -> String {
    let mut bytes = [0; 16];
    SystemEntropy.fill(&mut bytes).expect("random bytes");
    base64url::encode(bytes)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A user before a browser, who goes to `home`, logs in at `provider`, looks at the page and logs out.
pub(crate) fn user(home: String, provider: &TestProvider) -> JoinHandle<std::io::Result<()>> {
    let tab = provider.browser();
    std::thread::spawn(move || {
        let mut cookie = String::new();
        let mut open = |url: &str| -> std::io::Result<(String, String)> {
            let path = url.trim_start_matches(&home);
            let mut stream = TcpStream::connect(home.trim_start_matches("http://"))?;
            write!(stream, "GET {path} HTTP/1.1\r\nCookie: session={cookie}\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            let header = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
            cookie = header("Set-Cookie: session=").split(';').next().unwrap_or_default().to_owned();
            Ok((header("Location: "), answer.rsplit("\r\n\r\n").next().unwrap_or_default().to_owned()))
        };
        let (to_provider, _) = open("/login")?;
        open(tab.open(to_provider).location())?;
        println!("page     {}", open("/")?.1);
        let (to_provider, _) = open("/logout")?;
        println!("page     {}", open(tab.open(to_provider).location())?.1);
        // And goes.
        TcpStream::connect(home.trim_start_matches("http://")).map(drop)
    })
}

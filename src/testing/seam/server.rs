//! A small HTTP/1.1 server on a loopback port that behaves in one given way, well or badly.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How the server answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Behaviour {
    /// With this status, two header lines of one name, a cookie and a body.
    Answer(u16),
    /// With a 307 to `/landed` on itself.
    Redirect,
    /// With a body of this many bytes, its length declared.
    Declared(usize),
    /// With chunks, far more than a client should read.
    Chunks,
    /// With 64 KiB of zero bytes, compressed if the client asks for gzip.
    Compressible,
    /// Not at all.
    Silence,
    /// With a byte of body now and then.
    Drip,
    /// With a part of the body that was declared, and then closes.
    Cut,
    /// With something that is no HTTP.
    Garbage,
}

/// How long the server holds a connection at most, so that a client without a time-out comes back.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The most that a client without a limit is made to read: 64 MiB.
const CHUNKS: usize = 64 * 1024;

const PAUSE: Duration = Duration::from_millis(20);

/// The length of [`Behaviour::Compressible`]'s body.
pub(super) const COMPRESSIBLE: usize = 65_536;

pub(super) struct Server {
    address: SocketAddr,
    behaviour: Behaviour,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<Vec<u8>>>,
    stopped: AtomicBool,
}

impl Server {
    pub(super) fn start(behaviour: Behaviour) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = shared.clone();
        thread::Builder::new().spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else {
                    // Out of file descriptors, most likely: they come back when a connection ends.
                    thread::sleep(PAUSE);
                    continue;
                };
                let shared = accepting.clone();
                // A client that breaks the connection is no failure of the server.
                let _ = thread::Builder::new().spawn(move || serve(stream, behaviour, &shared));
            }
        })?;
        Ok(Self { address, behaviour, shared })
    }

    pub(super) fn url(&self, path_and_query: &str) -> String {
        format!("http://{}{path_and_query}", self.address)
    }

    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Whether it takes longer than a client should wait.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self.behaviour, Behaviour::Silence | Behaviour::Drip)
    }

    /// Every request so far, head and body, as it came.
    pub(super) fn requests(&self) -> Vec<Vec<u8>> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, behaviour: Behaviour, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = read_request(&mut stream)?;
    let wants_gzip = header(&request, "accept-encoding").is_some_and(|value| value.contains("gzip"));
    shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    match behaviour {
        Behaviour::Answer(status) => {
            write!(stream, "HTTP/1.1 {status} X\r\nX-Seam: one\r\nX-Seam: two\r\nSet-Cookie: a=b\r\n")?;
            write!(stream, "Content-Type: text/seam\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")?;
        }
        Behaviour::Redirect => {
            let address = stream.local_addr()?;
            write!(stream, "HTTP/1.1 307 X\r\nLocation: http://{address}/landed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
        }
        Behaviour::Declared(length) => {
            write!(stream, "HTTP/1.1 200 X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
            stream.write_all(&vec![b'x'; length])?;
        }
        Behaviour::Chunks => {
            write!(stream, "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")?;
            let chunk = format!("400\r\n{}\r\n", "x".repeat(0x400));
            (0..CHUNKS).try_for_each(|_| stream.write_all(chunk.as_bytes()))?;
            stream.write_all(b"0\r\n\r\n")?;
        }
        Behaviour::Compressible => {
            let (coding, body) = if wants_gzip { ("Content-Encoding: gzip\r\n", zeros_in_gzip()) } else { ("", vec![0; COMPRESSIBLE]) };
            write!(stream, "HTTP/1.1 200 X\r\n{coding}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
            stream.write_all(&body)?;
        }
        Behaviour::Silence => repeat_while_wanted(&mut stream, shared, b"")?,
        Behaviour::Drip => {
            write!(stream, "HTTP/1.1 200 X\r\nContent-Length: 4096\r\n\r\n")?;
            repeat_while_wanted(&mut stream, shared, b"x")?;
        }
        Behaviour::Cut => write!(stream, "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf a bod")?,
        Behaviour::Garbage => stream.write_all(b"\x16\x03\x01 no HTTP at all\r\n\r\n")?,
    }
    stream.shutdown(Shutdown::Write)
}

/// Writes `bytes` now and then, until the client goes, the server stops or its patience ends.
fn repeat_while_wanted(stream: &mut TcpStream, shared: &Shared, bytes: &[u8]) -> io::Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE && !shared.stopped.load(Ordering::SeqCst) {
        stream.write_all(bytes)?;
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Head and body of one request, as far as `Content-Length` says.
fn read_request(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let length: usize = header(&request, "content-length").and_then(|value| value.parse().ok()).unwrap_or_default();
            if request.len() >= end + 4 + length {
                return Ok(request);
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => request.extend(buffer.iter().take(read)),
        }
    }
}

/// The value of a header of a raw request.
pub(super) fn header(request: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(request);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let line = head.lines().skip(1).filter_map(|line| line.split_once(':')).find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(line.1.trim().to_owned())
}

/// [`COMPRESSIBLE`] zero bytes in gzip (RFC 1952).
fn zeros_in_gzip() -> Vec<u8> {
    let head = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a";
    let tail = b"\x6a\xeb\x8e\x97\xd7\0\0\x01\0";
    [head.as_slice(), &[0; 63], tail].concat()
}

//! Runs the checks against a client, async or blocking.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Instant;

use super::SeamReport;
use super::checks::{CHECKS, Outcome};
use super::server::Server;
use crate::transport::{BlockingHttpClient, HttpClient};

/// Checks an async client against a server on a loopback address of this machine; takes about a second.
///
/// What is checked: a redirect is returned and not followed; status, headers and body come back as they were sent; the request goes out
/// as it is, with no `Authorization`, `Cookie` or `Referer` added; the body limit holds for a declared length, for chunks and after
/// decompression; the time-out of an attempt holds while waiting for headers and for the body; a connection that is cut, and a response
/// that is no HTTP, are errors. A panic of the client is caught and reported.
///
/// The client has to accept plain `http` to 127.0.0.1 and should use no proxy for it.
pub async fn check_http_client(client: &dyn HttpClient) -> SeamReport {
    let mut report = SeamReport::default();
    for check in CHECKS {
        let Ok(server) = Server::start(check.behaviour) else {
            report.add(check.point, Err(NO_SERVER.to_owned()));
            continue;
        };
        let begin = Instant::now();
        let mut last = None;
        for request in (check.requests)(&server) {
            let mut sending = client.send(request);
            last = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| sending.as_mut().poll(context))) {
                Ok(poll) => poll.map(Some),
                Err(_) => Poll::Ready(None),
            })
            .await;
        }
        report.add(check.point, Outcome::new(last, &server, begin.elapsed()).and_then(check.judge));
    }
    report
}

/// Checks a blocking client: the same points as [`check_http_client`].
pub fn check_blocking_http_client(client: &dyn BlockingHttpClient) -> SeamReport {
    let mut report = SeamReport::default();
    for check in CHECKS {
        let Ok(server) = Server::start(check.behaviour) else {
            report.add(check.point, Err(NO_SERVER.to_owned()));
            continue;
        };
        let begin = Instant::now();
        let mut last = None;
        for request in (check.requests)(&server) {
            last = catch_unwind(AssertUnwindSafe(|| client.send(request))).ok();
        }
        report.add(check.point, Outcome::new(last, &server, begin.elapsed()).and_then(check.judge));
    }
    report
}

const NO_SERVER: &str = "this machine gave no loopback port to listen on";

//! A runtime without timers or sockets makes tokio panic in the middle of a request; at the seam that is a configuration error.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use super::certificates::configuration;
use crate::transport::{TransportError, TransportErrorKind};

/// Awaits `future`; a panic in it is an error, and the future is not polled again.
pub(super) async fn caught<T>(future: impl Future<Output = Result<T, TransportError>>) -> Result<T, TransportError> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // What a panic leaves behind in the future is dropped with it.
        let outcome = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        outcome.unwrap_or_else(|payload| Poll::Ready(Err(error(&*payload))))
    })
    .await
}

fn error(payload: &(dyn Any + Send)) -> TransportError {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or_default();
    // Tokio has no question that tells beforehand what a runtime was built with.
    if text.contains("timers are disabled") {
        configuration("ReqwestClient needs a tokio runtime with timers; build the runtime with `enable_time` or `enable_all`")
    } else if text.contains("IO is disabled") {
        configuration("ReqwestClient needs a tokio runtime with sockets; build the runtime with `enable_io` or `enable_all`")
    } else {
        TransportError::new(TransportErrorKind::Other, "the HTTP client panicked")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn any_other_panic_is_an_error_without_its_text() {
        let outcome = caught(async {
            let panics = std::hint::black_box(true);
            assert!(!panics, "s3cr3t");
            Ok(())
        });
        let error = outcome.await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (TransportErrorKind::Other, "the HTTP client panicked"));
    }
}

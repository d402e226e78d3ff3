//! `send` and `send_blocking` for every request, by one macro.

/// Adds `send` and `send_blocking` to a request and to its complete builder.
///
/// `senders!(Request => Response, RequestBuilder, request_builder)`; for a request that may be sent only once, `senders_once!`.
macro_rules! senders {
    ($request:ident => $response:ty, $builder:ident, $state:ident) => {
        impl $request {
            /// Sends the request; it can be sent again.
            ///
            /// # Errors
            /// See [`Error`](crate::error::Error): the address is checked against the policy before anything is sent.
            pub async fn send(&self, client: &dyn crate::transport::HttpClient) -> Result<$response, crate::error::Error> {
                use crate::protocol::Request;
                crate::drive::run(self.exchange(), client, self.environment()).await
            }

            /// Sends the request on the calling thread; the twin of [`send`](Self::send).
            ///
            /// # Errors
            /// As [`send`](Self::send).
            pub fn send_blocking(&self, client: &dyn crate::transport::BlockingHttpClient) -> Result<$response, crate::error::Error> {
                use crate::protocol::Request;
                crate::drive::run_blocking(self.exchange(), client, self.environment())
            }
        }

        crate::drive::send::builder_senders!($request => $response, $builder, $state);
    };
}

/// The same for a request that sending consumes.
macro_rules! senders_once {
    ($request:ident => $response:ty, $builder:ident, $state:ident) => {
        impl $request {
            /// Sends the request and consumes it: what it holds is spent.
            ///
            /// # Errors
            /// See [`Error`](crate::error::Error): the address is checked against the policy before anything is sent.
            pub async fn send(self, client: &dyn crate::transport::HttpClient) -> Result<$response, crate::error::Error> {
                use crate::protocol::RequestOnce;
                let environment = self.environment().clone();
                crate::drive::run(self.into_exchange(), client, &environment).await
            }

            /// Sends the request on the calling thread and consumes it; the twin of [`send`](Self::send).
            ///
            /// # Errors
            /// As [`send`](Self::send).
            pub fn send_blocking(self, client: &dyn crate::transport::BlockingHttpClient) -> Result<$response, crate::error::Error> {
                use crate::protocol::RequestOnce;
                let environment = self.environment().clone();
                crate::drive::run_blocking(self.into_exchange(), client, &environment)
            }
        }

        crate::drive::send::builder_senders!($request => $response, $builder, $state);
    };
}

/// `send` and `send_blocking` on a complete builder.
macro_rules! builder_senders {
    ($request:ident => $response:ty, $builder:ident, $state:ident) => {
        impl<S: $state::State> $builder<S> {
            /// Builds the request and sends it.
            ///
            /// # Errors
            /// See [`Error`](crate::error::Error): the address is checked against the policy before anything is sent.
            pub async fn send(self, client: &dyn crate::transport::HttpClient) -> Result<$response, crate::error::Error>
            where
                S: $state::IsComplete,
            {
                self.build().send(client).await
            }

            /// Builds the request and sends it on the calling thread.
            ///
            /// # Errors
            /// As [`send`](Self::send).
            pub fn send_blocking(self, client: &dyn crate::transport::BlockingHttpClient) -> Result<$response, crate::error::Error>
            where
                S: $state::IsComplete,
            {
                self.build().send_blocking(client)
            }
        }
    };
}

pub(super) use {builder_senders, senders, senders_once};

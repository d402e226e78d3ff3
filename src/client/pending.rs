//! Logins that the user approves on another device (RFC 8628, CIBA Core 1.0).

use std::fmt;
use std::sync::Arc;

use crate::protocol::backchannel_authentication::BackchannelAuthenticationResponse;
use crate::protocol::device_authorization::DeviceAuthorizationResponse;
use crate::protocol::token::{PollCancellation, PollProgress};

type Observer = Arc<dyn Fn(PollProgress) + Send + Sync>;

macro_rules! pending {
    ($($(#[$doc:meta])* $name:ident($response:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            pub(super) authorization: $response,
            pub(super) scope: Vec<String>,
            pub(super) observer: Option<Observer>,
            pub(super) cancellation: Option<PollCancellation>,
        }

        impl $name {
            pub(super) fn new(authorization: $response, scope: Vec<String>) -> Self {
                Self { authorization, scope, observer: None, cancellation: None }
            }

            /// What the provider answered: the codes, and how long they live.
            pub fn authorization(&self) -> &$response {
                &self.authorization
            }

            /// Tells `observe`, about once a second, how it stands.
            #[must_use]
            pub fn on_progress(mut self, observe: impl Fn(PollProgress) + Send + Sync + 'static) -> Self {
                self.observer = Some(Arc::new(observe));
                self
            }

            /// Ends the waiting from elsewhere. (An async call also ends when its future is dropped.)
            #[must_use]
            pub fn cancelled_by(mut self, cancellation: PollCancellation) -> Self {
                self.cancellation = Some(cancellation);
                self
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("authorization", &self.authorization).finish_non_exhaustive()
            }
        }
    )*};
}

pending! {
    /// A login on another device, begun: show the user where to go and what to type there, then
    /// [finish](super::OidcClient::finish_device_login) it, which waits for the user's decision.
    DeviceLogin(DeviceAuthorizationResponse);
    /// A login that the user is asked for on their own device, begun: [finish](super::OidcClient::finish_backchannel_login) it, which waits for
    /// the user's decision.
    BackchannelLogin(BackchannelAuthenticationResponse);
}

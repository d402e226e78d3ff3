//! The setters of requests that can carry a DPoP proof.

/// Adds the setters that all of them have: `dpop_setters!(RequestBuilder, request_builder)` for a builder, `dpop_setters!([] Request: options)` for
/// a type that keeps its options there.
macro_rules! dpop_setters {
    ($builder:ident, $state:ident) => {
        crate::protocol::dpop::dpop_setters!([<S: $state::State>] $builder<S>: options);
    };
    ([$($generics:tt)*] $target:ty: $($path:ident).+) => {
        impl $($generics)* $target {
            /// Proves possession of this key (RFC 9449): every attempt carries a new proof, the server's nonces are learned from every response, and
            /// `use_dpop_nonce` is answered once, at once. Default: no proof is sent.
            pub fn dpop(mut self, key: impl Into<crate::protocol::dpop::DpopKey>) -> Self {
                self.$($path).+.dpop_mut().key = Some(key.into());
                self
            }

            /// A further claim of the proofs. The claims of RFC 9449 section 4.2 cannot be set.
            pub fn dpop_claim(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.$($path).+.dpop_mut().claims.push((name.into(), value.into()));
                self
            }

            /// Repeats a proof that was rejected (`invalid_dpop_proof`) once with the time of the response's `Date`, where that is more than 30 s off.
            /// Default: the error says by how much the clocks differ.
            pub fn follow_server_date(mut self) -> Self {
                self.$($path).+.dpop_mut().follows_server_date = true;
                self
            }

            /// Lets one key sign proofs and client assertions, so that a server may take one for the other (RFC 9449 section 11.11).
            pub fn danger_share_key(mut self) -> Self {
                self.$($path).+.dpop_mut().shares_key = true;
                self
            }
        }
    };
}

/// Adds the setter of requests that obtain a token.
macro_rules! dpop_token_setters {
    ($builder:ident, $state:ident) => {
        crate::protocol::dpop::dpop_token_setters!([<S: $state::State>] $builder<S>: options);
    };
    ([$($generics:tt)*] $target:ty: $($path:ident).+) => {
        crate::protocol::dpop::dpop_setters!([$($generics)*] $target: $($path).+);

        impl $($generics)* $target {
            /// Keeps tokens of the type `Bearer` although a proof was sent: anyone who steals one can use it. Default: such a response is an error.
            pub fn danger_allow_bearer_downgrade(mut self) -> Self {
                self.$($path).+.dpop_mut().allows_bearer = true;
                self
            }
        }
    };
}

pub(crate) use {dpop_setters, dpop_token_setters};
